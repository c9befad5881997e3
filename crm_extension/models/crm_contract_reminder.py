from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

NOTICE_DAYS, END_DAYS = 30, 60
#: A contract that ended unnoticed is still worth a word for so long.
LATE_DAYS = 14
REMINDER_TYPE = "crm_extension.mail_activity_type_contract"
PARAMETER = "crm_extension.contract_%s_days"


class CrmContract(models.Model):
    """Reminders: one to-do before the notice date, one before the end.

    A reminder is made once for each day it is about. The contract remembers that day,
    so a job that runs twice, or after a week of standstill, makes no second to-do, and a
    renewed contract is reminded of its new end.
    """

    _inherit = "crm.contract"

    notice_reminded = fields.Date(
        readonly=True, copy=False, help="The notice date that was reminded of."
    )
    end_reminded = fields.Date(
        readonly=True, copy=False, help="The last day that was reminded of."
    )

    is_notice_due = fields.Boolean(
        compute="_compute_is_notice_due",
        search="_search_is_notice_due",
        help="Notice can still be given, and the day comes near (setting).",
    )

    @api.depends("notice_date", "decision", "terminated_on")
    @api.depends_context("company")
    def _compute_is_notice_due(self):
        due = self.filtered_domain(self._reminders_due()["notice"])
        for contract in self:
            contract.is_notice_due = contract in due

    @api.model
    def _search_is_notice_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        due = self._reminders_due()["notice"]
        return due if True in value else ~due

    @api.model
    def _reminder_days(self):
        """``{"notice": days, "end": days}`` before the day; 0 switches it off."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        values = {
            "notice": get_param(PARAMETER % "notice", NOTICE_DAYS),
            "end": get_param(PARAMETER % "end", END_DAYS),
        }
        return {k: int(v) if str(v).isdigit() else 0 for k, v in values.items()}

    @api.model
    def _reminders_due(self):
        """Domains of the contracts whose day has come: ``{"notice": ..., "end": ...}``.

        Notice matters while the contract runs on by itself or by agreement; the end,
        when the contract really ends.
        """
        today, days = self._today(), self._reminder_days()
        signed = Domain("decision", "=", "signed") & Domain("category", "!=", "letter")
        notice = (
            signed
            & Domain("terminated_on", "=", False)
            & Domain("notice_date", ">=", today)
            & Domain("notice_date", "<=", today + timedelta(days=days["notice"]))
        )
        end = (
            signed
            & Domain("will_end", "=", True)
            & Domain("last_day", ">=", today - timedelta(days=LATE_DAYS))
            & Domain("last_day", "<=", today + timedelta(days=days["end"]))
        )
        return {
            "notice": notice if days["notice"] else Domain.FALSE,
            "end": end if days["end"] else Domain.FALSE,
        }

    @api.model
    def _not_reminded(self, kind):
        """Domain: the day of today's ``notice`` or ``end`` was not reminded of."""
        day, told = {
            "notice": ("notice_date", "notice_reminded"),
            "end": ("last_day", "end_reminded"),
        }[kind]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IS DISTINCT FROM %s",
                model._field_to_sql(alias, day),
                model._field_to_sql(alias, told),
            )
        )

    @api.model
    def _cron_remind(self):
        """Make the to-dos that are due; resumable, safe to repeat."""
        for kind, due in self._reminders_due().items():
            self._cron_batches(
                due & self._not_reminded(kind),
                lambda contract, kind=kind: contract._remind(kind),
                self.env._("The reminder"),
            )

    def _remind(self, kind):
        """One to-do, due today, about the notice date or the last day."""
        self.ensure_one()
        user = self._reminder_user()
        texts = self.with_context(lang=user.lang)
        if kind == "notice":
            day, summary = self.notice_date, texts.env._("Notice by %(date)s")
            self.notice_reminded = day
        else:
            day, summary = self.last_day, texts.env._("Contract ends on %(date)s")
            self.end_reminded = day
        self.activity_schedule(
            REMINDER_TYPE,
            date_deadline=self._today(),
            summary=summary % {"date": texts._day(day)},
            note=texts.situation,
            user_id=user.id,
        )

    def _reminder_user(self):
        """Who must decide: the person responsible, else the customer's salesperson,
        else who entered it, else a sales manager."""
        self.ensure_one()
        people = self.user_id | self.commercial_partner_id.user_id | self.create_uid
        people = people.filtered(lambda user: user.active and not user._is_superuser())
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        return (people or managers.filtered("active") or self.env.user)[:1]

    def _reminders_done(self, feedback):
        """Something was decided: the reminders need nobody any more (sudo: they may be
        a colleague's)."""
        kind = self.env.ref(REMINDER_TYPE, raise_if_not_found=False)
        todos = self.sudo().activity_ids.filtered(
            lambda todo: todo.activity_type_id == kind
        )
        if todos:
            todos.with_context(crm_interaction_skip=True).action_feedback(
                feedback=feedback
            )

    @api.model
    def _cron_contracts(self):
        """The daily round: renew, tell what has ended, remind."""
        self._cron_renew()
        self._cron_tell_ended()
        self._cron_remind()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _history_join(self, company):
        """The papers of a customer that joins a company go along."""
        super()._history_join(company)
        contracts = self.env["crm.contract"].sudo().with_context(active_test=False)
        contracts = contracts.search([("commercial_partner_id", "=", self.id)])
        contracts.commercial_partner_id = company

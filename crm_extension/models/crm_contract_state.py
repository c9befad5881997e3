from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

STATES = [
    ("draft", "Draft"),
    ("to_sign", "To Sign"),
    ("signed", "Signed"),
    ("running", "In Force"),
    ("notice", "Notice Given"),
    ("ended", "Ended"),
    ("terminated", "Terminated"),
    ("cancelled", "Not Concluded"),
    ("filed", "Filed"),
]
#: The contract binds both sides today.
IN_FORCE = ("running", "notice")
ENDERS = [("us", "Us"), ("customer", "The customer"), ("both", "Both sides")]


class CrmContract(models.Model):
    """Where a contract stands: decisions of people, and the calendar.

    The state is never stored, so it is right every day without a scheduled job. Lists
    filter, group and sort by it because :meth:`_field_to_sql` gives its expression.
    Days are those of the company, not of whoever looks.
    """

    _inherit = "crm.contract"

    state = fields.Selection(
        STATES,
        compute="_compute_state",
        search="_search_state",
        help="From the decisions (draft, to sign, signed, terminated) and the dates "
        "(in force, ended).",
    )
    situation = fields.Char(
        compute="_compute_situation", help="Where the contract stands, in words."
    )
    terminated_on = fields.Date(
        string="Last Day after Notice", readonly=True, copy=False, tracking=True
    )
    termination_reason = fields.Text(readonly=True, copy=False)
    terminated_by = fields.Selection(
        ENDERS, string="Notice Given by", readonly=True, copy=False
    )
    last_day = fields.Date(
        compute="_compute_last_day",
        store=True,
        help="The last day as things stand: of the notice that was given, else of the "
        "running period.",
    )
    will_end = fields.Boolean(
        compute="_compute_last_day",
        store=True,
        help="Ends on its last day unless somebody renews it.",
    )

    _last_day_idx = models.Index("(last_day) WHERE decision = 'signed'")

    @api.depends("date_end", "terminated_on", "renewal")
    def _compute_last_day(self):
        for contract in self:
            contract.last_day = contract.terminated_on or contract.date_end
            contract.will_end = bool(contract.terminated_on) or (
                bool(contract.date_end) and contract.renewal != "auto"
            )

    @api.constrains("terminated_on", "termination_reason", "decision")
    def _check_termination(self):
        for contract in self.filtered("terminated_on"):
            if contract.decision != "signed" or not contract.termination_reason:
                raise ValidationError(
                    self.env._(
                        "%(contract)s: notice is given to a signed contract, with a "
                        "reason.",
                        contract=contract.display_name,
                    )
                )

    @api.model
    def _today(self):
        """The company's day."""
        zone = self.env.company._local_timezone()
        return fields.Date.context_today(self.with_context(tz=zone))

    # State

    @api.depends(
        "decision", "category", "date_start", "last_day", "will_end", "terminated_on"
    )
    @api.depends_context("company")
    def _compute_state(self):
        today = self._today()
        for contract in self:
            contract.state = contract._state_on(today)

    def _state_on(self, today):
        """The state of one contract on a day; :meth:`_state_sql` says the same."""
        self.ensure_one()
        if self.decision != "signed":
            return self.decision
        if self.category == "letter":
            return "filed"
        if self.last_day and self.last_day < today and self.will_end:
            return "terminated" if self.terminated_on else "ended"
        if self.terminated_on:
            return "notice"
        return "signed" if self.date_start and self.date_start > today else "running"

    @api.model
    def _state_sql(self, alias):
        """The state as an SQL expression: :meth:`_state_on` in another language."""
        column = {
            name: SQL.identifier(alias, name, to_flush=self._fields[name])
            for name in (
                "decision",
                "category",
                "date_start",
                "last_day",
                "will_end",
                "terminated_on",
            )
        }
        return SQL(
            """(CASE WHEN %(decision)s <> 'signed' THEN %(decision)s
            WHEN %(category)s = 'letter' THEN 'filed'
            WHEN %(last_day)s < %(today)s AND %(will_end)s THEN
                CASE WHEN %(terminated_on)s IS NULL THEN 'ended' ELSE 'terminated' END
            WHEN %(terminated_on)s IS NOT NULL THEN 'notice'
            WHEN %(date_start)s > %(today)s THEN 'signed'
            ELSE 'running' END)""",
            today=self._today(),
            **column,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "state":
            return self._state_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = tuple(filter(None, value)) or (None,)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", model._state_sql(alias), states
            ),
            predicate=lambda contract: contract.state in states,
        )

    # In words

    @api.depends(
        "state",
        "date",
        "direction",
        "date_start",
        "last_day",
        "notice_date",
        "renewal",
        "renewal_count",
        "renewal_unit",
    )
    @api.depends_context("lang", "company")
    def _compute_situation(self):
        today = self._today()
        for contract in self:
            tell = getattr(contract, f"_words_{contract.state}", None)
            contract.situation = tell(today) if tell else ""

    def _day(self, day):
        return format_date(self.env, day)

    def _words_filed(self, today):
        day = self._day(self.date)
        if self.category != "letter" or self.direction == "in":
            return self.env._("Received on %(date)s", date=day)
        return self.env._("Sent on %(date)s", date=day)

    def _words_to_sign(self, today):
        return self.env._("Waits for signatures")

    def _words_signed(self, today):
        return self.env._("Begins on %(date)s", date=self._day(self.date_start))

    def _words_ended(self, today):
        return self.env._("Ended on %(date)s", date=self._day(self.last_day))

    def _words_terminated(self, today):
        return self.env._(
            "Ended by notice on %(date)s", date=self._day(self.terminated_on)
        )

    def _words_notice(self, today):
        return self.env._(
            "Notice was given: ends on %(date)s", date=self._day(self.terminated_on)
        )

    def _words_running(self, today):
        """Until when, what happens then, and what can still be done."""
        _ = self.env._
        if not self.date_end:
            return _("Runs until somebody ends it")
        until = self._day(self.date_end)
        if self.renewal == "auto":
            term = self._term_words()
            if not self.notice_date or self.notice_date >= today:
                notice = self.notice_date and _(
                    "notice by %(date)s", date=self._day(self.notice_date)
                )
                sentence = _("Renews itself by %(term)s after %(date)s")
            else:
                notice = _("the notice period is over")
                sentence = _("Will renew itself by %(term)s after %(date)s")
            sentence = sentence % {"term": term, "date": until}
            return f"{sentence} · {notice}" if notice else sentence
        days = (self.date_end - today).days
        sentence = _("Runs until %(date)s", date=until)
        left = (
            _("%(days)s days left", days=days) if days else _("today is its last day")
        )
        return f"{sentence} · {left}"

    def _term_words(self):
        """The renewal term in the reader's language."""
        return self._span_words(self.renewal_count, self.renewal_unit)

    @api.model
    def _span_words(self, count, unit):
        """``(12, "month")`` -> "12 months"."""
        _ = self.env._
        if count == 1:
            return {"day": _("a day"), "month": _("a month"), "year": _("a year")}[unit]
        words = {
            "day": _("%(count)s days"),
            "month": _("%(count)s months"),
            "year": _("%(count)s years"),
        }
        return words[unit] % {"count": count}

    # Decisions

    def action_ask_signature(self):
        """The paper goes out to be signed."""
        self._check_decision("draft")
        self.write({"decision": "to_sign"})

    def action_sign(self):
        """Both sides have signed: today, unless a day was typed."""
        self._check_decision("draft", "to_sign")
        today = self._today()
        for contract in self:
            signed_on = contract.date_signed or today
            contract.write(
                {
                    "decision": "signed",
                    "date_signed": signed_on,
                    "date_start": contract.date_start or signed_on,
                }
                if contract.category == "contract"
                else {"decision": "signed"}
            )

    def action_cancel(self):
        """It never came to a signature."""
        self._check_decision("draft", "to_sign")
        self.write({"decision": "cancelled"})

    def action_draft(self):
        """Back to the draft: a mistake, or the talks begin again."""
        if self.period_ids or self.filtered("terminated_on"):
            raise UserError(
                self.env._(
                    "A contract that was renewed or ended by notice is no draft any "
                    "more. Take the renewal or the notice back first."
                )
            )
        self.write({"decision": "draft"})

    def _check_decision(self, *decisions):
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        for contract in self:
            if contract.decision not in decisions:
                raise UserError(
                    self.env._(
                        "%(contract)s: this was decided already. Load the page again.",
                        contract=contract.display_name,
                    )
                )

    # Notice

    def action_open_terminate(self):
        """Ask for the reason and the last day."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give Notice"),
            "res_model": "crm.contract.terminate",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def _terminate(self, last_day, reason, by):
        """End a signed contract on a day.

        :param last_day: the last day on which it holds, not before it was signed
        :param reason: text, kept with the contract
        :param by: ``us``, ``customer`` or ``both``
        """
        self.ensure_one()
        self._check_decision("signed")
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why: the reason is kept with the contract.")
            )
        if self.date_start and last_day < self.date_start - timedelta(days=1):
            raise UserError(
                self.env._(
                    "It begins on %(date)s and cannot end before.",
                    date=self._day(self.date_start),
                )
            )
        self.write(
            {
                "terminated_on": last_day,
                "termination_reason": reason.strip(),
                "terminated_by": by,
            }
        )
        self._project_terminated()
        self._reminders_done(self.env._("Notice was given"))

    def action_withdraw_notice(self):
        """Notice was taken back: the contract runs on as before."""
        self._check_decision("signed")
        for contract in self.filtered("terminated_on"):
            contract.write(
                {
                    "terminated_on": False,
                    "termination_reason": False,
                    "terminated_by": False,
                }
            )
            contract._project_withdrawn()

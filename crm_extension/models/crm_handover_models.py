import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval
from odoo.tools.safe_eval import time as safe_time

#: What a domain that somebody typed may fail with.
UNREADABLE = (
    *(ArithmeticError, AttributeError, LookupError, NameError),
    *(SyntaxError, TypeError, ValueError, UserError),
)


class CrmHandover(models.Model):
    """The registry: what can be handed over, and which records of it are open."""

    _inherit = "crm.handover"

    def _handover_models(self):
        """Hook: what a person can have open.

        :return: dict of a stable short word to a dict with

            * ``title`` (plural, in the reader's language), ``icon``, ``sequence``
            * ``model``; ``owner``: its field that names the person (``user_id``)
            * ``domain``: ``Domain`` of the records that are open
            * ``customer``: name of a method ``(alias) -> SQL`` that gives the commercial
              partner of a record, see :meth:`_handover_customer_partner`; without one
              every record is dealt out by itself
            * ``keep``: stored fields that the change of the owner changes as well; undo
              puts them back
            * ``write``: name of a method ``(records, user, owner)`` that gives records
              to a person, :meth:`_handover_write` by default; ``restore``: the one that
              gives them back, by default the same
            * ``guard``: ``"all"``: a person with such a record cannot be archived,
              ``"customer"``: only when it belongs to a customer; None: listed only
            * ``main``: True for what is not dealt out but goes to the first receiver
            * ``only``: kinds of handover to which it belongs; by default all
            * ``find``: name of a method ``(user_ids) -> Domain`` for records that name
              their person in another way than by a field
        """
        _ = self.env._
        open_quote = Domain("state", "in", ("draft", "sent"))
        return {
            "customers": {
                "title": _("Customers"),
                "icon": "fa-building-o",
                "sequence": 10,
                "model": "res.partner",
                "domain": self._handover_commercial(),
                "customer": "_handover_customer_own",
                "keep": ("user_assigned_date",),
                "guard": "all",
            },
            "contacts": {
                "title": _("Contacts"),
                "icon": "fa-user-o",
                "sequence": 20,
                "model": "res.partner",
                "domain": ~self._handover_commercial(),
                "customer": "_handover_customer_own",
                "keep": ("user_assigned_date",),
                "guard": "all",
            },
            "leads": {
                "title": _("Leads"),
                "icon": "fa-star-o",
                "sequence": 30,
                "model": "crm.lead",
                "domain": Domain("won_status", "=", "pending"),
                "customer": "_handover_customer_partner",
                "keep": (
                    "team_id",
                    "company_id",
                    "date_open",
                    "user_assigned_date",
                    "escalation_rung",
                ),
                "write": "_handover_write_leads",
                "guard": "all",
            },
            "quotes": {
                "title": _("Quotations"),
                "icon": "fa-file-text-o",
                "sequence": 40,
                "model": "sale.order",
                "domain": open_quote,
                "customer": "_handover_customer_partner",
                "keep": ("team_id",),
                "guard": "all",
            },
            "todos": {
                "title": _("To-dos"),
                "icon": "fa-check-square-o",
                "sequence": 50,
                "model": "mail.activity",
                "domain": self._handover_todo_domain(),
                "customer": "_handover_customer_todo",
                "keep": ("date_deadline",),
                "write": "_handover_write_todos",
                "guard": "customer",
            },
            "meetings": {
                "title": _("Meetings"),
                "icon": "fa-calendar",
                "sequence": 60,
                "model": "calendar.event",
                "domain": self._handover_meeting_domain(),
                "customer": "_handover_customer_meeting",
                "keep": (),
                "write": "_handover_write_meetings",
                "guard": "customer",
            },
            "prospects": {
                "title": _("Prospects"),
                "icon": "fa-address-book-o",
                "sequence": 70,
                "model": "crm.prospect",
                "domain": Domain("lead_id", "=", False),
                "keep": ("team_id",),
                "guard": "all",
            },
            "requests": {
                "title": _("Requests to Share"),
                "icon": "fa-share-alt",
                "sequence": 80,
                "model": "crm.share.request",
                "owner": "owner_id",
                "domain": Domain("state", "=", "open"),
                "customer": "_handover_customer_partner",
                "keep": (),
            },
            "urges": {
                "title": _("Urges"),
                "icon": "fa-bullhorn",
                "sequence": 85,
                "model": "crm.urge",
                "domain": Domain("state", "=", "open"),
                "customer": "_handover_customer_partner",
                "keep": (),
            },
            **self._handover_duties(),
        }

    def _handover_duties(self):
        """What a person does for everybody; it goes to the first receiver."""
        _ = self.env._
        duty = {"main": True, "only": ("leave",), "domain": Domain.TRUE, "keep": ()}
        return {
            "teams": {
                **duty,
                "title": _("Sales Teams Led"),
                "icon": "fa-users",
                "sequence": 90,
                "model": "crm.team",
            },
            "aliases": {
                **duty,
                "title": _("Email Aliases"),
                "icon": "fa-at",
                "sequence": 95,
                "model": "mail.alias",
                "owner": None,
                "find": "_handover_find_aliases",
                "keep": ("alias_defaults",),
                "write": "_handover_write_aliases",
            },
            "crons": {
                **duty,
                "title": _("Scheduled Actions"),
                "icon": "fa-clock-o",
                "sequence": 98,
                "model": "ir.cron",
                "write": "_handover_write_crons",
                "restore": "_handover_write",
            },
        }

    def _handover_specs(self, every=False):
        """The registry by sequence; without what this handover leaves where it is,
        unless ``every``."""
        skipped = () if every else self.skipped_kinds or ()
        specs = {
            name: {"owner": "user_id", "write": "_handover_write", **spec}
            for name, spec in self._handover_models().items()
            if name not in skipped
            and (not self.kind or self.kind in spec.get("only", (self.kind,)))
        }
        return dict(sorted(specs.items(), key=lambda item: item[1]["sequence"]))

    # Which records are open

    def _handover_commercial(self):
        """Cards of customers, not of their people."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = %s",
                SQL.identifier(alias, "id"),
                SQL.identifier(
                    alias,
                    "commercial_partner_id",
                    to_flush=model._fields["commercial_partner_id"],
                ),
            )
        )

    def _handover_todo_domain(self):
        """Open to-dos; on documents of our companies; for a cover, those due in it."""
        domain = Domain("active", "=", True)
        if self.kind == "cover" and self.date_end:
            domain &= Domain("date_deadline", "<=", self.date_end)
        for name in self.env["crm.interaction"]._timeline_todo_models():
            documents = self.env[name].sudo().with_context(active_test=False)
            if "company_id" in documents._fields and self.company_ids:
                foreign = documents._search(
                    Domain("company_id", "not in", [*self.company_ids.ids, False])
                )
                domain &= Domain("res_model", "!=", name) | Domain(
                    "res_id", "not in", foreign
                )
        return domain

    def _handover_meeting_domain(self):
        """Meetings to come; for a cover, those in it."""
        start = fields.Datetime.now()
        if self.date_start and self.date_start > self._today():
            start = self._moment(self.date_start)
        domain = Domain("stop", ">=", start)
        if self.kind == "cover" and self.date_end:
            end = self._moment(fields.Date.add(self.date_end, days=1))
            domain &= Domain("start", "<", end)
        return domain

    @api.model
    def _handover_find_aliases(self, user_ids):
        """Aliases whose new documents get one of these people as salesperson."""
        aliases = (
            self.env["mail.alias"]
            .sudo()
            .search([("alias_defaults", "like", "user_id")])
        )
        found = aliases.filtered(
            lambda alias: self._alias_defaults(alias).get("user_id") in user_ids
        )
        return Domain("id", "in", found.ids)

    @api.model
    def _alias_defaults(self, alias):
        try:
            values = ast.literal_eval(alias.alias_defaults or "{}")
        except (ValueError, SyntaxError):
            return {}
        return values if isinstance(values, dict) else {}

    def _handover_query(self, spec, user_ids):
        """ORM query of the open records of these people in the companies of the
        handover (of all companies without one)."""
        records = self.env[spec["model"]].sudo()
        domain = Domain(spec["domain"])
        if find := spec.get("find"):
            domain &= getattr(self, find)(user_ids)
        else:
            domain &= Domain(spec["owner"], "in", user_ids)
        if "company_id" in records._fields and self.company_ids:
            domain &= Domain("company_id", "in", [*self.company_ids.ids, False])
        return records._search(domain, order="id")

    def _handover_partners(self):
        """Domain of the customers that are handed over, of the wizard.

        :raises ValidationError: it cannot be read
        """
        values = {
            "uid": self.env.uid,
            "datetime": safe_datetime,
            "time": safe_time,
            "context_today": lambda: fields.Date.context_today(self),
        }
        try:
            domain = Domain(safe_eval(self.partner_domain or "[]", values))
            self.env["res.partner"].sudo()._search(domain)
        except UNREADABLE as error:
            raise ValidationError(
                self.env._(
                    "The choice of customers cannot be read: %(error)s", error=error
                )
            ) from error
        return domain

from datetime import datetime, time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MODEL = "crm.contract"


class CrmContract(models.Model):
    """What happens to papers is part of the customer's history."""

    _inherit = "crm.contract"

    def _timeline_lead(self):
        """The opportunity, when there is one only."""
        self.ensure_one()
        return self.lead_ids if len(self.lead_ids) == 1 else self.lead_ids.browse()

    def _event_args(self, **args):
        kind = self.kind_id
        name = ["record", kind._name, kind.id, kind.name]
        return {"contract": self.name, "kind": name, **args}

    def _prepare_event(self, direction="internal", **args):
        """Values of the row of a milestone."""
        self.ensure_one()
        return {
            "channel": "document",
            "direction": direction,
            "event_args": self._event_args(**args),
            "preview": self._event_summary(),
            "user_id": (self._timeline_actor() or self.user_id).id,
        }

    def _event_summary(self):
        """Number and amount as one line of text."""
        amount = self.amount and self.currency_id.format(self.amount)
        return " · ".join(filter(None, (self.number, amount))) or self.name

    def _project_signed(self):
        """A contract was signed, a letter came in or went out, a certificate is here."""
        for category, group in self.grouped("category").items():
            project = getattr(group, f"_project_{category}", None)
            if project:
                project()

    def _project_contract(self):
        """Once for each day on which it was signed: a draft again is signed again."""
        events = {}
        for contract in self:
            day = contract.date_signed or self._today()
            events[contract] = {
                **contract._prepare_event("in"),
                "date": self._timeline_moment(day),
                "source_key": f"{MODEL},{contract.id}:signed:{day:%Y%m%d}",
            }
        self._timeline_project("signed", events)

    def _project_letter(self):
        for direction, event in (("in", "received"), ("out", "sent")):
            letters = self.filtered(lambda c, way=direction: c.direction == way)
            letters._timeline_project_once(
                event, {letter: letter._prepare_letter_event() for letter in letters}
            )

    def _prepare_letter_event(self):
        return {
            **self._prepare_event(self.direction),
            "channel": "letter",
            "is_followup": True,
            "date": self._timeline_moment(self.date),
        }

    def _project_certificate(self):
        self._timeline_project_once(
            "certified",
            {
                certificate: {
                    **certificate._prepare_event("in"),
                    "date": self._timeline_moment(certificate.date),
                }
                for certificate in self
            },
        )

    def _project_moved(self):
        """A paper that gets another date moves in the history, too."""
        keys = {
            f"{MODEL},{letter.id}:{event}:1": letter
            for letter in self.filtered(lambda contract: contract.category == "letter")
            for event in ("received", "sent")
        }
        rows = self.env["crm.interaction"].sudo()
        for row in rows.search([("source_key", "in", list(keys))]) if keys else rows:
            row.date = self._timeline_moment(keys[row.source_key].date)

    def _project_renewed(self):
        until = self._date_arg(self.date_end)
        self._timeline_project("renewed", {self: self._prepare_event(until=until)})

    def _project_renewal_undone(self):
        self._timeline_project(
            "renewal_undone",
            {self: self._prepare_event(until=self._date_arg(self.date_end))},
        )

    def _project_terminated(self):
        direction = {"us": "out", "customer": "in"}.get(self.terminated_by, "internal")
        vals = self._prepare_event(direction, date=self._date_arg(self.terminated_on))
        self._timeline_project(
            "terminated", {self: {**vals, "preview": self.termination_reason}}
        )

    def _project_withdrawn(self):
        self._timeline_project("notice_withdrawn", {self: self._prepare_event()})

    def _date_arg(self, day):
        return ["date", fields.Date.to_string(day)] if day else "…"

    # The end, told by a scheduled job

    ended_told = fields.Date(
        readonly=True, copy=False, help="The last day whose end stands in the history."
    )

    @api.model
    def _cron_tell_ended(self):
        """Tell the history which contracts have ended; once for each last day."""
        self._cron_batches(
            Domain("decision", "=", "signed")
            & Domain("category", "!=", "letter")
            & Domain("will_end", "=", True)
            & Domain("last_day", "<", self._today())
            & Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s IS DISTINCT FROM %s",
                    model._field_to_sql(alias, "ended_told"),
                    model._field_to_sql(alias, "last_day"),
                )
            ),
            lambda contract: contract._project_ended(),
            self.env._("Telling the end"),
        )

    def _project_ended(self):
        """A renewed contract may end again: the key holds the day."""
        key = f"{MODEL},{self.id}:ended:{self.last_day:%Y%m%d}"
        moment = datetime.combine(self.last_day, time(23, 59))
        self._timeline_project(
            "ended",
            {
                self: {
                    **self._prepare_event(),
                    "date": min(moment, fields.Datetime.now()),
                    "source_key": key,
                }
            },
        )
        self.ended_told = self.last_day


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _timeline_todo_models(self):
        """To-dos on a customer's contracts are part of what comes next."""
        return {**super()._timeline_todo_models(), MODEL: "commercial_partner_id"}

    @api.model
    def _event_sentences(self):
        _ = self.env._
        return {
            **super()._event_sentences(),
            "crm.contract:signed": _("%(kind)s signed: %(contract)s"),
            "crm.contract:certified": _("%(kind)s: %(contract)s"),
            "crm.contract:received": _("%(kind)s: %(contract)s"),
            "crm.contract:sent": _("%(kind)s: %(contract)s"),
            "crm.contract:renewed": _("%(contract)s renewed until %(until)s"),
            "crm.contract:renewal_undone": _(
                "Renewal of %(contract)s taken back: until %(until)s"
            ),
            "crm.contract:terminated": _("Notice given: %(contract)s ends on %(date)s"),
            "crm.contract:notice_withdrawn": _(
                "Notice withdrawn: %(contract)s runs on"
            ),
            "crm.contract:ended": _("%(contract)s has ended"),
        }

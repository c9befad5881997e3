from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset

MAX_NOTE = 500


class CrmWorkbench(models.AbstractModel):
    """Urging somebody, and answering."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        buckets["urges"] = {
            "title": self.env._("Urged"),
            "icon": "fa-bullhorn",
            "sequence": 5,
            "tone": "danger",
            "empty": self.env._("Nobody is urging you."),
            "query": "_workbench_urges_query",
            "rows": "_workbench_urge_rows",
        }
        return buckets

    @api.model
    def _workbench_urges_query(self, user, search):
        domain = Domain("user_id", "=", user.id) & Domain("state", "=", "open")
        domain &= self.env["crm.workbench.hidden"]._domain("crm.urge", user)
        domain &= self._workbench_text(("note",), search, "partner_id")
        query = self.env["crm.urge"]._search(domain)
        return Keyset(query, SQL("crm_urge.create_date"), descending=True)

    @api.model
    def _workbench_urge_rows(self, ids, user):
        urges = self.env["crm.urge"].browse(ids)
        rows = [
            self._workbench_row(
                "crm.urge",
                urge.id,
                document=bool(urge._document())
                and self._workbench_document(urge._document()),
                partner=urge.partner_id or urge.lead_id.partner_id,
                name=urge.lead_id.name,
                date=self._workbench_day(urge.create_date),
                what=urge.note,
                by=urge.author_id.sudo().name or self.env._("Escalation"),
                icon="fa-bullhorn",
                can_reassign=False,
            )
            for urge in urges
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def urge(self, user_id, note, row=None, token=None):
        """Ask a person of my team to look after something now.

        The request lands in the person's workbench and, when it is about a customer
        or a lead, as a note in that timeline.

        :param row: ``{"model", "res_id"}`` of a row of the person's workbench, or None
        :param token: unique text of the dialog: a second request with it does nothing
        :return: dict with ``id``, or ``repeated``
        """
        user = self._workbench_user(user_id)
        if user == self.env.user:
            raise UserError(self.env._("You need not urge yourself: plan a to-do."))
        note = self._workbench_note(note)
        values = self._workbench_urge_values(user, row)
        if token and not self.env["crm.request.token"]._claim(token):
            return {"repeated": True}
        # sudo: urges are written here only; the rights were checked above
        urge = (
            self.env["crm.urge"]
            .sudo()
            .create(
                {**values, "user_id": user.id, "author_id": self.env.uid, "note": note}
            )
        )
        urge.with_env(self.env)._tell(
            self.env._("%(user)s urged: %(note)s", user=user.sudo().name, note=note)
        )
        user._workbench_changed()
        return {"id": urge.id}

    @api.model
    def _workbench_urge_values(self, user, row):
        """Customer, lead and to-do of the row, which must be the person's."""
        if not row:
            return {}
        model, res_id = self._workbench_row_key(row)
        todo = None
        if model == "mail.activity":
            todo = self.env["mail.activity"].browse(res_id).exists()
            todo.check_access("read")
            if not todo or todo.user_id != user:
                raise UserError(self.env._("This to-do is not with that person."))
        document = self._workbench_target_document(model, res_id, todo)
        if document is None or not hasattr(document, "_timeline_partner"):
            return {"activity_id": todo.id if todo else False}
        lead = document._timeline_lead()
        partner = document._timeline_partner()
        return {
            "activity_id": todo.id if todo else False,
            "lead_id": lead.id,
            "partner_id": partner.id,
        }

    @api.model
    def answer_urge(self, urge_id, answer=None):
        """Answer a request: it leaves the workbench and its author is told."""
        self._workbench_user()
        is_id = isinstance(urge_id, int) and not isinstance(urge_id, bool)
        urge = self.env["crm.urge"].browse(urge_id if is_id else []).exists()
        if not urge or urge.user_id != self.env.user:
            raise AccessError(self.env._("This request was made to somebody else."))
        if urge.state == "answered":
            return {"repeated": True}
        text = self._workbench_note(answer) if answer else False
        urge.sudo().write(
            {
                "state": "answered",
                "answer": text,
                "answer_date": fields.Datetime.now(),
            }
        )
        if text:
            urge._tell(self.env._("Answer to the request: %(answer)s", answer=text))
        urge._tell_author()
        return {"undo": self._workbench_sign_undo({"kind": "urge", "urge": urge.id})}

    @api.model
    def _workbench_note(self, note):
        if not isinstance(note, str) or not note.strip():
            raise UserError(self.env._("Write a few words."))
        if len(note) > MAX_NOTE:
            raise UserError(
                self.env._("Use at most %(count)s characters.", count=MAX_NOTE)
            )
        return note.strip()

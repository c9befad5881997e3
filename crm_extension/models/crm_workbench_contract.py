from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset
from .crm_contract_reminder import REMINDER_TYPE


class CrmWorkbench(models.AbstractModel):
    """Contracts whose notice date or last day comes near.

    A row stays until somebody decides: renewed, notice given, or its reminder done. It
    carries the reminder, so finishing, putting off and giving away work as for to-dos.
    """

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if self.env["crm.contract"].has_access("read"):
            buckets["contracts"] = {
                "title": self.env._("Contracts"),
                "icon": "fa-file-text",
                "sequence": 77,
                "tone": "warning",
                "empty": self.env._("No contract ends, and no notice is due."),
                "query": "_workbench_contracts_query",
                "rows": "_workbench_contract_rows",
            }
        return buckets

    @api.model
    def _workbench_contracts_query(self, user, search):
        contracts = self.env["crm.contract"]
        due = contracts._reminders_due()
        notice = due["notice"] & self._workbench_undecided("notice")
        end = due["end"] & self._workbench_undecided("end")
        domain = (notice | end) & self._workbench_contract_owner(user)
        domain &= self.env["crm.workbench.hidden"]._domain(contracts._name, user)
        if search:
            domain &= Domain("name", "ilike", search) | Domain(
                "partner_id.complete_name", "ilike", search
            )
        moment = SQL("COALESCE(decide_by, last_day)::timestamp")
        return Keyset(contracts._search(domain), moment)

    @api.model
    def _workbench_contract_owner(self, user):
        """Contracts of a person; those of nobody belong to the customer's salesperson."""
        return Domain("user_id", "=", user.id) | (
            Domain("user_id", "=", False)
            & Domain("commercial_partner_id.user_id", "=", user.id)
        )

    @api.model
    def _workbench_undecided(self, kind):
        """Not reminded yet, or the reminder is open and due."""
        return self.env["crm.contract"]._not_reminded(kind) | Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "EXISTS (%s)", self._workbench_reminder_sql(SQL.identifier(alias, "id"))
            )
        )

    @api.model
    def _workbench_reminder_sql(self, contract):
        """SELECT of the open reminders of a contract that are due."""
        kind = self.env.ref(REMINDER_TYPE, raise_if_not_found=False)
        return SQL(
            """SELECT 1 FROM mail_activity a
                WHERE a.res_model = 'crm.contract' AND a.res_id = %s AND a.active
                  AND a.activity_type_id = %s AND a.date_deadline <= %s""",
            contract,
            kind.id if kind else 0,
            fields.Date.context_today(self),
        )

    @api.model
    def _workbench_contract_rows(self, ids, user):
        contracts = self.env["crm.contract"].browse(ids)
        reminders = self._workbench_reminders(contracts)
        rows = [
            self._workbench_contract_row(contract, reminders.get(contract.id))
            for contract in contracts
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_reminders(self, contracts):
        """Map contracts to their open reminder: one query."""
        kind = self.env.ref(REMINDER_TYPE, raise_if_not_found=False)
        todos = self.env["mail.activity"].search(
            [
                ("res_model", "=", contracts._name),
                ("res_id", "in", contracts.ids),
                ("activity_type_id", "=", kind.id if kind else 0),
            ],
            order="date_deadline desc, id desc",
        )
        return {todo.res_id: todo for todo in todos}

    @api.model
    def _workbench_contract_row(self, contract, todo):
        values = {
            "document": self._workbench_document(contract),
            "partner": contract.partner_id,
            "date": fields.Date.to_string(contract.decide_by or contract.last_day),
            "what": f"{contract.name} · {contract.situation}",
            "icon": "fa-file-text",
            "can_reassign": bool(todo),
        }
        if todo:
            kind = todo.activity_type_id.name
            return self._workbench_row(
                "mail.activity", todo.id, activity_id=todo.id, kind=kind, **values
            )
        return self._workbench_row("crm.contract", contract.id, **values)

    @api.model
    def _workbench_models(self):
        return {*super()._workbench_models(), "crm.contract"}

    @api.model
    def _workbench_preview_open(self, customer):
        """Contracts in force, after what is open for sale."""
        found = super()._workbench_preview_open(customer)
        contracts = self.env["crm.contract"]
        if not customer or not contracts.has_access("read"):
            return found
        return found + [
            {
                "model": contract._name,
                "id": contract.id,
                "name": contract.name,
                "state": contract.situation,
                "amount": contract.amount
                and contract.currency_id.format(contract.amount),
                "icon": "fa-file-text",
            }
            for contract in contracts.search(
                Domain("commercial_partner_id", "=", customer.id)
                & Domain("state", "in", ["signed", "running", "notice"])
                & Domain("category", "=", "contract"),
                order="decide_by, id",
                limit=3,
            )
        ]

from odoo import api, fields, models


class CrmWorkbench(models.AbstractModel):
    """The rows of the buckets: all of them have one shape."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_row(self, model, res_id, **values):
        """A row with all its keys.

        :param model, res_id: what the row is about and what actions are done on
        :param values: some of ``activity_id`` (the to-do that finishing the row
            finishes), ``document`` (``{model, id, name}``, what a click opens),
            ``partner`` (``res.partner``, replaced by its facts), ``date``
            (``YYYY-MM-DD``), ``at`` (UTC datetime), ``what``, ``icon``, ``badge``,
            ``can_snooze``, ``can_reassign``
        """
        return {
            "model": model,
            "res_id": res_id,
            "activity_id": False,
            "document": False,
            "partner": self.env["res.partner"],
            "date": False,
            "at": False,
            "what": "",
            "icon": "fa-circle-o",
            "badge": False,
            "can_done": True,
            "can_reassign": True,
            **values,
        }

    @api.model
    def _workbench_finish_rows(self, rows):
        """Put the facts of its customer on each row: one query for each fact."""
        partners = self.env["res.partner"].union(*(row["partner"] for row in rows))
        customers = partners.commercial_partner_id
        known = {
            vals["id"]: vals
            for vals in (partners | customers).read(self._workbench_fields(), load=None)
        }
        stats = self.env["crm.customer.stat"]._by_customer(customers)
        users = self._workbench_last_users(stats)
        outcomes = self._workbench_last_outcomes(stats)
        levels = self._workbench_levels(known.values())
        for row in rows:
            partner = row.pop("partner")
            customer = partner.commercial_partner_id
            row |= self._workbench_customer(partner, customer, known, levels)
            row["last"] = self._workbench_last(stats.get(customer.id), users, outcomes)
        return rows

    @api.model
    def _workbench_fields(self):
        return ["name", "phone", "email", "customer_level_id"]

    @api.model
    def _workbench_levels(self, known):
        """Names of the levels of some customers."""
        ids = {vals["customer_level_id"] for vals in known} - {False}
        return {level.id: level.name for level in self._workbench_level().browse(ids)}

    @api.model
    def _workbench_level(self):
        return self.env["crm.customer.level"].sudo()

    @api.model
    def _workbench_customer(self, partner, customer, known, levels):
        """Customer, person, phone and level of a row."""
        if not partner:
            return {"customer": False, "contact": False, "phone": False, "level": False}
        own, company = known[partner.id], known[customer.id]
        return {
            "customer": {"id": customer.id, "name": company["name"]},
            "contact": partner != customer
            and {"id": partner.id, "name": own["name"] or company["name"]},
            "phone": own["phone"] or company["phone"],
            "level": levels.get(company["customer_level_id"], False),
        }

    @api.model
    def _workbench_last_users(self, stats):
        """Names of those who spoke last with some customers (sudo: a name only)."""
        ids = {facts["last_contact_user_id"] for facts in stats.values()} - {False}
        return {user.id: user.name for user in self.env["res.users"].sudo().browse(ids)}

    @api.model
    def _workbench_last_outcomes(self, stats):
        """What came of the last contacts: ``{interaction id: name of the outcome}``."""
        ids = {facts["last_contact_id"] for facts in stats.values()} - {False}
        rows = self.env["crm.interaction"].sudo().browse(ids)
        rows.fetch(["outcome_id"])
        return {row.id: row.outcome_id.name for row in rows if row.outcome_id}

    @api.model
    def _workbench_last(self, facts, users, outcomes):
        if not facts or not facts["last_contact_date"]:
            return False
        return {
            "date": fields.Datetime.to_string(facts["last_contact_date"]),
            "channel": facts["last_contact_channel"],
            "outcome": outcomes.get(facts["last_contact_id"], ""),
            "user": users.get(facts["last_contact_user_id"], ""),
        }

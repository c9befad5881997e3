from odoo import api, fields, models
from odoo.tools import SQL


class CrmHandover(models.Model):
    """What a person has open, kind by kind."""

    _inherit = "crm.handover"

    inventory = fields.Json(compute="_compute_inventory")

    @api.depends(
        "from_user_id",
        "kind",
        "company_ids",
        "partner_domain",
        "date_start",
        "date_end",
        "skipped_kinds",
    )
    def _compute_inventory(self):
        """List of ``{name, title, icon, count, skipped}``: two queries a handover."""
        for handover in self:
            handover.inventory = handover._inventory()

    def _inventory(self):
        specs = self._handover_specs(every=True)
        counts = self._count_kinds(specs)
        skipped = self.skipped_kinds or []
        return [
            {
                "name": name,
                "title": spec["title"],
                "icon": spec["icon"],
                "count": counts[name],
                "skipped": name in skipped,
            }
            for name, spec in specs.items()
            if counts[name] or name in skipped
        ]

    def _count_kinds(self, specs):
        """Map kinds to the number of open records: one statement."""
        if not self.from_user_id and not self._is_choice():
            return dict.fromkeys(specs, 0)
        people, chosen = self._handover_from_users(), self._handover_chosen_sql()
        owner_ids = {name: self._handover_owner_ids(name, people) for name in specs}
        counts = [
            SQL("SELECT %s, COUNT(*) FROM (%s) r WHERE %s", name, rows, chosen)
            for name, rows in self._kind_queries(specs, owner_ids)
        ]
        return dict(self.env.execute_query(SQL(" UNION ALL ").join(counts)))

    def _kind_queries(self, specs, owner_ids):
        """``(name, SELECT id, customer)`` of the open records of each kind."""
        for name, spec in specs.items():
            query = self._handover_query(spec, owner_ids[name])
            method = spec.get("customer")
            customer = (
                getattr(self, method)(query.table) if method else SQL("NULL::int")
            )
            yield (
                name,
                query.select(
                    SQL("%s AS id", SQL.identifier(query.table, "id")),
                    SQL("%s AS customer", customer),
                ),
            )

    @api.model
    def _handover_open(self, users):
        """What keeps these people from being archived: ``{title: count}``.

        One statement, across companies and whoever asks.
        """
        everywhere = self.sudo().browse()
        specs = {
            name: spec
            for name, spec in everywhere._handover_specs().items()
            if spec.get("guard")
        }
        counts = [
            SQL(
                "SELECT %s, COUNT(*) FROM (%s) r WHERE %s",
                name,
                rows,
                SQL("TRUE")
                if specs[name]["guard"] == "all"
                else SQL("r.customer IS NOT NULL"),
            )
            for name, rows in everywhere._kind_queries(
                specs, dict.fromkeys(specs, users.ids)
            )
        ]
        found = self.env.execute_query(SQL(" UNION ALL ").join(counts))
        return {specs[name]["title"]: count for name, count in found if count}

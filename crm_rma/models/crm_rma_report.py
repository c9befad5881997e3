from odoo import api, fields, models


class CrmRma(models.Model):
    """The repair report: what came, what was found, what was done, what is covered."""

    _inherit = "crm.rma"

    def _report_units(self):
        """What the report says about each unit, in the language of the environment.

        :return: list of ``{"line", "facts": [(label, text)], "parts", "cover"}``;
            parts are dictionaries ``name``, ``quantity``, ``unit``
        """
        self.ensure_one()
        return [
            {
                "line": line,
                "facts": line._report_facts(),
                "parts": line._report_parts(),
                "cover": line._report_cover(),
            }
            for line in self.line_ids
        ]


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    def _report_facts(self):
        """Pairs (label, text) of what is known, in the order of the work."""
        facts = [
            (self.env._("Reported"), self.fault),
            (self.env._("Symptom"), self.symptom_id.name),
            (self.env._("Fault Found"), self.fault_id.name),
            (self.env._("Cause"), self.cause_id.name),
            (self.env._("Finding"), self.diagnosis),
            (self.env._("Done"), self.resolution_id.name or self.outcome_summary),
            (self.env._("Warranty"), self._report_verdict()),
        ]
        return [(label, text) for label, text in facts if text]

    def _report_verdict(self):
        """The verdict as of the day of the request, one word."""
        labels = dict(self._fields["warranty_status"]._description_selection(self.env))
        return labels.get(self.warranty_status, "")

    def _report_parts(self):
        """The parts that were put in, product by product."""
        used = self.sudo().repair_ids.move_ids.filtered(
            lambda move: move.state == "done" and move.repair_line_type == "add"
        )
        return [
            {
                "name": product.display_name,
                "quantity": sum(moves.mapped("quantity")),
                "unit": unit.name,
            }
            for (product, unit), moves in used.with_context(lang=self.env.lang)
            .grouped(lambda move: (move.product_id, move.product_uom))
            .items()
        ]

    def _report_cover(self):
        """Dictionaries ``classes``, ``kind``, ``start``, ``end``: what is covered now.

        The days of a repair count from the day the unit went home.
        """
        today = fields.Date.context_today(self)
        intervals = self._report_registration().sudo().interval_ids
        intervals = intervals.filtered(lambda interval: interval.date_to >= today)
        rows = {}
        for interval in intervals.sorted(lambda i: (i.date_to, i.id)):
            key = (interval.kind, interval.date_from, interval.date_to)
            rows.setdefault(key, []).append(interval.coverage)
        return [
            self._report_cover_row(kind, start, end, classes)
            for (kind, start, end), classes in rows.items()
        ]

    def _report_registration(self):
        """The warranty that holds today, after an exchange that of the new unit."""
        registration = self.registration_id.sudo()
        return registration._successor() if registration else registration

    @api.model
    def _report_cover_row(self, kind, start, end, classes):
        fields_of = self.env["warranty.interval"]._fields
        kinds = dict(fields_of["kind"]._description_selection(self.env))
        names = dict(fields_of["coverage"]._description_selection(self.env))
        return {
            "kind": kinds[kind],
            "classes": ", ".join(names[name] for name in names if name in classes),
            "start": start,
            "end": end,
        }

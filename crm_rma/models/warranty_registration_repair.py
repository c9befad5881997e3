from odoo import models
from odoo.tools.i18n import format_list

from ..tools.warranty import REPAIR_CLASSES, add_months, end_of_term


class WarrantyRegistration(models.Model):
    """What a finished repair adds to a warranty."""

    _inherit = "warranty.registration"

    def _add_repair(self, line, repairs, day, length):
        """The parts and the work of ``repairs`` are covered from ``day`` on.

        :param line: ``crm.rma.line`` that went home
        :param length: ``(number, unit)``
        """
        self.ensure_one()
        end = end_of_term(day, *length)
        self.env["warranty.interval"].sudo().create(
            [
                {
                    "registration_id": self.id,
                    **self._prepare_interval(
                        "repair",
                        coverage,
                        day,
                        end,
                        stops=self.term_id.adds_downtime,
                        limited=True,
                        rma_line_id=line.id,
                        term_id=self.term_id.id,
                        note=self._repaired(repairs),
                    ),
                }
                for coverage in REPAIR_CLASSES
            ]
        )
        self._reckon()

    def _repaired(self, repairs):
        """The parts that were put in, as people call them."""
        used = repairs.move_ids.filtered(
            lambda m: m.state == "done" and m.repair_line_type == "add"
        )
        names = used.product_id.mapped("display_name")
        return format_list(self.env, names) if names else False

    def _prolong_by_repair(self, line, day):
        """The law extends its period once when goods were repaired in it.

        Source: Directive (EU) 2019/771, article 10(2a).
        """
        self.ensure_one()
        profile = self.statutory_id
        lawful = self.interval_ids.filtered(
            lambda i: (
                i.kind == "statutory"
                and i.statutory_id == profile
                and i.date_to >= line.date_reported
                and not i.rma_line_id
            )
        )
        if not lawful or not profile._extends_after_repair(self.date_delivered or day):
            return
        for interval in lawful:
            interval.write(
                {
                    "base_to": add_months(interval.base_to, profile.repair_extension),
                    "rma_line_id": line.id,
                }
            )
        self._reckon()

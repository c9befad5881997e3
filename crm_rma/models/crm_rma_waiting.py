from odoo import api, fields, models
from odoo.fields import Domain

WAITING = [("customer", "Customer"), ("parts", "Parts"), ("vendor", "Vendor")]
PLACE_OF = {"parts": "waiting_parts", "vendor": "vendor"}


class CrmRmaLine(models.Model):
    """Whom a unit waits for: nobody of us can do anything until they move."""

    _inherit = "crm.rma.line"

    waiting_for = fields.Selection(
        WAITING,
        compute="_compute_waiting_for",
        search="_search_waiting_for",
        help="The customer who was asked about the price, parts that are not there, or "
        "a vendor who has the unit.",
    )

    @api.depends(
        "is_open", "place", "repair_ids.state", "repair_ids.sale_order_id.state"
    )
    def _compute_waiting_for(self):
        by_place = {place: whom for whom, place in PLACE_OF.items()}
        for line in self:
            asked = line.is_open and line._asked_repairs()
            line.waiting_for = "customer" if asked else by_place.get(line.place)

    def _search_waiting_for(self, operator, value):
        """A unit whose quotation waits is not counted with those that lack parts."""
        if operator != "in":
            return NotImplemented
        domain = Domain.FALSE
        asked = self._asked_domain()
        for whom in value:
            if whom == "customer":
                domain |= asked
            elif whom in PLACE_OF:
                domain |= Domain("place", "=", PLACE_OF[whom]) & ~asked
            elif not whom:
                domain |= ~asked & Domain("place", "not in", list(PLACE_OF.values()))
        return domain

    @api.model
    def _asked_domain(self):
        """Open units with a planned repair whose quotation nobody answered.

        Whoever works at the bench need not read quotations to know that one waits.
        """
        repairs = (
            self.env["repair.order"]
            .sudo()
            ._search(
                [
                    ("rma_line_id", "!=", False),
                    ("state", "=", "draft"),
                    ("sale_order_id.state", "in", ("draft", "sent")),
                ]
            )
        )
        return Domain("is_open", "=", True) & Domain(
            "id", "in", repairs.subselect("rma_line_id")
        )

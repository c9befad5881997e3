from odoo import models
from odoo.exceptions import AccessError


class StockLocation(models.Model):
    """The sign on the shelf: whoever scans it puts the unit in the hand there."""

    _inherit = "stock.location"

    def action_print_place_labels(self):
        """Labels of these places, and one for *Shipped* of each of their sites.

        A place without a barcode gets one; it is kept, so that signs stay valid.
        """
        places = self.filtered("rma_place")
        places.check_access("read")
        if not self.env.user.has_group("crm_rma.crm_rma_group_user"):
            raise AccessError(self.env._("Only the service desk prints these labels."))
        places.sudo()._ensure_rma_barcodes()
        report = self.env.ref("crm_rma.action_report_rma_place_label")
        return report.report_action(places, config=False)

    def _ensure_rma_barcodes(self):
        for location in self.filtered(lambda place: not place.barcode):
            location.barcode = location._rma_barcode()

    def _rma_barcode(self):
        """``WHRMABENCH``: the site and the place; of a shelf also its number."""
        self.ensure_one()
        warehouse = self.rma_warehouse_id
        code = (warehouse.code or "").replace(" ", "").upper()
        barcode = f"{code}RMA{self.rma_place.replace('_', '').upper()}"
        is_shelf = self.location_id != warehouse.rma_view_location_id
        taken = self._is_rma_barcode_taken(barcode)
        return f"{barcode}{self.id}" if is_shelf or taken else barcode

    def _is_rma_barcode_taken(self, barcode):
        return bool(
            self.with_context(active_test=False).search_count(
                [
                    ("barcode", "=", barcode),
                    ("company_id", "in", (self.company_id.id, False)),
                ],
                limit=1,
            )
        )

    def _rma_label_pages(self):
        """What is printed: dictionaries ``name``, ``site``, ``code``."""
        pages = [
            {
                "name": place.name,
                "site": place.rma_warehouse_id.name,
                "code": place.barcode,
            }
            for place in self
            if place.barcode
        ]
        shipped = dict(self.env["crm.rma.line"].board_places())["shipped"]
        pages += [
            {
                "name": shipped,
                "site": warehouse.name,
                "code": warehouse.sudo().rma_out_type_id.barcode,
            }
            for warehouse in self.rma_warehouse_id
        ]
        return pages

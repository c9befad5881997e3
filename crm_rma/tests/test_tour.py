from odoo.tests import HttpCase, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestTour(HttpCase, CrmRmaCommon):
    """The first-run tour of the service desk works in a real browser (R01, R04)."""

    def test_first_return(self):
        """From the serial number over the approval to the unit in the hand."""
        lot = self.make_lots(self.product, ["TOUR-1"])
        self.deliver(lot)
        self.start_tour("/odoo", "crm_rma_tour", login="desk", timeout=180)
        line = self.env["crm.rma.line"].search([("lot_id", "=", lot.id)])
        self.assertEqual(line.place, "received")
        self.assertEqual(line.rma_id.approved_by_id, self.user)
        self.assertLies(lot, self.warehouse._rma_location("received"))

    def test_tour_is_known(self):
        """The client finds the tour by the name of its record."""
        tour = self.env.ref("crm_rma.crm_rma_tour")
        self.assertEqual(tour.name, "crm_rma_tour")
        self.assertFalse(tour.custom)

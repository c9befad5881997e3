from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestUninstall(CrmRmaCommon):
    """R13: the addon leaves nothing behind, and never with others' goods inside."""

    def test_refused_with_goods(self):
        lot = self.make_lots(self.product, ["SN-1"])
        self.deliver(lot)
        rma = self.walk(self.rma(lot), until="action_receive")
        module = self.env["ir.module.module"].search([("name", "=", "crm_rma")])
        with self.assertRaisesRegex(UserError, "Received"):
            module.button_uninstall()
        below = self.env["ir.module.module"].search([("name", "=", "repair")])
        with self.assertRaisesRegex(UserError, "Received"):
            below.button_uninstall()
        self.assertEqual(module.state, "installed")
        rma.action_return_as_is()
        module._check_no_customer_goods()

    def test_unused_setup_goes(self):
        site = self.env["stock.warehouse"].create({"name": "Site 2", "code": "ST2"})
        places = site.rma_location_ids + site.rma_view_location_id
        types = site.rma_in_type_id + site.rma_repair_type_id
        uninstall_hook(self.env)
        self.assertFalse(places.exists())
        self.assertFalse(types.exists())
        self.assertTrue(site.exists())

    def test_used_setup_is_archived(self):
        lot = self.make_lots(self.product, ["SN-1"])
        self.deliver(lot)
        rma = self.walk(self.rma(lot))
        place = self.warehouse._rma_location("received")
        receipts = self.warehouse.rma_in_type_id
        uninstall_hook(self.env)
        self.assertTrue(rma.line_ids.move_ids.exists())
        self.assertFalse(place.active)
        self.assertFalse(receipts.active)

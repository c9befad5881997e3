"""The loop in a real browser: every click a person makes, and pictures of what they see."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .photos import PhotoCase

SERIAL = "VAC-0001"
GROUPS = (
    "sales_team.group_sale_salesman_all_leads",
    "crm_extension.crm_extension_group_margin",
    "stock.group_stock_user",
    "crm_rma.crm_rma_group_user",
    "crm_analytics.crm_analytics_group_manager",
)


@tagged("post_install", "-at_install", "loop")
class TestLoopTour(PhotoCase):
    """X01 X04 X12 R02 R03 A01: one person walks through all three addons."""

    browser_size = "1400,900"
    photo_series = "loop"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "loop_tour",
            name="Nancy Davolio",
            groups=",".join(GROUPS),
            tz="Europe/Vienna",
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Ernst Handel",
                "is_company": True,
                "user_id": cls.user.id,
                "phone": "+43 7675 3425",
                "city": "Graz",
                "country_id": cls.env.ref("base.at").id,
            }
        )
        term = cls.env["warranty.term"].create(
            {"name": "12 months", "duration": 12, "duration_unit": "month"}
        )
        cls.machine, cls.seal = cls.env["product.product"].create(
            [
                {
                    "name": "Vacuum sealer",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "list_price": 500.0,
                    "standard_price": 300.0,
                    "warranty_term_id": term.id,
                },
                {
                    "name": "Sealing strip",
                    "type": "consu",
                    "is_storable": True,
                    "standard_price": 7.0,
                },
            ]
        )
        cls._put_on_stock(cls.seal, 10)
        cls._put_on_stock(cls.machine, 1, "VAC-0000")
        cls._sell_the_first_machine()
        cls._put_on_stock(cls.machine, 1, SERIAL)

    @classmethod
    def _put_on_stock(cls, product, quantity, serial=None):
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        lot = cls.env["stock.lot"].create(
            [{"name": serial, "product_id": product.id}] if serial else []
        )
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": warehouse.lot_stock_id.id,
                "lot_id": lot.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    @classmethod
    def _sell_the_first_machine(cls):
        """The old order of the story: sold and delivered before."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.user.id,
                "order_line": [
                    Command.create({"product_id": cls.machine.id, "product_uom_qty": 1})
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.with_context(skip_sms=True).button_validate()

    def test_loop(self):
        """X01 X12 R02 R03 A01: visit, quote again, deliver, repair, ship, report."""
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}",
            "crm_loop_tour",
            login=self.user.login,
            timeout=600,
        )
        rma = self.env["crm.rma"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(rma.state, "closed")
        self.assertEqual(rma.line_ids.lot_id.name, SERIAL)
        self.assertEqual(rma.line_ids.repair_ids.state, "done")
        self.assertEqual(rma.line_ids.repair_ids.move_ids.product_id, self.seal)
        visit = self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("channel", "=", "visit")]
        )
        self.assertEqual(visit.user_id, self.user)
        self.assertIn("3-timeline", self.photos)

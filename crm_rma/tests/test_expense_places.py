from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestExpensePlaces(CrmRmaCommon):
    """R03: where parts used under warranty or as goodwill go."""

    def setUp(self):
        super().setUp()
        find = self.warehouse._rma_expense_location
        self.places = find("warranty") | find("goodwill")
        self.production = self.warehouse._get_production_location()
        # parts lie there, as after the first repair
        self.env["stock.quant"].create(
            [
                {
                    "product_id": self.product.id,
                    "location_id": place.id,
                    "lot_id": self.make_lots(self.product, [place.name]).id,
                    "quantity": 1,
                }
                for place in self.places
            ]
        )

    def test_production_comes_first(self):
        """Who takes any production location of the company takes Odoo's own."""
        first = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        self.assertEqual(first, self.production)
        self.assertEqual(self.places.location_id, self.production)

    def test_moved_elsewhere(self):
        """A place that somebody moves is still that of its warehouse."""
        shelf = self.env["stock.location"].create(
            {"name": "Parts", "location_id": self.production.location_id.id}
        )
        self.places.location_id = shelf
        self.production.location_id = shelf
        self.assertEqual(self.places.rma_warehouse_id, self.warehouse)
        for place in self.places:
            found = self.warehouse._rma_expense_location(place.rma_expense)
            self.assertEqual(found, place)

    def test_migration(self):
        """19.0.1.3.0: places of before move, one that somebody moved stays."""
        moved, kept = self.places
        moved.location_id = self.production.location_id
        kept.location_id = self.warehouse.view_location_id
        self.env.flush_all()
        path = file_path("crm_rma/migrations/19.0.1.3.0/post-expense-places.py")
        load_script(path, "post-expense-places").migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(moved.location_id, self.production)
        self.assertEqual(kept.location_id, self.warehouse.view_location_id)

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import CrmRmaCommon

PLACES = {"received", "diagnosis", "waiting_parts", "vendor", "bench", "test", "ready"}


@tagged("post_install", "-at_install")
class TestLocations(CrmRmaCommon):
    """R13, R15: every warehouse has its places, and they are not our stock."""

    def test_places_lie_outside_the_warehouse(self):
        places = self.warehouse.rma_location_ids
        self.assertEqual({p.rma_place for p in places if p.rma_place}, PLACES)
        self.assertFalse(places.warehouse_id)
        inside = self.warehouse.view_location_id
        for place in places:
            self.assertFalse(place.parent_path.startswith(inside.parent_path))

    def test_only_warranty_parts_are_ours(self):
        for place in self.warehouse.rma_location_ids:
            self.assertFalse(place._should_be_valued(), place.name)
            goods = place.usage != "production"
            self.assertEqual(place.is_customer_goods, goods, place.name)

    def test_search_agrees_with_the_method(self):
        """R13: the searched and the computed valuation name the same locations."""
        Location = self.env["stock.location"]
        every = Location.with_context(active_test=False).search([])
        valued = every.filtered(lambda location: location._should_be_valued())
        Location = Location.with_context(active_test=False)
        self.assertEqual(Location.search([("is_valued_internal", "=", True)]), valued)
        self.assertEqual(
            Location.search([("is_valued_internal", "=", False)]), every - valued
        )
        self.assertEqual(
            Location.search([("is_valued_internal", "!=", True)]), every - valued
        )
        self.assertIn(self.stock, valued)

    def test_new_warehouse_gets_its_own(self):
        """R15: a new site has places and operation types of its own."""
        site = self.env["stock.warehouse"].create({"name": "Site 2", "code": "ST2"})
        self.assertEqual(
            {p.rma_place for p in site.rma_location_ids if p.rma_place}, PLACES
        )
        self.assertFalse(site.rma_location_ids & self.warehouse.rma_location_ids)
        self.assertEqual(site.rma_in_type_id.warehouse_id, site)
        self.assertEqual(
            site.rma_in_type_id.default_location_dest_id.rma_place, "received"
        )
        repair = site.rma_repair_type_id
        self.assertEqual(repair.default_product_location_src_id.rma_place, "bench")
        self.assertTrue(repair.default_remove_location_dest_id.is_customer_goods)
        self.assertEqual(repair.default_location_dest_id.usage, "production")

    def test_production_stays_production(self):
        """A warehouse whose code sorts first does not lend its warranty location."""
        site = self.env["stock.warehouse"].create({"name": "First", "code": "AAA"})
        location = site._get_production_location()
        self.assertFalse(location.rma_warehouse_id)
        again = self.env["stock.warehouse"].create({"name": "Second", "code": "AAB"})
        self.assertFalse(again.repair_type_id.default_location_dest_id.rma_warehouse_id)
        self.assertEqual(
            again.rma_paid_repair_type_id.default_location_dest_id, location
        )

    def test_company_gets_its_own(self):
        """R15: places of a second company belong to it."""
        other = self.env["res.company"].create({"name": "Second"})
        site = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        self.assertEqual(site.rma_location_ids.company_id, other)

    def test_setup_is_idempotent(self):
        before = self.warehouse.rma_location_ids
        types = self.env["stock.picking.type"].search_count([])
        post_init_hook(self.env)
        post_init_hook(self.env)
        self.assertEqual(self.warehouse.rma_location_ids, before)
        self.assertEqual(self.env["stock.picking.type"].search_count([]), types)

    def test_shelf_inherits_the_place(self):
        """R04: Bench 2 under Bench is a bench, and holds customers' goods."""
        bench = self.warehouse._rma_location("bench")
        shelf = self.env["stock.location"].create(
            {"name": "Bench 2", "location_id": bench.id, "company_id": self.company.id}
        )
        self.assertTrue(shelf.is_customer_goods)
        self.assertEqual(shelf.rma_place, "bench")
        self.assertEqual(self.warehouse._rma_location("bench"), bench)

    def test_flag_is_fixed_while_goods_lie_there(self):
        """R13: whose goods they are cannot change under them."""
        lot = self.make_lots(self.product, ["SN-1"])
        self.deliver(lot)
        rma = self.walk(self.rma(lot), until="action_receive")
        with self.assertRaises(ValidationError):
            rma.line_ids.location_id.is_customer_goods = False

    def test_moved_while_goods_lie_there(self):
        """R13: a shelf with goods moves among places, not into our stock."""
        lot = self.make_lots(self.product, ["SN-1"])
        self.deliver(lot)
        place = self.walk(self.rma(lot), until="action_receive").line_ids.location_id
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse._rma_location("bench").id}
        )
        place.location_id = shelf
        self.env.flush_all()
        self.assertTrue(place.is_customer_goods)
        with self.assertRaisesRegex(ValidationError, "holds goods"):
            place.location_id = self.stock
            self.env.flush_all()

    def test_renamed_warehouse(self):
        site = self.env["stock.warehouse"].create({"name": "Site 2", "code": "ST2"})
        site.code = "NEW2"
        self.assertEqual(site.rma_view_location_id.name, "NEW2-RMA")

    def test_archived_warehouse(self):
        site = self.env["stock.warehouse"].create({"name": "Site 2", "code": "ST2"})
        site.active = False
        self.assertFalse(site.rma_view_location_id.active)
        self.assertFalse(site.rma_in_type_id.active)
        site.active = True
        self.assertTrue(site.rma_view_location_id.active)

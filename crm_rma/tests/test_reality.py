from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestDock(CrmRmaCommon):
    """R04: warehouse people without service rights, scanners and mixed goods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.dock = new_test_user(cls.env, "dock", groups="stock.group_stock_user")
        cls.lots = cls.make_lots(cls.product, ["D-1", "D-2"])
        cls.deliver(cls.lots)

    def carry(self, lots, source, destination, user=None):
        """One move of several serials, as a transfer typed by hand."""
        moves = self.env["stock.move"].with_user(user or self.env.user)
        move = moves.create(
            {
                "product_id": self.product.id,
                "product_uom_qty": len(lots),
                "picked": True,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "picking_type_id": self.warehouse.int_type_id.id,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "lot_id": lot.id,
                            "quantity": 1,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                            "picked": True,
                        }
                    )
                    for lot in lots
                ],
            }
        )
        done = move._action_done()
        self.assertEqual(set(done.mapped("state")), {"done"})
        return done

    def test_stock_user_receives(self):
        """R04: who works at the dock needs no right on RMAs to validate a receipt."""
        rma = self.rma(self.lots)
        rma.action_approve()
        self.env.flush_all()
        self.env.invalidate_all()
        receipt = rma.picking_ids.with_user(self.dock)
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(rma.state, "received")

    def test_stock_user_reads_a_serial(self):
        """The form of a serial opens for people without rights on RMAs."""
        self.rma(self.lots)
        lot = self.lots[0].with_user(self.dock)
        lot.read()

    def test_several_serials_in_one_move(self):
        """R04: two units carried together are two units on the board."""
        rma = self.walk(self.rma(self.lots), until="action_receive")
        places = {p: self.warehouse._rma_location(p) for p in ("received", "diagnosis")}
        self.carry(self.lots, places["received"], places["diagnosis"], self.dock)
        self.assertEqual(rma.line_ids.mapped("place"), ["diagnosis", "diagnosis"])
        for lot in self.lots:
            self.assertLies(lot, places["diagnosis"])

    def test_scrapped_is_not_shipped(self):
        """R04: a unit that is thrown away was not sent back to the customer."""
        rma = self.walk(self.rma(self.lots[0]), until="action_receive")
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        self.carry(self.lots[0], self.warehouse._rma_location("received"), scrap)
        self.assertEqual(rma.line_ids.qty_shipped, 0)
        rows = self.env["crm.interaction"].search(
            [("res_model", "=", "crm.rma"), ("res_id", "=", rma.id)]
        )
        self.assertFalse(rows.filtered(lambda row: ":shipped:" in row.source_key))

    def test_unit_with_us_does_not_enter_our_stock(self):
        """R13: a unit in repair cannot come back a second time as a plain return."""
        rma = self.walk(self.rma(self.lots[0]), until="action_receive")
        with self.assertRaises(UserError):
            self.carry(self.lots[0], self.customer.property_stock_customer, self.stock)
        self.assertEqual(rma.state, "received")

    def test_half_of_a_line_moves_on(self):
        """R03: what arrived is carried on while the rest is still expected."""
        plain = self.make_product("Box", tracking="none")
        rma = self.rma(
            self.lots.browse(),
            line_ids=[Command.create({"product_id": plain.id, "quantity": 5})],
        )
        rma.action_approve()
        rma.line_ids.qty_to_receive = 3
        rma.action_receive()
        rma.line_ids.place = "diagnosis"
        self.assertEqual(rma.line_ids.place, "diagnosis")
        self.assertEqual(rma.line_ids.qty_received, 3)

    def test_lot_is_needed_before_approval(self):
        """R03: goods tracked by lot need their lot, or they could not go on."""
        sand = self.make_product("Sand", tracking="lot")
        rma = self.rma(
            self.lots.browse(),
            line_ids=[Command.create({"product_id": sand.id, "quantity": 2.5})],
        )
        with self.assertRaises(UserError):
            rma.action_approve()
        rma.line_ids.write(
            {"lot_id": self.make_lots(sand, ["LOT"]).id, "origin_reason": "Known"}
        )
        self.walk(rma)
        self.assertEqual(rma.line_ids.qty_shipped, 2.5)

    def test_no_unit_after_approval(self):
        """R03: a unit that nobody expects cannot be added to an approved RMA."""
        rma = self.rma(self.lots[0])
        rma.action_approve()
        with self.assertRaises(UserError):
            rma.line_ids.create({"rma_id": rma.id, "lot_id": self.lots[1].id})
        rma.line_ids.fault = "No heat at all"

    def test_step_marks_the_rma(self):
        """R03: a second click with an older view of the data must not succeed.

        PostgreSQL refuses to change a row that somebody else changed since; so every
        step changes the row of its RMA, also when the status stays the same.
        """
        rma = self.walk(self.rma(self.lots), until="action_receive")
        rma.line_ids.place = "bench"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_rma SET write_date = '2020-01-01' WHERE id = %s", [rma.id]
        )
        rma.action_start_repair()
        self.env.flush_all()
        self.env.cr.execute("SELECT write_date FROM crm_rma WHERE id = %s", [rma.id])
        self.assertGreater(self.env.cr.fetchone()[0].year, 2020)

    def test_age_counts_days_of_the_reader(self):
        """R03: closed at 23:30 in New York is that day, not the next one of UTC."""
        with freeze_time("2026-03-01 12:00:00"):
            rma = self.rma(self.lots[0], date_reported=date(2026, 3, 1))
        rma.date_closed = "2026-03-02 03:30:00"
        self.assertEqual(rma.with_context(tz="America/New_York").age, 0)


@tagged("post_install", "-at_install")
class TestWarrantyLife(CrmRmaCommon):
    """R02: what ends a warranty, and who may cover what."""

    def registrations(self, lots):
        return self.env["warranty.registration"].search(
            [("lot_id", "in", lots.ids)], order="id"
        )

    def take_back(self, picking):
        """Return everything of a delivery with Odoo's wizard; the done picking."""
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
        ).save()
        for line in wizard.product_return_moves:
            line.quantity = line.move_quantity
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        self.assertEqual(back.state, "done")
        return back

    def test_taken_back_ends(self):
        """R02: goods taken back have no warranty; the next buyer gets a new one."""
        lot = self.make_lots(self.product, ["W-1"])
        with freeze_time("2026-03-01 10:00:00"):
            order = self.deliver(lot)
        with freeze_time("2026-03-10 10:00:00"):
            back = self.take_back(order.picking_ids)
        old = self.registrations(lot)
        self.assertEqual(old.date_void, date(2026, 3, 10))
        self.assertIn(back.name, old.void_reason)
        buyer = self.env["res.partner"].create({"name": "Second", "is_company": True})
        with freeze_time("2026-03-20 10:00:00"):
            again = self.sell({self.product: 1}, customer=buyer)
            again.action_confirm()
            again.picking_ids.move_ids.lot_ids = lot
            again.picking_ids.move_ids.picked = True
            again.picking_ids.with_context(skip_sms=True).button_validate()
        new = self.registrations(lot) - old
        self.assertEqual(new.partner_id, buyer)
        self.assertFalse(new.date_void)

    def test_sent_again_goes_on(self):
        """R02: the return of a return revives the warranty it had ended."""
        lot = self.make_lots(self.product, ["W-2"])
        order = self.deliver(lot)
        back = self.take_back(order.picking_ids)
        registration = self.registrations(lot)
        self.assertTrue(registration.date_void)
        self.take_back(back)
        self.assertEqual(self.registrations(lot), registration)
        self.assertFalse(registration.date_void)
        self.assertFalse(registration.void_reason)

    def test_coming_for_repair_ends_nothing(self):
        """R02: a unit that comes to be repaired keeps its warranty."""
        lot = self.make_lots(self.product, ["W-3"])
        self.deliver(lot)
        self.walk(self.rma(lot))
        self.assertFalse(self.registrations(lot).date_void)

    def test_void_by_hand_stays(self):
        """R02: what a manager made void is not revived by a delivery."""
        lot = self.make_lots(self.product, ["W-4"])
        order = self.deliver(lot)
        registration = self.registrations(lot)
        self.block(registration, date(2026, 1, 1))
        self.take_back(self.take_back(order.picking_ids))
        self.assertEqual(registration.void_reason, "Seal broken")

    def test_three_steps(self):
        """R02: with pick, pack and ship the warranty starts at the last step."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        lot = self.make_lots(self.product, ["W-5"])
        self.put_in_stock(self.product, 1, lot)
        order = self.sell({self.product: 1})
        order.action_confirm()
        for _step in range(3):
            self.assertFalse(self.registrations(lot))
            picking = order.picking_ids.filtered(
                lambda p: p.state not in ("done", "cancel")
            )[:1]
            picking.action_assign()
            picking.move_ids.picked = True
            picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(len(self.registrations(lot)), 1)

    def test_archived_term_is_known(self):
        """R02: a term that is taken out of the archive holds at once."""
        self.env["warranty.term"].search([]).active = False
        self.env.registry.clear_cache()
        self.env["warranty.term"]._any_term()
        self.term.active = True
        lot = self.make_lots(self.product, ["W-6"])
        self.deliver(lot)
        self.assertTrue(self.registrations(lot))

    def test_term_of_another_company_hides_nothing(self):
        """R15: a category's term of company A does not hide what company B offers."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        Term = self.env["warranty.term"]
        foreign = Term.create({"name": "A only", "company_id": other.id})
        parent = self.env["product.category"].create({"name": "Appliances"})
        child = self.env["product.category"].create(
            {"name": "Ovens", "parent_id": parent.id, "warranty_term_id": foreign.id}
        )
        product = self.make_product("Plain", categ_id=child.id)
        self.company.warranty_term_id = self.term
        self.assertEqual(product._warranty_term(self.company), self.term)
        self.assertEqual(product._warranty_term(other), foreign)
        general = Term.create({"name": "All"})
        parent.warranty_term_id = general
        self.assertEqual(product._warranty_term(self.company), general)

    def test_endless_term_is_refused(self):
        """R02: a typing error in a term must not stop deliveries."""
        with self.assertRaises(ValidationError):
            self.term.write({"duration": 9000, "duration_unit": "year"})

    def test_history_never_stops_a_delivery(self):
        """R02: when the history fails, the goods are delivered all the same."""
        self.patch(
            type(self.env["crm.interaction"]),
            "_prepare_projection",
            lambda *args: 1 / 0,
        )
        lot = self.make_lots(self.product, ["W-7"])
        with self.assertLogs("odoo.addons.crm_extension.tools.guard", "ERROR"):
            order = self.deliver(lot)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertTrue(self.registrations(lot))


@tagged("post_install", "-at_install")
class TestPlaces(CrmRmaCommon):
    """R13: whose goods a place holds does not change under lying goods."""

    def test_flag_of_the_parent(self):
        lot = self.make_lots(self.product, ["P-1"])
        self.deliver(lot)
        self.walk(self.rma(lot), until="action_receive")
        with self.assertRaises(ValidationError):
            self.warehouse.rma_view_location_id.is_customer_goods = False
            self.env.flush_all()

    def test_shelf_with_our_goods_stays_ours(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.env["stock.quant"]._update_available_quantity(self.part, shelf, 3)
        with self.assertRaises(ValidationError):
            shelf.location_id = self.warehouse._rma_location("bench")
            self.env.flush_all()
        empty = shelf.copy({"name": "Empty"})
        empty.location_id = self.warehouse._rma_location("bench")
        self.assertTrue(empty.is_customer_goods)

    def test_archived_warehouse_has_archived_places(self):
        """R15: installing does not revive the places of an archived warehouse."""
        warehouse = self.env["stock.warehouse"].create({"name": "Old", "code": "OLD"})
        warehouse._drop_rma_setup()
        warehouse.active = False
        warehouse._ensure_rma_setup()
        places = warehouse.with_context(active_test=False).rma_location_ids
        self.assertTrue(places)
        self.assertFalse(places.filtered("active"))
        self.assertFalse(warehouse.rma_in_type_id.active)

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestBoard(CrmRmaCommon):
    """R04: the board by place; dragging and scanning carry the unit, with undo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["SN-1", "SN-2"])
        cls.deliver(cls.lots)
        cls.rmas = cls.rma(cls.lots[0]) | cls.rma(cls.lots[1])
        cls.rmas.action_approve()
        cls.lines = cls.rmas.line_ids.with_user(cls.user)
        cls.line = cls.lines[0]
        cls.places = {
            place: cls.warehouse._rma_location(place)
            for place in ("received", "diagnosis", "bench", "test", "ready")
        }

    def board(self):
        return self.env["crm.rma.line"].with_user(self.user)

    # -------------------------------------------------------------------------
    # Carry
    # -------------------------------------------------------------------------

    def test_drag_is_a_move(self):
        """R04: from *expected* to *received* and on to the bench by real moves."""
        answer = self.line.board_move("received")
        self.assertEqual(self.line.qty_received, 1.0)
        self.assertFalse(answer["undo"], "a receipt is a document")
        answer = self.line.board_move("bench")
        self.assertLies(self.lots[0], self.places["bench"])
        self.assertEqual(len(answer["undo"]), 1)
        self.assertIn("now in Bench", answer["message"])
        self.assertEqual(answer["units"][0]["place"], "bench")

    def test_undo(self):
        """R04: undo carries the unit back by another move, exactly once."""
        self.lines.board_move("received")
        undo = self.lines.board_move("test")["undo"]
        answer = self.board().board_undo(undo)
        self.assertEqual(set(self.lines.mapped("place")), {"received"})
        self.assertFalse(answer["undo"])
        self.assertLies(self.lots[1], self.places["received"])
        with self.assertRaisesRegex(UserError, "carried on meanwhile"):
            self.board().board_undo(undo)
        self.assertLies(self.lots[1], self.places["received"])

    def test_undo_of_the_second_last(self):
        """Somebody carried the unit on: what was before cannot be taken back."""
        self.line.board_move("received")
        undo = self.line.board_move("diagnosis")["undo"]
        self.line.board_move("bench")
        with self.assertRaisesRegex(UserError, "carried on meanwhile"):
            self.board().board_undo(undo)
        self.assertLies(self.lots[0], self.places["bench"])

    def test_undo_is_all_or_nothing(self):
        self.lines.board_move("received")
        undo = self.lines.board_move("diagnosis")["undo"]
        self.lines[1].board_move("bench")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.board().board_undo(undo)
        self.assertEqual(self.lines.mapped("place"), ["diagnosis", "bench"])

    def test_undo_of_a_receipt_is_refused(self):
        self.line.board_move("received")
        receipt = self.line.sudo().move_ids
        with self.assertRaisesRegex(UserError, "nothing is taken back"):
            self.board().board_undo(receipt.ids)

    def test_undo_does_not_pass_an_open_repair(self):
        self.line.board_move("received")
        self.line.board_move("ready")
        undo = self.line.board_move("bench")["undo"]
        self.line.sudo().rma_id.action_start_repair()
        repair = self.env["repair.order"].create(
            {
                "product_id": self.product.id,
                "lot_id": self.lots[0].id,
                "rma_line_id": self.line.id,
                "location_id": self.stock.id,
            }
        )
        self.assertIn(repair, self.line.sudo()._open_repairs())
        with self.assertRaisesRegex(UserError, "Finish the repair first"):
            self.board().board_undo(undo)

    def test_refusals_say_why(self):
        """A card that cannot go there comes back, with a reason, and nothing moved."""
        cases = (
            ("bench", "Receive the units first"),
            ("expected", "can only be shipped back"),
            ("nowhere", "no such place"),
            (7, "no such place"),
            (None, "no such place"),
        )
        for place, reason in cases:
            if place == "expected":
                self.line.board_move("received")
            with self.subTest(place=place), self.assertRaisesRegex(UserError, reason):
                self.line.board_move(place)
        self.assertEqual(self.line.place, "received")

    def test_same_place_moves_nothing(self):
        self.line.board_move("received")
        before = self.line.sudo().move_ids
        answer = self.line.board_move("received")
        self.assertEqual(self.line.sudo().move_ids, before)
        self.assertFalse(answer["undo"])
        self.assertIn("lies in: Received", answer["message"])

    def test_coming_and_lying_units_together(self):
        """Several units in one hand: one is still expected, one comes from the bench."""
        self.lines[1].board_move("received")
        self.lines[1].board_move("bench")
        self.lines.board_move("received")
        self.assertEqual(set(self.lines.mapped("place")), {"received"})

    def test_ship_from_the_board(self):
        self.line.board_move("received")
        answer = self.line.board_move("shipped")
        self.assertEqual(self.line.place, "shipped")
        self.assertFalse(answer["undo"], "what has left cannot be taken back")

    def test_closed_units_stay(self):
        rma = self.walk(self.rma(self.extra_lot()))
        with self.assertRaisesRegex(UserError, "is closed"):
            rma.line_ids.with_user(self.user).board_move("received")

    def extra_lot(self):
        lot = self.make_lots(self.product, ["SN-9"])
        self.deliver(lot)
        return lot

    def test_shelf(self):
        """A shelf of a place is scanned: the unit lies on that shelf."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf 3", "location_id": self.places["bench"].id}
        )
        self.line.board_move("received")
        self.line.board_move("bench", shelf.id)
        self.assertLies(self.lots[0], shelf)
        undo = self.line.board_move("bench", self.places["bench"].id)["undo"]
        self.assertLies(self.lots[0], self.places["bench"])
        self.board().board_undo(undo)
        self.assertLies(self.lots[0], shelf)

    def test_place_of_another_site(self):
        """R15: a unit of one site is not carried to the place of another."""
        other = self.env["stock.warehouse"].create({"name": "Site B", "code": "SB"})
        self.line.board_move("received")
        with self.assertRaisesRegex(UserError, "belongs to Site B"):
            self.line.board_move("bench", other._rma_location("bench").id)
        with self.assertRaisesRegex(UserError, "no such place"):
            self.line.board_move("bench", self.stock.id)

    # -------------------------------------------------------------------------
    # Steps
    # -------------------------------------------------------------------------

    def test_steps_of_a_card(self):
        """The button of a card is what can be done now, until the unit is home."""
        seen = []
        while step := self.line.board_step:
            seen.append(step)
            self.assertIn(
                step, [s["step"] for s in self.line._board_cards()[0]["steps"]]
            )
            action = self.line.action_board_step()
            self.assertEqual(action["tag"], "crm_rma.board_told")
        self.assertEqual(seen, ["receive", "repair", "finish", "ship"])
        self.assertEqual(self.line.place, "shipped")
        self.assertEqual(self.lines[1].place, "expected", "only this unit")

    def test_request_is_approved(self):
        rma = self.rma(self.extra_lot())
        line = rma.line_ids.with_user(self.user)
        self.assertEqual(line.board_step, "approve")
        line.action_board_step()
        self.assertEqual(line.place, "expected")

    def test_wrong_step(self):
        for step in ("ship", "nothing", None, 3, ["ship"]):
            with self.subTest(step=step), self.assertRaises(UserError):
                self.line.board_step_do(step)

    def test_decide_opens_the_wizard(self):
        self.line.board_move("received")
        answer = self.line.board_step_do("decide")
        self.assertEqual(answer["action"]["res_model"], "crm.rma.decide")

    def test_quote_first(self):
        """What nobody covers is quoted: the button plans the repair and asks."""
        self.company.rma_quote_first = True
        self.term.active = False
        lot = self.make_lots(self.make_product("Kettle"), ["K-1"])
        self.deliver(lot)
        rma = self.walk(self.rma(lot), until="action_receive")
        line = rma.line_ids.with_user(self.user)
        self.assertEqual(line.board_step, "quote")
        self.assertIn("action", line.board_step_do("quote"))
        self.assertEqual(line.sudo()._asked_repairs().state, "draft")

    # -------------------------------------------------------------------------
    # Scan
    # -------------------------------------------------------------------------

    def test_scan_unit(self):
        """A serial in any capitals, the code of the label, the number of the RMA."""
        for code in (
            "SN-1",
            " sn-1 ",
            self.line._scan_code(),
            self.rmas[0].name,
            self.rmas[0].name.lower(),
        ):
            with self.subTest(code=code):
                answer = self.board().board_scan(code)
                self.assertEqual(answer["kind"], "units")
                self.assertEqual([u["id"] for u in answer["units"]], self.line.ids)

    def test_scan_number_takes_all_units(self):
        rma = self.rma(self.extra_lot())
        rma.write({"line_ids": [Command.create({"product_id": self.part.id})]})
        answer = self.board().board_scan(rma.name)
        self.assertEqual(len(answer["units"]), 2)

    def test_scan_place(self):
        """A label of a place, the one for *shipped*, and names for who types."""
        bench = self.places["bench"]
        bench.barcode = "BENCH-7"
        self.assertEqual(
            self.board().board_scan("bench-7"),
            {
                "kind": "place",
                "place": "bench",
                "location_id": bench.id,
                "label": "Bench",
            },
        )
        out = self.warehouse.rma_out_type_id.barcode
        self.assertEqual(self.board().board_scan(out)["place"], "shipped")
        self.assertEqual(self.board().board_scan("ready")["place"], "ready")

    def test_scan_nothing(self):
        lot = self.extra_lot()
        self.assertIn("has no open RMA", self.board().board_scan("SN-9")["message"])
        self.assertEqual(self.board().board_scan("SN-9")["serial"], lot.name)
        answer = self.board().board_scan("%")
        self.assertEqual((answer["kind"], answer["serial"]), ("none", False))
        for code in ("", "  ", None, 5, [], {"a": 1}):
            with self.subTest(code=code), self.assertRaises(UserError):
                self.board().board_scan(code)

    def test_foreign_ids(self):
        for ids in (None, "1", {"a": 1}, [True], ["x"], [1.5]):
            with self.subTest(ids=ids), self.assertRaises(UserError):
                self.board().board_undo(ids)
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            self.board().board_undo([2**40, -1])
        self.assertFalse(self.board().board_cards([2**40]))

    def test_places_offered(self):
        places = [place for place, _label in self.board().board_places()]
        self.assertIn("received", places)
        self.assertIn("shipped", places)
        self.assertFalse({"expected", "left", "missing", "requested"} & set(places))

    def test_seldom_columns(self):
        """A column of requests stands there only while one waits."""
        groups = self.board().formatted_read_group(
            [("id", "in", self.lines.ids)], ["place"], ["__count"]
        )
        self.assertIn("expected", [g["place"] for g in groups])
        offered = self.board()._expand_places(["bench"], [])
        self.assertNotIn("requested", offered)
        self.assertIn("requested", self.board()._expand_places(["requested"], []))

    def test_card_queries(self):
        """The cards of many units cost as many queries as those of two."""
        lots = self.make_lots(self.product, [f"MANY-{n}" for n in range(8)])
        self.deliver(lots)
        rmas = self.env["crm.rma"].union(*(self.rma(lot) for lot in lots))
        rmas.action_approve()
        rmas.action_receive()
        counts = []
        for lines in (rmas.line_ids[:2], rmas.line_ids):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.board().browse(lines.ids)._board_cards()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    # -------------------------------------------------------------------------
    # Who
    # -------------------------------------------------------------------------

    def test_salesman_looks_only(self):
        """Sales sees the board of its customers and moves nothing."""
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        line = self.line.with_user(seller)
        self.assertEqual(line.board_scan("SN-1")["kind"], "units")
        for call in (
            lambda: line.board_move("received"),
            lambda: line.board_step_do("receive"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_other_site_is_not_seen(self):
        """R15: a clerk of another site scans a unit and learns nothing about it."""
        other = self.env["stock.warehouse"].create({"name": "Site B", "code": "SB"})
        clerk = new_test_user(self.env, "clerk_b", groups="crm_rma.crm_rma_group_user")
        clerk.rma_warehouse_ids = other
        line = self.line.with_user(clerk)
        self.assertEqual(line.browse().board_scan("SN-1")["kind"], "none")
        self.assertFalse(line.browse().board_cards(self.line.ids))
        with self.assertRaises(AccessError):
            line.board_move("received")
        self.line.board_move("received")
        undo = self.line.board_move("bench")["undo"]
        with self.assertRaises(AccessError):
            line.browse().board_undo(undo)

    # -------------------------------------------------------------------------
    # Labels
    # -------------------------------------------------------------------------

    def test_place_labels(self):
        """Signs for the shelves: a barcode is given once, the shipping sign comes along."""
        places = self.warehouse.rma_location_ids.with_user(self.user)
        places.action_print_place_labels()
        bench = self.places["bench"]
        code = bench.barcode
        self.assertEqual(code, f"{self.warehouse.code}RMABENCH".upper())
        places.action_print_place_labels()
        self.assertEqual(bench.barcode, code)
        self.assertEqual(self.board().board_scan(code)["location_id"], bench.id)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_rma.action_report_rma_place_label", places.filtered("rma_place").ids
        )
        page = html.decode()
        self.assertIn(code, page)
        self.assertIn(self.warehouse.rma_out_type_id.barcode, page)

    def test_taken_barcode(self):
        """Somebody else's label says the same: the place gets another one."""
        code = f"{self.warehouse.code}RMABENCH".upper()
        self.places["bench"].barcode = False
        self.stock.barcode = code
        self.places["bench"]._ensure_rma_barcodes()
        self.assertEqual(
            self.places["bench"].barcode, f"{code}{self.places['bench'].id}"
        )

    def test_portal_prints_nothing(self):
        portal = new_test_user(self.env, "portal_p", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.places["bench"].with_user(portal).action_print_place_labels()

    def test_unit_label(self):
        """The label at the door carries a QR code that the scan field understands."""
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_rma.action_report_rma_label", self.line.ids
        )
        page = html.decode()
        self.assertIn("barcode_type=QR", page)
        self.assertIn(self.rmas[0].name, page)


@tagged("post_install", "-at_install")
class TestPromise(CrmRmaCommon):
    """R04: the promised day: by policy, in working days, changed by people only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["SN-1"])
        cls.deliver(cls.lot)

    @freeze_time("2026-03-06 09:00:00")  # a Friday
    def test_arrival(self):
        """Three working days after Friday end on Wednesday."""
        self.company.rma_promise_days = 3
        rma = self.rma(self.lot)
        rma.action_approve()
        self.assertFalse(rma.date_promised)
        rma.action_receive()
        self.assertEqual(rma.date_promised, fields.Date.to_date("2026-03-11"))
        self.assertEqual(rma.line_ids.date_promised, rma.date_promised)

    @freeze_time("2026-03-06 09:00:00")
    def test_holiday_is_no_working_day(self):
        self.company.rma_promise_days = 3
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-03-08 00:00:00",
                "date_to": "2026-03-09 23:59:59",
            }
        )
        rma = self.walk(self.rma(self.lot), until="action_receive")
        self.assertEqual(rma.date_promised, fields.Date.to_date("2026-03-12"))

    @freeze_time("2026-03-06 09:00:00")
    def test_approval(self):
        self.company.write({"rma_promise_days": 1, "rma_promise_from": "approved"})
        rma = self.rma(self.lot)
        rma.action_approve()
        self.assertEqual(rma.date_promised, fields.Date.to_date("2026-03-09"))

    def test_a_person_said_otherwise(self):
        """What somebody promised stays when the goods arrive, and zero promises nothing."""
        rma = self.rma(self.lot, date_promised="2030-01-02")
        self.walk(rma, until="action_receive")
        self.assertEqual(rma.date_promised, fields.Date.to_date("2030-01-02"))
        rma.date_promised = False
        self.company.rma_promise_days = 0
        rma._promise("received")
        self.assertFalse(rma.date_promised)

    def test_change_is_tracked(self):
        rma = self.rma(self.lot).with_context(tracking_disable=False)
        self.cr.precommit.run()
        rma.date_promised = "2030-01-02"
        self.env.flush_all()
        self.cr.precommit.run()
        fields_tracked = rma.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("date_promised", fields_tracked)

    @freeze_time("2026-03-10 09:00:00")
    def test_ageing(self):
        """Late after the promised day, soon on the eve; without a promise by age."""
        rma = self.rma(self.lot, date_reported="2026-03-10")
        self.walk(rma, until="action_receive")
        line = rma.line_ids
        for day, ageing in (
            ("2026-03-09", "late"),
            ("2026-03-10", "soon"),
            ("2026-03-11", "soon"),
            ("2026-03-12", "ok"),
        ):
            rma.date_promised = day
            self.assertEqual(line.ageing, ageing, day)
        rma.date_promised = False
        self.assertEqual(line.ageing, "ok")
        for reported, ageing in (("2026-03-01", "soon"), ("2026-02-01", "late")):
            rma.sudo().date_reported = reported
            self.assertEqual(line.ageing, ageing, reported)
        line.board_move("shipped")
        self.assertEqual(line.ageing, "ok")

    def test_late_filter(self):
        rma = self.walk(self.rma(self.lot), until="action_receive")
        rma.date_promised = fields.Date.subtract(fields.Date.today(), days=1)
        late = [
            ("is_open", "=", True),
            ("place", "not in", ("shipped", "left", "missing")),
            ("date_promised", "<", "today"),
        ]
        self.assertIn(rma.line_ids, self.env["crm.rma.line"].search(late))

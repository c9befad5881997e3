from datetime import date

from odoo.tests import freeze_time, new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyVerdict(CrmRmaCommon):
    """R02: the verdict explains itself, in the reader's language, and is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["crm_rma"], ["zh_CN"])
        cls.term.with_context(lang="zh_CN").name = "12个月"
        cls.lot = cls.make_lots(cls.product, ["X-1"])
        with freeze_time("2026-02-22 10:00:00"):
            cls.deliver(cls.lot)
        cls.registration = cls.warranties(cls.lot)

    def text(self, record, lang):
        return record.with_context(lang=lang).warranty_explanation

    def test_in_the_readers_language(self):
        line = self.rma(self.lot, date_reported=date(2026, 6, 1)).line_ids
        self.assertIn("12 months from delivery", self.text(line, "en_US"))
        chinese = self.text(line, "zh_CN")
        self.assertIn("12个月", chinese)
        self.assertIn("2027", chinese)
        self.assertNotIn("covered", chinese)
        view = line.with_context(lang="zh_CN").verdict_view
        self.assertEqual(view["label"], "在保")
        self.assertEqual(view["bar"]["marks"][0]["kind"], "fault")

    def test_kept_in_every_language(self):
        """R02: what was approved reads the same when the term is renamed later, in a
        language that the approver does not speak, too."""
        rma = self.rma(self.lot, date_reported=date(2026, 6, 1))
        rma.action_approve()
        before = {lang: self.text(rma.line_ids, lang) for lang in ("en_US", "zh_CN")}
        self.term.name = "Renamed"
        self.term.with_context(lang="zh_CN").name = "改名"
        self.env.invalidate_all()
        after = {lang: self.text(rma.line_ids, lang) for lang in ("en_US", "zh_CN")}
        self.assertEqual(after, before)

    def test_kept_when_the_warranty_changes(self):
        rma = self.rma(self.lot, date_reported=date(2026, 6, 1))
        rma.action_approve()
        self.block(self.registration, date(2026, 5, 1))
        self.assertEqual(rma.line_ids.warranty_status, "in")

    def test_parts_and_labour_apart(self):
        """R02: class by class, each with its reason."""
        labour = self.registration.interval_ids.filtered(
            lambda i: i.coverage == "labour"
        )
        labour.base_to = date(2026, 5, 22)
        self.registration._reckon()
        line = self.rma(self.lot, date_reported=date(2026, 6, 1)).line_ids
        self.assertEqual(line.warranty_status, "partial")
        self.assertTrue(line._cover_of("parts"))
        self.assertFalse(line._cover_of("labour"))
        self.assertEqual(
            [s["text"] for s in line.verdict_view["sentences"]],
            [
                "Parts: covered until 02/22/2027. 12 months from delivery on "
                "02/22/2026.",
                "Labour: not covered. 12 months from delivery on 02/22/2026 ended on "
                "05/22/2026, 10 days before the fault was reported.",
            ],
        )

    def test_before_it_starts(self):
        line = self.rma(self.lot, date_reported=date(2026, 2, 1)).line_ids
        self.assertIn("before it starts on 02/22/2026", line.warranty_explanation)

    def test_picture(self):
        """R02: lanes, segments and marks lie inside the picture, and have words."""
        self.registration._add_repair(
            self.rma(self.lot).line_ids,
            self.env["repair.order"],
            date(2026, 8, 1),
            (90, "day"),
        )
        with freeze_time("2026-09-01 10:00:00"):
            bar = self.registration.cover_view["bar"]
        self.assertEqual(
            [lane["label"] for lane in bar["lanes"]], ["Parts and Labour", "Repair"]
        )
        for lane in bar["lanes"]:
            for segment in lane["segments"]:
                self.assertGreaterEqual(segment["left"], 0)
                self.assertLessEqual(segment["left"] + segment["width"], 100)
                self.assertTrue(segment["title"])
        self.assertEqual(bar["marks"][0]["kind"], "today")
        self.assertIn(len(bar["ticks"]), (1, 2, 3), "no more fits beside each other")
        self.env["res.lang"]._activate_lang("zh_CN")
        with freeze_time("2026-09-01 10:00:00"):
            chinese = self.registration.with_context(lang="zh_CN").cover_view["bar"]
        self.assertRegex(chinese["ticks"][0]["label"], r"^\d{4}年\d+月$")

    def test_no_warranty(self):
        plain = self.make_product("Plain")
        lot = self.make_lots(plain, ["N-1"])
        self.deliver(lot)
        line = self.rma(lot).line_ids
        self.assertEqual(line.warranty_status, "none")
        self.assertIn("No warranty is registered", line.warranty_explanation)
        self.assertFalse(line.verdict_view["bar"])

    def test_many_verdicts_cost_one_query(self):
        """R02: two hundred serials are judged with what one costs."""
        lots = self.make_lots(self.product, [f"M-{n}" for n in range(20)])
        self.deliver(lots)
        registrations = self.warranties(lots)
        self.env.flush_all()
        with self.assertQueryCount(1):
            facts = registrations._facts()
        self.assertEqual(len(facts), 20)

    def test_form_of_many_units(self):
        """R02: a return of many units shows those that are not covered."""
        lots = self.make_lots(self.product, [f"F-{n}" for n in range(10)])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(lots)
        self.block(self.warranties(lots[3]), date(2026, 5, 1))
        views = self.rma(lots, date_reported=date(2026, 6, 1)).verdict_views
        self.assertEqual([v["unit"] for v in views["verdicts"]], ["F-3"])
        self.assertEqual(views["rest"], "9 more units in the list below.")


@tagged("post_install", "-at_install")
class TestWarrantyCheck(CrmRmaCommon):
    """R02: one scan says whether a unit is covered; the card is printed and found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["Q-1"])
        with freeze_time("2026-02-22 10:00:00"):
            cls.deliver(cls.lot)
        cls.registration = cls.warranties(cls.lot)
        cls.desk = cls.env["warranty.registration"].with_user(cls.user)

    def test_by_serial(self):
        with freeze_time("2026-06-01 10:00:00"):
            [found] = self.desk.check_serial("  Q-1 ")["found"]
        self.assertEqual(found["id"], self.registration.id)
        self.assertEqual(found["customer"], "Frankenversand")
        self.assertEqual(found["product"], "Oven")
        self.assertEqual(found["view"]["status"], "in")
        self.assertTrue(found["can_return"])

    def test_three_queries(self):
        """R02: from the serial number to the verdict in three queries at most."""
        self.desk.check_serial("Q-1")
        self.env.flush_all()
        self.env.invalidate_all()
        self.desk.env.user.has_group("crm_rma.crm_rma_group_user")
        self.desk.env.companies.mapped("name")
        self.desk.env.user.mapped("tz")
        with self.assertQueryCount(3):
            self.desk.check_serial("Q-1")

    def test_unknown(self):
        self.assertIn("Check the typing", self.desk.check_serial("Q-9")["message"])
        plain = self.make_product("Plain")
        self.make_lots(plain, ["Q-2"])
        self.assertIn("no warranty", self.desk.check_serial("Q-2")["message"])

    def test_one_serial_of_two_products(self):
        other = self.make_product("Kettle", warranty_term_id=self.term.id)
        self.deliver(self.make_lots(other, ["Q-1"]))
        found = self.desk.check_serial("Q-1")["found"]
        self.assertEqual({row["product"] for row in found}, {"Oven", "Kettle"})

    def test_salespeople_see_their_customers(self):
        """R02: a warranty of a colleague's customer is not told."""
        mine, other = (
            new_test_user(self.env, login, groups="sales_team.group_sale_salesman")
            for login in ("check_mine", "check_other")
        )
        self.customer.user_id = mine
        for user, count in ((mine, 1), (other, 0)):
            answer = self.env["warranty.registration"].with_user(user)
            self.assertEqual(len(answer.check_serial("Q-1")["found"]), count)

    def test_card(self):
        """R02: the printed card carries unit, covers and a QR code."""
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_rma.report_warranty_card", self.registration.ids
        )
        self.assertEqual(kind, "html")
        content = html.decode()
        for expected in (
            "Q-1",
            "Oven",
            "Frankenversand",
            "02/22/2027",
            "barcode_type=QR",
        ):
            self.assertIn(expected, content)

    def test_card_is_scanned(self):
        url = self.registration._card_url()
        [found] = self.desk.check_serial(url)["found"]
        self.assertEqual(found["id"], self.registration.id)
        other = "1" if url.endswith("0") else "0"
        self.assertFalse(self.desk.check_serial(url[:-1] + other)["found"])
        self.assertFalse(self.desk.check_serial(url.split("?")[0])["found"])

    def test_token_of_another_card(self):
        lot = self.make_lots(self.product, ["Q-3"])
        self.deliver(lot)
        token = self.warranties(lot)._card_token()
        model = self.env["warranty.registration"]
        self.assertFalse(model._by_card(self.registration.id, token))
        self.assertFalse(model._by_card(self.registration.id, "é"))
        self.assertFalse(model._by_card(0, token))
        self.assertEqual(
            model._by_card(self.registration.id, self.registration._card_token()),
            self.registration,
        )

    def test_replaced_card(self):
        card = self.registration._card_values()
        self.assertEqual(card["covers"][0]["classes"], "Parts and Labour")
        self.assertFalse(card["replaced"])

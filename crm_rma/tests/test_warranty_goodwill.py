from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyGoodwill(CrmRmaCommon):
    """R02: not covered, and free all the same: asked, decided, booked apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("crm_rma.warranty_reason_just_expired")
        cls.put_in_stock(cls.part, 10)
        cls.lot = cls.make_lots(cls.product, ["GW-1"])
        with freeze_time("2025-02-22 10:00:00"):
            cls.deliver(cls.lot)
        cls.request = cls.rma(cls.lot, date_reported=date(2026, 3, 1))
        cls.line = cls.request.line_ids

    def ask(self, user=None, **values):
        return (
            self.env["warranty.goodwill"]
            .with_user(user or self.user)
            .create({"line_id": self.line.id, "reason_id": self.reason.id, **values})
        )

    def test_asked_and_granted(self):
        """R02: the desk asks, a manager decides; the verdict is kept as it was."""
        self.assertEqual(self.line.warranty_status, "out")
        self.request.action_approve()
        goodwill = self.ask()
        self.assertEqual(goodwill.asked_by_id, self.user)
        self.assertFalse(self.line._is_covered())
        with self.assertRaises(AccessError):
            goodwill.action_grant()
        goodwill.with_user(self.manager).action_grant()
        self.assertEqual(goodwill.decided_by_id, self.manager)
        self.assertTrue(self.line._is_covered())
        self.assertEqual(self.line._cover_of("parts"), "goodwill")
        self.assertFalse(self.line._cover_of("transport"))
        self.assertEqual(self.line.warranty_status, "out", "what was judged stays")
        self.assertIn(
            "Goodwill for Parts and Labour (Ended a short time ago), granted by",
            self.line.verdict_view["goodwill"],
        )
        with self.assertRaises(UserError):
            goodwill.with_user(self.manager).action_grant()

    def test_before_approval(self):
        """R02: granted before, the verdict itself says so; later faults are no part."""
        self.ask(self.manager).action_grant()
        self.assertEqual(self.line.warranty_status, "in")
        self.assertIn("Goodwill (", self.line.warranty_explanation)
        self.assertEqual(self.line._cover_of("parts"), "goodwill")
        registration = self.line.registration_id
        self.assertEqual(registration._verdict(date(2026, 3, 2))["status"], "out")

    def test_booked_apart(self):
        """R02: its parts go to a place of their own, warranty parts to another one."""
        self.ask(self.manager).action_grant()
        self.walk(self.request, until="action_start_repair")
        repair = self.request.repair_ids
        self.assertEqual(repair.picking_type_id, self.warehouse.rma_goodwill_type_id)
        self.assertTrue(repair.under_warranty)
        part = self.add_part(repair)
        self.request.action_finish_repair()
        self.assertEqual(part.location_dest_id.rma_expense, "goodwill")
        goodwill = self.line.goodwill_ids.with_user(self.manager)
        self.assertEqual(goodwill.cost, sum(abs(m.value) for m in part))
        warranty = self.warehouse.rma_repair_type_id.default_location_dest_id
        self.assertEqual(warranty.rma_expense, "warranty")

    def test_granted_on_the_bench(self):
        """R02: a repair that is under way changes its booking."""
        self.walk(self.request, until="action_start_repair")
        repair = self.request.repair_ids
        self.assertEqual(repair.picking_type_id, self.warehouse.rma_paid_repair_type_id)
        part = self.add_part(repair)
        self.ask(self.manager).action_grant()
        self.assertEqual(repair.picking_type_id, self.warehouse.rma_goodwill_type_id)
        self.assertEqual(part.location_dest_id.rma_expense, "goodwill")
        self.request.action_finish_repair()
        self.assertEqual(part.state, "done")
        self.assertEqual(part.location_dest_id.rma_expense, "goodwill")

    def test_refused(self):
        goodwill = self.ask()
        goodwill.with_user(self.manager).action_refuse()
        self.assertFalse(self.line._is_covered())
        self.assertTrue(self.ask(), "after a refusal one may ask again")

    def test_asked_once(self):
        self.ask()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.ask()
            self.env.flush_all()

    def test_says_what(self):
        with self.assertRaises(ValidationError):
            self.ask(parts=False, labour=False)
        with self.assertRaises(ValidationError):
            self.ask(reason_id=self.env.ref("crm_rma.warranty_reason_seal").id)

    def test_a_user_does_not_grant_by_typing(self):
        """R02: the state of a request is a decision, whatever a client sends."""
        with self.assertRaises(AccessError):
            self.ask(state="granted")
        goodwill = self.ask()
        with self.assertRaises(AccessError):
            goodwill.state = "granted"

    def test_managers_find_it(self):
        self.ask()
        bench = self.env["crm.workbench"].with_user(self.manager)
        rows = bench.bucket("goodwill")["rows"]
        self.assertIn(self.request.id, [row["res_id"] for row in rows])
        names = [b["name"] for b in bench.with_user(self.user).counts()["buckets"]]
        self.assertNotIn("goodwill", names)


@tagged("post_install", "-at_install")
class TestWarrantyBlocks(CrmRmaCommon):
    """R02: void and hold, with reason and evidence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["B-1"])
        with freeze_time("2026-02-22 10:00:00"):
            cls.deliver(cls.lot)
        cls.registration = cls.warranties(cls.lot)

    def enter(self, reason, user=None, **values):
        return (
            self.env["warranty.block"]
            .with_user(user or self.user)
            .create(
                {
                    "registration_id": self.registration.id,
                    "reason_id": self.env.ref(f"crm_rma.warranty_reason_{reason}").id,
                    "date_from": date(2026, 5, 1),
                    **values,
                }
            )
        )

    def photo(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create({"name": "seal.png", "raw": b"x"})
        )

    def test_evidence(self):
        """R02: damage and broken seals need a photo; it belongs to the warranty."""
        with self.assertRaises(ValidationError):
            self.enter("seal")
        photo = self.photo()
        block = self.enter("seal", attachment_ids=photo.ids, note="Opened")
        self.assertEqual(block.user_id, self.user)
        self.assertEqual(photo.res_model, "warranty.registration")
        self.assertEqual(photo.res_id, self.registration.id)

    def test_void(self):
        self.enter("seal", attachment_ids=self.photo().ids, note="Opened")
        self.assertEqual(self.registration.date_void, date(2026, 5, 1))
        self.assertEqual(self.registration.state, "void")
        before = self.registration._verdict(date(2026, 4, 30))
        self.assertEqual((before["status"], before["until"]), ("in", "2026-04-30"))
        verdict = self.registration._verdict(date(2026, 5, 1))
        self.assertEqual(
            self.env["warranty.explain"]._text(verdict),
            "Parts and Labour: not covered from 05/01/2026 on: Seal broken (Opened).",
        )

    def test_hold(self):
        """R02: on hold until the invoice is paid; then it was never held."""
        line = self.rma(self.lot, date_reported=date(2026, 6, 1)).line_ids
        block = self.enter("unpaid")
        self.assertEqual(line.warranty_status, "hold")
        self.assertFalse(line._is_covered())
        self.assertIn("on hold since 05/01/2026", line.warranty_explanation)
        self.assertEqual(self.registration.state, "hold")
        self.assertIn(
            self.registration, self.registration.search([("state", "=", "hold")])
        )
        with self.assertRaises(AccessError):
            block.action_lift()
        block.with_user(self.manager).action_lift()
        self.assertEqual(line.warranty_status, "in")
        self.assertEqual(block.lifted_by_id, self.manager)

    def test_nobody_signs_for_another(self):
        block = self.enter("misuse", user_id=self.manager.id)
        self.assertEqual(block.user_id, self.user)
        with self.assertRaises(AccessError):
            block.active = False

    def test_goodwill_is_no_reason_against(self):
        with self.assertRaises(ValidationError):
            self.enter("good_customer")

from datetime import datetime

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, tagged

from ..tools.kit import Variant, best_variant
from .common import CrmExtensionCommon
from .contract_common import PDF, as_base64

NOW = datetime(2026, 6, 10, 10)


@tagged("post_install", "-at_install")
class TestVariants(BaseCase):
    """X16: which variant fits whom."""

    def best(self, *variants, **customer):
        found = best_variant(variants, **customer)
        return found and found.id

    def test_language_first(self):
        """X16: the customer's language, then one for everybody, then a foreign one."""
        everybody, chinese, english = (
            Variant(1),
            Variant(2, "zh_CN"),
            Variant(3, "en_US"),
        )
        self.assertEqual(self.best(everybody, chinese, english, lang="zh_CN"), 2)
        self.assertEqual(self.best(everybody, english, lang="zh_CN"), 1)
        self.assertEqual(self.best(english, lang="zh_CN"), 3)

    def test_team_and_territory(self):
        """X16: what is another team's or territory's is not theirs; the nearest wins."""
        team, north, city = (
            Variant(1, team=7),
            Variant(2, territory=5),
            Variant(3, territory=6),
        )
        self.assertIsNone(self.best(team, north, team=8, territories=[9]))
        self.assertEqual(self.best(team, Variant(4), team=7), 1)
        self.assertEqual(self.best(north, city, Variant(4), territories=[6, 5]), 3)
        self.assertEqual(self.best(north, Variant(4), territories=[9, 5]), 2)

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(
        st.lists(
            st.builds(
                Variant,
                st.integers(1, 50),
                st.sampled_from(["", "a", "b"]),
                st.integers(0, 2),
                st.integers(0, 3),
            ),
            max_size=8,
        ),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 2),
        st.lists(st.integers(1, 3), max_size=3, unique=True),
    )
    def test_any(self, variants, lang, team, territories):
        """X16: never one of another team or territory; the order does not matter."""
        best = best_variant(variants, lang, team, territories)
        again = best_variant(variants[::-1], lang, team, territories)
        self.assertEqual(best and best.id, again and again.id)
        if best:
            self.assertIn(best.team, (0, team))
            self.assertIn(best.territory, (0, *territories))
            if any(v.lang == lang and v.team == 0 == v.territory for v in variants):
                self.assertEqual(best.lang, lang)


@tagged("post_install", "-at_install")
class TestSalesKit(CrmExtensionCommon):
    """X16: the kit of the stage on the lead: checklist, documents, plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        stages = cls.env["crm.stage"]
        cls.talk, cls.offer, cls.won = stages.create(
            [
                {"name": "Talk", "sequence": 201},
                {"name": "Offer", "sequence": 202},
                {"name": "Signed", "sequence": 203, "is_won": True},
            ]
        )
        cls.need, cls.budget, cls.theirs = cls.env["crm.stage.check"].create(
            [
                {"name": "Need known", "stage_id": cls.talk.id, "is_required": True},
                {"name": "Budget known", "stage_id": cls.talk.id, "help": "Ask."},
                {
                    "name": "South only",
                    "stage_id": cls.talk.id,
                    "is_required": True,
                    "team_ids": cls.other_team.ids,
                },
            ]
        )
        cls.customer.email = "office@example.com"
        cls.lead = cls.make_lead(
            cls.customer,
            user_id=cls.seller.id,
            team_id=cls.team.id,
            stage_id=cls.talk.id,
        ).with_user(cls.seller)

    def make_document(self, name="Presentation", variants=None, **vals):
        variants = variants or [{"data": as_base64(PDF), "filename": "show.pdf"}]
        return (
            self.env["crm.sales.document"]
            .with_user(self.manager)
            .create(
                {
                    "name": name,
                    "stage_ids": self.talk.ids,
                    "variant_ids": [Command.create(variant) for variant in variants],
                    **vals,
                }
            )
        )

    def documents(self):
        return {doc["name"]: doc for doc in self.lead.kit_fetch()["documents"]}

    def make_plan(self):
        call = self.env.ref("mail.mail_activity_data_call")
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "First contact",
                "res_model": "crm.lead",
                "company_id": False,
                "template_ids": [
                    Command.create(
                        {
                            "activity_type_id": call.id,
                            "delay_count": days,
                            "delay_unit": "days",
                            "delay_from": "after_plan_date",
                            "responsible_type": "on_demand",
                            "summary": f"Call {days}",
                        }
                    )
                    for days in (1, 7)
                ],
            }
        )
        self.talk.kit_plan_id = plan
        return plan

    # Checklist

    def test_tick(self):
        """X16: who ticked what and when; twice is once; back is back."""
        checks = self.lead.kit_fetch()["checks"]
        self.assertEqual(
            [(c["name"], c["is_required"], c["done"]) for c in checks],
            [("Need known", True, False), ("Budget known", False, False)],
        )
        self.lead.kit_tick(self.need.id)
        kit = self.lead.kit_tick(self.need.id)
        self.assertEqual(
            kit["checks"][0]["done"],
            {"user": self.seller.name, "date": "2026-06-10 10:00:00"},
        )
        self.assertEqual(len(self.lead.kit_check_ids), 1)
        kit = self.lead.kit_tick(self.need.id, False)
        self.assertFalse(kit["checks"][0]["done"])
        for hostile in (self.theirs.id, 10**9, "1", None, [1], True, -1):
            with self.assertRaises(UserError):
                self.lead.kit_tick(hostile)

    def test_ticks_stay_with_the_lead(self):
        """X16: an opportunity that comes back finds its ticks; merged ones keep them."""
        self.lead.kit_tick(self.need.id)
        self.lead.stage_id = self.offer
        self.assertEqual(self.lead.kit_fetch()["checks"], [])
        self.lead.stage_id = self.talk
        self.assertTrue(self.lead.kit_fetch()["checks"][0]["done"])
        twin = self.make_lead(
            self.customer, stage_id=self.talk.id, team_id=self.team.id
        )
        twin.kit_tick(self.need.id)
        twin.kit_tick(self.budget.id)
        self.make_plan()
        twin.kit_plan(False)
        (self.lead.sudo() | twin).merge_opportunity()
        left = (self.lead | twin).exists()
        self.assertEqual(left.kit_check_ids.check_id, self.need | self.budget)
        self.assertEqual(left.kit_plan_ids.state, "declined")

    def test_rights(self):
        """X16 X26: the kit is read and ticked by who reads and writes the lead."""
        self.lead.kit_tick(self.need.id)
        tick = self.lead.kit_check_ids
        self.assertTrue(tick.with_user(self.seller).name_search("Need"))
        for call in (
            lambda lead: lead.kit_fetch(),
            lambda lead: lead.kit_tick(self.need.id),
            lambda lead: lead.kit_plan(),
            lambda lead: lead.action_kit_send([1]),
            lambda lead: lead.kit_open_template(1),
            lambda lead: lead.kit_open_items(lead.ids, self.offer.id),
            lambda lead: tick.with_user(self.colleague).read(["check_id"]),
        ):
            with self.assertRaises(AccessError):
                call(self.lead.with_user(self.colleague))
        self.assertFalse(tick.with_user(self.colleague).search([]))
        with self.assertRaises(AccessError):
            tick.with_user(self.seller).unlink()

    # Moving on

    def test_warned_before_moving_on(self):
        """X16: open required items are asked for when it goes forward, not back."""
        ask = self.lead.kit_open_items
        expected = {"guard": "warn", "items": ["Need known"]}
        self.assertEqual(ask(self.lead.ids, self.offer.id), expected)
        self.assertEqual(ask(self.lead.ids, self.won.id), expected)
        self.assertEqual(ask(self.lead.ids, "won"), expected)
        self.lead.kit_tick(self.need.id)
        self.assertEqual(ask(self.lead.ids, self.offer.id)["items"], [])
        self.lead.kit_tick(self.need.id, False)
        self.lead.stage_id = self.offer
        self.assertEqual(ask(self.lead.ids, self.talk.id)["items"], [])
        for hostile in (None, "x", [None, "1", True], {"a": 1}, [10**9]):
            self.assertEqual(ask(hostile, self.offer.id)["items"], [])
            self.assertEqual(ask(self.lead.ids, hostile)["items"], [])

    def test_refused_where_the_stage_says_so(self):
        """X16: "refuse" holds on every way, "warn" only asks; the system is not asked."""
        self.lead.stage_id = self.offer
        self.lead.stage_id = self.talk
        self.talk.kit_guard = "block"
        with self.assertRaisesRegex(UserError, "stays in Talk.*Need known"):
            self.lead.stage_id = self.offer
        with self.assertRaises(UserError):
            self.lead.action_set_won()
        self.assertEqual(self.lead.stage_id, self.talk)
        self.assertEqual(
            self.lead.kit_open_items(self.lead.ids, self.offer.id)["guard"], "block"
        )
        self.lead.kit_tick(self.need.id)
        self.lead.stage_id = self.offer
        self.lead.stage_id = self.talk
        self.lead.kit_tick(self.need.id, False)
        self.lead.sudo().stage_id = self.offer

    # Documents

    def test_variants_for_the_customer(self):
        """X16: each customer gets the file in their language, team and territory."""
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese, english = self.env.ref("base.lang_zh_CN"), self.env.ref("base.lang_en")
        north = self.env["crm.territory"].create({"name": "North"})
        graz = self.env["crm.territory"].create({"name": "Graz", "parent_id": north.id})
        self.make_document(
            variants=[
                {"data": as_base64(PDF), "filename": "en.pdf", "lang_id": english.id},
                {"data": as_base64(PDF), "filename": "zh.pdf", "lang_id": chinese.id},
            ]
        )
        self.make_document(
            "Prices",
            [
                {"data": as_base64(PDF), "filename": "all.pdf"},
                {
                    "data": as_base64(PDF),
                    "filename": "north.pdf",
                    "territory_id": north.id,
                },
                {
                    "data": as_base64(PDF),
                    "filename": "south.pdf",
                    "team_id": self.other_team.id,
                },
            ],
        )
        files = {name: doc["file"]["name"] for name, doc in self.documents().items()}
        self.assertEqual(files, {"Presentation": "en.pdf", "Prices": "all.pdf"})
        self.customer.write({"lang": "zh_CN", "territory_id": graz.id})
        files = {name: doc["file"]["name"] for name, doc in self.documents().items()}
        self.assertEqual(files, {"Presentation": "zh.pdf", "Prices": "north.pdf"})
        self.env.ref("base.lang_fr").active = True
        self.customer.lang = "fr_FR"
        self.assertTrue(self.documents()["Presentation"]["lang"], "in a foreign one")

    def test_library(self):
        """X16: files are checked, replaced as a whole, and gone with their document."""
        with self.assertRaisesRegex(UserError, "not taken"):
            self.make_document(variants=[{"data": as_base64(PDF), "filename": "a.exe"}])
        document = self.make_document()
        variant = document.variant_ids
        first = variant.attachment_id
        self.assertEqual(variant.with_user(self.seller).attachment_id.raw, PDF)
        variant.write({"data": as_base64(PDF + b"2"), "filename": "new.pdf"})
        self.assertFalse(first.exists())
        self.assertEqual(variant.attachment_id.name, "new.pdf")
        copy = document.copy()
        self.assertEqual(copy.variant_ids.attachment_id.raw, PDF + b"2")
        self.assertNotEqual(copy.variant_ids.attachment_id, variant.attachment_id)
        with self.assertRaises(ValidationError):
            variant.template_id = self.env.ref(
                "crm_extension.crm_contract_template_nda_en"
            )
        second = variant.attachment_id
        document.variant_ids.unlink()
        self.assertFalse(second.exists())
        with self.assertRaises(AccessError):
            copy.with_user(self.seller).name = "x"

    def test_policies_are_for_us(self):
        """X16: a policy is opened, never sent; a document without a file says so."""
        policy = self.make_document("Discounts", kind="policy")
        self.assertTrue(policy.is_internal)
        with self.assertRaisesRegex(UserError, "for us only"):
            self.lead.action_kit_send(policy.ids)
        empty = self.make_document("Film", [{"lang_id": False}])
        self.assertFalse(self.documents()["Film"]["file"])
        with self.assertRaisesRegex(UserError, "no file"):
            self.lead.action_kit_send(empty.ids)
        for hostile in ([], None, "x", [10**9], {"a": 1}, [None]):
            with self.assertRaises(UserError):
                self.lead.action_kit_send(hostile)

    def test_sent_enters_the_timeline(self):
        """X16: the mail is ready in the customer's language; sent, the kit and the
        timeline know it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("crm_extension.mail_template_sales_kit")
        template.with_context(lang="zh_CN").subject = "资料：{{ object.name }}"
        self.customer.lang = "zh_CN"
        document = self.make_document()
        action = self.lead.action_kit_send(document.ids)
        composer = self.env["mail.compose.message"].with_user(self.seller)
        form = Form(composer.with_context(**action["context"]))
        self.assertEqual(form.subject, "资料：Forty boxes")
        wizard = form.save()
        self.assertEqual(wizard.attachment_ids.mapped("name"), ["show.pdf"])
        self.assertIn(self.customer, wizard.partner_ids)
        self.assertFalse(self.documents()["Presentation"]["sent"])
        wizard._action_send_mail()
        self.flush_history()
        self.assertEqual(
            self.documents()["Presentation"]["sent"],
            {"date": "2026-06-10 10:00:00", "user": self.seller.name},
        )
        row = self.history(channel="email")
        self.assertEqual((row.direction, row.lead_id), ("out", self.lead))
        self.assertIn("资料", row.subject)
        self.assertEqual(
            document.variant_ids.attachment_id.res_model, "crm.sales.document.variant"
        )

    def test_contract_sample(self):
        """X16: a sample is filled for the lead: one draft, sent as its file."""
        template = self.env.ref("crm_extension.crm_contract_template_nda_en")
        document = self.make_document("NDA", [{"template_id": template.id}])
        action = self.lead.kit_open_template(document.id)
        form = Form(
            self.env["crm.contract.from.template"]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        self.assertEqual((form.template_id, form.partner_id), (template, self.customer))
        self.assertIn("Ernst Handel", form.preview)
        context = self.lead.action_kit_send(document.ids)["context"]
        self.lead.action_kit_send(document.ids)
        contract = self.env["crm.contract"].search([("lead_ids", "in", self.lead.ids)])
        self.assertEqual((len(contract), contract.decision), (1, "draft"))
        version = contract.file_ids.version_ids
        self.assertEqual(context["default_attachment_ids"], version.attachment_id.ids)
        wizard = Form(
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(**context)
        ).save()
        wizard._action_send_mail()
        self.assertTrue(self.documents()["NDA"]["sent"])
        for hostile in (10**9, "x", None, [1], True):
            with self.assertRaises(UserError):
                self.lead.kit_open_template(hostile)
        self.lead.partner_id = False
        with self.assertRaisesRegex(UserError, "customer"):
            self.lead.action_kit_send(document.ids)

    # Plan

    def test_plan_is_offered_once(self):
        """X16: started once, however often it is clicked; its to-dos are the seller's."""
        self.make_plan()
        plan = self.lead.kit_fetch()["plan"]
        self.assertEqual((plan["name"], plan["state"]), ("First contact", False))
        self.assertEqual(
            [(step["name"], step["due"]) for step in plan["steps"]],
            [("Call 1", "2026-06-11"), ("Call 7", "2026-06-17")],
        )
        self.lead.kit_plan()
        plan = self.lead.kit_plan()["plan"]
        self.assertEqual((plan["state"], plan["user"]), ("started", self.seller.name))
        todos = self.lead.activity_ids
        self.assertEqual(sorted(todos.mapped("summary")), ["Call 1", "Call 7"])
        self.assertEqual(todos.user_id, self.seller)
        self.assertEqual(self.lead.kit_plan(False)["plan"]["state"], "started")

    def test_plan_that_is_not_needed(self):
        """X16: "not now" ends the offer; it can still be started."""
        self.make_plan()
        plan = self.lead.kit_plan(False)["plan"]
        self.assertEqual(plan["state"], "declined")
        self.assertFalse(self.lead.activity_ids)
        self.assertEqual(self.lead.kit_plan()["plan"]["state"], "started")
        self.assertEqual(len(self.lead.activity_ids), 2)
        self.lead.stage_id = self.offer
        self.assertFalse(self.lead.kit_fetch()["plan"])
        with self.assertRaises(UserError):
            self.lead.kit_plan()

    # Samples and cost

    def test_samples(self):
        """X16: Odoo's stages get a kit at the installation; those that are gone do not
        matter."""
        first = self.env.ref("crm.stage_lead1")
        self.assertEqual(len(first.kit_check_ids), 3)
        self.assertEqual(first.kit_plan_id.steps_count, 3)
        third = self.env.ref("crm.stage_lead3")
        self.assertEqual(third.kit_document_ids.kind, "sample")
        self.env.ref("crm.stage_lead2").unlink()
        self.env["crm.stage"]._seed_sales_kits()
        self.assertEqual(len(first.kit_check_ids), 3)

    def test_queries(self):
        """X16: a big kit costs as many queries as a small one."""

        def fetch():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.lead.kit_fetch()
            return self.env.cr.sql_log_count - before

        self.make_document()
        self.make_document("Two")
        self.lead.kit_tick(self.need.id)
        fetch()
        few = fetch()
        for number in range(5):
            self.make_document(f"More {number}")
            self.env["crm.stage.check"].create(
                {"name": f"More {number}", "stage_id": self.talk.id}
            )
        self.lead.kit_tick(self.budget.id)
        self.assertEqual(fetch(), few)

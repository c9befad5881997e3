from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import GROUP_OWN, CrmExtensionCommon


class DuplicateCheckCommon(CrmExtensionCommon):
    """A lead of the seller, which the colleague may not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.make_lead(
            name="Secret deal",
            partner_name="Blumen Maier GmbH",
            contact_name="Anna Maier",
            email_from="anna@blumen-maier.de",
            phone="+49 30 901820",
            user_id=cls.seller.id,
        )

    def check(self, user=None, **vals):
        return self.env["crm.duplicate"].with_user(user or self.colleague).check(vals)

    def entry(self, model, user=None, **vals):
        finder = self.env["crm.duplicate"].with_user(user or self.colleague)
        return finder.check_entry(model, vals)


@tagged("post_install", "-at_install")
class TestDuplicateCheck(DuplicateCheckCommon):
    """X15: the check answers across permissions and gives nothing away."""

    def test_masked_answer(self):
        """X15: that it exists, whose, since when, last contact; nothing else."""
        self.log(self.customer, user=self.seller)
        [answer] = self.check(name="Blumen Maier")["answers"]
        self.assertFalse(answer["visible"])
        self.assertEqual(answer["owner"], self.seller.name)
        self.assertEqual((answer["id"], answer["name"]), (False, False))
        self.assertEqual(answer["kind"], "lead")
        self.assertEqual(answer["state"], "owned")
        self.assertEqual(answer["last_contact"], "never")
        self.assertEqual(answer["reasons"], ["Same name"])
        self.assertEqual(answer["since"][-3:], "-01", "the month, not the day")
        self.assertNotIn("record", answer)
        told = str(answer)
        for secret in ("anna", "Anna", "901820", "Secret", "GmbH"):
            self.assertNotIn(secret, told)

    def test_what_i_may_see_is_told_in_full(self):
        """X15: by the record rules of the one who asks."""
        [answer] = self.check(self.seller, phone="0049 30 901820")["answers"]
        self.assertTrue(answer["visible"])
        self.assertEqual((answer["id"], answer["state"]), (self.lead.id, "mine"))

    def test_masked_customers_are_masked_here(self):
        """X15: with masking on, a colleague's customer is told without its name."""
        self.company.crm_masking = "masked"
        self.customer.phone = "+49 30 901821"
        [answer] = self.check(phone="+49 30 901821")["answers"]
        self.assertEqual((answer["visible"], answer["name"]), (False, False))
        self.assertEqual(answer["owner"], self.seller.name)

    def test_last_contact_is_a_bucket(self):
        with freeze_time("2026-03-10"):
            self.log(self.customer, user=self.seller, date=datetime(2026, 2, 20))
            [answer] = self.check(name="Ernst Handel")["answers"]
        self.assertEqual(answer["last_contact"], "month")

    def test_wildcards_and_short_questions_are_refused(self):
        """X15: nobody leafs through the customers of others."""
        for vals in (
            {},
            [],
            "Blumen",
            {"name": "Blu%"},
            {"name": "B*"},
            {"name": "Bl?men"},
            {"name": "花"},
            {"name": "abc"},
            {"phone": "901"},
            {"email": "blumen-maier"},
            {"vat": "123"},
            {"name": 5},
            {"name": ["x"]},
            {"name": {"x": 1}},
            {"unknown": "Blumen Maier"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.env["crm.duplicate"].with_user(self.colleague).check(vals)

    def test_hostile_questions_find_nothing(self):
        for name in ("_____", "x" * 10**5, "<script>", ".*.*.*", "' OR 1=1 --"):
            try:
                self.assertFalse(self.check(name=name)["answers"], name)
            except UserError as error:
                self.assertNotIn("Traceback", str(error))

    def test_a_prefix_gives_nothing_away(self):
        """X15: parts of a name, a number or an address are not answered."""
        for vals in (
            {"name": "Blum"},
            {"phone": "+49 30 90182"},
            {"email": "anna@b.de"},
        ):
            self.assertFalse(self.check(**vals)["answers"], vals)

    def test_logged(self):
        """X15: who asked what, when, and how much was told; for managers."""
        self.check(name="Blumen Maier")
        row = self.env["crm.duplicate.check.log"].with_user(self.manager).search([])[0]
        self.assertEqual(row.user_id, self.colleague)
        self.assertEqual(row.asked, "Blumen Maier")
        self.assertEqual((row.result_count, row.hidden_count), (1, 1))
        with self.assertRaises(AccessError):
            row.with_user(self.seller).read(["asked"])

    def test_rate_limit(self):
        """X15: so many in an hour, for each person, then a clear sentence."""
        params = self.env["ir.config_parameter"]
        params.set_param("crm_extension.duplicate_checks_per_hour", "3")
        for _turn in range(3):
            self.check(name="Blumen Maier")
        with self.assertRaisesRegex(UserError, "3 customers within an hour"):
            self.check(name="Blumen Maier")
        self.assertTrue(self.check(self.mate, name="Blumen Maier")["answers"])

    def test_portal_and_stock_clerks_may_not_ask(self):
        clerk = new_test_user(self.env, "dup_clerk", groups="base.group_user")
        portal = new_test_user(self.env, "dup_portal", groups="base.group_portal")
        for user in (clerk, portal):
            with self.assertRaises(AccessError):
                self.check(user, name="Blumen Maier")
            with self.assertRaises(AccessError):
                self.entry("res.partner", user, name="Blumen Maier")

    def test_few_queries(self):
        """X15: a check is one short call."""
        self.check(name="Blumen Maier")
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.check(name="Blumen Maier", phone="+49 30 901820")


@tagged("post_install", "-at_install")
class TestDuplicateEntry(DuplicateCheckCommon):
    """X15: the form says that a customer is known, before it is saved twice."""

    def set_mode(self, mode):
        params = self.env["ir.config_parameter"]
        params.set_param("crm_extension.duplicate_on_entry", mode)

    def test_banner(self):
        """X15: partner and lead form, also about what the user may not see."""
        for model, vals in (
            ("res.partner", {"name": "Blumen-Maier AG", "is_company": True}),
            ("crm.lead", {"partner_name": "Blumen Maier", "lead_id": False}),
        ):
            result = self.entry(model, **vals)
            self.assertEqual(len(result["answers"]), 1, model)
            self.assertTrue(result["log_id"])
        self.assertFalse(self.entry("res.users", name="Blumen Maier")["answers"])
        self.assertFalse(self.entry("res.partner", name=False)["answers"])
        own = self.entry("crm.lead", partner_name="Blumen Maier", lead_id=self.lead.id)
        self.assertFalse(own["answers"])

    def test_off(self):
        self.set_mode("off")
        self.assertFalse(self.entry("res.partner", name="Blumen Maier")["answers"])

    def test_after_too_many_questions_only_what_i_may_see(self):
        params = self.env["ir.config_parameter"]
        params.set_param("crm_extension.duplicate_checks_per_hour", "0")
        self.assertFalse(self.entry("res.partner", name="Blumen Maier")["answers"])
        visible = self.entry("res.partner", self.seller, name="Blumen Maier")["answers"]
        self.assertEqual(visible[0]["id"], self.lead.id)

    def test_warning_never_stops_saving(self):
        partners = self.env["res.partner"].with_user(self.colleague)
        self.assertTrue(partners.create({"name": "X", "phone": "+49 30 901820"}))

    def test_block(self):
        """X15: where the setting says so, only a manager saves, with a reason."""
        self.set_mode("block")
        vals = {"name": "X", "phone": "+49 30 901820"}
        partners = self.env["res.partner"].with_user(self.colleague)
        with self.assertRaisesRegex(UserError, self.seller.login):
            partners.create(vals)
        with self.assertRaises(UserError):
            partners.name_create("X <anna@blumen-maier.de>")
        partners = partners.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "reason"):
            partners.create(vals)
        self.assertTrue(partners.create({**vals, "duplicate_reason": "A branch"}))

    def test_system_is_never_stopped(self):
        """X15: mail gateway and web forms create leads as superuser."""
        self.set_mode("block")
        self.make_lead(partner_name="Blumen Maier", email_from="anna@blumen-maier.de")

    def test_quick_create_tells_afterwards(self):
        """X15: creating from a field shows no form; the warning comes as a notice."""
        self.env["bus.bus"].sudo().search([]).unlink()
        partners = self.env["res.partner"].with_user(self.colleague)
        partners.name_create("Blumen Maier GmbH")
        self.env.cr.precommit.run()
        notices = self.env["bus.bus"].sudo().search([]).mapped("message")
        told = [notice for notice in notices if "may be known already" in notice]
        self.assertEqual(len(told), 1)
        self.assertIn(self.seller.name, told[0])

    def test_import_reports(self):
        """X15: the import says which rows are known and to whom."""
        leads = self.env["crm.lead"].with_user(self.colleague)
        result = leads.with_context(import_file=True).load(
            ["name", "partner_name", "email_from"],
            [["New", "Rosen Schulz", "a@rosen-schulz.de"], ["Old", "Blumen Maier", ""]],
        )
        [message] = result["messages"]
        self.assertEqual((message["type"], message["record"]), ("warning", 1))
        self.assertIn(self.seller.name, message["message"])
        self.assertNotIn("GmbH", message["message"])
        self.assertEqual(len(result["ids"]), 2, "imported nevertheless")

    def test_form(self):
        with Form(self.env["res.partner"].with_user(self.manager)) as form:
            form.name = "Tulpen Schmidt"


@tagged("post_install", "-at_install")
class TestShareRequest(DuplicateCheckCommon):
    """X15: who finds a colleague's customer asks to share it."""

    def ask(self, user=None, note="A friend works there", **vals):
        user = user or self.colleague
        result = self.check(user, **(vals or {"name": "Blumen Maier"}))
        requests = self.env["crm.share.request"].with_user(user)
        requests.ask(result["log_id"], 0, note)
        return self.env["crm.share.request"].search([], limit=1)

    def test_accept_lead(self):
        """X15: the owner gets a to-do; accepted, the lead can be read."""
        request = self.ask()
        self.assertEqual(request.activity_ids.user_id, self.seller)
        self.assertEqual(request.with_user(self.colleague).target, "Blumen Maier")
        lead = self.lead.with_user(self.colleague)
        self.assertFalse(lead.has_access("read"))
        request.with_user(self.seller).action_accept()
        self.assertTrue(lead.has_access("read"))
        self.assertFalse(lead.has_access("write"))
        self.assertFalse(request.activity_ids)
        notes = self.env["mail.message"].search(
            [("model", "=", request._name), ("message_type", "=", "user_notification")]
        )
        self.assertIn(self.colleague.partner_id, notes.notified_partner_ids)

    def test_accept_customer(self):
        """X15: the requester becomes a collaborator; the history tells it."""
        self.company.crm_masking = "masked"
        self.customer.phone = "+49 30 901821"
        request = self.ask(phone="+49 30 901821")
        self.assertEqual(request.partner_id, self.customer)
        request.with_user(self.seller).action_accept()
        self.assertEqual(self.customer.collaborator_ids.user_id, self.colleague)
        events = self.history(self.customer).mapped("event")
        self.assertIn("crm.share.request:accepted", events)

    def test_refuse_needs_a_reason(self):
        request = self.ask().with_user(self.seller)
        with self.assertRaisesRegex(UserError, "Say why"):
            request.action_refuse()
        request.answer = "We are about to sign"
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertFalse(self.lead.with_user(self.colleague).has_access("read"))
        with self.assertRaises(UserError):
            request.action_accept()

    def test_only_the_owner_answers(self):
        """X15: the requester cannot share with himself, by button or by writing."""
        request = self.ask().with_user(self.colleague)
        for attempt in (
            request.action_accept,
            request.action_refuse,
            lambda: request.write({"state": "accepted"}),
            lambda: request.write({"answer": "Yes"}),
            lambda: request.create({"requester_id": self.colleague.id}),
            lambda: request.read(["lead_id"]),
        ):
            with self.assertRaises(AccessError):
                attempt()
        request.action_withdraw()
        self.assertEqual(request.state, "cancelled")

    def test_only_answers_of_my_own_check(self):
        """X15: numbers of other people's checks open nothing."""
        result = self.check(name="Blumen Maier")
        requests = self.env["crm.share.request"].with_user(self.mate)
        for log_id, number in (
            (result["log_id"], 0),
            (0, 0),
            (result["log_id"], 7),
            (result["log_id"], -1),
            ("1", None),
            (None, [0]),
        ):
            with self.assertRaises(UserError):
                requests.ask(log_id, number)

    def test_asking_twice_is_one_request(self):
        self.ask()
        self.ask()
        requests = self.env["crm.share.request"].search([])
        self.assertEqual(len(requests), 1)

    def test_nobodys_customer_is_asked_from_a_manager(self):
        self.lead.user_id = False
        self.lead.team_id = self.team
        self.company.crm_masking = "strict"
        [answer] = self.check(name="Blumen Maier")["answers"]
        self.assertEqual(answer["state"], "free")

    def test_strangers_do_not_see_requests(self):
        request = self.ask()
        own = new_test_user(self.env, "dup_other", groups=GROUP_OWN)
        self.assertFalse(request.with_user(own).has_access("read"))

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .workbench_common import DAY, NOW, TODAY, TOKEN, WorkbenchCase


class TeamCase(WorkbenchCase):
    """The seller's team has a leader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.make_user("leader", "crm_extension.crm_extension_group_team")
        cls.team.user_id = cls.leader
        cls.lead_bench = cls.env["crm.workbench"].with_user(cls.leader)

    def person(self, user, bench=None):
        people = (bench or self.lead_bench).team()["people"]
        return {row["id"]: row for row in people}[user.id]


@tagged("post_install", "-at_install")
class TestTeamPage(TeamCase):
    """How each person follows up, on one page (X05)."""

    def test_who_sees_whom(self):
        def ids(user):
            people = self.env["crm.workbench"].with_user(user).team()["people"]
            return {row["id"] for row in people}

        self.assertEqual(ids(self.leader), {self.seller.id, self.mate.id})
        mine = (self.seller | self.mate | self.colleague).ids
        self.assertLessEqual(set(mine), ids(self.manager))
        for user in (self.seller, self.mate, self.colleague, self.boss):
            with self.assertRaises(AccessError):
                self.env["crm.workbench"].with_user(user).team()

    def test_overdue_and_workload(self):
        self.todo(date_deadline=TODAY - DAY)
        self.todo(deadline_at=NOW - timedelta(minutes=5))
        self.todo(date_deadline=TODAY + DAY)
        self.make_lead(user_id=self.seller.id)
        row = self.person(self.seller)
        self.assertEqual((row["overdue"], row["todos"], row["leads"]), (2, 3, 1))
        self.assertEqual(self.person(self.mate)["overdue"], 0)

    def test_untouched_leads_by_days(self):
        for days in (1, 3, 4, 6, 8, 9):
            with freeze_time(NOW - days * DAY):
                self.make_lead(user_id=self.seller.id)
        self.assertEqual(self.person(self.seller)["untouched"], [2, 1, 2])
        lead = self.env["crm.lead"].search(
            [("user_id", "=", self.seller.id)], order="user_assigned_date", limit=1
        )
        self.bench.finish(
            self.key("crm.lead", lead), {"channel": "call", "text": "Spoke"}
        )
        self.assertEqual(self.person(self.seller)["untouched"], [2, 1, 1])

    def test_silent_customers_of_the_first_level(self):
        level = self.env["crm.customer.level"].search([], limit=1)
        level.rhythm_days = 5
        self.assertEqual(self.lead_bench.team()["level"], level.name)
        self.customer.customer_level_id = level
        self.assertEqual(self.person(self.seller)["silent"], 0)
        with freeze_time(NOW + 5 * DAY):
            self.assertEqual(self.person(self.seller)["silent"], 1)

    def test_week_against_habit(self):
        for days in (1, 2, 10, 20, 30, 40, 60):
            self.log(user=self.seller, channel="visit", date=NOW - days * DAY)
        self.log(user=self.seller, channel="visit", date=NOW - 70 * DAY)
        row = self.person(self.seller)
        self.assertEqual(row["visits"], {"week": 2, "habit": 0.6})
        self.assertEqual(row["calls"]["week"], 1)

    def test_other_companies_do_not_count(self):
        other = self.env["res.company"].create({"name": "South Ltd"})
        with freeze_time(NOW - 4 * DAY):
            self.make_lead(user_id=self.seller.id)
            lead = self.make_lead()
        lead.sudo().write({"company_id": other.id, "team_id": False})
        self.seller.company_ids += other
        lead.sudo().user_id = self.seller
        self.assertEqual(self.person(self.seller)["leads"], 1)

    def test_queries_do_not_grow_with_people(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.lead_bench.team()
            return self.env.cr.sql_log_count - before

        cost()
        few = cost()
        for number in range(5):
            self.team.member_ids += self.make_user(
                f"more{number}", "sales_team.group_sale_salesman"
            )
        cost()  # new users empty the caches of the registry
        self.assertLessEqual(cost(), few)


@tagged("post_install", "-at_install")
class TestUrge(TeamCase):
    """A manager urges: workbench, timeline, once, answered (X05)."""

    def urges(self):
        return self.rows("urges")

    def test_lands_on_workbench_and_in_the_timeline(self):
        todo = self.todo(date_deadline=TODAY - DAY)
        before = self.history()
        args = (
            self.seller.id,
            "Call them today",
            self.key("mail.activity", todo),
            TOKEN,
        )
        self.lead_bench.urge(*args)
        [row] = self.urges()
        self.assertEqual(row["what"], "Call them today")
        self.assertEqual(row["by"], self.leader.name)
        self.assertEqual(row["customer"]["id"], self.customer.id)
        note = self.history() - before
        self.assertEqual((note.channel, note.user_id), ("note", self.leader))
        self.assertIn("Call them today", note.subject)
        self.assertEqual(self.lead_bench.urge(*args), {"repeated": True})
        self.assertEqual(len(self.urges()), 1)
        self.assertEqual(self.history() - before, note)
        self.assertEqual(self.person(self.seller)["urges"], 1)

    def test_about_a_lead_and_about_nothing(self):
        lead = self.make_lead(user_id=self.seller.id, team_id=self.team.id)
        self.lead_bench.urge(self.seller.id, "Go", self.key("crm.lead", lead))
        self.lead_bench.urge(self.seller.id, "Clean up your list")
        self.assertEqual(len(self.urges()), 2)
        rows = self.env["crm.interaction"].search([("lead_id", "=", lead.id)])
        self.assertEqual(len(rows), 1)

    def test_answer(self):
        self.lead_bench.urge(
            self.seller.id, "Call them", self.key("res.partner", self.customer)
        )
        urge = self.env["crm.urge"].search([("user_id", "=", self.seller.id)])
        before = self.history()
        undo = self.bench.answer_urge(urge.id, "Done, they order on Monday")
        self.assertFalse(self.urges())
        self.assertEqual(urge.state, "answered")
        self.assertEqual(urge.answer, "Done, they order on Monday")
        self.assertEqual(len(self.history() - before), 1)
        self.assertEqual(self.bench.answer_urge(urge.id, "Again"), {"repeated": True})
        self.assertEqual(urge.answer, "Done, they order on Monday")
        self.bench.undo(undo["undo"])
        self.assertEqual(len(self.urges()), 1)

    def test_acknowledged_without_a_word(self):
        self.lead_bench.urge(self.seller.id, "Clean up your list")
        urge = self.env["crm.urge"].search([("user_id", "=", self.seller.id)])
        self.bench.answer_urge(urge.id)
        self.assertEqual(urge.state, "answered")

    def test_nobody_urges_outside_their_rights(self):
        stranger = self.todo(self.other_customer, user=self.colleague)
        for bench, user, row, error in (
            (self.bench, self.mate, None, AccessError),
            (self.bench, self.leader, None, AccessError),
            (self.lead_bench, self.colleague, None, AccessError),
            (self.lead_bench, self.leader, None, UserError),
            (
                self.lead_bench,
                self.seller,
                self.key("mail.activity", stranger),
                UserError,
            ),
        ):
            with self.subTest(user=user.login), self.assertRaises(error):
                bench.urge(user.id, "Go", row)
        self.assertFalse(self.env["crm.urge"].search([]))

    def test_only_the_addressee_answers(self):
        self.lead_bench.urge(self.seller.id, "Clean up your list")
        urge = self.env["crm.urge"].search([("user_id", "=", self.seller.id)])
        for user in (self.mate, self.colleague, self.leader, self.manager):
            with self.assertRaises(AccessError):
                self.env["crm.workbench"].with_user(user).answer_urge(urge.id, "Done")
        for hostile in (None, "1", [urge.id], True, 999999999):
            with self.assertRaises(AccessError):
                self.bench.answer_urge(hostile, "Done")

    def test_urges_are_read_by_those_concerned(self):
        self.lead_bench.urge(self.seller.id, "Clean up your list")
        urges = self.env["crm.urge"]
        for user, number in (
            (self.seller, 1),
            (self.leader, 1),
            (self.manager, 1),
            (self.mate, 0),
            (self.colleague, 0),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(urges.with_user(user).search_count([]), number)
        with self.assertRaises(AccessError):
            urges.with_user(self.manager).create(
                {"user_id": self.seller.id, "note": "Directly"}
            )

    def test_hostile_notes(self):
        for note in (None, "", "  ", ["x"], "x" * 501):
            with self.assertRaises(UserError):
                self.lead_bench.urge(self.seller.id, note)

    def test_leader_gives_a_lead_to_another(self):
        lead = self.make_lead(user_id=self.seller.id, team_id=self.team.id)
        self.lead_bench.reassign([self.key("crm.lead", lead)], self.mate.id)
        self.assertEqual(lead.user_id, self.mate)


@tagged("post_install", "-at_install")
class TestEscalation(TeamCase):
    """The ladder for leads that nobody touches: 3, 5, 7 days (X05)."""

    def setUp(self):
        super().setUp()
        self.lead = self.make_lead(user_id=self.seller.id, team_id=self.team.id)

    def climb(self, days):
        """Run the scheduled action so many days after the assignment."""
        with freeze_time(NOW + days * DAY), self.enter_registry_test_mode():
            self.env.ref(
                "crm_extension.ir_cron_lead_escalation"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def told(self, user):
        domain = [("user_id", "=", user.id), ("lead_id", "=", self.lead.id)]
        return len(self.env["crm.urge"].search(domain))

    def test_rungs(self):
        expected = {2: (0, 0), 3: (1, 0), 4: (1, 0), 5: (2, 1), 6: (2, 1), 7: (3, 2)}
        for days, told in expected.items():
            self.climb(days)
            self.climb(days)
            with self.subTest(days=days):
                self.assertEqual((self.told(self.seller), self.told(self.leader)), told)
        self.climb(30)
        self.assertEqual(self.told(self.seller), 3)

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.seller.lang = "zh_CN"
        self.climb(5)
        notes = {urge.user_id: urge.note for urge in self.env["crm.urge"].search([])}
        self.assertIn("5", notes[self.seller])
        self.assertNotIn("Nobody has spoken", notes[self.seller])
        self.assertIn("has not spoken", notes[self.leader])

    def test_touched_lead_stays(self):
        self.bench.finish(
            self.key("crm.lead", self.lead), {"channel": "call", "text": "Spoke"}
        )
        self.climb(8)
        self.assertEqual(self.told(self.seller), 0)

    def test_starts_again_with_a_new_person(self):
        self.climb(3)
        with freeze_time(NOW + 4 * DAY):
            self.lead.user_id = self.mate
        self.climb(6)
        self.assertEqual(self.told(self.mate), 0)
        self.climb(7)
        self.assertEqual(self.told(self.mate), 1)

    def test_last_step_gives_it_to_the_leader(self):
        self.env["ir.config_parameter"].set_param(
            "crm_extension.escalation_action", "reassign"
        )
        self.climb(7)
        self.assertEqual(self.lead.user_id, self.leader)
        self.assertEqual(self.told(self.leader), 1)
        self.assertEqual(self.told(self.seller), 0)

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {"crm_escalation_active": False}
        )
        settings.execute()
        self.climb(30)
        self.assertEqual(self.told(self.seller), 0)
        self.env["res.config.settings"].create(
            {"crm_escalation_active": True, "crm_escalation_days_1": 10}
        ).execute()
        self.env["ir.config_parameter"].set_param(
            "crm_extension.escalation_days_2", "0"
        )
        self.env["ir.config_parameter"].set_param(
            "crm_extension.escalation_days_3", "0"
        )
        self.climb(9)
        self.assertEqual(self.told(self.seller), 0)
        self.climb(10)
        self.assertEqual(self.told(self.seller), 1)

    def test_lands_on_the_workbench(self):
        self.climb(3)
        with freeze_time(NOW + 3 * DAY):
            row = self.rows("urges")[0]
        self.assertEqual(row["by"], "Escalation")
        self.assertIn("3 days", row["what"])

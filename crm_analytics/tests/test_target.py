from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.crm_target import MONTHS
from .common import TODAY
from .common_facts import FactCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTarget(FactCommon):
    """A04: entering targets: months, quarters and years, proposals, rules, history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team.member"].create(
            [
                {"crm_team_id": cls.team.id, "user_id": cls.nancy.id},
                {"crm_team_id": cls.other_team.id, "user_id": cls.robert.id},
            ]
        )
        cls.Target = cls.env["crm.target"]

    @classmethod
    def _target(cls, **values):
        return cls.Target.create({"year": 2026, "measure": "booked", **values})

    def _propose(self, **values):
        plan = self.env["crm.target.plan"].create(
            {"year": 2027, "measure": "booked", **values}
        )
        action = plan.action_propose()
        return self.Target.search(action["domain"])

    def test_a04_a_year_is_spread_over_the_months(self):
        """A04: the typed year follows the proportion of the months, else it is even."""
        target = self._target(user_id=self.nancy.id, total=1200)
        self.assertEqual([target[name] for name in MONTHS], [100] * 12)
        target.m12 = 300
        self.assertEqual((target.q4, target.total), (500, 1400))
        target.total = 2800
        self.assertEqual((target.m01, target.m12, target.total), (200, 600, 2800))
        target.q1 = 900
        self.assertEqual((target.m01, target.m02, target.m04), (300, 300, 200))

    def test_a04_the_season_of_the_past_spreads_the_year(self):
        """A04: twice as much in December as in June gives the same proportion."""
        self._order("2024-11-10 10:00:00", 100)
        self._order("2025-06-10 10:00:00", 100)
        self._order("2025-12-10 10:00:00", 200)
        target = self._target(user_id=self.nancy.id, year=2027, total=400)
        self.assertEqual((target.m06, target.m11, target.m12), (100, 100, 200))
        self.assertEqual(target.m01, 0)

    def test_a04_visits_are_whole(self):
        """A04: nobody makes a third of a visit."""
        target = self._target(user_id=self.nancy.id, measure="visits", total=100)
        self.assertEqual(target.total, 100)
        self.assertEqual({target[name] % 1 for name in MONTHS}, {0})

    def test_a04_quarters_and_years_are_fiscal(self):
        """A04: with a year to 31 March its first quarter begins in April."""
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        target = self._target(user_id=self.nancy.id, year=2027, q1=300)
        self.assertEqual((target.m04, target.m05, target.m06), (100, 100, 100))
        self.assertEqual(target.fiscal_year, "2026/27")
        months = sorted(target._get_months())
        self.assertEqual(
            (str(months[0]), str(months[-1])), ("2026-04-01", "2027-03-01")
        )
        self.assertEqual(self.Target.new({}).year, 2027)

    def test_a04_form_takes_the_team_of_the_person(self):
        """A04: choosing a person fills the team; the sum is seen while typing."""
        with Form(self.Target) as form:
            form.user_id = self.nancy
            form.m01 = 70
            self.assertEqual(form.total, 70)
            self.assertEqual(form.team_id, self.team)
            form.m02 = 30
        target = form.save()
        self.assertEqual((target.total, target.level), (100, "user"))
        self.assertIn("Booked 2026", target.display_name)

    def test_a04_one_target_for_each(self):
        """A04: nobody has two targets of a measure and a year; no debts, no far years."""
        self._target(user_id=self.nancy.id)
        self._target(team_id=self.team.id)
        self._target()
        for values in (
            {"user_id": self.nancy.id, "team_id": self.other_team.id},
            {"team_id": self.team.id},
            {},
            {"year": 1},
        ):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._target(**values)
        for amount in (-1, 1e15):
            with self.assertRaises(ValidationError):
                self._target(year=2030, m01=amount)

    def test_a04_changes_are_kept(self):
        """A04: who changed which month from what to what stays on the target."""
        target = self._target(user_id=self.nancy.id, m01=100).with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.flush_tracking()
        target.m01 = 150
        self.flush_tracking()
        values = target.message_ids[0].sudo().tracking_value_ids
        self.assertEqual((values.old_value_float, values.new_value_float), (100, 150))

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.flush()

    def test_a04_proposal_from_last_year(self):
        """A04: everybody in a team gets last year and a percentage; what is there
        stays unless it is to be replaced."""
        self._order("2026-03-10 10:00:00", 1000)
        kept = self._target(user_id=self.robert.id, year=2027, total=5)
        found = self._propose(percent=10, spread="same")
        self.assertEqual(found.user_id, self.nancy + self.robert)
        nancy = found.filtered(lambda row: row.user_id == self.nancy)
        self.assertEqual((nancy.m03, nancy.total), (1100, 1100))
        self.assertEqual(kept.total, 5)
        self._propose(percent=10, spread="same", replace=True)
        self.assertEqual(kept.total, 0)

    def test_a04_proposal_from_last_years_targets(self):
        """A04: copy last year times a percentage, for teams and the company, too."""
        self._target(user_id=self.nancy.id, total=1200)
        found = self._propose(basis="targets", percent=5, level="team", spread="even")
        team = found.filtered(lambda row: row.team_id == self.team)
        self.assertEqual((team.total, team.m07, team.level), (1260, 105, "team"))
        whole = self._propose(basis="targets", level="company", spread="even")
        self.assertEqual((whole.total, whole.level), (1200, "company"))

    def test_a04_proposals_that_make_no_sense(self):
        """A04: a clear sentence, nothing written."""
        for values in ({"year": 1}, {"percent": 5000}, {"percent": -101}):
            with self.assertRaises(UserError):
                self._propose(**values)
        self.assertFalse(self.Target.search([("year", "=", 2027)]))

    def test_a04_a_copy_is_the_year_after(self):
        """A04: a row copied is the same target one year later."""
        copy = self._target(user_id=self.nancy.id, m03=120).copy()
        self.assertEqual((copy.year, copy.m03, copy.total), (2027, 120, 120))

    def test_a04_import_of_a_year(self):
        """A04: a file with person and year's sum is enough."""
        result = self.Target.load(
            ["user_id", "year", "measure", "total"],
            [[self.nancy.name, "2026", "Booked", "2400"]],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.Target.browse(result["ids"]).m05, 200)

    def test_a04_who_reads_and_sets_targets(self):
        """A04: own to read; leaders set those of their people, never their own."""
        leader = self._new_user(
            "leader",
            "sales_team.group_sale_salesman,crm_extension.crm_extension_group_team",
        )
        self.team.user_id = leader
        own = self._target(user_id=leader.id, team_id=self.team.id)
        nancy = self._target(user_id=self.nancy.id)
        robert = self._target(user_id=self.robert.id)
        team = self._target(team_id=self.team.id)
        mine = [("id", "in", (own + nancy + robert + team).ids)]
        for user, seen in (
            (self.nancy, nancy),
            (self.robert, robert),
            (leader, own + nancy + team),
            (self.env.user, own + nancy + robert + team),
        ):
            self.assertEqual(self.Target.with_user(user).search(mine), seen, user.login)
        nancy.with_user(leader).m01 = 5
        for target, user in (
            (own, leader),
            (team, leader),
            (robert, leader),
            (nancy, self.nancy),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                target.with_user(user).m01 = 7

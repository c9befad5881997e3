"""Rating after closing: fully satisfied against satisfied, low ones are called back."""

from odoo.tests import tagged

from .test_portal_tracking import PortalCase


@tagged("post_install", "-at_install")
class TestSatisfaction(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.manager
        cls.customer.user_id = cls.owner
        cls.walk(cls.mine)

    def rate(self, level, comment="", rma=None):
        path = self.path(rma or self.mine, "/rate")
        return self.post(path, {"level": level, "comment": comment})

    def calls(self):
        return self.mine.activity_ids

    def test_fully_satisfied(self):
        """R11: the customer rates on the page, once; nobody has to call."""
        self.assertIn("/rate", self.page(self.mine))
        self.assertEqual(self.rate("5", "Thanks!").status_code, 303)
        self.assertRecordValues(
            self.mine,
            [
                {
                    "satisfaction": "5",
                    "satisfaction_points": 5.0,
                    "fully_satisfied": 1.0,
                    "satisfaction_comment": "Thanks!",
                    "rating_count": 1,
                }
            ],
        )
        self.assertFalse(self.calls())
        self.rate("1")
        self.assertEqual(self.mine.satisfaction, "5", "one answer for each closing")
        self.assertNotIn("/rate", self.page(self.mine))

    def test_low_rating_is_a_to_do_of_the_owner_once(self):
        """R11: a low rating becomes a to-do of the customer's owner, once."""
        self.rate("1", "Still broken")
        self.rate("1", "Still broken")
        call = self.calls()
        self.assertEqual(call.user_id, self.owner)
        self.assertIn("Still broken", call.note)
        self.assertEqual(call.activity_type_id.category, "phonecall")

    def test_satisfied_is_not_fully(self):
        """R11: the share of the fully satisfied among those who answered."""
        self.rate("4")
        other = self.rma(self.lots[1])
        self.walk(other)
        self.rate("5", rma=other)
        [(points, share)] = self.env["crm.rma"]._read_group(
            [("id", "in", (self.mine | other).ids), ("satisfaction", "!=", False)],
            [],
            ["satisfaction_points:avg", "fully_satisfied:avg"],
        )
        self.assertEqual((points, share), (4.5, 0.5))

    def test_open_and_hostile(self):
        """R11: only a closed return is rated, with one of the four answers."""
        self.assertEqual(self.rate("5", rma=self.theirs).status_code, 303)
        self.assertFalse(self.theirs.satisfaction)
        for level in ("", "2", "6", "-1", "NaN", "5.0", "x" * 9000):
            self.assertEqual(self.rate(level).status_code, 400, level)
        self.assertFalse(self.mine.satisfaction)

    def test_again_after_the_fault_came_back(self):
        self.rate("5")
        lines = self.mine._returned_lines()
        self.mine._reopen(lines, self.mine.date_reported, "Again")
        self.walk(self.mine, "action_ship") if self.mine.can_approve else None
        for step in ("receive", "return_as_is", "close"):
            getattr(self.mine, f"action_{step}")()
        self.assertTrue(self.mine._can_rate())
        self.rate("4")
        self.assertEqual(self.mine.satisfaction, "4")

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .workbench_common import TODAY, WorkbenchCase


class TestWorkbenchAccess(WorkbenchCase):
    """Nobody sees or moves by RPC what is not theirs (X05, X26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.make_user("leader", "crm_extension.crm_extension_group_team")
        cls.team.user_id = cls.leader

    def test_whose_workbench(self):
        expected = {
            self.seller: {self.seller},
            self.mate: {self.mate},
            self.colleague: {self.colleague},
            self.leader: {self.leader, self.seller, self.mate},
            self.boss: {self.boss},
            self.manager: {self.manager, self.seller, self.mate, self.colleague},
        }
        for viewer, allowed in expected.items():
            bench = self.env["crm.workbench"].with_user(viewer)
            for person in expected:
                with self.subTest(viewer=viewer.login, person=person.login):
                    if person in allowed:
                        result = bench.counts(person.id)
                        self.assertEqual(result["readonly"], person != viewer)
                        bench.bucket("today", user_id=person.id)
                    else:
                        with self.assertRaises(AccessError):
                            bench.counts(person.id)
                        with self.assertRaises(AccessError):
                            bench.bucket("today", user_id=person.id)

    def test_leader_sees_the_seller_through_own_rights(self):
        todo = self.todo(date_deadline=TODAY)
        private = self.env["mail.activity"].create(
            {"user_id": self.seller.id, "date_deadline": TODAY, "summary": "Dentist"}
        )
        bench = self.env["crm.workbench"].with_user(self.leader)
        rows = bench.bucket("today", user_id=self.seller.id)["rows"]
        self.assertEqual([row["res_id"] for row in rows], [todo.id])
        self.assertTrue(private.active)

    def test_manager_of_another_company(self):
        other = self.env["res.company"].create({"name": "South Ltd"})
        stranger = self.make_user(
            "stranger",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["crm.workbench"].with_user(stranger).counts(self.seller.id)

    def test_todo_of_a_colleague_cannot_be_moved(self):
        free = self.env["mail.activity"].create(
            {"user_id": self.colleague.id, "date_deadline": TODAY, "summary": "Mine"}
        )
        key = [self.key("mail.activity", free)]
        for call in (
            lambda: self.bench.done(key),
            lambda: self.bench.snooze(key, "2025-06-16"),
            lambda: self.bench.reassign(key, self.seller.id),
            lambda: self.bench.finish(key[0], {"text": "x", "channel": "note"}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertTrue(free.active)

    def test_lead_of_a_colleague_cannot_be_taken(self):
        lead = self.make_lead(user_id=self.colleague.id, team_id=self.other_team.id)
        with self.assertRaises(AccessError):
            self.bench.reassign([self.key("crm.lead", lead)], self.seller.id)

    @mute_logger("odoo.models.unlink")
    def test_hostile_arguments(self):
        """A clear sentence, never a traceback of Python types."""
        bench = self.bench
        key = {"model": "mail.activity", "res_id": 1}
        calls = [
            lambda: bench.counts("1"),
            lambda: bench.counts([self.boss.id]),
            lambda: bench.counts(True),
            lambda: bench.counts(-1),
            lambda: bench.bucket("nothing"),
            lambda: bench.bucket(None),
            lambda: bench.bucket({"a": 1}),
            lambda: bench.bucket("today", cursor="x"),
            lambda: bench.bucket("today", cursor=["x", 1]),
            lambda: bench.bucket("today", cursor=[1, 2, 3]),
            lambda: bench.bucket("today", search=["x"]),
            lambda: bench.finish(None),
            lambda: bench.finish({"model": "res.users", "res_id": 1}),
            lambda: bench.finish({"model": "mail.activity", "res_id": "1"}),
            lambda: bench.finish({"model": "mail.activity", "res_id": 999999999}),
            lambda: bench.finish(key, "text"),
            lambda: bench.finish(key, {"text": ["x"]}),
            lambda: bench.done([]),
            lambda: bench.done("all"),
            lambda: bench.done([key] * 501),
            lambda: bench.snooze([key]),
            lambda: bench.snooze([key], "tomorrow"),
            lambda: bench.snooze([key], "2025-06-16", "2025-06-16 10:00:00"),
            lambda: bench.reassign([key], "admin"),
            lambda: bench.reassign([key], self.env.ref("base.public_user").id),
            lambda: bench.undo(None),
            lambda: bench.undo({"kind": "drop"}),
            lambda: bench.preview("res.users", 1),
            lambda: bench.save_settings([]),
            lambda: bench.save_settings({"order": "x"}),
            lambda: bench.save_settings({"hidden": ["nothing"]}),
            lambda: bench.save_settings({"channel": "pigeon"}),
            lambda: bench.save_settings({"quiet_from": 99}),
        ]
        for number, call in enumerate(calls):
            with self.subTest(number=number):
                with self.assertRaises(UserError):
                    call()

    def test_people_without_the_history_have_no_workbench(self):
        clerk = self.make_user("clerk", "base.group_user")
        bench = self.env["crm.workbench"].with_user(clerk)
        for call in (bench.counts, bench.settings, bench.reminders):
            with self.assertRaises(AccessError):
                call()

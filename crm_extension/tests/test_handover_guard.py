import json

from odoo.exceptions import RedirectWarning, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import GROUP_OWN
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverGuard(HandoverCommon):
    """X08: a user with open customers cannot be archived silently."""

    def refused(self, method, *args, **context):
        """Try something over RPC as an administrator; how it was refused."""
        users = self.env(user=self.env.ref("base.user_admin"))["res.users"]
        users = users.with_context(**context)
        with self.assertRaises(RedirectWarning) as caught:
            call_kw(users, method, list(args), {})
        self.assertTrue(self.leaver.active)
        self.assertTrue(self.todo.exists(), "the to-do was not deleted")
        return caught.exception

    def test_every_path(self):
        """X08: button, write, RPC, list and deleting are refused with the way out."""
        action = self.env.ref("crm_extension.crm_handover_action_new")
        for method, args in (
            ("action_archive", [self.leaver.ids]),
            ("write", [self.leaver.ids, {"active": False}]),
            ("write", [(self.leaver | self.colleague).ids, {"active": False}]),
            ("web_save", [self.leaver.ids, {"active": False}, {}]),
            ("unlink", [self.leaver.ids]),
        ):
            with self.subTest(method=method):
                refusal = self.refused(method, *args)
                message, action_id, button, context = refusal.args
                self.assertIn("Nancy Davolio still looks after customers", message)
                self.assertIn("Customers 4", message)
                self.assertEqual((action_id, button), (action.id, "Hand Over"))
                self.assertEqual(context, {"default_from_user_id": self.leaver.id})

    def test_import(self):
        """X08: an import cannot show a button and says where to go."""
        users = self.env["res.users"].with_context(import_file=True)
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "leaver",
                "model": "res.users",
                "res_id": self.leaver.id,
            }
        )
        result = users.load(["id", "active"], [["__import__.leaver", "False"]])
        self.assertFalse(result["ids"])
        [message] = {row["message"] for row in result["messages"]}
        self.assertIn("Do it under Customers > Handovers", message)
        self.assertTrue(self.leaver.active)

    def test_colleague_in_personnel(self):
        """X08: who may not hand over is told whom to ask."""
        clerk = self.make_user("clerk", "base.group_erp_manager")
        with self.assertRaisesRegex(UserError, "Ask a sales manager"):
            self.leaver.with_user(clerk).action_archive()

    def test_each_open_thing_counts(self):
        """X08: a lead, a quotation or a to-do of a customer is enough."""
        for number, make in enumerate(
            (
                lambda user: self.make_lead(user_id=user.id),
                lambda user: self.make_order(self.customer, user_id=user.id),
                lambda user: self.plan(self.customer, user=user),
                lambda user: self.make_customer("Own", user_id=user.id),
                lambda user: self.make_meeting("Visit", self.contact, user=user),
                lambda user: self.env["crm.prospect"].create(
                    {"company_name": "Cold", "user_id": user.id}
                ),
            )
        ):
            user = self.make_user(f"open_{number}", GROUP_OWN)
            make(user)
            self.env.flush_all()
            with self.subTest(number=number), self.assertRaises(RedirectWarning):
                user.action_archive()

    def test_what_is_over_does_not_hold(self):
        """X08: confirmed orders, lost leads, past meetings and private memos hold
        nobody."""
        user = self.make_user("free", GROUP_OWN)
        self.make_order(self.customer, user_id=user.id).action_confirm()
        self.make_lead(self.customer, user_id=user.id).action_set_lost()
        self.make_meeting("Past", self.contact, user=user, days=-3)
        self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "user_id": user.id,
            }
        )
        self.env.flush_all()
        user.action_archive()
        self.assertFalse(user.active)

    def test_after_the_handover(self):
        """X08: then the person can go, by the button of the handover."""
        admin = self.env.ref("base.user_admin")
        admin.group_ids |= self.env.ref("sales_team.group_sale_manager")
        handover = self.make_handover(user=admin)
        self.assertFalse(handover.can_archive)
        handover.action_start()
        self.assertTrue(handover.can_archive)
        handover.action_archive_person()
        self.assertFalse(self.leaver.active)
        self.assertTrue(self.todo.exists())

    def test_archived_owner_is_found(self):
        """X08: customers left with somebody who went before can be handed over."""
        handover = self.make_handover()
        handover.action_start()
        self.leaver.action_archive()
        self.customers.user_id = self.leaver
        found = self.env["res.partner"].search([("user_id.active", "=", False)])
        self.assertLessEqual(self.customers, found)
        again = self.make_handover(self.heirs[1])
        again.action_start()
        self.assertEqual(self.owners(), self.heirs[1])

    def test_other_users_cost_nothing(self):
        """X08: one query tells that nothing is open."""
        users = self.env["res.users"]
        for number in range(3):
            users |= self.make_user(f"idle_{number}", "base.group_user")
        self.env.flush_all()
        self.env["crm.handover"]._handover_open(users)
        with self.assertQueryCount(1):
            self.assertFalse(self.env["crm.handover"]._handover_open(users))

    def test_message_is_json(self):
        """X08: the refusal reaches the browser."""
        refusal = self.refused("action_archive", self.leaver.ids)
        json.dumps(refusal.args)

from unittest.mock import patch

import psycopg2

from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import insert_once
from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestProject(CrmExtensionCommon):
    """The contract of ``_project``: sudo, idempotent, one batch."""

    def _vals(self, number, **vals):
        return {
            "source_key": f"test,{number}:done:1",
            "partner_id": self.contact.id,
            "subject": f"Event {number}",
            **vals,
        }

    def test_known_keys_are_skipped(self):
        rows = self.env["crm.interaction"]
        first = rows._project([self._vals(1), self._vals(2)])
        second = rows._project([self._vals(2), self._vals(3)])
        self.assertEqual(len(first), 2)
        self.assertEqual(second.mapped("source_key"), ["test,3:done:1"])

    def test_same_key_twice_in_one_batch(self):
        rows = self.env["crm.interaction"]._project([self._vals(1), self._vals(1)])
        self.assertEqual(len(rows), 1)

    def test_derived_columns(self):
        row = self.env["crm.interaction"]._project(
            [
                self._vals(
                    1,
                    channel="email",
                    direction="in",
                    preview="<p>Hello <b>you</b></p>",
                    user_id=self.seller.id,
                )
            ]
        )
        self.assertRecordValues(
            row,
            [
                {
                    "commercial_partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "company_id": False,
                    "preview": "Hello you",
                    "subject": "Event 1",
                    "is_followup": True,
                    "origin": "projected",
                    "direction": "in",
                }
            ],
        )

    def test_rows_without_customer_are_left_out(self):
        self.assertFalse(
            self.env["crm.interaction"]._project([self._vals(1, partner_id=False)])
        )

    def test_key_is_mandatory(self):
        with self.assertRaises(ValueError):
            self.env["crm.interaction"]._project([{"partner_id": self.contact.id}])

    def test_batch_costs_the_same_as_one(self):
        rows = self.env["crm.interaction"].with_user(self.seller)
        rows._project([self._vals(0)])
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            rows._project([self._vals(number) for number in range(1, 201)])

    def test_two_transactions_project_the_same_event(self):
        """The slower one neither fails nor writes a second row."""
        rows = self.env["crm.interaction"]
        insert = insert_once._insert
        calls = []

        def conflict_first(model, values):
            calls.append(len(values))
            if len(calls) == 1:
                raise psycopg2.errors.SerializationFailure("concurrent update")
            return insert(model, values)

        with patch.object(insert_once, "_insert", conflict_first):
            created = rows._project([self._vals(1), self._vals(2)])
        self.assertEqual(calls, [2, 1, 1])
        self.assertEqual(len(created), 2)


@tagged("post_install", "-at_install")
class TestProjectMessages(CrmExtensionCommon):
    """X02: chatter users change no habit."""

    def _post(self, record, **vals):
        record.message_post(
            **{"body": "Hello", "message_type": "comment", **vals},
        )
        self.flush_history()
        return self.history()

    def test_x02_mail_to_the_customer(self):
        row = self._post(
            self.contact.with_user(self.seller),
            subject="Price list",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
        )
        self.assertRecordValues(
            row,
            [
                {
                    "channel": "email",
                    "direction": "out",
                    "partner_id": self.contact.id,
                    "user_id": self.seller.id,
                    "subject": "Price list",
                    "preview": "Hello",
                    "is_followup": True,
                }
            ],
        )

    def test_x02_mail_from_the_customer(self):
        row = self._post(
            self.make_lead(self.customer),
            message_type="email",
            author_id=self.contact.id,
        )
        self.assertRecordValues(
            row,
            [
                {
                    "channel": "email",
                    "direction": "in",
                    "partner_id": self.contact.id,
                    "user_id": False,
                }
            ],
        )
        self.assertTrue(row.lead_id)

    def test_x02_note(self):
        row = self._post(
            self.customer.with_user(self.seller), subtype_xmlid="mail.mt_note"
        )
        self.assertRecordValues(
            row, [{"channel": "note", "direction": "internal", "is_followup": False}]
        )

    def test_x02_sms(self):
        self.contact.phone = "+41 44 123 45 67"
        self.contact._message_sms("Your order is ready")
        self.flush_history()
        self.assertRecordValues(
            self.history(), [{"channel": "sms", "preview": "Your order is ready"}]
        )

    def test_tracking_and_system_messages_stay_out(self):
        rows = self._post(self.customer, message_type="notification")
        self.customer._message_log(body="Computed")
        self.flush_history()
        self.assertFalse(rows | self.history())

    def test_setting_switches_messages_off(self):
        self.env["ir.config_parameter"].set_param(
            "crm_extension.project_messages", False
        )
        self.assertFalse(self._post(self.customer))

    def test_projecting_again_changes_nothing(self):
        rows = self._post(self.customer)
        again = self.env["crm.interaction"]._project_messages(rows.mail_message_id)
        self.assertFalse(again)
        self.assertEqual(self.history(), rows)

    def test_many_messages_are_one_batch(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )
        for customer in customers:
            customer.message_post(body="Hello", message_type="comment")
        self.env.flush_all()
        with self.assertQueryCount(25):
            self.flush_history()
        rows = self.env["crm.interaction"].search(
            [("commercial_partner_id", "in", customers.ids)]
        )
        self.assertEqual(len(rows), 20)

    @mute_logger("odoo.addons.crm_extension.tools.guard")
    def test_a_broken_projection_never_breaks_posting(self):
        def broken(*args):
            raise ValueError("broken")

        rows = type(self.env["crm.interaction"])
        with patch.object(rows, "_prepare_message_projection", broken):
            self.assertFalse(self._post(self.customer))
        self.assertIn("Hello", self.customer.message_ids[0].body)


@tagged("post_install", "-at_install")
class TestProjectOrders(CrmExtensionCommon):
    """X02: quotations and orders enter the timeline by themselves."""

    def _keys(self):
        return sorted(
            key.split(":", 1)[1] for key in self.history().mapped("source_key")
        )

    def test_x02_sent_confirmed_cancelled(self):
        order = self.make_order(user=self.seller)
        order.action_quotation_sent()
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self._keys(), ["cancelled:1", "confirmed:1", "sent:1"])
        confirmed = self.history().filtered(lambda row: "confirmed" in row.source_key)
        self.assertRecordValues(
            confirmed,
            [
                {
                    "res_model": "sale.order",
                    "res_id": order.id,
                    "user_id": self.seller.id,
                    "company_id": order.company_id.id,
                    "channel": "document",
                    "date": order.date_order,
                }
            ],
        )
        self.assertIn("60.00", confirmed.preview)

    def test_confirmed_again_is_a_second_row(self):
        order = self.make_order()
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertIn("confirmed:2", self._keys())

    def test_confirming_a_batch_is_one_projection(self):
        orders = self.make_order() | self.make_order() | self.make_order()
        orders.action_confirm()
        self.assertEqual(len(self.history()), 3)

    def test_date_of_an_old_order_moves_its_row(self):
        order = self.make_order()
        order.action_confirm()
        order.date_order = "2020-05-05 10:00:00"
        self.assertEqual(
            self.history().date, Datetime.to_datetime("2020-05-05 10:00:00")
        )

    def test_sending_by_mail_is_one_row(self):
        order = self.make_order(user=self.seller)
        order.with_context(mark_so_as_sent=True).message_post(
            body="Our offer", message_type="comment", partner_ids=self.contact.ids
        )
        self.flush_history()
        self.assertEqual(order.state, "sent")
        self.assertEqual(self._keys(), ["sent:1"])

    @mute_logger("odoo.addons.crm_extension.tools.guard")
    def test_a_broken_projection_never_breaks_confirming(self):
        def broken(*args):
            raise ValueError("broken")

        order = self.make_order()
        with patch.object(type(self.env["crm.interaction"]), "_project", broken):
            order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_salesperson_without_access_to_history_confirms(self):
        user = self.make_user("clerk", "sales_team.group_sale_salesman")
        order = self.make_order(self.other_customer, user=user)
        order.action_confirm()
        self.assertEqual(len(self.history(self.other_customer)), 1)


@tagged("post_install", "-at_install")
class TestProjectTodos(CrmExtensionCommon):
    """X02: finished to-dos enter the timeline by themselves."""

    def test_x02_finished_call(self):
        todo = self.plan(self.contact, user=self.seller)
        todo.with_user(self.seller).action_feedback(feedback="Will order on Tuesday")
        self.flush_history()
        self.assertRecordValues(
            self.history(),
            [
                {
                    "channel": "call",
                    "subject": "To-do done: Call back",
                    "preview": "Will order on Tuesday",
                    "user_id": self.seller.id,
                    "activity_id": todo.id,
                    "is_followup": True,
                }
            ],
        )

    def test_work_is_a_note(self):
        todo_type = self.env.ref("mail.mail_activity_data_todo")
        self.plan(self.contact, activity_type_id=todo_type.id).action_feedback()
        self.assertRecordValues(
            self.history(), [{"channel": "note", "is_followup": False}]
        )

    def test_todo_without_customer_stays_out(self):
        todo = self.env["mail.activity"].create(
            {"summary": "Tidy up", "user_id": self.env.uid}
        )
        rows = self.env["crm.interaction"].search_count([])
        todo.action_feedback()
        self.assertEqual(self.env["crm.interaction"].search_count([]), rows)

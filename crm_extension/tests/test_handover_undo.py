from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverUndo(HandoverCommon):
    """X08: a handover can be taken back, and a cover comes back by itself."""

    WATCHED = {
        "res_partner": ("user_id", "user_assigned_date"),
        "crm_lead": (
            *("user_id", "team_id", "company_id", "date_open"),
            *("user_assigned_date", "escalation_rung"),
        ),
        "sale_order": ("user_id", "team_id"),
        "sale_order_line": ("salesman_id",),
        "mail_activity": ("user_id", "date_deadline"),
        "calendar_event": ("user_id",),
        "calendar_attendee": ("event_id", "partner_id", "common_name", "state"),
        "calendar_event_res_partner_rel": ("calendar_event_id", "res_partner_id"),
        "mail_followers": ("res_model", "res_id", "partner_id"),
    }

    def picture(self):
        """Everything that a handover changes, as the database has it."""
        self.env.flush_all()
        picture = {}
        for table, columns in self.WATCHED.items():
            query = SQL(
                "SELECT %s FROM %s ORDER BY 1, 2, 3"
                if len(columns) > 2
                else "SELECT %s FROM %s ORDER BY 1",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL.identifier(table),
            )
            picture[table] = sorted(map(str, self.env.execute_query(query)))
        return picture

    def test_exact(self):
        """X08: undo leaves every column as it was, whoever followed and attended."""
        self.lead.user_assigned_date = "2026-01-02 03:04:05"
        self.lead.message_subscribe(self.heirs.partner_id.ids)
        self.meeting.partner_ids |= self.heirs[0].partner_id
        before = self.picture()
        handover = self.make_handover(self.heirs[0])
        handover.action_start()
        self.assertNotEqual(self.picture(), before)
        handover.action_undo()
        self.assertEqual(handover.state, "undone")
        todo = self.env["mail.activity"].search([("user_id", "=", self.heirs[0].id)])
        todo.unlink()  # the word to the receiver
        self.assertEqual(self.picture(), before)
        [told] = self.history(self.first, event="crm.handover.item:returned")
        self.assertEqual(told.headline, "Back from Andrew Fuller with Nancy Davolio")

    def test_changed_since_stays(self):
        """X08: what somebody changed since is named and stays."""
        handover = self.make_handover(self.heirs[0])
        handover.action_start()
        self.customers[1].user_id = self.heirs[1]
        self.quote.user_id = self.heirs[1]
        self.todo.action_feedback()
        lead = self.lead
        lead_name = lead.display_name
        lead.unlink()
        handover.action_undo()
        self.assertEqual(self.customers[1].user_id, self.heirs[1])
        self.assertEqual(self.quote.user_id, self.heirs[1])
        self.assertEqual(self.first.user_id, self.leaver)
        kept = self.rows(handover, state="kept")
        self.assertEqual(handover.kept_count, len(kept))
        names = set(kept.mapped("title"))
        self.assertLessEqual({"Shop 1", self.quote.display_name}, names)
        self.assertNotIn(lead_name, names)
        gone = kept.filtered(lambda row: row.res_model == "crm.lead")
        self.assertEqual(gone.error, "Deleted since.")
        changed = kept.filtered(lambda row: row.res_model == "sale.order")
        self.assertEqual(changed.error, "Changed since: it stays as it is.")

    def test_window(self):
        """X08: after its days, and twice, undo is refused with a sentence."""
        self.env["ir.config_parameter"].set_param("crm_extension.handover_undo_days", 7)
        with freeze_time("2026-03-01 10:00:00"):
            handover = self.make_handover()
            handover.action_start()
        with freeze_time("2026-03-08 11:00:00"):
            handover.invalidate_recordset()
            self.assertFalse(handover.can_undo)
            with self.assertRaisesRegex(UserError, "too late"):
                handover.action_undo()
        with freeze_time("2026-03-08 09:00:00"):
            handover.invalidate_recordset()
            self.assertTrue(handover.can_undo)
            handover.action_undo()
            with self.assertRaisesRegex(UserError, "nothing to take back"):
                handover.action_undo()

    def test_archived_giver(self):
        """X08: nobody gets customers back who is gone."""
        handover = self.make_handover()
        handover.action_start()
        self.leaver.action_archive()
        with self.assertRaisesRegex(UserError, "Restore the user first"):
            handover.action_undo()

    def test_cover_comes_back(self):
        """X08: holiday cover: what is due in it goes, and returns by itself."""
        cron = self.env.ref("crm_extension.ir_cron_handover")
        with freeze_time("2026-08-03 08:00:00"):
            later = self.plan(
                self.customers[1], user=self.leaver, date_deadline=date(2026, 9, 1)
            )
            soon = self.plan(
                self.customers[1], user=self.leaver, date_deadline=date(2026, 8, 5)
            )
            handover = self.make_handover(
                self.heirs[0],
                kind="cover",
                date_start=date(2026, 8, 3),
                date_end=date(2026, 8, 14),
            )
            handover.action_start()
            self.assertEqual(self.owners(), self.heirs[0])
            self.assertEqual(
                (soon.user_id, later.user_id), (self.heirs[0], self.leaver)
            )
            [told] = self.history(self.first, event="crm.handover.item:covered")
            self.assertEqual(
                told.headline,
                "Andrew Fuller stands in for Nancy Davolio until 08/14/2026",
            )
        with freeze_time("2026-08-10 08:00:00"):
            planned = self.plan(self.customers[1], user=self.heirs[0])
            own = self.plan(self.customer, user=self.heirs[0])
        with self.enter_registry_test_mode():
            with freeze_time("2026-08-14 20:00:00"):
                cron.method_direct_trigger()
                self.assertEqual(self.owners(), self.heirs[0])
            with freeze_time("2026-08-15 01:00:00"):
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "undone")
        self.assertEqual(self.owners(), self.leaver)
        self.assertEqual((soon.user_id, planned.user_id), (self.leaver, self.leaver))
        self.assertEqual(own.user_id, self.heirs[0], "not of these customers")
        reasons = self.first.customer_owner_ids.sorted("id").mapped("reason")
        self.assertEqual(reasons, ["manual", "cover", "returned"])

    def test_cover_needs_a_day(self):
        """X08: a cover without an end is refused."""
        with self.assertRaisesRegex(UserError, "which day the person is back"):
            self.make_handover(kind="cover")
        with self.assertRaisesRegex(UserError, "before the first one"):
            today = datetime.now().date()
            self.make_handover(kind="cover", date_end=today - timedelta(days=1))

from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import Form, tagged

from odoo.addons.mail.tools.discuss import Store

from .common import CrmExtensionCommon


@freeze_time("2026-05-05 10:00:00")
@tagged("post_install", "-at_install")
class TestActivityTime(CrmExtensionCommon):
    """X04: to-dos with date and time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.tz = "Asia/Shanghai"

    def test_x04_time_gives_the_date_of_the_assignee(self):
        """18:00 UTC is two o'clock of the next day in Shanghai."""
        todo = self.plan(
            self.contact, user=self.seller, deadline_at="2026-05-06 18:00:00"
        )
        self.assertEqual(todo.date_deadline, date(2026, 5, 7))

    def test_date_alone_has_no_time(self):
        todo = self.plan(self.contact, date_deadline="2026-05-06")
        self.assertFalse(todo.deadline_at)

    def test_moving_the_date_keeps_the_time_of_day(self):
        todo = self.plan(
            self.contact, user=self.seller, deadline_at="2026-05-06 06:30:00"
        )
        todo.date_deadline = "2026-05-11"
        self.assertEqual(todo.deadline_at, datetime(2026, 5, 11, 6, 30))

    def test_summer_time_keeps_the_time_of_day(self):
        self.seller.tz = "Europe/Vienna"
        todo = self.plan(
            self.contact, user=self.seller, deadline_at="2026-10-23 12:00:00"
        )
        todo.date_deadline = "2026-10-26"
        self.assertEqual(todo.deadline_at, datetime(2026, 10, 26, 13, 0))

    def test_writing_the_time_moves_the_date(self):
        todo = self.plan(self.contact, date_deadline="2026-05-06")
        todo.deadline_at = "2026-05-08 09:00:00"
        self.assertEqual(todo.date_deadline, date(2026, 5, 8))

    def test_removing_the_time_keeps_the_date(self):
        todo = self.plan(self.contact, deadline_at="2026-05-06 09:00:00")
        todo.deadline_at = False
        self.assertEqual(todo.date_deadline, date(2026, 5, 6))

    def test_other_assignee_other_day(self):
        todo = self.plan(
            self.contact, user=self.seller, deadline_at="2026-05-06 18:00:00"
        )
        todo.user_id = self.mate
        self.assertEqual(todo.date_deadline, date(2026, 5, 6))

    def test_odoo_buttons_move_both(self):
        todo = self.plan(self.contact, deadline_at="2026-05-04 09:00:00")
        todo.action_reschedule_tomorrow()
        self.assertEqual(todo.deadline_at, datetime(2026, 5, 6, 9, 0))

    def test_form_keeps_both_together(self):
        todo = self.plan(self.contact, date_deadline="2026-05-06")
        with Form(todo) as form:
            form.deadline_at = datetime(2026, 5, 8, 9, 0)
            self.assertEqual(form.date_deadline, date(2026, 5, 8))
            form.date_deadline = date(2026, 5, 9)
            self.assertEqual(form.deadline_at, datetime(2026, 5, 9, 9, 0))

    def test_chatter_gets_the_time(self):
        todo = self.plan(self.contact, deadline_at="2026-05-06 09:00:00")
        data = Store().add(todo).get_result()["mail.activity"][0]
        self.assertTrue(data["deadline_at"])

    def test_meeting_gives_its_start(self):
        meeting = self.env.ref("mail.mail_activity_data_meeting")
        todo = self.plan(self.contact, activity_type_id=meeting.id)
        event = self.env["calendar.event"].create(
            {
                "name": "Yearly talk",
                "start": "2026-05-07 13:00:00",
                "stop": "2026-05-07 14:00:00",
                "activity_ids": [(4, todo.id)],
            }
        )
        self.assertEqual(todo.deadline_at, datetime(2026, 5, 7, 13, 0))
        event.write({"start": "2026-05-08 15:00:00", "stop": "2026-05-08 16:00:00"})
        self.assertEqual(todo.deadline_at, datetime(2026, 5, 8, 15, 0))
        self.assertEqual(event.start, datetime(2026, 5, 8, 15, 0))

from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestProjectMeetings(CrmExtensionCommon):
    """X02: meetings that were held enter the timeline by themselves."""

    @classmethod
    def make_meeting(cls, *partners, hours=-3, **vals):
        """A meeting of an hour of the salesperson with these people."""
        start = Datetime.now() + timedelta(hours=hours)
        people = [partner.id for partner in partners]
        return cls.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": cls.seller.id,
                "partner_ids": [Command.set(people + cls.seller.partner_id.ids)],
                **vals,
            }
        )

    def _run(self):
        self.env["ir.config_parameter"].set_param(
            "crm_extension.meetings_told_until", Datetime.now() - timedelta(days=1)
        )
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_extension.ir_cron_project_meetings"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_x02_meeting_with_people(self):
        anna = self.make_contact(self.customer, "Anna Huber")
        event = self.make_meeting(self.contact, anna)
        self._run()
        row = self.history()
        self.assertRecordValues(
            row,
            [
                {
                    "channel": "meeting",
                    "headline": "Tasting",
                    "date": event.start,
                    "duration": 60,
                    "user_id": self.seller.id,
                    "partner_id": self.contact.id,
                    "participant_ids": anna.ids,
                    "is_followup": True,
                    "source_key": f"calendar.event,{event.id}:held:1",
                }
            ],
        )

    def test_told_once(self):
        self.make_meeting(self.contact)
        self._run()
        self._run()
        self.assertEqual(len(self.history()), 1)

    def test_one_row_for_each_customer(self):
        self.make_meeting(self.contact, self.other_customer)
        self._run()
        self.assertEqual(len(self.history()), 1)
        self.assertEqual(len(self.history(self.other_customer)), 1)

    def test_meeting_of_a_lead(self):
        lead = self.make_lead(self.contact)
        self.make_meeting(opportunity_id=lead.id)
        self._run()
        self.assertRecordValues(
            self.history(), [{"lead_id": lead.id, "partner_id": self.contact.id}]
        )

    def test_meeting_of_a_lead_with_its_people_is_one_row(self):
        lead = self.make_lead(self.customer)
        self.make_meeting(self.contact, opportunity_id=lead.id)
        self._run()
        self.assertRecordValues(
            self.history(), [{"lead_id": lead.id, "partner_id": self.contact.id}]
        )

    def test_what_was_not_held_stays_out(self):
        self.make_meeting(self.contact, hours=1)
        self.make_meeting(self.contact, active=False)
        self.make_meeting(self.contact, privacy="private")
        self.make_meeting(self.contact).attendee_ids.filtered(
            lambda a: a.partner_id == self.contact
        ).state = "declined"
        self.make_meeting(self.contact).attendee_ids.filtered(
            lambda a: a.partner_id == self.seller.partner_id
        ).state = "declined"
        self.make_meeting(self.env.company.partner_id)
        self._run()
        self.assertFalse(self.history())
        self.assertFalse(self.history(self.env.company.partner_id))

    def test_reported_meeting_is_told_by_its_report(self):
        event = self.make_meeting(self.contact)
        todo = self.plan(self.contact, self.seller, calendar_event_id=event.id)
        todo.action_feedback(feedback="Went well")
        self._run()
        self.assertRecordValues(
            self.history(), [{"activity_id": todo.id, "preview": "Went well"}]
        )

    def test_report_after_the_meeting_was_told_is_a_note(self):
        event = self.make_meeting(self.contact)
        todo = self.plan(self.contact, self.seller, calendar_event_id=event.id)
        self._run()
        todo.action_feedback(feedback="Went well")
        self.assertEqual(set(self.history().mapped("channel")), {"meeting", "note"})

    def test_many_meetings_cost_few_queries(self):
        events = self.env["calendar.event"].union(
            *(self.make_meeting(self.contact) for _number in range(20))
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            events._timeline_project_held()
        self.assertEqual(len(self.history()), 20)

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestInteraction(CrmExtensionCommon):
    """X01: every contact in one history."""

    def test_x01_log_derives_customer_team_and_preview(self):
        row = self.log(user=self.seller, body="<p>Wants <b>40</b> boxes</p>")
        self.assertRecordValues(
            row,
            [
                {
                    "commercial_partner_id": self.customer.id,
                    "user_id": self.seller.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "direction": "out",
                    "origin": "authored",
                    "preview": "Wants 40 boxes",
                    "is_followup": True,
                }
            ],
        )

    def test_preview_is_one_line_of_240_characters(self):
        row = self.log(body="<p>%s</p><p>end</p>" % ("word " * 100))
        self.assertEqual(len(row.preview), 240)
        self.assertTrue(row.preview.endswith("…"))
        self.assertNotIn("\n", row.preview)

    def test_note_is_internal_and_no_followup(self):
        row = self.log(channel="note")
        self.assertRecordValues(row, [{"direction": "internal", "is_followup": False}])

    def test_attempt_that_reached_nobody_is_no_followup(self):
        no_answer = self.env.ref("crm_extension.crm_interaction_outcome_no_answer")
        self.assertFalse(self.log(outcome_id=no_answer.id).is_followup)

    def test_x01_back_dating_is_allowed(self):
        row = self.log(date="2020-02-22 10:00:00")
        self.assertEqual(row.date, Datetime.to_datetime("2020-02-22 10:00:00"))

    def test_future_is_refused_with_a_sentence(self):
        with self.assertRaisesRegex(ValidationError, "cannot lie in the future"):
            self.log(date=Datetime.add(Datetime.now(), hours=1))

    def test_small_difference_of_clocks_is_no_future(self):
        self.assertTrue(self.log(date=Datetime.add(Datetime.now(), minutes=2)))

    def test_negative_duration_is_refused(self):
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.log(duration=-1)

    def test_x01_log_is_told_once_in_the_chatter(self):
        before = self.contact.message_ids
        self.log(user=self.seller, duration=6)
        self.flush_history()
        note = self.contact.message_ids - before
        self.assertEqual(len(note), 1)
        self.assertTrue(note.is_internal)
        self.assertEqual(note.author_id, self.seller.partner_id)
        self.assertIn("6 min", note.body)
        self.assertEqual(len(self.history()), 1, "the note is not projected again")

    def test_note_follows_a_correction(self):
        row = self.log(user=self.seller)
        row.subject = "Asked for forty samples"
        self.assertIn("forty", row.mail_message_id.body)

    def test_log_on_lead_is_told_on_the_lead(self):
        lead = self.make_lead(self.contact)
        row = self.log(lead_id=lead.id)
        self.assertEqual(row.mail_message_id.model, "crm.lead")
        self.assertEqual(row.mail_message_id.res_id, lead.id)

    def test_x01_attachments_belong_to_the_row(self):
        """Whoever may read the row may read its files, nobody else."""
        file = self.env["ir.attachment"].with_user(self.seller)
        file = file.create({"name": "photo.txt", "raw": b"x"})
        row = self.log(user=self.seller, attachment_ids=[Command.link(file.id)])
        self.assertEqual(row.attachment_ids, file)
        self.assertTrue(file.with_user(self.mate).has_access("read"))
        self.assertFalse(file.with_user(self.colleague).has_access("read"))

    def test_log_one_interaction_costs_few_queries(self):
        self.log(user=self.seller)
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["crm.interaction"].with_user(self.seller)
        with self.assertQueryCount(15):
            rows.create({"partner_id": self.contact.id, "channel": "call"})
            self.env.flush_all()

    def test_customer_with_history_cannot_be_deleted(self):
        self.log(partner=self.other_customer)
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.other_customer.unlink()

    def test_history_survives_lead_and_user(self):
        lead = self.make_lead(self.contact)
        user = self.make_user("leaver", "sales_team.group_sale_salesman")
        row = self.log(lead_id=lead.id, user_id=user.id)
        lead.unlink()
        user.unlink()
        row.invalidate_recordset()
        self.assertTrue(row.exists())
        self.assertRecordValues(row, [{"lead_id": False, "user_id": False}])

    def test_lead_that_finds_its_customer_takes_history_along(self):
        """X14: nothing is lost at conversion."""
        lead = self.make_lead()
        row = self.log(partner=self.env["res.partner"], lead_id=lead.id)
        self.assertFalse(row.commercial_partner_id)
        lead.partner_id = self.contact
        self.assertEqual(row.commercial_partner_id, self.customer)

    def test_merge_of_partners_keeps_every_row(self):
        twin = self.make_customer("Ernst Handel GmbH")
        rows = self.log() | self.log(partner=twin)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer | twin).ids, self.customer, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(rows.commercial_partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestInteractionEdit(CrmExtensionCommon):
    """Who may change what was logged, and how long."""

    def _log_days_ago(self, days):
        with freeze_time(Datetime.subtract(Datetime.now(), days=days)):
            row = self.log(user=self.seller)
            self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_interaction SET create_date = %s WHERE id = %s",
            [Datetime.subtract(Datetime.now(), days=days), row.id],
        )
        row.invalidate_recordset()
        return row

    def test_author_corrects_for_a_day(self):
        row = self._log_days_ago(0)
        self.assertTrue(row.can_edit)
        row.subject = "Corrected"
        self.assertEqual(row.subject, "Corrected")

    def test_author_is_stopped_after_a_day(self):
        row = self._log_days_ago(2)
        self.assertFalse(row.can_edit)
        with self.assertRaisesRegex(UserError, "for 24 hours"):
            row.subject = "Too late"

    def test_window_is_a_setting(self):
        row = self._log_days_ago(2)
        self.env["ir.config_parameter"].set_param(
            "crm_extension.interaction_edit_hours", 72
        )
        row.subject = "In time"
        self.assertEqual(row.subject, "In time")

    def test_colleague_cannot_change_my_row(self):
        row = self._log_days_ago(0).with_user(self.boss)
        with self.assertRaises(UserError):
            row.subject = "Not mine"

    def test_manager_gives_a_reason(self):
        row = self._log_days_ago(2).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Give the reason"):
            row.subject = "Better"
        row.write({"subject": "Better", "edit_reason": "Wrong customer named"})
        self.assertRecordValues(
            row, [{"subject": "Better", "edit_user_id": self.manager.id}]
        )
        self.assertTrue(row.edit_date)

    def test_projected_rows_are_read_only_for_everybody(self):
        row = self.env["crm.interaction"]._project(
            [{"source_key": "x,1:y:1", "partner_id": self.customer.id}]
        )
        for user in (self.seller, self.manager):
            with self.assertRaisesRegex(UserError, "written by the system"):
                row.with_user(user).subject = "Forged"

    def test_nobody_forges_a_projected_row(self):
        with self.assertRaisesRegex(UserError, "written by the system"):
            self.log(user=self.manager, origin="projected")
        with self.assertRaisesRegex(UserError, "written by the system"):
            self.log(user=self.manager, source_key="sale.order,1:confirmed:1")

    def test_history_is_not_deleted(self):
        row = self._log_days_ago(0).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "archive"):
            row.unlink()

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import file_path

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestInteractionArchive(CrmExtensionCommon):
    """X01: history is archived with a reason, not deleted."""

    def _archive(self, row, user, reason="Wrong customer"):
        action = row.with_user(user).action_ask_archive()
        wizard = self.env[action["res_model"]].with_user(user)
        form = Form(wizard.with_context(**action["context"]))
        form.reason = reason
        form.save().action_archive_rows()

    def test_author_archives_with_a_reason(self):
        row = self.log(user=self.seller)
        self._archive(row, self.seller)
        self.assertRecordValues(
            row,
            [
                {
                    "active": False,
                    "edit_reason": "Wrong customer",
                    "edit_user_id": self.seller.id,
                }
            ],
        )
        self.assertFalse(self.history())

    def test_without_a_reason_nothing_happens(self):
        row = self.log(user=self.seller)
        with self.assertRaisesRegex(UserError, "Say why"):
            row.with_user(self.seller).action_archive()

    def test_rows_of_others_and_of_the_system_are_for_managers(self):
        row = self.env["crm.interaction"]._project(
            [{"source_key": "x,1:y:1", "partner_id": self.customer.id}]
        )
        for user in (self.seller, self.boss):
            with self.assertRaisesRegex(UserError, "sales manager"):
                self._archive(row, user)
        self._archive(row, self.manager)
        self.assertFalse(row.active)
        row.with_user(self.manager).action_unarchive()
        self.assertTrue(row.active)

    def test_archiving_changes_nothing_else(self):
        row = self.log(user=self.seller).with_user(self.manager)
        with self.assertRaises(UserError):
            row.write({"active": False, "edit_reason": "x", "source_key": "y,1:z:1"})

    def test_deleted_lead_and_archived_people_leave_the_history(self):
        lead = self.make_lead(self.contact)
        row = self.log(lead_id=lead.id, user_id=self.seller.id)
        self.depart(self.seller)
        self.contact.action_archive()
        lead.unlink()
        row.invalidate_recordset()
        self.assertRecordValues(
            row,
            [
                {
                    "lead_id": False,
                    "user_id": self.seller.id,
                    "partner_id": self.contact.id,
                    "active": True,
                }
            ],
        )


@tagged("post_install", "-at_install")
class TestUnknownCaller(CrmExtensionCommon):
    """X01: a call of somebody who is no contact yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ch")

    def _call(self, phone):
        return self.log(self.env["res.partner"], user=self.seller, phone=phone)

    def test_number_is_kept(self):
        row = self._call("044 668 18 00")
        self.assertRecordValues(
            row,
            [
                {
                    "phone": "044 668 18 00",
                    "phone_e164": "+41446681800",
                    "partner_id": False,
                }
            ],
        )
        self.assertIn(
            row, self.env["crm.interaction"].with_user(self.seller).search([])
        )
        self.assertFalse(row.with_user(self.colleague).has_access("read"))

    def test_unreadable_number_is_kept_as_typed(self):
        self.assertRecordValues(
            self._call("ask at the desk"),
            [{"phone": "ask at the desk", "phone_e164": False}],
        )

    def test_known_number_finds_its_contact(self):
        self.contact.write({"phone": "+41 44 668 18 00"})
        self.assertEqual(self._call("044 668 18 00").partner_id, self.contact)

    def test_number_of_two_contacts_decides_nothing(self):
        (self.contact | self.other_customer).write({"phone": "+41 44 668 18 00"})
        self.assertFalse(self._call("044 668 18 00").partner_id)

    def test_number_that_colleagues_share_is_the_companys(self):
        anna = self.make_contact(self.customer, "Anna Huber")
        (self.contact | anna).write({"phone": "+41 44 668 18 00"})
        self.assertEqual(self._call("044 668 18 00").partner_id, self.customer)

    def test_later_known(self):
        row = self._call("044 668 18 00")
        self.contact.write({"phone": "+41 44 668 18 00"})
        row.with_user(self.seller).action_recognise_caller()
        self.assertEqual(row.partner_id, self.contact)
        self.assertEqual(row.commercial_partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestInteractionImport(CrmExtensionCommon):
    """X01: import and export with the right author."""

    FIELDS = ("id", "date", "partner_id", "channel", "subject", "user_id")

    def _load(self, user, *rows, fields=FIELDS):
        rows = [list(row) for row in rows]
        result = self.env["crm.interaction"].with_user(user).load(list(fields), rows)
        self.assertFalse(result["messages"])
        return self.env["crm.interaction"].browse(result["ids"])

    def _row(self, author, number=1):
        name = self.contact.display_name
        day = "2024-05-06 10:00:00"
        return (f"old.call_{number}", day, name, "Call", f"Old {number}", author)

    def test_x01_manager_names_the_author_by_name_or_login(self):
        rows = self._load(
            self.manager, self._row("crm_seller"), self._row(self.mate.name, 2)
        )
        self.assertEqual(rows.mapped("user_id"), self.seller | self.mate)
        self.assertEqual(rows.team_id, self.team)
        self.assertEqual(rows.commercial_partner_id, self.customer)
        self.assertEqual(set(rows.mapped("origin")), {"authored"})
        self.assertFalse(rows.mail_message_id, "old calls are no news in the chatter")

    def test_x01_others_import_their_own(self):
        rows = self._load(self.seller, self._row("crm_manager"))
        self.assertEqual(rows.user_id, self.seller)

    def test_x01_import_twice_does_not_double(self):
        rows = self._load(self.manager, self._row("crm_seller"))
        again = self._load(self.manager, self._row("crm_mate"))
        self.assertEqual(again, rows)
        self.assertEqual(len(self.history()), 1)
        self.assertEqual(rows.user_id, self.mate)

    def test_x01_what_was_exported_can_be_imported(self):
        row = self.log(user=self.seller)
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        data = row.with_user(self.manager).export_data(list(self.FIELDS))["datas"]
        again = self._load(self.manager, *data)
        self.assertEqual(again, row)
        self.assertEqual(row.user_id, self.seller)

    def test_import_of_projected_rows_is_refused(self):
        result = (
            self.env["crm.interaction"]
            .with_user(self.manager)
            .load(["partner_id/.id", "origin"], [[str(self.contact.id), "Projected"]])
        )
        self.assertFalse(result["ids"])

    def test_import_in_the_future_says_so(self):
        result = (
            self.env["crm.interaction"]
            .with_user(self.seller)
            .load(
                ["partner_id/.id", "date"],
                [[str(self.contact.id), "2099-01-01 00:00:00"]],
            )
        )
        self.assertIn("future", result["messages"][0]["message"])

    def test_template_is_there(self):
        template = self.env["crm.interaction"].get_import_templates()[0]["template"]
        self.assertTrue(file_path(template.lstrip("/")))


@tagged("post_install", "-at_install")
class TestInteractionPrivacy(CrmExtensionCommon):
    """X01: looked up and erased for privacy; that it happened remains."""

    def _look_up(self, partner):
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": partner.name, "email": partner.email}
        )
        wizard.action_lookup()
        return wizard.line_ids

    def _lines(self, lines, *records):
        keys = {(record._name, record.id) for record in records}
        return lines.filtered(lambda line: (line.res_model, line.res_id) in keys)

    def test_x01_look_up_finds_our_rows(self):
        by_contact = self.log()
        took_part = self.log(self.customer, participant_ids=self.contact.ids)
        self.log(self.other_customer)
        lines = self._look_up(self.contact)
        found = lines.filtered(lambda line: line.res_model == "crm.interaction")
        self.assertEqual(
            sorted(found.mapped("res_id")), sorted((by_contact | took_part).ids)
        )

    def test_x01_erasing_a_row_keeps_that_it_happened(self):
        files = self.env["ir.attachment"].with_user(self.seller)
        file = files.create({"name": "photo.txt", "raw": b"x"})
        outcome = self.env.ref("crm_extension.crm_interaction_outcome_reached")
        row = self.log(
            user=self.seller,
            body="<p>He is ill</p>",
            outcome_id=outcome.id,
            duration=6,
            attachment_ids=[Command.link(file.id)],
        )
        date = row.date
        self._lines(self._look_up(self.contact), row).action_unlink()
        self.assertRecordValues(
            row,
            [
                {
                    "subject": False,
                    "body": False,
                    "preview": False,
                    "date": date,
                    "duration": 6,
                    "outcome_id": outcome.id,
                    "user_id": self.seller.id,
                    "commercial_partner_id": self.customer.id,
                    "is_followup": True,
                }
            ],
        )
        self.assertFalse(file.exists())
        self.assertNotIn("ill", row.mail_message_id.body)

    def test_x01_erasing_a_person_keeps_the_history(self):
        row = self.log()
        took_part = self.log(self.customer, participant_ids=self.contact.ids)
        order = self.make_order(self.contact)
        order.write({"signed_by": "Roland Mendel", "signed_on": "2026-01-05 10:00:00"})
        signed = self.history().filtered(lambda r: r.event == "sale.order:signed")
        self._lines(self._look_up(self.contact), self.contact).action_unlink()
        self.assertNotIn("Mendel", self.contact.name)
        self.assertFalse(self.contact.email)
        self.assertRecordValues(
            row, [{"preview": False, "commercial_partner_id": self.customer.id}]
        )
        self.assertFalse(took_part.participant_ids)
        self.assertEqual(took_part.subject, "Asked for samples")
        self.assertEqual(signed.headline, f"Quotation {order.name} signed by …")
        self.assertNotIn("Mendel", signed.subject)

    def test_people_without_history_are_deleted_as_ever(self):
        person = self.make_contact(self.customer, "Anna Huber")
        self._lines(self._look_up(person), person).action_unlink()
        self.assertFalse(person.exists())


@tagged("post_install", "-at_install")
class TestInteractionTags(CrmExtensionCommon):
    """X01: tags, campaign and participants of an interaction."""

    def test_tags_and_campaign_are_found_again(self):
        tag = self.env["crm.interaction.tag"].with_user(self.seller)
        tag = tag.create({"name": "Complaint"})
        campaign = self.env["utm.campaign"].create({"name": "Spring"})
        row = self.log(
            user=self.seller, tag_ids=tag.ids, campaign_id=campaign.id
        ).with_user(self.seller)
        self.assertEqual(row.search([("tag_ids", "in", tag.ids)]), row)
        groups = row._read_group([("id", "in", row.ids)], ["tag_ids", "campaign_id"])
        self.assertEqual(groups, [(tag, campaign)])

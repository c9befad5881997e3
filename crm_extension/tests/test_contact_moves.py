from odoo.tests import tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestContactMoves(CrmExtensionCommon):
    """X01: a contact changes its company, partners are merged: nothing is lost."""

    def test_history_stays_with_the_company_that_was_left(self):
        row = self.log()
        self.contact.parent_id = self.other_customer
        new = self.log()
        self.assertEqual(row.commercial_partner_id, self.customer)
        self.assertEqual(new.commercial_partner_id, self.other_customer)
        rows = self.env["crm.interaction"]
        page = rows.timeline_fetch("res.partner", self.contact.id, scope="document")
        self.assertEqual({r["id"] for r in page["rows"]}, set((row | new).ids))

    def test_person_without_employer_brings_its_history_along(self):
        person = self.env["res.partner"].create({"name": "Anna Huber"})
        source = self.env["utm.source"].create({"name": "Fair"})
        row = self.log(person, source_id=source.id)
        person.parent_id = self.customer
        self.assertEqual(row.commercial_partner_id, self.customer)
        self.assertEqual(self.customer.first_source_id, source)

    def test_company_that_becomes_a_contact_brings_all_along(self):
        branch = self.make_customer("Ernst Handel Linz")
        clerk = self.make_contact(branch, "Anna Huber")
        row = self.log(clerk)
        branch.write({"is_company": False, "parent_id": self.customer.id})
        self.assertEqual(row.commercial_partner_id, self.customer)

    def test_merge_moves_rows_participants_and_documents(self):
        twin = self.make_contact(self.customer, "R. Mendel")
        by_twin = self.log(twin, res_model="res.partner", res_id=twin.id)
        with_twin = self.log(participant_ids=twin.ids)
        self._merge(self.contact, twin)
        self.assertEqual(by_twin.partner_id, self.contact)
        self.assertEqual(by_twin.res_id, self.contact.id)
        self.assertEqual(with_twin.participant_ids, self.contact)

    def test_customer_that_is_merged_into_a_contact_joins_its_company(self):
        person = self.env["res.partner"].create({"name": "Mendel"})
        row = self.log(person)
        self._merge(self.contact, person)
        self.assertEqual(row.partner_id, self.contact)
        self.assertEqual(row.commercial_partner_id, self.customer)

    def _merge(self, partner, twin):
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((partner | twin).ids, partner, extra_checks=False)
        self.env.invalidate_all()
        self.assertFalse(twin.exists())

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.crm_extension.models.crm_mask_mixin import MASK

from .masking_common import MaskedCommon


@tagged("post_install", "-at_install")
class TestMaskingWrite(MaskedCommon):
    """X26: who wants a colleague's customer takes, copies, merges, imports it."""

    def test_copies(self):
        customer = self.as_user(self.customer)
        with self.assertRaises(AccessError):
            customer.copy({"user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            customer.copy_data()

    def test_new_person_at_the_customer(self):
        """The address would come along from the company."""
        partners = self.as_user(self.env["res.partner"])
        vals = {"name": "Spy", "parent_id": self.customer.id, "type": "contact"}
        with self.assertRaises(AccessError):
            partners.create({**vals, "user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            self.as_user(self.open_customer).parent_id = self.customer
        spec = {name: {} for name in ("name", "street", "zip", "phone", "parent_id")}
        self.assertNoSecret(partners.onchange(vals, ["parent_id"], spec))
        defaults = partners.with_context(default_parent_id=self.customer.id)
        self.assertNoSecret(defaults.default_get(list(spec)))
        self.assertNoSecret(defaults.onchange({}, [], spec))

    def test_taking_the_customer(self):
        customer = self.as_user(self.customer)
        for vals in (
            {"user_id": self.colleague.id},
            {"parent_id": self.open_customer.id},
            {"is_company": False},
            {"active": False},
            {"phone": "+1 202"},
            {"child_ids": [Command.update(self.contact.id, {"email": "a@b.c"})]},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                customer.write(vals)
        with self.assertRaises(AccessError):
            customer.unlink()
        rights = self.env["crm.collaborator"].with_user(self.colleague)
        with self.assertRaises(AccessError):
            rights.create(
                {"partner_id": self.customer.id, "user_id": self.colleague.id}
            )
        with self.assertRaises(AccessError):
            customer.write(
                {"collaborator_ids": [Command.create({"user_id": self.colleague.id})]}
            )

    def test_merging_into_an_own_customer(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = self.as_user(wizard)
        with self.assertRaises(AccessError):
            wizard._merge((self.customer | self.open_customer).ids, self.open_customer)

    def test_leads_are_given_not_taken(self):
        leads = self.as_user(self.env["crm.lead"])
        vals = {"name": "Mine", "partner_id": self.contact.id}
        with self.assertRaises(AccessError):
            leads.create({**vals, "user_id": self.colleague.id})
        free = self.make_lead(self.contact, user_id=False, team_id=False)
        self.assertNoSecret(self.as_user(free).read())
        self.assertFalse(self.finds([("phone", "like", "555")], "crm.lead"))
        self.assertFalse(self.finds([("email_from", "ilike", "secr")], "crm.lead"))
        with self.assertRaises(AccessError):
            self.as_user(free).user_id = self.colleague
        own = leads.create({"name": "Own", "user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            own.partner_id = self.contact
        spec = {"partner_id": {}, "phone": {}, "email_from": {}, "street": {}}
        self.assertNoSecret(leads.onchange(vals, ["partner_id"], spec))

    def test_a_lead_that_the_manager_gives_opens_the_customer(self):
        lead = self.make_lead(self.contact, user_id=self.colleague.id)
        self.assertSecret(self.as_user(self.contact).read(["phone"]))
        self.assertSecret(self.as_user(lead).read(["phone"]))
        self.as_user(lead).partner_id = self.customer  # same customer, still given

    def test_import_by_email_finds_nobody(self):
        partners = self.as_user(self.env["res.partner"])
        result = partners.load(
            ["name", "parent_id"], [["Spy", "secret@ernst.example.com"]]
        )
        self.assertFalse(result["ids"])
        self.assertEqual(partners.name_search("secret@ernst"), [])

    def test_a_mask_is_never_written(self):
        customer = self.as_user(self.customer)
        phone = self.customer.phone
        customer.write({"name": "Ernst Handel AG", "phone": MASK, "email": MASK})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.customer.phone, phone)
        self.assertEqual(self.customer.name, "Ernst Handel AG")
        again = self.env["res.partner"].create({"name": "Again", "phone": MASK})
        self.assertFalse(again.phone)
        numbers = self.customer.phone_number_ids | again.phone_number_ids
        self.assertNotIn(MASK, numbers.mapped("raw"))

    def test_saving_the_form_keeps_the_secrets(self):
        before = self.customer.read(["phone", "email", "street", "comment"])
        with Form(self.as_user(self.customer)) as form:
            form.name = "Ernst Handel AG"
        self.env.invalidate_all()
        after = self.customer.read(["phone", "email", "street", "comment"])
        self.assertEqual(before, after)

    def test_x26_collaborator_with_the_right_to_read_writes_nothing(self):
        customer = self.customer.with_user(self.seller)
        right = customer._crm_share(self.colleague)
        with self.assertRaises(AccessError):
            self.as_user(self.customer).phone = "+1"
        right.right = "write"
        self.as_user(self.customer).phone = "+1 202 555 0100"

    def test_strict_blocks_every_write(self):
        self.as_user(self.customer).lang = "en_US"
        self.set_mode("strict")
        with self.assertRaises(AccessError) as error:
            self.as_user(self.customer).name = "Mine"
        self.assertIn(self.seller.name, str(error.exception))
        with self.assertRaises(AccessError):
            self.make_order(user=self.colleague, user_id=self.colleague.id)

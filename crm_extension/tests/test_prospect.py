"""Prospects: external data apart from own data, dry run, upgrade without loss (X14)."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmExtensionCommon

FILE = """Company,Contact,Phone,E-mail,Country,Grade,Notes
Bottom-Dollar Markets,Elizabeth Lincoln,(604) 555-4729,elizabeth@bottom.example,Canada,A,Met at the fair
Ernst Handel GmbH,Roland Mendel,7675-3425,roland@ernst-handel.example,Austria,B,
Bottom Dollar,Elizabeth L.,,ELIZABETH@bottom.example ,,,
Frankenversand,,089-0877310,no mail,Germany,,
Galería del gastrónomo,Eduardo Saavedra,,eduardo@galeria.example,Atlantis,Z,
"""


@tagged("post_install", "-at_install")
class TestProspect(CrmExtensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "roland@ernst-handel.example"
        cls.source = cls.env["utm.source"].create({"name": "Fair"})

    def make_import(self, text=FILE, user=None, **vals):
        batch = self.env["crm.prospect.import"].with_user(user or self.seller)
        return batch.create(
            {
                "file": base64.b64encode(text.encode()),
                "file_name": "fair.csv",
                "source_id": self.source.id,
                **vals,
            }
        )

    def checked(self, text=FILE, user=None, **vals):
        batch = self.make_import(text, user, **vals)
        batch.action_check_file()
        return batch

    def leads_of(self, batch):
        return batch.prospect_ids.lead_id

    # Dry run

    def test_columns_are_guessed(self):
        """X14: the columns of the file are shown with a sample and a guess."""
        columns = self.make_import().column_ids
        self.assertEqual(
            columns.mapped("field"),
            [
                "company_name",
                "contact_name",
                "phone",
                "email",
                "country",
                "grade",
                "note",
            ],
        )
        self.assertIn("Ernst Handel GmbH", columns[0].sample)

    def test_the_form_keeps_the_columns(self):
        """X14: what the file's columns are called stays visible after the dry run."""
        form = Form(self.env["crm.prospect.import"].with_user(self.seller))
        form.name = "Fair"
        form.file = base64.b64encode(FILE.encode())
        columns = form.save().column_ids
        self.assertEqual(
            columns.mapped("heading"),
            ["Company", "Contact", "Phone", "E-mail", "Country", "Grade", "Notes"],
        )
        self.assertEqual(columns.mapped("sequence"), list(range(7)))

    def test_a_phone_without_a_number_reaches_nobody(self):
        """X14: a row whose only content is "see the card" is an error; 一三八 is not."""
        batch = self.checked("Company,Phone\n,see the card\n,一三八零零一三八零零零\n")
        self.assertEqual(batch.prospect_ids.mapped("verdict"), ["error", "new"])

    def test_dry_run_writes_nothing_outside(self):
        """X14: the dry run tells new, completing, duplicate, conflict and error rows
        and leaves customers and leads as they were."""
        partners = self.env["res.partner"].search_count([])
        leads = self.env["crm.lead"].search_count([])
        batch = self.checked()
        self.assertEqual(batch.state, "checked")
        self.assertEqual(
            batch.prospect_ids.mapped("verdict"),
            ["new", "update", "duplicate", "error", "error"],
        )
        self.assertEqual(batch.prospect_ids[1].match_partner_id, self.customer)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.assertFalse(self.customer.phone)

    def test_reasons_name_row_and_column(self):
        """X14: each row that needs a decision says why, also in the download."""
        batch = self.checked()
        rows = batch.prospect_ids
        self.assertIn("row 2", rows[2].reason)
        self.assertIn("“no mail” is not an e-mail address", rows[3].reason)
        self.assertIn("“Atlantis” is not a country", rows[4].reason)
        self.assertIn("“Z” is not a grade", rows[4].reason)
        text = base64.b64decode(batch.problem_file).decode("utf-8-sig")
        self.assertEqual(len(text.splitlines()), 4)
        self.assertIn("Atlantis", text)

    def test_formulas_are_no_formulas(self):
        """A cell of the download that a spreadsheet would run is defused."""
        batch = self.checked('Company,E-mail\n"=cmd|calc",nonsense\n')
        text = base64.b64decode(batch.problem_file).decode("utf-8-sig")
        self.assertIn("'=cmd|calc", text)

    def test_a_colleagues_customer_is_a_conflict(self):
        """X14, X15: a row that belongs to a colleague's customer is not taken over."""
        batch = self.checked(user=self.colleague)
        row = batch.prospect_ids[1]
        self.assertEqual(row.verdict, "conflict")
        self.assertIn(self.seller.name, row.reason)
        self.assertFalse(row.match_partner_id)
        batch.action_import()
        self.assertFalse(row.lead_id)
        self.assertFalse(self.customer.phone)

    def test_corrected_row_is_checked_again(self):
        batch = self.checked()
        row = batch.prospect_ids[3]
        row.email = "peter@frankenversand.example"
        row.action_check()
        self.assertEqual((row.verdict, row.reason), ("new", ""))

    def test_unreadable_file(self):
        batch = self.make_import("Shoe size\n42\n")
        with self.assertRaisesRegex(UserError, "what it means"):
            batch.action_check_file()
        batch = self.make_import()
        batch.file = base64.b64encode(b"Company\n\xff\xff\x81")
        with self.assertRaises(UserError):
            batch.action_check_file()

    # Import

    def test_import_makes_leads(self):
        """X14: new rows become leads with source, grade and salesperson; our own record
        is completed and gets a lead; the others stay in the repository."""
        batch = self.checked(salesperson_ids=[Command.set(self.seller.ids)])
        batch.action_import()
        self.assertEqual(batch.state, "done")
        new, completed, *others = batch.prospect_ids
        lead = new.lead_id
        self.assertEqual(lead.partner_name, "Bottom-Dollar Markets")
        self.assertEqual(lead.email_from, "elizabeth@bottom.example")
        self.assertEqual(lead.source_id, self.source)
        self.assertEqual(lead.user_id, self.seller)
        self.assertEqual(lead.country_id, self.env.ref("base.ca"))
        self.assertEqual(lead.priority, "3")
        self.assertIn("Met at the fair", lead.description)
        self.assertEqual(completed.lead_id.partner_id, self.customer)
        self.assertEqual(self.customer.phone, "7675-3425")
        self.assertFalse(any(row.lead_id for row in others))

    def test_import_twice_makes_nothing_twice(self):
        """The same file again finds its rows in the repository."""
        self.checked().action_import()
        again = self.checked()
        again.action_import()
        self.assertFalse(self.leads_of(again))
        self.assertEqual(
            set(again.prospect_ids.mapped("verdict")), {"duplicate", "error"}
        )
        with self.assertRaises(UserError):
            again.action_import()

    def test_a_number_alone_is_an_earlier_row(self):
        """X14: a row with only a number is the person of an earlier row; two e-mails
        behind one switchboard are two people."""
        batch = self.checked(
            "Company,Contact,Phone,E-mail,Country\n"
            "Bottom-Dollar,Elizabeth,(604) 555-4729 / 604 555 3745,e@b.example,Canada\n"
            "Bottom-Dollar,,+1 604-555-3745,,\n"
            "Bottom-Dollar,Ann,(604) 555-4729,ann@b.example,Canada\n"
        )
        self.assertEqual(
            batch.prospect_ids.mapped("verdict"), ["new", "duplicate", "new"]
        )
        self.assertIn("row 2", batch.prospect_ids[1].reason)

    def test_undo_keeps_what_somebody_works_with(self):
        """X14: undo archives untouched leads; those with history stay."""
        text = "Company,E-mail\nOne,one@one.example\nTwo,two@two.example\n"
        batch = self.checked(text)
        batch.action_import()
        first, second = self.leads_of(batch)
        self.log(self.env["res.partner"], user=self.seller, lead_id=second.id)
        batch.action_undo()
        self.assertFalse(first.active)
        self.assertTrue(second.active)
        self.assertEqual(batch.prospect_ids.mapped("lead_id"), second)
        batch.action_import()
        self.assertEqual(len(self.leads_of(batch)), 2)

    def test_bad_row_does_not_stop_the_others(self):
        """X14: one row that cannot be written is reported, the rest is imported."""
        batch = self.checked(
            "Company,E-mail\nOne,one@one.example\nTwo,two@two.example\n"
        )
        create = type(self.env["crm.lead"]).create
        reason = "No lead for One"

        def refuse(model, vals_list):
            if any(vals.get("partner_name") == "One" for vals in vals_list):
                raise UserError(reason)
            return create(model, vals_list)

        self.patch(type(self.env["crm.lead"]), "create", refuse)
        batch.action_import()
        one, two = batch.prospect_ids
        self.assertEqual(one.verdict, "error")
        self.assertIn(reason, one.reason)
        self.assertTrue(two.lead_id)

    def test_big_file_goes_on_in_the_background(self):
        """X14: a big file is read, checked and imported in batches by the cron."""
        lines = [f"Company {n},mail{n}@big{n}.example" for n in range(501)]
        batch = self.make_import("Company,E-mail\n" + "\n".join(lines))
        with self.enter_registry_test_mode():
            batch.action_check_file()
            self.assertEqual(batch.state, "reading")
            self.run_cron()
            self.assertEqual(batch.state, "checked")
            self.assertEqual(batch.new_count, 501)
            batch.action_import()
            self.run_cron()
        self.assertEqual(batch.state, "done")
        self.assertEqual(batch.lead_count, 501)

    def run_cron(self):
        self.env.ref("crm_extension.ir_cron_prospect_import").method_direct_trigger()
        self.env.invalidate_all()

    def test_check_asks_few_queries(self):
        """The dry run costs the same number of searches for ten rows and for forty."""
        counts = []
        for size in (10, 40):
            rows = [f"Firm {size} {n},f{n}@firm{size}.example" for n in range(size)]
            batch = self.make_import("Company,E-mail\n" + "\n".join(rows))
            batch.write({"state": "reading", "row_count": size})
            batch._step()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch._step()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 10)

    # One by one

    def test_upgrade_loses_nothing(self):
        """X14: notes and to-dos go with the prospect to its lead, and from the lead to
        the customer together with its history."""
        prospect = (
            self.env["crm.prospect"]
            .with_user(self.seller)
            .create(
                {
                    "company_name": "Hanari Carnes",
                    "phone": "(21) 555-0091",
                    "grade": "a",
                }
            )
        )
        prospect.message_post(body="Knows our competitor")
        todo = self.plan(prospect, user=self.seller)
        prospect.action_upgrade()
        lead = prospect.lead_id
        self.assertEqual((todo.res_model, todo.res_id), ("crm.lead", lead.id))
        self.assertIn("Knows our competitor", str(lead.message_ids.mapped("body")))
        row = self.log(self.env["res.partner"], user=self.seller, lead_id=lead.id)
        wizard = self.env["crm.lead2opportunity.partner"].with_user(self.seller)
        wizard = wizard.with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        )
        wizard.create({"name": "convert", "action": "create"}).action_apply()
        self.assertEqual(lead.type, "opportunity")
        self.assertTrue(lead.partner_id)
        self.assertEqual(row.partner_id, lead.partner_id)
        self.assertIn(todo, lead.activity_ids)

    def test_errors_cannot_be_upgraded(self):
        batch = self.checked()
        with self.assertRaisesRegex(UserError, "Frankenversand"):
            batch.prospect_ids[3].action_upgrade()

    # Conversion

    def test_conversion_rate(self):
        """X14: of two addresses one became a lead and ordered: 50 % by source."""
        text = "Company,E-mail\nOne,one@one.example\nTwo,two@two.example\n"
        batch = self.checked(text)
        batch.prospect_ids[0].action_upgrade()
        lead = self.leads_of(batch)
        lead.partner_id = self.make_customer("One")
        order = self.make_order(lead.partner_id, opportunity_id=lead.id)
        order.action_confirm()
        (rates,) = self.env["crm.prospect.conversion"]._read_group(
            [("import_id", "=", batch.id)],
            [],
            ["__count", "is_lead:avg", "is_customer:avg", "is_order:avg"],
        )
        self.assertEqual(rates, (2, 0.5, 0.5, 0.5))

    # Access

    def test_imports_of_others(self):
        """Rows and files of others are not for everybody."""
        batch = self.checked(salesperson_ids=[Command.set(self.seller.ids)])
        stranger = batch.with_user(self.colleague)
        with self.assertRaises(AccessError):
            stranger.action_import()
        with self.assertRaises(AccessError):
            stranger.prospect_ids[0].read(["email"])
        self.assertTrue(batch.with_user(self.boss).prospect_ids[0].email)
        report = self.env["crm.prospect.conversion"].with_user(self.colleague)
        self.assertFalse(report.search([("import_id", "=", batch.id)]))

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids |= company
        batch = self.make_import(user=self.manager, company_id=company.id)
        here = batch.with_user(self.manager).with_context(
            allowed_company_ids=self.company.ids
        )
        with self.assertRaises(AccessError):
            here.read(["name"])

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmExtensionCommon

MOBILE, SECOND, OFFICE = "+8613800138000", "+8613900139000", "+861088888888"


@tagged("post_install", "-at_install")
class TestPhoneNumber(CrmExtensionCommon):
    """X10: several numbers per contact, in any spelling, of which none is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china = cls.env.ref("base.cn")
        cls.company.country_id = cls.china
        cls.numbers = cls.env["crm.phone.number"]
        # other data of the database must not answer
        others = cls.numbers.with_context(active_test=False, crm_phone_mirror=True)
        others.search([]).unlink()
        cls.env["crm.duplicate.key"].sudo().search([]).unlink()

    def make(self, phone=None, **vals):
        """A Chinese contact with what somebody typed into the phone field."""
        return self.make_customer("Wang", country_id=self.china.id, phone=phone, **vals)

    def assertNumbers(self, record, *expected):
        """The rows of a record, in their order, and its ``phone`` is the first."""
        rows = record.phone_number_ids
        self.assertEqual([row.e164 for row in rows], list(expected))
        main = rows[:1]
        self.assertEqual(record.phone or False, main._mirror_text() if main else False)

    # phone -> rows

    def test_one_number_stays_as_typed(self):
        """X10: what was typed into phone is kept in its spelling."""
        partner = self.make("138 0013 8000")
        self.assertNumbers(partner, MOBILE)
        self.assertEqual(partner.phone, "138 0013 8000")
        row = partner.phone_number_ids
        self.assertEqual(
            (row.raw, row.kind, row.status), (partner.phone, "mobile", "valid")
        )
        self.assertEqual(row.national, "13800138000")

    def test_two_numbers_become_two_rows(self):
        """X10: the spelling of migrated databases, by create and by write."""
        partner = self.make("张三13800138000 / 010-88888888转801")
        self.assertNumbers(partner, MOBILE, OFFICE)
        first, second = partner.phone_number_ids
        self.assertEqual((first.note, first.raw), ("张三", "张三13800138000"))
        self.assertEqual((second.extension, second.kind), ("801", "work"))
        self.assertEqual(second.tel, "tel:+861088888888;ext=801")
        self.assertEqual(partner.phone_sanitized, MOBILE)
        self.assertEqual(partner.phone, "+86 138 0013 8000")

    def test_extension_is_dialable_in_odoo(self):
        """X10: Odoo itself cannot read 转801; the mirror is written so that it can."""
        partner = self.make("010-88888888转801")
        self.assertEqual(partner.phone, "+86 10 8888 8888 ext. 801")
        self.assertEqual(partner.phone_sanitized, OFFICE)
        self.assertEqual(partner.phone_number_ids.raw, "010-88888888转801")

    def test_unreadable_text_is_kept(self):
        """X10: nothing that was typed is lost, readable or not."""
        partner = self.make("ask the porter")
        self.assertEqual(partner.phone, "ask the porter")
        row = partner.phone_number_ids
        self.assertEqual((row.raw, row.status), ("ask the porter", "bad"))
        self.assertEqual((row.reason, row.e164), ("no_number", False))

    def test_overwritten_number_is_archived(self):
        """X10: a former number still finds its owner; typed again it is back."""
        partner = self.make("13800138000")
        partner.phone = "13900139000"
        self.assertNumbers(partner, SECOND)
        self.assertEqual(self.numbers._find("13800138000").partner_id, partner)
        partner.phone = "138-0013-8000"
        self.assertNumbers(partner, MOBILE)
        every = partner.with_context(active_test=False).phone_number_ids
        self.assertEqual(len(every), 2)

    def test_cleared(self):
        """X10: the next number becomes the main one when the first is cleared."""
        partner = self.make("13800138000、13900139000")
        partner.phone = False
        self.assertNumbers(partner, SECOND)
        partner.phone = ""
        self.assertNumbers(partner)
        self.assertFalse(partner.phone)

    def test_same_value_changes_nothing(self):
        """X10: a form that sends the phone again makes no second row."""
        partner = self.make("13800138000")
        partner.write({"phone": "13800138000"})
        partner.write({"phone": "+86 138 0013 8000"})
        self.assertNumbers(partner, MOBILE)

    def test_pasted_page(self):
        """X10: ten thousand characters are kept in few rows."""
        partner = self.make("13800138000 张三、" * 800)
        self.assertLessEqual(len(partner.phone_number_ids), 21)
        kept = "".join(partner.phone_number_ids.mapped("raw"))
        self.assertEqual(kept.count("13800138000"), 800)

    # rows -> phone

    def test_rows_write_the_phone(self):
        """X10: the first row is the phone, whatever changes."""
        partner = self.make(
            phone_number_ids=[
                Command.create({"raw": "010-88888888", "note": "front desk"}),
                Command.create({"number": "13800138000"}),
            ]
        )
        self.assertNumbers(partner, OFFICE, MOBILE)
        first, second = partner.phone_number_ids
        second.sequence = 1
        self.assertNumbers(partner, MOBILE, OFFICE)
        second.raw = "13900139000"
        self.assertNumbers(partner, SECOND, OFFICE)
        second.unlink()
        self.assertNumbers(partner, OFFICE)
        first.active = False
        self.assertFalse(partner.phone)

    def test_two_numbers_in_one_row(self):
        """X10: also a row splits."""
        partner = self.make()
        row = self.numbers.create(
            {"partner_id": partner.id, "raw": "13800138000/13900139000"}
        )
        self.assertNumbers(partner, MOBILE, SECOND)
        self.assertEqual(row.e164, MOBILE)

    def test_typed_phone_and_rows_together(self):
        """X10: one form, both places."""
        partner = self.make(
            "13800138000", phone_number_ids=[Command.create({"raw": "010-88888888"})]
        )
        self.assertNumbers(partner, MOBILE, OFFICE)

    def test_form(self):
        """X10: as a salesperson types, in Odoo's own form."""
        partner = self.make(user_id=self.seller.id).with_user(self.seller)
        with Form(partner) as form:
            form.phone = "13800138000、13900139000"
        self.assertNumbers(partner, MOBILE, SECOND)
        with Form(partner) as form, form.phone_number_ids.new() as line:
            line.number = "010-88888888#9"
        self.assertNumbers(partner, MOBILE, SECOND, OFFICE)

    def test_import(self):
        """X10: a file with a phone column."""
        self.env["res.partner"].load(
            ["name", "country_id/.id", "phone"],
            [["Imported", str(self.china.id), "13800138000/13900139000"]],
        )
        partner = self.env["res.partner"].search([("name", "=", "Imported")])
        self.assertNumbers(partner, MOBILE, SECOND)

    def test_copy_and_country(self):
        """X10: a copy has all numbers; a country makes a number readable."""
        partner = self.make("13800138000、13900139000")
        self.assertNumbers(partner.copy(), MOBILE, SECOND)
        foreign = self.make("030 901820")
        self.assertNotEqual(foreign.phone_number_ids.status, "valid")
        foreign.country_id = self.env.ref("base.de")
        self.assertNumbers(foreign, "+4930901820")

    def test_city_gives_the_area_code(self):
        """X10: a local number of a Chinese city."""
        self.assertNumbers(self.make("88888888", city="北京市"), OFFICE)

    def test_create_queries(self):
        """X10: an import asks the same few questions for any number of contacts."""
        vals = [
            {"name": f"P{n}", "phone": f"138001380{n:02d}", "country_id": self.china.id}
            for n in range(40)
        ]
        partners = self.env["res.partner"].with_context(tracking_disable=True)
        partners.create(vals[:1])
        self.env.flush_all()
        one = self._queries(lambda: partners.create(vals[1:2]))
        many = self._queries(lambda: partners.create(vals[2:]))
        self.assertLess(many, one + 12)

    def _queries(self, work):
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    # Leads

    def test_lead_numbers_move_to_the_customer(self):
        """X10, X14: nothing is lost when a lead becomes a customer."""
        lead = self.make_lead(
            phone="13800138000/010-88888888", country_id=self.china.id
        )
        self.assertNumbers(lead, MOBILE, OFFICE)
        lead.phone_number_ids[1].note = "after 14:00"
        lead._handle_partner_assignment(create_missing=True)
        self.assertFalse(lead.phone_number_ids)
        self.assertNumbers(lead.partner_id, MOBILE, OFFICE)
        self.assertEqual(lead.partner_id.phone_number_ids[1].note, "after 14:00")
        self.assertEqual(lead.phone, lead.partner_id.phone)

    def test_lead_joins_a_customer_with_numbers(self):
        """X10: equal numbers fold, others follow, the main one stays."""
        partner = self.make("13800138000")
        lead = self.make_lead(phone="13800138000、13900139000")
        lead.partner_id = partner
        self.assertNumbers(partner, MOBILE, SECOND)

    def test_number_typed_on_a_lead_of_a_customer(self):
        """X10: stock Odoo overwrites the customer's number; here it stays, second."""
        partner = self.make("13800138000")
        lead = self.make_lead(partner=partner)
        lead.phone = "13900139000"
        self.assertNumbers(partner, SECOND, MOBILE)
        lead.phone = "13800138000"
        self.assertNumbers(partner, SECOND, MOBILE)

    def test_customer_taken_off_a_lead(self):
        """X10: the lead keeps a number of its own."""
        partner = self.make("13800138000")
        lead = self.make_lead(partner=partner)
        lead.partner_id = False
        self.assertNumbers(lead, MOBILE)

    def test_merged_leads(self):
        """X10: numbers of merged leads move to the one that remains."""
        leads = self.make_lead(phone="13800138000") | self.make_lead(
            phone="13900139000"
        )
        merged = leads.merge_opportunity()
        found = merged.phone_number_ids.mapped("e164")
        self.assertEqual(set(found), {MOBILE, SECOND})

    # Merge

    def test_merged_contacts(self):
        """X10: equal numbers fold with both notes, nothing is lost."""
        first = self.make("13800138000")
        first.phone_number_ids.note = "morning"
        other = self.make("138-0013-8000、010-88888888")
        other.phone_number_ids[0].note = "evening"
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((first | other).ids, first)
        self.assertNumbers(first, MOBILE, OFFICE)
        self.assertEqual(first.phone, "13800138000")
        self.assertEqual(first.phone_number_ids[0].note, "morning, evening")

    def test_merge_into_a_contact_without_numbers(self):
        """X10: the numbers of all come along."""
        target, one, two = (
            self.make(),
            self.make("13800138000"),
            self.make("13900139000"),
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((target | one | two).ids, target)
        self.assertEqual(set(target.phone_number_ids.mapped("e164")), {MOBILE, SECOND})

    # Existing databases

    def test_fill(self):
        """X10: contacts and leads from before, by batches; a second run adds none."""
        partner = self.make("13800138000/13900139000")
        lead = self.make_lead(phone="010-88888888")
        (partner.phone_number_ids | lead.phone_number_ids).with_context(
            crm_phone_mirror=True
        ).unlink()
        partner.with_context(crm_phone_mirror=True).phone = "13800138000 | 13900139000"
        self.numbers._fill()
        self.assertNumbers(partner, MOBILE, SECOND)
        self.assertNumbers(lead, OFFICE)
        before = self.numbers.search_count([])
        self.numbers._fill()
        self.assertEqual(self.numbers.search_count([]), before)

    # Search

    def test_search_by_any_spelling(self):
        """X10: wherever one looks for a contact."""
        partner = self.make("13800138000、010-88888888转801")
        for text in (
            "138 0013 8000",
            "+86-138-0013-8000",
            "010-88888888",
            "８８８８８８８８",
            "0138000",
            "38000",
        ):
            with self.subTest(text=text):
                found = self.env["res.partner"].name_search(text)
                self.assertIn(partner.id, dict(found))
                domain = [("phone_mobile_search", "ilike", text)]
                self.assertIn(partner, self.env["res.partner"].search(domain))
        lead = self.make_lead(partner=partner)
        self.assertIn(
            lead, lead.search([("phone_mobile_search", "ilike", "010 8888 8888")])
        )
        self.assertFalse(self.numbers._find("123"))
        self.assertFalse(self.numbers._find("Wang"))

    def test_search_text_that_is_no_number(self):
        """X10: a name with digits is looked for as a name."""
        partner = self.make_customer("Model 13800138000-X")
        self.assertIn(partner.id, dict(partner.name_search("Model 13800138000")))
        for text in (
            "a" * 500,
            "%",
            "____",
            "1;2;3;4 DROP",
            "()()()()",
            "\x00" + "1234",
        ):
            self.env["res.partner"].name_search(text.replace("\x00", ""))

    def test_lookup(self):
        """X10: whole numbers before parts, with the company behind the contact."""
        self.contact.phone = "+86 138 0013 8000"
        self.make("+86 137 0138 0008")
        rows = self.numbers.with_user(self.seller).lookup("138 0013 8000")
        self.assertEqual(rows[0]["partner_id"], self.contact.id)
        self.assertEqual(rows[0]["customer_id"], self.customer.id)
        self.assertTrue(rows[0]["exact"])
        self.assertEqual(self.numbers.lookup("8000", limit=1)[0]["exact"], False)

    def test_lookup_hostile(self):
        """X10: wrong types give a clear message, garbage finds nobody."""
        for text, limit in ((None, 8), (5, 8), (["138"], 8), ("138", "8"), ("1", None)):
            with self.assertRaises(UserError):
                self.numbers.lookup(text, limit)
        for text in ("", "x", "'; --", "%%%%", "1" * 10000, "\\", "+", "転"):
            self.assertEqual(self.numbers.lookup(text, -5), [])

    def test_lookup_query_count(self):
        """X10: the number of matches does not matter."""
        for number in range(8):
            self.make(f"1380013800{number}")
        self.numbers.lookup("1380013800")
        few = self._queries(lambda: self.numbers.lookup("1380013800", 1))
        many = self._queries(lambda: self.numbers.lookup("1380013800", 8))
        self.assertLessEqual(many, few + 1)

    def test_indexes_are_used(self):
        """X10: each way to look is an index scan."""
        self.cr.execute("SET LOCAL enable_seqscan = off")
        for where, index in (
            ("e164 IN ('+8613800138000')", "e164_idx"),
            ("reverse(national) LIKE '0008%'", "suffix_idx"),
            ("national LIKE '1380%'", "national_idx"),
        ):
            self.cr.execute(f"EXPLAIN SELECT id FROM crm_phone_number WHERE {where}")
            plan = "\n".join(row[0] for row in self.cr.fetchall())
            self.assertIn(f"crm_phone_number_{index}", plan)

    # Rights

    def test_rights_follow_the_owner(self):
        """X10: company of the contact, owner of the lead, no portal."""
        other = self.env["res.company"].create({"name": "Other"})
        hidden = self.make("13800138000", company_id=other.id)
        mine = self.make("13900139000")
        rows = self.numbers.with_user(self.seller)
        self.assertIn(mine, rows.search([]).partner_id)
        self.assertNotIn(hidden, rows.search([]).partner_id)
        self.assertEqual(rows.lookup("13800138000"), [])
        with self.assertRaises(AccessError):
            hidden.phone_number_ids.with_user(self.seller).read(["raw"])
        lead = self.make_lead(phone="010-88888888", user_id=self.colleague.id)
        self.assertFalse(rows.search([("lead_id", "=", lead.id)]))
        self.assertTrue(rows.with_user(self.boss).search([("lead_id", "=", lead.id)]))

    def test_reader_does_not_write(self):
        """X10: an internal user without contact rights reads, does not write."""
        clerk = self.make_user("clerk", "base.group_user")
        row = self.make("13800138000").phone_number_ids.with_user(clerk)
        self.assertEqual(row.raw, "13800138000")
        with self.assertRaises(AccessError):
            row.raw = "1"
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            row.create({"partner_id": row.partner_id.id, "raw": "13900139000"})
        portal = self.make_user("portal", "base.group_portal")
        with self.assertRaises(AccessError):
            row.with_user(portal).lookup("13800138000")

    def test_masked(self):
        """X10, X27: numbers of a colleague's masked customer are not shown or found."""
        self.company.crm_masking = "masked"
        self.customer.phone = "+86 138 0013 8000"
        rows = self.numbers.with_user(self.colleague)
        self.assertEqual(rows.lookup("13800138000"), [])
        self.env.invalidate_all()
        customer = self.customer.with_user(self.colleague)
        [shown] = customer.web_read({"phone_number_ids": {"fields": {"raw": {}}}})
        self.assertEqual(shown["phone_number_ids"], [])
        self.assertNotIn(customer.id, dict(customer.name_search("13800138000")))
        with self.assertRaises(AccessError):
            rows.create({"partner_id": customer.id, "raw": "13900139000"})
        self.assertTrue(rows.with_user(self.seller).lookup("13800138000"))

    def test_erased_for_privacy(self):
        """X10: nothing finds an erased person, not even a former number."""
        partner = self.make("13800138000、010-88888888")
        partner.phone = "13900139000"
        partner._history_anonymise()
        self.assertFalse(partner.phone)
        self.assertFalse(partner.with_context(active_test=False).phone_number_ids)
        for text in ("13800138000", "13900139000", "010-88888888"):
            self.assertFalse(self.numbers._find(text))

    def test_every_number_finds_duplicates(self):
        """X10, X27: the second number is a key, until it is deleted."""
        partner = self.make("13800138000、010-88888888")
        check = [{"name": "Somebody", "phone": "010 8888 8888"}]
        [found] = self.env["crm.duplicate"]._find(check)
        self.assertEqual([hit["partner_id"] for hit in found], [partner.id])
        partner.phone_number_ids[1].unlink()
        self.assertEqual(self.env["crm.duplicate"]._find(check), [[]])

    # Who is calling

    def test_caller(self):
        """X10: who, last contact, what is open; one call."""
        self.contact.phone = "+86 138 0013 8000"
        self.log(user=self.seller)
        self.make_order(partner=self.contact, user=self.seller)
        self.make_lead(partner=self.contact, user_id=self.seller.id)
        found = self.numbers.with_user(self.seller).caller_fetch("13800138000")
        [match] = found["matches"]
        self.assertEqual(match["partner_name"], "Roland Mendel")
        self.assertEqual(match["customer_name"], "Ernst Handel")
        self.assertIn(self.seller.name, match["last_contact"])
        self.assertEqual(
            {thing["model"]: thing["count"] for thing in match["open"]},
            {"crm.lead": 1, "sale.order": 1},
        )
        for thing in match["open"]:
            records = self.env[thing["model"]].search_count(thing["domain"])
            self.assertEqual(records, thing["count"])

    def test_unknown_caller(self):
        """X10: place and carrier, and the offer to create a contact."""
        numbers = self.numbers.with_user(self.seller)
        found = numbers.caller_fetch("0571-87654321")
        self.assertEqual((found["matches"], found["status"]), ([], "valid"))
        self.assertIn("crm.lead", found["can_create"])
        where = numbers.caller_where("0571-87654321")
        self.assertIn("Hangzhou", where["place"])
        self.assertEqual(numbers.caller_where("nobody")["place"], "")

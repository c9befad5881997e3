from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestImportantDate(CrmExtensionCommon):
    """X10, X04: birthdays, wedding days and anniversaries, with or without a year."""

    def _date(self, month, day, partner=None, **vals):
        return self.env["crm.important.date"].create(
            {
                "partner_id": (partner or self.contact).id,
                "month": f"{month:02}",
                "day": day,
                **vals,
            }
        )

    def _upcoming(self, days, user=None, **options):
        dates = self.env["crm.important.date"].with_user(user or self.seller)
        return dates._upcoming(
            days, [("commercial_partner_id", "=", self.customer.id)], **options
        )

    @freeze_time("2026-11-23 09:00:00")
    def test_next_time_with_and_without_year(self):
        self.assertEqual(self._date(11, 23).next_date, date(2026, 11, 23))
        self.assertEqual(self._date(11, 22, year=1970).next_date, date(2027, 11, 22))
        self.assertEqual(self._date(12, 31).next_date, date(2026, 12, 31))

    @freeze_time("2026-02-01 09:00:00")
    def test_leap_day_is_kept_on_the_last_of_february(self):
        moment = self._date(2, 29, year=1980)
        self.assertEqual(moment.next_date, date(2026, 2, 28))
        self.assertEqual(self._upcoming(27), moment)
        self.assertFalse(self._upcoming(26))

    @freeze_time("2028-02-28 09:00:00")
    def test_leap_day_in_a_leap_year(self):
        moment = self._date(2, 29)
        self.assertEqual(moment.next_date, date(2028, 2, 29))
        self.assertFalse(self._upcoming(0))
        self.assertEqual(self._upcoming(1), moment)

    @freeze_time("2026-12-20 09:00:00")
    def test_upcoming_goes_over_the_year_in_order(self):
        january, december = self._date(1, 3), self._date(12, 24)
        self._date(2, 10)
        self.assertEqual(list(self._upcoming(20)), [december, january])
        self.assertEqual(len(self._upcoming(1000)), 3)

    @freeze_time("2026-12-20 09:00:00")
    def test_upcoming_is_one_query(self):
        for day in range(1, 25):
            self._date(12, day)
        self._upcoming(10)
        self.env["crm.important.date"].invalidate_model()
        with self.assertQueryCount(1):
            self.assertEqual(len(self._upcoming(10)), 5)

    def test_today_is_the_readers(self):
        moment = self._date(11, 24)
        tokyo = self.env["crm.important.date"].with_context(tz="Asia/Tokyo")
        with freeze_time("2026-11-23 20:00:00"):
            self.assertIn(moment, tokyo._upcoming(0))
            self.assertNotIn(moment, tokyo.with_context(tz="UTC")._upcoming(0))

    def test_hostile_days_are_refused(self):
        for month, day, year in ((2, 30, 0), (1, 0, 0), (4, 31, 1990), (2, 29, 1981)):
            with self.assertRaises(ValidationError):
                self._date(month, day, year=year)
        with self.assertRaises(ValidationError):
            self._date(1, 1, year=-5)

    def test_day_in_the_readers_language(self):
        moment = self._date(6, 5)
        self.assertEqual(moment.with_context(lang="en_US")._format_day(), "June 5")
        known = self._date(6, 5, year=1980)
        self.assertEqual(known.with_context(lang="en_US")._format_day(), "06/05/1980")

    def test_full_date_can_be_imported(self):
        rows = self.env["crm.important.date"].load(
            ["partner_id/.id", "kind", "date"],
            [[str(self.contact.id), "wedding", "2001-05-12"]],
        )
        moment = self.env["crm.important.date"].browse(rows["ids"])
        self.assertEqual((moment.month, moment.day, moment.year), ("05", 12, 2001))

    def test_birthday_of_the_card_is_the_important_date(self):
        self.contact.birthdate = date(1975, 3, 9)
        moment = self.contact.important_date_ids
        self.assertEqual((moment.kind, moment.month_day), ("birthday", 309))
        moment.day = 10
        self.assertEqual(self.contact.birthdate, date(1975, 3, 10))
        moment.year = 0
        self.assertFalse(self.contact.birthdate)
        self.contact.birthdate = date(1976, 3, 10)
        self.assertEqual(moment.year, 1976)
        self.contact.birthdate = False
        self.assertFalse(self.contact.important_date_ids)

    def test_birthday_of_the_wife_is_not_his(self):
        self._date(1, 1, name="Anna, his wife", year=1980)
        self.assertFalse(self.contact.birthdate)

    def test_other_company_is_not_read(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.contact.company_id = other
        moment = self._date(1, 1)
        self.assertFalse(
            self.env["crm.important.date"]
            .with_user(self.seller)
            .search_count([("id", "=", moment.id)])
        )

    def test_lowest_user_reads_nothing(self):
        nobody = self.make_user("nobody", "base.group_user")
        moment = self._date(1, 1)
        with self.assertRaises(AccessError):
            moment.with_user(nobody).read(["kind"])
        with self.assertRaises(AccessError):
            self.env["crm.important.date"].with_user(nobody)._upcoming(3)

    def test_form_of_the_contact(self):
        with Form(self.contact.with_user(self.seller)) as form:
            with form.important_date_ids.new() as line:
                line.month, line.day = "08", 15
        self.assertEqual(self.contact.important_date_ids.month_day, 815)

    def test_merge_tells_a_date_once(self):
        twin = self.make_contact(self.customer, "Roland M.", email=self.contact.email)
        self._date(3, 9)
        self._date(3, 9, twin, year=1975)
        self._date(4, 1, twin, kind="wedding")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.contact | twin).ids, self.contact
        )
        self.assertEqual(
            self.contact.important_date_ids.mapped("month_day"), [309, 401]
        )
        self.assertEqual(self.contact.important_date_ids[0].year, 1975)

    def test_dates_go_with_the_person(self):
        person = self.env["res.partner"].create(
            {
                "name": "Anna",
                "important_date_ids": [Command.create({"month": "01", "day": 2})],
            }
        )
        moment = person.important_date_ids
        person.unlink()
        self.assertFalse(moment.exists())

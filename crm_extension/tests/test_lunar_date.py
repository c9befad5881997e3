from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-05-01 10:00:00")
class TestLunarDate(CrmExtensionCommon):
    """X07: 农历生日, solar and lunar dates side by side."""

    def moment(self, month, day, partner=None, **vals):
        return self.env["crm.important.date"].create(
            {
                "partner_id": (partner or self.contact).id,
                "month": f"{month:02}",
                "day": day,
                "calendar": "lunar",
                **vals,
            }
        )

    def test_next_time(self):
        """The third month 15 of 2026 is 1 May."""
        self.assertEqual(self.moment(3, 15).next_date, date(2026, 5, 1))
        self.assertEqual(self.moment(3, 14).next_date, date(2027, 4, 20))

    def test_day_does_not_exist(self):
        for vals in ({"day": 31}, {"day": 0}, {"year": 1977, "is_leap_month": True}):
            with self.subTest(**vals), self.assertRaises(ValidationError):
                self.moment(**{"month": 8, "day": 8, **vals})

    def test_full_date_is_put_into_the_calendar(self):
        """Whoever knows the day of birth in the solar calendar types that."""
        birthday = self.env["crm.important.date"].create(
            {
                "partner_id": self.contact.id,
                "calendar": "lunar",
                "date": date(1976, 10, 1),
            }
        )
        self.assertRecordValues(
            birthday,
            [{"year": 1976, "month": "08", "day": 8, "is_leap_month": True}],
        )
        self.assertEqual(birthday.date, date(1976, 10, 1))
        self.assertEqual(self.contact.birthdate, date(1976, 10, 1))

    def test_words(self):
        birthday = self.moment(8, 8, is_leap_month=True, year=1976)
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["res.lang"]._activate_lang("zh_TW")
        for lang, words in (
            ("en_US", "lunar 8/8, leap month, 1976"),
            ("zh_CN", "农历1976年闰八月初八"),
            ("zh_TW", "農曆1976年閏八月初八"),
        ):
            self.assertEqual(birthday.with_context(lang=lang).day_text, words)

    def test_upcoming_finds_both_calendars(self):
        """What a span finds by its query is what the calendar says for each date."""
        dates = self.env["crm.important.date"]
        made = dates.create(
            [
                {
                    "partner_id": self.contact.id,
                    "calendar": calendar,
                    "month": f"{month:02}",
                    "day": day,
                    "is_leap_month": is_leap,
                }
                for calendar in ("solar", "lunar")
                for month in range(1, 13)
                for day in (1, 2, 15, 28, 29, 30)
                for is_leap in ((False, True) if calendar == "lunar" else (False,))
                if calendar == "lunar" or not (month == 2 and day == 30)
            ]
        )
        today = date(2026, 5, 1)
        for days in (0, 7, 40, 200):
            last = today + timedelta(days=days)
            found = dates._upcoming(days, [("id", "in", made.ids)])
            expected = made.filtered(lambda m, last=last: m._kept_between(today, last))
            self.assertEqual(found, expected.sorted(lambda m: (m.next_date, m.id)))

    def test_leap_day_setting(self):
        """Case 18: 29 February on the 28th, or on 1 March."""
        birthday = self.moment(2, 29, calendar="solar")
        self.assertEqual(birthday.next_date, date(2027, 2, 28))
        self.env["ir.config_parameter"].set_param("crm_extension.leap_day", "03-01")
        birthday.invalidate_recordset()
        self.assertEqual(birthday.next_date, date(2027, 3, 1))
        dates = self.env["crm.important.date"]
        for now, days, is_found in (
            ("2027-02-28", 0, False),
            ("2027-03-01", 0, True),
            ("2027-03-02", 5, False),
            ("2028-02-29", 0, True),
            ("2028-03-01", 0, False),
        ):
            with freeze_time(now), self.subTest(now=now):
                found = dates._upcoming(days, [("id", "=", birthday.id)])
                self.assertEqual(bool(found), is_found)

    def test_own_kinds(self):
        opening = self.env["crm.occasion.type"].create({"name": "Opening of the shop"})
        moment = self.moment(3, 15, kind="other", type_id=opening.id)
        self.assertIn("Opening of the shop", moment.display_name)

    def test_form(self):
        form = Form(self.contact.with_user(self.seller))
        with form.important_date_ids.new() as line:
            line.calendar = "lunar"
            line.month = "04"
            line.day = 8
            line.is_leap_month = True
            line.calendar = "solar"
        form.save()
        self.assertFalse(self.contact.important_date_ids.is_leap_month)

    def test_workbench_sorts_both_calendars(self):
        """X04: the bucket of birthdays by the day on which they are kept."""
        lunar = self.moment(3, 17)  # 3 May
        solar = self.moment(5, 2, calendar="solar")
        last = self.moment(5, 4, calendar="solar")
        workbench = self.env["crm.workbench"].with_user(self.seller)
        rows = workbench.bucket("occasions")["rows"]
        self.assertEqual([row["res_id"] for row in rows], [solar.id, lunar.id, last.id])
        self.assertEqual(rows[1]["date"], "2026-05-03")

import re
from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .outbox_common import NUMBER, OutboxCommon

NOW = "2027-05-03 07:00:00"


class GreetingCommon(OutboxCommon):
    """One rule: birthdays by text message at nine, approved by the salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.greeting.rule"].search([]).active = False
        with freeze_time("2027-05-01 08:00:00"):
            cls.rule = cls.env["crm.greeting.rule"].create(
                {
                    "name": "Birthdays",
                    "kind": "birthday",
                    "channel": "sms",
                    "sms_text": "Happy birthday {name}, {salesperson}",
                    "manager_id": cls.manager.id,
                    "planned_from": date(2027, 5, 1),
                }
            )
            cls.birthday = cls.make_date(cls.contact)
        cls.env.cr.execute(
            "UPDATE crm_important_date SET create_date = '2027-01-01' WHERE id = %s",
            [cls.birthday.id],
        )
        cls.birthday.invalidate_recordset()

    @classmethod
    def make_date(cls, partner, month="05", day=4, **vals):
        """A birthday on 4 May."""
        return cls.env["crm.important.date"].create(
            {"partner_id": partner.id, "month": month, "day": day, **vals}
        )

    def plan(self):
        """Run the scheduled action: what is due goes to the outbox, then planning."""
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_greeting").method_direct_trigger()
        self.env.invalidate_all()
        return self.greetings()

    def greetings(self, partner=None):
        partner = partner or self.contact
        return self.env["crm.greeting"].search([("partner_id", "=", partner.id)])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestGreeting(GreetingCommon):
    """X07: planned, approved, sent at the hour, once."""

    def test_whole_way(self):
        greeting = self.plan()
        self.assertRecordValues(
            greeting,
            [
                {
                    "state": "waiting",
                    "day": date(2027, 5, 4),
                    "due": datetime(2027, 5, 4, 9),
                    "year": 2027,
                    "user_id": self.seller.id,
                    "address": NUMBER,
                    "text": f"Happy birthday Roland Mendel, {self.seller.name}",
                    "problem": False,
                    "parts": 1,
                }
            ],
        )
        greeting.with_user(self.seller).action_approve()
        self.assertEqual(
            (greeting.state, greeting.approver_id), ("approved", self.seller)
        )
        self.work()
        self.assertFalse(self.provider.sent)
        with freeze_time("2027-05-04 09:00:30"):
            self.plan()
            self.assertEqual(greeting.state, "sending")
            self.work()
        self.assertEqual(self.provider.sent, [(NUMBER, greeting.text)])
        self.assertEqual(greeting.state, "sent")
        row = self.history(self.customer, channel="sms")
        self.assertEqual(row.headline, "Greeting sent")
        self.assertFalse(row.is_followup)

    def test_run_twice(self):
        """Case 28: a second run changes nothing."""
        greeting = self.plan()
        before = greeting.write_date
        self.assertEqual(self.plan(), greeting)
        self.assertEqual(greeting.write_date, before)

    def test_once_a_year(self):
        """Case 23: also when the clock goes back after it was sent."""
        self.plan().with_user(self.seller).action_approve()
        for now in ("2027-05-04 09:01", "2027-05-04 07:00", "2027-05-03 12:00"):
            with freeze_time(now):
                self.plan()
                self.work()
        with freeze_time("2027-05-04 12:00"):
            self.plan()
            self.work()
        self.assertEqual(len(self.provider.sent), 1)
        with freeze_time("2028-04-20 12:00"):
            self.assertEqual(len(self.plan()), 2)

    def test_nobody_approved_in_time(self):
        greeting = self.plan()
        with freeze_time("2027-05-06 12:00"):
            self.plan()
        self.assertEqual((greeting.state, greeting.problem), ("skipped", "too_late"))
        self.assertFalse(greeting.outbox_id)

    def test_three_days_down(self):
        """X07, case 29: within the grace it is caught up, later it is listed."""
        self.rule.approval = "none"
        other = self.make_contact(self.customer, "Maria", phone="+8613900139000")
        self.make_date(other, day=5)
        self.env.cr.execute("UPDATE crm_important_date SET create_date = '2027-01-01'")
        self.env.invalidate_all()
        with freeze_time("2027-05-07 08:00"):
            self.plan()
            self.plan()
            self.work()
        self.assertEqual(self.greetings().problem, "too_late")
        self.assertEqual(self.greetings().state, "skipped")
        self.assertEqual(self.greetings(other).state, "sent")
        self.assertEqual(len(self.provider.sent), 1)

    def test_no_approval_needed(self):
        self.rule.approval = "none"
        self.assertEqual(self.plan().state, "approved")

    def test_manager_approves(self):
        self.rule.approval = "manager"
        greeting = self.plan()
        with self.assertRaises(AccessError):
            greeting.with_user(self.seller).action_approve()
        greeting.with_user(self.manager).action_approve()
        self.assertEqual(greeting.state, "approved")

    def test_approve_all(self):
        """One click: mine, without a problem, not those of colleagues."""
        other = self.make_contact(self.customer, "No Phone")
        self.make_date(other)
        foreign = self.make_customer(
            "Foreign", user_id=self.colleague.id, phone="+8613700137000"
        )
        self.make_date(foreign)
        self.plan()
        action = self.env["crm.greeting"].with_user(self.seller).action_approve_all()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self.greetings().state, "approved")
        self.assertEqual(self.greetings(other).problem, "no_address")
        self.assertEqual(self.greetings(other).state, "waiting")
        self.assertEqual(self.greetings(foreign).state, "waiting")
        with self.assertRaises(UserError):
            self.greetings(other).with_user(self.seller).action_approve()

    def test_take_back_and_skip(self):
        greeting = self.plan().with_user(self.seller)
        greeting.action_approve()
        greeting.action_take_back()
        self.assertEqual(greeting.state, "waiting")
        greeting.action_skip()
        self.plan()
        self.assertEqual((greeting.state, greeting.problem), ("skipped", "by_hand"))

    def test_own_words(self):
        """Words of a person are kept until approval, and not changed after it."""
        greeting = self.plan().with_user(self.seller)
        greeting.text = "Dear Roland"
        self.plan()
        self.assertEqual(greeting.text, "Dear Roland")
        with self.assertRaises(AccessError):
            greeting.state = "sent"
        greeting.action_approve()
        with self.assertRaises(UserError):
            greeting.text = "Later"
        self.rule.sms_text = "Other words"
        self.plan()
        self.assertEqual(greeting.text, "Dear Roland")
        greeting.action_take_back()
        greeting.action_plan_again()
        self.assertEqual(greeting.text, "Other words")

    def test_what_waits_is_read_anew(self):
        greeting = self.plan()
        self.rule.write({"sms_text": "New words", "hour": 10})
        self.contact.phone = "+86 139 0013 9000"
        self.plan()
        self.assertRecordValues(
            greeting,
            [
                {
                    "text": "New words",
                    "due": datetime(2027, 5, 4, 10),
                    "address": "+8613900139000",
                }
            ],
        )

    def test_date_moved_after_approval(self):
        """The greeting of the old day is gone, the new day gets its own."""
        self.plan().with_user(self.seller).action_approve()
        self.birthday.day = 20
        self.assertFalse(self.greetings())
        with freeze_time("2027-05-04 10:00"):
            self.assertEqual(self.plan().day, date(2027, 5, 20))
            self.work()
        self.assertFalse(self.provider.sent)

    def test_moved_after_it_was_sent(self):
        """Nobody is greeted twice in half a year because a date was corrected."""
        self.rule.approval = "none"
        self.plan()
        with freeze_time("2027-05-04 10:00"):
            self.plan()
            self.work()
            self.birthday.write({"calendar": "lunar", "month": "04", "day": 20})
        with freeze_time("2027-05-20 10:00"):
            self.plan()
            self.work()
        self.assertEqual(len(self.provider.sent), 1)

    def test_leaver(self):
        """Archived salesperson: the responsible approves, the company writes."""
        self.depart(self.seller)
        self.assertEqual(self.plan().user_id, self.manager)

    def test_levels_and_order_of_rules(self):
        level = self.env["crm.customer.level"].create({"name": "Gold"})
        gold = self.rule.copy({"sequence": 1, "level_ids": level.ids, "name": "Gold"})
        gold.sms_text = "Golden words"
        self.assertEqual(self.plan().rule_id, self.rule)
        self.customer.customer_level_id = level
        greeting = self.plan()
        self.assertEqual((greeting.rule_id, greeting.text), (gold, "Golden words"))

    def test_email_instead(self):
        self.rule.write(
            {
                "channel": "sms_email",
                "subject": "Hi {name}",
                "email_text": "Dear {name}",
            }
        )
        self.contact.phone = False
        greeting = self.plan()
        self.assertRecordValues(
            greeting,
            [{"channel": "email", "subject": "Hi Roland Mendel", "problem": False}],
        )

    def test_missing_value(self):
        """Case 40: no half-filled text."""
        self.rule.sms_text = "{years} years, {name}"
        greeting = self.plan()
        self.assertEqual(
            (greeting.problem, greeting.problem_detail), ("missing", "years")
        )
        self.birthday.year = 1987
        self.assertEqual(self.plan().text, "40 years, Roland Mendel")

    def test_opt_out_after_approval(self):
        """Case 37."""
        greeting = self.plan()
        greeting.with_user(self.seller).action_approve()
        with freeze_time("2027-05-04 09:01"):
            self.plan()
            self.env["phone.blacklist"].create({"number": NUMBER})
            self.work()
        self.assertEqual((greeting.state, greeting.problem), ("skipped", "blacklist"))
        self.assertFalse(self.provider.sent)

    def test_married_couple_with_one_phone(self):
        """Case 39: one message for a phone and an occasion."""
        self.rule.approval = "none"
        wife = self.make_contact(self.customer, "Renate", phone=NUMBER)
        self.make_date(wife)
        self.plan()
        with freeze_time("2027-05-04 09:01"):
            self.plan()
            self.work()
        self.assertEqual(len(self.provider.sent), 1)
        states = (self.greetings() | self.greetings(wife)).mapped("state")
        self.assertEqual(sorted(states), ["sent", "skipped"])

    def test_zone_of_the_contact(self):
        """Case 21: nine in the morning over there."""
        self.contact.tz = False
        self.contact.country_id = self.env.ref("base.jp")
        self.assertEqual(self.plan().due, datetime(2027, 5, 4, 0))

    def test_lunar_year_is_the_key(self):
        """A lunar birthday in January belongs to the lunar year before."""
        self.birthday.write({"calendar": "lunar", "month": "12", "day": 10})
        with freeze_time("2028-01-01 07:00"):
            greeting = self.plan()
        self.assertEqual((greeting.day, greeting.year), (date(2028, 1, 6), 2027))

    @mute_logger("odoo.addons.crm_extension.models.crm_greeting_plan")
    def test_one_bad_date_does_not_stop_the_rest(self):
        """It is listed with what is wrong, and planned when that is repaired."""
        other = self.make_contact(self.customer, "Bad", phone="+8613900139000")
        self.make_date(other)
        rules = type(self.rule)
        values = rules._greeting_values

        def fail(rule, moment, day, year):
            if moment.partner_id == other:
                raise RuntimeError("broken card")
            return values(rule, moment, day, year)

        with patch.object(rules, "_greeting_values", fail):
            self.plan()
        self.assertFalse(self.greetings().problem)
        bad = self.greetings(other)
        self.assertEqual(bad.problem, "unknown")
        self.assertIn("broken card", bad.problem_detail)
        self.plan()
        self.assertFalse(bad.problem)
        self.assertTrue(bad.text)

    def test_entered_after_the_day(self):
        other = self.make_contact(self.customer, "Late", phone="+8613900139000")
        late = self.make_date(other, day=2)
        self.env.cr.execute(
            "UPDATE crm_important_date SET create_date = '2027-05-03' WHERE id = %s",
            [late.id],
        )
        late.invalidate_recordset()
        self.plan()
        self.assertFalse(self.greetings(other))

    def test_clicks_cost_the_same(self):
        """Planning two hundred costs as many queries as planning a few."""
        people = self.env["res.partner"].create(
            [{"name": f"P{i}", "phone": f"+86138{i:08}"} for i in range(60)]
        )
        for person in people:
            self.make_date(person)
        self.env.flush_all()
        plan = self.env["crm.greeting"]._plan
        rules = self.rule
        span = (date(2027, 5, 1), date(2027, 6, 1))
        moments = self.env["crm.important.date"].search(
            [("partner_id", "in", people.ids)]
        )
        plan(moments[:2], rules, *span)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            plan(moments, rules, *span)
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestGreetingRule(GreetingCommon):
    """Words and conditions are refused when they cannot work."""

    def test_bad_rules(self):
        for vals in (
            {"sms_text": "Dear {nobody}"},
            {"sms_text": "Dear {name.__class__}"},
            {"sms_text": "Dear ${object.name}"},
            {"sms_text": "<t t-out='object.name'/>"},
            {"sms_text": " "},
            {"channel": "email"},
            {"domain": "[('no_such_field', '=', 1)]"},
            {"domain": "__import__('os')"},
        ):
            with self.subTest(**vals), self.assertRaises(ValidationError):
                self.rule.write(vals)

    def test_chinese_words(self):
        self.rule.sms_text = "{姓名}您好，{公司}祝您生日快乐"
        greeting_text = self.rule._fill(
            self.rule.sms_text, {"name": "王伟", "company": "ACME"}
        )
        self.assertEqual(greeting_text, "王伟您好，ACME祝您生日快乐")

    def test_translated_words(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.rule.with_context(lang="zh_CN")
        chinese.sms_text = "{姓名}生日快乐"
        with self.assertRaises(ValidationError):
            chinese.sms_text = "{姓}生日快乐"
        self.contact.lang = "zh_CN"
        with freeze_time(NOW):
            self.assertEqual(self.plan().text, "Roland Mendel生日快乐")

    def test_preview(self):
        """Case 41: parts and cost while typing."""
        self.company.crm_sms_price = 0.05
        self.rule.sms_text = "生" * 71
        self.assertIn(
            "Parts: 2, signs: 71 (UCS-2), left in the last: 63", self.rule.preview_size
        )
        self.assertIn("0.10", self.rule.preview_size)
        self.rule.sms_text = "生" * 400
        self.assertIn("too long", self.rule.preview_size)
        with freeze_time(NOW):
            self.rule.invalidate_recordset()
            self.assertEqual(self.rule.upcoming_count, 1)
            self.assertIn("Roland Mendel", self.rule.upcoming_text)

    def test_too_long_is_not_sent(self):
        """Case 41: a hard cap."""
        message = self.enqueue(body="生" * 400)
        self.work()
        self.assertEqual((message.state, message.reason), ("failed", "too_long"))
        self.assertFalse(self.provider.sent)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestGreetingWorkbench(GreetingCommon):
    """X04: the birthday says that a greeting is arranged; approval in one key."""

    def bucket(self, name):
        return self.env["crm.workbench"].with_user(self.seller).bucket(name)["rows"]

    def test_badge(self):
        self.plan()
        [row] = self.bucket("occasions")
        self.assertEqual(row["badge"], "greeting to approve")
        self.greetings().with_user(self.seller).action_approve()
        [row] = self.bucket("occasions")
        self.assertEqual(row["badge"], "greeting scheduled")


@tagged("post_install", "-at_install")
class TestGreetingUndo(GreetingCommon):
    """X04: by the clock of today, as what is taken back must be fresh."""

    def bucket(self, name):
        return self.env["crm.workbench"].with_user(self.seller).bucket(name)["rows"]

    def test_approve_and_undo(self):
        soon = date.today() + timedelta(days=2)
        self.rule.planned_from = date.today()
        self.birthday.date = soon.replace(year=2000)
        self.env.cr.execute("UPDATE crm_important_date SET create_date = '2020-01-01'")
        self.birthday.invalidate_recordset()
        greeting = self.plan()
        [row] = self.bucket("greetings")
        self.assertEqual(row["res_id"], greeting.id)
        workbench = self.env["crm.workbench"].with_user(self.seller)
        done = workbench.done([{"model": "crm.greeting", "res_id": greeting.id}])
        self.assertEqual(greeting.state, "approved")
        self.assertFalse(self.bucket("greetings"))
        workbench.undo(done["undo"])
        self.assertEqual(greeting.state, "waiting")
        self.assertEqual(len(self.bucket("greetings")), 1)


@tagged("post_install", "-at_install")
class TestThirtyYears(GreetingCommon):
    """X07, promise "time is right": one greeting a year, whatever zone and calendar."""

    def test_each_year_once(self):
        zones = (
            "Pacific/Kiritimati",
            "Asia/Shanghai",
            "Asia/Kathmandu",
            "Europe/Berlin",
            "America/St_Johns",
            "America/Adak",
            "Pacific/Pago_Pago",
        )
        plan = self.env["crm.greeting"]
        for calendar, month, day, is_leap in (
            ("solar", "02", 29, False),
            ("solar", "12", 31, False),
            ("lunar", "06", 30, True),
            ("lunar", "12", 30, False),
        ):
            self.birthday.write(
                {
                    "calendar": calendar,
                    "month": month,
                    "day": day,
                    "is_leap_month": is_leap,
                }
            )
            start = date(2027, 3, 1)
            kept = self.birthday._kept_between(start, date(2057, 3, 1))
            years = [year for _day, year in kept]
            self.assertEqual(len(years), 30)
            self.assertEqual(len(set(years)), 30)
            for zone in zones:
                self.contact.tz = zone
                dues = [
                    plan._read_moment(self.birthday, self.rule, day, year)["due"]
                    for day, year in kept
                ]
                gaps = [(b - a) for a, b in zip(dues, dues[1:], strict=False)]
                self.assertGreater(min(gaps), timedelta(days=350))
                self.assertLess(max(gaps), timedelta(days=416))


@tagged("post_install", "-at_install")
class TestGreetingStop(HttpCase):
    """X07: whoever got a greeting by email stops them with two clicks."""

    def test_stop(self):
        partner = self.env["res.partner"].create({"name": "Ada"})
        path = partner._stop_url().partition("/crm/")[2]
        page = self.url_open(f"/crm/{path}")
        self.assertIn("No more greetings?", page.text)
        self.assertFalse(partner.greeting_opt_out)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        page = self.url_open(f"/crm/{path}", data={"csrf_token": token})
        self.assertIn("You will get no more greetings", page.text)
        partner.invalidate_recordset()
        self.assertTrue(partner.greeting_opt_out)

    def test_wrong_link(self):
        partner = self.env["res.partner"].create({"name": "Ada"})
        other = self.env["res.partner"].create({"name": "Bob"})
        for path in (
            f"{partner.id}/{other._stop_token()}",
            f"{partner.id}/x",
            f"{2**40}/{partner._stop_token()}",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                found = self.url_open(f"/crm/greetings/stop/{path}")
                self.assertEqual(found.status_code, 404)

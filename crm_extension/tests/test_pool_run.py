from unittest.mock import patch

from odoo.tests import tagged

from .common_pool import DAY, NOW, PoolCommon, day


@tagged("post_install", "-at_install")
class TestPoolRun(PoolCommon):
    """X09: the night: who falls, why, once, and whoever is next is warned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["crm.pool.run"]
        cls.keep = cls.make_customer("Keep", user_id=cls.mate.id)
        cls.last = cls.make_customer("Last Day", user_id=cls.seller.id)
        cls.set_assigned(cls.keep | cls.last, 100)
        cls.log(cls.keep, date=NOW - 3 * DAY)
        cls.log(cls.last, date=NOW - 30 * DAY)
        cls.env["ir.config_parameter"].set_param("crm_extension.pool_hour", "1")

    def run_night(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_pool").method_direct_trigger()
        self.env.invalidate_all()
        return self.runs.search([], limit=1)

    def notices(self, user):
        return self.env["mail.message"].search(
            [
                ("subject", "=like", "Soon in the pool%"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def test_who_falls(self):
        """X09: only whose last day is over falls, with the rule and its reason."""
        run = self.run_night()
        self.assertRecordValues(
            run, [{"day": day(0), "state": "done", "dropped": 1, "failed": 0}]
        )
        self.assertEqual(self.customer.pool_id, self.pool)
        self.assertFalse(self.customer.user_id)
        self.assertEqual(self.keep.user_id, self.mate)
        self.assertEqual(self.last.user_id, self.seller, "today is its last day")
        move = self.env["crm.pool.move"].search([("kind", "=", "fell")])
        self.assertRecordValues(
            move,
            [
                {
                    "partner_id": self.customer.id,
                    "from_user_id": self.seller.id,
                    "rule_id": self.rule.id,
                    "pool_id": self.pool.id,
                    "reason": "no real contact yet, with the salesperson since "
                    "03/03/2025, customers must be contacted every 30 days",
                }
            ],
        )
        self.assertIn("Fell from", self.history()[0].headline)
        self.assertIn("no real contact yet", self.history()[0].headline)
        self.assertIn("no real contact yet", self.customer.pool_clock)

    def test_reason_stays(self):
        """X09: the reason is what the rule said then, also when the rule is gone."""
        self.run_night()
        move = self.env["crm.pool.move"].search([("kind", "=", "fell")])
        reason = move.reason
        self.rule.state = "off"
        self.rule.unlink()
        self.log(date=NOW)
        self.env.invalidate_all()
        self.assertEqual(move.reason, reason)

    def test_twice(self):
        """X09: a second call in the same night does nothing."""
        self.run_night()
        moves = self.env["crm.pool.move"].search_count([])
        messages = len(self.notices(self.seller))
        self.run_night()
        self.assertEqual(self.env["crm.pool.move"].search_count([]), moves)
        self.assertEqual(self.runs.search_count([]), 1)
        self.assertEqual(len(self.notices(self.seller)), messages)

    def test_goes_on_where_it_stopped(self):
        """X09: a run that was stopped goes on behind the customers it has seen."""
        some = self.env["res.partner"].create(
            [
                {"name": f"C {n}", "is_company": True, "user_id": self.seller.id}
                for n in range(5)
            ]
        )
        self.set_assigned(some, 100)
        self.env.flush_all()
        with patch("odoo.addons.crm_extension.models.crm_pool_run.BATCH_SIZE", 2):
            run = self.runs.create({"company_id": self.company.id, "day": day(0)})
            self.assertEqual(run._step(), 2)
            self.assertEqual(run.dropped, 2)
            self.assertEqual(run.state, "drop")
            run = self.run_night()
        self.assertRecordValues(run, [{"dropped": 6, "state": "done"}])
        self.assertEqual(some.pool_id, self.pool)

    def test_one_bad_record(self):
        """X09: a customer that fails stays, is named in the run, and stops nobody."""
        bad = self.make_customer("Bad", user_id=self.seller.id)
        self.set_assigned(bad, 100)
        original = type(bad)._pool_drop

        def drop(partners, *args):
            if bad in partners:
                raise RuntimeError("This one is locked")
            return original(partners, *args)

        with patch.object(type(bad), "_pool_drop", drop):
            run = self.run_night()
        self.assertRecordValues(run, [{"dropped": 1, "failed": 1, "state": "done"}])
        self.assertEqual(run.errors, "Bad: This one is locked")
        self.assertEqual(bad.user_id, self.seller)
        self.assertEqual(self.customer.pool_id, self.pool)

    def test_contact_in_the_last_moment(self):
        """X09: facts are looked at again when the customer is locked."""
        run = self.runs.create({"company_id": self.company.id, "day": day(0)})
        self.assertIn(self.customer.id, run._due_ids())
        self.log(date=NOW)
        run._drop(self.customer)
        self.assertEqual(self.customer.user_id, self.seller)
        self.assertEqual(run.dropped, 0)

    def test_the_hour_of_the_company(self):
        """X09: the night of a company begins at its hour, in its time zone."""
        self.env["ir.config_parameter"].set_param("crm_extension.pool_hour", "11")
        self.assertFalse(self.runs._next())
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertTrue(self.runs._next())

    def test_own_company_only(self):
        """X09: the night of one company takes nobody by the rules of another one."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        run = self.runs.create({"company_id": other.id, "day": day(0)})
        self.assertEqual(run._due_ids(), [])

    def test_warning(self):
        """X09: one message with all customers that fall within the days of warning."""
        soon = self.make_customer("Soon", user_id=self.seller.id)
        self.set_assigned(soon, 100)
        self.log(soon, date=NOW - 25 * DAY)
        self.run_night()
        message = self.notices(self.seller)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subject, "Soon in the pool: 2 of your customers")
        self.assertIn("5 days left: last real contact", message.body)
        self.assertLess(message.body.index("Last Day"), message.body.index("Soon"))
        self.assertNotIn("Ernst Handel", message.body, "it fell before")
        self.assertFalse(self.notices(self.mate))

    def test_no_warning_without_news(self):
        """X09: who was warned is not reminded every day, but on the last one."""
        soon = self.make_customer("Soon", user_id=self.mate.id)
        self.set_assigned(soon, 100)
        self.log(soon, date=NOW - 25 * DAY)
        self.runs.create(
            {"company_id": self.company.id, "day": day(-1), "state": "done"}
        )
        self.run_night()
        self.assertFalse(self.notices(self.mate), "it came to the list two days ago")
        self.assertTrue(self.notices(self.seller), "a last day")

    def test_bucket(self):
        """X09: the workbench shows who falls soon; a contact takes the row away."""
        bench = self.env["crm.workbench"].with_user(self.seller)
        counts = {b["name"]: b["count"] for b in bench.counts()["buckets"]}
        self.assertEqual(counts["pool"], 2)
        rows = bench.bucket("pool")["rows"]
        self.assertEqual(
            [row["customer"]["name"] for row in rows], ["Ernst Handel", "Last Day"]
        )
        self.assertTrue(rows[1]["what"].startswith("Last day: last real contact"))
        bench.finish(
            {"model": "res.partner", "res_id": self.last.id},
            {"channel": "call", "text": "They order on Monday"},
        )
        self.env.flush_all()
        rows = bench.bucket("pool")["rows"]
        self.assertEqual([row["customer"]["name"] for row in rows], ["Ernst Handel"])
        self.rule.state = "off"
        names = [b["name"] for b in bench.counts()["buckets"]]
        self.assertNotIn("pool", names)


@tagged("post_install", "-at_install")
class TestPoolPreview(PoolCommon):
    """X09: before a rule is switched on people see what it would do."""

    def test_preview(self):
        """X09: the dry run counts by the statement of the night and changes nothing."""
        more = self.make_customer("More", user_id=self.mate.id)
        self.set_assigned(more, 100)
        self.log(more, date=NOW - 20 * DAY)
        self.rule.state = "draft"
        rule = self.rule.with_user(self.manager)
        action = rule.action_preview()
        preview = self.env["crm.pool.rule.preview"].with_user(self.manager)
        preview = preview.browse(action["res_id"])
        self.assertRecordValues(
            preview,
            [
                {
                    "first_day": day(1),
                    "first_count": 1,
                    "week_count": 1,
                    "month_count": 2,
                    "before_count": 0,
                }
            ],
        )
        self.assertEqual(preview.line_ids.user_id, self.seller | self.mate)
        action = preview.line_ids[0].action_customers()
        partners = self.env["res.partner"].with_user(self.manager)
        found = partners.with_context(**action["context"]).search(action["domain"])
        self.assertEqual(found, self.customer)
        self.assertIn("the rule is new", found.pool_clock)
        self.assertFalse(partners.browse(found.id).pool_clock, "not in force")
        preview.action_activate()
        self.assertEqual(self.due(), day(1))

    def test_who_may_look(self):
        with self.refused("Only the pool managers"):
            self.rule.with_user(self.seller).action_preview()
        self.pool.admin_ids = self.seller
        self.rule.with_user(self.seller).action_preview()
        self.rule.state = "draft"
        peeking = self.customer.with_user(self.mate)
        peeking = peeking.with_context(crm_pool_preview=self.rule.id)
        self.assertFalse(peeking.pool_clock)

    def test_hostile_context(self):
        for value in ("x", -1, True, (), 10**12):
            customer = self.customer.with_user(self.manager)
            customer = customer.with_context(crm_pool_preview=value)
            self.assertEqual(customer.pool_due_date, day(-70))

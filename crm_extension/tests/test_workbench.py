from datetime import timedelta

from .workbench_common import DAY, NOW, TODAY, WorkbenchCase


class TestWorkbenchReading(WorkbenchCase):
    """Counts, pages and search (X04)."""

    def test_counts_in_one_call(self):
        for number in range(3):
            self.todo(date_deadline=TODAY - number * DAY)
            self.make_lead(user_id=self.seller.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.bench.counts()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            result = self.bench.counts()
        self.assertEqual(result["headline"]["overdue"], 2)
        self.assertEqual(result["headline"]["due"], 1)
        self.assertFalse(result["readonly"])

    def test_counts_are_capped(self):
        todos = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.customer.id,
                    "user_id": self.seller.id,
                    "date_deadline": TODAY,
                }
                for _number in range(101)
            ]
        )
        self.assertEqual(len(todos), 101)
        self.assertEqual(self.count("today"), 100)

    def test_pages_show_each_row_once(self):
        days = [TODAY + (1 + number % 3) * DAY for number in range(7)]
        todos = [self.todo(date_deadline=day).id for day in days]
        seen, cursor = [], None
        while cursor is not False:
            page = self.bench.bucket("planned", cursor=cursor, limit=2)
            seen += [row["res_id"] for row in page["rows"]]
            cursor = page["cursor"]
            if len(seen) == 2:  # somebody adds a row in front meanwhile
                self.todo(date_deadline=TODAY + DAY, summary="late comer")
        self.assertEqual(len(seen), len(set(seen)))
        self.assertLessEqual(set(todos), set(seen))

    def test_rows_of_a_page_in_constant_queries(self):
        def cost(number):
            for index in range(number):
                customer = self.make_customer(f"C{index}", user_id=self.seller.id)
                self.todo(customer, date_deadline=TODAY)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.bench.bucket("today")
            return self.env.cr.sql_log_count - before

        cost(1)
        few = cost(2)
        self.assertEqual(cost(20), few)

    def test_search(self):
        self.todo(date_deadline=TODAY, summary="Send samples")
        self.todo(date_deadline=TODAY, summary="Ask for the order")
        found = self.rows("today", search="sample")
        self.assertEqual([row["what"] for row in found], ["Send samples"])
        self.assertEqual(len(self.rows("today", search="Ernst")), 2)
        self.assertFalse(self.rows("today", search="100%_"))

    def test_done_of_the_day(self):
        todo = self.todo(date_deadline=TODAY)
        self.assertEqual(self.bench.counts()["headline"]["done"], 0)
        self.bench.done([self.key("mail.activity", todo)])
        self.assertEqual(self.bench.counts()["headline"]["done"], 1)

    def test_preview(self):
        self.todo(date_deadline=TODAY, summary="Call back")
        order = self.make_order(user=self.seller, user_id=self.seller.id)
        preview = self.bench.preview("res.partner", self.contact.id)
        self.assertEqual(preview["customer"]["name"], "Ernst Handel")
        self.assertEqual(preview["upcoming"][0]["what"], "Call back")
        self.assertEqual(preview["open"][0]["id"], order.id)
        self.assertEqual(preview["contacts"][0]["channel"], "call")

    def test_preview_of_a_lead_without_customer(self):
        lead = self.make_lead(user_id=self.seller.id, phone="+49 30 1234567")
        preview = self.bench.preview("crm.lead", lead.id)
        self.assertEqual(preview["phone"], "+49 30 1234567")
        self.assertEqual(preview["open"], [])

    def test_reminders(self):
        todo = self.todo(deadline_at=NOW + timedelta(minutes=30))
        self.todo(deadline_at=NOW + timedelta(hours=8))
        self.todo(user=self.mate, deadline_at=NOW + timedelta(minutes=30))
        found = self.bench.reminders()
        self.assertEqual([row["id"] for row in found["todos"]], [todo.id])
        self.bench.save_settings({"remind": False})
        self.assertFalse(self.bench.reminders()["todos"])


class TestWorkbenchSettings(WorkbenchCase):
    """Which buckets, in which order, first channel, quiet hours, start page (X25)."""

    def names(self):
        return [bucket["name"] for bucket in self.bench.counts()["buckets"]]

    def test_buckets_and_order(self):
        self.bench.save_settings(
            {"order": ["silent", "today"], "hidden": ["planned", "occasions"]}
        )
        names = self.names()
        self.assertEqual(names[:2], ["silent", "today"])
        self.assertNotIn("planned", names)
        dialog = self.bench.settings()["buckets"]
        self.assertEqual([b["name"] for b in dialog][:2], ["silent", "today"])
        self.assertIn(("planned", False), [(b["name"], b["shown"]) for b in dialog])
        delivered = sorted(dialog, key=lambda bucket: bucket["sequence"])
        self.assertEqual(
            [b["name"] for b in delivered],
            [b["name"] for b in self.bench.with_user(self.mate).settings()["buckets"]],
            "the dialog knows the order of the addons",
        )
        self.assertIn(
            "planned",
            [b["name"] for b in self.bench.with_user(self.mate).counts()["buckets"]],
            "settings are personal",
        )

    def test_channel_of_the_quick_log(self):
        self.bench.save_settings({"channel": "visit"})
        self.assertEqual(self.bench.counts()["config"]["default_channel"], "visit")

    def test_start_page(self):
        action = self.env.ref("crm_extension.crm_workbench_action")
        self.bench.save_settings({"start_page": True})
        self.assertEqual(self.seller.action_id.id, action.id)
        self.assertTrue(self.bench.settings()["start_page"])
        self.bench.save_settings({"start_page": False})
        self.assertFalse(self.seller.action_id)

    def test_quiet_hours(self):
        self.bench.save_settings({"quiet_from": 20, "quiet_to": 8})
        found = self.bench.reminders()
        self.assertEqual((found["quiet_from"], found["quiet_to"]), (20, 8))


class TestWorkbenchLive(WorkbenchCase):
    """Open workbenches follow what happens (X04)."""

    def told(self, work):
        self.env.cr.precommit.run()
        last = self.env["bus.bus"].sudo().search([], order="id desc", limit=1).id
        self.env.cr.precommit.data.clear()
        work()
        self.env.flush_all()
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([("id", ">", last or 0)])
        return [row.channel for row in rows if "crm_workbench_changed" in row.message]

    def channel(self, user):
        return f'"res.partner",{user.partner_id.id}'

    def test_todo_is_planned_moved_and_done(self):
        todo = self.todo(user=self.mate, date_deadline=TODAY + 9 * DAY)
        for work in (
            lambda: self.todo(user=self.seller, date_deadline=TODAY + 9 * DAY),
            lambda: todo.write({"user_id": self.seller.id}),
            lambda: todo.write({"date_deadline": TODAY}),
            lambda: todo.action_feedback(),
        ):
            channels = self.told(work)
            self.assertEqual(sum(self.channel(self.seller) in c for c in channels), 1)

    def test_colleague_logs_on_my_customer(self):
        channels = self.told(lambda: self.log(self.contact, user=self.boss))
        self.assertTrue(any(self.channel(self.seller) in c for c in channels))

    def test_lead_is_given_to_me(self):
        lead = self.make_lead(user_id=self.colleague.id)
        channels = self.told(lambda: lead.write({"user_id": self.seller.id}))
        self.assertTrue(any(self.channel(self.seller) in c for c in channels))

from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .contract_common import DAY, NOW, TODAY, ContractCase

YEAR = timedelta(days=365)


@tagged("post_install", "-at_install")
class TestContractReminder(ContractCase):
    """X11: reminded once before notice and once before the end; renewed by itself."""

    def test_reminded_once(self):
        """X11: one to-do, however often the job runs, and one for the new end."""
        contract = self.make_running(
            end=TODAY + 40 * DAY, renewal="agreement", renewal_count=1
        )
        self.run_cron()
        self.run_cron()
        [todo] = self.todos(contract)
        self.assertEqual(todo.summary, "Contract ends on 07/20/2026")
        self.assertEqual((todo.user_id, todo.date_deadline), (self.seller, TODAY))
        contract.action_renew()
        self.assertFalse(self.todos(contract), "renewed: nobody needs the to-do")
        self.run_cron()
        self.assertFalse(self.todos(contract))
        with self.on(contract.date_end - 10 * DAY):
            self.run_cron()
            self.assertEqual(len(self.todos(contract)), 1)

    def test_notice_and_end(self):
        """X11: notice is reminded of by its own to-do, unless notice was given."""
        contract = self.make_running(
            end=TODAY + 45 * DAY, notice_count=30, notice_unit="day"
        )
        given = self.make_running(
            end=TODAY + 45 * DAY, notice_count=30, notice_unit="day"
        )
        given._terminate(TODAY + 200 * DAY, "Enough", "both")
        self.run_cron()
        self.assertEqual(
            sorted(self.todos(contract).mapped("summary")),
            ["Contract ends on 07/25/2026", "Notice by 06/25/2026"],
        )
        self.assertFalse(self.todos(given))

    def test_settings(self):
        """X11: days before are settings; 0 switches a reminder off."""
        contract = self.make_running(
            end=TODAY + 45 * DAY, notice_count=30, notice_unit="day"
        )
        settings = self.env["res.config.settings"].create(
            {"crm_contract_end_days": 0, "crm_contract_notice_days": 10}
        )
        settings.execute()
        self.assertEqual(self.Contract._reminder_days(), {"notice": 10, "end": 0})
        self.run_cron()
        self.assertFalse(self.todos(contract))
        with self.on(TODAY + 5 * DAY):
            self.run_cron()
            self.assertEqual(
                self.todos(contract).mapped("summary"), ["Notice by 06/25/2026"]
            )

    def test_nobody_responsible(self):
        """X11: without a person, the customer's salesperson; a leaver gets nothing."""
        contract = self.make_running(end=TODAY + DAY, user_id=False)
        leaver = self.make_user("leaver", "sales_team.group_sale_salesman")
        left = self.make_running(end=TODAY + DAY, user_id=leaver.id)
        self.depart(leaver)
        self.run_cron()
        self.assertEqual(self.todos(contract).user_id, self.seller)
        self.assertEqual(self.todos(left).user_id, self.seller)

    def test_after_a_standstill(self):
        """X11: a server that stood still for a year catches up, each period once."""
        contract = self.make_running(
            date(2026, 1, 1),
            date(2026, 3, 31),
            renewal="auto",
            renewal_count=3,
            renewal_unit="month",
        )
        with self.on(date(2027, 3, 1)):
            self.run_cron()
            self.run_cron()
            self.assertEqual(contract.date_end, date(2027, 3, 31))
            self.assertEqual(contract.period_ids.mapped("number"), [4, 3, 2, 1])
            self.assertEqual(set(contract.period_ids.mapped("how")), {"auto"})
            self.assertEqual(contract.state, "running")
        self.assertEqual(self.events(contract).count("renewed"), 4)

    def test_notice_stops_the_renewal(self):
        """X11: what was ended by notice is not renewed."""
        contract = self.make_running(
            date(2026, 1, 1), date(2026, 6, 30), renewal="auto", renewal_count=1
        )
        contract._terminate(date(2026, 6, 30), "Enough", "us")
        with self.on(date(2026, 7, 10)):
            self.run_cron()
            contract.invalidate_recordset()
            self.assertEqual(
                (contract.date_end, contract.state), (date(2026, 6, 30), "terminated")
            )
            self.assertEqual(self.events(contract), ["signed", "terminated", "ended"])

    def test_end_is_told_once(self):
        """X11: the history says when a contract has ended; again after a renewal."""
        contract = self.make_running(end=TODAY)
        self.run_cron()
        self.assertNotIn("ended", self.events(contract))
        with self.on(TODAY + 3 * DAY):
            self.run_cron()
            self.run_cron()
            self.assertEqual(self.events(contract), ["signed", "ended"])
            row = self.history(event="crm.contract:ended")
            self.assertEqual(row.date.date(), TODAY)
            contract._renew(end=TODAY + 10 * DAY)
        with self.on(TODAY + 20 * DAY):
            self.run_cron()
        self.assertEqual(self.events(contract), ["signed", "ended", "renewed", "ended"])

    def test_one_bad_contract(self):
        """X11: what fails is left out, shown to the person responsible, tried again."""
        bad = self.make_running(end=TODAY + DAY)
        good = self.make_running(end=TODAY + DAY)
        Contract = type(self.Contract)
        remind = Contract._remind

        def broken(contract, kind):
            if contract.id == bad.id:
                raise ValueError("broken")
            return remind(contract, kind)

        self.patch(Contract, "_remind", broken)
        with mute_logger("odoo.addons.crm_extension.tools.guard"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(len(self.todos(good)), 1)
        self.assertEqual(
            self.todos(bad).mapped("summary"),
            ["The reminder failed: please look at it"],
        )
        self.patch(Contract, "_remind", remind)
        self.run_cron()
        self.assertEqual(len(self.todos(bad)), 2)


@tagged("post_install", "-at_install")
class TestContractWorkbench(ContractCase):
    """X04 X11: contracts on the workbench and on the customer's page."""

    def bucket(self, user=None, **options):
        self.env.flush_all()
        self.env.invalidate_all()
        bench = self.env["crm.workbench"].with_user(user or self.seller)
        rows = bench.bucket("contracts", **options)["rows"]
        counts = {b["name"]: b["count"] for b in bench.counts()["buckets"]}
        if not options:
            self.assertEqual(counts["contracts"], len(rows))
        return rows

    def test_bucket(self):
        """X11: shown before the reminder is made, then with it; gone when decided."""
        contract = self.make_running(end=TODAY + 20 * DAY)
        self.make_running(end=TODAY + YEAR)
        [row] = self.bucket()
        self.assertEqual(row["model"], "crm.contract")
        self.assertEqual(row["date"], "2026-06-30")
        self.assertIn("20 days left", row["what"])
        self.run_cron()
        [row] = self.bucket()
        self.assertEqual(row["model"], "mail.activity")
        self.assertEqual(row["document"]["name"], contract.display_name)
        self.assertEqual(row["customer"]["name"], "Ernst Handel")
        self.assertEqual(len(self.bucket(search="boxes")), 1)
        self.assertFalse(self.bucket(search="nothing like it"))
        bench = self.env["crm.workbench"].with_user(self.seller)
        bench.finish(
            {"model": row["model"], "res_id": row["res_id"]},
            {"text": "They will let it run out"},
        )
        self.assertFalse(self.bucket())

    def test_put_off(self):
        """X04: a row that is put off comes back on its day."""
        self.make_running(end=TODAY + 20 * DAY)
        self.run_cron()
        [row] = self.bucket()
        bench = self.env["crm.workbench"].with_user(self.seller)
        key = {"model": row["model"], "res_id": row["res_id"]}
        bench.snooze([key], date="2026-06-15")
        self.assertFalse(self.bucket())
        with self.on(date(2026, 6, 15)):
            self.assertEqual(len(self.bucket()), 1)

    def test_ticked_off_before_the_reminder(self):
        """X04: a row without reminder is ticked off, too."""
        contract = self.make_running(end=TODAY + 20 * DAY)
        bench = self.env["crm.workbench"].with_user(self.seller)
        bench.done([{"model": "crm.contract", "res_id": contract.id}])
        self.assertFalse(self.bucket())

    def test_whose(self):
        """X11: the person responsible; without one, the customer's salesperson."""
        self.make_running(end=TODAY + DAY, user_id=False)
        self.make_running(end=TODAY + DAY, user=self.boss)
        self.assertEqual(len(self.bucket()), 1)
        self.assertEqual(len(self.bucket(user=self.boss)), 1)
        self.assertFalse(self.bucket(user=self.colleague))

    def test_preview_of_a_customer(self):
        """X03: contracts in force stand among what is open."""
        self.make_running(amount=100)
        open_ = (
            self.env["crm.workbench"]
            .with_user(self.seller)
            ._workbench_preview_open(self.customer)
        )
        self.assertEqual([item["model"] for item in open_], ["crm.contract"])

    def page(self, user=None):
        view = self.env["crm.customer.view"].with_user(user or self.seller)
        return view.customer_fetch(self.customer.id)

    def test_customer_page(self):
        """X03 X11: the card says where contracts stand; what ends soon needs attention."""
        self.make_running(name="Frame", end=TODAY + 3 * DAY)
        self.make_contract("Complaint", kind="letter_in")
        self.env["ir.attachment"].create(
            {
                "name": "loose.txt",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.customer.id,
            }
        )
        page = self.page()
        [card] = [part for part in page["sections"] if part["name"] == "files"]
        self.assertEqual(card["title"], "Files and Contracts")
        self.assertEqual(
            [item["title"] for item in card["data"]["items"]],
            ["Frame", "Complaint", "loose.txt"],
        )
        self.assertEqual(card["data"]["items"][0]["badge"], "In Force")
        self.assertEqual(card["data"]["count"], 2)
        [alert] = [a for a in page["alerts"] if a["name"].startswith("contract")]
        self.assertEqual(alert["tone"], "danger")
        self.assertIn("3 days left", alert["text"])
        self.assertIn("crm.contract", [action["name"] for action in page["actions"]])

    def test_upcoming(self):
        """X02: to-dos on a contract lie ahead in the customer's timeline."""
        contract = self.make_running(end=TODAY + 20 * DAY)
        self.plan(contract, self.seller, date_deadline=NOW.date() + DAY)
        timeline = self.env["crm.interaction"].with_user(self.seller)
        page = timeline.timeline_fetch("res.partner", self.customer.id)
        self.assertEqual(len(page["upcoming"]), 1)

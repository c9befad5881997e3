from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandover(HandoverCommon):
    """X08: everything a leaver has goes to colleagues, and stays readable."""

    def test_steps(self):
        """X08: who leaves, what there is, who gets what, preview, run, result."""
        handover = self.env["crm.handover"].with_user(self.manager)
        handover = handover.create({"from_user_id": self.leaver.id})
        self.assertEqual(handover.step, "who")
        counts = {kind["name"]: kind["count"] for kind in handover.inventory}
        self.assertEqual(
            {name: counts[name] for name in ("customers", "contacts", "leads")},
            {"customers": 4, "contacts": 1, "leads": 1},
        )
        self.assertEqual(
            {name: counts[name] for name in ("quotes", "todos", "meetings")},
            {"quotes": 1, "todos": 1, "meetings": 1},
        )
        handover.action_next()
        handover.action_next()
        with self.assertRaisesRegex(UserError, "at least one receiver"):
            handover.action_next()
        handover.receiver_ids = [Command.create({"user_id": self.heirs[0].id})]
        handover.action_next()
        self.assertEqual(handover.step, "preview")
        plan = handover.preview_fetch()
        self.assertEqual(plan["total"], 4)
        self.assertEqual(plan["receivers"][0]["counts"]["customers"], 4)
        self.assertEqual(self.owners(), self.leaver, "nothing is written yet")
        handover.action_start()
        self.assertEqual((handover.state, handover.step), ("done", "result"))
        self.assertEqual(handover.progress["percent"], 100)
        self.assertEqual(self.owners(), self.heirs[0])

    def test_everything_goes_and_a_customer_stays_whole(self):
        """X08: customer, contact, lead, quotation, to-do and meeting go to one person;
        confirmed orders keep their salesperson of the day."""
        handover = self.make_handover()
        handover.action_start()
        heir = self.first.user_id
        self.assertIn(heir, self.heirs)
        for record in (self.person, self.lead, self.quote, self.todo, self.meeting):
            self.assertEqual(record.user_id, heir, record)
        self.assertEqual(self.order.user_id, self.leaver)
        self.assertEqual(self.owners(), self.heirs)
        self.assertEqual(handover.record_count, 9)
        self.assertEqual(self.rows(handover).mapped("state"), ["done"] * 9)

    def test_posted_invoice_keeps_its_salesperson(self):
        """X08: credit for what was sold stays with whoever sold it."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.first.id,
                "invoice_user_id": self.leaver.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.products[0].id})
                ],
            }
        )
        invoice.action_post()
        self.make_handover().action_start()
        self.assertEqual(invoice.invoice_user_id, self.leaver)

    def test_audit(self):
        """X08: who, when, from, to, model, record."""
        with freeze_time("2026-11-27 10:00:00"):
            handover = self.make_handover(self.heirs[0])
            handover.action_start()
        [row] = self.rows(handover, res_model="crm.lead")
        self.assertEqual((row.res_id, row.partner_id), (self.lead.id, self.first))
        self.assertEqual(
            (row.from_user_id, row.to_user_id), (self.leaver, self.heirs[0])
        )
        self.assertEqual(row.done_by_id, self.manager)
        self.assertEqual(fields.Datetime.to_string(row.date), "2026-11-27 10:00:00")
        self.assertEqual(row.before["user_id"], self.leaver.id)
        self.assertEqual(row.after["user_id"], self.heirs[0].id)
        self.assertEqual(row.title, self.lead.display_name)
        self.assertEqual(self.first.write_uid, self.manager)

    def test_history_of_the_customer(self):
        """X08: the timeline and the list of salespeople tell it, with the note."""
        handover = self.make_handover(self.heirs[0], note="Please call this week.")
        handover.action_start()
        [row] = self.history(self.first, event="crm.handover.item:handed_over")
        self.assertEqual(row.headline, "Handed over by Nancy Davolio to Andrew Fuller")
        self.assertEqual(row.preview, "Please call this week.")
        self.assertEqual(row.user_id, self.manager)
        chinese = row.with_context(lang="zh_CN")
        self.assertIn("Andrew Fuller", chinese.headline)
        periods = self.first.customer_owner_ids
        self.assertEqual(periods.mapped("user_id"), self.leaver | self.heirs[0])
        self.assertEqual(periods.filtered(lambda p: not p.date_to).reason, "handover")

    def test_nothing_is_posted_or_tracked(self):
        """X08: tracking off, audit on: no message and no mail for each record."""
        messages = self.env["mail.message"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        self.make_handover().action_start()
        self.env.flush_all()
        self.env.cr.flush()
        self.assertEqual(self.env["mail.message"].search_count([]), messages)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_followers_and_guests(self):
        """X08: who follows gets the answers of the customer: the receiver now."""
        old, new = self.leaver.partner_id, self.heirs[0].partner_id
        self.assertIn(old, self.quote.message_partner_ids)
        self.make_handover(self.heirs[0]).action_start()
        self.assertIn(new, self.quote.message_partner_ids)
        self.assertNotIn(old, self.quote.message_partner_ids)
        self.assertEqual(self.meeting.partner_ids, new | self.person)
        self.assertEqual(self.meeting.attendee_ids.partner_id, new | self.person)
        self.assertIn("Andrew Fuller", self.meeting.attendee_ids.mapped("common_name"))

    def test_receiver_finds_the_customers(self):
        """X08: the workbench says from whom they came; a to-do says how many."""
        handover = self.make_handover(self.heirs[0], note="A careful customer.")
        handover.action_start()
        bench = self.env["crm.workbench"].with_user(self.heirs[0])
        rows = bench.bucket("new_customers")["rows"]
        names = {row["document"]["id"]: row["what"] for row in rows}
        self.assertEqual(set(names), set((self.customers - self.first).ids))
        self.assertEqual(
            names[self.customers[1].id],
            "Handed over by Nancy Davolio: A careful customer.",
        )
        [todo] = self.env["mail.activity"].search(
            [("user_id", "=", self.heirs[0].id), ("res_id", "=", False)]
        )
        self.assertEqual(todo.summary, "4 customers of Nancy Davolio are yours now")
        self.assertIn("A careful customer.", todo.note)

    def test_team_follows_the_new_person(self):
        """X08: leads and quotations move to the team of whoever has them now."""
        colleague = self.colleague
        self.make_handover(colleague).action_start()
        self.assertEqual(self.lead.team_id, self.other_team)
        self.assertEqual(self.quote.team_id, self.other_team)

    def test_what_stays(self):
        """X08: a kind can be left where it is."""
        handover = self.make_handover(skipped_kinds=["quotes"])
        handover.action_start()
        self.assertEqual(self.quote.user_id, self.leaver)
        self.assertEqual(self.lead.user_id, self.first.user_id)

    def test_duties(self):
        """R-99: teams, addresses and scheduled actions of a leaver are reassigned."""
        self.team.user_id = self.leaver
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "fair",
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "alias_defaults": repr({"user_id": self.leaver.id, "type": "lead"}),
            }
        )
        cron = self.env["ir.cron"].create(
            {
                "name": "Nancy's job",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "pass",
                "user_id": self.leaver.id,
            }
        )
        self.make_handover().action_start()
        self.assertEqual(self.team.user_id, self.heirs[0])
        self.assertIn(f"'user_id': {self.heirs[0].id}", alias.alias_defaults)
        self.assertIn("'type': 'lead'", alias.alias_defaults)
        self.assertEqual(cron.user_id, self.env.ref("base.user_root"))

    def test_later_day(self):
        """X08: a handover with a day ahead begins by itself on that day, with what came
        up meanwhile."""
        day = fields.Date.today() + timedelta(days=5)
        handover = self.make_handover(date_start=day)
        handover.action_start()
        self.assertEqual(handover.state, "scheduled")
        self.assertEqual(self.owners(), self.leaver)
        late = self.make_customer("Late", user_id=self.leaver.id)
        cron = self.env.ref("crm_extension.ir_cron_handover")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertEqual(self.owners(), self.leaver)
            with freeze_time(day + timedelta(hours=1)):
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "done")
        self.assertIn(late.user_id, self.heirs)
        self.assertNotIn(self.leaver, self.owners())

    def test_start_twice(self):
        """X08: a double click hands over once."""
        handover = self.make_handover()
        handover.action_start()
        with self.assertRaisesRegex(UserError, "started already"):
            handover.action_start()
        self.assertEqual(len(self.history(self.first, channel="note")), 1)

    def test_transfer_of_chosen_customers(self):
        """X08: some customers, whoever has them, nobody's among them."""
        chosen = self.customers[1] | self.other_customer | self.customer
        action = chosen.with_user(self.manager).action_hand_over()
        handover = self.env["crm.handover"].with_user(self.manager)
        handover = handover.browse(action["res_id"])
        handover.receiver_ids = [Command.create({"user_id": self.heirs[1].id})]
        for _step in range(3):
            handover.action_next()
        handover.action_start()
        self.assertEqual(self.owners(chosen), self.heirs[1])
        self.assertEqual(self.owners(self.customers - chosen), self.leaver)
        self.assertEqual(self.contact.user_id, self.heirs[1])
        [told] = self.history(self.other_customer, event="crm.handover.item:given")
        self.assertEqual(told.headline, "Given to Janet Leverling")

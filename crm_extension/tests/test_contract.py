from datetime import date, timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .contract_common import DAY, TODAY, ContractCase


@tagged("post_install", "-at_install")
class TestContract(ContractCase):
    """X11: contracts, certificates and letters in one register."""

    def test_kind_brings_its_terms(self):
        """X11: a kind says with which renewal and notice a draft starts."""
        form = Form(self.Contract.with_user(self.seller))
        form.name = "Frame 2026"
        form.partner_id = self.customer
        form.kind_id = self.kind("framework")
        self.assertEqual(
            (form.renewal, form.renewal_count, form.renewal_unit, form.notice_count),
            ("auto", 1, "year", 3),
        )
        form.date_start = date(2026, 1, 1)
        form.date_end = date(2026, 12, 31)
        contract = form.save()
        self.assertEqual(contract.notice_date, date(2026, 9, 30))
        self.assertEqual(contract.decide_by, date(2026, 9, 30))
        contract.kind_id = self.kind("sale")
        self.assertEqual(contract.renewal, "none")
        contract.action_sign()
        contract.renewal = "agreement"
        contract.kind_id = self.kind("framework")
        self.assertEqual(contract.renewal, "agreement", "what was signed stays")

    def test_numbers(self):
        """X11: numbered by the system unless somebody types a number, once a company."""
        one, two = self.make_contract(), self.make_contract()
        self.assertTrue(one.number and two.number)
        self.assertNotEqual(one.number, two.number)
        own = self.make_contract(number="HT-2026-01")
        self.assertEqual(own.display_name, "HT-2026-01 Supply of boxes")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.make_contract(number="HT-2026-01")

    def test_parties(self):
        """X11: customer, who signs for whom, and further parties with their role."""
        bank = self.make_customer("Sparkasse")
        contract = self.make_contract(
            signer_ids=self.contact.ids,
            our_signer_id=self.manager.partner_id.id,
            party_ids=[
                Command.create(
                    {"partner_id": bank.id, "role": "Guarantor", "signer": "Dr. Gold"}
                )
            ],
        )
        self.assertEqual(contract.commercial_partner_id, self.customer)
        self.assertEqual(contract.party_ids.role, "Guarantor")
        self.assertEqual(
            self.Contract.search([("party_ids.partner_id", "=", bank.id)]), contract
        )
        copy = contract.copy()
        self.assertEqual(copy.party_ids.partner_id, bank)
        self.assertEqual((copy.decision, copy.date_end), ("draft", False))
        self.assertNotEqual(copy.number, contract.number)

    # Status

    def _examples(self):
        """One contract for each state, by the state it is in."""
        running = self.make_running()
        late = self.make_running(date(2026, 7, 1), date(2026, 12, 31))
        over = self.make_running(date(2025, 1, 1), TODAY - DAY)
        forever = self.make_running(end=False)
        renewing = self.make_running(
            date(2025, 1, 1), TODAY - DAY, renewal="auto", renewal_count=1
        )
        noticed = self.make_running()
        noticed._terminate(TODAY, "Moved away", "customer")
        ended = self.make_running()
        ended._terminate(TODAY - DAY, "Too dear", "us")
        asked = self.make_contract()
        asked.action_ask_signature()
        refused = self.make_contract()
        refused.action_cancel()
        return {
            "running": running | forever | renewing,
            "signed": late,
            "ended": over,
            "notice": noticed,
            "terminated": ended,
            "to_sign": asked,
            "cancelled": refused,
            "draft": self.make_contract(),
            "filed": self.make_contract(kind="letter_in"),
        }

    def test_state_follows_the_calendar(self):
        """X11: decisions and dates give the state; the last day still counts."""
        examples = self._examples()
        for state, contracts in examples.items():
            for contract in contracts:
                with self.subTest(state=state):
                    self.assertEqual(contract.state, state)
                    self.assertTrue(
                        contract.situation or state in ("draft", "cancelled")
                    )
        last = self.make_running(end=TODAY)
        self.assertEqual(last.state, "running")
        with self.on(TODAY + DAY):
            last.invalidate_recordset()
            self.assertEqual(last.state, "ended")

    def test_database_says_the_same(self):
        """X11: search, group and sort agree with what is computed."""
        examples = self._examples()
        mine = self.Contract.union(*examples.values())
        domain = [("id", "in", mine.ids)]
        for state, contracts in examples.items():
            found = self.Contract.search([*domain, ("state", "=", state)])
            self.assertEqual(found, contracts.sorted(), state)
            left = self.Contract.search([*domain, ("state", "!=", state)])
            self.assertEqual(left, (mine - contracts).sorted(), state)
        groups = self.Contract._read_group(domain, ["state"], ["__count"])
        self.assertEqual(
            dict(groups), {state: len(found) for state, found in examples.items()}
        )
        ordered = self.Contract.search(domain, order="state")
        self.assertEqual(len(ordered), len(mine))
        self.assertEqual(
            mine.filtered_domain([("state", "in", ["draft", "filed"])]),
            examples["draft"] | examples["filed"],
        )

    def test_decisions_in_order(self):
        """X11: draft, to sign, signed; the same decision is not taken twice."""
        contract = self.make_contract()
        contract.action_ask_signature()
        self.assertEqual(contract.state, "to_sign")
        contract.action_sign()
        self.assertEqual(
            (contract.date_signed, contract.date_start, contract.state),
            (TODAY, TODAY, "running"),
        )
        for action in ("action_sign", "action_ask_signature", "action_cancel"):
            with self.assertRaises(UserError):
                getattr(contract, action)()
        contract.action_draft()
        self.assertEqual(contract.state, "draft")
        contract.action_cancel()
        self.assertEqual(contract.state, "cancelled")

    def test_notice(self):
        """X11: notice needs a reason and a day; it can be withdrawn."""
        contract = self.make_running(kind="framework")
        wizard = self.env["crm.contract.terminate"].with_user(self.seller)
        action = contract.action_open_terminate()
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.last_day, date(2026, 12, 31))
        self.assertFalse(form.hint)
        form.reason = "Prices"
        form.by = "us"
        form.save().action_confirm()
        self.assertEqual(contract.state, "notice")
        self.assertEqual(contract.last_day, date(2026, 12, 31))
        self.assertTrue(contract.will_end)
        with self.assertRaises(UserError):
            contract.action_renew()
        contract.action_withdraw_notice()
        self.assertEqual(contract.state, "running")
        self.assertFalse(contract.termination_reason)
        with self.assertRaises(UserError):
            contract._terminate(TODAY, " ", "us")
        with self.assertRaises(UserError):
            contract._terminate(date(2025, 12, 1), "Never began", "us")
        with self.assertRaises(ValidationError):
            contract.terminated_on = TODAY
        late = self.make_running(end=TODAY + 20 * DAY, kind="framework")
        form = Form(wizard.with_context(default_contract_id=late.id))
        self.assertIn("Notice had to arrive", form.hint)

    def test_wrong_dates(self):
        """X11: what cannot be is refused with a sentence."""
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.make_contract(date_start=TODAY, date_end=TODAY - DAY)
        with self.assertRaises(ValidationError):
            self.make_contract(renewal="auto", renewal_count=0)

    # Renewal

    def test_renew_in_one_click(self):
        """X11: a new period of the agreed term; what held before stays readable."""
        contract = self.make_running(kind="framework", amount=1000)
        contract.action_renew()
        self.assertEqual(contract.date_end, date(2027, 12, 31))
        self.assertEqual(contract.date_start, date(2026, 1, 1))
        period = contract.period_ids
        self.assertEqual(
            (period.number, period.date_from, period.previous_end, period.user_id),
            (1, date(2027, 1, 1), date(2026, 12, 31), self.seller),
        )
        contract._renew(end=date(2028, 6, 30), amount=600)
        self.assertEqual((contract.amount, contract.period_count), (600, 2))
        last = contract.period_ids.filtered("is_last")
        with self.assertRaises(UserError):
            (contract.period_ids - last).action_undo()
        last.action_undo()
        self.assertEqual(
            (contract.date_end, contract.amount), (date(2027, 12, 31), 1000)
        )
        contract.period_ids.action_undo()
        self.assertEqual(contract.date_end, date(2026, 12, 31))
        self.assertEqual(
            self.events(contract),
            ["signed", "renewed", "renewed", "renewal_undone", "renewal_undone"],
        )

    def test_renew_without_a_term(self):
        """X11: as long as before, when nothing else was agreed."""
        contract = self.make_running(date(2026, 1, 1), date(2026, 3, 31))
        contract.renewal_count = 0
        self.assertEqual(contract.state, "ended")
        contract.action_renew()
        self.assertEqual(contract.date_end, date(2026, 6, 30))
        self.assertEqual(contract.state, "running")

    def test_renewal_that_cannot_be(self):
        for contract in (self.make_contract(), self.make_running(end=False)):
            with self.assertRaises(UserError):
                contract.action_renew()
        contract = self.make_running()
        with self.assertRaises(UserError):
            contract._renew(end=date(2026, 12, 31))

    # History

    def test_history_tells(self):
        """X11: signed, notice, letters stand in the timeline of the customer."""
        contract = self.make_running(amount=500)
        contract._terminate(TODAY + DAY, "Too dear", "customer")
        contract.action_withdraw_notice()
        self.assertEqual(
            self.events(contract), ["signed", "terminated", "notice_withdrawn"]
        )
        row = self.history(event="crm.contract:terminated")
        self.assertEqual((row.direction, row.preview), ("in", "Too dear"))
        self.assertIn("Supply of boxes", row.headline)
        self.assertEqual(row.user_id, self.seller)

    def test_letters(self):
        """X11: a letter is filed on its day, counts as a contact, and moves with it."""
        letter = self.make_contract(
            "Complaint", kind="letter_in", date=TODAY - timedelta(days=3)
        )
        self.assertEqual((letter.direction, letter.state), ("in", "filed"))
        self.assertEqual(letter.situation, "Received on 06/07/2026")
        row = self.history(channel="letter")
        self.assertEqual(row.headline, "Letter Received: Complaint")
        self.assertEqual((row.direction, row.is_followup), ("in", True))
        self.assertEqual(row.date.date(), TODAY - timedelta(days=3))
        letter.date = TODAY - timedelta(days=9)
        self.assertEqual(row.date.date(), TODAY - timedelta(days=9))
        sent = self.make_contract("Answer", kind="letter_out")
        self.assertEqual(self.events(sent), ["sent"])
        fax = self.make_contract("Order", kind="fax", direction="out")
        self.assertEqual(fax.direction, "out")

    def test_signed_again_is_told_again(self):
        """X11: a mistake that is corrected on the same day tells nothing twice."""
        contract = self.make_running()
        contract.action_draft()
        contract.action_sign()
        self.assertEqual(self.events(contract), ["signed"])

    # Links

    def test_links(self):
        """X11: contracts beside the quotation, the opportunity and the customer."""
        lead = self.make_lead(self.customer, user_id=self.seller.id)
        order = self.make_order(user=self.seller, opportunity_id=lead.id)
        action = order.action_open_contracts()
        contract = self.Contract.with_user(self.seller).create(
            {
                **{
                    key.removeprefix("default_"): value
                    for key, value in action["context"].items()
                },
                "name": "About the order",
            }
        )
        self.assertEqual((contract.order_ids, contract.lead_ids), (order, lead))
        self.assertEqual(contract.amount, order.amount_total)
        self.assertEqual(contract._timeline_lead(), lead)
        for record in (order, lead, self.customer, self.contact):
            record = record.with_user(self.seller)
            self.assertEqual(record.contract_count, 1)
            found = self.Contract.search(record.action_open_contracts()["domain"])
            self.assertEqual(found, contract)

    def test_merged_leads(self):
        """X11: the contracts of merged opportunities stay."""
        one, two = self.make_lead(self.customer), self.make_lead(self.customer)
        contract = self.make_contract(lead_ids=two.ids)
        (one | two).merge_opportunity()
        self.assertEqual(contract.lead_ids, (one | two).exists())

    def test_customer_that_joins_a_company(self):
        """X11: papers stay with the company of that day, or come along with a branch."""
        branch = self.make_customer("Ernst Handel Linz")
        contract = self.make_contract(user=self.manager, partner_id=branch.id)
        person = self.make_contract(partner_id=self.contact.id)
        branch.parent_id = self.customer
        branch.is_company = False
        self.assertEqual(contract.commercial_partner_id, self.customer)
        self.contact.parent_id = self.other_customer
        self.assertEqual(person.commercial_partner_id, self.customer)

    # Rights

    def test_whose_contract(self):
        """X11 X26: own, team, all follow the customer; a shared customer is read."""
        contract = self.make_contract(user=self.manager, user_id=False)
        self.assertTrue(contract.with_user(self.seller).has_access("write"))
        self.assertFalse(contract.with_user(self.colleague).has_access("read"))
        self.assertTrue(contract.with_user(self.mate).has_access("write"))
        self.assertTrue(contract.with_user(self.boss).has_access("write"))
        self.customer._crm_share(self.colleague)
        contract.invalidate_recordset()
        self.assertTrue(contract.with_user(self.colleague).has_access("read"))
        self.assertFalse(contract.with_user(self.colleague).has_access("write"))

    def test_masked_customer(self):
        """X26: no papers of a masked customer, neither new ones nor in lists."""
        theirs = self.make_customer("Theirs", user_id=self.colleague.id)
        self.make_contract(user=self.colleague, partner_id=theirs.id)
        self.company.crm_masking = "masked"
        with self.assertRaises(AccessError):
            self.make_contract(partner_id=theirs.id)
        mine = self.make_contract()
        with self.assertRaises(AccessError):
            mine.partner_id = theirs
        contracts = self.Contract.with_user(self.seller)
        self.assertFalse(contracts.search([("partner_id", "=", theirs.id)]))

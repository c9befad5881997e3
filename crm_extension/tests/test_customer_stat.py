from contextlib import contextmanager
from datetime import datetime

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..tools.insert_once import insert_once
from .common import CrmExtensionCommon

JAN = datetime(2025, 1, 10, 9)
FEB = datetime(2025, 2, 10, 9)
MAR = datetime(2025, 3, 10, 9)


@tagged("post_install", "-at_install")
class TestCustomerStat(CrmExtensionCommon):
    """Facts of a customer follow its history, whatever happens to the rows (X01, X04)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stat = cls.env["crm.customer.stat"]

    def facts(self, customer=None, user=None):
        customer = customer or self.customer
        return self.stat.with_user(user or self.env.user)._by_customer(customer)[
            customer.id
        ]

    def test_newest_contact_wins(self):
        newest = self.log(date=FEB, user=self.seller, channel="visit")
        self.log(date=JAN)
        facts = self.facts()
        self.assertEqual(facts["contact_count"], 2)
        self.assertEqual(facts["first_contact_date"], JAN)
        self.assertEqual(facts["last_contact_date"], FEB)
        self.assertEqual(facts["last_contact_id"], newest.id)
        self.assertEqual(facts["last_contact_channel"], "visit")
        self.assertEqual(facts["last_contact_user_id"], self.seller.id)

    def test_only_real_contacts_count(self):
        self.log(channel="note")
        self.log(
            outcome_id=self.env.ref(
                "crm_extension.crm_interaction_outcome_no_answer"
            ).id
        )
        self.assertEqual(self.facts()["contact_count"], 0)
        self.assertFalse(self.facts()["last_contact_date"])

    def test_projected_rows_count_once(self):
        vals = {
            "partner_id": self.contact.id,
            "channel": "email",
            "date": JAN,
            "source_key": "mail.message,0:posted:1",
        }
        for _turn in range(2):
            self.env["crm.interaction"]._project([vals])
        self.assertEqual(self.facts()["contact_count"], 1)
        self.assertEqual(self.facts()["last_contact_channel"], "email")

    def test_changes_archiving_and_deleting(self):
        rows = self.log(date=JAN) + self.log(date=FEB)
        rows[1].date = MAR
        self.env.flush_all()
        self.assertEqual(self.facts()["last_contact_date"], MAR)
        rows[1].active = False
        self.env.flush_all()
        self.assertEqual(self.facts()["last_contact_date"], JAN)
        self.assertEqual(self.facts()["contact_count"], 1)
        rows[1].active = True
        self.env.flush_all()
        rows[1].sudo().unlink()
        self.assertEqual(self.facts()["contact_count"], 1)
        rows[0].channel = "note"
        self.env.flush_all()
        self.assertFalse(self.stat.search([("partner_id", "=", self.customer.id)]))

    def test_contact_moves_to_another_company(self):
        """Its history stays with the company that it leaves."""
        self.log(date=JAN)
        self.contact.parent_id = self.other_customer
        self.log()
        self.env.flush_all()
        self.assertEqual(self.facts()["contact_count"], 1)
        self.assertEqual(self.facts(self.other_customer)["contact_count"], 1)

    def test_customer_joins_a_company(self):
        """It brings its history along."""
        person = self.env["res.partner"].create({"name": "Anna Huber"})
        self.log(person, date=JAN)
        person.parent_id = self.customer
        self.env.flush_all()
        self.assertEqual(self.facts()["contact_count"], 1)
        self.assertEqual(self.facts(person)["contact_count"], 1)

    def test_lead_that_finds_its_customer(self):
        lead = self.make_lead()
        self.env["crm.interaction"].quick_log(
            "crm.lead", lead.id, {"channel": "call", "text": "Wants boxes"}
        )
        lead.partner_id = self.customer
        self.env.flush_all()
        self.assertEqual(self.facts()["contact_count"], 1)

    def test_rebuild_gives_the_same(self):
        self.log(date=JAN)
        self.log(date=MAR)
        self.log(self.other_customer, date=FEB)
        fields_ = ["partner_id", "company_id", "contact_count", "last_contact_date"]
        fields_ += ["first_contact_date", "last_contact_id", "last_contact_channel"]
        customers = self.customer | self.other_customer

        def read():
            rows = self.stat.search([("partner_id", "in", customers.ids)])
            return [
                {name: row[name] for name in fields_}
                for row in rows.read(fields_, load=None)
            ]

        before = read()
        self.stat._rebuild()
        self.assertEqual(read(), before)
        self.assertEqual(len(before), 2)

    def test_fill_of_a_history_that_was_there_first(self):
        self.log(date=JAN)
        self.env.cr.execute("DELETE FROM crm_customer_stat")
        self.stat.invalidate_model()
        self.stat._fill()
        self.assertEqual(self.facts()["contact_count"], 1)

    def test_merge_folds_the_rows(self):
        """Both customers have facts, which Odoo's merge cannot join."""
        self.log(date=JAN)
        self.log(self.other_customer, date=MAR)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.other_customer).ids, self.customer
        )
        self.assertFalse(self.other_customer.exists())
        rows = self.stat.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows.last_contact_date, MAR)
        self.assertGreaterEqual(rows.contact_count, 1)

    def test_one_row_for_each_company(self):
        other = self.env["res.company"].create({"name": "South Ltd"})
        self.log(date=JAN)
        self.env["crm.interaction"].sudo().create(
            {
                "partner_id": self.contact.id,
                "channel": "call",
                "date": MAR,
                "company_id": other.id,
            }
        )
        self.assertEqual(self.facts(user=self.boss)["last_contact_date"], JAN)
        self.boss.company_ids += other
        stat = self.stat.with_user(self.boss)
        stat = stat.with_context(allowed_company_ids=(self.company | other).ids)
        facts = stat._by_customer(self.customer)[self.customer.id]
        self.assertEqual(facts["last_contact_date"], MAR)
        self.assertEqual(facts["contact_count"], 2)

    def test_access_follows_the_history(self):
        self.log(date=JAN, user=self.seller)
        for user, seen in (
            (self.seller, True),
            (self.mate, True),
            (self.boss, True),
            (self.colleague, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self.facts(user=user)["contact_count"]), seen)
                self.assertEqual(
                    bool(self.customer.with_user(user).last_contact_date), seen
                )

    # On the partner

    def find(self, *domain):
        known = self.customer | self.contact | self.other_customer
        return self.env["res.partner"].search([("id", "in", known.ids), *domain])

    def test_search_by_last_contact(self):
        self.log(date=FEB)
        both = self.customer | self.contact
        self.assertEqual(self.find(("last_contact_date", "<", MAR)), both)
        self.assertFalse(self.find(("last_contact_date", "<", JAN)))
        self.assertFalse(self.find(("last_contact_date", "<", FEB)))
        self.assertEqual(self.find(("last_contact_date", "<=", FEB)), both)
        self.assertEqual(self.find(("last_contact_date", ">=", FEB)), both)
        self.assertEqual(self.find(("last_contact_date", "=", FEB)), both)
        self.assertEqual(
            self.find(("last_contact_date", "=", False)), self.other_customer
        )
        self.assertEqual(self.find(("last_contact_date", "!=", False)), both)

    def test_one_query_for_a_list(self):
        for customer in self.customer | self.other_customer:
            self.log(customer, date=JAN)
        partners = self.customer | self.contact | self.other_customer
        self.env.invalidate_all()
        partners.fetch(["commercial_partner_id"])
        with self.assertQueryCount(1):
            partners.mapped("last_contact_date")


@tagged("post_install", "-at_install")
class TestCustomerStatConcurrency(CrmExtensionCommon):
    """Two people log on one customer at the same time: nobody waits, nobody fails,
    nothing is lost."""

    @contextmanager
    def session(self):
        """An environment in a real transaction of its own, rolled back."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SET LOCAL statement_timeout = '5s'")
            yield api.Environment(cr, SUPERUSER_ID, {})
            cr.rollback()

    def add(self, env, customer_id, date):
        """A row of the history without what surrounds its creation."""
        row = insert_once(
            env["crm.interaction"],
            [
                {
                    "partner_id": customer_id,
                    "commercial_partner_id": customer_id,
                    "channel": "call",
                    "direction": "out",
                    "origin": "projected",
                    "date": date,
                    "is_followup": True,
                    "active": True,
                    "duration": 0,
                }
            ],
        )
        env["crm.customer.stat"]._add(row)
        return row

    def count(self, env, customer_id):
        stat = env["crm.customer.stat"].search([("partner_id", "=", customer_id)])
        return sum(stat.mapped("contact_count"))

    def stale(self, env):
        return env["crm.customer.stat.stale"].search([]).partner_id.ids

    def test_open_transaction_blocks_nobody(self):
        customer = self.env.ref("base.main_partner").id
        with self.session() as first, self.session() as second:
            self.add(first, customer, JAN)
            self.add(second, customer, FEB)
            self.assertEqual(self.count(first, customer), 1)
            self.assertNotIn(customer, self.stale(first))
            self.assertIn(customer, self.stale(second))

    def test_committed_after_our_snapshot(self):
        customer = self.env.ref("base.main_partner").id
        rows = []
        self.addCleanup(self.clean, rows, customer)
        with self.session() as first, self.session() as second:
            self.assertEqual(self.count(second, customer), 0)  # takes its snapshot
            rows.append(self.add(first, customer, JAN).id)
            first.cr.commit()
            rows.append(self.add(second, customer, MAR).id)
            self.assertIn(customer, self.stale(second))
            second.cr.commit()
        with self.session() as third:
            stale = third["crm.customer.stat.stale"]
            last = stale.search([], order="id desc", limit=1).id
            third["crm.customer.stat"]._refresh(stale._take(last).partner_id.ids)
            self.assertEqual(self.count(third, customer), 2)

    def clean(self, rows, customer):
        with db_connect(self.env.cr.dbname).cursor() as cr:
            for table, column, ids in (
                ("crm_interaction", "id", rows),
                ("crm_customer_stat", "partner_id", [customer]),
                ("crm_customer_stat_stale", "partner_id", [customer]),
            ):
                cr.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])

    def test_cron_counts_the_list(self):
        self.log(date=JAN)
        self.env.cr.execute("DELETE FROM crm_customer_stat")
        self.stat = self.env["crm.customer.stat"]
        self.stat.invalidate_model()
        stale = self.env["crm.customer.stat.stale"]
        stale._remember(self.customer.ids)
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_customer_stat").method_direct_trigger()
        self.env.invalidate_all()
        facts = self.stat._by_customer(self.customer)[self.customer.id]
        self.assertEqual(facts["contact_count"], 1)
        self.assertFalse(stale.search([("partner_id", "=", self.customer.id)]))

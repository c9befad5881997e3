"""The demo company's people: who they are, what they look after and what they do."""

import re
from datetime import date, timedelta

import pytest

from odoo.tests import tagged

from .northwind import REPORT, SHIFT, UNTIL, WholeCompanyCase, day, rows

pytestmark = pytest.mark.databases


@tagged("post_install", "-at_install")
class TestNorthwindPeople(WholeCompanyCase):
    """Customers, salespeople, territories, appliances and the story around them."""

    def test_phones_are_normalised_or_kept_with_a_reason(self):
        """X10: each of the 91 numbers is international, or as typed with a remark."""
        found = dict(
            self.query("SELECT ref, phone FROM res_partner WHERE customer_rank > 0")
        )
        remarks = {
            int(row["Line"]): row["Text"]
            for row in rows(REPORT, self.folder)
            if row["File"] == "customers.csv" and row["Text"].startswith("Phone")
        }
        lines = {row["CustomerID"]: i for i, row in enumerate(rows("customers.csv"), 2)}
        self.assertEqual(len(found), 91)
        normalised = 0
        for row in rows("customers.csv"):
            phone, remark = (
                found[row["CustomerID"]],
                remarks.get(lines[row["CustomerID"]]),
            )
            if phone != row["Phone"]:
                normalised += 1
                self.assertRegex(phone, r"^\+\d")
                digits = re.sub(r"\D", "", row["Phone"]).lstrip("0")
                self.assertIn(digits, re.sub(r"\D", "", phone))
                self.assertIsNone(remark)
            else:
                self.assertRegex(remark or "", r"is kept as typed: \w")
        self.assertEqual(normalised, 48)

    def test_people(self):
        """People: salespeople with birthdays and rights, managers with teams."""
        found = self.query(
            """SELECT p.name, p.birthdate, t.name->>'en_US', u.active
                 FROM res_users u JOIN res_partner p ON p.id = u.partner_id
            LEFT JOIN crm_team_member m ON m.user_id = u.id AND m.active
            LEFT JOIN crm_team t ON t.id = m.crm_team_id
                WHERE u.login ~ 'northwind.example$'"""
        )
        boss = {"2": "Team Fuller", "5": "Team Buchanan"}
        expected = {
            (
                f"{row['FirstName']} {row['LastName']}",
                day(row["BirthDate"]),
                boss.get(row["EmployeeID"]) or boss[row["ReportsTo"]],
                True,
            )
            for row in rows("employees.csv")
        }
        self.assertEqual(set(found), expected)

    def test_territories(self):
        """X17: 4 regions, 53 territories below them, 49 salespeople in charge."""
        counts = self.query(
            """SELECT count(*) FILTER (WHERE parent_id IS NULL), count(parent_id)
                 FROM crm_territory"""
        )
        self.assertEqual(counts, [(4, 53)])
        self.assertEqual(
            self.value("SELECT count(*) FROM crm_territory_res_users_rel"), 49
        )

    def test_companies_and_contacts(self):
        """Partners: companies with country, person with job title, suppliers."""
        self.assertEqual(
            self.query(
                """SELECT count(*), count(country_id), count(user_id), count(zip)
                     FROM res_partner WHERE customer_rank > 0"""
            ),
            [(91, 91, 89, 90)],
        )
        self.assertEqual(
            self.value(
                """SELECT count(*) FROM res_partner c JOIN res_partner p
                       ON p.id = c.parent_id WHERE p.customer_rank > 0
                      AND c.type = 'contact' AND c.function IS NOT NULL"""
            ),
            91,
        )
        self.assertEqual(
            self.query(
                """SELECT (SELECT count(*) FROM res_partner WHERE supplier_rank > 0),
                          (SELECT count(*) FROM product_supplierinfo)"""
            ),
            [(29, 77)],
        )

    def test_appliances_carry_the_service_loop(self):
        """R01: each delivered serial has its warranty from the day it was shipped."""
        found = self.query(
            """SELECT l.name, w.date_start FROM warranty_registration w
                 JOIN stock_lot l ON l.id = w.lot_id"""
        )
        expected = {
            (row["Serial"], date.fromisoformat(row["ShippedDate"]) + SHIFT)
            for row in rows("appliance_orders.csv")
        }
        self.assertEqual(set(found), expected)
        self.assertEqual(
            self.query("SELECT state, count(*) FROM crm_rma GROUP BY 1 ORDER BY 1"),
            [("closed", 1), ("expected", 1), ("repair", 1)],
        )

    def test_story(self):
        """Story: logged contacts and next steps, some of them due."""
        self.assertEqual(
            self.value(
                "SELECT count(*) FROM crm_interaction WHERE origin = 'authored'"
            ),
            len(rows("interactions.csv")),
        )
        due = self.query(
            """SELECT date_deadline FROM mail_activity
                WHERE res_model = 'res.partner' AND active"""
        )
        self.assertEqual(len(due), len(rows("followups.csv")))
        self.assertTrue(min(due)[0] < UNTIL - timedelta(days=3) < max(due)[0])

    def test_nothing_leaves_the_house(self):
        """Silence: no mail and no SMS waits to be sent."""
        self.assertEqual(self.value("SELECT count(*) FROM mail_mail"), 0)
        self.assertEqual(self.value("SELECT count(*) FROM sms_sms"), 0)

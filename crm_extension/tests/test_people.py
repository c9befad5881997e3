from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestPeople(CrmExtensionCommon):
    """X10: the customer's organisation chart and decision roles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.make_contact(
            cls.customer, "Maria Huber", decision_role="decision_maker"
        )
        cls.buyer = cls.make_contact(
            cls.customer, "Josef Gruber", reports_to_id=cls.chief.id
        )

    def test_chart_is_dragged_by_a_salesperson(self):
        self.contact.with_user(self.seller).write({"reports_to_id": self.buyer.id})
        self.assertEqual(self.buyer.direct_report_ids, self.contact)

    def test_nobody_reports_to_oneself(self):
        for superior in (self.chief, self.buyer):
            with self.assertRaises(ValidationError):
                self.chief.reports_to_id = superior

    def test_same_company_only(self):
        stranger = self.make_contact(self.other_customer, "Paul Henriot")
        with self.assertRaises(ValidationError):
            stranger.reports_to_id = self.chief
        with self.assertRaises(ValidationError):
            self.chief.reports_to_id = stranger

    def test_who_moves_leaves_superior_and_reports(self):
        self.contact.reports_to_id = self.buyer
        self.buyer.parent_id = self.other_customer
        self.assertFalse(self.buyer.reports_to_id)
        self.assertFalse(self.contact.reports_to_id)

    def test_merge_makes_no_cycle(self):
        self.contact.reports_to_id = self.buyer
        self.contact.email = self.chief.email
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.contact | self.chief).ids, self.chief
        )
        self.assertFalse(self.chief.reports_to_id)
        self.assertEqual(self.buyer.reports_to_id, self.chief)

    def test_hierarchy_of_one_customer(self):
        people = self.env["res.partner"].with_user(self.seller)
        rows = people.hierarchy_read(
            [("parent_id", "=", self.customer.id)],
            {"name": {}, "reports_to_id": {"fields": {"display_name": {}}}},
            "reports_to_id",
            "direct_report_ids",
        )
        self.assertEqual(
            {row["id"] for row in rows},
            set((self.chief | self.buyer | self.contact).ids),
        )

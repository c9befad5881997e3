"""Test ladder of the customer addons.

Import :class:`CrmExtensionCommon` from ``odoo.addons.crm_extension.tests.common`` in
tests of this addon and of those that build on it. The class makes, once:

``company``            the main company
``customer, contact``  a company and a person who works there
``other_customer``     a customer of nobody
``seller``             "own documents": the customer's salesperson
``colleague``          "own documents": another team, no customers
``mate``               "own team": same team as ``seller``
``boss``               "all documents"
``manager``            sales administrator
``products``           three products, 10, 20 and 30

and offers builders that say what they make: :meth:`make_customer`,
:meth:`make_order`, :meth:`make_lead`, :meth:`log`, :meth:`plan`, :meth:`history`,
:meth:`flush_history`. Builders run as ``env.user`` of the recordset they return, so
pass ``user=`` to test rights.
"""

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

GROUP_OWN = "sales_team.group_sale_salesman"
GROUP_TEAM = "crm_extension.crm_extension_group_team"
GROUP_ALL = "sales_team.group_sale_salesman_all_leads"
GROUP_MANAGER = "sales_team.group_sale_manager"


class CrmExtensionCommon(TransactionCase):
    """Company, people, customers and products of a small sales department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tz": "UTC"})
        cls.company = cls.env.company
        cls._setup_people()
        cls._setup_customers()
        cls.products = cls.make_products([10, 20, 30])

    @classmethod
    def _setup_people(cls):
        cls.seller, cls.mate, cls.colleague, cls.boss, cls.manager = cls.make_users(
            {
                "seller": GROUP_OWN,
                "mate": GROUP_TEAM,
                "colleague": GROUP_OWN,
                "boss": GROUP_ALL,
                "manager": GROUP_MANAGER,
            }
        )
        cls.team = cls.make_team("North", cls.seller | cls.mate)
        cls.other_team = cls.make_team("South", cls.colleague)

    @classmethod
    def _setup_customers(cls):
        cls.customer = cls.make_customer("Ernst Handel", user_id=cls.seller.id)
        cls.contact = cls.make_contact(cls.customer, "Roland Mendel")
        cls.other_customer = cls.make_customer("Vins et alcools Chevalier")

    # Builders

    @classmethod
    def make_user(cls, login, groups, **vals):
        """An internal user of the given groups, in UTC and English."""
        return new_test_user(
            cls.env, f"crm_{login}", groups=groups, **{"tz": "UTC", **vals}
        )

    @classmethod
    def make_users(cls, groups):
        """Users as `make_user` makes them, in one `create`: half the queries for five.

        :param groups: login -> XML id of the group
        """
        return cls.env["res.users"].create(
            [
                {
                    "login": f"crm_{login}",
                    "name": f"crm_{login} ({group})",
                    "email": "c.c@example.com",
                    "password": f"crm_{login}",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                    "tz": "UTC",
                }
                for login, group in groups.items()
            ]
        )

    @classmethod
    def make_team(cls, name, users, leader=None):
        """A sales team with members."""
        return cls.env["crm.team"].create(
            {
                "name": name,
                "user_id": leader.id if leader else False,
                "member_ids": [Command.set(users.ids)],
            }
        )

    @classmethod
    def make_customer(cls, name, **vals):
        """A company that buys from us."""
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    @classmethod
    def depart(cls, user):
        """Archive a user who has customers, as an older database may have done it."""
        user.flush_recordset()
        cls.env.cr.execute(
            "UPDATE res_users SET active = FALSE WHERE id = %s", [user.id]
        )
        user.invalidate_recordset(["active"])

    @classmethod
    def make_contact(cls, customer, name, **vals):
        """A person who works for the customer and has an email address."""
        email = f"{name.split()[0].lower()}@{customer.id}.example.com"
        return cls.env["res.partner"].create(
            {"name": name, "parent_id": customer.id, "email": email, **vals}
        )

    @classmethod
    def make_products(cls, prices):
        """Consumables without taxes, one for each price."""
        return cls.env["product.product"].create(
            [
                {
                    "name": f"Product {number}",
                    "type": "consu",
                    "list_price": price,
                    "taxes_id": [Command.clear()],
                }
                for number, price in enumerate(prices, 1)
            ]
        )

    @classmethod
    def make_order(cls, partner=None, products=None, quantity=1, user=None, **vals):
        """A draft quotation with one line for each product."""
        order = cls.env["sale.order"]
        return order.with_user(user or cls.env.user).create(
            {
                "partner_id": (partner or cls.customer).id,
                "order_line": [
                    Command.create({"product_id": p.id, "product_uom_qty": quantity})
                    for p in (products or cls.products)
                ],
                **vals,
            }
        )

    @classmethod
    def make_lead(cls, partner=None, **vals):
        """An opportunity of a customer, or of nobody known yet."""
        return cls.env["crm.lead"].create(
            {
                "name": "Forty boxes",
                "type": "opportunity",
                "partner_id": partner.id if partner else False,
                **vals,
            }
        )

    @classmethod
    def log(cls, partner=None, user=None, **vals):
        """An authored interaction, a call by default."""
        rows = cls.env["crm.interaction"].with_user(user or cls.env.user)
        return rows.create(
            {
                "partner_id": (cls.contact if partner is None else partner).id,
                "channel": "call",
                "subject": "Asked for samples",
                **vals,
            }
        )

    @classmethod
    def plan(cls, document, user=None, **vals):
        """An open to-do on a document, a call by default."""
        user = user or cls.env.user
        return cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(document._name),
                "res_id": document.id,
                "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
                "summary": "Call back",
                "user_id": user.id,
                **vals,
            }
        )

    # Looking

    @classmethod
    def history(cls, customer=None, **domain):
        """All rows of a customer, newest first; ``channel="note"`` narrows."""
        terms = [("commercial_partner_id", "=", (customer or cls.customer).id)]
        terms += [(name, "=", value) for name, value in domain.items()]
        return cls.env["crm.interaction"].search(terms)

    @classmethod
    def flush_history(cls):
        """Project the messages of this transaction, as a commit does."""
        cls.env.flush_all()
        cls.env.cr.flush()

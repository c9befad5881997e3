from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

TODAY = "2026-11-22 10:00:00"


class CustomerReportCommon(AccountTestInvoicingCommon):
    """Builders of invoices, orders and repairs at a date, and readers of the report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(
            "crm_analytics.crm_analytics_group_manager"
        )
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.company = cls.env.company
        cls.Report = cls.env["crm.customer.report.month"]
        cls.team, cls.other_team = cls.env["crm.team"].create(
            [{"name": "North"}, {"name": "South"}]
        )
        cls.nancy = cls._new_user("nancy", "sales_team.group_sale_salesman")
        cls.robert = cls._new_user("robert", "sales_team.group_sale_salesman")
        cls.ernst, cls.vins = cls.env["res.partner"].create(
            [
                {
                    "name": "Ernst Handel",
                    "is_company": True,
                    "user_id": cls.nancy.id,
                    "country_id": cls.env.ref("base.at").id,
                },
                {
                    "name": "Vins et alcools",
                    "is_company": True,
                    "user_id": cls.robert.id,
                    "country_id": cls.env.ref("base.fr").id,
                },
            ]
        )
        cls.roland = cls.env["res.partner"].create(
            {"name": "Roland Mendel", "parent_id": cls.ernst.id, "type": "invoice"}
        )
        cls.chai = cls.env["product.product"].create(
            {
                "name": "Chai",
                "type": "consu",
                "list_price": 18.0,
                "standard_price": 10.0,
                "taxes_id": [Command.clear()],
                "categ_id": cls.env.ref("product.product_category_goods").id,
            }
        )

    @classmethod
    def _new_user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            login=f"report_{login}",
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    @classmethod
    def _make_invoice(cls, partner, date, *prices, refund=False, **values):
        """Post an invoice (or credit note) of one line per price.

        A price may be a tuple ``(price, quantity, discount)``.
        """
        lines = [
            (*price, 1, 0)[:3] if isinstance(price, tuple) else (price, 1, 0)
            for price in prices
        ]
        company = values.pop("company", cls.env.company)
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_refund" if refund else "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": date,
                    "date": date,
                    "invoice_user_id": cls.nancy.id,
                    "team_id": cls.team.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": cls.chai.id,
                                "price_unit": price,
                                "quantity": quantity,
                                "discount": discount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for price, quantity, discount in lines
                    ],
                    **values,
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def _make_order(cls, partner, date, quantity=1, cost=None, **line):
        """Confirm an order of chai whose line keeps ``cost``; return the order."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": cls.nancy.id,
                "team_id": cls.team.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.chai.id,
                            "product_uom_qty": quantity,
                            "price_unit": 18.0,
                            "tax_ids": [Command.clear()],
                            **line,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.date_order = date
        if cost is not None:
            order.order_line.purchase_price = cost
        return order

    @classmethod
    def _invoice_order(cls, order, date):
        order.order_line.qty_delivered = order.order_line.product_uom_qty
        invoice = order._create_invoices()
        invoice.invoice_date = date
        invoice.action_post()
        return invoice

    @classmethod
    def _read_report(cls, domain, measures, groupby=(), user=None, companies=None):
        """Return ``{group: values}``; without groupby just the values."""
        Report = cls.Report
        if user:
            Report = Report.with_user(user)
        if companies:
            Report = Report.with_context(allowed_company_ids=companies.ids)
        rows = Report._read_group(
            domain, groupby, [cls._get_aggregate(name) for name in measures]
        )
        if not groupby:
            return rows[0]
        return {row[: len(groupby)]: row[len(groupby) :] for row in rows}

    @classmethod
    def _get_aggregate(cls, name):
        return f"{name}:{cls.Report._fields[name].aggregator}"

    @classmethod
    def _get_year(cls, year):
        return [("date", ">=", f"{year}-01-01"), ("date", "<=", f"{year}-12-31")]

    @classmethod
    def _get_month(cls, year, month):
        first = fields.Date.to_date(f"{year}-{month:02}-01")
        return [
            ("date", ">=", first),
            ("date", "<=", fields.Date.end_of(first, "month")),
        ]

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

ITEM_LIMIT = 4


class CrmCustomerView(models.AbstractModel):
    """What is open: before, during and after the sale."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "open": {
                "title": self.env._("Open Documents"),
                "icon": "fa-folder-open-o",
                "sequence": 20,
                "column": "side",
                "method": "_section_open",
                "empty": self.env._("Nothing is open."),
            },
        }

    @api.model
    def _section_open(self, customer):
        groups = [group for group in self._customer_360_open(customer) if group]
        return {"items": [], "groups": groups}

    @api.model
    def _customer_360_open(self, customer):
        """Hook: groups of open documents in the order of the loop.

        :return: list of what :meth:`_open_group` makes: dict of ``name``, ``title``,
            ``phase`` (``before``, ``during``, ``after``), ``icon``, ``count``, ``items``
            and ``action``; False for none
        """
        return [
            self._open_leads(customer),
            self._open_quotations(customer),
            self._open_orders(customer),
        ]

    @api.model
    def _open_group(self, model, domain, item, order="id desc", **group):
        """Group of the documents of a domain, the first few of them as items.

        :param item: function of a document that returns ``title``, ``sub``, ``value``,
            ``badge``, ``tone``
        """
        if not self.env[model].has_access("read"):
            return False
        records = self.env[model].search(domain, limit=ITEM_LIMIT + 1, order=order)
        if not records:
            return False
        return {
            **group,
            "count": self._count(model, domain, records, ITEM_LIMIT + 1),
            "items": [
                {"model": model, "id": record.id, **item(record)}
                for record in records[:ITEM_LIMIT]
            ],
            "action": self._list_action(group["title"], model, domain),
        }

    @api.model
    def _open_leads(self, customer):
        return self._open_group(
            "crm.lead",
            self._customer_domain(customer)
            & Domain("won_status", "=", "pending")
            & Domain("company_id", "in", [*self.env.companies.ids, False]),
            self._lead_item,
            order="priority desc, id desc",
            name="leads",
            phase="before",
            icon="fa-star-o",
            title=self.env._("Opportunities"),
        )

    @api.model
    def _lead_item(self, lead):
        currency = lead.company_currency or self.env.company.currency_id
        return {
            "title": lead.name,
            "sub": lead.stage_id.name,
            "value": lead.expected_revenue and currency.format(lead.expected_revenue),
        }

    @api.model
    def _open_quotations(self, customer):
        return self._open_group(
            "sale.order",
            self._order_domain(customer) & Domain("state", "in", ("draft", "sent")),
            self._quotation_item,
            name="quotations",
            phase="before",
            icon="fa-file-text-o",
            title=self.env._("Quotations"),
        )

    @api.model
    def _quotation_item(self, order):
        today = fields.Date.context_today(self)
        expired = order.validity_date and order.validity_date < today
        until = order.validity_date and format_date(self.env, order.validity_date)
        states = dict(order._fields["state"]._description_selection(self.env))
        if expired:
            badge = self.env._("expired %(date)s", date=until)
        else:
            badge = until and self.env._("until %(date)s", date=until)
        return {
            "title": order.name,
            "sub": states[order.state],
            "value": order.currency_id.format(order.amount_total),
            "badge": badge,
            "tone": expired and "danger",
        }

    @api.model
    def _open_orders(self, customer):
        return self._open_group(
            "sale.order",
            self._order_domain(customer)
            & Domain("state", "=", "sale")
            & self._customer_360_open_order_domain(),
            self._order_item,
            name="orders",
            phase="during",
            icon="fa-shopping-cart",
            title=self.env._("Orders"),
        )

    @api.model
    def _customer_360_open_order_domain(self):
        """Hook: which confirmed orders are not finished."""
        return Domain("invoice_status", "in", ("no", "to invoice"))

    @api.model
    def _order_item(self, order):
        """Hook: how an open order is told."""
        states = dict(order._fields["invoice_status"]._description_selection(self.env))
        return {
            "title": order.name,
            "sub": order.date_order and format_date(self.env, order.date_order),
            "value": order.currency_id.format(order.amount_total),
            "badge": order.invoice_status == "to invoice" and states["to invoice"],
        }

    @api.model
    def _order_domain(self, customer):
        return self._customer_domain(customer) & Domain(
            "company_id", "in", self.env.companies.ids
        )

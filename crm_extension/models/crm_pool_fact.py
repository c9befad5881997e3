from odoo import api, models
from odoo.tools import SQL

# Quotations that reached the customer
QUOTED = ("sent", "sale")


class CrmPoolFact(models.AbstractModel):
    """The facts that pool rules count from, each one an SQL SELECT.

    A fact gives ``customer_id`` (a commercial partner) and ``moment`` (a UTC timestamp,
    or a date), one row for each customer that has it. Its method gets

    ``customers``
        SQL of a SELECT of the customers that are asked for, or None for all:
        :meth:`_only` makes a condition of it
    ``company``
        id of the pool's company: only its documents count
    ``only``
        ids of what the rule narrows the fact to (:meth:`~.CrmPoolRule._narrowed_to`):
        product categories, kinds of contracts; empty for everything

    so one statement gives the clock of one customer or of a hundred thousand. Addons
    add facts by overriding :meth:`_pool_facts`; nothing else needs to know them.
    """

    _name = "crm.pool.fact"
    _description = "Facts of the Pool Clock"

    @api.model
    def _pool_facts(self):
        """Hook: what rules can count from.

        :return: dict of name to dict of

            * ``label``: how the rule is called ("No real contact")
            * ``method``: name of the method that gives the SELECT
            * ``since``: clause with ``%(date)s``: the fact of a customer
            * ``never``: clause with ``%(date)s``: nothing since it came to its
              salesperson on that day
            * ``must``: clause with ``%(who)s`` (whom the rule is about) and
              ``%(period)s``: what is asked for
            * ``required`` (optional): customers without the fact are left alone
            * ``has_products`` (optional): can be narrowed to a product line
        """
        _ = self.env._
        return {
            "contact": {
                "label": _("No real contact"),
                "method": "_fact_contact",
                "since": _("last real contact %(date)s"),
                "never": _("no real contact yet, with the salesperson since %(date)s"),
                "must": _("%(who)s must be contacted every %(period)s"),
            },
            "opportunity": {
                "label": _("No new opportunity"),
                "method": "_fact_opportunity",
                "since": _("last new opportunity %(date)s"),
                "never": _("no opportunity yet, with the salesperson since %(date)s"),
                "must": _("%(who)s must bring an opportunity every %(period)s"),
            },
            "quotation": {
                "label": _("No quotation"),
                "method": "_fact_quotation",
                "since": _("last quotation %(date)s"),
                "never": _("no quotation yet, with the salesperson since %(date)s"),
                "must": _("%(who)s must get a quotation every %(period)s"),
                "has_products": True,
            },
            "order": {
                "label": _("No order"),
                "method": "_fact_order",
                "since": _("last order %(date)s"),
                "never": _("no order yet, with the salesperson since %(date)s"),
                "must": _("%(who)s must order every %(period)s"),
                "has_products": True,
            },
            "inquiry": {
                "label": _("Nothing after an inquiry"),
                "method": "_fact_inquiry",
                "since": _("last inquiry %(date)s"),
                "never": _("no inquiry yet, with the salesperson since %(date)s"),
                "must": _("%(who)s must order or ask again within %(period)s"),
            },
        }

    @api.model
    def _only(self, column, customers):
        """SQL condition: the column is one of the customers that are asked for."""
        if customers is None:
            return SQL("%s IS NOT NULL", column)
        return SQL("%s IN (%s)", column, customers)

    @api.model
    def _fact_contact(self, customers, company, only):
        return SQL(
            """SELECT s.partner_id AS customer_id, MAX(s.last_contact_date) AS moment
                 FROM crm_customer_stat s
                WHERE %s AND (s.company_id IS NULL OR s.company_id = %s)
             GROUP BY s.partner_id""",
            self._only(SQL("s.partner_id"), customers),
            company,
        )

    @api.model
    def _fact_opportunity(self, customers, company, only):
        """Also those that were lost: somebody tried."""
        leads = self.env["crm.lead"]._fields
        return SQL(
            """SELECT p.commercial_partner_id AS customer_id,
                      MAX(l.create_date) AS moment
                 FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
                WHERE %s AND l.type = 'opportunity'
                  AND (l.company_id IS NULL OR l.company_id = %s)
             GROUP BY p.commercial_partner_id""",
            self._only(SQL("p.commercial_partner_id"), customers),
            company,
            to_flush=(leads["partner_id"], leads["type"], leads["company_id"]),
        )

    @api.model
    def _fact_quotation(self, customers, company, only):
        return self._orders(customers, company, only, QUOTED)

    @api.model
    def _fact_order(self, customers, company, only):
        return self._orders(customers, company, only, ("sale",))

    @api.model
    def _fact_inquiry(self, customers, company, only):
        """Whatever they asked for last: a lead, an opportunity or a quotation."""
        leads = self.env["crm.lead"]._fields
        return SQL(
            """SELECT i.customer_id, MAX(i.moment) AS moment
                 FROM (SELECT p.commercial_partner_id AS customer_id,
                              l.create_date AS moment
                         FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
                        WHERE %s AND (l.company_id IS NULL OR l.company_id = %s)
                       UNION ALL
                       %s) i
             GROUP BY i.customer_id""",
            self._only(SQL("p.commercial_partner_id"), customers),
            company,
            self._orders(customers, company, (), ("draft", *QUOTED)),
            to_flush=(leads["partner_id"], leads["company_id"]),
        )

    @api.model
    def _orders(self, customers, company, categories, states):
        """SELECT of the last order or quotation in one of the states.

        One look into an index for each contact and state, however many orders it has.
        """
        fields = self.env["sale.order"]._fields
        return SQL(
            """SELECT p.commercial_partner_id AS customer_id,
                      MAX(last.moment) AS moment
                 FROM res_partner p
                CROSS JOIN UNNEST(%s::text[]) AS wanted_state (name)
                CROSS JOIN LATERAL (
                      SELECT o.date_order AS moment FROM sale_order o
                       WHERE o.partner_id = p.id AND o.state = wanted_state.name
                         AND o.company_id = %s AND %s
                    ORDER BY o.date_order DESC LIMIT 1) last
                WHERE %s
             GROUP BY p.commercial_partner_id""",
            list(states),
            company,
            self._has_products(SQL("o.id"), categories),
            self._only(SQL("p.commercial_partner_id"), customers),
            to_flush=(fields["partner_id"], fields["state"], fields["date_order"]),
        )

    @api.model
    def _has_products(self, order, categories):
        """SQL condition: the order has a product of one of the categories."""
        if not categories:
            return SQL("TRUE")
        return SQL(
            """EXISTS (SELECT FROM sale_order_line line
                         JOIN product_product product ON product.id = line.product_id
                         JOIN product_template t ON t.id = product.product_tmpl_id
                        WHERE line.order_id = %s AND t.categ_id IN %s)""",
            order,
            tuple(categories),
            to_flush=self.env["sale.order.line"]._fields["product_id"],
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # The last order of a contact in a state: the clock asks for it of every customer
    _crm_last_idx = models.Index("(partner_id, state, date_order DESC)")

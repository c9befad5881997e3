from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmAnalyticsFact(models.Model):
    """What counts, as SQL: the only definition of booked, invoiced and delivered."""

    _inherit = "crm.analytics.fact"

    @api.model
    @api.private
    def _select_lines(self, kind, condition):
        """Return SELECT: the lines of the documents of a kind that count.

        Columns: ``res_id, line_id``, the keys of a fact, ``product_id, quantity,
        amount, margin``. Every figure is rounded to 6 digits of the company's
        currency, so that sums do not depend on their order.

        :param condition: SQL that follows the id of the document, such as
            ``= ANY(...)``
        """
        return getattr(self, f"_select_{kind}")(condition)

    @api.model
    def _select_booked(self, condition):
        """Lines of confirmed orders, at the day of the order."""
        return SQL(
            """
            SELECT o.id AS res_id, l.id AS line_id, %(sold)s,
                   %(date)s AS date, 'booked' AS kind, o.company_id,
                   ROUND((l.product_uom_qty * u.factor
                          / COALESCE(pu.factor, u.factor))::numeric, 6) AS quantity,
                   ROUND((COALESCE(l.price_subtotal, 0) / %(rate)s)::numeric, 6)
                       AS amount,
                   ROUND((COALESCE(l.margin, l.price_subtotal, 0)
                          / %(rate)s)::numeric, 6) AS margin
              FROM sale_order o
              JOIN sale_order_line l ON l.order_id = o.id
              LEFT JOIN uom_uom u ON u.id = l.product_uom_id
              LEFT JOIN product_product p ON p.id = l.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom pu ON pu.id = t.uom_id
             WHERE o.state = 'sale' AND l.display_type IS NULL AND o.id %(condition)s
            """,
            sold=self._columns_of_order(),
            date=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            rate=self._rate_of_order(),
            condition=condition,
        )

    @api.model
    def _select_invoiced(self, condition):
        """Lines of posted invoices and credit notes: those of the customer report."""
        fact = self.env["crm.customer.report.month"]._get_invoice_fact()
        columns = fact.columns
        amount = fact.measures["revenue"]
        return SQL(
            """
            SELECT line.move_id AS res_id, line.id AS line_id,
                   %(partner)s AS partner_id, %(user)s AS user_id, %(team)s AS team_id,
                   move.source_id, move.medium_id, move.campaign_id,
                   EXISTS (SELECT 1 FROM sale_order_line_invoice_rel r
                             JOIN sale_order_line sl ON sl.id = r.order_line_id
                             JOIN sale_order so ON so.id = sl.order_id
                            WHERE r.invoice_line_id = line.id
                              AND so.opportunity_id IS NOT NULL) AS is_opportunity,
                   line.product_id, %(date)s AS date, 'invoiced' AS kind,
                   %(company)s AS company_id,
                   ROUND((line.quantity * COALESCE(uom.factor, 1)
                          / COALESCE((SELECT factor FROM uom_uom
                                       WHERE id = template.uom_id), uom.factor, 1)
                          * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                         )::numeric, 6) AS quantity,
                   ROUND((%(amount)s)::numeric, 6) AS amount,
                   ROUND((%(amount)s - %(cost)s)::numeric, 6) AS margin
              FROM %(source)s
             WHERE %(where)s AND line.move_id %(condition)s
            """,
            partner=columns["partner_id"],
            user=columns["user_id"],
            team=columns["team_id"],
            date=columns["date"],
            company=fact.company,
            amount=amount,
            cost=fact.measures["cost"],
            source=fact.source,
            where=fact.where,
            condition=condition,
        )

    @api.model
    def _select_delivered(self, condition):
        """Goods of orders that reached the customer, minus what came back.

        At the price and cost of the order line, on the day of the transfer.
        """
        quantity = SQL(
            "(COALESCE(m.quantity, 0) * mu.factor / COALESCE(lu.factor, mu.factor))"
        )
        sign = SQL("CASE WHEN there.usage = 'customer' THEN 1 ELSE -1 END")
        price = SQL(
            """COALESCE(CASE WHEN l.product_uom_qty <> 0
                             THEN l.price_subtotal / l.product_uom_qty
                             ELSE l.price_unit * (1 - COALESCE(l.discount, 0) / 100)
                        END, 0)"""
        )
        return SQL(
            """
            SELECT m.id AS res_id, m.id AS line_id, %(sold)s,
                   %(date)s AS date, 'delivered' AS kind, m.company_id,
                   ROUND((%(sign)s * m.quantity * mu.factor
                          / COALESCE(pu.factor, mu.factor))::numeric, 6) AS quantity,
                   ROUND((%(sign)s * %(quantity)s * %(price)s / %(rate)s)::numeric, 6)
                       AS amount,
                   ROUND((%(sign)s * %(quantity)s
                          * (%(price)s - COALESCE(l.purchase_price, 0))
                          / %(rate)s)::numeric, 6) AS margin
              FROM stock_move m
              JOIN sale_order_line l ON l.id = m.sale_line_id
              JOIN sale_order o ON o.id = l.order_id
              JOIN stock_location here ON here.id = m.location_id
              JOIN stock_location there ON there.id = m.location_dest_id
              JOIN uom_uom mu ON mu.id = m.product_uom
              LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
              LEFT JOIN product_product p ON p.id = m.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom pu ON pu.id = t.uom_id
             WHERE m.state = 'done' AND m.id %(condition)s
               AND (here.usage = 'customer') <> (there.usage = 'customer')
            """,
            sold=self._columns_of_order(),
            date=self._local_date(SQL("m.date"), SQL("m.company_id")),
            sign=sign,
            quantity=quantity,
            price=price,
            rate=self._rate_of_order(),
            condition=condition,
        )

    @api.model
    def _columns_of_order(self):
        """The keys that a line takes from its order; credit is the frozen one."""
        return SQL(
            """
            o.partner_id,
            CASE WHEN o.credit_date IS NULL THEN o.user_id ELSE o.credit_user_id END
                AS user_id,
            CASE WHEN o.credit_date IS NULL THEN o.team_id ELSE o.credit_team_id END
                AS team_id,
            o.source_id, o.medium_id, o.campaign_id,
            o.opportunity_id IS NOT NULL AS is_opportunity, l.product_id
            """
        )

    @api.model
    def _rate_of_order(self):
        """The rate of the order's date; Odoo keeps it with the order."""
        return SQL("COALESCE(NULLIF(o.currency_rate, 0), 1)::numeric")

    @api.model
    def _local_date(self, moment, company):
        """Return SQL: the day of a UTC ``moment`` in the time zone of its company.

        Not in the viewer's: two people must see the same month total.
        """
        zones = {}
        for record in self.env["res.company"].sudo().search(Domain.TRUE):
            zones.setdefault(record._local_timezone(), []).append(record.id)
        zone = SQL("%s", max(zones, key=lambda name: len(zones[name])))
        if len(zones) > 1:
            cases = (
                SQL("WHEN %s = ANY(%s) THEN %s", company, ids, name)
                for name, ids in zones.items()
            )
            zone = SQL("(CASE %s ELSE 'UTC' END)", SQL(" ").join(cases))
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)

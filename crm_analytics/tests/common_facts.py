from odoo import Command, fields
from odoo.tools import SQL

from .common import CustomerReportCommon

#: The figures by hand, straight from the documents: no line shared with the addon.
BY_HAND = {
    "booked": """
        SELECT SUM(l.price_subtotal / o.currency_rate::numeric)
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
         WHERE o.state = 'sale' AND l.display_type IS NULL AND o.company_id = %s""",
    "invoiced": """
        SELECT SUM(amount_untaxed_signed) FROM account_move
         WHERE state = 'posted' AND company_id = %s
           AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')""",
    "delivered": """
        SELECT SUM(l.price_subtotal * m.quantity / l.product_uom_qty
                   / o.currency_rate::numeric
                   * CASE WHEN d.usage = 'customer' THEN 1 ELSE -1 END)
          FROM stock_move m
          JOIN sale_order_line l ON l.id = m.sale_line_id
          JOIN sale_order o ON o.id = l.order_id
          JOIN stock_location d ON d.id = m.location_dest_id
          JOIN stock_location s ON s.id = m.location_id
         WHERE m.state = 'done' AND m.company_id = %s
           AND 'customer' IN (d.usage, s.usage) AND d.usage <> s.usage""",
}


class FactCommon(CustomerReportCommon):
    """Readers of the comparison, and the tables behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["crm.analytics.compare"]
        cls.Dirty = cls.env["crm.analytics.dirty"].sudo()
        cls.Fact = cls.env["crm.analytics.fact"]

    def _work_off(self):
        """Empty the queue, as the scheduled action does."""
        self.env.flush_all()
        self.env.cr.flush()
        self.Dirty._work_off()
        self.assertFalse(self.Dirty.search_count([]))

    def _get_by_hand(self):
        """Return ``{kind: amount}`` of the company from the documents."""
        self.env.flush_all()
        amounts = {}
        for kind, query in BY_HAND.items():
            self.env.cr.execute(query, [self.company.id])
            amounts[kind] = round(float(self.env.cr.fetchone()[0] or 0), 2)
        return amounts

    def _get_reported(self, *groupby):
        """Return ``{kind: amount}`` of the report, summed up over groups."""
        rows = self.Report._read_group(
            [("series", "=", "current")], groupby, [f"{kind}:sum" for kind in BY_HAND]
        )
        return {
            kind: round(sum(row[len(groupby) + n] or 0 for row in rows), 2)
            for n, kind in enumerate(BY_HAND)
        }

    def _get_tables(self):
        """Everything that is stored about the documents, comparable."""
        tables = {}
        for table, columns in (
            (
                "crm_analytics_fact",
                "kind, res_id, company_id, date, partner_id, user_id, amount, margin",
            ),
            (
                "crm_analytics_day",
                "date, company_id, kind, user_id, team_id, documents, amount, margin",
            ),
            (
                "crm_analytics_partner_month",
                "month, company_id, kind, partner_id, user_id, team_id, documents, amount,"
                " margin",
            ),
        ):
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s FROM %s",
                    SQL(", ").join(map(SQL.identifier, columns.split(", "))),
                    SQL.identifier(table),
                )
            )
            tables[table] = sorted(rows, key=repr)
        self.env.cr.execute(
            "SELECT f.kind, l.line_id, l.product_id, l.quantity, l.amount, l.margin"
            " FROM crm_analytics_fact_line l JOIN crm_analytics_fact f"
            " ON f.id = l.fact_id"
        )
        tables["lines"] = sorted(self.env.cr.fetchall(), key=repr)
        return tables

    def _rebuild(self):
        """Count everything again from nothing."""
        for table in ("fact_line", "fact", "day", "partner_month"):
            self.env.cr.execute(
                SQL("DELETE FROM %s", SQL.identifier(f"crm_analytics_{table}"))
            )
        sources = self.env["crm.analytics.source"].sudo().search([])
        sources._begin()
        sources._build_all()

    @classmethod
    def _deliver(cls, order, quantity=None):
        """Ship an order, or a part of it; return the transfer."""
        picking = order.picking_ids.filtered(lambda p: p.state != "done")[:1]
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        context = {"skip_sms": True, "skip_backorder": True}
        picking.with_context(**context).button_validate()
        return picking

    @classmethod
    def _return(cls, picking, quantity):
        """Take goods of a transfer back."""
        wizard = cls.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        back = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.with_context(skip_sms=True).button_validate()
        return back

    @classmethod
    def _order(cls, date, price, partner=None, **values):
        """Confirm an order of one chai at a price."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.ernst).id,
                "user_id": cls.nancy.id,
                "team_id": cls.team.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.chai.id,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = fields.Datetime.to_datetime(date)
        return order

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .crm_quote import MAX_ROWS
from .sale_order_quote_again import LINE_FIELDS_OF_TODAY, PRICE_FIELDS


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    quote_batch = fields.Char(
        readonly=True,
        copy=False,
        exportable=False,
        help="The step of the fast entry that wrote the line; undo takes it back.",
    )


class CrmQuote(models.AbstractModel):
    """Writing: all rows in one ``create``, once, and back."""

    _inherit = "crm.quote"

    @api.model
    def quote_add(self, order_id, rows, token):
        """Write rows as lines of the quotation.

        :param rows: list of dict ``product_id``, ``uom_id``, ``quantity``, ``price``
            (None: the pricelist's), ``discount`` (None: the pricelist's), ``line_id``
            (old line whose description and options are taken over), ``remember`` (text
            that means this product to this customer from now on)
        :param token: unique text of the page: a second request with it does nothing
        :return: dict of ``batch`` (for :meth:`quote_undo`) and ``count``, or
            ``repeated``
        """
        order = self._quote_order(order_id)
        if not isinstance(rows, list) or not rows:
            raise UserError(self.env._("There is no row to add."))
        self._quote_limit(len(rows))
        asked = [self._quote_asked(row) for row in rows]
        self._quote_check(asked)
        if not self.env["crm.request.token"]._claim(token):
            return {"repeated": True}
        first = max(order.order_line.mapped("sequence"), default=9) + 1
        old = self._quote_old_values(order, asked)
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            **old.get(row["line_id"], {}),
                            **self._prepare_quote_line(row),
                            "sequence": first + n,
                            "quote_batch": token,
                        }
                    )
                    for n, row in enumerate(asked)
                ]
            }
        )
        self._quote_remember(order, asked)
        return {"batch": token, "count": len(asked)}

    @api.model
    def quote_undo(self, order_id, batch):
        """Take back what one :meth:`quote_add` wrote.

        :return: number of lines that were taken back
        """
        order = self._quote_order(order_id)
        if not isinstance(batch, str) or not batch:
            raise UserError(self.env._("There is nothing to undo."))
        lines = order.order_line.filtered(lambda line: line.quote_batch == batch)
        count = len(lines)
        order.write({"order_line": [Command.delete(line.id) for line in lines]})
        return count

    # What is asked for

    @api.model
    def _quote_asked(self, row):
        """A row that a client sent, as records and numbers."""
        product, unit, _quantity = self._quote_wanted(row)
        remember = row.get("remember")
        return {
            "product": product,
            "unit": unit,
            "quantity": self._quote_number(row.get("quantity")),
            "price": self._quote_number(row.get("price"), empty=True),
            "discount": self._quote_number(row.get("discount"), True, 0, 100),
            "line_id": self._quote_id(
                row.get("line_id"), "sale.order.line", empty=True
            ).id,
            "remember": remember[:100] if isinstance(remember, str) else "",
        }

    @api.model
    def _quote_check(self, asked):
        """Every product can be sold, in the unit of its row."""
        products = self.env["product.product"].with_context(active_test=False)
        products = products.union(*(row["product"] for row in asked))
        self._quote_check_products(products)
        for row in asked:
            product = row["product"].with_prefetch(products._ids)
            if not product.active or not product.sale_ok:
                raise UserError(
                    self.env._(
                        "%(product)s is archived or not for sale.",
                        product=product.display_name,
                    )
                )
            if product.type == "combo":
                raise UserError(
                    self.env._(
                        "%(product)s has parts to choose: add it on the quotation.",
                        product=product.display_name,
                    )
                )
            self._quote_check_unit(product, row)

    @api.model
    def _quote_check_unit(self, product, row):
        units = self._quote_units(product)
        row["unit"] = row["unit"] or product.sudo().uom_id
        known = row["unit"] in units or any(
            row["unit"].exists()._has_common_reference(unit) for unit in units
        )
        if not known or not row["quantity"]:
            raise UserError(
                self.env._(
                    "%(product)s: choose a quantity and one of its units.",
                    product=product.display_name,
                )
            )

    # What is written

    @api.model
    def _prepare_quote_line(self, row):
        """Hook: values of a line. A price that was chosen stays when the quantity
        changes."""
        vals = {
            "product_id": row["product"].id,
            "product_uom_id": row["unit"].id,
            "product_uom_qty": row["quantity"],
        }
        if row["price"] is not None:
            lines = self.env["sale.order.line"]
            vals |= lines._prepare_frozen_price(row["price"], row["discount"] or 0.0)
        elif row["discount"] is not None:
            vals["discount"] = row["discount"]
        return vals

    @api.model
    def _quote_old_values(self, order, asked):
        """Description and options of old lines: ``{line id: values}``."""
        ids = list(dict.fromkeys(row["line_id"] for row in asked if row["line_id"]))
        lines = self._quote_old_lines(order, ids[:MAX_ROWS])
        drop = LINE_FIELDS_OF_TODAY | PRICE_FIELDS
        values = {
            line.id: {name: value for name, value in data.items() if name not in drop}
            for line, data in zip(lines, lines.copy_data(), strict=True)
        }
        products = {line.id: line.product_id for line in lines}
        return {
            row["line_id"]: values[row["line_id"]]
            for row in asked
            if products.get(row["line_id"]) == row["product"]
        }

    @api.model
    def _quote_remember(self, order, asked):
        """What somebody chose for a text is known the next time."""
        codes = self.env["crm.product.code"]
        chosen = {row["remember"]: row["product"] for row in asked if row["remember"]}
        if not chosen or not codes.has_access("create"):
            return
        customer = order.partner_id.commercial_partner_id
        try:
            codes._remember(customer, chosen)
        except AccessError:  # a customer whose card the user may not change
            return

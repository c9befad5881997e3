from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# What a line takes from today and not from the old order
LINE_FIELDS_OF_TODAY = {"order_id", "tax_ids", "extra_tax_data"}
PRICE_FIELDS = {"price_unit", "technical_price_unit", "discount"}


class SaleOrder(models.Model):
    """Quote again: a new quotation from old orders in one ``create``."""

    _inherit = "sale.order"

    quote_again_source_id = fields.Many2one(
        "sale.order",
        string="Quoted Again From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The old order whose lines this quotation took over.",
    )

    def action_open_quote_again(self):
        """Ask for the price mode and show what cannot be quoted any more."""
        self._check_quote_again()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quote Again"),
            "res_model": "sale.order.quote.again",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_ids": [Command.set(self.ids)]},
        }

    def action_quote_again(self, price_mode="keep"):
        """Make one quotation of these orders and open it.

        :param price_mode: ``"keep"`` freezes the old prices and discounts,
            ``"list"`` asks the pricelist of today
        """
        quotation = self._quote_again(price_mode)
        action = {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": quotation.id,
            "views": [(False, "form")],
            "target": "current",
        }
        skipped = self._quote_again_skipped()
        if not skipped:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not every product could be quoted again"),
                "message": self._quote_again_skipped_text(skipped),
                "next": action,
            },
        }

    @api.private
    def _quote_again(self, price_mode="keep"):
        """Create the quotation and return it. Takes orders of one customer."""
        self._check_quote_again()
        if price_mode not in ("keep", "list"):
            raise ValueError(f"Unknown price mode {price_mode!r}")
        quotation = self.create(self._prepare_quote_again(price_mode))
        quotation._tell_reuse(self._quote_again_orders()._quote_again_lines())
        if skipped := self._quote_again_skipped():
            quotation._message_log(body=self._quote_again_skipped_text(skipped))
        quotation._timeline_project(
            "quoted_again",
            {quotation: quotation._prepare_timeline_quote_again(self)},
        )
        return quotation

    def _check_quote_again(self):
        """One customer and one currency, or a sentence that says why not."""
        if not self:
            raise UserError(
                self.env._("Choose the orders that are to be quoted again.")
            )
        if len(self.partner_id.commercial_partner_id) > 1:
            raise UserError(
                self.env._(
                    "The orders belong to different customers: quote them one by one."
                )
            )
        if len(self.currency_id) > 1 or len(self.company_id) > 1:
            raise UserError(
                self.env._(
                    "The orders differ in currency or company: quote them one by one."
                )
            )

    def _quote_again_orders(self):
        """Newest order first: it gives addresses, terms and pricelist."""
        return self.sorted(lambda order: (order.date_order, order.id), reverse=True)

    def _prepare_quote_again(self, price_mode):
        """Values of the new quotation with all its lines."""
        orders = self._quote_again_orders()
        latest = orders[0]
        return {
            "partner_id": latest.partner_id.id,
            "partner_invoice_id": latest.partner_invoice_id.id,
            "partner_shipping_id": latest.partner_shipping_id.id,
            "company_id": latest.company_id.id,
            "pricelist_id": latest.pricelist_id.id,
            "payment_term_id": latest.payment_term_id.id,
            "origin": ", ".join(orders.mapped("name")),
            "quote_again_source_id": latest.id,
            "order_line": orders._prepare_quote_again_lines(price_mode),
        }

    def _prepare_quote_again_lines(self, price_mode):
        """Lines of all orders; several orders get a section each."""
        commands, sequence = [], 0
        for order in self:
            lines = order._quote_again_lines()
            values = [
                line._prepare_quote_again(data, price_mode)
                for line, data in zip(lines, lines.copy_data(), strict=True)
            ]
            if len(self) > 1:
                values.insert(0, order._prepare_quote_again_section())
            for vals in values:
                sequence += 1
                commands.append(Command.create({**vals, "sequence": sequence}))
        return commands

    def _prepare_quote_again_section(self):
        self.ensure_one()
        day = fields.Date.to_date(self.date_order)
        name = self.env._("From %(order)s of %(date)s", order=self.name, date=day)
        return {"display_type": "line_section", "name": name}

    def _quote_again_lines(self):
        """Lines that can be quoted again: sections, notes and products that are
        still sold. Rewards and down payments belong to the old order alone."""
        return (
            self._get_copiable_order_lines().filtered(
                lambda line: line._can_quote_again() and not line.is_reward_line
            )
        ).sorted("sequence")

    def _quote_again_skipped(self):
        """Product lines that are left out because nobody can sell them now."""
        return self._get_copiable_order_lines().filtered(
            lambda line: not line._can_quote_again() and not line.is_reward_line
        )

    def _quote_again_skipped_text(self, lines):
        names = ", ".join(lines.product_id.mapped("display_name"))
        return self.env._(
            "Left out, because they are archived or not for sale: %(products)s",
            products=names,
        )

    def _prepare_timeline_quote_again(self, sources):
        self.ensure_one()
        return {
            "channel": "document",
            "direction": "internal",
            "event_args": {
                "quotation": self.name,
                "orders": ", ".join(sources.mapped("name")),
            },
            "preview": self._timeline_summary(),
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _can_quote_again(self):
        """Text lines always; products while they are active and for sale. A combo is
        taken with all its parts or not at all."""
        self.ensure_one()
        if self.display_type:
            return True
        combo = self.linked_line_id or self
        return combo._is_product_sold() and all(
            line._is_product_sold() for line in combo.linked_line_ids
        )

    def _is_product_sold(self):
        product = self.product_id
        return bool(product and product.active and product.sale_ok)

    def _prepare_quote_again(self, data, price_mode):
        """Values of the new line from the copied values of the old one."""
        self.ensure_one()
        drop = LINE_FIELDS_OF_TODAY | (PRICE_FIELDS if price_mode == "list" else set())
        vals = {name: value for name, value in data.items() if name not in drop}
        if price_mode == "keep" and not self.display_type:
            vals |= self._prepare_frozen_price(self.price_unit, self.discount)
        if self.product_id.type == "combo":
            vals["virtual_id"] = str(self.id)
        if self.linked_line_id:
            vals["linked_virtual_id"] = str(self.linked_line_id.id)
        return vals

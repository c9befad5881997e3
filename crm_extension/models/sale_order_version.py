from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.quote_diff import compare

#: What is kept of the quotation itself: the field and whether a version restores it.
HEADER = {
    "partner_id": False,
    "partner_invoice_id": True,
    "partner_shipping_id": True,
    "pricelist_id": True,
    "payment_term_id": True,
    "fiscal_position_id": True,
    "validity_date": True,
    "client_order_ref": True,
    "note": True,
}
#: What belongs to the line that was copied and not to its content
LINE_DROP = {"order_id", "extra_tax_data", "quote_batch", "sequence"}


class SaleOrderVersion(models.Model):
    """What a quotation said at one time: its copy, as data.

    The quotation keeps its number, links and history; the copies are no documents, so
    that nothing counts them as quotations. A copy is made when a quotation is sent and
    when somebody revises or restores it; nothing that was ever sent is lost.
    """

    _name = "sale.order.version"
    _description = "Version of a Quotation"
    _order = "order_id, number desc"
    _rec_name = "number"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    number = fields.Integer(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", ondelete="restrict", readonly=True, index=True
    )
    reason = fields.Char(readonly=True)
    sent = fields.Boolean(readonly=True, help="The customer has got this version.")
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    amount_untaxed = fields.Monetary(readonly=True)
    content = fields.Json(required=True, readonly=True, exportable=False)

    _number_uniq = models.UniqueIndex(
        "(order_id, number)", "This version of the quotation exists already."
    )

    @api.depends("order_id", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(order)s, version %(number)s",
                order=version.order_id.name,
                number=version.number,
            )

    def action_compare(self):
        """What has changed since this version."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare Versions"),
            "res_model": "sale.order.compare",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.order_id.id,
                "default_old_id": self.id,
            },
        }

    def action_restore(self):
        """Make the quotation say again what this version says."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id._restore_version(self)


class SaleOrder(models.Model):
    """Versions: what stood there, what stands there now, and the way back."""

    _inherit = "sale.order"

    version = fields.Integer(default=1, readonly=True, copy=False)
    version_ids = fields.One2many(
        "sale.order.version",
        "order_id",
        string="Versions",
        copy=False,
        groups="sales_team.group_sale_salesman",
    )

    def write(self, vals):
        """What is sent is kept as it was sent."""
        if vals.get("state") == "sent":
            going = self.filtered(lambda order: order.state == "draft")
            result = super().write(vals)
            going._keep_version(sent=True)
            return result
        return super().write(vals)

    def action_revise(self, reason=""):
        """Keep what stands there as a version and open the next one for changes."""
        for order in self:
            order.check_access("write")
            if order.state not in ("draft", "sent"):
                raise UserError(
                    self.env._("Only quotations have versions, not orders.")
                )
            if not isinstance(reason, str):
                raise UserError(self.env._("The reason cannot be read."))
            order._keep_version(reason=reason)
            order.version = order._next_version()
        self.filtered(lambda order: order.state == "sent").action_draft()
        return True

    # Keeping

    @api.private
    def _keep_version(self, sent=False, reason=""):
        """Keep the content of each quotation, unless it is kept already."""
        versions = self.env["sale.order.version"].sudo()
        for order in self.sudo():
            content = order._version_content()
            last = order.version_ids.sorted("number")[-1:]
            if last and last.number == order.version:
                if not compare(last.content, content):
                    last.write(
                        {
                            "sent": last.sent or sent,
                            "reason": reason or last.reason,
                        }
                    )
                    continue
                order.version = order._next_version()
            versions.create(
                {
                    "order_id": order.id,
                    "number": order.version,
                    "user_id": self.env.uid,
                    "reason": reason,
                    "sent": sent,
                    "currency_id": order.currency_id.id,
                    "amount_untaxed": order.amount_untaxed,
                    "content": content,
                }
            )

    def _next_version(self):
        return max([self.version, *self.sudo().version_ids.mapped("number")]) + 1

    def _version_content(self):
        """The quotation as plain data: what is shown, and what restores it.

        Texts are in the language of the customer, as they were offered.
        """
        order = self.with_context(lang=self._get_lang())
        lines = order._get_copiable_order_lines().sorted("sequence")
        return {
            "fields": {name: order._version_text(name) for name in HEADER},
            "restore": {
                name: order._fields[name].convert_to_write(order[name], order)
                for name, restores in HEADER.items()
                if restores and name not in ("validity_date", "note")
            }
            | {
                "validity_date": fields.Date.to_string(order.validity_date),
                "note": order.note and str(order.note),
            },
            "lines": [
                line._version_line(data)
                for line, data in zip(lines, lines.copy_data(), strict=True)
            ],
            "total": order.amount_untaxed,
        }

    def _version_text(self, name):
        """A field of the quotation as somebody reads it."""
        value = self[name]
        if isinstance(value, models.BaseModel):
            return value.sudo().display_name or ""
        return str(value or "")

    # Going back

    @api.private
    def _restore_version(self, version):
        """Write the lines and terms of a version; what stood there is kept before."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if self.state not in ("draft", "sent"):
            raise UserError(self.env._("Only quotations have versions, not orders."))
        content = version.sudo().content
        self._keep_version()
        if self.state == "sent":
            self.action_draft()
        lines, lost = self._version_commands(content["lines"])
        self.write(
            {
                **self._version_values(content["restore"]),
                "version": self._next_version(),
                "order_line": [
                    *(Command.delete(line.id) for line in self.order_line),
                    *lines,
                ],
            }
        )
        body = self.env._("Version %s was restored.", version.number)
        if lost:
            names = ", ".join(lost)
            body += " " + self.env._("Products that do not exist any more: %s", names)
        self._message_log(body=body)
        return True

    def _version_values(self, values):
        """Terms of a version, without what does not exist any more."""
        kept = {}
        for name, value in values.items():
            field = self._fields[name]
            if field.type == "many2one" and value:
                value = self.env[field.comodel_name].browse(value).exists().id
            kept[name] = value
        return kept

    def _version_commands(self, lines):
        """Commands of the lines, and the names of products that are gone."""
        ids = [line["product"] for line in lines if line["product"]]
        products = self.env["product.product"].browse(ids).exists()
        taxes = self.env["account.tax"].browse(
            {tax for line in lines for tax in line["tax_ids"]}
        )
        known = taxes.exists()._ids
        commands, lost = [], []
        for sequence, line in enumerate(lines, 1):
            if line["product"] and line["product"] not in products._ids:
                lost.append(line["name"])
                continue
            vals = {**line["data"], "sequence": sequence}
            if line["product"]:
                kept = [tax for tax in line["tax_ids"] if tax in known]
                vals["tax_ids"] = [Command.set(kept)]
            commands.append(Command.create(vals))
        return commands, lost


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _version_line(self, data):
        """A line as data: to show, to compare, and to write again."""
        self.ensure_one()
        vals = {
            name: value
            for name, value in self._prepare_quote_again(data, "keep").items()
            if name not in LINE_DROP
        }
        return {
            "id": self.id,
            "product": self.product_id.id,
            "name": self.name or self.product_id.display_name or "",
            "quantity": self.product_uom_qty,
            "unit": self.product_uom_id.name or "",
            "price": self.price_unit,
            "discount": self.discount,
            "taxes": ", ".join(self.tax_ids.mapped("name")),
            "subtotal": self.price_subtotal,
            "tax_ids": self.tax_ids.ids,
            "data": vals,
        }


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Versions are read by whoever reads their quotation."""
        domain = super()._compute_domain(model_name, mode)
        if model_name == "sale.order.version" and not self.env.su:
            domain &= Domain("order_id", "any!", self.env["sale.order"]._search([]))
        return domain

from odoo import api, fields, models

from ..tools.quote_diff import LINE_FIELDS, compare

MONEY = {"price"}


class SaleOrderCompare(models.TransientModel):
    """Two versions of a quotation beside each other."""

    _name = "sale.order.compare"
    _description = "Compare Versions"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    old_id = fields.Many2one(
        "sale.order.version",
        string="Earlier Version",
        required=True,
        ondelete="cascade",
        domain="[('order_id', '=', order_id)]",
    )
    new_id = fields.Many2one(
        "sale.order.version",
        string="Compared With",
        ondelete="cascade",
        domain="[('order_id', '=', order_id)]",
        help="Empty: the quotation as it is now.",
    )
    difference = fields.Html(compute="_compute_difference", sanitize=False)

    @api.depends("old_id", "new_id")
    def _compute_difference(self):
        for wizard in self:
            order, old, new = wizard.order_id, wizard.old_id, wizard.new_id
            # A version of another quotation is nobody's to compare with this one.
            if not old or (old | new).order_id != order:
                wizard.difference = False
                continue
            order.check_access("read")
            after = new.content if new else order._version_content()
            wizard.difference = self.env["ir.qweb"]._render(
                "crm_extension.sale_order_difference",
                wizard._prepare_difference(compare(old.content, after)),
            )

    def _prepare_difference(self, difference):
        """Values of the template: texts, ready to be shown."""
        labels = self._labels()
        currency = self.order_id.currency_id
        old, new = difference.total
        return {
            "difference": difference,
            "fields": [
                (labels[name], before or "–", after or "–")
                for name, before, after in difference.fields
            ],
            "lines": [
                {
                    "kind": change.kind,
                    "name": change.name,
                    "fields": [
                        (
                            labels[name],
                            self._text(name, before),
                            self._text(name, after),
                        )
                        for name, before, after in change.fields
                    ],
                }
                for change in difference.lines
            ],
            "total": (currency.format(old), currency.format(new)),
            "change": currency.format(new - old),
            "grows": new > old,
        }

    def _labels(self):
        """What the fields of the quotation and of its lines are called."""
        orders, lines = self.env["sale.order"], self.env["sale.order.line"]
        header = orders.fields_get(attributes=["string"])
        names = dict(
            zip(
                LINE_FIELDS,
                (
                    *("name", "product_uom_qty", "product_uom_id"),
                    *("price_unit", "discount", "tax_ids"),
                ),
                strict=True,
            )
        )
        found = lines.fields_get(list(names.values()), ["string"])
        return {name: vals["string"] for name, vals in header.items()} | {
            name: found[field]["string"] for name, field in names.items()
        }

    def _text(self, name, value):
        if name in MONEY and value is not None:
            return self.order_id.currency_id.format(value)
        if isinstance(value, float):
            return f"{value:g}"
        return value or "–"

from markupsafe import Markup

from odoo import api, models


class SaleOrder(models.Model):
    """Whoever takes an old quotation over is told what is not as it was."""

    _inherit = "sale.order"

    def copy(self, default=None):
        """Odoo's own duplicate keeps old prices without a word; now it has one."""
        copies = super().copy(default)
        for old, new in zip(self, copies, strict=True):
            new._tell_reuse(old._get_copiable_order_lines())
        return copies

    @api.private
    def _tell_reuse(self, lines):
        """Note on this quotation what has changed since old lines were written."""
        self.ensure_one()
        text = lines._reuse_text(lines._reuse_changes(self))
        if text:
            self._message_log(
                body=Markup("%s<br/>%s")
                % (
                    self.env._(
                        "Taken over from %s. What has changed since:",
                        ", ".join(lines.order_id.mapped("name")),
                    ),
                    Markup("<br/>").join(text.split("\n")),
                )
            )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _reuse_text(self, changes):
        """One line of text for each product that has changed."""
        rows = {
            f"{line.product_id.display_name}: {', '.join(changes[line.id])}"
            for line in self
            if line.id in changes
        }
        return "\n".join(sorted(rows))

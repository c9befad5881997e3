from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refuse while customers' goods lie in our places.

        Without the addon these places would become ordinary valued stock and the
        goods of others would enter the balance sheet.
        """
        if "crm_rma" in (self | self.downstream_dependencies()).mapped("name"):
            self._check_no_customer_goods()
        return super().button_uninstall()

    def _check_no_customer_goods(self):
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id.is_customer_goods", "=", True),
                    ("quantity", "!=", 0),
                ]
            )
        )
        if quants:
            raise UserError(
                self.env._(
                    "Customers' goods still lie in %(places)s. Ship them back before "
                    "you uninstall Warranty & Returns.",
                    places=", ".join(
                        sorted(set(quants.location_id.mapped("complete_name")))
                    ),
                )
            )

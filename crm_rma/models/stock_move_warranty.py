from odoo import models


class StockMove(models.Model):
    """Which warranty term holds for what a move delivers."""

    _inherit = "stock.move"

    def _warranty_choice(self):
        """The term that holds for what this done move hands over, and why.

        Goods that no term is for are recognised before anything is asked about the
        customer: their delivery costs no query.

        :return: :class:`..tools.warranty_rules.Choice` or None
        """
        self.ensure_one()
        product = self.product_id.sudo()
        kits = self._warranty_kits()
        if not product._warranty_any_for(self.company_id, kits):
            return None
        registrations = self.env["warranty.registration"]
        return product._warranty_choice(
            self.company_id,
            partner=self.sudo()._delivered_to(),
            day=registrations._local_day(self.date, self.company_id),
            kits=kits,
        )

    def _prepare_stay(self):
        """Values of the suspension that begins with this receipt of a unit."""
        self.ensure_one()
        line = self.rma_line_id
        return {
            "registration_id": line.registration_id.id,
            "rma_line_id": line.id,
            "reason": "with_us",
            "date_from": line._local_day(self.date),
            "move_in_id": self.id,
            "quantity": line.quantity,
        }

    def _warranty_kits(self):
        """The product on the order line, when these goods are a component of it."""
        self.ensure_one()
        sold = self.sale_line_id.sudo().product_id
        return sold - self.product_id.sudo()

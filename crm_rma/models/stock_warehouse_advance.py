from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    rma_advance_location_id = fields.Many2one(
        "stock.location",
        string="Ours with Customers",
        check_company=True,
        copy=False,
        domain="[('usage', '=', 'internal'), ('is_customer_goods', '=', False)]",
        help="Where units lie that were sent in advance: with the customer, but ours, "
        "with their value. Outside the warehouse, so nobody else is promised them.",
    )

    def _rma_advance_location(self):
        """The place of units sent in advance; made when it is first needed."""
        self.ensure_one()
        if not self.rma_advance_location_id:
            self.sudo().rma_advance_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("%s With Customers", self.code),
                        "usage": "internal",
                        "company_id": self.company_id.id,
                        "is_customer_goods": False,
                    }
                )
            )
        return self.rma_advance_location_id

from odoo import api, fields, models

from ..tools.quote_match import code_key


class CrmProductCode(models.Model):
    """What a customer calls one of our products: their article number, or a name.

    The fast entry of quotations finds products by it, and remembers what somebody has
    chosen for a text that it did not know.
    """

    _name = "crm.product.code"
    _description = "Customer's Product Code"
    _order = "id desc"
    _rec_name = "code"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    code = fields.Char(
        required=True,
        help="Article number or name that the customer writes on inquiries and orders.",
    )
    key = fields.Char(compute="_compute_key", store=True, precompute=True)

    _find_idx = models.Index("(partner_id, key)")

    @api.depends("code")
    def _compute_key(self):
        for row in self:
            row.key = code_key(row.code)

    @api.model
    @api.private
    def _remember(self, customer, chosen):
        """Keep what some texts mean to a customer; what meant another product before
        now means this one.

        :param customer: commercial partner
        :param chosen: ``{text: product}``
        """
        wanted = {code_key(text): (text, product) for text, product in chosen.items()}
        wanted.pop("", None)
        known = {
            row.key: row
            for row in self.search(
                [("partner_id", "=", customer.id), ("key", "in", list(wanted))]
            )
        }
        for key, row in known.items():
            if row.product_id != wanted[key][1]:
                row.product_id = wanted[key][1]
        return self.create(
            [
                {"partner_id": customer.id, "code": text, "product_id": product.id}
                for key, (text, product) in wanted.items()
                if key not in known
            ]
        )

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """A posted charge-back is a sale: the good unit is the customer's."""
        posted = super()._post(soft)
        charged = self.env["crm.rma.advance"].sudo()
        invoices = posted.filtered(lambda m: m.move_type == "out_invoice")
        for advance in charged.search([("charge_id", "in", invoices.ids)]):
            done = advance.move_ids.filtered(lambda m: m.state == "done")
            if not done.filtered(lambda m: m.location_dest_id.usage == "customer"):
                advance._pass_title()
        return posted

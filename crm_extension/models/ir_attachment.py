from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        """Files of a masked customer belong to its history."""
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        if not self.env.su and (ids := model_and_ids.get("res.partner")):
            partners = self.env["res.partner"].browse(filter(None, ids))
            for partner in partners._crm_masked():
                yield "res.partner", partner.id

from odoo import models

from .crm_mask_mixin import MASK


class Base(models.AbstractModel):
    _inherit = "base"

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """The chatter proposes a masked customer by name; the mail goes to the real
        address."""
        suggested = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        if self.env.user._crm_mask_mode() == "open":
            return suggested
        rows = [row for rows in suggested.values() for row in rows]
        ids = [row["partner_id"] for row in rows if row.get("partner_id")]
        masked = self.env["res.partner"].browse(ids)._crm_masked()
        for row in rows:
            if row.get("partner_id") in masked._ids:
                row["email"] = MASK
        return suggested

from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _get_stream_from(self, record, *args, filename_field="name", **kwargs):
        """The name of a downloaded picture is chosen by the client: no masked one."""
        mode = hasattr(record, "_mask_fields") and record._mask_mode()
        if mode and filename_field in record._mask_fields(mode):
            filename_field = "id"
        return super()._get_stream_from(
            record, *args, filename_field=filename_field, **kwargs
        )

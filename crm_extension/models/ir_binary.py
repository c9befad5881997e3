from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _get_stream_from(
        self,
        record,
        field_name="raw",
        filename=None,
        filename_field="name",
        *args,
        **kw,
    ):
        """The name of a downloaded picture is chosen by the client: no masked one."""
        mode = hasattr(record, "_mask_fields") and record._mask_mode()
        if mode and filename_field in record._mask_fields(mode):
            filename_field = "display_name"
        return super()._get_stream_from(
            record, field_name, filename, filename_field, *args, **kw
        )

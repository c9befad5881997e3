from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import human_size

MANAGER = "sales_team.group_sale_manager"
#: The uploader takes back a wrong file within a day; later a manager does.
REMOVE_HOURS = 24


class CrmContractVersion(models.Model):
    """One upload: number, who, when, why, and the bytes as they came."""

    _name = "crm.contract.version"
    _description = "Version of a File"
    _inherit = ["crm.contract.part"]
    _order = "file_id, number desc"
    _rec_name = "filename"

    file_id = fields.Many2one(
        "crm.contract.file", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer(string="Version", required=True, readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", required=True, readonly=True, ondelete="restrict"
    )
    filename = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Added by", readonly=True, ondelete="set null"
    )
    date = fields.Datetime(
        string="Added on", required=True, readonly=True, default=fields.Datetime.now
    )
    note = fields.Char(help="What is new in this version.")
    is_generated = fields.Boolean(
        readonly=True, help="Made from a template, not uploaded."
    )
    is_chosen = fields.Boolean(readonly=True)

    _number_uniq = models.UniqueIndex(
        "(file_id, number)", "This version exists already."
    )

    def copy_data(self, default=None):
        raise UserError(self.env._("A version is not copied. Upload the file again."))

    def write(self, vals):
        """What was uploaded stays as it was; only the note can be corrected."""
        if not self.env.su and vals.keys() - {"note"}:
            raise UserError(
                self.env._("A version is not changed. Add a new one, or its note.")
            )
        return super().write(vals)

    def unlink(self):
        """The bytes go with the row."""
        attachments = self.sudo().attachment_id
        result = super().unlink()
        attachments.exists().unlink()
        return result

    def _can_remove(self):
        """Whether the user may take this version away."""
        self.ensure_one()
        if self.env.user.has_group(MANAGER):
            return True
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=REMOVE_HOURS)
        return self.user_id == self.env.user and self.date >= limit

    def _read_version(self, is_current):
        """What the screen shows of a version."""
        self.ensure_one()
        file = self.sudo().attachment_id
        return {
            "id": self.id,
            "number": self.number,
            "name": self.filename,
            "note": self.note or "",
            "user": self.sudo().user_id.name or "",
            "date": fields.Datetime.to_string(self.date),
            "is_current": is_current,
            "is_generated": self.is_generated,
            "can_remove": self._can_remove(),
            "attachment_id": file.id,
            "mimetype": file.mimetype,
            "size": human_size(file.file_size),
        }

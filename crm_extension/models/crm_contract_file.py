from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmContractFile(models.Model):
    """A file of a contract (the text, an annex) with all its versions."""

    _name = "crm.contract.file"
    _description = "File of a Contract"
    _inherit = ["crm.contract.part"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    version_ids = fields.One2many("crm.contract.version", "file_id", copy=False)
    current_version_id = fields.Many2one(
        "crm.contract.version",
        compute="_compute_current_version_id",
    )
    version_count = fields.Integer(compute="_compute_current_version_id")

    @api.depends("version_ids.number", "version_ids.is_chosen")
    def _compute_current_version_id(self):
        """The newest version, unless somebody went back to an older one."""
        for file in self:
            versions = file.version_ids.sorted("number")
            chosen = versions.filtered("is_chosen")
            file.current_version_id = (chosen or versions)[-1:]
            file.version_count = len(versions)

    def write(self, vals):
        """People rename and sort files; which contract they belong to stays."""
        if not self.env.su and vals.keys() - {"name", "sequence"}:
            raise UserError(self.env._("A file stays with its contract."))
        return super().write(vals)

    def _read_file(self):
        """What the screen shows of a file."""
        self.ensure_one()
        current = self.current_version_id
        return {
            "id": self.id,
            "name": self.name,
            "versions": [
                version._read_version(version == current)
                for version in self.version_ids.sorted("number", reverse=True)
            ],
        }

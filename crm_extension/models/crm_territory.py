from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmTerritory(models.Model):
    _name = "crm.territory"
    _description = "Sales Territory"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        string="Territory",
        compute="_compute_complete_name",
        recursive=True,
        store=True,
    )
    code = fields.Char(help="Short code of the region, for imports and reports.")
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "crm.territory",
        string="Parent Territory",
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.territory", "parent_id", string="Parts")
    user_ids = fields.Many2many(
        "res.users", string="Salespeople", domain=[("share", "=", False)]
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", ondelete="set null", check_company=True
    )
    company_id = fields.Many2one("res.company")

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another territory has this code already.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for territory in self:
            names = filter(None, (territory.parent_id.complete_name, territory.name))
            territory.complete_name = " / ".join(names)

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A territory cannot lie within one of its own parts.")
            )

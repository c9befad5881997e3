from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    share_team_ids = fields.Many2many(
        "crm.team",
        "crm_team_share_rel",
        "team_id",
        "shared_team_id",
        string="Shares Customers with",
        domain="[('id', '!=', id)]",
        help="People of these teams work with the customers of this team as with "
        "their own: they see the data, the history and the quotations.",
    )

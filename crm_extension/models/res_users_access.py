from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

GROUP_OWN = "sales_team.group_sale_salesman"
GROUP_TEAM = "crm_extension.crm_extension_group_team"
GROUP_ALL = "sales_team.group_sale_salesman_all_leads"


class ResUsers(models.Model):
    """Whose customers somebody works with beside the own ones."""

    _inherit = "res.users"

    is_in_my_teams = fields.Boolean(
        compute="_compute_is_in_my_teams",
        search="_search_is_in_my_teams",
        help="A salesperson whose customers I work with: of my teams, or of a team "
        "that shares its customers with mine.",
    )

    @api.depends_context("uid")
    @api.depends(
        "crm_team_member_ids.active",
        "crm_team_member_ids.crm_team_id.user_id",
        "crm_team_member_ids.crm_team_id.share_team_ids",
    )
    def _compute_is_in_my_teams(self):
        rows = self.env.execute_query(self.env.user._crm_colleagues_sql())
        colleagues = {user_id for (user_id,) in rows}
        for user in self:
            user.is_in_my_teams = user.id in colleagues

    @api.model
    def _search_is_in_my_teams(self, operator, value):
        if operator != "in":
            return NotImplemented
        users = self.env.user._crm_colleagues_sql()
        domain = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), users
            ),
            predicate=lambda user: user.is_in_my_teams,
        )
        return domain if True in value else ~domain

    @tools.ormcache("self.id")
    def _crm_mask_mode(self):
        """``open``, ``masked`` or ``strict``: what the user gets to see of the customers
        that :meth:`_crm_masked_relations` names. The strictest of the user's companies,
        so that switching the company opens nothing."""
        if not self._crm_masked_relations():
            return "open"
        modes = set(self.sudo().company_ids.mapped("crm_masking"))
        return "strict" if "strict" in modes else "masked"

    @tools.ormcache("self.id")
    def _crm_masked_relations(self):
        """Hook: values of ``customer_relation`` of the customers that are masked for the
        user, a tuple. Only salespeople without "all documents" are limited."""
        if not self.has_group(GROUP_OWN) or self.has_group(GROUP_ALL):
            return ()
        modes = set(self.sudo().company_ids.mapped("crm_masking"))
        return ("others",) if modes & {"masked", "strict"} else ()

    def _crm_colleagues_sql(self):
        """The one definition of "my team's": a SELECT of user ids.

        Members of the teams that I lead or belong to (right "own team"), and of the
        teams that share their customers with one of mine (any salesperson).
        """
        self.ensure_one()
        mine = SQL(
            """
            SELECT id FROM crm_team WHERE user_id = %(uid)s
            UNION
            SELECT crm_team_id FROM crm_team_member WHERE active AND user_id = %(uid)s
            """,
            uid=self.id,
        )
        teams = SQL(
            "SELECT team_id FROM crm_team_share_rel WHERE shared_team_id IN (%s)", mine
        )
        if self.has_group(GROUP_TEAM):
            teams = SQL("%s UNION %s", teams, mine)
        return SQL(
            "SELECT user_id FROM crm_team_member WHERE active AND crm_team_id IN (%s)",
            teams,
            to_flush=self._crm_colleagues_fields(),
        )

    def _crm_colleagues_fields(self):
        """What must be in the database before the SELECT runs."""
        member, team = self.env["crm.team.member"]._fields, self.env["crm.team"]._fields
        return (
            member["active"],
            member["user_id"],
            member["crm_team_id"],
            team["user_id"],
        )

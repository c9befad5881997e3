from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

RELATIONS = [
    ("mine", "My Customers"),
    ("shared", "Shared with Me"),
    ("team", "My Team's"),
    ("free", "Nobody's"),
    ("pool", "In a Public Pool"),
    ("others", "Colleagues'"),
]


class ResPartner(models.Model):
    """Whose customer somebody is: the one place that says mine, my team's, others'.

    A person belongs to whom their company belongs to; a salesperson of their own (on
    the contact) comes on top. Record rules use the leaves ``user_id``,
    ``is_shared_with_me`` and ``user_id.is_in_my_teams``, for which PostgreSQL has
    indexes; masking, filters and screens use :attr:`customer_relation`.
    """

    _inherit = "res.partner"

    customer_relation = fields.Selection(
        RELATIONS,
        string="Whose Customer",
        compute="_compute_customer_relation",
        compute_sudo=True,
        search="_search_customer_relation",
        help="How the customer stands to the user: own, shared by the salesperson, of "
        "the own team, nobody's, or a colleague's.",
    )
    is_shared_with_me = fields.Boolean(
        compute="_compute_is_shared_with_me",
        compute_sudo=True,
        search="_search_is_shared_with_me",
    )

    @api.depends_context("uid")
    @api.depends(
        "user_id",
        "partner_share",
        "commercial_partner_id.user_id",
        "commercial_partner_id.collaborator_ids.user_id",
        "commercial_partner_id.collaborator_ids.until",
    )
    def _compute_customer_relation(self):
        """One query for the batch."""
        relations = self._crm_relations()
        for partner in self:
            partner.customer_relation = relations.get(partner._crm_origin().id, "free")

    def _crm_origin(self):
        """The saved record that says whose customer a form in edition shows."""
        return self._origin or self.commercial_partner_id._origin

    @api.model
    def _search_customer_relation(self, operator, value):
        if operator != "in":
            return NotImplemented
        relations = tuple(filter(None, value)) or (None,)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", self._crm_relation_sql(alias), relations
            ),
            predicate=lambda partner: partner.customer_relation in value,
        )

    @api.depends_context("uid")
    @api.depends("collaborator_ids.user_id", "collaborator_ids.until")
    def _compute_is_shared_with_me(self):
        shared = self.filtered_domain(self._crm_shared_domain())
        for partner in self:
            partner.is_shared_with_me = partner in shared

    @api.model
    def _search_is_shared_with_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._crm_shared_domain()
        return domain if True in value else ~domain

    @api.model
    def _crm_shared_domain(self):
        """Customers on which a collaboration of the user is running."""
        return Domain(
            "collaborator_ids",
            "any!",
            Domain("user_id", "=", self.env.uid) & Domain("is_running", "=", True),
        )

    def _crm_relations(self, without_leads=()):
        """Map ids to ``customer_relation`` for the current user: one query.

        :param without_leads: ids of leads that shall open nothing
        """
        ids = tuple({partner._crm_origin().id for partner in self} - {False})
        if not ids:
            return {}
        query = SQL(
            "SELECT id, %s FROM res_partner WHERE id IN %s",
            self._crm_relation_sql("res_partner", without_leads),
            ids,
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _crm_relation_sql(self, alias, without_leads=()):
        """The relation of the current user to the partner of a table alias.

        Employees' own cards are nobody's: colleagues find each other.
        """
        partner = {
            name: SQL.identifier(alias, name, to_flush=self._fields[name])
            for name in ("user_id", "commercial_partner_id", "partner_share")
        }
        return SQL(
            """CASE
            WHEN %(own)s = %(uid)s OR %(company)s = %(uid)s THEN 'mine'
            WHEN %(customer)s IN (%(shared)s) THEN 'shared'
            WHEN %(pool)s THEN 'pool'
            WHEN NOT %(share)s OR (%(own)s IS NULL AND %(company)s IS NULL) THEN 'free'
            WHEN %(own)s IN (%(team)s) OR %(company)s IN (%(team)s) THEN 'team'
            ELSE 'others' END""",
            uid=self.env.uid,
            own=partner["user_id"],
            company=SQL(
                "(SELECT c.user_id FROM res_partner c WHERE c.id = %s)",
                partner["commercial_partner_id"],
            ),
            customer=partner["commercial_partner_id"],
            share=partner["partner_share"],
            shared=self._crm_shared_sql(without_leads),
            pool=self._crm_pooled_sql(partner["commercial_partner_id"]),
            team=self.env.user._crm_colleagues_sql(),
        )

    @api.model
    def _crm_pooled_sql(self, customer):
        """Hook: SQL condition of the customers of nobody whose data the current user
        does not see as long as nobody has claimed them."""
        return SQL("FALSE")

    @api.model
    def _crm_shared_sql(self, without_leads=()):
        """SELECT of the customers that somebody shares with the current user: by a
        collaboration, or by an open lead that was given to the user."""
        rows = self.env["crm.collaborator"]._fields
        leads = self.env["crm.lead"]._fields
        return SQL(
            """
            SELECT partner_id FROM crm_collaborator
             WHERE user_id = %(uid)s AND (until IS NULL OR until >= %(today)s)
            UNION
            SELECT p.commercial_partner_id
              FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
             WHERE l.user_id = %(uid)s AND l.active AND l.date_closed IS NULL
               AND l.id NOT IN %(without)s
            """,
            without=tuple(without_leads) or (0,),
            uid=self.env.uid,
            today=fields.Date.context_today(self),
            to_flush=(
                rows["user_id"],
                rows["until"],
                leads["user_id"],
                leads["partner_id"],
                leads["active"],
                leads["date_closed"],
            ),
        )

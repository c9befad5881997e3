from odoo import api, fields, models

#: What decides about the territory of a lead
ADDRESS = frozenset(
    {"country_id", "state_id", "city", "zip", "partner_id", "sales_channel_id"}
)


class CrmLead(models.Model):
    """The territory of a lead: of its customer, else by the address that it holds."""

    _inherit = "crm.lead"

    territory_id = fields.Many2one(
        "crm.territory",
        index="btree_not_null",
        ondelete="set null",
        help="Of the customer; before there is one, by the address of the lead.",
    )
    sales_channel_id = fields.Many2one(
        "crm.sales.channel",
        string="Channel",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_sales_channel_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The way on which the customer buys. Follows the customer.",
    )

    @api.depends("partner_id")
    def _compute_sales_channel_id(self):
        for lead in self:
            customer = lead.partner_id.commercial_partner_id
            lead.sales_channel_id = customer.sales_channel_id or lead.sales_channel_id

    @api.model_create_multi
    def create(self, vals_list):
        """New leads get their territory; without a salesperson also its team and
        people."""
        leads = super().create(vals_list)
        leads._territory_refresh(give=True)
        return leads

    def write(self, vals):
        result = super().write(vals)
        if ADDRESS & vals.keys() and "territory_id" not in vals:
            self._territory_refresh()
        return result

    def _territory_verdict(self):
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        values = {
            "country_id": (self.country_id or customer.country_id).id,
            "state_id": (self.state_id or customer.state_id).id,
            "city": self.city or customer.city,
            "zip": self.zip or customer.zip,
            "industry_id": customer.industry_id.id,
            "employee_range": customer.employee_range,
            "sales_channel_id": self.sales_channel_id.id,
        }
        territories = self.env["crm.territory"]
        company = self.company_id or self.env.company
        return territories._map(company).find(territories._place(values))

    def _territory_refresh(self, give=False):
        """Find the territory of leads; one write for each territory."""
        leads = self.sudo()
        companies = leads.company_id | self.env.company
        if not any(self.env["crm.territory"]._map(c).rules for c in companies):
            return
        for territory, some in leads.grouped(lambda lead: lead._territory_of()).items():
            some.filtered(lambda lead, t=territory: lead.territory_id != t).write(
                {"territory_id": territory.id}
            )
        if give and self.env["res.partner"]._territory_gives():
            leads._territory_give()

    def _territory_of(self):
        customer = self.partner_id.commercial_partner_id
        return customer.territory_id or customer.territory_id.browse(
            self._territory_verdict().rule or ()
        )

    def _territory_give(self):
        """Leads of nobody go to the salesperson of their customer, else to the team and
        people of their territory: who has the fewest open leads first."""
        free = self.filtered(lambda lead: not lead.user_id and lead.territory_id)
        load = {}
        for territory, leads in free.grouped("territory_id").items():
            people, team = territory._owners(), territory._team()
            load |= leads._territory_load(people - people.browse(load))
            for lead in leads:
                owner = lead.partner_id.commercial_partner_id.user_id.filtered("active")
                owner = owner or min(
                    people,
                    key=lambda user: (load[user.id], user.id),
                    default=people.browse(),
                )
                load[owner.id] = load.get(owner.id, 0) + 1
                values = {"user_id": owner.id} if owner else {}
                if team:
                    values["team_id"] = team.id
                if values:
                    lead.write(values)

    def _territory_load(self, people):
        """Map people to the number of their open leads: one query, none for nobody."""
        if not people:
            return {}
        groups = self.env["crm.lead"]._read_group(
            [("user_id", "in", people.ids), ("won_status", "=", "pending")],
            ["user_id"],
            ["__count"],
        )
        counts = {user.id: count for user, count in groups}
        return {user.id: counts.get(user.id, 0) for user in people}

from collections import defaultdict

from odoo import api, fields, models

from ..tools.deal import Unit, deal
from .crm_territory import SIZES

#: What decides about the territory of a customer
PLACE_FIELDS = (
    *("country_id", "state_id", "city", "zip"),
    *("industry_id", "employee_range", "sales_channel_id"),
)
PARAMETER = "crm_extension.territory_assign"


class ResPartner(models.Model):
    """The territory of a customer: found by itself, unless somebody pinned it."""

    _inherit = "res.partner"

    employee_range = fields.Selection(
        SIZES,
        string="Employees",
        help="Size of the customer, for territories.",
        prefetch="crm_customer",
    )
    sales_channel_id = fields.Many2one(
        "crm.sales.channel",
        string="Channel",
        index="btree_not_null",
        ondelete="restrict",
        help="The way on which the customer buys: directly, through a reseller ...",
        prefetch="crm_customer",
    )
    territory_pinned = fields.Boolean(
        string="Keep the Territory",
        help="Territory and salesperson stay when customers are assigned anew.",
        prefetch="crm_customer",
    )
    territory_reason = fields.Char(
        string="Why this Territory", compute="_compute_territory_reason"
    )

    @api.depends("territory_id", "territory_pinned", *PLACE_FIELDS)
    @api.depends_context("lang", "company")
    def _compute_territory_reason(self):
        """Why the territory takes the customer, or which one would."""
        territories = self.env["crm.territory"]
        for partner in self:
            verdict = partner._territory_verdict()
            words = territories._verdict_words(verdict)
            found = territories.browse(verdict.rule or ())
            if partner.territory_pinned:
                words = self.env._("Kept by hand.")
            elif found != partner.territory_id and found:
                words = self.env._(
                    "By address it would be %(territory)s.",
                    territory=found.sudo().complete_name,
                )
            partner.territory_reason = words

    @api.model_create_multi
    def create(self, vals_list):
        """New customers get their territory, and its salesperson when they have none."""
        for vals in vals_list:
            if vals.get("territory_id"):
                vals.setdefault("territory_pinned", True)
        partners = super().create(vals_list)
        partners._territory_refresh(give=True)
        return partners

    def write(self, vals):
        """Another address, another territory; what somebody chooses by hand is kept."""
        if "territory_id" in vals and not self.env.context.get("crm_territory_machine"):
            vals = {"territory_pinned": bool(vals["territory_id"]), **vals}
        result = super().write(vals)
        if set(PLACE_FIELDS) & vals.keys():
            self._territory_refresh()
        return result

    def _territory_map(self):
        company = self.company_id or self.env.company
        return self.env["crm.territory"]._map(company)

    def _territory_verdict(self):
        """Which territory takes this customer, and why (``tools/territory.py``)."""
        self.ensure_one()
        values = {
            name: self[name].id if name.endswith("_id") else self[name]
            for name in PLACE_FIELDS
        }
        return self._territory_map().find(self.env["crm.territory"]._place(values))

    def _territory_refresh(self, give=False):
        """Find the territory of customers that are not pinned.

        :param give: also give customers without salesperson to that of the territory
        """
        if not any(self._territory_maps()):
            return
        customers = self.sudo().filtered(
            lambda p: (
                p == p.commercial_partner_id
                and p.partner_share
                and not p.territory_pinned
            )
        )
        by_territory = defaultdict(customers.browse)
        for customer in customers:
            territory_id = customer._territory_verdict().rule or False
            if customer.territory_id.id != territory_id:
                by_territory[territory_id] |= customer
        machine = customers.with_context(crm_territory_machine=True)
        for territory_id, some in by_territory.items():
            some.with_env(machine.env).territory_id = territory_id
        if give and self._territory_gives():
            customers._territory_give()

    def _territory_maps(self):
        """Rules of the companies concerned: nothing is asked where there are none."""
        companies = self.sudo().company_id | self.env.company
        return [self.env["crm.territory"]._map(company).rules for company in companies]

    @api.model
    def _territory_gives(self):
        """Whether new customers and leads get the salesperson of the territory."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return get_param(PARAMETER) in ("True", "1")

    def _territory_give(self):
        """Give customers without salesperson to the people of their territory."""
        free = self.filtered(lambda customer: not customer.user_id)
        for territory, customers in free.grouped("territory_id").items():
            owners = territory._owners() if territory else territory.user_ids
            if not owners:
                continue
            dealt = customers._territory_deal(owners)
            giving = customers.with_context(crm_owner_reason="territory")
            for user, some in dealt.items():
                some.with_env(giving.env).user_id = user

    def _territory_deal(self, owners):
        """Map the people of a territory to the customers they get: who has least first.
        One query, none for one person."""
        if len(owners) == 1:
            return {owners: self}
        groups = (
            self.env["res.partner"]
            .sudo()
            ._read_group([("user_id", "in", owners.ids)], ["user_id"], ["__count"])
        )
        load = {user.id: count for user, count in groups}
        dealt = deal(
            [Unit(customer.id) for customer in self],
            dict.fromkeys(owners.ids, 1),
            load,
        )
        by_user = defaultdict(self.browse)
        for customer in self:
            by_user[owners.browse(dealt[customer.id])] |= customer
        return by_user


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_territory_assign = fields.Boolean(
        string="Deal Out by Territory", config_parameter=PARAMETER
    )

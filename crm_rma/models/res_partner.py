from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    rma_count = fields.Integer(
        compute="_compute_rma_count",
        string="RMAs",
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )
    rma_open_count = fields.Integer(
        compute="_compute_rma_count",
        string="Open RMAs",
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )

    warranty_count = fields.Integer(
        compute="_compute_warranty_count",
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )

    @api.depends_context("uid")
    def _compute_warranty_count(self):
        """Running warranties of the whole company, also on its contacts' forms."""
        registrations = self.env["warranty.registration"]
        customers = self.commercial_partner_id
        groups = registrations._read_group(
            registrations._running_domain() & Domain("partner_id", "in", customers.ids),
            ["partner_id"],
            ["__count"],
        )
        counts = dict(groups)
        for partner in self:
            partner.warranty_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_warranties(self):
        """The warranties of this customer, those that run first."""
        self.ensure_one()
        action = self.env["warranty.registration"]._action_list(
            [("partner_id", "=", self.commercial_partner_id.id)]
        )
        if "res_id" not in action:
            action["context"] = {"search_default_running": 1}
        return action

    @api.depends_context("uid")
    def _compute_rma_count(self):
        """Counts of the whole company, also on its contacts' forms."""
        groups = self.env["crm.rma"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
            ["commercial_partner_id", "is_open"],
            ["__count"],
        )
        counts = {(partner, is_open): count for partner, is_open, count in groups}
        for partner in self:
            company = partner.commercial_partner_id
            partner.rma_open_count = counts.get((company, True), 0)
            partner.rma_count = partner.rma_open_count + counts.get((company, False), 0)

    def action_view_rmas(self):
        """The RMAs of this customer; the list offers a new one."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_rma.crm_rma_action")
        company = self.commercial_partner_id
        return {
            **action,
            "domain": [("commercial_partner_id", "=", company.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_new_rma(self):
        """A new RMA for this customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.rma",
            "view_mode": "form",
            "name": self.env._("New RMA"),
            "context": {"default_partner_id": self.id},
        }

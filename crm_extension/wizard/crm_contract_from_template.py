from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmContractFromTemplate(models.TransientModel):
    """From a template and a quotation to a contract with its file, in one look."""

    _name = "crm.contract.from.template"
    _description = "Fill a Contract from a Template"

    contract_id = fields.Many2one("crm.contract", ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        compute="_compute_order_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('partner_id', 'child_of', partner_id), ('state', '!=', 'cancel')]",
    )
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    template_id = fields.Many2one(
        "crm.contract.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
    )
    name = fields.Char(
        string="Title",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    missing = fields.Char(compute="_compute_preview")

    @api.depends("contract_id", "order_id")
    def _compute_partner_id(self):
        for wizard in self:
            partner = wizard.contract_id.partner_id or wizard.order_id.partner_id
            partner = partner or wizard.partner_id
            wizard.partner_id = partner.commercial_partner_id

    @api.depends("contract_id")
    def _compute_order_id(self):
        """The quotation that the contract is about, when there is one only."""
        for wizard in self:
            orders = wizard.contract_id.order_ids
            wizard.order_id = wizard.order_id or (len(orders) == 1 and orders)

    @api.depends("partner_id", "contract_id")
    def _compute_template_id(self):
        for wizard in self:
            wizard.template_id = wizard.template_id or wizard._best_template()

    def _best_template(self):
        kind = self.contract_id.kind_id
        best = self.env["crm.contract.template"]._best_for(self.partner_id, kind)
        if self.order_id or not best.filtered(lambda t: not t.needs_order):
            return best[:1]
        return best.filtered(lambda template: not template.needs_order)[:1]

    @api.depends("template_id", "contract_id")
    def _compute_name(self):
        for wizard in self:
            name = wizard.contract_id.name
            if not name:
                words = (wizard.template_id.name, wizard.order_id.name)
                name = " ".join(filter(None, words))
            wizard.name = name

    @api.depends("template_id", "order_id", "partner_id", "name", "contract_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview, wizard.missing = wizard._render_preview()

    def _render_preview(self):
        if not self.template_id or not self.partner_id:
            return False, False
        contract = self.contract_id or self.env["crm.contract"].new(
            {**self._prepare_contract(), "number": "…"}
        )
        try:
            filled = self.env["crm.contract.fill"]._fill(
                self.template_id, contract, self.order_id
            )
        except UserError as error:
            return False, str(error)
        return filled.html, self.template_id._missing_words(filled.missing)

    def _prepare_contract(self):
        """Values of the new contract."""
        order = self.order_id
        company = order.company_id or self.env.company
        return {
            "name": self.name or self.template_id.name,
            "kind_id": self.template_id.kind_id.id,
            "decision": "draft",
            "partner_id": self.partner_id.id,
            "signer_ids": [Command.set(self._signers().ids)],
            "company_id": company.id,
            "amount": order.amount_total,
            "currency_id": (order.currency_id or company.currency_id).id,
            "order_ids": [Command.set(order.ids)],
            "lead_ids": [Command.set((self.lead_id or order.opportunity_id).ids)],
        }

    def _signers(self):
        """The person whom the quotation is for."""
        person = self.order_id.partner_id
        return person if person and not person.is_company else person.browse()

    def action_make(self):
        """Make the contract, when there is none yet, fill it and keep the file."""
        self.ensure_one()
        contract = self.contract_id or self.env["crm.contract"].create(
            self._prepare_contract()
        )
        contract._fill_from(self.template_id, self.order_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.contract",
            "res_id": contract.id,
            "views": [[False, "form"]],
        }

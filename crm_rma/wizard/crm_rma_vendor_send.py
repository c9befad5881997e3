from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaVendorSend(models.TransientModel):
    """Send units of one or several RMAs to one vendor."""

    _name = "crm.rma.vendor.send"
    _description = "Send Units to a Vendor"

    line_ids = fields.Many2many("crm.rma.line", string="Units", required=True)
    vendor_id = fields.Many2one(
        "res.partner",
        compute="_compute_vendor_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    vendor_ref = fields.Char(string="Vendor's Number")
    date_expected = fields.Date(
        string="Expected Back", default=lambda self: self._default_date_expected()
    )
    note = fields.Text(string="For the Vendor")

    @api.model
    def _default_date_expected(self):
        days = self.env.company.sudo().rma_vendor_days
        return days and fields.Date.add(fields.Date.context_today(self), days=days)

    @api.depends("line_ids")
    def _compute_vendor_id(self):
        for send in self:
            if not send.vendor_id:
                send.vendor_id = send.line_ids._suggest_vendor()

    def action_send(self):
        """One outside repair for the units of each warehouse."""
        self.ensure_one()
        rmas = self.line_ids.rma_id._begin("is_open")
        lines = self.line_ids.filtered(
            lambda line: line.rma_id in rmas and line._can_send_to_vendor()
        )
        if not lines:
            raise UserError(
                self.env._("Choose units that are with you and not decided about yet.")
            )
        repairs = self.env["crm.rma.vendor"]
        for warehouse, units in lines.grouped(
            lambda line: line.rma_id.warehouse_id
        ).items():
            repair = self._create_repair(warehouse)
            units._decide("vendor", vendor_repair_id=repair.id)
            repairs |= repair
        return repairs._action_open()

    def _create_repair(self, warehouse):
        repairs = self.env["crm.rma.vendor"].sudo()
        values = repairs._prepare_repair(
            self.vendor_id,
            warehouse,
            vendor_ref=self.vendor_ref,
            date_expected=self.date_expected,
            note=self.note,
            user_id=self.env.uid,
        )
        return repairs.create(values).with_env(self.env)


class CrmRmaDecide(models.TransientModel):
    """*Decide* sends units to a vendor, too: all rows to the same one."""

    _inherit = "crm.rma.decide"

    has_vendor = fields.Boolean(compute="_compute_has")
    vendor_id = fields.Many2one(
        "res.partner",
        compute="_compute_vendor_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    vendor_ref = fields.Char(string="Vendor's Number")
    date_expected = fields.Date(
        string="Expected Back",
        default=lambda self: self.env["crm.rma.vendor.send"]._default_date_expected(),
    )
    vendor_repair_id = fields.Many2one("crm.rma.vendor", readonly=True)

    @api.depends("line_ids.kind")
    def _compute_has(self):
        super()._compute_has()
        for decide in self:
            decide.has_vendor = "vendor" in decide.line_ids.mapped("kind")

    @api.depends("line_ids.line_id")
    def _compute_vendor_id(self):
        for decide in self:
            if not decide.vendor_id:
                decide.vendor_id = decide.line_ids.line_id._suggest_vendor()

    def _vendor_repair(self):
        """The outside repair of this decision, made for the first of its units."""
        if not self.vendor_repair_id:
            if not self.vendor_id:
                raise UserError(self.env._("Choose the vendor who repairs the units."))
            send = self.env["crm.rma.vendor.send"].new(
                {
                    "vendor_id": self.vendor_id.id,
                    "vendor_ref": self.vendor_ref,
                    "date_expected": self.date_expected,
                    "note": self.note,
                }
            )
            self.vendor_repair_id = send._create_repair(self.rma_id.warehouse_id)
        return self.vendor_repair_id


class CrmRmaDecideLine(models.TransientModel):
    _inherit = "crm.rma.decide.line"

    def _prepare_outcome(self):
        values = super()._prepare_outcome()
        if self.kind == "vendor":
            values["vendor_repair_id"] = self.decide_id._vendor_repair().id
        return values


class CrmRmaVendor(models.Model):
    _inherit = "crm.rma.vendor"

    def _action_open(self):
        """Window action on these repairs: the form for one, else the list."""
        xmlid = "crm_rma.crm_rma_vendor_action"
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

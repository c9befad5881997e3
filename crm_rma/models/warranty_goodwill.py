from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.i18n import format_list

CLASSES = ("parts", "labour", "transport", "onsite")


class WarrantyGoodwill(models.Model):
    """Not covered, and free all the same: somebody asks, a service manager decides.

    The verdict stays what it is. The parts of a goodwill repair are used through an
    operation type of their own, so that their cost is booked apart from warranty.
    """

    _name = "warranty.goodwill"
    _description = "Goodwill"
    _order = "id desc"
    _rec_names_search = ["line_id.rma_id.name", "line_id.lot_id.name"]
    _check_company_auto = True

    line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    rma_id = fields.Many2one(related="line_id.rma_id", string="RMA")
    partner_id = fields.Many2one(
        related="line_id.partner_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, index=True, precompute=True
    )
    reason_id = fields.Many2one(
        "warranty.reason",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'goodwill')]",
    )
    note = fields.Text(help="Why the customer need not pay.")
    parts = fields.Boolean(default=True)
    labour = fields.Boolean(default=True)
    transport = fields.Boolean()
    onsite = fields.Boolean(string="On-Site Work")
    state = fields.Selection(
        [("asked", "Asked For"), ("granted", "Granted"), ("refused", "Refused")],
        default="asked",
        required=True,
        readonly=True,
        copy=False,
    )
    asked_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, index=True)
    date_decided = fields.Datetime(string="Decided On", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary(
        string="Cost of Parts",
        compute="_compute_cost",
        groups="crm_extension.crm_extension_group_margin,crm_rma.crm_rma_group_manager",
        help="Value of the parts that were used under goodwill.",
    )

    _granted_uniq = models.UniqueIndex(
        "(line_id) WHERE state != 'refused'",
        "Goodwill was asked for already for this unit.",
    )

    @api.depends("line_id", "reason_id")
    def _compute_display_name(self):
        for goodwill in self:
            unit = goodwill.line_id.display_name or ""
            goodwill.display_name = f"{unit}: {goodwill.reason_id.name or ''}"

    @api.depends("line_id.repair_ids.move_ids.state")
    def _compute_cost(self):
        """Read from the done part moves into the goodwill place, never typed."""
        for goodwill in self.sudo():
            moves = goodwill.line_id.repair_ids.move_ids.filtered(
                lambda m: (
                    m.state == "done" and m.location_dest_id.rma_expense == "goodwill"
                )
            )
            goodwill.cost = sum(abs(move.value) for move in moves)

    @api.constrains("reason_id", *CLASSES)
    def _check_says_what(self):
        for goodwill in self:
            if goodwill.reason_id.kind != "goodwill":
                raise ValidationError(
                    self.env._("%s is no reason for goodwill.", goodwill.reason_id.name)
                )
            if not any(goodwill[name] for name in CLASSES):
                raise ValidationError(
                    self.env._("Say what is free: parts, labour, transport.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            decided = {"state", "decided_by_id", "date_decided"}
            if any(decided & vals.keys() for vals in vals_list):
                self._check_decider()
            vals_list = [{**vals, "asked_by_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    # -------------------------------------------------------------------------
    # Decide
    # -------------------------------------------------------------------------

    def _check_decider(self):
        if not self.env.user.has_group("crm_rma.crm_rma_group_manager"):
            raise AccessError(
                self.env._("Only a service manager may decide about goodwill.")
            )

    def _decide(self, state):
        """Keep the decision of the current user."""
        self._check_decider()
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        if decided := self.filtered(lambda g: g.state != "asked"):
            raise UserError(
                self.env._(
                    "%s was decided already.", ", ".join(decided.mapped("display_name"))
                )
            )
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "date_decided": fields.Datetime.now(),
            }
        )
        self.flush_recordset(["state"])

    def action_ask(self):
        """The request is kept; a manager finds it on the workbench."""
        self.check_access("read")
        return {"type": "ir.actions.act_window_close"}

    def action_grant(self):
        """The customer need not pay; open repairs are booked as goodwill from now."""
        self._decide("granted")
        for goodwill in self.sudo():
            goodwill._add_intervals()
            goodwill._rebook_repairs()
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """The customer pays."""
        self._decide("refused")
        return {"type": "ir.actions.act_window_close"}

    def _granted_classes(self):
        return [name for name in CLASSES if self[name]]

    def _add_intervals(self):
        """One covered day, the day of the fault: later faults are no goodwill."""
        registration = self.line_id.registration_id
        if not registration:
            return
        day = self.line_id.date_reported
        self.env["warranty.interval"].create(
            [
                {
                    "registration_id": registration.id,
                    **registration._prepare_interval(
                        "goodwill", coverage, day, day, rma_line_id=self.line_id.id
                    ),
                }
                for coverage in self._granted_classes()
            ]
        )
        registration._reckon()

    def _rebook_repairs(self):
        """Repairs that are under way use their parts as goodwill."""
        if not self.parts or self.line_id._cover_of("parts") != "goodwill":
            return
        repair_type = self.line_id.rma_id.warehouse_id.rma_goodwill_type_id
        for repair in self.line_id._open_repairs():
            repair.write({"picking_type_id": repair_type.id, "under_warranty": True})
            place = repair_type.default_location_dest_id
            parts = repair.move_ids.filtered(
                lambda m: (
                    m.state not in ("done", "cancel") and m.repair_line_type == "add"
                )
            )
            repair.location_dest_id = place
            parts.location_dest_id = place

    def _explain(self):
        """``"Goodwill for parts and labour (Just expired), granted by Anna."``"""
        labels = self.env["warranty.explain"]._class_labels()
        return self.env._(
            "Goodwill for %(classes)s (%(reason)s), granted by %(user)s.",
            classes=format_list(
                self.env, [labels[name] for name in self._granted_classes()]
            ),
            reason=self.reason_id.name,
            user=self.sudo().decided_by_id.name or "",
        )

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..tools.labels import field_labels

STATES = [
    ("running", "Running"),
    ("suspended", "Suspended"),
    ("hold", "On Hold"),
    ("expired", "Expired"),
    ("void", "Void"),
    ("replaced", "Replaced"),
]
# Counted by the engine; a person changes what they follow from.
COUNTED = {
    "date_end",
    "date_void",
    "date_suspended",
    "date_closed",
    "close_kind",
    "replaced_by_id",
    "return_move_id",
    "refund_move_id",
    "revision",
    "choice",
}
# When one of these changes, the covered days begin anew.
STARTS = {
    "date_start",
    "date_delivered",
    "date_invoiced",
    "date_installed",
    "start_basis",
}


class WarrantyRegistration(models.Model):
    """The warranty of one serial number, or of the goods of one delivery line.

    It owns the covered days (``warranty.interval``), the time with us
    (``warranty.suspension``) and what speaks against it (``warranty.block``). How it
    comes to life stands in ``warranty_registration_stamp.py``, how it is counted and
    judged in ``warranty_registration_cover.py``.
    """

    _name = "warranty.registration"
    _description = "Warranty"
    _inherit = ["crm.timeline.mixin", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["lot_id.name", "product_id.name"]
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        ondelete="restrict",
        check_company=True,
        help="Empty for goods without serial or lot number: then the delivery line and "
        "the quantity say what is covered.",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Float(
        default=1.0,
        digits="Product Unit",
        required=True,
        help="How many are covered, in the product's unit; what was taken back or "
        "exchanged is not counted any more.",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    kit_id = fields.Many2one(
        "product.product",
        string="Sold As Part Of",
        ondelete="restrict",
        index="btree_not_null",
        help="The kit on the order line that this component was delivered for.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="restrict",
        index=True,
        help="The company or person the goods were delivered to.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    term_id = fields.Many2one(
        "warranty.term",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', '=', 'standard')]",
    )
    choice = fields.Json(
        readonly=True, copy=False, help="Why this term was chosen, as facts."
    )
    choice_text = fields.Char(compute="_compute_choice_text", string="Why This Term")
    statutory_id = fields.Many2one(
        "warranty.statutory",
        string="Statutory Rights",
        ondelete="restrict",
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Delivery Move",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    picking_id = fields.Many2one(related="move_id.picking_id", string="Delivery")
    sale_line_id = fields.Many2one(related="move_id.sale_line_id")
    sale_order_id = fields.Many2one(related="move_id.sale_line_id.order_id")

    # When it starts
    date_delivered = fields.Date(
        string="Delivered On",
        help="The day of the delivery in the company's time zone.",
    )
    start_basis = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("invoice", "Invoice"),
            ("installation", "Installation"),
        ],
        string="Starts With",
        default="delivery",
        required=True,
    )
    date_invoiced = fields.Date(
        string="Invoiced on",
        help="The day of the first posted invoice, when the warranty or the law starts "
        "with it.",
    )
    date_installed = fields.Date(
        string="Installed", help="Entered by the service desk or the installer."
    )
    date_start = fields.Date(
        string="Start",
        compute="_compute_date_start",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )

    # What it consists of
    interval_ids = fields.One2many(
        "warranty.interval", "registration_id", string="Covered Days"
    )
    suspension_ids = fields.One2many(
        "warranty.suspension", "registration_id", string="Suspensions"
    )
    block_ids = fields.One2many(
        "warranty.block",
        "registration_id",
        string="Void or On Hold",
        context={"active_test": False},
    )
    extension_ids = fields.One2many(
        "warranty.extension", "registration_id", string="Extended Warranties"
    )

    # What follows from it
    date_end = fields.Date(
        string="Last Covered Day",
        help="The day on which the last cover of parts or labour ends, this day "
        "included. While the unit is with us it moves on.",
    )
    date_suspended = fields.Date(
        string="Suspended Since", help="The unit is with us since this day."
    )
    date_void = fields.Date(
        string="Void From",
        compute="_compute_date_void",
        store=True,
        help="Faults reported from this day on are not covered.",
    )
    void_reason = fields.Char(compute="_compute_void_reason")
    revision = fields.Integer(
        default=0, help="Grows with every change, so that open verdicts follow."
    )

    # How it ended
    date_closed = fields.Date(string="Ended On", readonly=True, copy=False)
    close_kind = fields.Selection(
        [
            ("returned", "Taken Back"),
            ("refunded", "Refunded"),
            ("replaced", "Replaced"),
        ],
        string="Ended Because",
        readonly=True,
        copy=False,
    )
    return_move_id = fields.Many2one(
        "stock.move",
        string="Taken Back By",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="The move by which the goods were returned; it ended the warranty.",
    )
    refund_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    replaced_by_id = fields.Many2one(
        "warranty.registration",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="The warranty of the unit that replaced this one.",
    )
    replaces_ids = fields.One2many("warranty.registration", "replaced_by_id")
    state = fields.Selection(
        STATES, string="Status", compute="_compute_state", search="_search_state"
    )
    rma_count = fields.Integer(compute="_compute_rma_count", string="RMAs")
    is_vendor_claim_due = fields.Boolean(
        compute="_compute_is_vendor_claim_due",
        search="_search_is_vendor_claim_due",
        string="Vendor Claim Due",
        help="A fault was reported that the vendor has not been told yet.",
    )

    # One delivery registers one serial once, however often it is processed.
    _delivery_uniq = models.UniqueIndex(
        "(lot_id, move_id)", "This delivery is already registered for this serial."
    )
    _bulk_uniq = models.UniqueIndex(
        "(move_id) WHERE lot_id IS NULL", "This delivery line is already registered."
    )
    _lot_idx = models.Index("(lot_id, date_start DESC, id DESC)")
    _partner_end_idx = models.Index("(partner_id, date_end)")
    _end_idx = models.Index("(date_end, id)")
    _suspended_idx = models.Index("(date_suspended) WHERE date_suspended IS NOT NULL")
    _start_idx = models.Index("(date_start DESC, id DESC)")
    _dates_ordered = models.Constraint(
        "CHECK(date_end >= date_start)", "A warranty cannot end before it starts."
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "A warranty cannot cover a negative quantity."
    )

    # -------------------------------------------------------------------------
    # Computes
    # -------------------------------------------------------------------------

    @api.depends("lot_id.name", "product_id", "date_end")
    def _compute_display_name(self):
        for registration in self:
            unit = registration.lot_id.name or registration.product_id.display_name
            registration.display_name = (
                self.env._(
                    "%(serial)s until %(date)s",
                    serial=unit or "",
                    date=format_date(self.env, registration.date_end),
                )
                if registration.date_end
                else unit or ""
            )

    @api.depends("lot_id")
    def _compute_product_id(self):
        for registration in self:
            registration.product_id = (
                registration.lot_id.product_id or registration.product_id
            )

    @api.depends("date_delivered", "date_invoiced", "date_installed", "start_basis")
    def _compute_date_start(self):
        for registration in self:
            registration.date_start = (
                registration._first_day(registration.start_basis)
                or registration.date_start
                or fields.Date.context_today(registration)
            )

    def _first_day(self, basis):
        """The first covered day for a basis: never before the delivery."""
        self.ensure_one()
        later = {"invoice": self.date_invoiced, "installation": self.date_installed}
        days = [self.date_delivered, later.get(basis)]
        return max((day for day in days if day), default=False)

    @api.depends("choice", "term_id")
    @api.depends_context("lang")
    def _compute_choice_text(self):
        rules = self.env["warranty.rule"]
        for registration in self:
            registration.choice_text = rules._explain_choice(registration.choice)

    @api.depends("date_closed", "block_ids.date_from", "block_ids.active")
    def _compute_date_void(self):
        for registration in self:
            voids = registration.block_ids.filtered(
                lambda block: block.active and block.kind == "void"
            )
            days = [*voids.mapped("date_from"), registration.date_closed]
            registration.date_void = min((d for d in days if d), default=False)

    @api.depends(
        "date_void",
        "date_closed",
        "close_kind",
        "block_ids.reason_id",
        "replaced_by_id",
    )
    @api.depends_context("lang")
    def _compute_void_reason(self):
        """Why it does not hold any more, in the reader's language."""
        for registration in self:
            registration.void_reason = registration.date_void and (
                registration._explain_end()
            )

    def _explain_end(self):
        self.ensure_one()
        if self.date_closed and self.date_closed == self.date_void:
            return self._explain_closed()
        voids = self.block_ids.filtered(lambda b: b.active and b.kind == "void")
        return ", ".join(voids.reason_id.mapped("name"))

    def _explain_closed(self):
        if self.close_kind == "replaced":
            successor = self.replaced_by_id
            unit = successor.lot_id.name or successor.product_id.display_name
            return self.env._("Replaced by %s", unit or "")
        if self.close_kind == "refunded":
            return self.env._("Refunded: %s", self.refund_move_id.name or "")
        return self.env._("Taken back: %s", self.return_move_id.reference or "")

    @api.depends(
        "date_end", "date_void", "date_suspended", "close_kind", "block_ids.active"
    )
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for registration in self:
            registration.state = registration._state_on(today)

    def _state_on(self, today):
        if self.date_void and self.date_void <= today:
            replaced = self.close_kind == "replaced" and self.date_closed <= today
            return "replaced" if replaced else "void"
        holds = self.block_ids.filtered(
            lambda b: b.active and b.kind == "hold" and b.date_from <= today
        )
        if holds:
            return "hold"
        if self.date_suspended and self.date_end >= self.date_suspended:
            return "suspended"
        if self.date_end and self.date_end < today:
            return "expired"
        return "running"

    @api.model
    def _running_domain(self):
        """Warranties that hold today, those of units that are with us included."""
        return Domain("state", "in", ("running", "suspended"))

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        void = Domain("date_void", "!=", False) & Domain("date_void", "<=", today)
        replaced = (
            void
            & Domain("close_kind", "=", "replaced")
            & Domain("date_closed", "<=", today)
        )
        hold = Domain(
            "block_ids",
            "any",
            Domain("active", "=", True)
            & Domain("kind", "=", "hold")
            & Domain("date_from", "<=", today),
        )
        suspended = Domain.custom(
            to_sql=lambda model, alias, query: model._suspended_sql(alias)
        )
        expired = Domain("date_end", "<", today)
        domains = {
            "replaced": replaced,
            "void": void & ~replaced,
            "hold": ~void & hold,
            "suspended": ~void & ~hold & suspended,
            "expired": ~void & ~hold & ~suspended & expired,
            "running": ~void & ~hold & ~suspended & ~expired,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _compute_is_vendor_claim_due(self):
        due = self.filtered_domain(self._vendor_claim_domain())
        for registration in self:
            registration.is_vendor_claim_due = registration in due

    @api.model
    def _search_is_vendor_claim_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._vendor_claim_domain()

    @api.model
    def _vendor_claim_domain(self):
        """Warranties of units in open RMAs whose vendor must still be told."""
        lines = (
            self.env["crm.rma.line"]
            .sudo()
            ._search(
                Domain("is_open", "=", True)
                & Domain("vendor_claim_deadline", "!=", False)
                & Domain("vendor_claimed_on", "=", False)
            )
        )
        return Domain("id", "in", lines.subselect("registration_id"))

    @api.depends_context("uid")
    def _compute_rma_count(self):
        units = self.env["crm.rma.line"]
        groups = units.has_access("read") and units._read_group(
            [("registration_id", "in", self.ids)],
            ["registration_id"],
            ["rma_id:count_distinct"],
        )
        counts = dict(groups or [])
        for registration in self:
            registration.rma_count = counts.get(registration, 0)

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Registered by hand: the covered days follow from the term."""
        registrations = super().create(vals_list)
        bare = [
            registration.id
            for registration, vals in zip(registrations, vals_list, strict=True)
            if "interval_ids" not in vals
        ]
        self.browse(bare)._promise()
        return registrations

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and (typed := COUNTED & vals.keys()):
            raise UserError(
                self.env._(
                    "%s cannot be typed: it is counted from the covered days, the time "
                    "with us and what speaks against the warranty.",
                    field_labels(self, typed),
                )
            )
        result = super().write(vals)
        if STARTS & vals.keys():
            self.sudo()._restart()
        return result

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    @api.model
    def _action_list(self, domain):
        """Window action on the warranties of ``domain``: the form for one."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_rma.warranty_registration_action"
        )
        found = self.search(domain, limit=2)
        if len(found) == 1:
            return {**action, "views": [(False, "form")], "res_id": found.id}
        return {**action, "domain": list(domain), "context": {}}

    def action_block(self):
        """Say why it does not hold, or not yet."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Void or Hold"),
            "res_model": "warranty.block",
            "view_mode": "form",
            "target": "new",
            "context": {"default_registration_id": self.id},
        }

    def action_view_successor(self):
        """The warranty that holds today in place of this one."""
        self.ensure_one()
        return self._action_list([("id", "=", self._successor().id)])

    def action_view_rmas(self):
        """The RMAs in which these warranties were judged."""
        lines = self.env["crm.rma.line"].search([("registration_id", "in", self.ids)])
        return lines.rma_id._action_open()

from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..tools.labels import field_labels

# A return of two hundred units shows those that somebody must look at.
VERDICTS_SHOWN = 2
STATES = [
    ("new", "New"),
    ("expected", "Expected"),
    ("received", "Received"),
    ("repair", "In Repair"),
    ("ready", "Ready"),
    ("shipped", "Shipped"),
    ("left", "Scrapped or Kept"),
    ("closed", "Closed"),
    ("refused", "Refused"),
    ("cancel", "Cancelled"),
]
# The header follows its least advanced unit.
STATE_OF_PLACE = {
    "requested": "new",
    "expected": "expected",
    "received": "received",
    "diagnosis": "received",
    "waiting_parts": "repair",
    "vendor": "repair",
    "bench": "repair",
    "test": "repair",
    "ready": "ready",
    "shipped": "shipped",
    "left": "left",
    "missing": "left",
}
# What people decide by a button. Nobody writes it, whatever the client sends.
DECISIONS = {
    "name",
    "state",
    "is_open",
    "reference_id",
    "date_approved",
    "approved_by_id",
    "date_closed",
    "closed_by_id",
    "date_cancelled",
    "date_refused",
    "refused_by_id",
    "refusal_reason_id",
    "refusal_note",
}
# What the decision to approve rests on: a manager corrects it until the RMA is closed.
APPROVED = {"partner_id", "company_id", "warehouse_id", "date_reported"}


class CrmRma(models.Model):
    _name = "crm.rma"
    _description = "RMA"
    _inherit = ["crm.timeline.mixin", "mail.activity.mixin"]
    _order = "priority desc, id desc"
    _rec_names_search = ["name", "partner_id", "line_ids.lot_id.name"]
    _check_company_auto = True

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    active = fields.Boolean(default=True)
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        related="partner_id.commercial_partner_id",
        string="Commercial Customer",
        store=True,
        index=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
        help="Who reported the fault and whom we talk to.",
    )
    partner_shipping_id = fields.Many2one(
        "res.partner",
        string="Ship Back To",
        compute="_compute_partner_shipping_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        check_company=True,
    )
    team_id = fields.Many2one("crm.team", check_company=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        check_company=True,
        help="Where the units are received, repaired and shipped back.",
    )
    reference_id = fields.Many2one(
        "stock.reference",
        string="Stock Reference",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Ties all transfers and repairs of this RMA together.",
    )
    date_reported = fields.Date(
        string="Reported",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="The day the customer reported the fault. The warranty is judged as of "
        "this day, however long the unit is under way.",
    )
    description = fields.Html(string="Notes")
    line_ids = fields.One2many("crm.rma.line", "rma_id", string="Units", copy=True)
    outcome_ids = fields.One2many(
        "crm.rma.outcome", "rma_id", string="Decisions", copy=False
    )
    serial_scan = fields.Char(
        string="Serial Number",
        store=False,
        help="Type or scan a serial number: product, customer, delivery and warranty "
        "are found by themselves.",
    )

    # Human decisions: the only things typed about progress
    date_approved = fields.Datetime(string="Approved On", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_cancelled = fields.Datetime(string="Cancelled On", readonly=True, copy=False)

    # What follows from them and from the moves
    state = fields.Selection(
        STATES,
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        group_expand="_expand_states",
        copy=False,
        help="Computed from the places the units lie in; only approval, closing and "
        "cancellation are typed.",
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True, index=True)
    age = fields.Integer(
        string="Age (Days)",
        compute="_compute_age",
        help="Days since the fault was reported, until closing.",
    )
    has_foreign = fields.Boolean(
        string="Has Foreign Serials", compute="_compute_has_foreign"
    )
    verdict_views = fields.Json(compute="_compute_verdict_views", string="Verdict")

    # Said as the ORM asks, or PostgreSQL does not see that the index fits.
    _board_idx = models.Index("(state, priority DESC, id DESC) WHERE active IS TRUE")
    _open_idx = models.Index("(priority DESC, id DESC) WHERE is_open IS TRUE")

    # -------------------------------------------------------------------------
    # Computes
    # -------------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        for rma in self:
            address = rma.partner_id.address_get(["delivery"])
            rma.partner_shipping_id = address.get("delivery")

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for rma in self:
            if rma.warehouse_id.company_id == rma.company_id:
                continue
            default = self.env.user.with_company(rma.company_id)
            rma.warehouse_id = default._rma_default_warehouse()

    @api.depends(
        "date_approved",
        "date_closed",
        "date_cancelled",
        "date_refused",
        "line_ids.place",
    )
    def _compute_state(self):
        order = list(STATE_OF_PLACE)
        for rma in self:
            if rma.date_cancelled:
                rma.state = "cancel"
            elif rma.date_refused:
                rma.state = "refused"
            elif rma.date_closed:
                rma.state = "closed"
            elif not rma.date_approved or not rma.line_ids:
                rma.state = "new"
            else:
                places = [p for p in rma.line_ids.mapped("place") if p]
                least = min(places, key=order.index, default="requested")
                rma.state = STATE_OF_PLACE[least]

    @api.model
    def _expand_states(self, states, domain):
        """Every step has its column; the rare one only while somebody stands there."""
        seldom = ("left", "refused")
        return [s for s, _label in STATES if s not in seldom or s in states]

    @api.depends("date_closed", "date_cancelled", "date_refused")
    def _compute_is_open(self):
        for rma in self:
            over = rma.date_closed or rma.date_cancelled or rma.date_refused
            rma.is_open = not over

    @api.depends("date_reported", "date_closed")
    @api.depends_context("tz")
    def _compute_age(self):
        for rma in self:
            end = fields.Date.context_today(rma, rma.date_closed or None)
            rma.age = max((end - rma.date_reported).days, 0) if rma.date_reported else 0

    @api.depends("line_ids.is_foreign")
    def _compute_has_foreign(self):
        for rma in self:
            rma.has_foreign = any(rma.line_ids.mapped("is_foreign"))

    @api.depends("line_ids.verdict_view")
    @api.depends_context("lang", "tz")
    def _compute_verdict_views(self):
        """The verdict of each unit; of many units only those that are not covered.

        The units themselves stand below and must stay in sight.
        """
        for rma in self:
            lines = rma.line_ids
            if len(lines) > VERDICTS_SHOWN:
                bad = lines.filtered(lambda line: line.warranty_status != "in")
                lines = bad or lines[:1]
            shown = lines[:VERDICTS_SHOWN].mapped("verdict_view")
            rest = len(rma.line_ids) - len(shown)
            rma.verdict_views = {
                "verdicts": shown,
                "rest": self.env._("%s more units in the list below.", rest)
                if rest
                else "",
            }

    # -------------------------------------------------------------------------
    # Onchange, CRUD
    # -------------------------------------------------------------------------

    @api.onchange("serial_scan")
    def _onchange_serial_scan(self):
        """Turn a typed or scanned serial into a line and find its customer."""
        serial = (self.serial_scan or "").strip()
        if not serial:
            return None
        self.serial_scan = False
        lots = self._find_serials([serial]).get(serial, self.env["stock.lot"])
        if len(lots) != 1:
            return {"warning": self._serial_warning(serial, lots)}
        if lots in self.line_ids.lot_id:
            return None
        line = self.env["crm.rma.line"].new({"lot_id": lots.id})
        origin = lots._rma_origins(self.company_id)[lots]
        if not self.partner_id and origin.partner:
            self.partner_id = origin.partner
        self.line_ids += line
        return None

    def _serial_warning(self, serial, lots):
        if lots:
            message = self.env._(
                "%(serial)s is the serial number of several products: choose the right "
                "one in the line.",
                serial=serial,
            )
        else:
            message = self.env._(
                "No product of ours has the serial number %(serial)s. Check the typing; "
                "a unit of unknown origin is entered by product and reason.",
                serial=serial,
            )
        return {"title": self.env._("Serial number"), "message": message}

    @api.model
    def _find_serials(self, serials):
        """Lots by serial number, one indexed query for the whole list.

        :return: ``{serial: stock.lot records}``; unknown serials are missing
        """
        lots = self.env["stock.lot"].search_fetch(
            [("name", "in", list(serials))], ["name", "product_id", "company_id"]
        )
        return lots.grouped("name")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            typed = {name for name, value in vals.items() if value}
            self._check_decisions(typed - {"name"})
            if not vals.get("name") or vals["name"] == self.env._("New"):
                company = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                vals["name"] = sequence.next_by_code("crm.rma") or "/"
        return super().create(vals_list)

    def write(self, vals):
        self._check_decisions(vals.keys())
        self._check_approved(vals.keys())
        if "company_id" in vals or "warehouse_id" in vals:
            self._check_not_moving()
        return super().write(vals)

    @api.model
    def _check_decisions(self, names):
        """Decisions are taken by buttons, which check what has to be checked.

        The steps write them as superuser, under the name of who pressed the button.
        """
        if not self.env.su and (typed := DECISIONS & names):
            raise UserError(
                self.env._(
                    "%s cannot be typed: use the buttons of the RMA (Approve, Close, "
                    "Cancel), which check the goods and the serial numbers.",
                    field_labels(self, typed),
                )
            )

    def _check_approved(self, names):
        """What was approved stays; a manager corrects it as long as it is open."""
        changed = APPROVED & names
        if self.env.su or not changed:
            return
        manager = self.env.user.has_group("crm_rma.crm_rma_group_manager")
        fixed = self.filtered(
            lambda rma: not rma.is_open if manager else bool(rma.sudo().date_approved)
        )
        if fixed:
            raise UserError(
                self.env._(
                    "%(rma)s was decided already: %(fields)s can no longer change. "
                    "Until it is closed, a service manager may correct a mistake.",
                    rma=", ".join(fixed.mapped("name")),
                    fields=field_labels(self, changed),
                )
            )

    def _check_not_moving(self):
        moving = self.filtered(lambda rma: rma.line_ids.move_ids)
        if moving:
            raise UserError(
                self.env._(
                    "%s has transfers already: company and warehouse cannot change.",
                    ", ".join(moving.mapped("name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        kept = self.filtered("date_approved")
        if kept:
            raise UserError(
                self.env._(
                    "%s was approved and is part of the customer's history: cancel it "
                    "instead of deleting it.",
                    ", ".join(kept.mapped("name")),
                )
            )

    # -------------------------------------------------------------------------
    # Mail
    # -------------------------------------------------------------------------

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id", "partner_id"]

    def _timeline_partner(self):
        """The history belongs to whom we talk to."""
        self.ensure_one()
        return self.contact_id or self.partner_id

    # -------------------------------------------------------------------------
    # Presentation
    # -------------------------------------------------------------------------

    def _format_decision(self, moment):
        """A decision's moment as a date in the reader's zone and language."""
        day = fields.Datetime.context_timestamp(self, moment).date()
        return format_date(self.env, day)

    def _action_open(self):
        """Window action on these RMAs: the form for one, else the list."""
        action = self.env["ir.actions.actions"]._for_xml_id("crm_rma.crm_rma_action")
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    @api.model
    def _barcode_url(self, value):
        """Address of the picture of ``value`` as a Code 128 barcode."""
        query = urlencode(
            {"barcode_type": "Code128", "value": value, "width": 600, "height": 100}
        )
        return f"/report/barcode/?{query}"

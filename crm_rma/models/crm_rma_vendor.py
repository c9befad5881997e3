from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

# What the moves and the wizards say; nobody types it.
FACTS = {"name", "state", "vendor_id", "company_id", "warehouse_id", "date_sent"}


class CrmRmaVendor(models.Model):
    """Units that were sent to one vendor together: number, clock, cost.

    The units are outcomes of kind ``vendor``; where they lie is in their moves. The
    repair is made by :meth:`_send` and ends when the last unit came back, was lost or
    was exchanged by the vendor.
    """

    _name = "crm.rma.vendor"
    _description = "Outside Repair"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_sent desc, id desc"
    _rec_names_search = ["name", "vendor_ref", "vendor_id.name"]
    _check_company_auto = True

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    vendor_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    vendor_ref = fields.Char(
        string="Vendor's Number",
        tracking=True,
        help="The number under which the vendor handles the repair.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        check_company=True,
        help="Is reminded on the expected day.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one("stock.warehouse", required=True, check_company=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the vendor's prices.",
    )
    date_sent = fields.Date(
        string="Sent On", required=True, default=fields.Date.context_today
    )
    date_expected = fields.Date(
        string="Expected Back",
        tracking=True,
        help="The vendor's promise. On this day the responsible person is reminded, "
        "and from then on the repair is overdue.",
    )
    note = fields.Text(string="For the Vendor", help="Printed on the slip.")
    outcome_ids = fields.One2many("crm.rma.outcome", "vendor_repair_id", string="Units")

    state = fields.Selection(
        [("away", "At Vendor"), ("back", "Ended")],
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        help="Ended when no unit is at the vendor any more.",
    )
    unit_count = fields.Integer(string="Number of Units", compute="_compute_units")
    away_count = fields.Integer(string="Still Away", compute="_compute_units")
    rma_ids = fields.Many2many("crm.rma", compute="_compute_units", string="RMAs")
    vendor_days = fields.Integer(
        string="Days at Vendor",
        compute="_compute_vendor_days",
        help="Until today, or until the last unit came back.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _order_idx = models.Index("(date_sent DESC, id DESC)")
    _away_idx = models.Index("(date_expected, id) WHERE state = 'away'")

    # -------------------------------------------------------------------------
    # Computes
    # -------------------------------------------------------------------------

    @api.depends("outcome_ids.vendor_result")
    def _compute_state(self):
        for repair in self:
            away = repair.outcome_ids.filtered(lambda o: not o.vendor_result)
            repair.state = "away" if away or not repair.outcome_ids else "back"

    @api.depends("outcome_ids.quantity", "outcome_ids.vendor_result")
    def _compute_units(self):
        for repair in self:
            outcomes = repair.outcome_ids
            away = outcomes.filtered(lambda o: not o.vendor_result)
            repair.unit_count = sum(outcomes.mapped("quantity"))
            repair.away_count = sum(away.mapped("quantity"))
            repair.rma_ids = outcomes.rma_id

    @api.depends("date_sent", "state", "outcome_ids.date_vendor_back")
    @api.depends_context("tz")
    def _compute_vendor_days(self):
        today = fields.Date.context_today(self)
        for repair in self:
            ends = [d for d in repair.outcome_ids.mapped("date_vendor_back") if d]
            end = max(ends, default=today) if repair.state == "back" else today
            start = repair.date_sent or today
            repair.vendor_days = max((end - start).days, 0)

    @api.depends("date_expected", "state")
    @api.depends_context("tz")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for repair in self:
            late = repair.date_expected and repair.date_expected < today
            repair.is_overdue = bool(late) and repair.state == "away"

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("date_expected", "<", today), ("state", "=", "away")]

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("name") or vals["name"] == self.env._("New"):
                company = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                vals["name"] = sequence.next_by_code("crm.rma.vendor") or "/"
        repairs = super().create(vals_list)
        repairs._plan_reminder()
        return repairs

    def write(self, vals):
        if not self.env.su and FACTS & vals.keys():
            raise UserError(
                self.env._("What was sent to a vendor, and when, cannot be typed.")
            )
        result = super().write(vals)
        if {"date_expected", "user_id"} & vals.keys():
            self._plan_reminder()
        return result

    # -------------------------------------------------------------------------
    # Reminder of the responsible person
    # -------------------------------------------------------------------------

    def _plan_reminder(self):
        """One to-do on the expected day, for as long as units are away."""
        summary = self.env._("Ask the vendor for the units")
        for repair in self.sudo():
            todo = repair.activity_ids.filtered("automated")
            day = repair.state == "away" and repair.date_expected
            if not day:
                todo.unlink()
            elif todo:
                todo.write(
                    {
                        "date_deadline": day,
                        "user_id": (repair.user_id or todo.user_id).id,
                    }
                )
            else:
                repair.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=day,
                    summary=summary,
                    user_id=(repair.user_id or self.env.user).id,
                )

    # -------------------------------------------------------------------------
    # Send
    # -------------------------------------------------------------------------

    @api.model
    def _prepare_repair(self, vendor, warehouse, **values):
        """Values of the repair of units that lie in ``warehouse``."""
        return {
            "vendor_id": vendor.id,
            "company_id": warehouse.company_id.id,
            "warehouse_id": warehouse.id,
            "currency_id": warehouse.company_id.currency_id.id,
            **values,
        }

    def _send(self, outcomes):
        """Send ``outcomes`` to the vendor: one transfer, done at once.

        The units stay the customers' and have no value in our books, wherever they are.
        """
        self.ensure_one()
        picking_type = self.warehouse_id.rma_out_type_id
        destination = self.warehouse_id._rma_vendor_location()
        picking = self._create_transfer(picking_type, destination=destination)
        self._move_units(
            picking,
            [
                (outcome, source, destination, quantity)
                for outcome in outcomes
                for source, quantity in outcome.line_id._pick(outcome.quantity)
            ],
        )
        claimed = outcomes.line_id.filtered(
            lambda line: (
                line.vendor_warranty_id.vendor_id
                == self.vendor_id.commercial_partner_id
            )
        )
        claimed.action_vendor_claimed()
        return picking

    def _create_transfer(self, picking_type, source=None, destination=None):
        source = source or picking_type.default_location_src_id
        destination = destination or picking_type.default_location_dest_id
        return (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "partner_id": self.vendor_id.id,
                    "picking_type_id": picking_type.id,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "origin": self.name,
                    "company_id": self.company_id.id,
                    "user_id": self.user_id.id,
                }
            )
        )

    def _move_units(self, picking, parts):
        """Move units with ``picking``, done at once.

        :param parts: tuples ``(outcome, source, destination, quantity)``
        """
        moves = self.env["stock.move"].sudo()
        moves = moves.create(
            [
                outcome._prepare_vendor_move(picking, source, destination, quantity)
                for outcome, source, destination, quantity in parts
            ]
        )
        picking.action_confirm()
        moves.picked = True
        picking._action_done()
        return moves

    # -------------------------------------------------------------------------
    # Documents
    # -------------------------------------------------------------------------

    def action_view_rmas(self):
        """The RMAs whose units were sent."""
        self.check_access("read")
        return self.rma_ids._action_open()

    def action_view_transfers(self):
        """The transfers to the vendor and back."""
        self.check_access("read")
        pickings = self.outcome_ids.sudo().move_ids.picking_id
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.stock_picking_action_picking_type"
        )
        return {**action, "context": {}, "domain": [("id", "in", pickings.ids)]}

    def action_back(self):
        """Say what came back, was exchanged, refused or lost."""
        self.ensure_one()
        self.check_access("write")
        return self.outcome_ids._action_vendor_back()

    def action_print_slip(self):
        """The slip that goes with the units."""
        self.check_access("read")
        return self.env.ref("crm_rma.action_report_rma_vendor").report_action(self)

    def _format_day(self, day):
        return format_date(self.env, day) if day else ""

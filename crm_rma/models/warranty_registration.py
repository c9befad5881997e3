from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from odoo.addons.crm_extension.tools.guard import guarded

from ..tools.warranty import Interval, judge


class WarrantyRegistration(models.Model):
    _name = "warranty.registration"
    _description = "Warranty"
    _order = "date_start desc, id desc"
    _rec_names_search = ["lot_id.name", "product_id.name"]
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="restrict",
        index=True,
        help="The company or person the serial was delivered to.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    term_id = fields.Many2one("warranty.term", ondelete="restrict", check_company=True)
    move_id = fields.Many2one(
        "stock.move",
        string="Delivery Move",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    picking_id = fields.Many2one(related="move_id.picking_id", string="Delivery")
    sale_order_id = fields.Many2one(related="move_id.sale_line_id.order_id")
    date_start = fields.Date(
        string="Start",
        required=True,
        help="The day of the delivery in the company's time zone.",
    )
    date_end = fields.Date(
        string="Covered Until", required=True, help="The last covered day, included."
    )
    date_void = fields.Date(
        string="Void From",
        help="Faults reported from this day on are not covered.",
    )
    void_reason = fields.Char()
    return_move_id = fields.Many2one(
        "stock.move",
        string="Taken Back By",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The move by which the goods were returned; it ended the warranty.",
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("expired", "Expired"),
            ("void", "Void"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    rma_count = fields.Integer(related="lot_id.rma_count", string="RMAs")

    # One delivery registers one serial once, however often it is processed.
    _delivery_uniq = models.UniqueIndex(
        "(lot_id, move_id)", "This delivery is already registered for this serial."
    )
    _lot_idx = models.Index("(lot_id, date_start DESC, id DESC)")
    _partner_end_idx = models.Index("(partner_id, date_end)")
    _dates_ordered = models.Constraint(
        "CHECK(date_end >= date_start)", "A warranty cannot end before it starts."
    )

    @api.depends("lot_id.name", "date_end")
    def _compute_display_name(self):
        for registration in self:
            registration.display_name = self.env._(
                "%(serial)s until %(date)s",
                serial=registration.lot_id.name or "",
                date=format_date(self.env, registration.date_end),
            )

    @api.depends("date_end", "date_void")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for registration in self:
            if registration.date_void and registration.date_void <= today:
                registration.state = "void"
            elif registration.date_end and registration.date_end < today:
                registration.state = "expired"
            else:
                registration.state = "running"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        void = Domain("date_void", "!=", False) & Domain("date_void", "<=", today)
        expired = Domain("date_end", "<", today)
        domains = {
            "void": void,
            "expired": ~void & expired,
            "running": ~void & ~expired,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("date_void", "void_reason")
    def _check_void_reason(self):
        for registration in self:
            if registration.date_void and not registration.void_reason:
                raise ValidationError(
                    self.env._(
                        "Say why the warranty of %s is void.",
                        registration.lot_id.name,
                    )
                )

    # -------------------------------------------------------------------------
    # Business
    # -------------------------------------------------------------------------

    @api.model
    def _follow(self, move_lines):
        """Start, end or revive the warranties of what was moved."""
        if not move_lines or not self.env["warranty.term"]._any_term():
            return
        self._stamp(move_lines)
        self._end_returned(move_lines.filtered(lambda ml: ml._ends_warranty()))
        self._revive(move_lines.filtered(lambda ml: ml._revives_warranty()))

    @api.model
    def _end_returned(self, move_lines):
        """Goods that were taken back are covered up to the day before."""
        if not move_lines:
            return
        running = self.sudo().search(
            [("lot_id", "in", move_lines.lot_id.ids), ("date_void", "=", False)]
        )
        for move, lines in move_lines.grouped("move_id").items():
            ended = running.filtered(
                lambda r, m=move, lots=lines.lot_id: (
                    r.lot_id in lots and r.company_id == m.company_id
                )
            )
            ended.write(move._prepare_warranty_end())

    @api.model
    def _revive(self, move_lines):
        """A return that goes back to the customer ends nothing any more."""
        if not move_lines:
            return
        returns = move_lines.move_id.origin_returned_move_id
        ended = self.sudo().search(
            [
                ("lot_id", "in", move_lines.lot_id.ids),
                ("return_move_id", "in", returns.ids),
            ]
        )
        ended.write({"date_void": False, "void_reason": False, "return_move_id": False})

    @api.model
    def _stamp(self, move_lines):
        """Register the serials of delivered move lines, in one batch.

        Idempotent: a serial already registered for the same delivery is skipped.
        Nothing is asked of the database when no term exists.

        :param move_lines: done ``stock.move.line`` records
        :return: the new registrations
        """
        if not move_lines or not self.env["warranty.term"]._any_term():
            return self.browse()
        vals_list = [
            vals
            for line in move_lines.filtered(lambda ml: ml._starts_warranty())
            if (vals := self._prepare_stamp(line))
        ]
        if not vals_list:
            return self.browse()
        known = self.sudo()._read_group(
            [("lot_id", "in", [vals["lot_id"] for vals in vals_list])],
            ["lot_id", "move_id"],
        )
        known = {(lot.id, move.id) for lot, move in known}
        registrations = self.sudo().create(
            [v for v in vals_list if (v["lot_id"], v["move_id"]) not in known]
        )
        registrations._project_registered()
        return registrations

    def _project_registered(self):
        """Tell the history: one row per delivered order line, not per serial."""
        rows = self.env["crm.interaction"]
        if not self:
            return rows
        with guarded(self.env, "projection of warranties"):
            rows = rows._project(
                [
                    registrations[0]._prepare_registered_event(registrations)
                    for _move, registrations in self.grouped("move_id").items()
                ]
            )
        return rows

    def _prepare_registered_event(self, registrations):
        serials = ", ".join(registrations[:10].lot_id.mapped("name"))
        product = self.product_id
        return {
            "partner_id": self.partner_id.id,
            "date": self.move_id.date,
            "channel": "service",
            "direction": "internal",
            "event_args": {
                "date": ["date", fields.Date.to_string(self.date_end)],
                "product": ["record", product._name, product.id, product.display_name],
            },
            "preview": serials,
            "user_id": not self.env.user._is_superuser() and self.env.uid,
            "company_id": self.company_id.id,
            "res_model": "warranty.registration",
            "res_id": self.id,
            "source_key": f"warranty.registration,{self.id}:registered:1",
        }

    @api.model
    def _prepare_stamp(self, line):
        """Values of one registration, or ``None`` without a term."""
        company = line.company_id or line.move_id.company_id
        term = line.product_id.sudo()._warranty_term(company)
        if not term:
            return None
        start = self._local_day(line.move_id.date, company)
        partner = line.move_id.sudo()._delivered_to()
        return {
            "lot_id": line.lot_id.id,
            "product_id": line.product_id.id,
            "move_id": line.move_id.id,
            "partner_id": partner.id,
            "company_id": company.id,
            "term_id": term.id,
            "date_start": start,
            "date_end": term._end_date(start),
        }

    @api.model
    def _local_day(self, moment, company):
        """The calendar day of a UTC ``moment`` where ``company`` is."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=company._local_timezone()), moment
        ).date()

    def _intervals(self):
        """The covered intervals, for :mod:`..tools.warranty`.

        Later kinds (extended, repair, statutory) add theirs here.
        """
        return [
            Interval(r.date_start, r.date_end, "standard", r.term_id.name or "")
            for r in self
        ]

    def _judge(self, day):
        """Verdict for a fault reported on ``day``; works on no registration too."""
        return judge(self._intervals(), day, self[:1].date_void or None)

    def action_view_rmas(self):
        """The RMAs of these serials."""
        return self.lot_id.action_view_rmas()

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.warranty import Stop, days_in, standstill


class WarrantySuspension(models.Model):
    """The warranty stands still: the unit is with us, or waits for the customer.

    Written from done moves into and out of the after-sales places; the time in which
    we wait for the customer's decision is noted by :meth:`_wait` and
    :meth:`_go_on`, and is not added back.
    """

    _name = "warranty.suspension"
    _description = "Warranty Suspension"
    _order = "registration_id, date_from, id"
    _check_company_auto = True
    _rec_name = "date_from"

    registration_id = fields.Many2one(
        "warranty.registration", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="registration_id.company_id", store=True, precompute=True
    )
    reason = fields.Selection(
        [("with_us", "In Our Hands"), ("customer", "Waiting for the Customer")],
        default="with_us",
        required=True,
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="Until",
        help="The day on which the unit left us, or the customer decided; it is not "
        "counted.",
    )
    days = fields.Integer(compute="_compute_days")
    quantity = fields.Float(
        digits="Product Unit",
        help="Of goods without a serial number: only when all of them are with us, the "
        "time is added back.",
    )
    rma_line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        ondelete="restrict",
        index="btree_not_null",
    )
    rma_id = fields.Many2one(related="rma_line_id.rma_id", string="RMA")
    move_in_id = fields.Many2one(
        "stock.move",
        string="Came In With",
        ondelete="restrict",
        index="btree_not_null",
    )
    move_out_id = fields.Many2one(
        "stock.move", string="Left With", ondelete="restrict", index="btree_not_null"
    )

    # One stay, one wait: never counted twice.
    _open_uniq = models.UniqueIndex(
        "(registration_id, rma_line_id, reason) WHERE date_to IS NULL",
        "This warranty is suspended already.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "A suspension cannot end before it starts."
    )

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        today = fields.Date.context_today(self)
        for stop in self:
            stop.days = days_in(standstill([stop._to_stop(as_stay=True)], today))

    def _to_stop(self, as_stay=False):
        """For :mod:`..tools.warranty`.

        :param as_stay: count the days of a wait, too, for people who read them
        """
        counts = as_stay or self.reason == "with_us"
        return Stop(self.date_from, self.date_to or None, counts)

    def _is_of_all_goods(self):
        """Whether all goods of the warranty are with us, not some of a quantity."""
        registration = self.registration_id
        uom = registration.product_uom_id
        return uom.compare(self.quantity, registration.quantity) >= 0

    # -------------------------------------------------------------------------
    # From moves
    # -------------------------------------------------------------------------

    @api.model
    def _follow(self, moves):
        """Open and close the stays of returned units after done ``moves``."""
        moves = moves.filtered("rma_line_id.registration_id")
        came = moves.filtered(lambda m: m._rma_is_receipt())
        left = moves.filtered(
            lambda m: (
                m.location_id.is_customer_goods
                and not m.location_dest_id.is_customer_goods
            )
        )
        if not came and not left:
            return
        open_stays = self._open(moves.rma_line_id).filtered(
            lambda stop: stop.reason == "with_us"
        )
        known = {stop.rma_line_id: stop for stop in open_stays}
        self.create(
            [
                move._prepare_stay()
                for line, group in came.grouped("rma_line_id").items()
                for move in group[:1]
                if line not in known
            ]
        )
        for move in left:
            if move.rma_line_id in known and not move.rma_line_id._units_held():
                known[move.rma_line_id]._end(move)

    @api.model
    def _open(self, lines):
        """The suspensions of RMA units that have not ended."""
        return self.sudo().search(
            Domain("rma_line_id", "in", lines.ids) & Domain("date_to", "=", False)
        )

    def _end(self, move):
        """The unit left us with ``move``; nobody waits for its owner any more."""
        day = self.registration_id._local_day(move.date, move.company_id)
        waits = self._open(self.rma_line_id) - self
        waits._close(day)
        self.write({"date_to": max(day, self.date_from), "move_out_id": move.id})

    def _close(self, day):
        for stop in self:
            stop.date_to = max(day, stop.date_from)

    # -------------------------------------------------------------------------
    # Waiting for the customer
    # -------------------------------------------------------------------------

    @api.model
    def _wait(self, lines, day=None):
        """From ``day`` on we wait for the customer's decision: a quotation was sent.

        :param lines: ``crm.rma.line`` whose units are with us
        """
        waiting = self._open(lines).filtered(lambda s: s.reason == "customer")
        lines = lines.filtered("registration_id") - waiting.rma_line_id
        return self.sudo().create(
            [
                {
                    "registration_id": line.registration_id.id,
                    "rma_line_id": line.id,
                    "reason": "customer",
                    "date_from": day or line._today(),
                    "quantity": line.quantity,
                }
                for line in lines
            ]
        )

    @api.model
    def _go_on(self, lines, day=None):
        """The customer decided on ``day``: from then on it is our time again."""
        waiting = self._open(lines).filtered(lambda s: s.reason == "customer")
        for stop in waiting:
            stop._close(day or stop.rma_line_id._today())

    # -------------------------------------------------------------------------
    # Every change is counted anew
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        stops = super().create(vals_list)
        stops.registration_id._reckon()
        return stops

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "date_to", "reason", "quantity"} & vals.keys():
            self.registration_id._reckon()
        return result

    def unlink(self):
        registrations = self.registration_id
        result = super().unlink()
        registrations._reckon()
        return result

from typing import NamedTuple

from odoo import api, fields, models


class Origin(NamedTuple):
    """Where a serial was delivered: move, commercial partner, registration."""

    move: models.Model
    partner: models.Model
    registration: models.Model


class StockLot(models.Model):
    _inherit = "stock.lot"

    # Stock Odoo has a trigram index only: an exact serial reads many pages.
    _rma_name_idx = models.Index("(name)")

    registration_ids = fields.One2many(
        "warranty.registration", "lot_id", string="Warranties"
    )
    rma_line_ids = fields.One2many(
        "crm.rma.line",
        "lot_id",
        string="RMA Units",
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )
    is_unknown_origin = fields.Boolean(
        readonly=True,
        copy=False,
        help="Came back without a legible serial number, or was never sold by us: the "
        "number was given at the dock.",
    )
    rma_count = fields.Integer(compute="_compute_rma_count", string="RMAs")
    warranty_count = fields.Integer(compute="_compute_warranty_count")

    def _product_qty(self):
        """What is on hand is ours: a customer's unit in repair does not count."""
        super()._product_qty()
        for lot in self:
            theirs = lot.quant_ids.filtered("location_id.is_customer_goods")
            if theirs:
                lot.product_qty -= sum(theirs.mapped("quantity"))

    @api.depends_context("uid")
    def _compute_rma_count(self):
        """None for people of the warehouse who have no right on RMAs."""
        units = self.env["crm.rma.line"]
        groups = units.has_access("read") and units._read_group(
            [("lot_id", "in", self.ids)], ["lot_id"], ["rma_id:count_distinct"]
        )
        counts = dict(groups or [])
        for lot in self:
            lot.rma_count = counts.get(lot, 0)

    @api.depends_context("uid")
    def _compute_warranty_count(self):
        counts = dict(
            self.env["warranty.registration"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.warranty_count = counts.get(lot, 0)

    def _rma_origins(self, company):
        """Last sale and warranty of each serial, in two queries.

        Deliveries that only sent a repaired unit home are no sales and are passed
        over, so the second repair of a serial finds the same origin as the first.

        :return: ``{stock.lot: Origin}`` for every serial of ``self``
        """
        lots = self._origin
        registrations = self.env["warranty.registration"].sudo()
        lines = self.env["stock.move.line"].sudo()
        if lots:
            registrations = registrations.search(
                [("lot_id", "in", lots.ids), ("company_id", "=", company.id)],
                order="date_start desc, id desc",
            )
            lines = lines.search(
                [
                    ("lot_id", "in", lots.ids),
                    ("state", "=", "done"),
                    ("company_id", "=", company.id),
                    ("location_dest_id.usage", "=", "customer"),
                    ("location_id.usage", "!=", "customer"),
                    ("move_id.rma_line_id", "=", False),
                ],
                order="date desc, id desc",
            )
        delivery, warranty = {}, {}
        for line in lines:
            delivery.setdefault(line.lot_id.id, line.move_id)
        for registration in registrations:
            warranty.setdefault(registration.lot_id.id, registration)
        return {
            lot: self._prepare_origin(delivery.get(lot.id), warranty.get(lot.id))
            for lot in lots
        }

    def _prepare_origin(self, move, registration):
        registration = registration or self.env["warranty.registration"]
        move = move or registration.move_id
        partner = move._delivered_to() if move else registration.partner_id
        return Origin(
            move.with_env(self.env),
            partner.commercial_partner_id.with_env(self.env),
            registration.with_env(self.env),
        )

    def action_view_rmas(self):
        """The RMAs of these serials."""
        return self.rma_line_ids.rma_id._action_open()

    def _warranty_current(self, company):
        """The latest warranty that ``company`` gave on this serial, or none."""
        self.ensure_one()
        return (
            self.env["warranty.registration"]
            .sudo()
            .search(
                [("lot_id", "=", self.id), ("company_id", "=", company.id)],
                order="date_start desc, id desc",
                limit=1,
            )
        )

    def _warranty_or_bare(self, line):
        """The running warranty of this serial, or an empty one that an extended
        warranty sold on ``line`` (``sale.order.line``) can be added to."""
        found = self._warranty_current(line.company_id)
        if found and not found.date_closed:
            return found
        return found.create(
            {
                "lot_id": self.id,
                "product_id": self.product_id.id,
                "partner_id": line.order_id.partner_id.commercial_partner_id.id,
                "company_id": line.company_id.id,
                "date_start": line._warranty_day(),
                "interval_ids": [],
            }
        )

    def action_view_warranties(self):
        """The warranties of these serials."""
        return self.env["warranty.registration"]._action_list(
            [("lot_id", "in", self.ids)]
        )

    def action_new_rma(self):
        """A new RMA with this serial and the customer it was delivered to."""
        self.ensure_one()
        company = self.company_id or self.env.company
        origin = self._rma_origins(company)[self]
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.rma",
            "view_mode": "form",
            "name": self.env._("New RMA"),
            "context": {
                "default_partner_id": origin.partner.id,
                "default_line_ids": [(0, 0, {"lot_id": self.id})],
            },
        }

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.crm_rma_outcome_vendor import RESULTS


class CrmRmaVendorBack(models.TransientModel):
    """What came of units that were at vendors: row by row, or one word for all."""

    _name = "crm.rma.vendor.back"
    _description = "Units Back from a Vendor"

    outcome_ids = fields.Many2many("crm.rma.outcome", string="Units Away")
    line_ids = fields.One2many("crm.rma.vendor.back.line", "back_id", string="Units")
    result = fields.Selection(
        RESULTS,
        string="For All",
        store=False,
        help="Fills in all rows; each row can still be changed.",
    )
    place = fields.Selection(
        [("test", "Test"), ("ready", "Ready"), ("diagnosis", "Diagnosis")],
        string="Put On",
        required=True,
        default="test",
        help="Where the units are put. Unrepaired ones go to the diagnosis, to be "
        "decided about anew.",
    )
    vendor_ref = fields.Char(string="Vendor's Number", help="Empty: as it was.")
    has_exchange = fields.Boolean(compute="_compute_has_exchange")

    @api.depends("line_ids.result")
    def _compute_has_exchange(self):
        for back in self:
            back.has_exchange = "exchanged" in back.line_ids.mapped("result")

    @api.model
    def default_get(self, fields):
        """One row for each unit that is away; a single one came back repaired."""
        values = super().default_get(fields)
        ids = [
            ident
            for command in values.get("outcome_ids") or []
            for ident in (
                command[2] if isinstance(command, list | tuple) else [command]
            )
        ]
        away = self.env["crm.rma.outcome"].browse(ids)._away()
        if "line_ids" in fields and away:
            values["line_ids"] = [
                Command.create(
                    {
                        "outcome_id": outcome.id,
                        "quantity": outcome.quantity,
                        "result": "repaired" if len(away) == 1 else False,
                    }
                )
                for outcome in away
            ]
        return values

    @api.onchange("result")
    def _onchange_result(self):
        if self.result:
            self.line_ids.result = self.result

    def action_apply(self):
        """Take the units back; rows without a result stay at the vendor."""
        self.ensure_one()
        rows = self.line_ids.filtered("result")
        if not rows:
            raise UserError(self.env._("Say of one unit at least what came of it."))
        rmas = rows.outcome_id.rma_id._begin("is_open")
        if gone := rows.outcome_id.filtered(
            lambda o: o.rma_id not in rmas or not o._away()
        ):
            raise UserError(
                self.env._(
                    "%s is not at the vendor any more.",
                    ", ".join(gone.line_id.mapped("display_name")),
                )
            )
        if self.vendor_ref:
            rows.outcome_id.vendor_repair_id.vendor_ref = self.vendor_ref
        self._apply(rows)
        return {"type": "ir.actions.act_window_close"}

    def _apply(self, rows):
        parts = {row: row.outcome_id._split_away(row.quantity) for row in rows}
        for row, part in parts.items():
            if row.price:
                part.vendor_price = row.price
        for result, group in rows.grouped("result").items():
            outcomes = self.env["crm.rma.outcome"].union(*(parts[r] for r in group))
            if result == "repaired":
                outcomes._come_back(result, self.place)
            elif result == "refused":
                outcomes._come_back(result, "diagnosis")
            elif result == "lost":
                outcomes._end_at_vendor(result)
            else:
                for row in group:
                    parts[row]._come_back_as(row._new_lot(), self.place)


class CrmRmaVendorBackLine(models.TransientModel):
    _name = "crm.rma.vendor.back.line"
    _description = "Unit Back from a Vendor"

    back_id = fields.Many2one("crm.rma.vendor.back", required=True, ondelete="cascade")
    outcome_id = fields.Many2one("crm.rma.outcome", string="Decision", required=True)
    line_id = fields.Many2one(related="outcome_id.line_id", string="RMA Unit")
    tracking = fields.Selection(related="line_id.tracking")
    vendor_id = fields.Many2one(related="outcome_id.vendor_id")
    vendor_days = fields.Integer(related="outcome_id.vendor_days")
    currency_id = fields.Many2one(related="outcome_id.vendor_currency_id")
    result = fields.Selection(RESULTS, help="Empty: still at the vendor.")
    quantity = fields.Float(digits="Product Unit", default=1.0)
    serial = fields.Char(
        string="New Serial", help="The serial number on the unit that came instead."
    )
    price = fields.Monetary(
        string="Vendor's Price", help="What the vendor charges for it, without taxes."
    )

    def _new_lot(self):
        """The serial number of the unit that came; made when nobody knows it."""
        self.ensure_one()
        line = self.line_id
        serial = (self.serial or "").strip()
        if not serial:
            raise UserError(
                self.env._(
                    "%s: type or scan the serial number of the unit that came instead.",
                    line.display_name,
                )
            )
        lots = line.rma_id._find_serials([serial])
        found = lots.get(serial, self.env["stock.lot"])
        found = found.filtered(lambda lot: lot.product_id == line.product_id)
        if found == line._current_lot():
            raise UserError(
                self.env._(
                    "%s is the serial number of the unit that was sent: it came back "
                    "repaired or unrepaired.",
                    serial,
                )
            )
        return found[:1] or found.sudo().create(
            {
                "name": serial,
                "product_id": line.product_id.id,
                "company_id": line.product_id.company_id.id,
            }
        ).with_env(self.env)

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .crm_rma_cost import MARGIN


class CrmRmaVendor(models.Model):
    """What the vendor charges: a draft bill with a line for each unit."""

    _inherit = "crm.rma.vendor"

    price_total = fields.Monetary(
        string="Price", compute="_compute_price_total", help="Sum of all units."
    )
    bill_ids = fields.Many2many("account.move", compute="_compute_bills")
    bill_count = fields.Integer(compute="_compute_bills")
    can_bill = fields.Boolean(compute="_compute_can_bill")

    @api.depends("outcome_ids.vendor_price")
    def _compute_price_total(self):
        for repair in self:
            repair.price_total = sum(repair.outcome_ids.mapped("vendor_price"))

    @api.depends("outcome_ids.bill_line_ids.move_id")
    def _compute_bills(self):
        for repair in self.sudo():
            repair.bill_ids = repair.outcome_ids.bill_line_ids.move_id
            repair.bill_count = len(repair.bill_ids)

    @api.depends("outcome_ids.vendor_price", "outcome_ids.bill_line_ids.parent_state")
    def _compute_can_bill(self):
        for repair in self:
            repair.can_bill = bool(repair._to_bill())

    def _to_bill(self):
        """The units that have a price and stand on no bill."""
        return self.outcome_ids.filtered(
            lambda o: o.vendor_price and not o.sudo()._is_billed()
        )

    def action_bill(self):
        """Prepare the vendor's bill: a draft for the accountant, each unit once."""
        self.check_access("write")
        self.sorted("id").lock_for_update(allow_referencing=True)
        for repair in self:
            outcomes = repair._to_bill()
            if not outcomes:
                raise UserError(
                    self.env._(
                        "%s: no unit has a price that is not on a bill yet.",
                        repair.name,
                    )
                )
            self.env["account.move"].sudo().create(repair._prepare_bill(outcomes))
        return True

    def _prepare_bill(self, outcomes):
        company = self.company_id.sudo()
        product = company.rma_vendor_product_id
        if not product:
            raise UserError(
                self.env._(
                    "Choose the service for outside repairs in the settings first."
                )
            )
        return {
            "move_type": "in_invoice",
            "company_id": company.id,
            "partner_id": self.vendor_id.id,
            "currency_id": self.currency_id.id,
            "ref": self.vendor_ref,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "name": f"{product.display_name}\n{o.line_id.display_name}",
                        "quantity": 1.0,
                        "price_unit": o.vendor_price,
                        "rma_outcome_id": o.id,
                    }
                )
                for o in outcomes
            ],
        }

    def action_view_bills(self):
        """The bills that were prepared for these repairs."""
        self.check_access("read")
        bills = self.bill_ids
        action = self.env["ir.actions.actions"]._for_xml_id(
            "account.action_move_in_invoice_type"
        )
        action = {**action, "context": {}, "domain": [("id", "in", bills.ids)]}
        if len(bills) == 1:
            action.update(views=[(False, "form")], res_id=bills.id)
        return action


class CrmRmaOutcome(models.Model):
    _inherit = "crm.rma.outcome"

    currency_id = fields.Many2one(related="company_id.currency_id")
    vendor_currency_id = fields.Many2one(
        related="vendor_repair_id.currency_id", string="Vendor's Currency"
    )
    vendor_price = fields.Monetary(
        string="Vendor's Price",
        currency_field="vendor_currency_id",
        copy=False,
        help="What the vendor charges for these units, without taxes.",
    )
    bill_line_ids = fields.One2many(
        "account.move.line", "rma_outcome_id", string="Bill Lines"
    )
    vendor_cost = fields.Monetary(
        compute="_compute_vendor_cost",
        store=True,
        groups=MARGIN,
        help="The posted bill without taxes; before there is one, the price by the rate "
        "of the day on which the unit was sent.",
    )

    _vendor_price_positive = models.Constraint(
        "CHECK(vendor_price >= 0)", "A price cannot be negative."
    )

    @api.depends(
        "vendor_price",
        "vendor_repair_id.currency_id",
        "date_sent",
        "bill_line_ids.balance",
        "bill_line_ids.parent_state",
    )
    def _compute_vendor_cost(self):
        for outcome in self.sudo():
            posted = outcome.bill_line_ids.filtered(
                lambda line: line.parent_state == "posted"
            )
            if posted:
                outcome.vendor_cost = sum(posted.mapped("balance"))
                continue
            company = outcome.company_id
            currency = outcome.vendor_currency_id or company.currency_id
            outcome.vendor_cost = currency._convert(
                outcome.vendor_price,
                company.currency_id,
                company,
                outcome.date_sent or fields.Date.context_today(outcome),
            )

    def _is_billed(self):
        self.ensure_one()
        return any(line.parent_state != "cancel" for line in self.bill_line_ids)

    def write(self, vals):
        if "vendor_price" in vals:
            billed = self.sudo().filtered(lambda o: o._is_billed())
            if billed:
                raise UserError(
                    self.env._(
                        "%s is on a bill already: correct the price there.",
                        ", ".join(billed.line_id.mapped("display_name")),
                    )
                )
        return super().write(vals)


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    cost_vendor = fields.Monetary(
        string="Outside Repair",
        compute="_compute_cost",
        store=True,
        groups=MARGIN,
        help="What vendors charge, and the value of units that were lost with them.",
    )

    @api.depends("outcome_ids.vendor_cost")
    def _compute_cost(self):
        super()._compute_cost()

    def _cost_values(self):
        outcomes = self.outcome_ids.filtered(lambda o: o.kind == "vendor")
        losses = outcomes.move_ids.filtered(
            lambda m: m.state == "done" and not m.rma_line_id
        )
        cost = sum(outcomes.mapped("vendor_cost")) + sum(
            abs(move.value) for move in losses
        )
        return {**super()._cost_values(), "cost_vendor": cost}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    rma_outcome_id = fields.Many2one(
        "crm.rma.outcome",
        string="Outside Repair of",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The unit whose repair the vendor charges with this line.",
    )


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.depends("line_ids.rma_outcome_id")
    def _compute_rma_count(self):
        super()._compute_rma_count()

    def _rma_documents(self):
        """A vendor's bill belongs to the RMAs whose units were repaired."""
        return super()._rma_documents() | self.line_ids.rma_outcome_id.rma_id

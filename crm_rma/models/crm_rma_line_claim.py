from odoo import api, fields, models


class CrmRmaLine(models.Model):
    """What a vendor is asked for, gives and rejects, for each unit.

    A claim needs no outside repair: whoever repairs with parts of the vendor claims
    them, too. What comes back (*Recovered*) is taken off the cost of the RMA.
    """

    _inherit = "crm.rma.line"

    claim_ref = fields.Char(
        string="Vendor's Claim Number", copy=False, help="As the vendor calls it."
    )
    claim_amount = fields.Monetary(
        string="Claimed Amount",
        copy=False,
        help="What we ask the vendor for. Entering it notes that the vendor was told.",
    )
    claim_rejected = fields.Monetary(
        string="Rejected", copy=False, help="What the vendor will not pay."
    )
    claim_open = fields.Monetary(
        string="Still Open",
        compute="_compute_claim",
        store=True,
        help="Claimed, neither recovered nor rejected.",
    )
    claim_state = fields.Selection(
        [
            ("due", "To Claim"),
            ("claimed", "Claim Open"),
            ("recovered", "Recovered"),
            ("part", "Partly Recovered"),
            ("rejected", "Rejected"),
        ],
        string="Vendor Claim",
        compute="_compute_claim",
        store=True,
        index="btree_not_null",
    )

    _claim_amounts = models.Constraint(
        "CHECK(claim_amount >= 0 AND claim_rejected >= 0 AND (claim_amount = 0"
        " OR cost_recovered + claim_rejected <= claim_amount + 0.005))",
        "More was recovered and rejected than what was claimed from the vendor.",
    )

    @api.depends(
        "claim_amount",
        "claim_rejected",
        "cost_recovered",
        "vendor_claimed_on",
        "vendor_claim_deadline",
    )
    def _compute_claim(self):
        for line in self:
            got, lost = line.cost_recovered, line.claim_rejected
            left = line.claim_amount - got - lost
            line.claim_open = max(left, 0.0) if line.claim_amount else 0.0
            line.claim_state = line._find_claim_state()

    def _find_claim_state(self):
        """How far the claim is, or False where there is none."""
        currency = self.currency_id or self.env.company.currency_id
        if self.claim_amount and currency.compare_amounts(self.claim_open, 0) <= 0:
            if not self.claim_rejected:
                return "recovered"
            return "part" if self.cost_recovered else "rejected"
        if self.claim_amount or self.vendor_claimed_on:
            return "claimed"
        return "due" if self.vendor_claim_deadline else False

    def write(self, vals):
        """Who enters an amount has told the vendor."""
        result = super().write(vals)
        if vals.get("claim_amount"):
            untold = self.sudo().filtered(lambda line: not line.vendor_claimed_on)
            for line in untold:
                line.vendor_claimed_on = line._today()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines.sudo().filtered("claim_amount"):
            line.vendor_claimed_on = line.vendor_claimed_on or line._today()
        return lines

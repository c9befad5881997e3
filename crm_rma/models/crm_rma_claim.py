from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaClaim(models.Model):
    """A serial number that a customer typed and that is not known to be theirs.

    Unknown and foreign serial numbers look the same to the customer: "we will check".
    The desk looks it up and takes it as a unit, or drops it.
    """

    _name = "crm.rma.claim"
    _description = "Serial Number to Check"
    _order = "rma_id, id"
    _check_company_auto = True

    rma_id = fields.Many2one(
        "crm.rma",
        string="RMA",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="rma_id.company_id", store=True, index=True)
    name = fields.Char(
        string="Serial Number",
        required=True,
        readonly=True,
        help="As the customer typed it.",
    )
    reason_id = fields.Many2one(
        "crm.rma.reason", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    fault = fields.Text(readonly=True, help="What the customer says is wrong.")
    line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    is_dropped = fields.Boolean(string="Dropped", readonly=True, copy=False)
    is_open = fields.Boolean(compute="_compute_is_open", store=True)

    @api.depends("line_id", "is_dropped")
    def _compute_is_open(self):
        for claim in self:
            claim.is_open = not claim.line_id and not claim.is_dropped

    def action_take(self):
        """Look the number up and take the unit into the RMA."""
        self.rma_id.check_access("write")
        for claim in self.filtered("is_open"):
            claim.sudo().line_id = claim._take_unit()

    def _take_unit(self):
        """The new unit of the RMA for this number.

        :raises UserError: nobody has this number, or several products have it
        """
        lots = self.rma_id._find_serials([self.name]).get(self.name)
        if not lots:
            raise UserError(
                self.env._(
                    "No product of ours has the serial number %(serial)s. Ask the "
                    "customer, or add the unit by its product and drop the number here.",
                    serial=self.name,
                )
            )
        if len(lots) > 1:
            raise UserError(
                self.env._(
                    "%s is the serial number of several products: add the right unit "
                    "and drop the number here.",
                    self.name,
                )
            )
        return self.env["crm.rma.line"].create(
            {
                "rma_id": self.rma_id.id,
                "lot_id": lots.id,
                "reason_id": self.reason_id.id,
                "fault": self.fault,
            }
        )

    def action_drop(self):
        """Nothing comes under this number."""
        self.rma_id.check_access("write")
        self.sudo().filtered("is_open").is_dropped = True
        for rma in self.rma_id:
            names = self.filtered(lambda c, r=rma: c.rma_id == r).mapped("name")
            rma._message_log(
                body=self.env._("Nothing comes under %s.", ", ".join(names))
            )


class CrmRma(models.Model):
    _inherit = "crm.rma"

    claim_ids = fields.One2many(
        "crm.rma.claim", "rma_id", string="Serial Numbers to Check"
    )
    claim_count = fields.Integer(
        string="To Check", compute="_compute_claim_count", search="_search_claim_count"
    )

    @api.depends("claim_ids.is_open")
    def _compute_claim_count(self):
        for rma in self:
            rma.claim_count = len(rma.claim_ids.filtered("is_open"))

    def _search_claim_count(self, operator, value):
        """Only whether there are any: ``[("claim_count", ">", 0)]``."""
        if (operator, value) != (">", 0):
            return NotImplemented
        return [("claim_ids.is_open", "=", True)]

    def _check_approvable(self):
        """What the customer announced is settled before the rest is approved."""
        if waiting := self.claim_ids.filtered("is_open"):
            raise UserError(
                self.env._(
                    "Check first: %s. Take them as units, or drop them.",
                    ", ".join(waiting.mapped("name")),
                )
            )
        return super()._check_approvable()

    def _explain_request(self):
        if waiting := self.claim_ids.filtered("is_open"):
            return self.env._(
                "The customer named %s, which we do not know as theirs: take it as a "
                "unit, or drop it.",
                ", ".join(waiting[:3].mapped("name")),
            )
        return super()._explain_request()

    def _tracking(self):
        """Numbers under examination stand among the goods, all alike."""
        values = super()._tracking()
        waiting = self.sudo().claim_ids.filtered(lambda claim: not claim.line_id)
        values["units"] += [
            {
                "name": self.env._("Serial number %s", claim.name),
                "serial": "",
                "quantity": "",
                "place": self.env._("Not part of this return")
                if claim.is_dropped
                else self.env._("We will check"),
                "warranty": "",
                "card": "",
            }
            for claim in waiting
        ]
        return values

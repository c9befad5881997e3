from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.warranty_verdict import Block


class WarrantyBlock(models.Model):
    """A warranty is void or on hold, with the reason and what proves it.

    Whoever examines the unit enters it; a manager lifts it. Lifted is as good as
    never entered, but both stay in sight.
    """

    _name = "warranty.block"
    _description = "Void or Held Warranty"
    _order = "registration_id, date_from, id"
    _check_company_auto = True
    _rec_name = "reason_id"

    registration_id = fields.Many2one(
        "warranty.registration",
        string="Warranty",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="registration_id.company_id", store=True, precompute=True
    )
    reason_id = fields.Many2one(
        "warranty.reason",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', 'in', ('void', 'hold'))]",
    )
    kind = fields.Selection(related="reason_id.kind", store=True)
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="Faults reported from this day on are not covered.",
    )
    note = fields.Text(help="What was found, in words.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Evidence", help="Photos, documents."
    )
    rma_line_id = fields.Many2one(
        "crm.rma.line", string="RMA Unit", ondelete="restrict", index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    active = fields.Boolean(default=True, readonly=True)
    lifted_by_id = fields.Many2one("res.users", readonly=True)
    date_lifted = fields.Datetime(string="Lifted On", readonly=True)

    @api.constrains("reason_id", "attachment_ids")
    def _check_evidence(self):
        for block in self:
            reason = block.reason_id
            if reason.kind == "goodwill":
                raise ValidationError(
                    self.env._(
                        "%s is a reason for goodwill, not against it.", reason.name
                    )
                )
            if reason.needs_evidence and not block.attachment_ids:
                raise ValidationError(
                    self.env._(
                        "%s needs evidence: attach a photo or a document.", reason.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # Who says so is who is logged in.
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        blocks = super().create(vals_list)
        blocks._adopt_evidence()
        blocks.registration_id.sudo()._touch()
        return blocks

    def write(self, vals):
        result = super().write(vals)
        self._adopt_evidence()
        self.registration_id.sudo()._touch()
        return result

    def _adopt_evidence(self):
        """Evidence belongs to the warranty: whoever reads it sees the photos."""
        for block in self:
            loose = block.attachment_ids.filtered(lambda a: not a.res_id)
            loose.sudo().write(
                {
                    "res_model": "warranty.registration",
                    "res_id": block.registration_id.id,
                }
            )

    def action_lift(self):
        """The warranty holds again, as if it had never been blocked."""
        if not self.env.user.has_group("crm_rma.crm_rma_group_manager"):
            raise AccessError(
                self.env._("Only a service manager may let a warranty hold again.")
            )
        self.write(
            {
                "active": False,
                "lifted_by_id": self.env.uid,
                "date_lifted": fields.Datetime.now(),
            }
        )

    def _to_block(self):
        """For :mod:`..tools.warranty_verdict`."""
        return Block(self.date_from, None, self.kind, self.id)

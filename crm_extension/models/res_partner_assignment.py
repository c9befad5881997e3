from odoo import api, fields, models


class ResPartner(models.Model):
    """Since when somebody looks after a customer."""

    _inherit = "res.partner"

    user_assigned_date = fields.Datetime(
        string="With the Salesperson since",
        readonly=True,
        copy=False,
        help="When the customer was given to its present salesperson.",
        prefetch="crm_customer",
    )

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        return super().create(
            [
                {**vals, "user_assigned_date": now} if vals.get("user_id") else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """A new salesperson starts the clock again."""
        user_id = vals.get("user_id")
        moved = self.filtered(lambda partner: user_id and partner.user_id.id != user_id)
        result = super().write(vals)
        if moved:
            super(ResPartner, moved).write(
                {"user_assigned_date": fields.Datetime.now()}
            )
            moved.user_id._workbench_changed()
        return result

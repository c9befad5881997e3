from odoo import api, fields, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """Since when somebody looks after a lead, and whether anybody has spoken since.

    Odoo's ``date_open`` is the first assignment and stays; the clock of an untouched
    lead starts again with every new person.
    """

    _inherit = "crm.lead"

    user_assigned_date = fields.Datetime(
        string="With the Salesperson since",
        readonly=True,
        copy=False,
        help="When the lead was given to its present salesperson.",
    )
    escalation_rung = fields.Integer(
        readonly=True,
        copy=False,
        help="How many steps of the escalation were taken since the assignment.",
    )

    _crm_untouched_idx = models.Index(
        "(user_id, user_assigned_date) WHERE active IS TRUE AND date_closed IS NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        assigned = leads.filtered("user_id")
        assigned.sudo().write(self._prepare_assignment_vals())
        assigned.user_id._workbench_changed()
        return leads

    def write(self, vals):
        """A new salesperson starts from zero, in the same write: a second one makes
        Odoo compute the chances of the lead a second time."""
        if "user_id" not in vals:
            return super().write(vals)
        moved = self.filtered(lambda lead: lead.user_id.id != vals["user_id"])
        start = {**self._prepare_assignment_vals(), **vals}
        for leads, values in ((moved, start), (self - moved, vals)):
            if leads:
                super(CrmLead, leads).write(values)
        if moved and vals["user_id"]:
            self.env["res.users"].browse(vals["user_id"])._workbench_changed()
        return True

    def _prepare_assignment_vals(self):
        """What starts the clock of a lead that is given to somebody."""
        return {"user_assigned_date": fields.Datetime.now(), "escalation_rung": 0}

    @api.model
    def _untouched_sql(self, alias):
        """SQL condition: nobody has spoken with the customer about the lead since it
        was assigned, neither on the lead nor on the customer."""
        lead = {
            name: SQL.identifier(alias, name, to_flush=self._fields[name])
            for name in ("id", "partner_id", "user_assigned_date")
        }
        return SQL(
            """NOT EXISTS (
                SELECT 1 FROM crm_interaction i
                 WHERE i.lead_id = %(id)s AND i.active
                   AND (i.is_followup OR i.origin = 'authored')
                   AND i.date >= %(since)s
            ) AND NOT EXISTS (
                SELECT 1 FROM crm_customer_stat s
                  JOIN res_partner p ON p.commercial_partner_id = s.partner_id
                 WHERE p.id = %(partner)s AND s.last_contact_date >= %(since)s
            )""",
            id=lead["id"],
            partner=lead["partner_id"],
            since=lead["user_assigned_date"],
        )

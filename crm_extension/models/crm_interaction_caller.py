from odoo import api, fields, models

from ..tools.phone import best_phone, parse_phones


class CrmInteraction(models.Model):
    """Somebody called whom nobody knows: the number is kept until a contact has it."""

    _inherit = "crm.interaction"

    phone = fields.Char(
        string="Phone Number",
        help="The number of a caller who is no contact yet.",
    )
    phone_e164 = fields.Char(
        string="International Number",
        compute="_compute_phone_e164",
        store=True,
        precompute=True,
        index="btree_not_null",
    )

    @api.depends("phone")
    def _compute_phone_e164(self):
        for row in self:
            row.phone_e164 = row.phone and row._read_number(row.phone)

    def _read_number(self, text):
        """The number of a caller in E.164, or False."""
        region = (self.company_id or self.env.company).country_id.code
        best = best_phone(parse_phones(text, [region] if region else []))
        return (best and best.e164) or False

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._recognise_callers()
        return rows

    def action_recognise_caller(self):
        """Look again whether the numbers belong to a contact by now."""
        self.check_access("write")
        self._recognise_callers()

    def _recognise_callers(self):
        """Give rows of unknown callers the contact who alone has their number, or the
        company whose people share it."""
        unknown = self.filtered(
            lambda row: row.phone_e164 and not row.partner_id and not row.lead_id
        )
        owners = unknown._phone_owners() if unknown else {}
        for row in unknown.sudo():
            people = owners.get(row.phone_e164, row.partner_id)
            found = people if len(people) == 1 else people.commercial_partner_id
            if len(found) == 1:
                row.partner_id = found

    def _phone_owners(self):
        """Map each number of these rows to the contacts who have or had it, as
        superuser: a call belongs to the customer, whoever may see the card."""
        numbers = self.env["crm.phone.number"].sudo().with_context(active_test=False)
        found = numbers.search(
            [
                ("e164", "in", self.mapped("phone_e164")),
                ("partner_id.active", "=", True),
            ]
        )
        return {e164: rows.partner_id for e164, rows in found.grouped("e164").items()}

from odoo import api, fields, models


class ResPartner(models.Model):
    """What a customer file knows beyond Odoo's address book."""

    _inherit = "res.partner"

    customer_level_id = fields.Many2one(
        "crm.customer.level",
        string="Level",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="How important the customer is. It sets how often we want to speak "
        "with it.",
        prefetch="crm_customer",
    )
    im_ids = fields.One2many("crm.im.id", "partner_id", string="Messengers")
    important_date_ids = fields.One2many(
        "crm.important.date", "partner_id", string="Important Dates"
    )
    preference_ids = fields.One2many(
        "crm.preference", "partner_id", string="Habits and Preferences"
    )
    birthdate = fields.Date(
        string="Birthday",
        compute="_compute_birthdate",
        inverse="_inverse_birthdate",
        store=True,
        help="The birthday among the important dates, when its year is known.",
        prefetch="crm_customer",
    )

    @api.depends(
        "important_date_ids.kind",
        "important_date_ids.month",
        "important_date_ids.day",
        "important_date_ids.year",
        "important_date_ids.name",
        "important_date_ids.calendar",
        "important_date_ids.is_leap_month",
    )
    def _compute_birthdate(self):
        for partner in self:
            partner.birthdate = partner._own_birthday().date

    def _own_birthday(self):
        """The birthday of the person: one with a name is somebody else's."""
        return self.important_date_ids.filtered(
            lambda moment: moment.kind == "birthday" and not moment.name
        )[:1]

    def _inverse_birthdate(self):
        """An import or a form writes the birthday among the important dates."""
        new = []
        for partner in self:
            birthday = partner._own_birthday()
            if not partner.birthdate:
                birthday.filtered("year").unlink()
            elif birthday:
                birthday.date = partner.birthdate
            else:
                new.append({"partner_id": partner.id, "date": partner.birthdate})
        self.env["crm.important.date"].create(new)

    def _drop_double_dates(self):
        """After a merge one date is told once: the row that knows the year stays."""
        double = self.env["crm.important.date"]
        for partner in self:
            known = set()
            for moment in partner.important_date_ids.sorted("year", reverse=True):
                key = (moment.kind, moment.name or "", moment.month_day)
                if key in known:
                    double |= moment
                known.add(key)
        double.unlink()

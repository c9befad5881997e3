from odoo import api, models


class CalendarAttendee(models.Model):
    _name = "calendar.attendee"
    _inherit = ["crm.mask.mixin", "calendar.attendee"]

    @api.model
    def _mask_fields(self, mode):
        return frozenset({"email", "phone"})

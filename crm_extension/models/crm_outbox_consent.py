from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools.send_window import next_open, place_zone
from ..tools.sms import takes_sms


class CrmOutbox(models.Model):
    """To which address a message goes, whether it may, and at what hour.

    Asked when a message is claimed, because all of it may have changed since it was
    written: a new number, an opt-out, an archived contact.
    """

    _inherit = "crm.outbox"

    # Address

    def _find_address(self):
        """``(address, reason)``: one of the two is empty."""
        if not self.address:
            address = self._contact_address(self.channel, self.partner_id)
            return address, not address and "no_address"
        address = getattr(self, f"_check_{self.channel}")(self.address)
        return address, not address and "bad_address"

    @api.model
    def _contact_address(self, channel, partner):
        """Address or number of a contact for a channel, False without one."""
        if not partner:
            return False
        if channel == "sms":
            return partner._sms_number()
        return self._check_email(partner.email)

    @api.model
    def _check_email(self, address):
        return email_normalize(address or "", strict=False) or False

    def _check_sms(self, number):
        found = self.partner_id._phone_format(number=number)
        found = found or self.company_id.partner_id._phone_format(number=number)
        return found if takes_sms(found) else False

    # Consent

    def _refusal(self, address):
        """Why the message must not be sent, as a key of ``REASONS``; else False.

        Hook: other kinds of consent are asked here.
        """
        if reason := self._contact_refusal(self.partner_id, self.purpose):
            return reason
        if self.purpose == "courtesy" and self._blacklisted(self.channel, [address]):
            return "blacklist"
        return False

    @api.model
    def _contact_refusal(self, partner, purpose):
        """What the card of the contact says against a message."""
        if partner.is_deceased:
            return "deceased"
        if partner and not partner.active:
            return "archived"
        opted_out = (
            partner.greeting_opt_out or partner.commercial_partner_id.greeting_opt_out
        )
        return purpose == "courtesy" and opted_out and "opt_out"

    @api.model
    def _blacklisted(self, channel, addresses):
        """Those of some addresses or numbers that are on the blacklist: one query."""
        model, name = {
            "sms": ("phone.blacklist", "number"),
            "email": ("mail.blacklist", "email"),
        }[channel]
        wanted = [address for address in addresses if address]
        rows = self.env[model].sudo().search_fetch([(name, "in", wanted)], [name])
        return set(rows.mapped(name))

    # Hours

    def _next_hour(self, now):
        """The moment at which the message may arrive, ``now`` when it already may."""
        if self.priority == "2" or not self._keeps_hours():
            return now
        company = self.company_id
        hours = (company.crm_send_from, company.crm_send_to)
        if self.window_to:
            hours = (self.window_from, self.window_to)
        zone = self.tz or (self.partner_id and self.partner_id._local_zone())
        zone = zone or company._local_timezone()
        return next_open(now, zone, *hours)

    def _keeps_hours(self):
        """A text message rings; a letter about the customer's own business may wait
        in the mailbox."""
        return self.channel == "sms" or self.purpose == "courtesy" or self.window_to


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_deceased = fields.Boolean(
        string="Deceased",
        tracking=True,
        help="Nothing is sent to this person any more.",
        prefetch="crm_customer",
    )
    greeting_opt_out = fields.Boolean(
        string="No Greetings",
        tracking=True,
        help="Neither greetings nor other courtesies are sent. On a company it holds "
        "for all its people.",
        prefetch="crm_customer",
    )

    def _sms_number(self):
        """The number for text messages: a mobile one first; False when there is none."""
        self.ensure_one()
        rows = self.sudo().phone_number_ids.filtered(lambda row: takes_sms(row.e164))
        rows = rows.sorted(lambda row: (row.kind != "mobile", row.sequence, row.id))
        return rows[:1].e164 or False

    def _local_zone(self):
        """Time zone of the contact's place, empty when it is not known: that of the
        card or of the company the person works for, unless the country contradicts."""
        self.ensure_one()
        partner = self.sudo()
        company = partner.commercial_partner_id
        country = partner.country_id or company.country_id
        return place_zone(country.code, partner.tz or company.tz)

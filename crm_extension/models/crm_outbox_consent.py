from odoo import fields, models
from odoo.tools import email_normalize

from ..tools.send_window import country_zone, next_open
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
        address = getattr(self, f"_address_{self.channel}")()
        if address:
            return address, False
        return False, "bad_address" if self.address else "no_address"

    def _address_email(self):
        return email_normalize(self.address or self.partner_id.email or "") or False

    def _address_sms(self):
        if not self.address:
            return self.partner_id and self.partner_id._sms_number()
        number = self.partner_id._phone_format(number=self.address)
        number = number or self.company_id.partner_id._phone_format(number=self.address)
        return number if takes_sms(number) else False

    # Consent

    def _refusal(self, address):
        """Why the message must not be sent, as a key of ``REASONS``; else False.

        Hook: other kinds of consent are asked here.
        """
        partner = self.partner_id
        if partner.is_deceased:
            return "deceased"
        if partner and not partner.active:
            return "archived"
        if self.purpose == "courtesy":
            if (
                partner.greeting_opt_out
                or partner.commercial_partner_id.greeting_opt_out
            ):
                return "opt_out"
            if self._is_blacklisted(address):
                return "blacklist"
        return False

    def _is_blacklisted(self, address):
        if self.channel == "sms":
            return bool(
                self.env["phone.blacklist"].search_count(
                    [("number", "=", address)], limit=1
                )
            )
        return bool(
            self.env["mail.blacklist"].search_count([("email", "=", address)], limit=1)
        )

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
    )
    greeting_opt_out = fields.Boolean(
        string="No Greetings",
        tracking=True,
        help="Neither greetings nor other courtesies are sent. On a company it holds "
        "for all its people.",
    )

    def _sms_number(self):
        """The number for text messages: a mobile one first; False when there is none."""
        self.ensure_one()
        rows = self.sudo().phone_number_ids.filtered(lambda row: takes_sms(row.e164))
        rows = rows.sorted(lambda row: (row.kind != "mobile", row.sequence, row.id))
        return rows[:1].e164 or False

    def _local_zone(self):
        """Time zone of the contact's place, False when it is not known.

        The one on the card, else that of the company the person works for, else that
        of the country if it has only one.
        """
        self.ensure_one()
        partner = self.sudo()
        company = partner.commercial_partner_id
        country = partner.country_id or company.country_id
        return partner.tz or company.tz or country_zone(country.code)

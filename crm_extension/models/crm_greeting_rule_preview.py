from odoo import api, fields, models

from ..tools.fill_in import fill_in, places
from ..tools.sms import sms_size
from .crm_greeting_rule import ENGLISH

SAMPLE_DAYS = 30
MAX_SAMPLES = 3


class CrmGreetingRule(models.Model):
    """The words of a rule for one person, and what they would cost: while typing."""

    _inherit = "crm.greeting.rule"

    preview = fields.Text(compute="_compute_preview")
    preview_size = fields.Char(compute="_compute_preview")
    upcoming_count = fields.Integer(
        compute="_compute_upcoming",
        string="In the Coming 30 Days",
        help="Occasions that this rule would greet, opt-outs not counted.",
    )
    upcoming_text = fields.Char(compute="_compute_upcoming")

    @api.depends("sms_text", "subject", "email_text", "channel", "provider_template")
    def _compute_preview(self):
        for rule in self:
            values = rule._sample_values()
            is_sms = rule.channel and rule.channel.startswith("sms")
            text = (rule.sms_text if is_sms else rule.email_text) or ""
            try:
                text = rule._fill(text, values)
            except (KeyError, ValueError):
                rule.preview, rule.preview_size = text, False
                continue
            if is_sms:
                text = (rule.company_id or self.env.company)._crm_sms_as_sent(text)
                rule.preview_size = rule._size_text(text)
            else:
                subject = rule._fill(rule.subject or "", values)
                rule.preview_size = False
                text = f"{subject}\n\n{text}"
            rule.preview = text

    def _sample_values(self):
        """Somebody who could be greeted."""
        _ = self.env._
        return {
            "name": _("Wang Wei"),
            "customer": _("Sample Trading Co."),
            "occasion": _("Birthday"),
            "years": "10",
            "salesperson": self.env.user.name,
            "salesperson_phone": self.env.user.phone or "+86 138 0013 8000",
            "company": (self.company_id or self.env.company).name or "",
        }

    def _size_text(self, text):
        """Parts, places and cost of a text message in one sentence."""
        size = sms_size(text)
        company = self.company_id or self.env.company
        words = self.env._(
            "Parts: %(parts)s, signs: %(length)s (%(encoding)s), left in the last: %(left)s",
            parts=size.parts,
            length=size.length,
            encoding=size.encoding,
            left=size.left,
        )
        if company.crm_sms_price:
            cost = company.currency_id.format(size.parts * company.crm_sms_price)
            words = self.env._("%(size)s, costs %(cost)s", size=words, cost=cost)
        if size.parts > company.crm_sms_max_parts:
            words = self.env._(
                "%(size)s: too long, at most %(parts)s parts are sent",
                size=words,
                parts=company.crm_sms_max_parts,
            )
        return words

    @api.depends("kind", "type_id", "level_ids", "domain", "company_id")
    def _compute_upcoming(self):
        for rule in self:
            moments = rule._upcoming_moments()
            rule.upcoming_count = len(moments)
            rule.upcoming_text = ", ".join(
                f"{moment.partner_id.name}: {moment._format_day()}"
                for moment in moments[:MAX_SAMPLES]
            )

    def _upcoming_moments(self):
        """Important dates of the coming weeks that this rule fits, the next ones
        first."""
        moments = self.env["crm.important.date"]
        try:
            contacts = self.env["res.partner"]._search(self._contact_domain())
            domain = [("partner_id", "in", contacts), ("kind", "=", self.kind)]
            if self.type_id:
                domain.append(("type_id", "=", self.type_id.id))
            return moments._upcoming(SAMPLE_DAYS, domain)
        except (ValueError, SyntaxError, TypeError):
            return moments  # conditions that are just being typed

    # Words

    @api.model
    def _fill(self, text, values):
        """Put the values in, under their English and Chinese names.

        :raise KeyError: a value that the text needs is empty
        """
        needed = {word: ENGLISH.get(word, word) for word in places(text)}
        if missing := [word for word, name in needed.items() if not values.get(name)]:
            raise KeyError(missing[0])
        return fill_in(text, {word: values[name] for word, name in needed.items()})

    def _greeting_values(self, moment, day, year):
        """What the words in braces stand for, for one occasion."""
        partner = moment.partner_id
        owner = self._owner(partner)
        born = moment.year
        return {
            "name": partner.name,
            "customer": partner.commercial_partner_id.name,
            "occasion": moment.name or moment._kind_name(),
            "years": str(year - born) if born and year > born else "",
            "salesperson": owner.name,
            "salesperson_phone": owner.phone,
            "company": self.company_id.name,
        }

    def _owner(self, partner):
        """Who looks after the contact: an active colleague, else the responsible."""
        partner = partner.sudo()
        for user in (partner.user_id, partner.commercial_partner_id.user_id):
            if user.active and not user.share:
                return user
        return self.manager_id

from datetime import timedelta

from odoo import api, models

from ..tools.send_window import utc_moment

# What a person has read and approved
WORDS = {"subject", "text", "params"}


class CrmGreeting(models.Model):
    """What a greeting is made of: contact, rule and day say when, how and with which
    words. Read anew until it is on its way."""

    _inherit = "crm.greeting"

    @api.model
    def _read_moment(self, moment, rule, day, year, blacklists=None):
        """What follows from contact, rule and day: when, how, with which words.

        :param blacklists: see :meth:`_blacklists`; asked here when it is not given
        """
        partner = moment.partner_id
        zone = partner._local_zone() or rule.company_id._local_timezone()
        due = utc_moment(day - timedelta(days=rule.days_before), rule.hour, zone)
        if blacklists is None:
            blacklists = self._blacklists(partner)
        channel, address, problem = self._find_way(partner, rule, blacklists)
        words, missing = self._find_words(moment, rule, day, year, channel)
        return {
            "rule_id": rule.id,
            "user_id": rule._owner(partner).id,
            "kind": moment.kind,
            "occasion": words.pop("occasion"),
            "day": day,
            "due": due,
            "expires": due + timedelta(days=rule.grace_days, hours=1),
            "channel": channel,
            "address": address,
            "problem": problem or (missing and "missing"),
            "problem_detail": missing,
            **words,
        }

    @api.model
    def _find_way(self, partner, rule, blacklists):
        """``(channel, address, problem)``: the first channel of the rule by which the
        contact can be reached; without one the first, with the reason."""
        outbox = self.env["crm.outbox"].sudo()
        ways = []
        for channel in rule.channel.split("_"):
            address = outbox._contact_address(channel, partner)
            problem = outbox._contact_refusal(partner, "courtesy")
            if not address:
                problem = problem or "no_address"
            elif address in blacklists[channel]:
                problem = problem or "blacklist"
            ways.append((channel, address, problem))
        return next((way for way in ways if not way[2]), ways[0])

    @api.model
    def _blacklists(self, partners):
        """``{channel: addresses}`` that are blacklisted, of some contacts: one query
        for each channel."""
        outbox = self.env["crm.outbox"].sudo()
        return {
            channel: outbox._blacklisted(
                channel, [outbox._contact_address(channel, p) for p in partners]
            )
            for channel in ("sms", "email")
        }

    @api.model
    def _find_words(self, moment, rule, day, year, channel):
        """``(values, missing word)``: subject and text in the contact's language."""
        lang = moment.partner_id.lang or rule.company_id.partner_id.lang
        rule, moment = rule.with_context(lang=lang), moment.with_context(lang=lang)
        values = rule._greeting_values(moment, day, year)
        text = rule.sms_text if channel == "sms" else rule.email_text
        words = {"occasion": moment.name or moment.type_id.name, "params": values}
        try:
            words["subject"] = (
                rule._fill(rule.subject or "", values) if channel == "email" else False
            )
            words["text"] = rule._fill(text or "", values)
        except KeyError as error:
            return {**words, "subject": False, "text": text}, error.args[0]
        return words, False

    # What waits is read anew

    def _refresh(self, moment, rule, day, blacklists=None):
        """Keep a greeting up to date until it is on its way. Approved words stay.

        Without a rule that fits any more it is taken off the calendar, unless a person
        approved it.
        """
        self.ensure_one()
        if self.outbox_id or self.decision == "skipped":
            return
        if not rule:
            if not self.approver_id:
                self.unlink()
            return
        vals = self._read_moment(moment, rule, day, self.year, blacklists)
        if self.decision == "approved" or self.is_edited:
            vals = {k: v for k, v in vals.items() if k not in WORDS}
            if vals["problem"] == "missing":
                vals.update(problem=False, problem_detail=False)
            if vals["channel"] != self.channel:
                del vals["channel"], vals["address"]  # the words are of that channel
        self._write_changed(vals)

    def _write_changed(self, vals):
        """Write what differs: a run that finds nothing new writes nothing."""
        current = self._convert_to_write({name: self[name] for name in vals})
        changed = {
            k: v for k, v in vals.items() if (current.get(k) or False) != (v or False)
        }
        if changed:
            self.write(changed)

    def _plan_again(self, forget_words=False):
        """Read these greetings anew, at once (sudo)."""
        if forget_words:
            self.is_edited = False
        for company, greetings in self.grouped("company_id").items():
            rules = self.env["crm.greeting.rule"].search(
                [("company_id", "=", company.id)]
            )
            moments = greetings.occasion_id
            fitting = self._rules_by_moment(moments, rules)
            for greeting in greetings:
                moment = greeting.occasion_id
                if moment:
                    greeting._refresh(moment, fitting[moment], greeting.day)

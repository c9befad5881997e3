from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from .crm_greeting_plan import BATCH


class CrmGreeting(models.Model):
    """Sending: what is approved and due becomes a message in the outbox."""

    _inherit = "crm.greeting"

    @api.model
    def _cron_greet(self):
        """Send what is due, then plan; resumable, safe to repeat."""
        progress = self.env["ir.cron"]._commit_progress
        while self._enqueue_due():
            if not progress(1):
                return
        rules = self.env["crm.greeting.rule"]
        for [company] in rules._read_group([], ["company_id"]):
            if not self.with_company(company)._plan_company(company):
                return
        self._miss_late()
        self._wake_next()

    @api.model
    def _enqueue_due(self):
        """Put some greetings that are due into the outbox; how many."""
        now = fields.Datetime.now()
        domain = Domain("state", "=", "approved") & Domain("due", "<=", now)
        domain &= Domain("expires", ">=", now) & Domain("problem", "=", False)
        due = self.sudo().search(domain, order="due, id", limit=BATCH)
        due = due.try_lock_for_update(allow_referencing=True).filtered_domain(domain)
        due._check_still_right()
        ready = due.filtered_domain(domain)
        rows = self.env["crm.outbox"]._enqueue([g._prepare_message() for g in ready])
        keys = [greeting._key() for greeting in ready]
        rows = self.env["crm.outbox"].sudo().search([("key", "in", keys)])
        by_key = {row.key: row for row in rows}
        for greeting in ready:
            greeting.outbox_id = by_key[greeting._key()]
        return len(due)

    def _check_still_right(self):
        """A date that was moved or deleted since the last planning is not greeted."""
        for greeting in self:
            moment = greeting.occasion_id
            days = moment and moment._kept_between(greeting.day, greeting.day)
            if not days or not moment.partner_id.active:
                greeting.write({"problem": "moved"})

    def _key(self):
        """The same occasion in the same year is the same greeting."""
        self.ensure_one()
        return f"greeting:{self.occasion_id.id}:{self.year}"

    def _prepare_message(self):
        """Values of the message in the outbox."""
        self.ensure_one()
        sms = self.channel == "sms"
        what = self.with_context(lang=self.user_id.lang)._what()
        return {
            "key": self._key(),
            "channel": self.channel,
            "partner_id": self.partner_id.id,
            "subject": self.subject or what,
            "body": self.text if sms else self._letter(),
            "provider_template": sms and self.rule_id.provider_template,
            "provider_params": sms and self.params,
            "due": self.due,
            "expires": self.expires,
            "address_group": f"greeting:{self.kind}:{self.day}",
            "origin": "greeting",
            "purpose": "courtesy",
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
        }

    def _letter(self):
        """The words of an email, and how to get no more of them."""
        partner = self.partner_id
        here = self.with_context(lang=partner.lang or self.company_id.partner_id.lang)
        stop = here.env._("No more greetings: %(link)s", link=partner._stop_url())
        return f"{self.text}\n\n--\n{stop}"

    @api.model
    def _miss_late(self):
        """What nobody approved in time, or could not go out, is listed as skipped."""
        now = fields.Datetime.now()
        domain = [("state", "in", ("waiting", "approved")), ("expires", "<", now)]
        late = self.sudo().search(domain, limit=10 * BATCH)
        for problem, greetings in late.grouped("problem").items():
            greetings.write({"decision": "skipped", "problem": problem or "too_late"})

    @api.model
    def _wake_next(self):
        """Be there at the minute when the next approved greeting is due."""
        domain = [("state", "=", "approved"), ("problem", "=", False)]
        self.sudo().search(domain, order="due", limit=1)._wake()


class CrmOutbox(models.Model):
    _inherit = "crm.outbox"

    def _after_settle(self):
        """A greeting shows what became of its message, and why."""
        super()._after_settle()
        messages = self.filtered(lambda message: message.origin == "greeting")
        greetings = self.env["crm.greeting"].sudo()
        by_reason = defaultdict(greetings.browse)
        for greeting in greetings.search([("outbox_id", "in", messages.ids)]):
            message = greeting.outbox_id
            by_reason[message.reason, message.detail] |= greeting
        for (reason, detail), found in by_reason.items():
            found.write({"problem": reason, "problem_detail": detail})

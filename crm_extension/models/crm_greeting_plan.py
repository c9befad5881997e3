import logging
from datetime import datetime, time, timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.insert_once import insert_once
from ..tools.send_window import local_moment

_logger = logging.getLogger(__name__)

BATCH = 500
# How far ahead greetings are planned (parameter ``crm_extension.greeting_weeks``)
WEEKS = 4
# After a longer standstill nobody wants a list of what was missed.
MISSED_DAYS = 31
# Nobody has a birthday twice in half a year: a date that was put into another calendar
# or corrected is not greeted again.
APART_DAYS = 180


class CrmGreeting(models.Model):
    """Planning: the occasions of the coming weeks become greetings, each once.

    How it works: the scheduled action walks over the important dates that are kept
    from the last day it worked on to some weeks ahead, in batches. For each it takes
    the first rule that fits, and inserts what is new. What still waits is read anew, so
    a corrected number or name is in time. What became impossible meanwhile says so.
    """

    _inherit = "crm.greeting"

    @api.model
    def _plan_company(self, company):
        """Plan for one company; False when the time of the job is over."""
        today = self._today(company)
        rules = self.env["crm.greeting.rule"].search([("company_id", "=", company.id)])
        first, last = self._span(today, rules)
        last_id = 0
        while moments := self._next_moments(rules, first, last, last_id):
            last_id = moments[-1].id
            self._plan_each(moments, rules, first, last)
            if not self.env["ir.cron"]._commit_progress(len(moments)):
                return False
        rules.filtered(lambda rule: rule.planned_from < today).planned_from = today
        return True

    @api.model
    def _plan_each(self, moments, rules, first, last):
        """Plan a batch. One bad date does not stop the others: the batch is halved
        until it is found, and it is listed as a greeting with this problem."""
        try:
            with self.env.cr.savepoint():
                self._plan(moments, rules, first, last)
        except psycopg2.OperationalError:
            raise  # the whole transaction is to be repeated
        # a text, a card or an addon may fail in any way
        except Exception as error:
            if len(moments) == 1:
                _logger.exception("Greeting of %s cannot be planned", moments)
                self._list_failure(moments, rules, first, last, error)
                return
            half = len(moments) // 2
            self._plan_each(moments[:half], rules, first, last)
            self._plan_each(moments[half:], rules, first, last)

    @api.model
    def _list_failure(self, moment, rules, first, last, error):
        """Show a date that cannot be planned to whoever is responsible."""
        day, year = moment._kept_between(first, last)[0]
        noon = datetime.combine(day, time(12))
        vals = {
            "occasion_id": moment.id,
            "year": year,
            "partner_id": moment.partner_id.id,
            "commercial_partner_id": moment.commercial_partner_id.id,
            "company_id": rules[:1].company_id.id,
            "rule_id": rules[:1].id,
            "user_id": rules[:1].manager_id.id,
            "kind": moment.kind,
            "day": day,
            "due": noon,
            "expires": noon + timedelta(days=1),
            "channel": "sms",
            "decision": "waiting",
            "state": "waiting",
            "is_edited": False,
            "problem": "unknown",
            "problem_detail": self.env["crm.outbox"]._error_text(error),
        }
        insert_once(self.sudo(), [vals])

    @api.model
    def _today(self, company):
        zone = company._local_timezone()
        return local_moment(fields.Datetime.now(), zone).date()

    @api.model
    def _span(self, today, rules):
        """The days to look at: from where the planning stopped to some weeks ahead."""
        earliest = min(rules.mapped("planned_from"), default=today)
        first = max(min(earliest, today), today - timedelta(days=MISSED_DAYS))
        ahead = max(rules.mapped("days_before"), default=0)
        weeks = self._weeks_ahead()
        return first, today + timedelta(weeks=weeks, days=ahead)

    @api.model
    def _weeks_ahead(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        value = str(get_param("crm_extension.greeting_weeks", WEEKS))
        return min(int(value), 26) if value.isdigit() and int(value) else WEEKS

    @api.model
    def _next_moments(self, rules, first, last, last_id):
        """The next important dates of the span, in the order of their ids."""
        moments = self.env["crm.important.date"].sudo()
        domain = moments._upcoming_domain(first, last)
        domain &= Domain("id", ">", last_id)
        domain &= Domain("kind", "in", list(set(rules.mapped("kind"))))
        domain &= Domain("partner_id.active", "=", True)
        return moments.search(domain, order="id", limit=BATCH)

    @api.model
    def _plan(self, moments, rules, first, last):
        """Plan the occasions of one batch: what is new is inserted, what waits is read
        anew."""
        fitting = self._rules_by_moment(moments, rules)
        known = self._known(moments)
        blacklists = self._blacklists(moments.partner_id)
        values = []
        for moment in moments:
            for day, year in moment._kept_between(first, last):
                rule, greeting = fitting[moment], known.get((moment.id, year))
                if greeting:
                    greeting._refresh(moment, rule, day, blacklists)
                elif rule and self._is_new(moment, day, rule, known):
                    values.append(
                        self._prepare_greeting(moment, rule, day, year, blacklists)
                    )
        rows = insert_once(self.sudo(), values)
        rows.filtered(lambda g: g.decision == "approved")._wake()
        return rows

    @api.model
    def _rules_by_moment(self, moments, rules):
        """Map each date to the first rule that fits it: one query for each rule."""
        fitting = dict.fromkeys(moments, rules.browse())
        contacts = self.env["res.partner"].sudo()
        for rule in rules:
            domain = Domain("id", "in", moments.partner_id.ids) & rule._contact_domain()
            chosen = contacts.search(domain)
            for moment in moments:
                if not fitting[moment] and rule._fits(moment):
                    if moment.partner_id in chosen:
                        fitting[moment] = rule
        return fitting

    @api.model
    def _known(self, moments):
        """``{(occasion id, year): greeting}`` of these dates."""
        greetings = self.sudo().search([("occasion_id", "in", moments.ids)])
        return {(g.occasion_id.id, g.year): g for g in greetings}

    @api.model
    def _is_new(self, moment, day, rule, known):
        """Whether a date is greeted on that day: the rule was there already, the date
        was entered before it, and it was not greeted a short while ago."""
        if day < rule.planned_from or day < moment.create_date.date():
            return False
        years = [known.get((moment.id, day.year + offset)) for offset in (-1, 0, 1)]
        return not any(
            greeting
            and greeting.state not in ("waiting", "skipped")
            and abs((greeting.day - day).days) < APART_DAYS
            for greeting in years
        )

    @api.model
    def _prepare_greeting(self, moment, rule, day, year, blacklists):
        """Values of a new greeting."""
        decision = "approved" if rule.approval == "none" else "waiting"
        vals = {
            "occasion_id": moment.id,
            "year": year,
            "partner_id": moment.partner_id.id,
            "commercial_partner_id": moment.commercial_partner_id.id,
            "company_id": rule.company_id.id,
            "decision": decision,
            "is_edited": False,
            **self._read_moment(moment, rule, day, year, blacklists),
        }
        return {**vals, "state": vals["decision"]}

from odoo import api, fields, models
from odoo.tools import format_date

SOON_DAYS = 7
RED_DAYS = 3


class CrmPoolClock(models.AbstractModel):
    """The clock in the words of whoever reads it."""

    _inherit = "crm.pool.clock"

    @api.model
    @api.private
    def _explain(self, customers):
        """What the screens show of the clock, two queries for any number.

        :param customers: ``res.partner``, commercial partners
        :return: ``{customer.id: {"due": date or None, "days": left or None, "tone":
            "danger", "warning", "info" or "muted", "text": sentence, "verdict"}}`` of
            those that a rule is about
        """
        verdicts = self._verdicts(customers.ids)
        rules = {rule["id"]: rule for rule in self._rules()} if verdicts else {}
        days = {company: self._day_of(company)[1] for company in _companies(rules)}
        told = {}
        for customer in customers.filtered(lambda customer: customer.id in verdicts):
            verdict = verdicts[customer.id]
            rule = rules.get(verdict.rule)
            today = rule and days[rule["pool"]["company"]]
            left = (verdict.due - today).days if verdict.due else None
            told[customer.id] = {
                "due": verdict.due,
                "days": left,
                "tone": self._tone(left),
                "text": self._sentence(customer, verdict, rule, left),
                "verdict": verdict,
            }
        return told

    @api.model
    def _tone(self, left):
        if left is None:
            return "muted"
        if left < RED_DAYS:
            return "danger"
        return "warning" if left <= SOON_DAYS else "info"

    @api.model
    def _sentence(self, customer, verdict, rule, left):
        """ "12 days left: last real contact 18 Nov, level A must be contacted every 30
        days"."""
        _ = self.env._
        if verdict.stay:
            words = self.env["crm.pool.fact"]._pool_stays()[verdict.stay]["words"]
            return _("Stays with the salesperson: %(why)s", why=words)
        return _(
            "%(left)s: %(why)s",
            left=self._left_words(left),
            why=self._why(customer, verdict, rule),
        )

    @api.model
    def _left_words(self, left):
        _ = self.env._
        if left < 0:
            return _("Falls into the pool tonight")
        if left == 0:
            return _("Last day")
        return _("1 day left") if left == 1 else _("%(count)s days left", count=left)

    @api.model
    def _why(self, customer, verdict, rule):
        """The clauses of the fact and of what is asked for; the hold where it decides."""
        facts = self._remember(customer, verdict, rule)
        if not verdict.hold:
            return self._recall(facts)
        return self.env._(
            "%(hold)s; %(since)s",
            hold=self._hold_words(verdict),
            since=self._since_words(facts),
        )

    @api.model
    @api.private
    def _remember(self, customer, verdict, rule):
        """What a rule says about a customer, as plain values for :meth:`_recall`."""
        level = customer.sudo().customer_level_id
        own = dict(rule["levels"]).get(level.id)
        return {
            "fact": rule["fact"],
            "date": fields.Date.to_string(verdict.start),
            "known": verdict.known,
            "level": [level.id, level.name] if own is not None else False,
            "for_whom": rule["for_whom"],
            "period": rule["period"] if own is None else own,
            "unit": rule["unit"],
        }

    @api.model
    @api.private
    def _recall(self, facts):
        """ "last real contact 18 Nov, level A must be contacted every 30 days": in the
        language of the reader, also long after the rule has gone."""
        since = self._since_words(facts)
        must = self._must_words(facts)
        return self.env._("%(since)s, %(must)s", since=since, must=must)

    @api.model
    def _since_words(self, facts):
        spec = self.env["crm.pool.fact"]._pool_facts().get(facts["fact"])
        words = spec and spec["since" if facts["known"] else "never"]
        return (words or "%(date)s") % {"date": format_date(self.env, facts["date"])}

    @api.model
    def _must_words(self, facts):
        spec = self.env["crm.pool.fact"]._pool_facts().get(facts["fact"])
        period = self._period_words(facts["period"], facts["unit"])
        who = self._whom_words(facts["for_whom"])
        if facts["level"]:
            level_id, name = facts["level"]
            level = self.env["crm.customer.level"].sudo().browse(level_id).exists()
            who = self.env._("level %(level)s", level=level.name or name)
        return (spec["must"] if spec else "%(period)s") % {"who": who, "period": period}

    @api.model
    def _whom_words(self, for_whom):
        _ = self.env._
        return {
            "all": _("customers"),
            "bought": _("customers who bought"),
            "inquiry": _("customers without an order"),
        }[for_whom]

    @api.model
    def _hold_words(self, verdict):
        _ = self.env._
        own = {
            "protection": _("protected until %(date)s"),
            "new_rule": _("the rule is new and holds from %(date)s"),
        }
        holds = self.env["crm.pool.fact"]._pool_holds()
        words = own.get(verdict.hold) or holds[verdict.hold]["words"]
        return words % {"date": format_date(self.env, verdict.due)}

    @api.model
    def _period_words(self, count, unit):
        _ = self.env._
        if unit == "months":
            return _("1 month") if count == 1 else _("%(count)s months", count=count)
        return _("1 day") if count == 1 else _("%(count)s days", count=count)


def _companies(rules):
    return {rule["pool"]["company"] for rule in rules.values()}

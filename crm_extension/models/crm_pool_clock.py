from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..tools.pool_clock import Term, decide

MAX_ID = 2**31 - 1


class CrmPoolClock(models.AbstractModel):
    """The clock of the public pool as one SQL statement for any set of customers.

    How it works: the rules in force are compiled into expressions over the facts
    (:class:`~.crm_pool_fact.CrmPoolFact`), each of which is joined once. The day of a
    customer is the earliest one that a rule gives, later where something holds the
    customer, NULL where nothing takes it. Search, sorting, the nightly run and the
    preview of a rule use :meth:`_clock_sql`; :meth:`_verdicts` reads the parts of the
    same statement and says by which rule and why.

    Without a rule in force nothing is asked.
    """

    _name = "crm.pool.clock"
    _description = "Clock of the Public Pool"

    # Rules

    @api.model
    def _rules(self, company=None):
        """The rules in force, compiled; in a preview also the one that is looked at.

        :param company: id of a company whose pools are meant, None for all
        """
        rules = list(self._compiled_rules())
        looked_at = self._looked_at()
        if looked_at and looked_at.id not in {rule["id"] for rule in rules}:
            rules.append(looked_at._compile())
        if company:
            rules = [rule for rule in rules if rule["pool"]["company"] == company]
        return rules

    @api.model
    def _looked_at(self):
        """The rule that the context wants a preview of, for who manages its pool."""
        rules = self.env["crm.pool.rule"].sudo()
        rule_id = self.env.context.get("crm_pool_preview")
        if type(rule_id) is not int or not 0 < rule_id <= MAX_ID:
            return rules
        rule = rules.browse(rule_id).exists()
        managed = rule and rule.pool_id.with_env(self.env)._has_manager()
        return rule if managed else rules

    @api.model
    @tools.ormcache()
    def _compiled_rules(self):
        rules = self.env["crm.pool.rule"].sudo()
        return tuple(
            rule._compile()
            for rule in rules.search(
                [("state", "=", "active"), ("pool_id.active", "=", True)]
            )
        )

    # SQL

    @api.model
    def _clock_sql(self, customers=None, company=None):
        """SELECT of ``customer_id`` and ``due``, None when no rule is in force.

        :param customers: SQL of a SELECT of commercial partners, None for all. Only
            those with a salesperson have a clock.
        :param company: id of a company whose pools are meant, None for all
        """
        clock = self._build(customers, company)
        if not clock:
            return None
        dues = [self._due_sql(term, clock) for term in clock["terms"]]
        return SQL(
            "%s SELECT c.id AS customer_id, LEAST(%s) AS due %s",
            clock["with"],
            SQL(", ").join(dues),
            clock["from"],
        )

    @api.model
    def _due_sql(self, term, clock):
        """The day that one rule gives, NULL when it takes nothing."""
        pool = clock["pools"][term["pool"]]
        until = [term["due"], *pool["holds"].values()]
        if term["valid_from"]:
            until.append(SQL("%s::date", term["valid_from"]))
        return SQL(
            "CASE WHEN %s AND %s IS NULL THEN GREATEST(%s) END",
            term["applies"],
            pool["stay"],
            SQL(", ").join(until),
        )

    @api.model
    def _build(self, customers, company=None):
        """Terms of the rules, stays and holds of their pools, WITH and FROM clauses.

        The customers that are asked for are looked up once, whatever SELECT it is.
        """
        rules = self._rules(company)
        if not rules:
            return None
        wanted = None if customers is None else SQL("SELECT id FROM wanted")
        joins = Joins(self, wanted)
        days = {company: self._day_of(company) for company in _companies(rules)}
        pools = {
            rule["pool"]["id"]: self._pool_parts(rule["pool"], joins, days)
            for rule in rules
        }
        terms = [self._rule_term(rule, joins, days) for rule in rules]
        return {
            "terms": terms,
            "pools": pools,
            "with": SQL("WITH wanted (id) AS MATERIALIZED (%s)", customers)
            if wanted
            else SQL(),
            "from": SQL("FROM %s c %s", self._customers_sql(wanted), joins.sql()),
        }

    @api.model
    def _day_of(self, company_id):
        """Time zone and present day of a company."""
        company = self.env["res.company"].browse(company_id)
        zone = company._local_timezone()
        return zone, fields.Date.context_today(self.with_context(tz=zone))

    @api.model
    def _customers_sql(self, customers):
        """Customers with a salesperson, and since when they are with him."""
        partners = self.env["res.partner"]._fields
        return SQL(
            """(SELECT p.id, p.user_id, p.customer_level_id, p.company_id,
                       COALESCE(p.user_assigned_date, p.create_date) AS since
                  FROM res_partner p
                 WHERE p.user_id IS NOT NULL AND p.active AND p.partner_share AND %s)""",
            SQL("p.id = p.commercial_partner_id")
            if customers is None
            else SQL("p.id IN (%s)", customers),
            to_flush=[
                partners[name]
                for name in (
                    *("user_id", "customer_level_id", "company_id", "active"),
                    *("user_assigned_date", "commercial_partner_id", "partner_share"),
                )
            ],
        )

    @api.model
    def _local_day(self, moment, zone):
        """SQL of the company's day of a UTC timestamp."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)

    @api.model
    def _pool_parts(self, pool, joins, days):
        """What stops and what holds the clock of the customers of one pool."""
        company = pool["company"]
        zone, today = days[company]
        facts = self.env["crm.pool.fact"]
        stays, holds = facts._pool_stays(), facts._pool_holds()
        stopped = [
            SQL(
                "WHEN %s.customer_id IS NOT NULL THEN %s",
                joins.stay(stays[name]["method"], company),
                name,
            )
            for name in pool["stays"]
        ]
        since = self._local_day(SQL("c.since"), zone)
        until = {"protection": SQL("%s + %s", since, pool["protection_days"])}
        for name in pool["holds"]:
            alias = joins.hold(holds[name]["method"], company, today, pool)
            until[name] = SQL("%s.until", alias)
        stay = SQL("CASE %s END", SQL(" ").join(stopped)) if stopped else SQL("NULL")
        return {"stay": stay, "holds": until}

    @api.model
    def _rule_term(self, rule, joins, days):
        """When a rule is about a customer, from which day it counts, and to which."""
        zone, today = days[rule["pool"]["company"]]
        fact = self.env["crm.pool.fact"]._pool_facts()[rule["fact"]]
        alias = joins.fact(fact["method"], rule["pool"]["company"], rule["only"])
        moment = SQL("%s.moment", alias)
        day = moment if fact.get("is_date") else self._local_day(moment, zone)
        start = SQL("COALESCE(%s, %s)", day, self._local_day(SQL("c.since"), zone))
        period = self._period_sql(rule)
        applies = [SQL("%s > 0", period), *self._conditions(rule, joins)]
        if fact.get("required"):
            applies.append(SQL("%s IS NOT NULL", moment))
        return {
            "id": rule["id"],
            "pool": rule["pool"]["id"],
            "known": SQL("%s IS NOT NULL", moment),
            "start": start,
            "due": self._add_sql(start, period, rule["unit"]),
            "applies": SQL("(%s)", SQL(" AND ").join(applies)),
            "valid_from": rule["valid_from"] > today and rule["valid_from"],
        }

    @api.model
    def _period_sql(self, rule):
        """SQL of the period of a customer: that of its level, or the common one."""
        if not rule["levels"]:
            return SQL("%s", rule["period"])
        cases = [
            SQL("WHEN %s THEN %s", level_id, period)
            for level_id, period in rule["levels"]
        ]
        return SQL(
            "CASE c.customer_level_id %s ELSE %s END",
            SQL(" ").join(cases),
            rule["period"],
        )

    @api.model
    def _add_sql(self, start, period, unit):
        if unit == "months":
            return SQL("(%s + make_interval(months => %s))::date", start, period)
        return SQL("%s + %s", start, period)

    @api.model
    def _conditions(self, rule, joins):
        """SQL conditions: which customers a rule is about."""
        pool = rule["pool"]
        members = self.env["crm.pool"]._members_sql(
            SQL("%s", pool["id"]), SQL("%s", pool["company"])
        )
        conditions = [
            SQL("c.user_id IN (%s)", members),
            SQL("(c.company_id IS NULL OR c.company_id = %s)", pool["company"]),
        ]
        if rule["for_whom"] != "all":
            bought = joins.stay("_stay_deal", pool["company"])
            no = SQL("NOT") if rule["for_whom"] == "bought" else SQL()
            conditions.append(SQL("%s.customer_id IS %s NULL", bought, no))
        if rule["domain"]:
            partners = self.env["res.partner"].sudo().with_context(crm_pool_rule=True)
            query = partners._search(fields.Domain(list(rule["domain"])))
            conditions.append(SQL("c.id IN %s", query.subselect()))
        return conditions

    # Verdicts

    @api.model
    @api.private
    def _verdicts(self, customers, company=None):
        """What decides about customers, one query for any number.

        :param customers: ids of commercial partners
        :param company: id of a company whose pools are meant, None for all
        :return: ``{customer_id: Verdict}`` of those that a rule is about
        """
        if not customers:
            return {}
        clock = self._build(SQL("SELECT UNNEST(%s::int[])", list(customers)), company)
        if not clock:
            return {}
        columns = [SQL("c.id")]
        for term in clock["terms"]:
            columns += [
                SQL("CASE WHEN %s THEN %s END", term["applies"], term["due"]),
                term["start"],
                term["known"],
            ]
        for pool in clock["pools"].values():
            columns += [pool["stay"], *pool["holds"].values()]
        rows = self.env.execute_query(
            SQL(
                "%s SELECT %s %s",
                clock["with"],
                SQL(", ").join(columns),
                clock["from"],
            )
        )
        verdicts = {row[0]: self._verdict(row, clock) for row in rows}
        return {id_: verdict for id_, verdict in verdicts.items() if verdict}

    @api.model
    def _verdict(self, row, clock):
        """Decide about one customer from its row of the statement."""
        values = iter(row[1:])
        terms = []
        for term in clock["terms"]:
            due, start, known = next(values), next(values), next(values)
            if due:
                terms.append(
                    Term(
                        rule=term["id"],
                        pool=term["pool"],
                        start=start,
                        due=due,
                        known=known,
                        valid_from=term["valid_from"] or None,
                    )
                )
        stays, holds = {}, {}
        for pool_id, pool in clock["pools"].items():
            stays[pool_id] = next(values)
            holds[pool_id] = {name: next(values) for name in pool["holds"]}
        return decide(terms, holds, stays)


class Joins:
    """LEFT JOINs of facts, stays and holds, each of them once.

    :param clock: ``crm.pool.clock``
    :param customers: SQL of a SELECT of the customers that are asked for, or None
    """

    def __init__(self, clock, customers):
        self.facts = clock.env["crm.pool.fact"]
        self.customers = customers
        self.known = {}

    def fact(self, method, company, only):
        key = (method, company, only)
        return self._alias(key, method, company, only)

    def stay(self, method, company):
        return self._alias((method, company), method, company)

    def hold(self, method, company, today, pool):
        key = (method, company, today, pool["plan_days"])
        return self._alias(key, method, company, today, pool)

    def _alias(self, key, method, *arguments):
        if key not in self.known:
            select = getattr(self.facts, method)(self.customers, *arguments)
            self.known[key] = (SQL.identifier(f"j{len(self.known)}"), select)
        return self.known[key][0]

    def sql(self):
        return SQL(" ").join(
            SQL("LEFT JOIN (%s) %s ON %s.customer_id = c.id", select, alias, alias)
            for alias, select in self.known.values()
        )


def _companies(rules):
    return {rule["pool"]["company"] for rule in rules}


class CrmPoolRule(models.Model):
    _inherit = "crm.pool.rule"

    def _compile(self):
        """What the clock needs of a rule, as plain values that can be cached.

        A rule that is not in force yet counts from the day on which it would be.
        """
        self.ensure_one()
        pool = self.pool_id
        facts = self.env["crm.pool.fact"]
        tomorrow = pool._today() + timedelta(days=1)
        return {
            "id": self.id,
            "fact": self.fact,
            "period": self.period,
            "unit": self.unit,
            "levels": tuple((row.level_id.id, row.period) for row in self.level_ids),
            "for_whom": self.for_whom,
            "only": tuple(self._narrowed_to().ids),
            "domain": tuple(self._customer_domain()),
            "valid_from": self.valid_from
            if self.state == "active"
            else max(self.valid_from or tomorrow, tomorrow),
            "pool": {
                "id": pool.id,
                "company": pool.company_id.id,
                "protection_days": pool.protection_days,
                "plan_days": pool.plan_days,
                "stays": tuple(_granted(pool, facts._pool_stays())),
                "holds": tuple(_granted(pool, facts._pool_holds())),
            },
        }


def _granted(pool, specs):
    """Names of what a pool grants."""
    return [
        name for name, spec in specs.items() if not spec["flag"] or pool[spec["flag"]]
    ]

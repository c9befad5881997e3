from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

GROUP_TEAM = "crm_extension.crm_extension_group_team"
GROUP_MANAGER = "sales_team.group_sale_manager"
# Days after which an untouched lead stands in the first, second and third column
RUNGS = (3, 5, 7)
HABIT_WEEKS = 8
# The first level of the list is the most important one ("A").
CALLS, VISITS = ("call",), ("visit", "meeting")


class CrmWorkbench(models.AbstractModel):
    """The manager's page: one row per person, a fixed number of queries."""

    _inherit = "crm.workbench"

    # Who leads whom

    @api.model
    def _workbench_leads_people(self):
        return bool(self._workbench_members() - self.env.user)

    @api.model
    def _workbench_members(self):
        """People whose work the current user looks after (sudo: names of colleagues).

        Sales managers: everybody in a sales team of their companies. Leaders with the
        right to see their team's documents: the members of the teams they lead.
        """
        user = self.env.user
        members = self.env["crm.team.member"].sudo()
        domain = [("crm_team_id.company_id", "in", [False, *self.env.companies.ids])]
        if not user.has_group(GROUP_MANAGER):
            if not user.has_group(GROUP_TEAM):
                return user.browse()
            domain += [("crm_team_id.user_id", "=", user.id)]
        people = members.search(domain).user_id.filtered(
            lambda person: person.active and person.company_ids & self.env.companies
        )
        return people.with_env(self.env)

    # The page

    @api.model
    @api.readonly
    def team(self):
        """How the people of my teams follow up.

        :return: dict with ``days`` (of the three columns of untouched leads), ``level``
            (name of the most important level) and ``people``: list of dict with
            ``id, name, overdue, untouched`` (three numbers), ``silent, calls, visits``
            (``{"week", "habit"}``), ``todos, leads`` (the workload), ``target``,
            ``urges`` (open requests)
        """
        people = self._workbench_members()
        if not people:
            raise AccessError(
                self.env._("This page is for those who lead a sales team.")
            )
        facts = self._team_facts(people)
        targets = self._workbench_targets(people)
        names = {person.id: person.sudo().name for person in people}
        rows = [
            {
                "id": person_id,
                "name": name,
                **{key: values.get(person_id, 0) for key, values in facts.items()},
                "target": targets.get(person_id, False),
            }
            for person_id, name in sorted(names.items(), key=lambda item: item[1])
        ]
        level = self._team_level()
        return {
            "days": list(self._team_days()),
            "level": level.name or False,
            "people": [self._team_row(row) for row in rows],
        }

    @api.model
    def _team_row(self, row):
        """Group the numbers that belong together."""
        return {
            **row,
            "untouched": [row.pop(f"untouched_{rung}") for rung in range(len(RUNGS))],
            **{
                kind: {
                    "week": row.pop(f"{kind}_week"),
                    "habit": round(row.pop(f"{kind}_habit") / HABIT_WEEKS, 1),
                }
                for kind in ("calls", "visits")
            },
        }

    @api.model
    def _team_facts(self, people):
        """Map each number of the page to ``{user id: number}``: five queries.

        Read past the record rules (the numbers are sums over people whom the user
        leads) but within the companies the user works for.
        """
        ids, companies = people.ids, self.env.companies.ids
        self.env.flush_all()
        return {
            **self._team_numbers(("todos", "overdue"), self._team_todos_sql(ids)),
            **self._team_numbers(
                ("leads", "untouched_0", "untouched_1", "untouched_2"),
                self._team_leads_sql(ids, companies),
            ),
            **self._team_numbers(
                ("calls_week", "calls_habit", "visits_week", "visits_habit"),
                self._team_contacts_sql(ids, companies),
            ),
            **self._team_numbers(("silent",), self._team_silent_sql(ids, companies)),
            **self._team_numbers(("urges",), self._team_urges_sql(ids)),
        }

    @api.model
    def _team_numbers(self, names, query):
        rows = self.env.execute_query(query)
        return {
            name: {row[0]: row[number] for row in rows}
            for number, name in enumerate(names, 1)
        }

    @api.model
    def _team_todos_sql(self, ids):
        """Open to-dos on documents of customers, and the overdue ones."""
        return SQL(
            """SELECT user_id, COUNT(*), COUNT(*) FILTER (
                    WHERE date_deadline < %s OR deadline_at < %s)
                 FROM mail_activity
                WHERE active IS TRUE AND user_id = ANY(%s) AND res_model = ANY(%s)
             GROUP BY user_id""",
            fields.Date.context_today(self),
            fields.Datetime.now(),
            ids,
            list(self.env["crm.interaction"]._timeline_todo_models()),
        )

    @api.model
    def _team_leads_sql(self, ids, companies):
        """Open leads, and those that nobody touched for so many days."""
        now = fields.Datetime.now()
        first, second, third = (now - timedelta(days=d) for d in self._team_days())
        return SQL(
            """SELECT l.user_id, COUNT(*),
                      COUNT(*) FILTER (WHERE u AND since <= %(d1)s AND since > %(d2)s),
                      COUNT(*) FILTER (WHERE u AND since <= %(d2)s AND since > %(d3)s),
                      COUNT(*) FILTER (WHERE u AND since <= %(d3)s)
                 FROM crm_lead l, LATERAL (
                      SELECT user_assigned_date AS since, %(untouched)s AS u) AS clock
                WHERE l.active IS TRUE AND l.date_closed IS NULL
                  AND l.user_id = ANY(%(ids)s)
                  AND (l.company_id IS NULL OR l.company_id = ANY(%(companies)s))
             GROUP BY l.user_id""",
            d1=first,
            d2=second,
            d3=third,
            untouched=self.env["crm.lead"]._untouched_sql("l"),
            ids=ids,
            companies=companies,
        )

    @api.model
    def _team_contacts_sql(self, ids, companies):
        """Calls and visits of the last seven days, and of the eight weeks before."""
        week = fields.Datetime.now() - timedelta(days=7)
        habit = week - timedelta(weeks=HABIT_WEEKS)
        return SQL(
            """SELECT user_id,
                      COUNT(*) FILTER (WHERE date >= %(week)s AND channel IN %(calls)s),
                      COUNT(*) FILTER (WHERE date < %(week)s AND channel IN %(calls)s),
                      COUNT(*) FILTER (WHERE date >= %(week)s AND channel IN %(visits)s),
                      COUNT(*) FILTER (WHERE date < %(week)s AND channel IN %(visits)s)
                 FROM crm_interaction
                WHERE active AND user_id = ANY(%(ids)s) AND date >= %(habit)s
                  AND channel IN %(all)s
                  AND (company_id IS NULL OR company_id = ANY(%(companies)s))
             GROUP BY user_id""",
            week=week,
            habit=habit,
            calls=CALLS,
            visits=VISITS,
            all=CALLS + VISITS,
            ids=ids,
            companies=companies,
        )

    @api.model
    def _team_silent_sql(self, ids, companies):
        """Silent customers of the most important level for whom nothing is planned."""
        plans = self._workbench_plans("res.partner", SQL("p.id"))
        return SQL(
            """SELECT p.user_id, COUNT(*) FROM res_partner p
                WHERE p.active AND p.user_id = ANY(%s) AND p.customer_level_id = %s
                  AND p.id = p.commercial_partner_id AND %s AND %s
                  AND (p.company_id IS NULL OR p.company_id = ANY(%s))
             GROUP BY p.user_id""",
            ids,
            self._team_level().id or 0,
            self._workbench_silent_sql("p"),
            SQL(" AND ").join(SQL("NOT EXISTS (%s)", plan) for plan in plans),
            companies,
        )

    @api.model
    def _team_urges_sql(self, ids):
        return SQL(
            """SELECT user_id, COUNT(*) FROM crm_urge
                WHERE state = 'open' AND user_id = ANY(%s) GROUP BY user_id""",
            ids,
        )

    @api.model
    def _team_level(self):
        return self.env["crm.customer.level"].sudo().search([], limit=1)

    @api.model
    def _team_days(self):
        """Days of the three rungs (settings)."""
        return self.env["crm.lead"]._escalation_days()

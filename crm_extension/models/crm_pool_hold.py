from odoo import api, fields, models
from odoo.tools import SQL

OPEN_ORDER_DAYS = 365


class CrmPoolFact(models.AbstractModel):
    """What holds a customer although the period of a rule is over.

    A *stay* stops the clock while it lasts (an open opportunity); its method gives
    ``customer_id``. A *hold* puts the day off: its method also gives ``until``, a date.
    The pool says by a field which of them it grants.
    """

    _inherit = "crm.pool.fact"

    @api.model
    def _pool_stays(self):
        """Hook: what stops the clock, the first one that applies is told.

        :return: dict of name to dict of ``flag`` (boolean field of ``crm.pool``, or
            None: always), ``method`` (``(customers, company) -> SELECT customer_id``)
            and ``words``, the clause that is told
        """
        _ = self.env._
        return {
            "pin": {
                "flag": None,
                "method": "_stay_pin",
                "words": _("pinned by the salesperson"),
            },
            "opportunity": {
                "flag": "keep_opportunity",
                "method": "_stay_opportunity",
                "words": _("open opportunity"),
            },
            "order": {
                "flag": "keep_order",
                "method": "_stay_order",
                "words": _("open order"),
            },
            "deal": {
                "flag": "keep_deal",
                "method": "_stay_deal",
                "words": _("has bought from us"),
            },
        }

    @api.model
    def _pool_holds(self):
        """Hook: what puts the day off.

        :return: dict of name to dict of ``flag``, ``method``
            (``(customers, company, today, pool) -> SELECT customer_id, until``, where
            ``pool`` holds the periods of the pool) and ``words`` with ``%(date)s``
        """
        _ = self.env._
        return {
            "pinned": {
                "flag": None,
                "method": "_hold_pin",
                "words": _("pinned until %(date)s"),
            },
            "plan": {
                "flag": "keep_plan",
                "method": "_hold_plan",
                "words": _("follow-up planned on %(date)s"),
            },
        }

    # Stays

    @api.model
    def _stay_pin(self, customers, company):
        """Pins without an end, of the present salesperson."""
        return SQL(
            """SELECT pin.partner_id AS customer_id
                 FROM crm_pool_pin pin JOIN res_partner p ON p.id = pin.partner_id
                WHERE %s AND pin.until IS NULL AND pin.user_id = p.user_id
             GROUP BY pin.partner_id""",
            self._only(SQL("pin.partner_id"), customers),
        )

    @api.model
    def _stay_opportunity(self, customers, company):
        leads = self.env["crm.lead"]._fields
        return SQL(
            """SELECT p.commercial_partner_id AS customer_id
                 FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
                WHERE %s AND l.active AND l.type = 'opportunity'
                  AND l.won_status = 'pending'
                  AND (l.company_id IS NULL OR l.company_id = %s)
             GROUP BY p.commercial_partner_id""",
            self._only(SQL("p.commercial_partner_id"), customers),
            company,
            to_flush=[
                leads[name]
                for name in ("partner_id", "active", "type", "won_status", "company_id")
            ],
        )

    @api.model
    def _stay_deal(self, customers, company):
        orders = self.env["crm.pool.fact"]._orders(customers, company, (), ("sale",))
        return SQL("SELECT customer_id FROM (%s) bought", orders)

    @api.model
    def _stay_order(self, customers, company):
        """Confirmed orders that are not finished: what the 360 view calls open. One that
        nobody has closed for a year holds nobody."""
        since = fields.Date.subtract(fields.Date.today(), days=OPEN_ORDER_DAYS)
        orders = self.env["sale.order"].sudo()
        query = orders._search(
            fields.Domain("state", "=", "sale")
            & fields.Domain("company_id", "=", company)
            & fields.Domain("date_order", ">=", since)
            & self.env["crm.customer.view"]._customer_360_open_order_domain()
        )
        alias = query.join("sale_order", "partner_id", "res_partner", "id", "stays")
        customer = SQL.identifier(alias, "commercial_partner_id")
        query.add_where(self._only(customer, customers))
        return query.select(SQL("DISTINCT %s AS customer_id", customer))

    # Holds

    @api.model
    def _hold_pin(self, customers, company, today, pool):
        return SQL(
            """SELECT pin.partner_id AS customer_id, MAX(pin.until) AS until
                 FROM crm_pool_pin pin JOIN res_partner p ON p.id = pin.partner_id
                WHERE %s AND pin.until >= %s AND pin.user_id = p.user_id
             GROUP BY pin.partner_id""",
            self._only(SQL("pin.partner_id"), customers),
            today,
        )

    @api.model
    def _hold_plan(self, customers, company, today, pool):
        """The last to-do or meeting that is planned from today on, not too far ahead:
        one that is overdue holds nobody."""
        last = pool["plan_days"] and fields.Date.add(today, days=pool["plan_days"])
        plans = [
            self._planned_todos(model, path, customers, today, last)
            for model, path in self.env["crm.interaction"]
            ._timeline_todo_models()
            .items()
        ]
        plans.append(self._planned_meetings(customers, today, last))
        return SQL(
            """SELECT plan.customer_id, MAX(plan.until) AS until FROM (%s) plan
             GROUP BY plan.customer_id""",
            SQL(" UNION ALL ").join(plans),
        )

    @api.model
    def _planned_todos(self, model, path, customers, today, last):
        """SELECT of the to-dos on documents of one model, ``path`` leads from there to
        the customer."""
        todos = self.env["mail.activity"].sudo()
        domain = fields.Domain("res_model", "=", model)
        domain &= fields.Domain("date_deadline", ">=", today)
        if last:
            domain &= fields.Domain("date_deadline", "<=", last)
        query = todos._search(domain)
        records, alias = self.env[model].sudo(), "document"
        query.add_join(
            "JOIN",
            alias,
            records._table,
            SQL(
                "%s = %s",
                SQL.identifier(alias, "id"),
                SQL.identifier("mail_activity", "res_id"),
            ),
        )
        *links, last_name = path.split(".")
        for name in links:
            records, alias = records._fields[name].join(records, alias, query)
        customer = records._field_to_sql(alias, last_name, query)
        query.add_where(self._only(customer, customers))
        return query.select(
            SQL("%s AS customer_id", customer),
            SQL("%s AS until", SQL.identifier("mail_activity", "date_deadline")),
        )

    @api.model
    def _planned_meetings(self, customers, today, last):
        """SELECT of the meetings to which somebody of the customer is invited."""
        events = self.env["calendar.event"]._fields
        return SQL(
            """SELECT p.commercial_partner_id AS customer_id, e.start::date AS until
                 FROM calendar_event e
                 JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
                 JOIN res_partner p ON p.id = r.res_partner_id
                WHERE %s AND e.active AND e.start >= %s AND %s AND p.partner_share""",
            self._only(SQL("p.commercial_partner_id"), customers),
            today,
            SQL("e.start < %s", fields.Date.add(last, days=1)) if last else SQL("TRUE"),
            to_flush=(events["start"], events["active"], events["partner_ids"]),
        )

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH_SIZE = 100
KEPT_DAYS = 730
PARAMETER = "crm_extension.pool_hour"
DEFAULT_HOUR = 1


class CrmPoolRun(models.Model):
    """One night of one company: customers whose last day is over fall into the pool.

    The run is a row with its place (the last customer it looked at) and its result, so
    it goes on where it was stopped, drops nobody twice, and shows whoever manages a
    pool what it did and what failed. Every batch is committed.
    """

    _name = "crm.pool.run"
    _description = "Nightly Run of the Public Pool"
    _order = "day desc, id desc"
    _rec_name = "day"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    day = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("drop", "Looking at Customers"), ("warn", "Warning"), ("done", "Done")],
        required=True,
        default="drop",
        readonly=True,
    )
    last_partner_id = fields.Integer(readonly=True)
    last_user_id = fields.Integer(readonly=True)
    dropped = fields.Integer(string="Fell", readonly=True)
    warned = fields.Integer(string="Salespeople Warned", readonly=True)
    failed = fields.Integer(readonly=True)
    errors = fields.Text(
        readonly=True, help="Customers that stayed because of an error, and why."
    )
    end_date = fields.Datetime(string="Finished", readonly=True)

    _day_uniq = models.UniqueIndex(
        "(company_id, day)", "The company has a run for this day already."
    )

    # Scheduled action

    @api.model
    def _cron_run(self):
        """Go on with the runs that are due, a committed batch at a time."""
        progress = self.env["ir.cron"]._commit_progress
        while run := self._next():
            count = run._step()
            if not progress(count, remaining=len(self._next())):
                return

    @api.model
    def _next(self):
        """The run to work on: of a company with rules whose night has come."""
        rules = self.env["crm.pool.clock"]._compiled_rules()
        ids = sorted({rule["pool"]["company"] for rule in rules})
        for company in self.env["res.company"].browse(ids):
            run = self._of_night(company)
            if run.state in ("drop", "warn"):
                return run
        return self.browse()

    @api.model
    def _of_night(self, company):
        """The company's run of this night, made when its hour has come."""
        day = self._night(company)
        if not day:
            return self.browse()
        run = self.search([("company_id", "=", company.id), ("day", "=", day)], limit=1)
        return run or self.create({"company_id": company.id, "day": day})

    @api.model
    def _night(self, company):
        """The company's day when its hour has come, else False."""
        here = self.with_context(tz=company._local_timezone())
        now = fields.Datetime.context_timestamp(here, fields.Datetime.now())
        return now.hour >= self._hour() and now.date()

    @api.model
    def _hour(self):
        """Hour of the day at which the runs begin (setting)."""
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        return int(value) if str(value).isdigit() else DEFAULT_HOUR

    def _step(self):
        """One batch; return how many customers or people it dealt with."""
        self.ensure_one()
        return getattr(self, f"_step_{self.state}")()

    # Dropping

    def _step_drop(self):
        ids = self._due_ids()
        if not ids:
            self.state = "warn"
            return 0
        self.last_partner_id = ids[-1]
        self._drop(self.env["res.partner"].browse(ids))
        return len(ids)

    def _due_ids(self):
        """The next customers whose last day is over."""
        clock = self._clock_sql()
        rows = clock and self.env.execute_query(
            SQL(
                """SELECT customer_id FROM (%s) clock
                    WHERE due < %s AND customer_id > %s ORDER BY customer_id LIMIT %s""",
                clock,
                self.day,
                self.last_partner_id,
                BATCH_SIZE,
            )
        )
        return [row[0] for row in rows or ()]

    def _clock_sql(self, customers=None):
        """The clock by the pools of this company."""
        return self.env["crm.pool.clock"]._clock_sql(customers, self.company_id.id)

    def _drop(self, customers):
        """Drop the customers that nobody else holds; one by one when one fails."""
        customers = customers.try_lock_for_update(allow_referencing=True)
        try:
            with self.env.cr.savepoint():
                self.dropped += customers._pool_fall(self.company_id, self.day)
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # the others must not wait for one bad record
            _logger.info("Not dropped: %s", customers, exc_info=True)
            self.env.invalidate_all()
            if len(customers) > 1:
                for customer in customers:
                    self._drop(customer)
            else:
                self._note_failure(customers, error)

    def _note_failure(self, customer, error):
        line = f"{customer.display_name}: {error}"
        self.write(
            {
                "failed": self.failed + 1,
                "errors": "\n".join(filter(None, (self.errors, line))),
            }
        )

    # Warning

    def _step_warn(self):
        """Tell the next salespeople which of their customers fall soon."""
        due = self._warned_users()
        if not due:
            self.write({"state": "done", "end_date": fields.Datetime.now()})
            return 0
        for user in self.env["res.users"].browse(due):
            self.last_user_id = user.id
            self.warned += self._warn(user)
        return len(due)

    def _warned_users(self):
        """The next people who have customers within the days of warning."""
        soon = self._soon_sql(None)
        rows = soon and self.env.execute_query(
            SQL(
                """SELECT DISTINCT p.user_id FROM (%s) soon
                     JOIN res_partner p ON p.id = soon.customer_id
                    WHERE p.user_id > %s ORDER BY p.user_id LIMIT %s""",
                soon,
                self.last_user_id,
                BATCH_SIZE,
            )
        )
        return [row[0] for row in rows or ()]

    def _soon_sql(self, customers):
        """SELECT of the customers that fall within the days of warning."""
        clock = self._clock_sql(customers)
        days = self.env["crm.pool"]._longest_warning()
        return clock and SQL(
            "SELECT customer_id, due FROM (%s) clock WHERE due BETWEEN %s AND %s",
            clock,
            self.day,
            self.day + timedelta(days=days),
        )

    def _warn(self, user):
        """One message with all customers that fall soon, on days when one came to the
        list or has its last day; return whether it was sent."""
        if not user.active:
            return False
        mine = SQL(
            """SELECT id FROM res_partner
                WHERE user_id = %s AND id = commercial_partner_id""",
            user.id,
        )
        rows = self.env.execute_query(self._soon_sql(mine))
        before = self.search(
            [("company_id", "=", self.company_id.id), ("day", "<", self.day)], limit=1
        )
        days = self.env["crm.pool"]._longest_warning()
        known = before.day + timedelta(days=days) if before else None
        if not any(due == self.day or not known or due > known for _id, due in rows):
            return False
        customers = self.env["res.partner"].browse(
            id_ for id_, _due in sorted(rows, key=lambda row: (row[1], row[0]))
        )
        user._pool_send_warning(customers)
        return True

    @api.autovacuum
    def _gc_runs(self):
        limit = fields.Date.today() - timedelta(days=KEPT_DAYS)
        self.search([("day", "<", limit)], limit=1000).unlink()

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_interaction import CHANNELS

FACTS = (
    "first_contact_date",
    "last_contact_date",
    "last_contact_id",
    "last_contact_channel",
    "last_contact_user_id",
    "contact_count",
)
# First key of the advisory locks: the second one is the customer.
LOCK_CLASS = 0x43525354  # "CRST"


class CrmCustomerStat(models.Model):
    """Facts of a customer that lists and clocks read: one row per customer and company.

    How it works: new real contacts (``is_followup``) are added by one
    ``INSERT ... ON CONFLICT`` for the whole batch (:meth:`_add`); rows that change
    let their customers be counted again from the history (:meth:`_refresh`). Never
    on ``res_partner``, where two people who log on one customer would collide and
    every write fires tracking.

    Nobody waits and nobody fails: a customer whose facts are being written by
    another transaction is put on the list of ``crm.customer.stat.stale`` instead,
    an insert that cannot collide, and a scheduled action counts it at once.
    """

    _name = "crm.customer.stat"
    _description = "Facts of a Customer"
    _order = "last_contact_date desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    first_contact_date = fields.Datetime(string="First Contact")
    last_contact_date = fields.Datetime(string="Last Contact", index=True)
    last_contact_id = fields.Many2one(
        "crm.interaction", string="Last Interaction", ondelete="set null", index=True
    )
    last_contact_channel = fields.Selection(CHANNELS, string="Last Channel")
    last_contact_user_id = fields.Many2one(
        "res.users", string="Last Contact by", ondelete="set null"
    )
    contact_count = fields.Integer(string="Contacts")

    _customer_uniq = models.UniqueIndex(
        "(partner_id, COALESCE(company_id, 0))",
        "The facts of this customer exist already.",
    )

    @api.model
    def _fill(self):
        """Count everybody when the history was there first (install, migration)."""
        if not self.env.execute_query(SQL("SELECT 1 FROM crm_customer_stat LIMIT 1")):
            self._rebuild()

    # Reading

    @api.model
    @api.private
    def _by_customer(self, partners):
        """Facts of the customers behind some partners that the user may read.

        :param partners: ``res.partner``, contacts or customers
        :return: ``{partner.id: {fact: value}}`` with the names of :data:`FACTS`,
            dates as datetime, records as ids; every partner has an entry, of empty
            values when nobody spoke with the customer. One query.
        """
        customers = partners.commercial_partner_id
        rows = self.search_fetch(
            [("partner_id", "in", customers.ids)], [*FACTS, "partner_id"]
        )
        found = {
            customer.id: stats._merge_facts()
            for customer, stats in rows.grouped("partner_id").items()
        }
        empty = self._merge_facts()
        return {p.id: found.get(p.commercial_partner_id.id, empty) for p in partners}

    def _merge_facts(self):
        """Facts of one customer over its companies, the newest contact first."""
        latest = self.sorted("last_contact_date", reverse=True)[:1]
        return {
            "first_contact_date": min(self.mapped("first_contact_date"), default=False),
            "last_contact_date": latest.last_contact_date,
            "last_contact_id": latest.last_contact_id.id,
            "last_contact_channel": latest.last_contact_channel,
            "last_contact_user_id": latest.last_contact_user_id.id,
            "contact_count": sum(self.mapped("contact_count")),
        }

    # Writing

    @api.model
    @api.private
    def _add(self, interactions):
        """Count new rows of the history: one statement for the batch."""
        interactions.flush_recordset()
        rows = SQL("id = ANY(%s)", interactions.ids)
        customers = SQL(
            """SELECT DISTINCT commercial_partner_id AS id FROM crm_interaction
                WHERE %s AND %s""",
            rows,
            self._is_contact(),
        )
        self._write_facts(customers, rows, add=True)

    @api.model
    @api.private
    def _refresh(self, customer_ids):
        """Count customers again from their history, which must be flushed.

        :param customer_ids: ids of commercial partners
        """
        if customer_ids:
            customers = SQL("SELECT UNNEST(%s::int[]) AS id", list(customer_ids))
            self._write_facts(customers, SQL("TRUE"))

    @api.model
    @api.private
    def _rebuild(self):
        """Count all customers again in one statement; the table is emptied first."""
        self.env["crm.interaction"].flush_model()
        self.env.cr.execute(SQL("DELETE FROM crm_customer_stat"))
        self._upsert(SQL("TRUE"))
        self.invalidate_model()

    @api.model
    @api.private
    def _customers_of(self, interactions):
        """Ids of the customers whose facts these rows of the database are part of."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT commercial_partner_id FROM crm_interaction
                    WHERE id = ANY(%s) AND %s""",
                interactions.ids,
                self._is_contact(),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _is_contact(self):
        return SQL("active AND is_followup AND commercial_partner_id IS NOT NULL")

    @api.model
    def _write_facts(self, customers, rows, add=False):
        """Write the facts of customers that are free, remember those that are not.

        :param customers: SQL that selects their ``id``
        :param rows: SQL condition of the interactions to count
        """
        locked = dict(self._try_lock(customers))
        free = [customer for customer, is_free in locked.items() if is_free]
        stale = locked.keys() - set(free)
        if free and not self._try_write(rows, free, add):
            stale = locked.keys()
        self.env["crm.customer.stat.stale"]._remember(stale)
        self.invalidate_model()

    @api.model
    def _try_lock(self, customers):
        """Customers, and whether no other transaction is writing their facts."""
        return self.env.execute_query(
            SQL(
                """SELECT id, pg_try_advisory_xact_lock(%s, id)
                     FROM (%s) customer ORDER BY id""",
                LOCK_CLASS,
                customers,
            )
        )

    @api.model
    def _try_write(self, rows, customer_ids, add):
        """True when the facts were written. False when another transaction has
        changed one of them after our snapshot: nothing is written then."""
        condition = SQL("%s AND commercial_partner_id = ANY(%s)", rows, customer_ids)
        try:
            with self.env.cr.savepoint(flush=False):
                self._replace(condition, customer_ids, add)
        except (
            psycopg2.errors.SerializationFailure,
            psycopg2.errors.UniqueViolation,
        ):
            return False
        return True

    @api.model
    def _replace(self, condition, customer_ids, add):
        self._upsert(condition, add)
        if not add:
            self.env.cr.execute(
                SQL(
                    """DELETE FROM crm_customer_stat s WHERE partner_id = ANY(%s)
                          AND NOT EXISTS (
                              SELECT 1 FROM crm_interaction i
                               WHERE i.commercial_partner_id = s.partner_id
                                 AND i.company_id IS NOT DISTINCT FROM s.company_id
                                 AND i.active AND i.is_followup)""",
                    customer_ids,
                ),
                log_exceptions=False,
            )

    @api.model
    def _upsert(self, condition, add=False):
        """One statement: facts of the rows that meet the condition, added to what
        is known or put in its place."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_stat AS s
                    (partner_id, company_id, first_contact_date, last_contact_date,
                     last_contact_id, last_contact_channel, last_contact_user_id,
                     contact_count, create_date, write_date)
                SELECT commercial_partner_id, company_id, MIN(date), MAX(date),
                       (ARRAY_AGG(id ORDER BY date DESC, id DESC))[1],
                       (ARRAY_AGG(channel ORDER BY date DESC, id DESC))[1],
                       (ARRAY_AGG(user_id ORDER BY date DESC, id DESC))[1],
                       COUNT(*), NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
                  FROM crm_interaction
                 WHERE %s AND %s
              GROUP BY commercial_partner_id, company_id
                ON CONFLICT (partner_id, (COALESCE(company_id, 0))) DO UPDATE SET %s
                """,
                condition,
                self._is_contact(),
                self._added() if add else self._replaced(),
            ),
            log_exceptions=False,  # a collision is expected and handled above
        )

    @api.model
    def _replaced(self):
        return SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in (*FACTS, "write_date")
        )

    @api.model
    def _added(self):
        """The newer contact wins, whichever of the two was logged first."""
        newest = SQL(", ").join(
            SQL(
                """%s = CASE WHEN EXCLUDED.last_contact_date < s.last_contact_date
                        THEN s.%s ELSE EXCLUDED.%s END""",
                *[SQL.identifier(name)] * 3,
            )
            for name in (
                "last_contact_id",
                "last_contact_channel",
                "last_contact_user_id",
            )
        )
        return SQL(
            """%s,
            first_contact_date =
                LEAST(s.first_contact_date, EXCLUDED.first_contact_date),
            last_contact_date =
                GREATEST(s.last_contact_date, EXCLUDED.last_contact_date),
            contact_count = s.contact_count + EXCLUDED.contact_count,
            write_date = EXCLUDED.write_date""",
            newest,
        )

from odoo import api, fields, models
from odoo.tools import SQL

REASONS = [
    ("manual", "By Hand"),
    ("handover", "Handover"),
    ("cover", "Temporary Cover"),
    ("returned", "Returned"),
    ("territory", "Territory"),
]


class CrmCustomerOwner(models.Model):
    """Who looked after a customer, from when to when.

    One row for each salesperson and period; the open one (no end) is the present
    salesperson. ``res.partner`` writes them with every change of ``user_id``; the
    context ``crm_owner_reason`` says why. A customer is a commercial partner: its
    people are looked after with it.
    """

    _name = "crm.customer.owner"
    _description = "Salesperson of a Customer over Time"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    user_name = fields.Char(
        string="Name", readonly=True, help="What the salesperson was called then."
    )
    date_from = fields.Datetime(string="From", required=True, readonly=True)
    date_to = fields.Datetime(
        string="Until", readonly=True, help="Empty: still the salesperson."
    )
    reason = fields.Selection(
        REASONS,
        required=True,
        readonly=True,
        default="manual",
        help="How the customer came to this salesperson.",
    )
    changed_by_id = fields.Many2one(
        "res.users", string="Changed by", readonly=True, ondelete="set null"
    )

    _date_idx = models.Index("(date_from DESC, id DESC)")
    _open_idx = models.Index("(partner_id) WHERE date_to IS NULL")

    def init(self):
        """Give every customer that has a salesperson its open period; at the first
        installation also the earlier ones. After all tables are up to date."""
        super().init()
        self.pool.post_init(self._fill)

    @api.model
    def _fill(self):
        if not self.env.execute_query(SQL("SELECT 1 FROM crm_customer_owner LIMIT 1")):
            self._fill_from_tracking()
        self._fill_open()

    @api.model
    def _fill_from_tracking(self):
        """Periods of the past, from the changes of the salesperson that Odoo tracked.

        Each change begins a period of the new salesperson; the first one also ends
        that of the old one, which began with the customer.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH change AS (
                    SELECT p.id AS partner_id, p.create_date AS born, m.date,
                           NULLIF(v.old_value_integer, 0) AS old, v.old_value_char,
                           NULLIF(v.new_value_integer, 0) AS new, v.new_value_char,
                           LEAD(m.date) OVER w AS next, ROW_NUMBER() OVER w AS nth
                      FROM mail_tracking_value v
                      JOIN ir_model_fields f ON f.id = v.field_id
                       AND f.model = 'res.partner' AND f.name = 'user_id'
                      JOIN mail_message m ON m.id = v.mail_message_id
                       AND m.model = 'res.partner'
                      JOIN res_partner p ON p.id = m.res_id
                       AND p.commercial_partner_id = p.id
                    WINDOW w AS (PARTITION BY p.id ORDER BY m.date, v.id)
                ), period AS (
                    SELECT partner_id, old AS user_id, old_value_char AS user_name,
                           DATE_TRUNC('second', LEAST(born, date)) AS date_from, date AS date_to
                      FROM change WHERE nth = 1
                    UNION ALL
                    SELECT partner_id, new, new_value_char, date, next FROM change
                )
                INSERT INTO crm_customer_owner
                       (partner_id, user_id, user_name, date_from, date_to, reason)
                SELECT d.partner_id, u.id, COALESCE(d.user_name, c.name), d.date_from,
                       d.date_to, 'manual'
                  FROM period d
             LEFT JOIN res_users u ON u.id = d.user_id
             LEFT JOIN res_partner c ON c.id = u.partner_id
                 WHERE d.user_id IS NOT NULL
                   AND (d.date_to IS NOT NULL OR EXISTS (
                        SELECT 1 FROM res_partner p
                         WHERE p.id = d.partner_id AND p.user_id = d.user_id))
                """
            )
        )

    @api.model
    def _fill_open(self):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_owner
                       (partner_id, user_id, user_name, date_from, reason)
                SELECT p.id, u.id, c.name,
                       COALESCE(p.user_assigned_date,
                                DATE_TRUNC('second', p.create_date), %s), 'manual'
                  FROM res_partner p
                  JOIN res_users u ON u.id = p.user_id
                  JOIN res_partner c ON c.id = u.partner_id
                 WHERE p.commercial_partner_id = p.id AND NOT EXISTS (
                       SELECT 1 FROM crm_customer_owner o
                        WHERE o.partner_id = p.id AND o.date_to IS NULL)
                """,
                fields.Datetime.now(),
            )
        )

    @api.model
    @api.private
    def _note(self, partners):
        """Write down the present salesperson of these customers: three queries for any
        number. A period goes on while the salesperson stays the same.

        :param partners: any ``res.partner``; people of a company are left out
        """
        if not partners:
            return
        partners.flush_recordset(["user_id", "commercial_partner_id"])
        self.flush_model()
        now, ids = fields.Datetime.now(), partners.ids
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_owner o SET date_to = %s
                     FROM res_partner p
                    WHERE p.id = o.partner_id AND p.id = ANY(%s) AND o.date_to IS NULL
                      AND (p.user_id IS NULL OR p.user_id IS DISTINCT FROM o.user_id
                           OR p.commercial_partner_id != p.id)""",
                now,
                ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_owner
                          (partner_id, user_id, user_name, date_from, reason,
                           changed_by_id, create_uid, write_uid, create_date, write_date)
                   SELECT p.id, p.user_id, c.name, %(now)s, %(reason)s, %(uid)s,
                          %(uid)s, %(uid)s, %(now)s, %(now)s
                     FROM res_partner p
                     JOIN res_users u ON u.id = p.user_id
                     JOIN res_partner c ON c.id = u.partner_id
                    WHERE p.id = ANY(%(ids)s) AND p.commercial_partner_id = p.id
                      AND NOT EXISTS (SELECT 1 FROM crm_customer_owner o
                                       WHERE o.partner_id = p.id
                                         AND o.date_to IS NULL)""",
                now=now,
                reason=self._reason(),
                uid=self.env.uid,
                ids=ids,
            )
        )
        self.invalidate_model()

    @api.model
    def _reason(self):
        """Why the salesperson changes, from the context; one that nobody knows counts
        as a change by hand."""
        reason = self.env.context.get("crm_owner_reason")
        return reason if reason in dict(self._fields["reason"].selection) else "manual"

    @api.model
    @api.private
    def _fold(self, partners):
        """After a merge: one open period for each customer, that of its salesperson."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_owner o SET date_to = %s
                    WHERE o.partner_id = ANY(%s) AND o.date_to IS NULL AND EXISTS (
                          SELECT 1 FROM crm_customer_owner x
                           WHERE x.partner_id = o.partner_id AND x.date_to IS NULL
                             AND x.user_id IS NOT DISTINCT FROM o.user_id
                             AND (x.date_from, x.id) < (o.date_from, o.id))""",
                fields.Datetime.now(),
                partners.ids,
            )
        )
        self._note(partners)


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_owner_ids = fields.One2many(
        "crm.customer.owner",
        "partner_id",
        string="Salespeople over Time",
        groups="crm_extension.crm_extension_group_history",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["crm.customer.owner"].sudo()._note(partners.filtered("user_id"))
        return partners

    def write(self, vals):
        """A new salesperson begins a new period; so does leaving or joining a company."""
        result = super().write(vals)
        if {"user_id", "parent_id"} & vals.keys():
            self.env["crm.customer.owner"].sudo()._note(self)
        return result

    def action_open_owners(self):
        """The salespeople of the customer over time, as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_customer_owner_action"
        )
        customer = self.commercial_partner_id
        return {
            **action,
            "domain": [("partner_id", "=", customer.id)],
            "context": {"search_default_group_partner": 0},
        }

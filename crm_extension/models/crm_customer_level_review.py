from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

MONTHS = 12
#: So many proposals are applied at once, more by the scheduled action.
AT_ONCE = 500
BATCH_SIZE = 200
STATES = [("open", "Open"), ("applying", "Being Applied"), ("done", "Done")]


class CrmCustomerLevelReview(models.Model):
    """Look through all customers: whose figures fit another level than the one it has.

    The figures are counted in one statement; the customers with another level than
    suggested are listed with the reason, and nothing changes before somebody applies a
    proposal. Reviews stay as history.
    """

    _name = "crm.customer.level.review"
    _description = "Review of Customer Levels"
    _order = "id desc"
    _rec_name = "date"
    _check_company_auto = True

    date = fields.Date(
        required=True,
        readonly=True,
        default=lambda self: fields.Date.context_today(self),
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(STATES, required=True, readonly=True, default="open")
    user_id = fields.Many2one(
        "res.users",
        string="Made by",
        readonly=True,
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    proposal_ids = fields.One2many("crm.customer.level.proposal", "review_id")
    customer_count = fields.Integer(string="Customers Looked at", readonly=True)
    up_count = fields.Integer(string="Up", compute="_compute_counts")
    down_count = fields.Integer(string="Down", compute="_compute_counts")
    new_count = fields.Integer(string="First Level", compute="_compute_counts")
    open_count = fields.Integer(string="To Decide", compute="_compute_counts")

    @api.depends("proposal_ids.state", "proposal_ids.direction")
    def _compute_counts(self):
        proposals = self.env["crm.customer.level.proposal"]
        rows = proposals._read_group(
            [("review_id", "in", self.ids)],
            ["review_id", "direction", "state"],
            ["__count"],
        )
        counts = {}
        for review, direction, state, count in rows:
            counts.setdefault((review.id, direction), []).append(count)
            if state == "open":
                counts.setdefault((review.id, "open"), []).append(count)
        for review in self:
            for name in ("up", "down", "new", "open"):
                review[f"{name}_count"] = sum(counts.get((review.id, name), ()))

    @api.model
    def action_review(self):
        """Review all customers of the company now and show the proposals."""
        self.check_access("create")
        if not self.env["crm.customer.level"].search([("is_suggested", "=", True)]):
            raise UserError(
                self.env._(
                    "Say on the levels which of them are suggested, and from which "
                    "figures on."
                )
            )
        review = self.create({})
        review._fill()
        return review.action_open()

    def action_open(self):
        """The review."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Review of Levels"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
        }

    def action_open_proposals(self):
        """The proposals as a list, to choose among."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_customer_level_proposal_action"
        )
        return {**action, "domain": [("review_id", "=", self.id)]}

    # Suggesting

    def _fill(self):
        """Write the proposals: one statement, whatever the number of customers."""
        suggestions = self._suggestions_sql()
        [[self.customer_count]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) suggestion", suggestions)
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_level_proposal
                     (review_id, company_id, partner_id, old_level_id, new_level_id,
                      revenue, orders, potential, direction, state, create_uid,
                      write_uid, create_date, write_date)
                   SELECT %(review)s, %(company)s, p.id, p.customer_level_id, s.level_id,
                          s.revenue, s.orders, s.potential,
                          CASE WHEN old.id IS NULL THEN 'new'
                               WHEN (new.sequence, new.id) < (old.sequence, old.id)
                               THEN 'up' ELSE 'down' END,
                          'open', %(uid)s, %(uid)s, %(now)s, %(now)s
                     FROM (%(suggestions)s) s
                     JOIN res_partner p ON p.id = s.customer_id
                     JOIN crm_customer_level new ON new.id = s.level_id
                LEFT JOIN crm_customer_level old ON old.id = p.customer_level_id
                    WHERE s.level_id IS DISTINCT FROM p.customer_level_id
                      AND p.is_level_kept IS NOT TRUE""",
                review=self.id,
                company=self.company_id.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                suggestions=suggestions,
            )
        )
        self.invalidate_recordset()

    def _suggestions_sql(self):
        """Hook: SELECT of ``customer_id, level_id, revenue, orders, potential`` of all
        customers that a level can be suggested to; analytics may know better."""
        self.ensure_one()
        levels = self.env["crm.customer.level"].search([("is_suggested", "=", True)])
        return SQL(
            """SELECT customer_id, %s AS level_id, revenue, orders, potential
                 FROM (%s) figures""",
            levels._suggested_sql(),
            self._figures_sql(),
        )

    def _figures_sql(self):
        """Hook: SELECT of ``customer_id, revenue, orders, potential``: invoiced without
        taxes, less credit notes, and confirmed orders of the last 12 months."""
        self.ensure_one()
        since = fields.Date.subtract(self.date, months=MONTHS)
        names = {
            "account.move": (
                *("state", "move_type", "invoice_date", "amount_untaxed_signed"),
                "commercial_partner_id",
            ),
            "sale.order": ("state", "date_order", "partner_id", "company_id"),
            "res.partner": ("potential_value", "customer_level_id", "company_id"),
        }
        return SQL(
            """
            SELECT p.id AS customer_id, COALESCE(i.revenue, 0) AS revenue,
                   COALESCE(o.orders, 0) AS orders,
                   COALESCE(p.potential_value, 0) AS potential
              FROM res_partner p
         LEFT JOIN (SELECT commercial_partner_id AS id,
                           SUM(amount_untaxed_signed) AS revenue
                      FROM account_move
                     WHERE state = 'posted' AND company_id = %(company)s
                       AND move_type IN ('out_invoice', 'out_refund')
                       AND invoice_date > %(since)s AND invoice_date <= %(date)s
                  GROUP BY commercial_partner_id) i ON i.id = p.id
         LEFT JOIN (SELECT c.commercial_partner_id AS id, COUNT(*) AS orders
                      FROM sale_order s JOIN res_partner c ON c.id = s.partner_id
                     WHERE s.state = 'sale' AND s.company_id = %(company)s
                       AND s.date_order > %(since)s
                  GROUP BY c.commercial_partner_id) o ON o.id = p.id
             WHERE p.id = p.commercial_partner_id AND p.active AND p.partner_share
               AND (p.company_id IS NULL OR p.company_id = %(company)s)
               AND (i.id IS NOT NULL OR o.id IS NOT NULL OR p.potential_value > 0
                    OR p.customer_level_id IS NOT NULL)
            """,
            company=self.company_id.id,
            since=since,
            date=self.date,
            to_flush=[
                self.env[model]._fields[name]
                for model, some in names.items()
                for name in some
            ],
        )

    # Applying

    def action_apply_all(self):
        """Give all open proposals of this review their level."""
        self.ensure_one()
        self.check_access("write")
        self.state = "applying"
        if self.open_count > AT_ONCE:
            self.env.ref("crm_extension.ir_cron_customer_level").sudo()._trigger()
            return
        while self.state == "applying":
            self._apply_batch()

    @api.model
    def _cron_apply(self):
        """Go on with the reviews that are being applied, a committed batch at a time."""
        progress = self.env["ir.cron"]._commit_progress
        while review := self.search([("state", "=", "applying")], limit=1):
            count = review.with_user(review.user_id or self.env.user)._apply_batch()
            if not progress(
                count, remaining=self.search_count([("state", "=", "applying")])
            ):
                return

    def _apply_batch(self):
        proposals = self.env["crm.customer.level.proposal"].search(
            [("review_id", "=", self.id), ("state", "=", "open")], limit=BATCH_SIZE
        )
        proposals.action_apply()
        if len(proposals) < BATCH_SIZE:
            self.state = "done"
        return len(proposals)


class CrmCustomerLevelProposal(models.Model):
    """Another level for one customer, with the figures that speak for it."""

    _name = "crm.customer.level.proposal"
    _description = "Proposal of a Customer Level"
    _order = "review_id desc, direction, revenue desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    review_id = fields.Many2one(
        "crm.customer.level.review",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    old_level_id = fields.Many2one(
        "crm.customer.level", string="Level", readonly=True, ondelete="set null"
    )
    new_level_id = fields.Many2one(
        "crm.customer.level",
        string="Suggested",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    direction = fields.Selection(
        [("up", "Up"), ("new", "First Level"), ("down", "Down")],
        required=True,
        readonly=True,
        default="new",
    )
    revenue = fields.Monetary(string="Turnover", readonly=True)
    orders = fields.Integer(readonly=True)
    potential = fields.Monetary(readonly=True)
    reason = fields.Char(compute="_compute_reason")
    state = fields.Selection(
        [("open", "Open"), ("applied", "Applied"), ("ignored", "Left as It Is")],
        required=True,
        readonly=True,
        default="open",
    )

    @api.depends("revenue", "orders", "potential")
    @api.depends_context("lang")
    def _compute_reason(self):
        for proposal in self:
            currency = proposal.currency_id or self.env.company.currency_id
            words = self.env._(
                "%(revenue)s in 12 months, %(orders)s orders",
                revenue=format_amount(self.env, proposal.revenue, currency),
                orders=proposal.orders,
            )
            if proposal.potential:
                words = self.env._(
                    "%(figures)s, potential %(potential)s",
                    figures=words,
                    potential=format_amount(self.env, proposal.potential, currency),
                )
            proposal.reason = words

    def action_apply(self):
        """Give the customers the suggested level, in one write for each level."""
        self.check_access("write")
        todo = self.filtered(lambda proposal: proposal.state == "open")
        origin = {proposal.partner_id.id: proposal.id for proposal in todo}
        for level, proposals in todo.grouped("new_level_id").items():
            customers = proposals.partner_id.with_context(
                crm_level_proposals=origin, tracking_disable=True
            )
            customers.write({"customer_level_id": level.id})
        todo.state = "applied"

    def action_ignore(self):
        """Leave the customers at the level they have."""
        self.check_access("write")
        self.filtered(lambda proposal: proposal.state == "open").state = "ignored"


class CrmCustomerLevel(models.Model):
    _inherit = "crm.customer.level"

    def _suggested_sql(self):
        """SQL of the first of these levels whose figures a row reaches."""
        cases = []
        for level in self:
            reached = SQL(
                "(revenue >= %s AND orders >= %s)", level.min_revenue, level.min_orders
            )
            if level.min_potential:
                reached = SQL("(%s OR potential >= %s)", reached, level.min_potential)
            cases.append(SQL("WHEN %s THEN %s", reached, level.id))
        return SQL("CASE %s END", SQL(" ").join(cases))

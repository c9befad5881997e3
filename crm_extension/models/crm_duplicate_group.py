from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BATCH = 1000
CURSOR = "crm_extension.duplicate_group_cursor"
#: A pair is listed from this score; a key on more records says nothing (switchboard).
LISTED, MOST_OF_A_KEY, MOST_OF_A_GROUP = 70, 10, 20
STATES = [("open", "To Look At"), ("ignored", "Not Duplicates")]


class CrmDuplicateGroup(models.Model):
    """Customers that may be the same: found in the background, judged by a manager.

    How it works: keys get ascending ids, so new and changed customers are those with
    keys after the cursor. Each batch of them is compared in one query; pairs that share
    customers are one group. A group that was called "not duplicates" stays, and its
    pairs are not listed again.
    """

    _name = "crm.duplicate.group"
    _description = "Possible Duplicates"
    _order = "score desc, id"
    _rec_name = "reasons"
    _check_company_auto = True

    partner_ids = fields.Many2many(
        "res.partner",
        "crm_duplicate_group_partner_rel",
        "group_id",
        "partner_id",
        string="Customers",
        readonly=True,
        context={"active_test": False},
    )
    partner_count = fields.Integer(readonly=True)
    score = fields.Integer(string="Sure (%)", readonly=True, index=True)
    reason_codes = fields.Char(readonly=True)
    reasons = fields.Char(compute="_compute_reasons", string="Why")
    state = fields.Selection(STATES, default="open", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="cascade"
    )

    @api.depends("reason_codes")
    def _compute_reasons(self):
        labels = self.env["crm.duplicate"]._reason_labels()
        for group in self:
            codes = (group.reason_codes or "").split()
            group.reasons = ", ".join(labels[code] for code in codes if code in labels)

    # Judging

    def action_merge(self):
        """Compare and merge the customers of the group."""
        self.ensure_one()
        partners = self.with_context(active_test=False).partner_ids
        if len(partners) < 2:
            self.sudo().unlink()
            raise UserError(self.env._("These customers were merged already."))
        return partners._crm_action_merge()

    def action_ignore(self):
        """They are different customers: do not list them again."""
        self.check_access("write")
        self.state = "ignored"

    def action_reopen(self):
        """Look at them again."""
        self.check_access("write")
        self.state = "open"

    # Finding

    @api.model
    def _cron_find(self):
        """Compare new and changed customers; goes on where the last run stopped."""
        progress = self.env["ir.cron"]._commit_progress
        while count := self._find_batch():
            if not progress(count, remaining=1):
                return
        self._drop_settled()
        progress(remaining=0)

    @api.model
    def action_find(self):
        """Start looking now."""
        self.check_access("write")
        self.env.ref("crm_extension.ir_cron_duplicate_group").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Looking for duplicates in the background."),
            },
        }

    @api.model
    def _find_batch(self):
        """Compare the customers of the next keys; number of keys, 0 at the end."""
        self.env["crm.duplicate.key"]._settle()
        params = self.env["ir.config_parameter"].sudo()
        last = int(params.get_param(CURSOR, 0))
        rows = self.env.execute_query(
            SQL(
                """SELECT id, partner_id FROM crm_duplicate_key
                    WHERE id > %s ORDER BY id LIMIT %s""",
                last,
                BATCH,
            )
        )
        if not rows:
            return 0
        partners = {partner for _id, partner in rows if partner}
        self._add_pairs(self._pairs(sorted(partners)))
        params.set_param(CURSOR, str(rows[-1][0]))
        return len(rows)

    @api.model
    def _pairs(self, partner_ids):
        """``{(smaller id, larger id): {reason: weight}}`` of partners that share keys:
        one query for the batch. People of one company are no pair."""
        finder = self.env["crm.duplicate"]
        rows = self.env.execute_query(
            SQL(
                """SELECT a.partner_id, b.partner_id, a.kind, a.key
                     FROM crm_duplicate_key a
                     JOIN res_partner p ON p.id = a.partner_id
               CROSS JOIN LATERAL (
                       SELECT partner_id FROM crm_duplicate_key
                        WHERE key = a.key AND kind = a.kind AND partner_id IS NOT NULL
                        LIMIT %s) b
                     JOIN res_partner q ON q.id = b.partner_id
                    WHERE a.partner_id = ANY(%s) AND b.partner_id <> a.partner_id
                      AND p.partner_share IS NOT FALSE AND q.partner_share IS NOT FALSE
                      AND p.commercial_partner_id IS DISTINCT FROM
                          q.commercial_partner_id
                      AND a.kind NOT IN ('core', 'domain')
                      AND p.is_company IS NOT DISTINCT FROM q.is_company
                      AND (p.company_id IS NULL OR q.company_id IS NULL
                           OR p.company_id = q.company_id)""",
                MOST_OF_A_KEY,
                partner_ids,
            )
        )
        pairs = defaultdict(dict)
        for one, other, kind, value in rows:
            pair = (min(one, other), max(one, other))
            pairs[pair][kind] = finder._weight_of(kind, value)
        return pairs

    @api.model
    def _add_pairs(self, pairs):
        """Put sure pairs into groups, new ones or those of one of the two."""
        finder = self.env["crm.duplicate"]
        sure = {}
        for pair, reasons in pairs.items():
            weights = finder._judge((), reasons, {"is_company": True, "taxes": None})
            if finder._score(weights) >= LISTED:
                sure[pair] = weights
        known = self._known({id_ for pair in sure for id_ in pair})
        for pair, weights in sorted(sure.items()):
            self._add_pair(pair, weights, known)

    @api.model
    def _known(self, partner_ids):
        """``{partner id: groups}`` of some partners: one query."""
        relations = self.search([("partner_ids", "in", list(partner_ids))])
        known = defaultdict(self.browse)
        for group in relations.with_context(active_test=False):
            for partner in group.partner_ids:
                known[partner.id] |= group
        return known

    @api.model
    def _add_pair(self, pair, weights, known):
        one, other = pair
        if known[one] & known[other]:
            return
        groups = (known[one] | known[other]).filtered(
            lambda group: (
                group.state == "open" and group.partner_count < MOST_OF_A_GROUP
            )
        )
        group = groups[:1] or self._create_group(pair, weights)
        group.partner_ids |= self.env["res.partner"].browse(pair)
        group.partner_count = len(group.with_context(active_test=False).partner_ids)
        known[one] |= group
        known[other] |= group

    @api.model
    def _create_group(self, pair, weights):
        companies = self.env["res.partner"].browse(pair).company_id
        return self.create(
            {
                "score": self.env["crm.duplicate"]._score(weights),
                "reason_codes": " ".join(
                    sorted(weights, key=weights.get, reverse=True)
                ),
                "company_id": companies[:1].id,
            }
        )

    @api.model
    def _drop_settled(self):
        """Groups whose customers were merged or deleted are settled."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_duplicate_group g WHERE 2 > (
                    SELECT COUNT(*) FROM crm_duplicate_group_partner_rel r
                     WHERE r.group_id = g.id)"""
            )
        )
        self.invalidate_model()

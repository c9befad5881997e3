from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Days from the first night on within which the preview counts
STEPS = (0, 7, 30)
MAX_PEOPLE = 200


class CrmPoolRulePreview(models.TransientModel):
    """What a rule would do: how many customers of whom would fall, and when.

    Counted by the same statement as the nightly run, with the rules in force and the
    rule that is looked at, as if it were switched on now. Nothing is changed.
    """

    _name = "crm.pool.rule.preview"
    _description = "Preview of a Pool Rule"

    rule_id = fields.Many2one("crm.pool.rule", required=True, ondelete="cascade")
    rule_name = fields.Char(string="Rule Name", related="rule_id.display_name")
    state = fields.Selection(related="rule_id.state")
    first_day = fields.Date(string="Last Day of the First Ones", readonly=True)
    first_count = fields.Integer(string="First Night", readonly=True)
    week_count = fields.Integer(string="Within 7 Days", readonly=True)
    month_count = fields.Integer(string="Within 30 Days", readonly=True)
    before_count = fields.Integer(
        string="Without this Rule, within 30 Days", readonly=True
    )
    line_ids = fields.One2many("crm.pool.rule.preview.line", "preview_id")

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(vals_list)
        for preview in previews:
            preview.rule_id.pool_id._check_manager()
            preview._count()
        return previews

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def _count(self):
        """Fill the numbers: two queries."""
        company = self.rule_id.pool_id.company_id
        first = self._first_day()
        clock = self.with_context(crm_pool_preview=self.rule_id.id).env[
            "crm.pool.clock"
        ]
        rows = self._people(clock._clock_sql(company=company.id), first)
        before = self.env["crm.pool.clock"]._clock_sql(company=company.id)
        self.sudo().write(
            {
                "first_day": first,
                "first_count": sum(row[1] for row in rows),
                "week_count": sum(row[2] for row in rows),
                "month_count": sum(row[3] for row in rows),
                "before_count": sum(row[3] for row in self._people(before, first)),
                "line_ids": [
                    fields.Command.create(
                        {
                            "user_id": user_id,
                            "first_count": now,
                            "week_count": week,
                            "month_count": month,
                        }
                    )
                    for user_id, now, week, month in rows[:MAX_PEOPLE]
                ],
            }
        )

    def _first_day(self):
        """The day in the night after which the rule takes its first customers."""
        return self.rule_id._compile()["valid_from"]

    @api.model
    def _people(self, clock, first):
        """``(user id, first night, within 7, within 30 days)``, most first."""
        if clock is None:
            return []
        counts = SQL(", ").join(
            SQL("COUNT(*) FILTER (WHERE clock.due <= %s)", first + timedelta(days=days))
            for days in STEPS
        )
        return self.env.execute_query(
            SQL(
                """SELECT p.user_id, %s FROM (%s) clock
                     JOIN res_partner p ON p.id = clock.customer_id
                    WHERE clock.due <= %s GROUP BY p.user_id ORDER BY 2 DESC, 4 DESC, 1""",
                counts,
                clock,
                first + timedelta(days=STEPS[-1]),
            )
        )

    def action_customers(self):
        """The customers that would fall within 30 days, each with its reason."""
        self.ensure_one()
        return self._customers_action(fields.Domain.TRUE)

    def _customers_action(self, domain):
        last = self.first_day + timedelta(days=STEPS[-1])
        domain &= fields.Domain("pool_due_date", "<=", last)
        domain &= fields.Domain("is_company", "=", True) | fields.Domain(
            "parent_id", "=", False
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.res_partner_action_pool_clock"
        )
        return {
            **action,
            "name": self.rule_name,
            "domain": list(domain),
            "context": {"crm_pool_preview": self.rule_id.id, "create": False},
        }

    def action_activate(self):
        """Switch the rule on."""
        self.ensure_one()
        self.rule_id.action_activate()
        return {"type": "ir.actions.act_window_close"}


class CrmPoolRulePreviewLine(models.TransientModel):
    """One salesperson in the preview of a rule."""

    _name = "crm.pool.rule.preview.line"
    _description = "Salesperson in the Preview of a Pool Rule"

    preview_id = fields.Many2one(
        "crm.pool.rule.preview", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, ondelete="cascade"
    )
    first_count = fields.Integer(string="First Night", readonly=True)
    week_count = fields.Integer(string="Within 7 Days", readonly=True)
    month_count = fields.Integer(string="Within 30 Days", readonly=True)

    def action_customers(self):
        """The customers of this salesperson that would fall."""
        self.ensure_one()
        domain = fields.Domain("user_id", "=", self.user_id.id)
        return self.preview_id._customers_action(domain)

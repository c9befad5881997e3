from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

# Without a promise, a unit that is with us for so many days is old, or soon will be.
OLD_DAYS = 14
SOON_DAYS = 7


class CrmRma(models.Model):
    """When the customer gets the unit back.

    The policy of the company makes the promise, in its working days; a person may give
    another day, and the chatter keeps both.
    """

    _inherit = "crm.rma"

    date_promised = fields.Date(
        string="Promised",
        tracking=True,
        copy=False,
        index="btree_not_null",
        help="The day by which the customer has the unit back. It is filled in by the "
        "policy of the company (settings) and may be changed; every change is kept.",
    )

    def action_approve(self):
        res = super().action_approve()
        self._promise("approved")
        return res

    def _promise(self, event):
        """Promise a day where nobody did and the policy counts from ``event``."""
        open_ended = self.sudo().filtered(
            lambda rma: (
                rma.is_open
                and rma.date_approved
                and not rma.date_promised
                and rma.company_id.rma_promise_days
                and rma.company_id.rma_promise_from == event
            )
        )
        for company, rmas in open_ended.grouped("company_id").items():
            rmas.date_promised = company._rma_promise_day(
                fields.Date.context_today(rmas)
            )


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    warehouse_id = fields.Many2one(
        related="rma_id.warehouse_id", store=True, index=True
    )
    date_promised = fields.Date(
        related="rma_id.date_promised", store=True, index="btree_not_null"
    )
    ageing = fields.Selection(
        [("ok", "In Time"), ("soon", "Soon Due"), ("late", "Late")],
        compute="_compute_ageing",
        help="By the promised day; without one, by the days since the fault was "
        "reported.",
    )

    @api.depends("date_promised", "age", "is_open", "place")
    @api.depends_context("tz")
    def _compute_ageing(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.ageing = line._judge_ageing(today)

    def _judge_ageing(self, today):
        if not self.is_open or self.place in ("shipped", "left", "missing"):
            return "ok"
        if self.date_promised:
            left = (self.date_promised - today).days
            return "late" if left < 0 else "soon" if left <= 1 else "ok"
        return (
            "late" if self.age > OLD_DAYS else "soon" if self.age > SOON_DAYS else "ok"
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_promise_days = fields.Integer(
        string="Promise (Working Days)",
        default=10,
        help="In how many working days of the company's calendar a customer has the "
        "unit back. Zero: nothing is promised by itself.",
        prefetch="crm_settings",
    )
    rma_promise_from = fields.Selection(
        [("approved", "the Approval"), ("received", "the Arrival of the Goods")],
        string="Promise Counts From",
        default="received",
        required=True,
        prefetch="crm_settings",
    )

    _rma_promise_positive = models.Constraint(
        "CHECK(rma_promise_days >= 0 AND rma_promise_days <= 365)",
        "A promise lies within a year and cannot be negative.",
    )

    def _rma_promise_day(self, today):
        """The last of ``rma_promise_days`` working days after ``today``."""
        self.ensure_one()
        calendar = self.resource_calendar_id
        zone = pytz.timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(today + timedelta(days=1), time.min))
        end = calendar and calendar.plan_days(
            self.rma_promise_days, start, compute_leaves=True
        )
        return end.date() if end else today + timedelta(days=self.rma_promise_days)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _rma_is_carried(self):
        """Whether the move carries a unit from one of our places to another."""
        self.ensure_one()
        return (
            self.location_id.is_customer_goods
            and self.location_dest_id.is_customer_goods
        )

    def _rma_after_done(self):
        """Goods that arrived are promised back."""
        res = super()._rma_after_done()
        self._rma_receipts().sudo().rma_line_id.rma_id._promise("received")
        return res


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_promise_days = fields.Integer(
        related="company_id.rma_promise_days", readonly=False
    )
    rma_promise_from = fields.Selection(
        related="company_id.rma_promise_from", readonly=False
    )

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.contract_dates import renewals_until, renewed_end, term_of
from ..tools.guard import guarded

BATCH_SIZE = 100
HOW = [("manual", "By a person"), ("auto", "By itself")]


class CrmContractPeriod(models.Model):
    """A renewal: what held before, so that it can be read, and taken back."""

    _name = "crm.contract.period"
    _description = "Renewal of a Contract"
    _inherit = ["crm.contract.part"]
    _order = "number desc, id desc"
    _rec_name = "number"

    number = fields.Integer(
        required=True, readonly=True, help="First renewal, second renewal ..."
    )
    date_from = fields.Date(
        string="New Period from",
        readonly=True,
        help="First day of the period that began with the renewal.",
    )
    date_until = fields.Date(string="Until", readonly=True)
    previous_end = fields.Date(string="Ended before on", readonly=True)
    previous_amount = fields.Monetary(string="Amount before", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    how = fields.Selection(HOW, required=True, default="manual", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Renewed by", readonly=True, ondelete="set null"
    )
    is_last = fields.Boolean(compute="_compute_is_last")

    _number_uniq = models.UniqueIndex(
        "(contract_id, number)", "This renewal exists already."
    )

    def copy_data(self, default=None):
        raise UserError(
            self.env._("A renewal belongs to its contract and is not copied.")
        )

    @api.depends("contract_id.period_ids.number")
    def _compute_is_last(self):
        for period in self:
            numbers = period.contract_id.period_ids.mapped("number")
            period.is_last = period.number == max(numbers, default=0)

    def action_undo(self):
        """Take the last renewal back: end and amount are what they were."""
        self.ensure_one()
        contract = self.contract_id
        contract.check_access("write")
        contract.lock_for_update(allow_referencing=True)
        if not self.exists() or not self.is_last:
            raise UserError(
                self.env._("Only the last renewal can be taken back, and only once.")
            )
        values = {"date_end": self.previous_end, "amount": self.previous_amount}
        self.sudo().unlink()
        contract.write(values)
        contract._project_renewal_undone()


class CrmContract(models.Model):
    """Renewal in one click, and by itself."""

    _inherit = "crm.contract"

    period_ids = fields.One2many(
        "crm.contract.period", "contract_id", string="Renewals", copy=False
    )
    period_count = fields.Integer(compute="_compute_period_count")
    can_renew = fields.Boolean(compute="_compute_can_renew")

    @api.depends("period_ids")
    def _compute_period_count(self):
        for contract in self:
            contract.period_count = len(contract.period_ids)

    @api.depends("state", "date_end", "terminated_on")
    def _compute_can_renew(self):
        for contract in self:
            contract.can_renew = (
                contract.state in ("running", "ended")
                and bool(contract.date_end)
                and not contract.terminated_on
            )

    def action_renew(self):
        """Renew by the agreed term (as long as before, without one)."""
        for contract in self:
            contract._renew()

    def _renew(self, end=None, amount=None, how="manual"):
        """Begin a new period.

        :param end: its last day, by default the end of the agreed term
        :param amount: its amount, by default that of the period before
        :param how: ``manual`` or ``auto``
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if not self.can_renew:
            raise UserError(
                self.env._(
                    "%(contract)s cannot be renewed: only a signed contract with a last "
                    "day, to which no notice was given.",
                    contract=self.display_name,
                )
            )
        end = end or self._next_end()
        if end <= self.date_end:
            raise UserError(
                self.env._(
                    "The new last day must lie after %(date)s.",
                    date=self._day(self.date_end),
                )
            )
        amount = self.amount if amount is None else amount
        period = self.env["crm.contract.period"].sudo()
        period.create(self._prepare_period(end, amount, how))
        self.write({"date_end": end, "amount": amount})
        self._project_renewed()
        self._reminders_done(self.env._("Renewed until %s", self._day(end)))

    def _next_end(self):
        """The last day of the next period."""
        count, unit = self.renewal_count, self.renewal_unit
        if not count:
            count, unit = term_of(self._period_start() or None, self.date_end)
        return renewed_end(self.date_end, count, unit)

    def _period_start(self):
        """The first day of the period that runs now."""
        last = self.period_ids.sorted("number")[-1:]
        return last.date_from or self.date_start or self.date_signed

    def _prepare_period(self, end, amount, how):
        """Values of the row that remembers this renewal."""
        numbers = self.period_ids.mapped("number")
        return {
            "contract_id": self.id,
            "number": max(numbers, default=0) + 1,
            "date_from": fields.Date.add(self.date_end, days=1),
            "date_until": end,
            "previous_end": self.date_end,
            "previous_amount": self.amount,
            "amount": amount,
            "how": how,
            "user_id": self.env.uid if how == "manual" else False,
        }

    # By itself

    @api.model
    def _cron_renew(self):
        """Renew what renews itself and has reached its end; safe to repeat."""
        self._cron_batches(
            [
                ("decision", "=", "signed"),
                ("renewal", "=", "auto"),
                ("renewal_count", ">", 0),
                ("terminated_on", "=", False),
                ("last_day", "<", self._today()),
            ],
            lambda contract: contract._renew_by_itself(),
            self.env._("The automatic renewal"),
        )

    def _renew_by_itself(self):
        """Catch up: one period for each term that has begun meanwhile."""
        ends = renewals_until(
            self.date_end, self.renewal_count, self.renewal_unit, self._today()
        )
        for end in ends:
            self._renew(end=end, how="auto")

    @api.model
    def _cron_batches(self, domain, work, title):
        """Do something with each contract of a domain, batch by batch.

        What fails is left out, shown to the person responsible and tried again at the
        next run; the others go on.

        :param work: gets one contract, in a savepoint of its own
        :param title: what is done, for the message of a failure
        """
        tried = self.browse()
        while todo := self.search(
            Domain(domain) & Domain("id", "not in", tried.ids),
            limit=BATCH_SIZE,
            order="id",
        ):
            tried |= todo
            for contract in todo.try_lock_for_update(allow_referencing=True):
                contract._guarded_work(work, title)
            if not self.env["ir.cron"]._commit_progress(len(todo)):
                break

    def _guarded_work(self, work, title):
        done = False
        with guarded(self.env, f"{title} of contract {self.id}"):
            work(self)
            done = True
        if not done:
            self._report_failure(title)

    def _report_failure(self, title):
        """One open to-do for the person responsible, not one a day."""
        summary = self.env._("%(what)s failed: please look at it", what=title)
        if summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                user_id=self._reminder_user().id,
            )

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from odoo.addons.crm_extension.tools.keyset import Keyset


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    advance_ids = fields.One2many("crm.rma.advance", "line_id")

    def _live_advances(self):
        return self.advance_ids.filtered(lambda a: a.state != "cancel")

    def _can_advance(self):
        """Before the faulty unit came, once."""
        return (
            self.place == "expected"
            and not self.qty_received
            and not self.sudo()._live_advances()
        )

    def _settle_advances(self):
        """Called when these units were received, as superuser."""
        for line in self:
            advances = line._live_advances()
            whole = line.product_uom_id.compare(line.qty_received, line.quantity) >= 0
            ready = advances.filtered(lambda a: a.state == "ready")
            if whole and ready:
                # It came before the good one left: decide as usual.
                ready._give_up()
            if whole:
                advances.filtered(lambda a: a.state in ("out", "charged"))._settle()

    def _cost_of_exchange(self):
        """A unit that was charged and given back to the customer was sent, too."""
        if "replace" not in self.outcome_ids.mapped("kind"):
            return super()._cost_of_exchange()
        given = self.advance_ids.filtered("outcome_id").move_ids.filtered(
            lambda m: (
                m.state == "done"
                and m.location_dest_id.usage == "customer"
                and not m.rma_outcome_id
            )
        )
        return super()._cost_of_exchange() + sum(abs(m.value) for m in given)

    def _agreed_price(self):
        """What one unit was sold for; its list price when nobody knows."""
        sale_line = self.sale_line_id.sudo()
        price = sale_line.price_unit * (1 - sale_line.discount / 100)
        return price or self.product_id.lst_price


class CrmRma(models.Model):
    """The form of an RMA whose customer got a good unit in advance."""

    _inherit = "crm.rma"

    advance_ids = fields.One2many(
        "crm.rma.advance", "rma_id", string="Advance Replacements"
    )
    can_advance = fields.Boolean(compute="_compute_can_advance")

    @api.depends("is_open", "line_ids.place", "advance_ids.state")
    def _compute_can_advance(self):
        for rma in self:
            lines = rma.line_ids if rma.is_open else rma.line_ids.browse()
            rma.can_advance = any(line._can_advance() for line in lines)

    @api.depends("advance_ids.state")
    def _compute_can_close(self):
        """What is ours and with the customer keeps the RMA open."""
        super()._compute_can_close()
        for rma in self.filtered("can_close"):
            rma.can_close = "out" not in rma.sudo().advance_ids.mapped("state")

    @api.depends("advance_ids.state", "advance_ids.date_due")
    def _compute_next_step(self):
        super()._compute_next_step()

    def _explain_expected(self):
        sentence = super()._explain_expected()
        live = self.sudo().advance_ids.filtered(lambda a: a.state in ("ready", "out"))
        told = [advance._explain() for advance in live.with_env(self.env).sudo()[:3]]
        return " ".join([*told, sentence])

    def action_advance(self):
        """Send a good unit before the faulty one came."""
        self.ensure_one()
        self.check_access("write")
        if not self.can_advance:
            return self._nothing_to_do()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ship First"),
            "res_model": "crm.rma.advance.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    def action_cancel(self):
        self._check_no_advance()
        return super().action_cancel()

    def _refuse(self, reason, note=False):
        self._check_no_advance()
        return super()._refuse(reason, note)

    def _check_no_advance(self):
        """Cancelling would forget a unit of ours; one that is still here stays."""
        self.check_access("write")
        away = self.sudo().advance_ids.filtered(lambda a: a.state == "out")
        if away:
            raise UserError(
                self.env._(
                    "%s: a good unit was sent in advance. The faulty one must come, or "
                    "the good one is charged.",
                    ", ".join(away.rma_id.mapped("name")),
                )
            )
        ready = self.sudo().advance_ids.filtered(lambda a: a.state == "ready")
        ready._give_up()


class CrmWorkbench(models.AbstractModel):
    """Customers who owe us a faulty unit."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if self.env["crm.rma.line"].has_access("write"):
            buckets["advances"] = {
                "title": self.env._("Faulty units overdue"),
                "icon": "fa-share",
                "sequence": 83,
                "tone": "warning",
                "empty": self.env._("No customer owes you a faulty unit."),
                "query": "_workbench_advances_query",
                "rows": "_workbench_advance_rows",
            }
        return buckets

    @api.model
    def _workbench_advances_query(self, user, search):
        """My RMAs whose good unit was sent and whose faulty one is overdue."""
        domain = Domain("user_id", "=", user.id) & Domain("is_open", "=", True)
        domain &= self._workbench_free("crm.rma", user)
        domain &= Domain("advance_ids", "any", [("is_overdue", "=", True)])
        if search:
            domain &= Domain("name", "ilike", search) | Domain(
                "partner_id.complete_name", "ilike", search
            )
        query = self.env["crm.rma"]._search(domain)
        return Keyset(query, SQL("crm_rma.date_reported::timestamp"))

    @api.model
    def _workbench_advance_rows(self, ids, user):
        rows = []
        for rma in self.env["crm.rma"].browse(ids):
            late = rma.advance_ids.filtered("is_overdue")
            rows.append(
                self._workbench_row(
                    "crm.rma",
                    rma.id,
                    document=self._workbench_document(rma),
                    partner=rma.contact_id or rma.partner_id,
                    date=fields.Date.to_string(min(late.mapped("date_due"))),
                    what=" · ".join([rma.name, *late.lot_id.mapped("name")]),
                    icon="fa-share",
                    can_reassign=False,
                )
            )
        return self._workbench_finish_rows(rows)


class CrmCustomerView(models.AbstractModel):
    """Sales see on the customer's page what is to come back."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_alerts(self, customer):
        return super()._customer_360_alerts(customer) + self._alert_advances(customer)

    @api.model
    def _alert_advances(self, customer):
        advances = self.env["crm.rma.advance"]
        if not advances.has_access("read"):
            return []
        domain = (
            Domain("partner_id", "=", customer.commercial_partner_id.id)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "=", "out")
        )
        [(count, due)] = advances._read_group(domain, [], ["__count", "date_due:min"])
        if not count:
            return []
        return [
            {
                "name": "advance",
                "tone": "warning",
                "icon": "fa-share",
                "text": self.env._(
                    "Sent in advance: %(count)s, the first faulty unit is due on "
                    "%(date)s",
                    count=count,
                    date=due and format_date(self.env, due) or "?",
                ),
                "action": self._list_action(
                    self.env._("Advance Replacements"), advances._name, domain
                ),
            }
        ]

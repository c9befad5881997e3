from odoo import api, fields, models
from odoo.exceptions import AccessError

CREDIT = {"credit_user_id", "credit_team_id", "credit_date"}


class SaleOrder(models.Model):
    """Whose sale it was: settled at the confirmation, whoever looks after it later."""

    _name = "sale.order"
    _inherit = ["crm.analytics.watched", "sale.order"]

    _analytics_inputs = frozenset(
        (
            "state",
            "company_id",
            "partner_id",
            "date_order",
            "currency_rate",
            "user_id",
            "team_id",
            "credit_date",
            "credit_user_id",
            "credit_team_id",
            "source_id",
            "medium_id",
            "campaign_id",
            "opportunity_id",
        )
    )

    credit_user_id = fields.Many2one(
        "res.users",
        string="Credited to",
        copy=False,
        ondelete="set null",
        help="The salesperson whose figures this order counts in: the one at its "
        "confirmation. Handing the order over does not change it; a sales "
        "administrator may.",
    )
    credit_team_id = fields.Many2one(
        "crm.team", string="Credited Team", copy=False, ondelete="set null"
    )
    credit_date = fields.Datetime(string="Credited on", copy=False, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_credit(*vals_list)
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._freeze_credit()
        return orders

    def write(self, vals):
        """Settle the credit with the confirmation; a new salesperson leaves it alone.

        Orders that were confirmed before the addon came have no credit yet: it is
        settled with the salesperson they have, the moment that one would change.
        """
        self._check_credit(vals)
        state = vals.get("state")
        if not state and vals.keys() & {"user_id", "team_id"}:
            self.filtered(lambda order: order.state == "sale")._freeze_credit()
        result = super().write(vals)
        if state == "sale":
            self._freeze_credit()
        elif state in ("draft", "sent"):
            self._thaw_credit()
        return result

    def _freeze_credit(self):
        """Keep salesperson and team of orders whose credit is not settled yet."""
        for order in self.sudo().filtered(lambda order: not order.credit_date):
            order.write(
                {
                    "credit_user_id": order.user_id.id,
                    "credit_team_id": order.team_id.id,
                    "credit_date": fields.Datetime.now(),
                }
            )

    def _thaw_credit(self):
        """A cancelled order that begins anew is credited anew."""
        self.sudo().filtered("credit_date").write(dict.fromkeys(CREDIT, False))

    @api.model
    def _check_credit(self, *vals_list):
        """Nobody takes the credit for an order: only an administrator corrects it.

        :raise AccessError: when values name the credit and the user may not
        """
        if self.env.su or self.env.user.has_group("sales_team.group_sale_manager"):
            return
        if any(not CREDIT.isdisjoint(vals) for vals in vals_list):
            raise AccessError(
                self.env._(
                    "Only a sales administrator may change whom an order is "
                    "credited to."
                )
            )

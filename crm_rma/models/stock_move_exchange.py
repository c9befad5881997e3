from odoo import models
from odoo.fields import Domain


class StockMove(models.Model):
    """What the exchange of a unit costs is booked where a free repair is booked.

    The replacing unit is charged to the expense account of warranty, or of goodwill;
    the faulty one that becomes ours is taken off it again. No sale bears it.
    """

    _inherit = "stock.move"

    def _rma_expense_account(self):
        """The account that bears this leg of an exchange, if one was chosen."""
        self.ensure_one()
        outcome = self.rma_outcome_id.sudo()
        if outcome.kind != "replace":
            return self.env["account.account"]
        expense = outcome.line_id._cover_of("parts") or "warranty"
        places = outcome.rma_id.warehouse_id.rma_location_ids.filtered(
            lambda location: location.rma_expense == expense
        )
        return places[:1].valuation_account_id

    def _should_create_account_move(self):
        """An exchange is booked at once, like all that is valued in real time."""
        return super()._should_create_account_move() or bool(
            self.rma_outcome_id
            and self.product_id.is_storable
            and self.product_id.valuation == "real_time"
            and self.is_valued
            and self._rma_expense_account()
        )

    def _get_account_move_line_vals(self):
        account = self._rma_expense_account()
        if not account:
            return super()._get_account_move_line_vals()
        stock = self.product_id._get_product_accounts()["stock_valuation"]
        debit, credit = (stock, account) if self.is_in else (account, stock)
        value = self._get_aml_value()
        common = {
            "name": f"{self.reference} - {self.product_id.name}",
            "product_id": self.product_id.id,
        }
        return [
            {**common, "account_id": credit.id, "debit": 0.0, "credit": value},
            {**common, "account_id": debit.id, "debit": value, "credit": 0.0},
        ]


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_location_valuation_vals(self, at_date=None, location_domain=False):
        """With periodic valuation the closing entry books the exchanges."""
        vals_list = super()._get_location_valuation_vals(at_date, location_domain)
        if location_domain:
            return vals_list
        for (account, stock), balance in self._rma_exchanges(at_date).items():
            if not self.currency_id.is_zero(balance):
                vals_list += self._prepare_inventory_aml_vals(
                    account,
                    stock,
                    balance,
                    self.env._("Closing: Replaced Units - %s", account.display_name),
                )
        return vals_list

    def _rma_exchanges(self, at_date):
        """What was exchanged since the last closing and has no entry of its own.

        :return: ``{(expense account, stock account): amount}``
        """
        domain = (
            Domain("rma_outcome_id.kind", "=", "replace")
            & Domain("state", "=", "done")
            & (Domain("is_in", "=", True) | Domain("is_out", "=", True))
            & Domain("company_id", "=", self.id)
            & Domain("product_id.is_storable", "=", True)
            & Domain("product_id.valuation", "=", "periodic")
        )
        if last := self._get_last_closing_date():
            domain &= Domain("date", ">", last)
        if at_date:
            domain &= Domain("date", "<=", at_date)
        balances = {}
        for move in self.env["stock.move"].search(domain):
            account = move._rma_expense_account()
            if account:
                stock = move.product_id._get_product_accounts()["stock_valuation"]
                key = account, stock
                value = -move.value if move.is_in else move.value
                balances[key] = balances.get(key, 0.0) + value
        return balances

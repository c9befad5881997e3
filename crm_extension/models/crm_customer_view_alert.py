from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

# A rhythm is told from this many orders on, and falls when an order is late by half.
MIN_ORDERS = 4
LATE = 1.5
LATE_DAYS = 7
MONTHS = 24
DATE_DAYS = 7
TONES = {"danger": 0, "warning": 1, "info": 2}


class CrmCustomerView(models.AbstractModel):
    """What needs attention now: each one opens what it speaks about."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_alerts(self, customer):
        alerts = [
            self._alert_warning(customer),
            self._alert_overdue(customer),
            self._alert_rhythm(customer),
            self._alert_silent(customer),
            *self._alert_dates(customer),
        ]
        return super()._customer_360_alerts(customer) + list(filter(None, alerts))

    @api.model
    def _sorted_alerts(self, alerts):
        return sorted(alerts, key=lambda alert: TONES[alert["tone"]])

    @api.model
    def _alert_warning(self, customer):
        """The warning that a colleague wrote on the customer for sales."""
        text = customer.sale_warn_msg
        return text and {
            "name": "warning",
            "tone": "warning",
            "icon": "fa-exclamation-triangle",
            "text": text,
            "model": "res.partner",
            "id": customer.id,
        }

    @api.model
    def _alert_overdue(self, customer):
        """Invoices past their date, by currency."""
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return False
        domain = self._overdue_domain(self._invoice_domain(customer))
        rows = Move._read_group(
            domain,
            ["currency_id"],
            ["amount_residual:sum", "__count", "invoice_date_due:min"],
        )
        if not rows:
            return False
        amounts = [currency.format(amount) for currency, amount, _count, _due in rows]
        count = sum(row[2] for row in rows)
        oldest = min(row[3] for row in rows)
        title = self.env._("Overdue Invoices")
        return {
            "name": "overdue",
            "tone": "danger",
            "icon": "fa-exclamation-circle",
            "text": self.env._(
                "Overdue invoices: %(count)s, %(amounts)s, the oldest since %(date)s",
                amounts=" + ".join(amounts),
                count=count,
                date=format_date(self.env, oldest),
            ),
            "action": self._list_action(title, "account.move", domain),
        }

    @api.model
    def _alert_rhythm(self, customer):
        """They ordered regularly, and the next order does not come."""
        Order = self.env["sale.order"]
        if not Order.has_access("read"):
            return False
        domain = (
            self._order_domain(customer)
            & Domain("state", "=", "sale")
            & Domain(
                "date_order", ">=", fields.Datetime.now() - relativedelta(months=MONTHS)
            )
        )
        [(count, first, last)] = Order._read_group(
            domain, [], ["__count", "date_order:min", "date_order:max"]
        )
        if count < MIN_ORDERS:
            return False
        usual = max(1, round((last - first).days / (count - 1)))
        ago = (fields.Datetime.now() - last).days
        if ago < usual * LATE or ago - usual < LATE_DAYS:
            return False
        return {
            "name": "rhythm",
            "tone": "warning",
            "icon": "fa-arrow-down",
            "text": self.env._(
                "Orders every %(usual)s days, but the last one was %(ago)s days ago",
                usual=usual,
                ago=ago,
            ),
            "action": self._list_action(
                self.env._("Sales Orders"), "sale.order", domain
            ),
        }

    @api.model
    def _alert_silent(self, customer):
        """Nobody spoke with the customer in the rhythm of its level."""
        level = customer.customer_level_id
        last = customer.last_contact_date
        if not level.rhythm_days or not last:
            return False
        days = (fields.Datetime.now() - last).days
        return days > level.rhythm_days and {
            "name": "silent",
            "tone": "warning",
            "icon": "fa-bell-slash-o",
            "text": self.env._(
                "Silent for %(days)s days; level %(level)s wants a contact every "
                "%(rhythm)s days",
                days=days,
                level=level.name,
                rhythm=level.rhythm_days,
            ),
            "scroll": "timeline",
        }

    @api.model
    def _alert_dates(self, customer):
        """Birthdays and other days of the coming week."""
        Date = self.env["crm.important.date"]
        if not Date.has_access("read") or customer._crm_masked():
            return []
        domain = [("commercial_partner_id", "=", customer.id)]
        return [
            {
                "name": f"date_{moment.id}",
                "tone": "info",
                "icon": "fa-birthday-cake"
                if moment.kind == "birthday"
                else "fa-calendar",
                "text": f"{moment.display_name}: {moment._format_day()}",
                "model": "res.partner",
                "id": moment.partner_id.id,
            }
            for moment in Date._upcoming(DATE_DAYS, domain, limit=3)
        ]

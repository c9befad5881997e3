from odoo import models

SUBTYPES = {"sale.mt_order_sent": "sent", "sale.mt_order_viewed": "viewed"}


class SaleOrder(models.Model):
    """What an order can tell about its past, for the back-fill of the history."""

    _inherit = "sale.order"

    def _timeline_past_events(self):
        """Signed, confirmed and cancelled, as :meth:`_backfill_numbered` takes them."""
        events = []
        for order in self:
            if order.signed_on:
                events.append((order, "signed", order._prepare_timeline_signed(), True))
            if order.state in ("sale", "cancel"):
                event = "confirmed" if order.state == "sale" else "cancelled"
                events.append((order, event, order._prepare_past_state(), True))
        return events

    def _prepare_past_state(self):
        vals = self._prepare_timeline_state(self.state)
        date = vals.get("date", self.write_date)
        return {**vals, "date": date, "user_id": self.user_id.id}

    def _timeline_past_views(self):
        """When the quotations were sent and viewed: their chatter knows."""
        kinds = {self.env.ref(xmlid): event for xmlid, event in SUBTYPES.items()}
        messages = self.env["mail.message"].sudo()
        messages = messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("subtype_id", "in", [kind.id for kind in kinds]),
            ],
            order="date, id",
        )
        orders = {order.id: order for order in self}
        return [
            orders[message.res_id]._prepare_past_view(
                kinds[message.subtype_id], message
            )
            for message in messages
        ]

    def _prepare_past_view(self, event, message):
        """A view has its day in its key, so it is told once a day."""
        if event == "viewed":
            vals = self._prepare_timeline_customer_act()
            day = message.date.strftime("%Y%m%d")
            vals["source_key"] = f"{self._name},{self.id}:viewed:{day}"
        else:
            vals = self._prepare_timeline_state("sent")
        user = self.user_id.id
        return self, event, {**vals, "date": message.date, "user_id": user}, False

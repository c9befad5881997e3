from odoo import api, fields, models

# Milestones of an order, by the state that it reaches
STATE_EVENTS = {"sent": "sent", "sale": "confirmed", "cancel": "cancelled"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["crm.timeline.mixin", "sale.order"]

    def _timeline_lead(self):
        self.ensure_one()
        return self.opportunity_id

    @api.model_create_multi
    def create(self, vals_list):
        """An order that comes with a source, from the web shop for one, is a touch."""
        orders = super().create(vals_list)
        alone = orders.filtered(lambda order: not order.opportunity_id)
        self.env["res.partner"]._record_touches_of(alone, "create_date")
        return orders

    def write(self, vals):
        """Sent, confirmed and cancelled are milestones of the customer."""
        state = vals.get("state")
        reached = self.browse()
        if state in STATE_EVENTS:
            reached = self.filtered(lambda order: order.state != state)
        result = super().write(vals)
        if reached:
            reached._timeline_project_state(state)
        elif "date_order" in vals:
            self._timeline_move_confirmation()
        if vals.get("signed_on"):
            self._timeline_project_signed()
        return result

    def message_post(self, **kwargs):
        """The mail that sends a quotation is told by the row "sent" already.

        The portal tells that a customer looked at a quotation by a message only.
        """
        order = self
        if self.env.context.get("mark_so_as_sent") and self.state == "draft":
            order = self.with_context(crm_interaction_skip=True)
        message = super(SaleOrder, order).message_post(**kwargs)
        if kwargs.get("subtype_xmlid") == "sale.mt_order_viewed":
            self._timeline_project_viewed()
        return message

    def _timeline_project_viewed(self):
        """A customer who looks several times a day looked at it once."""
        today = fields.Date.today().strftime("%Y%m%d")
        self._timeline_project(
            "viewed",
            {
                order: {
                    **order._prepare_timeline_customer_act(),
                    "source_key": f"sale.order,{order.id}:viewed:{today}",
                }
                for order in self
            },
        )

    def _timeline_project_signed(self):
        self._timeline_project(
            "signed", {order: order._prepare_timeline_signed() for order in self}
        )

    def _prepare_timeline_signed(self):
        self.ensure_one()
        return {
            **self._prepare_timeline_customer_act(),
            "event_args": {"order": self.name, "name": self.signed_by or ""},
            "date": min(self.signed_on, fields.Datetime.now()),
            "user_id": self.user_id.id,
        }

    def _prepare_timeline_customer_act(self):
        """Row of what the customer did with the quotation."""
        self.ensure_one()
        return {
            "channel": "document",
            "direction": "in",
            "event_args": {"order": self.name},
            "preview": self._timeline_summary(),
        }

    def _timeline_project_state(self, state):
        """Project the milestone that these orders have just reached."""
        self._timeline_project(
            STATE_EVENTS[state],
            {order: order._prepare_timeline_state(state) for order in self},
        )

    def _prepare_timeline_state(self, state):
        """Row of a milestone: its sentence, the total and the first products."""
        self.ensure_one()
        vals = {
            "channel": "document",
            "direction": "internal" if state == "cancel" else "out",
            "event_args": {"order": self.name},
            "preview": self._timeline_summary(),
        }
        if state == "sale":
            vals |= {"date": self._timeline_confirmed_at(), "direction": "in"}
        return vals

    def _timeline_confirmed_at(self):
        """When the order was confirmed: its date, unless that lies in the future."""
        self.ensure_one()
        return min(self.date_order, fields.Datetime.now())

    def _timeline_summary(self):
        """Total and products of the order as one line of text."""
        self.ensure_one()
        lines = self.order_line.filtered("product_id")
        products = ", ".join(
            f"{line.product_uom_qty:g} × {line.product_id.name}" for line in lines[:4]
        )
        total = self.currency_id.format(self.amount_total)
        return f"{total} · {products}{' …' if len(lines) > 4 else ''}"

    def _timeline_move_confirmation(self):
        """A confirmed order that gets another date moves in the history, too."""
        orders = {o.id: o for o in self if o.state == "sale" and o.date_order}
        keys = [f"sale.order,{order_id}:confirmed:1" for order_id in orders]
        rows = self.env["crm.interaction"].sudo().search([("source_key", "in", keys)])
        for row in rows:
            row.date = orders[row.res_id]._timeline_confirmed_at()

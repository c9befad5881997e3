from odoo import api, fields, models

from odoo.addons.crm_extension.tools.guard import guarded


class StockPicking(models.Model):
    _inherit = "stock.picking"

    warranty_count = fields.Integer(compute="_compute_warranty_count")

    @api.depends_context("uid")
    def _compute_warranty_count(self):
        registrations = self.env["warranty.registration"]
        groups = registrations.has_access("read") and registrations._read_group(
            [("move_id.picking_id", "in", self.ids)], ["move_id"], ["__count"]
        )
        counts = {}
        for move, count in groups or []:
            picking = move.picking_id
            counts[picking] = counts.get(picking, 0) + count
        for picking in self:
            picking.warranty_count = counts.get(picking, 0)

    def action_view_warranties(self):
        """The warranties that started with these deliveries."""
        return self.env["warranty.registration"]._action_list(
            [("move_id.picking_id", "in", self.ids)]
        )

    def _action_done(self):
        """Tell the customer's history what was delivered."""
        res = super()._action_done()
        self._rma_take_over_replaced()
        self._project_deliveries()
        return res

    def _rma_take_over_replaced(self):
        """The replacing units left: the faulty ones become ours.

        After the transfer has its final date: in the average cost they come second.
        """
        sent = self.move_ids.sudo().filtered(
            lambda m: m.state == "done" and m._rma_is_replacement()
        )
        for move in sent:
            move.rma_outcome_id._after_replaced(move)

    def _project_deliveries(self):
        """Tell those of these transfers that brought goods to a customer."""
        done = self.filtered(
            lambda p: (
                p.state == "done"
                and p.picking_type_id.code == "outgoing"
                and p.partner_id
                and not p.move_ids.rma_line_id
            )
        )
        rows = self.env["crm.interaction"]
        if not done:
            return rows
        with guarded(self.env, "projection of deliveries"):
            rows = rows._project(
                [picking._prepare_delivery_event() for picking in done.sudo()]
            )
        return rows

    def _prepare_delivery_event(self):
        sale = self.sale_id
        products = self.move_ids.product_id.mapped("display_name")
        return {
            "partner_id": (sale.partner_id or self.partner_id).id,
            "date": self.date_done,
            "channel": "service",
            "direction": "internal",
            "event_args": {
                "delivery": " · ".join(filter(None, [self.name, sale.name])),
            },
            "preview": ", ".join(products),
            "user_id": self._delivery_actor().id,
            "company_id": self.company_id.id,
            "res_model": "stock.picking",
            "res_id": self.id,
            "source_key": f"stock.picking,{self.id}:delivered:1",
        }

    def _delivery_actor(self):
        """Who delivered: the user, or the transfer's responsible for a job."""
        user = self.env.user
        return self.user_id if user._is_superuser() else user

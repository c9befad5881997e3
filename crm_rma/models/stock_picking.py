from odoo import models

from odoo.addons.crm_extension.tools.guard import guarded


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Tell the customer's history what was delivered."""
        res = super()._action_done()
        self._project_deliveries()
        return res

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

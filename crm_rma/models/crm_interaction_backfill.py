from odoo import api, models


class CrmInteractionBackfill(models.Model):
    """Deliveries, returns and warranties of before, or that were missed."""

    _inherit = "crm.interaction.backfill"

    @api.model
    def _backfill_sources(self):
        return {
            **super()._backfill_sources(),
            "delivery": {
                "name": self.env._("Deliveries"),
                "sequence": 45,
                "model": "stock.picking",
                "domain": [
                    ("state", "=", "done"),
                    ("picking_type_id.code", "=", "outgoing"),
                ],
            },
            "return": {
                "name": self.env._("Steps of returns"),
                "sequence": 80,
                "model": "crm.rma",
                "domain": [("date_approved", "!=", False)],
            },
            "warranty": {
                "name": self.env._("Warranties"),
                "sequence": 85,
                "model": "warranty.registration",
                "domain": [("move_id", "!=", False)],
            },
        }

    def _backfill_delivery(self, pickings):
        return pickings._project_deliveries()

    def _backfill_return(self, rmas):
        return self.env["crm.rma.line"].sudo()._project_events(rmas._past_events())

    def _backfill_warranty(self, registrations):
        """A delivered line is told by its first serial, whichever batch that is in."""
        moves = registrations.move_id
        return registrations.search(
            [("move_id", "in", moves.ids)], order="move_id, id"
        )._project_registered()

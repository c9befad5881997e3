from odoo import api, models


class CrmInteractionBackfill(models.Model):
    """Deliveries, returns and warranties of before, or that were missed."""

    _inherit = "crm.interaction.backfill"

    @api.model
    def _backfill_names(self):
        """What the sources are called, in the reader's language."""
        return {
            **super()._backfill_names(),
            "delivery": self.env._("Deliveries"),
            "return": self.env._("Steps of returns"),
            "warranty": self.env._("Warranties"),
        }

    @api.model
    def _backfill_sources(self):
        names = self._backfill_names()
        return {
            **super()._backfill_sources(),
            "delivery": {
                "name": names["delivery"],
                "sequence": 45,
                "model": "stock.picking",
                "domain": [
                    ("state", "=", "done"),
                    ("picking_type_id.code", "=", "outgoing"),
                ],
            },
            "return": {
                "name": names["return"],
                "sequence": 80,
                "model": "crm.rma",
                "domain": [("date_approved", "!=", False)],
            },
            "warranty": {
                "name": names["warranty"],
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

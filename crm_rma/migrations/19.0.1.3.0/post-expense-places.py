"""Places of parts used under warranty or as goodwill lie under "Production".

Beside it they came first in the order of names, and who looks for any production
location takes the first one.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    places = env["stock.location"].with_context(active_test=False)
    for warehouse in env["stock.warehouse"].with_context(active_test=False).search([]):
        production = warehouse._get_production_location()
        places.search(
            [
                ("rma_warehouse_id", "=", warehouse.id),
                ("rma_expense", "!=", False),
                ("location_id", "=", production.location_id.id),
            ]
        ).location_id = production

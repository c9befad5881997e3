"""A returned unit from request to shipment home, many at once."""

import time

from odoo.fields import Command

from . import fixtures

NAME = "rma"
GOAL = (
    "A batch of returns with serial, verdict, repair and history costs at most half of the"
    " queries and time of core's return wizard, repair order and return of the return."
)
UNITS = 40
STEPS = (
    "action_approve",
    "action_receive",
    "action_start_repair",
    "action_finish_repair",
    "action_ship",
)


def run(env, scale):
    """Compare the whole way of a batch of units, ours and core's."""
    units = max(4, int(UNITS * scale))
    env = fixtures.quiet(env)
    env.company.rma_quote_first = False
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    ours_ms, ours_queries = _measure(env, _ours, _deliver(env, warehouse, units, "A"))
    core_ms, core_queries = _measure(env, _core, _deliver(env, warehouse, units, "B"))
    return [
        {
            "name": f"{units} units, whole way, per unit",
            "value": ours_ms / units,
            "unit": "ms",
            "peer": core_ms / units,
            "goal": 0.6,
        },
        {
            "name": f"{units} units, whole way, queries per unit",
            "value": ours_queries / units,
            "unit": "queries",
            "peer": core_queries / units,
            "goal": 0.5,
        },
    ]


def _deliver(env, warehouse, units, prefix):
    """Sell and deliver one serial per order; return the done pickings."""
    product = env["product.product"].create(
        {
            "name": f"Bench {prefix}",
            "type": "consu",
            "is_storable": True,
            "tracking": "serial",
            "standard_price": 60.0,
            "taxes_id": [Command.clear()],
        }
    )
    lots = env["stock.lot"].create(
        [{"name": f"{prefix}-{n}", "product_id": product.id} for n in range(units)]
    )
    for lot in lots:
        env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 1, lot_id=lot
        )
    partners = env["res.partner"].create(
        [{"name": f"Bench {prefix}{n}"} for n in range(max(1, units // 4))]
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partners[n % len(partners)].id,
                "order_line": [Command.create({"product_id": product.id})],
            }
            for n in range(units)
        ]
    )
    orders.action_confirm()
    pickings = orders.picking_ids
    for move, lot in zip(pickings.move_ids, lots, strict=True):
        move.lot_ids = lot
        move.picked = True
    pickings.with_context(skip_sms=True).button_validate()
    return pickings


def _measure(env, work, pickings):
    env.flush_all()
    env.invalidate_all()
    before, start = env.cr.sql_log_count, time.perf_counter()
    work(env, pickings)
    env.flush_all()
    return (time.perf_counter() - start) * 1000, env.cr.sql_log_count - before


def _ours(env, pickings):
    rmas = env["crm.rma"].create(
        [
            {
                "partner_id": picking.partner_id.id,
                "line_ids": [Command.create({"lot_id": picking.move_ids.lot_ids.id})],
            }
            for picking in pickings
        ]
    )
    for step in STEPS:
        getattr(rmas, step)()
    assert set(rmas.line_ids.mapped("place")) == {"shipped"}


def _core(env, pickings):
    receipts = _return(env, pickings)
    repairs = env["repair.order"].create(
        [
            {
                "product_id": receipt.move_ids.product_id.id,
                "lot_id": receipt.move_ids.lot_ids.id,
                "partner_id": receipt.partner_id.id,
                "picking_id": receipt.id,
                "product_location_src_id": receipt.location_dest_id.id,
                "product_location_dest_id": receipt.location_dest_id.id,
            }
            for receipt in receipts
        ]
    )
    for repair in repairs:  # takes one only
        repair.action_validate()
    repairs.action_repair_start()
    repairs.action_repair_end()
    shipments = _return(env, receipts)
    assert set(shipments.mapped("state")) == {"done"}


def _return(env, pickings):
    """Core's wizard takes one transfer at a time."""
    returns = env["stock.picking"]
    for picking in pickings:
        wizard = (
            env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        returns += env["stock.picking"].browse(
            wizard.action_create_returns_all()["res_id"]
        )
    returns.move_ids.picked = True
    returns.with_context(skip_sms=True).button_validate()
    return returns

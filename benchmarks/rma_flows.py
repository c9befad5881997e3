"""Goods that come back, and the ways they go: ours and core's."""

import time

from odoo.fields import Command

STEPS = (
    "action_approve",
    "action_receive",
    "action_start_repair",
    "action_finish_repair",
    "action_ship",
)

# -----------------------------------------------------------------------------
# The goods
# -----------------------------------------------------------------------------


def deliver(env, warehouse, units, prefix):
    """Sell and deliver one serial per order; return the done pickings."""
    pickings = ready(env, warehouse, units, prefix)
    validate(env, pickings)
    return pickings


def ready(env, warehouse, units, prefix):
    product = env["product.product"].create(
        {
            "name": f"Bench {prefix}",
            "type": "consu",
            "is_storable": True,
            "tracking": "serial",
            "standard_price": 60.0,
            "list_price": 100.0,
            "invoice_policy": "delivery",
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
    return pickings


def validate(_env, pickings):
    pickings.with_context(skip_sms=True).button_validate()


def invoiced(env, pickings):
    """Post an invoice for each of the delivered orders."""
    if not env.company.chart_template:
        chart = env["account.chart.template"]
        chart.try_loading("generic_coa", company=env.company, install_demo=False)
    for order in pickings.sale_id:
        order._create_invoices().action_post()
    return pickings


def cost(env, work, goods):
    """CPU milliseconds and queries of ``work(env, goods)``."""
    env.flush_all()
    env.invalidate_all()
    before, start = env.cr.sql_log_count, time.process_time()
    work(env, goods)
    env.flush_all()
    return (time.process_time() - start) * 1000, env.cr.sql_log_count - before


# -----------------------------------------------------------------------------
# The work
# -----------------------------------------------------------------------------


def request(env, pickings):
    return env["crm.rma"].create(
        [
            {
                "partner_id": picking.partner_id.id,
                "line_ids": [Command.create({"lot_id": picking.move_ids.lot_ids.id})],
            }
            for picking in pickings
        ]
    )


def round_trip(env, pickings):
    rmas = request(env, pickings)
    for step in ("action_approve", "action_receive", "action_return_as_is"):
        getattr(rmas, step)()
    assert set(rmas.line_ids.mapped("place")) == {"shipped"}


def with_repair(env, pickings):
    rmas = request(env, pickings)
    for step in STEPS:
        getattr(rmas, step)()
    assert set(rmas.line_ids.mapped("place")) == {"shipped"}


def one_by_one(env, pickings):
    """As people click: each step is a request of its own and knows nothing yet."""
    for picking in pickings:
        forget(env)
        rma = request(env, picking)
        for step in STEPS:
            forget(env)
            getattr(rma, step)()


def core_one_by_one(env, pickings):
    for picking in pickings:
        forget(env)
        core_with_repair(env, picking, lambda: forget(env))


def forget(env):
    """What the next request of a browser begins with."""
    env.flush_all()
    env.invalidate_all()


def credit(rmas):
    lines = rmas._begin("can_decide").line_ids
    lines._decide("credit")


def core_with_repair(env, pickings, between=lambda: None):
    """Core's wizard, repair order, wizard; ``between`` is called after each step."""
    receipts = _return(env, pickings, between)
    between()
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
    between()
    for repair in repairs:  # takes one only
        repair.action_validate()
    between()
    repairs.action_repair_start()
    between()
    repairs.action_repair_end()
    between()
    shipments = _return(env, receipts, between)
    assert set(shipments.mapped("state")) == {"done"}


def _return(env, pickings, between):
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
    between()
    returns.move_ids.picked = True
    returns.with_context(skip_sms=True).button_validate()
    return returns

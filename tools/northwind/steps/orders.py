"""Orders: created in batches with frozen prices, confirmed on their day."""

from functools import partial

from odoo import Command

from .. import clock
from ..session import batches
from .partners import delivery_code
from .products import FREIGHT

#: Hours of the day (UTC) at which things happen in the demo company.
ORDERED, SHIPPED = 9, 15
#: Said outright, so that Odoo need not look for them order by order.
NO_CAMPAIGN = {"campaign_id": False, "medium_id": False, "source_id": False}


def load(load) -> None:
    """Create all orders; those that were shipped are confirmed at once.

    Their transfers are made by the next step with the real quantities, so no
    procurement runs here.  Confirming through the state and ``_action_confirm``
    keeps the order date, which ``action_confirm`` would set to now.
    """
    session, orders = load.session, load.data.orders
    missing = [order for order in orders if not session.has("order", order.code)]
    done = len(orders) - len(missing)
    for batch in batches(missing):
        session.batch(partial(_make, load, batch))
        load.link.tell()
        done += len(batch)
        load.report.progress("orders", done, len(orders))
    _continue_numbers(load)


def _make(load, batch) -> None:
    """Create the orders of a batch and confirm those that were shipped."""
    session = load.session
    values = {order.code: _order(load, order) for order in batch}
    session.add("sale.order", "order", values)
    shipped = session.get(
        "sale.order", "order", [order.code for order in batch if order.shipped]
    ).with_context(skip_procurement=True)
    shipped.write({"state": "sale"})
    shipped._action_confirm()


def confirm_open(load) -> None:
    """Confirm the orders that are still open, each on its day, with reservation."""
    codes = [order.code for order in load.data.orders if not order.shipped]
    drafts = load.session.get("sale.order", "order", codes).filtered(
        lambda order: order.state == "draft"
    )
    for order in drafts.sorted("date_order"):
        with clock.at(order.date_order):
            order.action_confirm()
    load.report.progress("open orders", len(drafts), len(codes))


def _order(load, order) -> dict:
    session = load.session
    customer = session.id("customer", order.customer)
    address = delivery_code(order)
    elsewhere = address and session.has("address", address)
    return {
        "name": f"S{order.code}",
        "partner_id": customer,
        "partner_invoice_id": customer,
        "partner_shipping_id": session.id("address", address)
        if elsewhere
        else customer,
        "user_id": session.id("user", order.employee),
        "date_order": load.calendar.moment(order.ordered, ORDERED),
        "commitment_date": load.calendar.moment(order.required, SHIPPED)
        if order.required
        else False,
        "company_id": session.company.id,
        **NO_CAMPAIGN,
        "order_line": [
            *(_line(session, line) for line in order.lines),
            *([_freight(session, order)] if order.freight else []),
        ],
    }


def _line(session, line) -> tuple:
    """Return a line whose price is frozen (a technical price of 0 says so)."""
    return Command.create(
        {
            "product_id": session.id("product", line.product),
            "product_uom_qty": float(line.quantity),
            "price_unit": float(line.price),
            "technical_price_unit": 0.0,
            "discount": float(line.discount * 100),
            "analytic_distribution": False,
        }
    )


def _freight(session, order) -> tuple:
    return Command.create(
        {
            "product_id": session.id(*FREIGHT),
            "product_uom_qty": 1.0,
            "price_unit": float(order.freight),
            "technical_price_unit": 0.0,
            "sequence": 999,
            "analytic_distribution": False,
        }
    )


def _continue_numbers(load) -> None:
    """Let the next order get the number after the last one of the files."""
    numbers = [int(o.code) for o in load.data.orders if o.code.isdecimal()]
    sequence = load.env["ir.sequence"].search(
        [
            ("code", "=", "sale.order"),
            ("company_id", "in", (False, load.env.company.id)),
        ],
        order="company_id",
        limit=1,
    )
    if sequence and numbers and sequence.number_next_actual <= max(numbers):
        sequence.number_next_actual = max(numbers) + 1

"""Transfers of the shipped orders, done on the day they were shipped."""

from odoo import Command
from odoo.tools import groupby

from .. import clock
from .orders import SHIPPED
from .products import FREIGHT, warehouse
from .shipped import DONE, READY, WAITS, each_batch


def load(load) -> None:
    """Create and validate the transfers that are missing, day by day.

    A transfer and its validation lie in one transaction: after a crash an order has
    its goods delivered or has no transfer at all.
    """
    each_batch(load, "deliveries", _state, _deliver)


def _state(order) -> str:
    if order.picking_ids:
        return DONE
    return READY if order.state == "sale" else WAITS


def _deliver(load, batch) -> None:
    env = load.env
    records = load.session.get("sale.order", "order", [order.code for order in batch])
    references = env["stock.reference"].create(
        [
            {"name": record.name, "sale_ids": [Command.link(record.id)]}
            for record in records
        ]
    )
    stock = warehouse(load)
    values = [
        _picking(load, order, record, reference, stock)
        for order, record, reference in zip(batch, records, references, strict=True)
    ]
    # Odoo's own way to read the stock once and not line by line, as in its validation
    cache = {"quants_cache": _quants(load, batch, stock)}
    pickings = env["stock.picking"].with_context(**cache).create(values)
    pairs = zip(batch, pickings, strict=True)
    for day, group in groupby(pairs, lambda pair: pair[0].shipped):
        with clock.at(load.calendar.moment(day, SHIPPED)):
            env["stock.picking"].browse(p.id for _order, p in group)._action_done()
    freight = records.order_line.filtered(
        lambda line: line.product_id.id == load.session.id(*FREIGHT)
    )
    freight.qty_delivered = 1.0


def _quants(load, batch, stock) -> dict:
    """Return what lies in stock of the products and serials of a batch."""
    session, lines = load.session, [line for order in batch for line in order.lines]
    lots = [session.id("lot", serial) for line in lines for serial in line.serials]
    products = session.get(
        "product.product", "product", {line.product for line in lines}
    )
    return load.env["stock.quant"]._get_quants_by_products_locations(
        products, stock.lot_stock_id, [("lot_id", "in", [False, *lots])]
    )


def _picking(load, order, record, reference, stock) -> dict:
    moment = load.calendar.moment(order.shipped, SHIPPED)
    places = {
        "location_id": stock.lot_stock_id.id,
        "location_dest_id": record.partner_shipping_id.property_stock_customer.id,
    }
    common = {
        **places,
        "partner_id": record.partner_shipping_id.id,
        "picking_type_id": stock.out_type_id.id,
        "origin": record.name,
        "company_id": record.company_id.id,
    }
    clerk = load.session.id("user", order.employee)
    serials = {line.product: line.serials for line in order.lines}
    codes = {
        load.session.id("product", line.product): line.product for line in order.lines
    }
    return {
        **common,
        "user_id": clerk,
        "note": _shipper_note(load, order),
        "move_ids": [
            Command.create(
                {
                    **common,
                    "date": moment,
                    "date_deadline": record.commitment_date,
                    "warehouse_id": stock.id,
                    "reference_ids": [Command.link(reference.id)],
                    **_goods(load, line, serials[codes[line.product_id.id]], places),
                }
            )
            for line in record.order_line
            if line.product_id.is_storable
        ],
    }


def _goods(load, line, serials, places) -> dict:
    """Return the moved quantity: picked, with one detail line for each serial."""
    unit = line.product_uom_id.id
    lots = [load.session.id("lot", serial) for serial in serials] or [False]
    return {
        "sale_line_id": line.id,
        "product_id": line.product_id.id,
        "product_uom": unit,
        "product_uom_qty": line.product_uom_qty,
        "picked": True,
        "move_line_ids": [
            Command.create(
                {
                    **places,
                    "product_id": line.product_id.id,
                    "product_uom_id": unit,
                    "quantity": line.product_uom_qty / len(lots),
                    "lot_id": lot,
                    "picked": True,
                }
            )
            for lot in lots
        ],
    }


def _shipper_note(load, order) -> str | bool:
    if not order.shipper:
        return False
    shippers = {row["ShipperID"]: row["CompanyName"] for row in load.data["shippers"]}
    return f"Shipped with {shippers[order.shipper]}"

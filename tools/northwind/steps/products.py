"""Categories, products with their suppliers, and the opening stock."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import Command

from .. import clock
from ..dataset import CENT

#: Cost of a product in a category that category_costs.csv does not name.
DEFAULT_RATIO = Decimal("0.65")
FREIGHT = ("product", "freight")


def load(load) -> None:
    """Create categories, products, vendor prices and what lies in stock."""
    session, data = load.session, load.data
    session.add(
        "product.category",
        "category",
        {
            row["CategoryID"]: {"name": row["CategoryName"]}
            for row in data["categories"]
        },
    )
    ratios = {row["CategoryID"]: row["CostRatio"] for row in data["category_costs"]}
    rows = data["products"]
    created = session.add(
        "product.product",
        "product",
        {row["ProductID"]: _product(load, row, ratios) for row in rows},
    )
    session.add("product.product", "product", {"freight": _freight()})
    opening_stock(
        load,
        {row["ProductID"]: row["UnitsInStock"] or Decimal(0) for row in rows},
    )
    load.report.progress("products", len(created), len(rows))


def _product(load, row, ratios) -> dict:
    cost = row["UnitPrice"] * ratios.get(row["CategoryID"], DEFAULT_RATIO)
    cost = float(cost.quantize(CENT))
    return {
        **goods(row["ProductName"], f"NW{row['ProductID']}", row["UnitPrice"], cost),
        "categ_id": load.session.id("category", row["CategoryID"]),
        "description_sale": row["QuantityPerUnit"],
        "sale_ok": not row["Discontinued"],
        "seller_ids": [
            Command.create(
                {
                    "partner_id": load.session.id("supplier", row["SupplierID"]),
                    "price": cost,
                    "currency_id": load.session.company.currency_id.id,
                }
            )
        ],
    }


def goods(name: str, code: str, price: Decimal, cost: float) -> dict:
    """Return the values of a storable product that is invoiced when delivered.

    No taxes: Northwind's files have none and the totals must stay theirs.
    """
    return {
        "name": name,
        "default_code": code,
        "type": "consu",
        "is_storable": True,
        "invoice_policy": "delivery",
        "list_price": float(price),
        "standard_price": cost,
        "taxes_id": [Command.clear()],
        "supplier_taxes_id": [Command.clear()],
    }


def _freight() -> dict:
    return {
        "name": "Freight",
        "default_code": "FREIGHT",
        "type": "service",
        "invoice_policy": "delivery",
        "list_price": 0.0,
        "taxes_id": [Command.clear()],
        "supplier_taxes_id": [Command.clear()],
    }


def opening_stock(load, left: dict[str, Decimal], unsold: dict | None = None) -> None:
    """Put in stock, before the first order, what was shipped and what was left.

    :param left: product code -> quantity that is left after the last delivery
    :param unsold: product code -> serial numbers of the quantity that is left
    """
    shipped: dict[str, Decimal] = defaultdict(Decimal)
    serials: dict[str, list[str]] = defaultdict(list, unsold or {})
    for order in load.data.orders:
        for line in order.lines:
            if order.shipped:
                shipped[line.product] += line.quantity
            serials[line.product] = [*serials[line.product], *line.serials]
    values = {
        code: _opening_move(load, code, quantity + shipped[code], serials[code])
        for code, quantity in left.items()
        if quantity + shipped[code] and not load.session.has("opening", code)
    }
    day = load.data.first_day - timedelta(days=7)
    with clock.at(load.calendar.moment(day, 8)):
        moves = load.session.add("stock.move", "opening", values)
        moves._action_done()


def _opening_move(load, code: str, quantity: Decimal, serials: list[str]) -> dict:
    session, env = load.session, load.env
    product = env["product.product"].browse(session.id("product", code))
    source = product.with_company(session.company).property_stock_inventory
    target = warehouse(load).lot_stock_id
    places = {"location_id": source.id, "location_dest_id": target.id}
    lots = [session.id("lot", serial) for serial in serials] or [False]
    each = float(quantity) / len(lots)
    return {
        **places,
        "product_id": product.id,
        "product_uom": product.uom_id.id,
        "product_uom_qty": float(quantity),
        "inventory_name": "Opening stock",
        "is_inventory": True,
        "picked": True,
        "company_id": session.company.id,
        "move_line_ids": [
            Command.create(
                {
                    **places,
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "quantity": each,
                    "lot_id": lot,
                    "picked": True,
                }
            )
            for lot in lots
        ],
    }


def warehouse(load):
    """Return the warehouse that delivers."""
    return load.env["stock.warehouse"].search(
        [("company_id", "=", load.session.company.id)], limit=1
    )

"""Appliances with serial numbers and warranty, and the parts to repair them."""

from decimal import Decimal

from ..dataset import CENT
from .products import goods, opening_stock


def load(load) -> None:
    """Create terms, appliances, serials and parts, and put them in stock."""
    session, rows = load.session, load.data["appliances"]
    if not rows:
        return
    category = {"equipment": {"name": "Kitchen Equipment"}}
    session.add("product.category", "category", category)
    months = sorted({row["WarrantyMonths"] for row in rows})
    session.add("warranty.term", "term", {count: _term(count) for count in months})
    created = session.add(
        "product.product",
        "product",
        {row["ProductID"]: _appliance(load, row) for row in rows},
    )
    parts = load.data["parts"]
    session.add(
        "product.product", "product", {row["ProductID"]: _part(row) for row in parts}
    )
    _serials(load)
    opening_stock(
        load,
        {row["ProductID"]: Decimal(0) for row in rows}
        | {row["ProductID"]: row["UnitsInStock"] for row in parts},
    )
    load.report.progress("appliances", len(created), len(rows))


def _term(months: int) -> dict:
    """Return a term of every company, as the products are."""
    return {
        "name": f"{months} months",
        "duration": months,
        "duration_unit": "month",
        "company_id": False,
    }


def _cost(row) -> float:
    return float((row["UnitPrice"] * row["CostRatio"]).quantize(CENT))


def _appliance(load, row) -> dict:
    return {
        **goods(row["ProductName"], row["ProductID"], row["UnitPrice"], _cost(row)),
        "categ_id": load.session.id("category", "equipment"),
        "description_sale": row["Description"],
        "tracking": "serial",
        "warranty_term_id": load.session.id("term", row["WarrantyMonths"]),
    }


def _part(row) -> dict:
    return goods(row["ProductName"], row["ProductID"], row["UnitPrice"], _cost(row))


def _serials(load) -> None:
    load.session.add(
        "stock.lot",
        "lot",
        {
            row["Serial"]: {
                "name": row["Serial"],
                "product_id": load.session.id("product", row["ProductID"]),
                "company_id": load.session.company.id,
            }
            for row in load.data["appliance_orders"]
        },
    )

"""Appliances with serial numbers and warranty, and the parts to repair them."""

from decimal import Decimal

from ..dataset import CENT
from .products import goods, opening_stock

#: How a term of some months is called, beside English.
TERM_NAMES = {"zh_CN": "%d 个月", "zh_TW": "%d 個月"}


def load(load) -> None:
    """Create terms, appliances, serials and parts, and put them in stock."""
    session, rows = load.session, load.data["appliances"]
    if not rows:
        return
    _show_serials(load.session.env)
    category = {"equipment": {"name": "Kitchen Equipment"}}
    session.add("product.category", "category", category)
    months = sorted({row["WarrantyMonths"] for row in rows})
    terms = session.add(
        "warranty.term", "term", {count: _term(count) for count in months}
    )
    _name_terms(terms)
    created = session.add(
        "product.product",
        "product",
        {row["ProductID"]: _appliance(load, row) for row in rows},
    )
    parts = load.data["parts"]
    session.add(
        "product.product", "product", {row["ProductID"]: _part(row) for row in parts}
    )
    unsold = {row["ProductID"]: row["SerialsInStock"].split() for row in rows}
    _serials(load, unsold)
    opening_stock(
        load,
        {code: Decimal(len(serials)) for code, serials in unsold.items()}
        | {row["ProductID"]: row["UnitsInStock"] for row in parts},
        unsold,
    )
    load.report.progress("appliances", len(created), len(rows))


def _show_serials(env) -> None:
    """Switch on Inventory's option, without which nobody can ship a serial number."""
    serials = env.ref("stock.group_production_lot")
    employees = env.ref("base.group_user")
    if serials not in employees.all_implied_ids:
        employees._apply_group(serials)


def _term(months: int) -> dict:
    """Return a term of every company, as the products are."""
    return {
        "name": f"{months} months",
        "duration": months,
        "duration_unit": "month",
        "company_id": False,
    }


def _name_terms(terms) -> None:
    """Name them in the reader's language, as far as it is installed."""
    installed = {code for code, _name in terms.env["res.lang"].get_installed()}
    for term in terms:
        names = {lang: text % term.duration for lang, text in TERM_NAMES.items()}
        term.update_field_translations(
            "name", {lang: text for lang, text in names.items() if lang in installed}
        )


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


def _serials(load, unsold: dict[str, list[str]]) -> None:
    sold = [(row["Serial"], row["ProductID"]) for row in load.data["appliance_orders"]]
    here = [(serial, code) for code, serials in unsold.items() for serial in serials]
    load.session.add(
        "stock.lot",
        "lot",
        {
            serial: {
                "name": serial,
                "product_id": load.session.id("product", code),
                "company_id": load.session.company.id,
            }
            for serial, code in [*sold, *here]
        },
    )

"""Customers, suppliers and shippers with their contacts and delivery addresses."""

from ..phones import fax_note, phone


def load(load) -> None:
    """Create the companies, then the people and addresses below them."""
    owners = _owners(load.data.orders)
    for table, kind, extra in (
        ("customers", "customer", lambda row: _customer(load, row, owners)),
        ("suppliers", "supplier", lambda row: {"supplier_rank": 1}),
    ):
        key = f"{kind.title()}ID"
        rows = load.data[table]
        created = load.session.add(
            "res.partner",
            kind,
            {row[key]: {**_partner(load, row), **extra(row)} for row in rows},
        )
        _contacts(load, kind, key, rows)
        load.report.progress(table, len(created), len(rows))
    _shippers(load)
    _delivery_addresses(load)


def _owners(orders) -> dict[str, str]:
    """Return who handled the latest order of each customer (sorted by day)."""
    return {order.customer: order.employee for order in orders}


def _customer(load, row, owners) -> dict:
    owner = owners.get(row["CustomerID"])
    return {
        "ref": row["CustomerID"],
        "customer_rank": 1,
        "user_id": load.session.id("user", owner) if owner else False,
    }


def _partner(load, row) -> dict:
    country = load.places.country(row["Country"])
    if row["Country"] and not country:
        load.report.remark(
            row.file, row.line, f"Country {row['Country']!r} is unknown: left empty"
        )
    return {
        **load.places.address(row),
        "name": row["CompanyName"],
        "is_company": True,
        "phone": phone(row, "Phone", country, load.report),
        "comment": fax_note(row, country, load.report),
        "company_id": False,
        "lang": "en_US",
    }


def _contacts(load, kind: str, key: str, rows) -> None:
    """Create the person of each company, with the title as job position."""
    load.session.add(
        "res.partner",
        f"{kind}_contact",
        {
            row[key]: {
                "name": row["ContactName"],
                "function": row["ContactTitle"],
                "parent_id": load.session.id(kind, row[key]),
                "type": "contact",
                "lang": "en_US",
            }
            for row in rows
            if row["ContactName"]
        },
    )


def _shippers(load) -> None:
    tag = {"shipper": {"name": "Shipper"}}
    load.session.add("res.partner.category", "tag", tag)
    american = load.env.ref("base.us")
    load.session.add(
        "res.partner",
        "shipper",
        {
            row["ShipperID"]: {
                "name": row["CompanyName"],
                "is_company": True,
                "phone": phone(row, "Phone", american, load.report),
                "country_id": american.id,
                "category_id": [(4, load.session.id("tag", "shipper"))],
            }
            for row in load.data["shippers"]
        },
    )


def delivery_code(order) -> str | None:
    """Return the code of an order's own delivery address, None when it has none."""
    row = order.row
    if row.file != "orders.csv" or not row["ShipAddress"]:
        return None
    place = f"{row['ShipAddress']}|{row['ShipCity']}".casefold()
    return f"{order.customer}_{''.join(c for c in place if c.isalnum())}"


def _delivery_addresses(load) -> None:
    """Create a delivery address where goods go elsewhere than to the customer."""
    customers = {row["CustomerID"]: row for row in load.data["customers"]}
    values = {}
    for order in load.data.orders:
        code, home = delivery_code(order), customers[order.customer]
        if code is None or _same_place(order.row, home):
            continue
        values[code] = {
            **load.places.address(order.row, "Ship"),
            "name": order.row["ShipName"],
            "type": "delivery",
            "parent_id": load.session.id("customer", order.customer),
            "lang": "en_US",
        }
    load.session.add("res.partner", "address", values)


def _same_place(order_row, customer_row) -> bool:
    return (order_row["ShipAddress"], order_row["ShipCity"]) == (
        customer_row["Address"],
        customer_row["City"],
    )

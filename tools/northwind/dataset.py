"""The tables of a company and what must hold between them.

``Dataset.read`` returns only rows that can be loaded: a row that names an unknown
customer or product is left out and reported, and what depends on it waits with it.
An order is loaded with all its lines or not at all, because a posted invoice cannot
be completed later: correct the file and run again.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from .report import Report
from .source import (
    Column,
    Row,
    Table,
    choice,
    day,
    flag,
    key,
    not_negative,
    positive,
    share,
    text,
    whole,
)

CENT = Decimal("0.01")
#: How far a return has come.
STAGES = ("expected", "received", "bench", "ready", "shipped", "closed")


def _optional(*names: str) -> list[Column]:
    return [Column(name, text, required=False) for name in names]


ADDRESS = _optional("Address", "City", "Region", "PostalCode", "Country")
CONTACT = _optional("ContactName", "ContactTitle", "Phone", "Fax")

TABLES = {
    "categories": Table(
        "categories.csv",
        [
            Column("CategoryID", key),
            Column("CategoryName"),
            *_optional("Description"),
        ],
        ["CategoryID"],
    ),
    "category_costs": Table(
        "category_costs.csv",
        [Column("CategoryID", key), Column("CostRatio", share)],
        ["CategoryID"],
        {"CategoryID": "categories"},
        optional=True,
    ),
    "suppliers": Table(
        "suppliers.csv",
        [Column("SupplierID", key), Column("CompanyName"), *CONTACT, *ADDRESS],
        ["SupplierID"],
    ),
    "products": Table(
        "products.csv",
        [
            Column("ProductID", key),
            Column("ProductName"),
            Column("SupplierID", key),
            Column("CategoryID", key),
            Column("UnitPrice", not_negative),
            Column("UnitsInStock", not_negative, required=False),
            Column("Discontinued", flag, required=False),
            *_optional("QuantityPerUnit"),
        ],
        ["ProductID"],
        {"SupplierID": "suppliers", "CategoryID": "categories"},
    ),
    "appliances": Table(
        "appliances.csv",
        [
            Column("ProductID", key),
            Column("ProductName"),
            Column("UnitPrice", not_negative),
            Column("CostRatio", share),
            Column("WarrantyMonths", whole),
            *_optional("Description", "SerialsInStock"),
        ],
        ["ProductID"],
        optional=True,
    ),
    "parts": Table(
        "parts.csv",
        [
            Column("ProductID", key),
            Column("ProductName"),
            Column("UnitPrice", not_negative),
            Column("CostRatio", share),
            Column("UnitsInStock", not_negative),
        ],
        ["ProductID"],
        optional=True,
    ),
    "employees": Table(
        "employees.csv",
        [
            Column("EmployeeID", key),
            Column("LastName"),
            Column("FirstName"),
            Column("BirthDate", day, required=False),
            *_optional("Title", "HomePhone", "Extension", "ReportsTo"),
            *ADDRESS,
        ],
        ["EmployeeID"],
    ),
    "regions": Table(
        "region.csv",
        [Column("RegionID", key), Column("RegionDescription")],
        ["RegionID"],
    ),
    "territories": Table(
        "territories.csv",
        [
            Column("TerritoryID", key),
            Column("TerritoryDescription"),
            Column("RegionID", key),
        ],
        ["TerritoryID"],
        {"RegionID": "regions"},
    ),
    "employee_territories": Table(
        "employeeterritories.csv",
        [Column("EmployeeID", key), Column("TerritoryID", key)],
        ["EmployeeID", "TerritoryID"],
        {"EmployeeID": "employees", "TerritoryID": "territories"},
    ),
    "shippers": Table(
        "shippers.csv",
        [Column("ShipperID", key), Column("CompanyName"), *_optional("Phone")],
        ["ShipperID"],
    ),
    "customers": Table(
        "customers.csv",
        [Column("CustomerID", key), Column("CompanyName"), *CONTACT, *ADDRESS],
        ["CustomerID"],
    ),
    "orders": Table(
        "orders.csv",
        [
            Column("OrderID", key),
            Column("CustomerID", key),
            Column("EmployeeID", key),
            Column("OrderDate", day),
            Column("RequiredDate", day, required=False),
            Column("ShippedDate", day, required=False),
            Column("ShipVia", key, required=False),
            Column("Freight", not_negative, required=False),
            *_optional("ShipName", "ShipAddress", "ShipCity", "ShipRegion"),
            *_optional("ShipPostalCode", "ShipCountry"),
        ],
        ["OrderID"],
        {"CustomerID": "customers", "EmployeeID": "employees", "ShipVia": "shippers"},
    ),
    "order_details": Table(
        "order_details.csv",
        [
            Column("OrderID", key),
            Column("ProductID", key),
            Column("UnitPrice", not_negative),
            Column("Quantity", positive),
            Column("Discount", share, required=False),
        ],
        ["OrderID", "ProductID"],
    ),
    "appliance_orders": Table(
        "appliance_orders.csv",
        [
            Column("OrderID", key),
            Column("CustomerID", key),
            Column("EmployeeID", key),
            Column("OrderDate", day),
            Column("ShippedDate", day),
            Column("ProductID", key),
            Column("Serial", key),
            Column("UnitPrice", not_negative),
        ],
        ["Serial"],
        {
            "CustomerID": "customers",
            "EmployeeID": "employees",
            "ProductID": "appliances",
        },
        optional=True,
    ),
    "interactions": Table(
        "interactions.csv",
        [
            Column("InteractionID", key),
            Column("Date", day),
            Column("CustomerID", key),
            Column("EmployeeID", key),
            Column("Channel", choice("call", "visit", "meeting", "letter", "note")),
            Column("Minutes", not_negative, required=False),
            Column("Subject"),
            *_optional("Body"),
        ],
        ["InteractionID"],
        {"CustomerID": "customers", "EmployeeID": "employees"},
        optional=True,
    ),
    "followups": Table(
        "followups.csv",
        [
            Column("FollowupID", key),
            Column("DueDate", day),
            Column("CustomerID", key),
            Column("EmployeeID", key),
            Column("Type", choice("call", "meeting", "todo")),
            Column("Summary"),
            *_optional("Note"),
        ],
        ["FollowupID"],
        {"CustomerID": "customers", "EmployeeID": "employees"},
        optional=True,
    ),
    "returns": Table(
        "returns.csv",
        [
            Column("ReturnID", key),
            Column("Date", day),
            Column("Serial", key),
            Column("EmployeeID", key),
            Column("Fault"),
            Column("Stage", choice(*STAGES)),
            Column("PartID", key, required=False),
        ],
        ["ReturnID"],
        {
            "Serial": "appliance_orders",
            "EmployeeID": "employees",
            "PartID": "parts",
        },
        optional=True,
    ),
}


@dataclass(frozen=True)
class Line:
    """One position of an order; `serials` for goods with serial numbers."""

    product: str
    price: Decimal
    quantity: Decimal
    discount: Decimal = Decimal(0)
    serials: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """Quantity x price less discount, rounded to the cent."""
        amount = self.price * self.quantity * (1 - self.discount)
        return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Order:
    """An order with its lines; `shipped` is None while it is open."""

    code: str
    row: Row
    customer: str
    employee: str
    ordered: date
    required: date | None = None
    shipped: date | None = None
    shipper: str | None = None
    freight: Decimal = Decimal(0)
    lines: tuple[Line, ...] = ()

    @property
    def total(self) -> Decimal:
        """Sum of the lines, each rounded to the cent; without freight."""
        return sum((line.total for line in self.lines), Decimal(0))


@dataclass
class Dataset:
    """The good rows of all files, and the orders made of them."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path, report: Report) -> "Dataset":
        """Read all files of a folder; what is wrong stands in the report."""
        data = cls()
        names: dict[str, set[str]] = {}
        for name, table in TABLES.items():
            rows = table.read(folder, report)
            rows = [row for row in rows if _refers(row, table, names, report)]
            data.tables[name] = rows
            names[name] = {row[table.keys[0]] for row in rows}
        data.orders = sorted(
            [*_orders(data, report), *_appliance_orders(data)],
            key=lambda order: (order.ordered, order.code),
        )
        return data

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables[name]

    @property
    def first_day(self) -> date:
        """The day of the first order."""
        return self.orders[0].ordered

    @property
    def last_day(self) -> date:
        """The day of the last order."""
        return self.orders[-1].ordered


def _refers(row: Row, table: Table, names: dict[str, set[str]], report: Report) -> bool:
    """Tell whether all rows that this row names are there."""
    unknown = [
        f"{column} {row[column]} is not in {TABLES[target].file}"
        for column, target in table.references.items()
        if row[column] is not None and row[column] not in names[target]
    ]
    if unknown:
        raw = {name: str(value) for name, value in row.values.items()}
        report.problem(row.file, row.line, "; ".join(unknown), raw)
    return not unknown


def _orders(data: Dataset, report: Report) -> list[Order]:
    """Join orders and their lines; hold back an order with a broken line."""
    products = {row["ProductID"] for row in data["products"]}
    orders = {row["OrderID"]: row for row in data["orders"]}
    lines: dict[str, list[Line]] = defaultdict(list)
    broken = _named(report, "order_details", "OrderID")
    reported = _named(report, "orders", "OrderID")
    for row in data["order_details"]:
        code = row["OrderID"]
        if row["ProductID"] not in products:
            text_ = f"ProductID {row['ProductID']} is not in products.csv"
            report.problem(row.file, row.line, f"{text_}; order {code} waits for it")
            broken.add(code)
        elif code in reported:
            continue
        elif code not in orders:
            report.problem(row.file, row.line, f"order {code} is not in orders.csv")
        else:
            lines[code].append(
                Line(
                    row["ProductID"],
                    row["UnitPrice"],
                    row["Quantity"],
                    row["Discount"] or Decimal(0),
                )
            )
    return [
        _order(row, tuple(lines[code]))
        for code, row in orders.items()
        if _complete(row, lines[code], code in broken, report)
    ]


def _named(report: Report, table: str, column: str) -> set[str]:
    """Return what the rows of a table that were left out say in a column."""
    return {
        entry.raw.get(column, "").strip()
        for entry in report.problems
        if entry.file == TABLES[table].file
    }


def _complete(row: Row, lines: list[Line], broken: bool, report: Report) -> bool:
    """Tell whether an order can be loaded."""
    shipped = row["ShippedDate"]
    if broken:
        reason = "waits: a line of it is broken"
    elif not lines:
        reason = "has no lines"
    elif shipped and shipped < row["OrderDate"]:
        reason = "was shipped before it was ordered"
    else:
        return True
    report.problem(row.file, row.line, f"order {row['OrderID']} {reason}")
    return False


def _order(row: Row, lines: tuple[Line, ...]) -> Order:
    return Order(
        row["OrderID"],
        row,
        row["CustomerID"],
        row["EmployeeID"],
        row["OrderDate"],
        row["RequiredDate"],
        row["ShippedDate"],
        row["ShipVia"],
        row["Freight"] or Decimal(0),
        lines,
    )


def _appliance_orders(data: Dataset) -> list[Order]:
    """Make one order of all serials with the same order number."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in data["appliance_orders"]:
        grouped[row["OrderID"]].append(row)
    return [
        Order(
            code,
            rows[0],
            rows[0]["CustomerID"],
            rows[0]["EmployeeID"],
            rows[0]["OrderDate"],
            shipped=rows[0]["ShippedDate"],
            lines=tuple(
                Line(
                    row["ProductID"],
                    row["UnitPrice"],
                    Decimal(1),
                    serials=(row["Serial"],),
                )
                for row in rows
            ),
        )
        for code, rows in grouped.items()
    ]

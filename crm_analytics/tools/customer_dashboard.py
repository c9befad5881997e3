"""The dashboard "Customer revenue and service cost"."""

from . import spreadsheet, spreadsheet_data
from .spreadsheet import MONEY, PERCENT

MODEL = "crm.customer.report.month"
MENU = "crm_analytics.crm_customer_report_month_menu"

FILTERS = (
    ("period", "Period", "date", "date", None),
    ("customer", "Customer", "partner_id", "many2one", "res.partner"),
    ("salesperson", "Salesperson", "user_id", "many2one", "res.users"),
    ("team", "Sales Team", "team_id", "many2one", "crm.team"),
    (
        "category",
        "Product Category",
        "product_categ_id",
        "many2one",
        "product.category",
    ),
)

# title, measure, measure of last year, is more of it good?
SCORECARDS = (
    ("Revenue", "revenue", "revenue_ly", True),
    ("Margin", "margin", "margin_ly", True),
    ("Service Cost", "service_cost", "service_cost_ly", False),
    ("Profit after Service", "profit", "profit_ly", True),
)

CUSTOMERS = (
    ("revenue", "Revenue", MONEY),
    ("revenue_ly", "Last Year", MONEY),
    ("revenue_growth", "Growth", PERCENT),
    ("margin", "Margin", MONEY),
    ("service_cost", "Service Cost", MONEY),
    ("profit", "Profit", MONEY),
)
PRODUCTS = (
    ("service_cost", "Service Cost", MONEY),
    ("service_cost_ly", "Last Year", MONEY),
    ("revenue", "Revenue", MONEY),
    ("service_percent", "Share of Revenue", PERCENT),
)
TOP = 12

SAMPLE_TOTALS = {
    "revenue": 184320,
    "revenue_ly": 171150,
    "margin": 61240,
    "margin_ly": 55380,
    "service_cost": 4310,
    "service_cost_ly": 5120,
    "profit": 56930,
    "profit_ly": 50260,
}
SAMPLE_MONTHS = (14, 16, 13, 17, 18, 15, 12, 16, 19, 21, 23)
SAMPLE_CUSTOMERS = (
    ("Ernst Handel", 40210, 36990, 0.087, 13240, 620, 12620),
    ("QUICK-Stop", 35120, 37280, -0.058, 11980, 310, 11670),
    ("Save-a-lot Markets", 31790, 25430, 0.25, 10110, 940, 9170),
    ("Hungry Owl", 22940, 21010, 0.092, 7620, 1480, 6140),
    ("Rattlesnake Canyon", 19480, 18220, 0.069, 6330, 150, 6180),
)
SAMPLE_PRODUCTS = (
    ("Espresso machine", 1890, 2210, 22100, 0.0855),
    ("Display cooler", 1240, 1490, 18300, 0.0678),
    ("Slicer", 760, 980, 9400, 0.0809),
)


def build(sample):
    """Return the dashboard; with ``sample`` its numbers are constants."""
    layout = _Sample() if sample else _Live()
    cells = {**_texts(), **layout.tables()}
    figures = [*_scorecards(), layout.chart()]
    return spreadsheet.book(
        [
            spreadsheet.sheet(
                "dashboard",
                "Dashboard",
                cells,
                figures,
                styles={
                    **{cell: spreadsheet.TITLE for cell in ("A7", "A25", "A42")},
                    **{cell: spreadsheet.SENTENCE for cell in ("A8", "A26", "A43")},
                    "A27": spreadsheet.LABEL,
                    "A44": spreadsheet.LABEL,
                    "B27:G27": spreadsheet.HEADER,
                    "B44:E44": spreadsheet.HEADER,
                    "A28:G39": spreadsheet.VALUE,
                    "A45:E56": spreadsheet.VALUE,
                },
                formats={"D28:D39": 1, "E45:E56": 1},
                borders={"A27:G27": 1, "A44:E44": 1},
            ),
            spreadsheet.sheet("data", "Data", layout.data(), columns=8),
        ],
        pivots=layout.pivots(),
        filters=[]
        if sample
        else [spreadsheet.global_filter(*spec) for spec in FILTERS],
        menus={} if sample else {figure["id"]: MENU for figure in figures},
    )


def _texts():
    """Titles and, above each block, the sentence that says what it shows."""
    return {
        "A7": spreadsheet.link(
            "Revenue by Month, This Year and Last",
            MODEL,
            "graph",
            {
                "graph_mode": "bar",
                "graph_measure": "revenue_either",
                "graph_groupbys": ["date:month", "year_series"],
            },
        ),
        "A8": "=Data!A10",
        "A25": _link("Customers by Revenue", "partner_id", CUSTOMERS),
        "A26": "=Data!A11",
        "A42": _link("Products by Service Cost", "product_id", PRODUCTS),
        "A43": "=Data!A12",
    }


def _link(title, row, measures):
    context = {
        "pivot_row_groupby": [row],
        "pivot_column_groupby": [],
        "pivot_measures": [name for name, *_rest in measures],
    }
    return spreadsheet.link(title, MODEL, "pivot", context)


class _Live:
    """Blocks that read the report."""

    def pivots(self):
        totals = [
            (name, "", None) for _title, *pair, _good in SCORECARDS for name in pair
        ]
        return {
            "1": self._pivot("1", "Totals", [], totals),
            "2": self._pivot("2", "Customers", ["partner_id"], CUSTOMERS),
            "3": self._pivot("3", "Products", ["product_id"], PRODUCTS),
        }

    def _pivot(self, pivot_id, name, rows, measures):
        domain = [[row, "!=", False] for row in rows]
        if name == "Products":
            domain.append(["document_kind", "!=", False])
        matching = spreadsheet.field_matching(FILTERS)
        return spreadsheet.pivot(
            pivot_id, name, MODEL, domain, rows, measures, matching
        )

    def tables(self):
        table = spreadsheet.live_table
        return {
            **table(27, "Customer", CUSTOMERS, 2, "partner_id", TOP),
            **table(44, "Product", PRODUCTS, 3, "product_id", TOP),
        }

    def data(self):
        cells = spreadsheet_data.live_totals(SCORECARDS, "Last Year")
        top5 = "+".join(
            f'IFERROR(PIVOT.VALUE(2,"revenue","#partner_id",{n}),0)'
            for n in range(1, 6)
        )
        cells["A6"] = '=_t("Five biggest customers")'
        cells["B6"] = f"={top5}"
        cells["A7"] = '=_t("Product with the highest service cost")'
        cells["B7"] = '=IFERROR(PIVOT.HEADER(3,"#product_id",1),"")'
        cells["C7"] = '=IFERROR(PIVOT.VALUE(3,"service_cost","#product_id",1),0)'
        return {**cells, **_sentences()}

    def chart(self):
        return spreadsheet.bars(
            "chart-revenue",
            MODEL,
            ["date:month", "year_series"],
            "revenue_either",
            spreadsheet.field_matching(FILTERS),
        )


class _Sample:
    """The same blocks with numbers of a company that does not exist."""

    def pivots(self):
        return {}

    def tables(self):
        table = spreadsheet.sample_table
        return {
            **table(27, "Customer", CUSTOMERS, SAMPLE_CUSTOMERS),
            **table(44, "Product", PRODUCTS, SAMPLE_PRODUCTS),
        }

    def data(self):
        cells = spreadsheet_data.sample_totals(SCORECARDS, SAMPLE_TOTALS, "Last Year")
        cells["B6"] = str(sum(customer[1] for customer in SAMPLE_CUSTOMERS))
        cells["B7"], cells["C7"] = SAMPLE_PRODUCTS[0][0], str(SAMPLE_PRODUCTS[0][1])
        months = spreadsheet_data.sample_months(SAMPLE_MONTHS, "Year Before")
        return {**cells, **months, **_sentences()}

    def chart(self):
        return spreadsheet.sample_bars("chart-revenue", 20, 20 + len(SAMPLE_MONTHS))


def _scorecards():
    return [
        spreadsheet.scorecard(position, measure, title, is_good)
        for position, (title, measure, _last_year, is_good) in enumerate(SCORECARDS)
    ]


def _sentences():
    """What a reader should take home from each block, as a sentence of this period."""
    growth = 'TEXT(ABS(B2/C2-1),"0.0%")'
    return {
        "A10": "=IF(IFERROR(C2,0)<=0,"
        '_t("There is nothing to compare with last year."),'
        "IF(B2>=C2,"
        f'SUBSTITUTE(_t("Revenue is %s above the same period of last year."),"%s",{growth}),'
        f'SUBSTITUTE(_t("Revenue is %s below the same period of last year."),"%s",{growth})))',
        "A11": "=IF(IFERROR(B2,0)<=0,"
        '_t("No revenue in this period."),'
        'SUBSTITUTE(_t("The five biggest customers make %s of the revenue."),"%s",'
        'TEXT(B6/B2,"0%")))',
        "A12": "=IF(IFERROR(B4,0)<=0,"
        '_t("No service cost in this period."),'
        'SUBSTITUTE(SUBSTITUTE(_t("%1 causes %2 of the service cost."),"%1",B7),"%2",'
        'TEXT(C7/B4,"0%")))',
    }

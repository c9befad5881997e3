#!/usr/bin/env python3
"""Write the JSON of the dashboard "Customer revenue and service cost".

Community has no editor for spreadsheets, and thousands of lines of JSON cannot be
reviewed. So the dashboard is described here, and this script writes two files beside
``data/``: the live one, and the sample shown while there are no invoices yet.

    python3 crm_analytics/tools/build_dashboard.py

A test builds both again and compares them with the files.
"""

import json
from pathlib import Path

FILES = Path(__file__).resolve().parent.parent / "data" / "files"
MODEL = "crm.customer.report.month"
MENU = "crm_analytics.crm_customer_report_month_menu"
VERSION = "18.5.10"

# Colours that stay apart for colour-blind readers.
INK, HEAD, LINE = "#434343", "#01666B", "#CCCCCC"
UP, DOWN = "#00735C", "#B35900"

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

MONEY, PERCENT = None, "0.0%"
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
    "revenue": (184320, 171150),
    "margin": (61240, 55380),
    "service_cost": (4310, 5120),
    "profit": (56930, 50260),
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


def main():
    """Write both files."""
    FILES.mkdir(parents=True, exist_ok=True)
    for name, content in build_all().items():
        (FILES / name).write_text(content)


def build_all():
    """Return ``{file name: content}``."""
    return {
        "customer_dashboard.json": _dump(build(sample=False)),
        "customer_sample_dashboard.json": _dump(build(sample=True)),
    }


def build(sample):
    """Return the dashboard; with ``sample`` its numbers are constants."""
    layout = _Sample() if sample else _Live()
    cells = {
        **_texts(sample),
        **layout.table("A", 27, "customers", CUSTOMERS),
        **layout.table("A", 44, "products", PRODUCTS),
    }
    return {
        "version": VERSION,
        "sheets": [
            _sheet("dashboard", "Dashboard", cells, layout.figures(), visible=True),
            _sheet("data", "Data", layout.data(), [], visible=True),
        ],
        "styles": {
            "1": {"textColor": HEAD, "bold": True, "fontSize": 16},
            "2": {"textColor": INK, "italic": True, "fontSize": 12, "align": "left"},
            "3": {"textColor": INK, "bold": True, "fontSize": 11},
            "4": {"textColor": INK, "verticalAlign": "middle"},
            "5": {"textColor": INK, "bold": True, "fontSize": 11, "align": "right"},
        },
        "formats": {"1": "0.0%", "2": "#,##0"},
        "borders": {"1": {"bottom": {"style": "thin", "color": LINE}}},
        "revisionId": "START_REVISION",
        "uniqueFigureIds": True,
        "settings": {"locale": _locale()},
        "pivots": layout.pivots(),
        "pivotNextId": 5,
        "customTableStyles": {},
        "globalFilters": [] if sample else [_filter(*spec) for spec in FILTERS],
        "lists": {},
        "listNextId": 1,
        "chartOdooMenusReferences": {
            figure["id"]: MENU for figure in layout.figures() if not sample
        },
    }


def _texts(sample):
    """Titles and, above each block, the sentence that says what it shows."""
    return {
        "A7": _link("Revenue by Month, This Year and Last", "graph"),
        "A8": "=Data!A10",
        "A25": _link("Customers by Revenue", "pivot", row="partner_id"),
        "A26": "=Data!A11",
        "A42": _link(
            "Products by Service Cost",
            "pivot",
            row="product_id",
            measures=["service_cost", "service_cost_ly", "revenue", "service_percent"],
        ),
        "A43": "=Data!A12",
    }


class _Live:
    """Blocks that read the report."""

    def pivots(self):
        return {
            "1": self._pivot("1", "Totals", [], [(m, "", None) for m in _measures()]),
            "2": self._pivot("2", "Customers", ["partner_id"], CUSTOMERS),
            "3": self._pivot("3", "Products", ["product_id"], PRODUCTS),
        }

    def _pivot(self, pivot_id, name, rows, measures):
        domain = [[row, "!=", False] for row in rows]
        if name == "Products":
            domain.append(["document_kind", "!=", False])
        return {
            "type": "ODOO",
            "id": pivot_id,
            "formulaId": pivot_id,
            "name": name,
            "model": MODEL,
            "domain": domain,
            "context": {},
            "columns": [],
            "rows": [{"fieldName": row} for row in rows],
            "measures": [
                {
                    "id": measure,
                    "fieldName": measure,
                    **({"userDefinedName": title} if title else {}),
                    **({"format": number_format} if number_format else {}),
                }
                for measure, title, number_format in measures
            ],
            "sortedColumn": {"measure": measures[0][0], "order": "desc", "domain": []},
            "fieldMatching": _field_matching(),
        }

    def table(self, column, row, name, measures):
        """Headers are formulas, so that they are translated; the rest spills."""
        pivot = {"customers": 2, "products": 3}[name]
        label = {"customers": "Customer", "products": "Product"}[name]
        cells = {f"{column}{row}": f'=_t("{label}")'}
        for offset, (measure, title, _format) in enumerate(measures, 1):
            letter = chr(ord(column) + offset)
            cells[f"{letter}{row}"] = f'=_t("{title}")'
            for line in range(1, TOP + 1):
                cells[f"{letter}{row + line}"] = (
                    f'=PIVOT.VALUE({pivot},"{measure}","#{_row_of(name)}",{line})'
                )
        for line in range(1, TOP + 1):
            cells[f"{column}{row + line}"] = (
                f'=PIVOT.HEADER({pivot},"#{_row_of(name)}",{line})'
            )
        return cells

    def data(self):
        cells = {"A1": '=_t("KPI")', "B1": '=_t("Period")', "C1": '=_t("Last Year")'}
        for row, (title, measure, last_year, _good) in enumerate(SCORECARDS, 2):
            cells[f"A{row}"] = f'=_t("{title}")'
            cells[f"B{row}"] = f'=PIVOT.VALUE(1,"{measure}")'
            cells[f"C{row}"] = f'=PIVOT.VALUE(1,"{last_year}")'
            cells[f"D{row}"] = f"=FORMAT.LARGE.NUMBER(B{row})"
            # nothing to compare with is no growth without end
            cells[f"E{row}"] = f'=IF(C{row}=0,"",FORMAT.LARGE.NUMBER(C{row}))'
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

    def figures(self):
        return [
            *_scorecards(),
            _chart(
                "chart-revenue",
                x=0,
                y=190,
                width=1100,
                height=350,
                data={
                    "type": "odoo_bar",
                    "stacked": False,
                    "metaData": {
                        "groupBy": ["date:month", "year_series"],
                        "measure": "revenue_either",
                        "order": None,
                        "resModel": MODEL,
                        "mode": "bar",
                    },
                    "searchParams": {
                        "comparison": None,
                        "context": {"group_by": []},
                        "domain": [],
                        "groupBy": ["date:month", "year_series"],
                        "orderBy": [],
                    },
                    "verticalAxisPosition": "left",
                    "dataSets": [
                        {"backgroundColor": "#1F6FB2"},
                        {"backgroundColor": "#C8CDD3"},
                    ],
                    "fieldMatching": _field_matching(),
                },
            ),
        ]


class _Sample:
    """The same blocks with numbers of a company that does not exist."""

    def pivots(self):
        return {}

    def table(self, column, row, name, measures):
        rows = {"customers": SAMPLE_CUSTOMERS, "products": SAMPLE_PRODUCTS}[name]
        label = {"customers": "Customer", "products": "Product"}[name]
        cells = {f"{column}{row}": f'=_t("{label}")'}
        for offset, (_measure, title, _format) in enumerate(measures, 1):
            cells[f"{chr(ord(column) + offset)}{row}"] = f'=_t("{title}")'
        for line, values in enumerate(rows, row + 1):
            for offset, value in enumerate(values):
                cells[f"{chr(ord(column) + offset)}{line}"] = str(value)
        return cells

    def data(self):
        cells = {"A1": '=_t("KPI")', "B1": '=_t("Period")', "C1": '=_t("Last Year")'}
        for row, (title, measure, _last_year, _good) in enumerate(SCORECARDS, 2):
            value, before = SAMPLE_TOTALS[measure]
            cells[f"A{row}"] = f'=_t("{title}")'
            cells[f"B{row}"], cells[f"C{row}"] = str(value), str(before)
            cells[f"D{row}"] = f"=FORMAT.LARGE.NUMBER(B{row})"
            cells[f"E{row}"] = f"=FORMAT.LARGE.NUMBER(C{row})"
        cells["B6"] = str(sum(customer[1] for customer in SAMPLE_CUSTOMERS))
        cells["B7"], cells["C7"] = SAMPLE_PRODUCTS[0][0], str(SAMPLE_PRODUCTS[0][1])
        for row, value in enumerate(SAMPLE_MONTHS, 21):
            cells[f"A{row}"] = f"2026-{row - 20:02}"
            cells[f"B{row}"] = str(value * 1000)
            cells[f"C{row}"] = str(round(value * 930))
        cells["A20"] = '=_t("Month")'
        cells["B20"], cells["C20"] = '=_t("Period")', '=_t("Year Before")'
        return {**cells, **_sentences()}

    def figures(self):
        last = 20 + len(SAMPLE_MONTHS)
        return [
            *_scorecards(),
            _chart(
                "chart-revenue",
                x=0,
                y=190,
                width=1100,
                height=350,
                data={
                    "type": "bar",
                    "stacked": False,
                    "dataSetsHaveTitle": True,
                    "dataSets": [
                        {
                            "dataRange": f"Data!B20:B{last}",
                            "backgroundColor": "#1F6FB2",
                        },
                        {
                            "dataRange": f"Data!C20:C{last}",
                            "backgroundColor": "#C8CDD3",
                        },
                    ],
                    "labelRange": f"Data!A20:A{last}",
                    "aggregated": False,
                },
            ),
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


def _measures():
    return [name for _title, *pair, _good in SCORECARDS for name in pair]


def _row_of(name):
    return {"customers": "partner_id", "products": "product_id"}[name]


def _scorecards():
    return [
        _chart(
            f"score-{measure}",
            x=280 * position,
            y=10,
            width=260,
            height=120,
            data={
                "type": "scorecard",
                "keyValue": f"Data!D{position + 2}",
                "baseline": f"Data!E{position + 2}",
                "baselineMode": "percentage",
                "baselineDescr": {"text": "against last year"},
                "baselineColorUp": UP if good else DOWN,
                "baselineColorDown": DOWN if good else UP,
                "humanize": False,
                "background": "#F6F8FA",
                "title": {"text": title, "bold": True, "color": INK},
            },
        )
        for position, (title, measure, _last_year, good) in enumerate(SCORECARDS)
    ]


def _chart(figure_id, x, y, width, height, data):
    return {
        "id": figure_id,
        "tag": "chart",
        "col": 0,
        "row": 0,
        "offset": {"x": x, "y": y},
        "width": width,
        "height": height,
        "data": {
            "title": {"text": ""},
            "background": "#FFFFFF",
            "legendPosition": "top",
            **data,
            "chartId": figure_id,
        },
    }


def _link(title, view, row=None, measures=None):
    """A title that opens the report behind the block."""
    context = {"group_by": []}
    if view == "graph":
        context |= {
            "graph_mode": "bar",
            "graph_measure": "revenue_either",
            "graph_groupbys": ["date:month", "year_series"],
        }
    if row:
        context |= {"pivot_row_groupby": [row], "pivot_column_groupby": []}
        context["pivot_measures"] = measures or [name for name, *_rest in CUSTOMERS]
    action = {
        "viewType": view,
        "action": {
            "domain": [],
            "context": context,
            "modelName": MODEL,
            "views": [[False, name] for name in ("pivot", "graph", "list", "search")],
        },
        "threshold": 0,
        "name": title,
    }
    return f"[{title}](odoo://view/{json.dumps(action)})"


def _field_matching():
    return {
        name: {
            "chain": chain,
            "type": kind,
            **({"offset": 0} if kind == "date" else {}),
        }
        for name, _label, chain, kind, _model in FILTERS
    }


def _filter(name, label, _chain, kind, model):
    if kind == "date":
        return {
            "id": name,
            "type": "date",
            "label": label,
            "defaultValue": "year_to_date",
        }
    return {
        "id": name,
        "type": "relation",
        "label": label,
        "modelName": model,
        "defaultValueDisplayNames": [],
    }


def _sheet(sheet_id, name, cells, figures, visible):
    on_dashboard = sheet_id == "dashboard"
    return {
        "id": sheet_id,
        "name": name,
        "colNumber": 7 if on_dashboard else 8,
        "rowNumber": 58,
        "rows": {},
        "cols": {
            "0": {"size": 320},
            **{str(number): {"size": 130} for number in range(1, 7)},
        },
        "merges": [],
        "cells": cells,
        "styles": {
            **{cell: 1 for cell in ("A7", "A25", "A42")},
            **{cell: 2 for cell in ("A8", "A26", "A43")},
            "A27": 3,
            "A44": 3,
            "B27:G27": 5,
            "B44:E44": 5,
            "A28:G39": 4,
            "A45:E56": 4,
        }
        if on_dashboard
        else {},
        "formats": {"D28:D39": 1, "E45:E56": 1} if on_dashboard else {},
        "borders": {"A27:G27": 1, "A44:E44": 1} if on_dashboard else {},
        "conditionalFormats": [],
        "dataValidationRules": [],
        "figures": figures,
        "tables": [],
        "areGridLinesVisible": False,
        "isVisible": visible,
        "headerGroups": {"ROW": [], "COL": []},
        "comments": {},
    }


def _locale():
    return {
        "name": "English (US)",
        "code": "en_US",
        "thousandsSeparator": ",",
        "decimalSeparator": ".",
        "dateFormat": "mm/dd/yyyy",
        "timeFormat": "hh:mm:ss",
        "formulaArgSeparator": ",",
        "weekStart": 7,
    }


def _dump(dashboard):
    return json.dumps(dashboard, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()

"""Pieces that our spreadsheet dashboards are made of.

Community has no editor for spreadsheets, and thousands of lines of JSON cannot be
reviewed. So each dashboard is described in Python, and :mod:`.build_dashboard` writes the
files: the live one, and the sample shown while there is nothing to show yet.
"""

import json

VERSION = "18.5.10"

# Colours that stay apart for colour-blind readers.
INK, HEAD, LINE = "#434343", "#01666B", "#CCCCCC"
UP, DOWN = "#00735C", "#B35900"
NOW, BEFORE = "#1F6FB2", "#C8CDD3"

#: Formats of a measure in a table.
MONEY, PERCENT = None, "0.0%"

STYLES = {
    "1": {"textColor": HEAD, "bold": True, "fontSize": 16},
    "2": {"textColor": INK, "italic": True, "fontSize": 12, "align": "left"},
    "3": {"textColor": INK, "bold": True, "fontSize": 11},
    "4": {"textColor": INK, "verticalAlign": "middle"},
    "5": {"textColor": INK, "bold": True, "fontSize": 11, "align": "right"},
}
TITLE, SENTENCE, LABEL, VALUE, HEADER = 1, 2, 3, 4, 5


def book(sheets, pivots, filters, menus):
    """Return the spreadsheet.

    :param sheets: list of what :func:`sheet` returns
    :param pivots: ``{id: what pivot() returns}``
    :param filters: list of what :func:`global_filter` returns
    :param menus: ``{id of a chart: XML id of the menu that it opens}``
    """
    return {
        "version": VERSION,
        "sheets": sheets,
        "styles": STYLES,
        "formats": {"1": "0.0%", "2": "#,##0"},
        "borders": {"1": {"bottom": {"style": "thin", "color": LINE}}},
        "revisionId": "START_REVISION",
        "uniqueFigureIds": True,
        "settings": {"locale": _locale()},
        "pivots": pivots,
        "pivotNextId": max(5, len(pivots) + 1),
        "customTableStyles": {},
        "globalFilters": filters,
        "lists": {},
        "listNextId": 1,
        "chartOdooMenusReferences": menus,
    }


def sheet(
    sheet_id, name, cells, figures=(), columns=7, rows=58, widths=(320, 130), **ranges
):
    """Return a sheet whose first column is wide enough for names.

    :param cells: ``{cell: content}``
    :param widths: of the first column and of the others, in pixels
    :param ranges: ``styles``, ``formats`` and ``borders``, each ``{range: number}``
    """
    return {
        "id": sheet_id,
        "name": name,
        "colNumber": columns,
        "rowNumber": rows,
        "rows": {},
        "cols": {
            "0": {"size": widths[0]},
            **{str(number): {"size": widths[1]} for number in range(1, 7)},
        },
        "merges": [],
        "cells": cells,
        "styles": {},
        "formats": {},
        "borders": {},
        **ranges,
        "conditionalFormats": [],
        "dataValidationRules": [],
        "figures": list(figures),
        "tables": [],
        "areGridLinesVisible": False,
        "isVisible": True,
        "headerGroups": {"ROW": [], "COL": []},
        "comments": {},
    }


def pivot(pivot_id, name, model, domain, rows, measures, matching):
    """Return a pivot, its biggest groups first.

    :param measures: list of (field, title or "", format or None)
    :param matching: what :func:`field_matching` returns
    """
    return {
        "type": "ODOO",
        "id": pivot_id,
        "formulaId": pivot_id,
        "name": name,
        "model": model,
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
        "fieldMatching": matching,
    }


def live_table(row, label, measures, pivot_id, field, top):
    """Return the cells of the first ``top`` groups of a pivot, from line ``row`` on.

    Headers are formulas, so that they are translated.
    """
    cells = _heads(row, label, measures)
    for offset, (measure, _title, _format) in enumerate(measures, 1):
        for line in range(1, top + 1):
            cells[f"{_letter(offset)}{row + line}"] = (
                f'=PIVOT.VALUE({pivot_id},"{measure}","#{field}",{line})'
            )
    for line in range(1, top + 1):
        cells[f"A{row + line}"] = f'=PIVOT.HEADER({pivot_id},"#{field}",{line})'
    return cells


def sample_table(row, label, measures, rows):
    """Return the same cells with constants, each row a name and its values."""
    cells = _heads(row, label, measures)
    for line, values in enumerate(rows, row + 1):
        for offset, value in enumerate(values):
            cells[f"{_letter(offset)}{line}"] = str(value)
    return cells


def _heads(row, label, measures):
    titles = [label, *(title for _measure, title, _format in measures)]
    return {
        f"{_letter(offset)}{row}": f'=_t("{title}")'
        for offset, title in enumerate(titles)
    }


def _letter(offset):
    return chr(ord("A") + offset)


def scorecard(position, name, title, is_good=True, baseline="against last year"):
    """Return a scorecard that shows line ``position + 2`` of the sheet *Data*.

    :param is_good: whether more of it is good
    """
    return chart(
        f"score-{name}",
        x=280 * position,
        y=10,
        width=260,
        height=120,
        data={
            "type": "scorecard",
            "keyValue": f"Data!D{position + 2}",
            "baseline": f"Data!E{position + 2}",
            "baselineMode": "percentage",
            "baselineDescr": {"text": baseline},
            "baselineColorUp": UP if is_good else DOWN,
            "baselineColorDown": DOWN if is_good else UP,
            "humanize": False,
            "background": "#F6F8FA",
            "title": {"text": title, "bold": True, "color": INK},
        },
    )


def bars(figure_id, model, groups, measure, matching, domain=()):
    """Return the data of a bar chart over a model, one colour for each period."""
    return chart(
        figure_id,
        **_WIDE,
        data={
            "type": "odoo_bar",
            "stacked": False,
            "metaData": {
                "groupBy": groups,
                "measure": measure,
                "order": None,
                "resModel": model,
                "mode": "bar",
            },
            "searchParams": {
                "comparison": None,
                "context": {"group_by": []},
                "domain": list(domain),
                "groupBy": groups,
                "orderBy": [],
            },
            "verticalAxisPosition": "left",
            "dataSets": [{"backgroundColor": NOW}, {"backgroundColor": BEFORE}],
            "fieldMatching": matching,
        },
    )


def sample_bars(figure_id, first, last):
    """Return the same chart over lines ``first..last`` of the sheet *Data*."""
    return chart(
        figure_id,
        **_WIDE,
        data={
            "type": "bar",
            "stacked": False,
            "dataSetsHaveTitle": True,
            "dataSets": [
                {"dataRange": f"Data!B{first}:B{last}", "backgroundColor": NOW},
                {"dataRange": f"Data!C{first}:C{last}", "backgroundColor": BEFORE},
            ],
            "labelRange": f"Data!A{first}:A{last}",
            "aggregated": False,
        },
    )


_WIDE = {"x": 0, "y": 190, "width": 1100, "height": 350}


def chart(figure_id, x, y, width, height, data):
    """Return a figure; ``data`` says what it draws."""
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


def link(title, model, view, context):
    """Return a title that opens the report behind the block."""
    action = {
        "viewType": view,
        "action": {
            "domain": [],
            "context": {"group_by": [], **context},
            "modelName": model,
            "views": [[False, name] for name in ("pivot", "graph", "list", "search")],
        },
        "threshold": 0,
        "name": title,
    }
    return f"[{title}](odoo://view/{json.dumps(action)})"


def field_matching(filters):
    """Return which field each filter looks at.

    :param filters: list of (name, label, field, ``date`` or ``many2one``, model)
    """
    return {
        name: {
            "chain": chain,
            "type": kind,
            **({"offset": 0} if kind == "date" else {}),
        }
        for name, _label, chain, kind, _model in filters
    }


def global_filter(name, label, _chain, kind, model):
    """Return a filter of the whole dashboard; a period begins as this year so far."""
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


def dump(dashboard):
    """Return the text of the file."""
    return json.dumps(dashboard, indent=1, ensure_ascii=False) + "\n"


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

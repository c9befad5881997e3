"""The dashboard "Sales": booked, delivered and invoiced beside the year before.

It names no margin, so everybody who sells reads their own figures in it.
"""

from . import spreadsheet, spreadsheet_data
from .spreadsheet import MONEY, PERCENT

MODEL = "crm.analytics.compare"
MENU = "crm_analytics.crm_analytics_compare_menu"

FILTERS = (
    ("period", "Period", "date", "date", None),
    ("salesperson", "Salesperson", "user_id", "many2one", "res.users"),
    ("team", "Sales Team", "team_id", "many2one", "crm.team"),
    ("customer", "Customer", "partner_id", "many2one", "res.partner"),
    ("country", "Country", "country_id", "many2one", "res.country"),
)
# title, measure, what it is compared with, how that is called
SCORECARDS = (
    ("Invoiced", "invoiced", "invoiced_ly", "against last year"),
    ("Booked", "booked", "booked_ly", "against last year"),
    ("Delivered Goods", "delivered", "delivered_ly", "against last year"),
    (
        "Invoiced, Month on Month",
        "invoiced",
        "invoiced_lm",
        "against a month ago",
    ),
)
MEASURES = (
    ("invoiced", "Invoiced", MONEY),
    ("invoiced_ly", "Last Year", MONEY),
    ("invoiced_diff", "Difference", MONEY),
    ("invoiced_growth", "Growth", PERCENT),
    ("booked", "Booked", MONEY),
    ("delivered", "Delivered Goods", MONEY),
)
# title, label, field, first line, number of lines
BLOCKS = (
    ("Sales Teams by Invoiced", "Sales Team", "team_id", 25, 6),
    ("Salespeople by Invoiced", "Salesperson", "user_id", 36, 10),
    ("Countries by Invoiced", "Country", "country_id", 51, 8),
    ("Regions by Invoiced", "Region", "state_id", 64, 8),
)

SAMPLE_TOTALS = {
    "invoiced": 184320,
    "invoiced_ly": 171150,
    "invoiced_lm": 180870,
    "booked": 192410,
    "booked_ly": 175020,
    "delivered": 187660,
    "delivered_ly": 172900,
}
SAMPLE_MONTHS = (14, 16, 13, 17, 18, 15, 12, 16, 19, 21, 23)
SAMPLE_ROWS = (
    (
        ("North", 101240, 92310, 8930, 0.0967, 105700, 102900),
        ("South", 83080, 78840, 4240, 0.0538, 86710, 84760),
    ),
    (
        ("Nancy Davolio", 62110, 55020, 7090, 0.1289, 64800, 62950),
        ("Robert King", 54370, 58120, -3750, -0.0645, 57900, 55210),
        ("Margaret Peacock", 67840, 58010, 9830, 0.1695, 69710, 69500),
    ),
    (
        ("China", 91230, 80140, 11090, 0.1384, 95830, 92740),
        ("Germany", 52610, 54300, -1690, -0.0311, 54280, 53190),
        ("Austria", 40480, 36710, 3770, 0.1027, 42300, 41730),
    ),
    (
        ("Guangdong", 51020, 44110, 6910, 0.1567, 53390, 51820),
        ("Zhejiang", 40210, 36030, 4180, 0.116, 42440, 40920),
    ),
)


def build(sample):
    """Return the dashboard; with ``sample`` its numbers are constants."""
    layout = _Sample() if sample else _Live()
    figures = [*_scorecards(), layout.chart()]
    return spreadsheet.book(
        [
            spreadsheet.sheet(
                "dashboard",
                "Dashboard",
                {**_texts(), **layout.tables()},
                figures,
                rows=76,
                widths=(260, 140),
                **_ranges(),
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
    months = {
        "graph_mode": "bar",
        "graph_measure": "invoiced_series",
        "graph_groupbys": ["date:month", "series"],
        "search_default_without_month_before": 1,
    }
    cells = {
        "A7": spreadsheet.link(
            "Invoiced by Month, This Year and Last", MODEL, "graph", months
        ),
        "A8": "=Data!A10",
    }
    for number, (title, _label, field, line, _count) in enumerate(BLOCKS):
        context = {
            "pivot_row_groupby": [field],
            "pivot_column_groupby": [],
            "pivot_measures": [name for name, *_rest in MEASURES],
        }
        cells[f"A{line}"] = spreadsheet.link(title, MODEL, "pivot", context)
        cells[f"A{line + 1}"] = f"=Data!A{11 + number}"
    return cells


def _ranges():
    """Return where titles, sentences, heads and values are, and how they look."""
    styles = {"A7": spreadsheet.TITLE, "A8": spreadsheet.SENTENCE}
    formats, borders = {}, {}
    for _title, _label, _field, line, count in BLOCKS:
        first, last = line + 3, line + 2 + count
        styles |= {
            f"A{line}": spreadsheet.TITLE,
            f"A{line + 1}": spreadsheet.SENTENCE,
            f"A{line + 2}": spreadsheet.LABEL,
            f"B{line + 2}:G{line + 2}": spreadsheet.HEADER,
            f"A{first}:G{last}": spreadsheet.VALUE,
        }
        formats[f"E{first}:E{last}"] = 1
        borders[f"A{line + 2}:G{line + 2}"] = 1
    return {"styles": styles, "formats": formats, "borders": borders}


class _Live:
    """Blocks that read the report."""

    def pivots(self):
        names = dict.fromkeys(
            name for _title, *pair, _baseline in SCORECARDS for name in pair
        )
        totals = [(name, "", None) for name in names]
        pivots = {"1": self._pivot("1", "Totals", [], totals)}
        for number, (title, _label, field, _line, _count) in enumerate(BLOCKS, 2):
            pivots[str(number)] = self._pivot(str(number), title, [field], MEASURES)
        return pivots

    def _pivot(self, pivot_id, name, rows, measures):
        domain = [[row, "!=", False] for row in rows]
        matching = spreadsheet.field_matching(FILTERS)
        return spreadsheet.pivot(
            pivot_id, name, MODEL, domain, rows, measures, matching
        )

    def tables(self):
        cells = {}
        for number, (_title, label, field, line, count) in enumerate(BLOCKS, 2):
            cells |= spreadsheet.live_table(
                line + 2, label, MEASURES, number, field, count
            )
        return cells

    def data(self):
        cells = spreadsheet_data.live_totals(SCORECARDS, "Before")
        for number, (_title, _label, field, _line, _count) in enumerate(BLOCKS, 2):
            cells[f"F{number}"] = f'=IFERROR(PIVOT.HEADER({number},"#{field}",1),"")'
            cells[f"G{number}"] = (
                f'=IFERROR(PIVOT.VALUE({number},"invoiced","#{field}",1),0)'
            )
        return {**cells, **_sentences()}

    def chart(self):
        return spreadsheet.bars(
            "chart-invoiced",
            MODEL,
            ["date:month", "series"],
            "invoiced_series",
            spreadsheet.field_matching(FILTERS),
            domain=[["series", "!=", "last_month"]],
        )


class _Sample:
    """The same blocks with numbers of a company that does not exist."""

    def pivots(self):
        return {}

    def tables(self):
        cells = {}
        for block, rows in zip(BLOCKS, SAMPLE_ROWS, strict=True):
            _title, label, _field, line, _count = block
            cells |= spreadsheet.sample_table(line + 2, label, MEASURES, rows)
        return cells

    def data(self):
        cells = spreadsheet_data.sample_totals(SCORECARDS, SAMPLE_TOTALS, "Before")
        for number, rows in enumerate(SAMPLE_ROWS, 2):
            cells[f"F{number}"], cells[f"G{number}"] = rows[0][0], str(rows[0][1])
        months = spreadsheet_data.sample_months(SAMPLE_MONTHS, "Last Year")
        return {**cells, **months, **_sentences()}

    def chart(self):
        return spreadsheet.sample_bars("chart-invoiced", 20, 20 + len(SAMPLE_MONTHS))


def _scorecards():
    return [
        spreadsheet.scorecard(position, before, title, baseline=baseline)
        for position, (title, _measure, before, baseline) in enumerate(SCORECARDS)
    ]


def _sentences():
    """What a reader should take home from each block, as a sentence of this period."""
    growth = 'TEXT(ABS(B2/C2-1),"0.0%")'
    sentences = {
        "A10": "=IF(IFERROR(C2,0)<=0,"
        '_t("There is nothing to compare with last year."),'
        "IF(B2>=C2,"
        f'SUBSTITUTE(_t("Invoiced is %s above the same period of last year."),"%s",{growth}),'
        f'SUBSTITUTE(_t("Invoiced is %s below the same period of last year."),"%s",{growth})))',
    }
    for number in range(2, 2 + len(BLOCKS)):
        sentences[f"A{9 + number}"] = (
            f"=IF(OR(IFERROR(B2,0)<=0,IFERROR(G{number},0)<=0),"
            '_t("Nothing invoiced in this period."),'
            'SUBSTITUTE(SUBSTITUTE(_t("%1 makes %2 of what was invoiced."),'
            f'"%1",F{number}),"%2",TEXT(G{number}/B2,"0%")))'
        )
    return sentences

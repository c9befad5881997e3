"""The sheet *Data* of a dashboard: what its scorecards and charts read.

Line 1 is the head, each scorecard has a line from 2 on: title, value, value before, and
both as people read them. The months of a sample begin in line 20.
"""

MONTHS_LINE = 20


def live_totals(cards, before):
    """Return the lines of scorecards over the pivot "1".

    :param cards: list of (title, measure, measure before, anything)
    :param before: how the column of the values before is called
    """
    return _totals(
        [
            (title, f'=PIVOT.VALUE(1,"{measure}")', f'=PIVOT.VALUE(1,"{earlier}")')
            for title, measure, earlier, _rest in cards
        ],
        before,
        # nothing to compare with is no growth without end
        '=IF(C{row}=0,"",FORMAT.LARGE.NUMBER(C{row}))',
    )


def sample_totals(cards, totals, before):
    """Return the same lines with constants.

    :param totals: ``{measure: number}``
    """
    return _totals(
        [
            (title, str(totals[measure]), str(totals[earlier]))
            for title, measure, earlier, _rest in cards
        ],
        before,
        "=FORMAT.LARGE.NUMBER(C{row})",
    )


def _totals(lines, before, shown_before):
    cells = {"A1": '=_t("KPI")', "B1": '=_t("Period")', "C1": f'=_t("{before}")'}
    for row, (title, value, earlier) in enumerate(lines, 2):
        cells[f"A{row}"] = f'=_t("{title}")'
        cells[f"B{row}"], cells[f"C{row}"] = value, earlier
        cells[f"D{row}"] = f"=FORMAT.LARGE.NUMBER(B{row})"
        cells[f"E{row}"] = shown_before.format(row=row)
    return cells


def sample_months(thousands, before):
    """Return the months that the chart of a sample draws.

    :param thousands: value of each month from January on, in thousands
    :param before: how the bars of the year before are called
    """
    cells = {}
    for row, value in enumerate(thousands, MONTHS_LINE + 1):
        cells[f"A{row}"] = f"2026-{row - MONTHS_LINE:02}"
        cells[f"B{row}"] = str(value * 1000)
        cells[f"C{row}"] = str(round(value * 930))
    cells[f"A{MONTHS_LINE}"] = '=_t("Month")'
    cells[f"B{MONTHS_LINE}"] = '=_t("Period")'
    cells[f"C{MONTHS_LINE}"] = f'=_t("{before}")'
    return cells

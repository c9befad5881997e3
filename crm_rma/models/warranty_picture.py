from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools.i18n import format_list
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from ..tools.warranty import DAY
from ..tools.warranty_bar import Bar

# Which lane an interval is drawn in; the promises of ours share one.
LANES = {
    "standard": "ours",
    "extended": "ours",
    "replacement": "ours",
    "repair": "repair",
    "goodwill": "ours",
    "statutory": "law",
}
# Per cent of the picture that the label of a mark needs on a narrow screen.
MARK_WIDTH = 22


class WarrantyPicture(models.AbstractModel):
    """A verdict as a bar of intervals: lanes, segments and marks in per cent.

    Everything is also said in words (labels and titles), so the picture can be read
    aloud, printed in black and seen in forced colours.
    """

    _name = "warranty.picture"
    _description = "Picture of a Warranty Verdict"

    @api.model
    def _bar(self, verdict, today=None):
        """What the widget draws; False when there is nothing to draw.

        :return: dict of ``lanes`` (``label`` and ``segments`` with ``kind, left, width,
            label, title``), ``marks`` (``kind, left, label, title``), ``ticks``
            (``left, label``) and ``void`` (position from which nothing is covered, or False)
        """
        lanes = self._lanes(verdict)
        if not lanes:
            return False
        marks = self._marks(verdict, today)
        locale = babel_locale_parse(get_lang(self.env).code)
        spans = [(start, end) for lane in lanes for start, end, *_rest in lane[1]]
        bar = Bar(spans, [day for _kind, day, _label in marks])
        void = self._void_day(verdict)
        return {
            "lanes": [
                {
                    "label": label,
                    "segments": [self._segment(bar, *row) for row in rows],
                }
                for label, rows in lanes
            ],
            "marks": self._place_marks(bar, marks),
            "ticks": [
                {
                    "left": bar.at(day),
                    "label": format_skeleton("yMMM", day, locale=locale),
                }
                for day in bar.ticks()
            ],
            "void": void and bar.at(void),
        }

    @api.model
    def _segment(self, bar, start, end, kind, label):
        return {
            "kind": kind,
            **bar.span(start, end),
            "label": label,
            "title": self.env._(
                "%(label)s: %(start)s to %(end)s",
                label=label,
                start=format_date(self.env, start),
                end=format_date(self.env, end),
            ),
        }

    # -------------------------------------------------------------------------
    # Lanes
    # -------------------------------------------------------------------------

    @api.model
    def _lanes(self, verdict):
        """Pairs of a label and rows ``(start, end, kind, label)``, from top to bottom."""
        lanes = [
            *self._class_lanes(verdict),
            (self.env._("By law"), self._rows(verdict, "law")),
            (self.env._("Repair"), self._rows(verdict, "repair")),
            (self.env._("With us"), self._stop_rows(verdict)),
            (self.env._("Vendor"), self._vendor_rows(verdict)),
        ]
        return [(label, rows) for label, rows in lanes if rows]

    @api.model
    def _class_lanes(self, verdict):
        """Our own promises: classes with the same days share a lane."""
        by_class = {}
        for row in verdict["intervals"]:
            if LANES[row["kind"]] == "ours":
                by_class.setdefault(row["class"], []).append(row)
        groups = {}
        for name, rows in by_class.items():
            days = tuple((row["kind"], row["start"], row["end"]) for row in rows)
            groups.setdefault(days, []).append(name)
        labels = self.env["warranty.explain"]._class_labels()
        return [
            (
                format_list(
                    self.env, [labels[name] for name in labels if name in names]
                ),
                [self._row(row) for row in by_class[names[0]]],
            )
            for names in groups.values()
        ]

    @api.model
    def _rows(self, verdict, lane):
        """The intervals of a lane whose classes are drawn as one."""
        rows = [
            self._row(row) for row in verdict["intervals"] if LANES[row["kind"]] == lane
        ]
        return list(dict.fromkeys(rows))

    @api.model
    def _row(self, row):
        kinds = dict(
            self.env["warranty.interval"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        to_date = fields.Date.to_date
        return (
            to_date(row["start"]),
            to_date(row["end"]),
            row["kind"],
            kinds[row["kind"]],
        )

    @api.model
    def _stop_rows(self, verdict):
        """The time with us; an open stay is drawn to the day of the verdict."""
        to_date = fields.Date.to_date
        day = to_date(verdict["day"])
        rows = []
        for stop in verdict.get("stops") or ():
            start = to_date(stop["start"])
            end = to_date(stop["end"]) - DAY if stop["end"] else max(day, start)
            if stop["reason"] == "with_us" and end >= start:
                label = stop["rma"] or self.env._("With us")
                rows.append((start, end, "suspended", label))
        return rows

    @api.model
    def _vendor_rows(self, verdict):
        to_date = fields.Date.to_date
        return [
            (to_date(row["start"]), to_date(row["end"]), "vendor", row["vendor"])
            for row in (verdict.get("vendor") or ())[:1]
        ]

    # -------------------------------------------------------------------------
    # Marks
    # -------------------------------------------------------------------------

    @api.model
    def _marks(self, verdict, today):
        """The day of the fault, and today when that is another one."""
        day = fields.Date.to_date(verdict["day"])
        if today == day:
            return [("today", day, self.env._("Today"))]
        marks = [("fault", day, self.env._("Fault reported"))]
        if today:
            marks.append(("today", today, self.env._("Today")))
        return marks

    @api.model
    def _place_marks(self, bar, marks):
        """Marks with their positions; a later one that would hide the label of an
        earlier one is left out."""
        placed = []
        for kind, day, label in marks:
            left = bar.at(day)
            if all(abs(left - other["left"]) >= MARK_WIDTH for other in placed):
                placed.append(
                    {
                        "kind": kind,
                        "left": left,
                        "label": label,
                        "title": f"{label}: {format_date(self.env, day)}",
                    }
                )
        return placed

    @api.model
    def _void_day(self, verdict):
        """The first day on which nothing is covered any more."""
        days = [
            row["from"] for row in verdict.get("blocks") or () if row["kind"] == "void"
        ]
        if verdict.get("closed"):
            days.append(verdict["closed"]["day"])
        return fields.Date.to_date(min(days)) if days else False

from odoo import fields, models
from odoo.tools.misc import formatLang

from ..tools.xlsx import Workbook

#: Rows of a list that are printed and shown; the workbook has all that were frozen.
SHOWN = 20


class CrmYearEnd(models.Model):
    """From the sections to the page, the PDF and the workbook."""

    _inherit = "crm.year.end"

    def _get_printed_sections(self):
        """The sections with every value as text, long lists cut."""
        sections = []
        for section in self._get_sections():
            rows, hidden = section["rows"][:SHOWN], len(section["rows"]) - SHOWN
            kinds = [kind for _label, kind in section["columns"]]
            notes = list(section["notes"])
            if hidden > 0:
                notes.append(
                    self.env._("%(count)s more are in the workbook.", count=hidden)
                )
            sections.append(
                {
                    "title": section["title"],
                    "notes": notes,
                    "columns": [
                        {"label": label, "is_number": kind not in ("text", "date")}
                        for label, kind in section["columns"]
                    ],
                    "rows": [self._print_row(kinds, row) for row in rows],
                    "total": section["total"]
                    and self._print_row(kinds, section["total"]),
                }
            )
        return sections

    def _get_xlsx(self):
        """Return the workbook as bytes."""
        book = Workbook(self.content["parameters"]["decimals"])
        for section in self._get_sections():
            book.add_sheet(
                section["title"],
                section["columns"],
                section["rows"],
                section["total"],
                section["notes"],
            )
        return book.get_content()

    # ------------------------------------------------------------------
    # Tools
    # ------------------------------------------------------------------

    def _section(self, title, columns, rows, total=None, notes=()):
        return {
            "title": title,
            "columns": columns,
            "rows": rows,
            "total": total,
            "notes": list(notes),
        }

    def _figure_columns(self):
        return [
            (self.env._("Booked"), "money"),
            (self.env._("Delivered Goods"), "money"),
            (self.env._("Invoiced"), "money"),
            (self.env._("Last Year"), "money"),
            (self.env._("Growth %"), "percent"),
            (self.env._("Margin"), "money"),
        ]

    def _figures(self, row):
        return [
            row["booked"],
            row["delivered"],
            row["invoiced"],
            row["invoiced_ly"],
            self._change(row, "invoiced")[1],
            row["invoiced_margin"],
        ]

    def _change(self, row, name):
        """Change in money and in percent; without a positive base no percentage."""
        value, base = row[name], row[f"{name}_ly"]
        return [value - base, 100 * (value / base - 1) if base > 0 else None]

    def _name_of(self, row):
        name = row["name"]
        if isinstance(name, dict):
            lang = self.env.lang or "en_US"
            name = name.get(lang) or name.get("en_US") or next(iter(name.values()))
        return name or self.env._("Nobody")

    def _day(self, text):
        return fields.Date.to_date(text).isoformat()

    def _print_row(self, kinds, row):
        return [
            self._print(kind, value) for kind, value in zip(kinds, row, strict=True)
        ]

    def _print(self, kind, value):
        """A value as text in the reader's language."""
        if value is None or value is False:
            return ""
        if kind == "money":
            digits = self.content["parameters"]["decimals"]
            return formatLang(self.env, value, digits=digits)
        if kind == "percent":
            return f"{formatLang(self.env, value, digits=1)} %"
        if kind == "number":
            return formatLang(self.env, value, digits=0)
        return str(value)

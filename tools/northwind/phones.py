"""Phone columns: the international form when it is sure, else what was typed."""

from odoo.addons.crm_extension.tools.phone import (
    REASON_TEXTS,
    VALID,
    best_phone,
    parse_phones,
)

from .report import Report
from .source import Row


def phone(row: Row, column: str, country, report: Report) -> str | bool:
    """Return the value for a phone field; nothing that was typed is lost.

    Several numbers in one field, and numbers that are not valid, stay as typed and
    get a remark with the reason.
    """
    raw = row[column]
    found = parse_phones(raw, [country.code] if country else [])
    best = best_phone(found)
    if not best:
        return False
    if len(found) == 1 and best.status == VALID:
        return best.international
    bad = [number for number in found if number.status != VALID]
    reason = REASON_TEXTS[bad[0].reason] if bad else "several numbers"
    report.remark(row.file, row.line, f"{column} {raw!r} is kept as typed: {reason}")
    return raw


def fax_note(row: Row, country, report: Report) -> str | bool:
    """Return the note that keeps a fax number: Odoo 19 has no field for it."""
    number = phone(row, "Fax", country, report)
    return f"Fax: {number}" if number else False

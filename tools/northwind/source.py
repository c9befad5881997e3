"""Read CSV files row by row; a broken row is reported and left out.

A table is described by its columns (see ``dataset``)::

    Column("UnitPrice", number)          # must be there and must be a number
    Column("Fax", text, required=False)  # may be empty or missing

The file is UTF-8 (with or without a byte order mark), separated by commas, with the
column names in its first line.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from .report import LoadError, Report

DATE_FORMATS = ("%m/%d/%Y", "%Y-%m-%d")
#: No real price, quantity or rate is larger; more is a shifted column.
LARGEST_NUMBER = Decimal(10) ** 9


def text(value: str) -> str:
    """Return the value without blanks around it."""
    return value.strip()


def key(value: str) -> str:
    """Return a code; it becomes part of an external id."""
    value = value.strip()
    if not value or not all(c.isalnum() or c in "-_" for c in value):
        raise ValueError("is no code of letters, digits, - and _")
    return value


def number(value: str) -> Decimal:
    """Return a decimal number written with a point and without separators."""
    try:
        result = Decimal(value.strip())
    except InvalidOperation:
        raise ValueError("is no number") from None
    if not result.is_finite() or abs(result) > LARGEST_NUMBER:
        raise ValueError("is no usable number")
    return result


def positive(value: str) -> Decimal:
    """Return a number above zero."""
    result = number(value)
    if result <= 0:
        raise ValueError("must be more than 0")
    return result


def not_negative(value: str) -> Decimal:
    """Return a number that is zero or more."""
    result = number(value)
    if result < 0:
        raise ValueError("must not be negative")
    return result


def whole(value: str) -> int:
    """Return a whole number above zero."""
    result = positive(value)
    if result != result.to_integral_value():
        raise ValueError("must be a whole number")
    return int(result)


def share(value: str) -> Decimal:
    """Return a share between 0 and 1, such as a discount."""
    result = number(value)
    if not 0 <= result <= 1:
        raise ValueError("must lie between 0 and 1")
    return result


def flag(value: str) -> bool:
    """Return 0 or 1 as a boolean."""
    if value.strip() not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return value.strip() == "1"


def choice(*allowed: str) -> Callable[[str], str]:
    """Return a reader that takes one of these words."""

    def read(value: str) -> str:
        if value.strip() not in allowed:
            raise ValueError(f"is none of {', '.join(allowed)}")
        return value.strip()

    return read


def day(value: str) -> date:
    """Return a date written as month/day/year or year-month-day."""
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(value.strip(), pattern).date()
        except ValueError:
            continue
    raise ValueError("is no date (month/day/year or year-month-day)")


@dataclass(frozen=True)
class Column:
    """A column: its name, how it is read, whether it must be filled."""

    name: str
    read: Callable[[str], Any] = text
    required: bool = True


@dataclass(frozen=True)
class Row:
    """A good row: where it stood and its values by column name."""

    file: str
    line: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass
class Table:
    """A file, its columns and the columns that name a row."""

    file: str
    columns: Sequence[Column]
    keys: Sequence[str]
    #: Column -> table it must exist in.
    references: dict[str, str] = field(default_factory=dict)
    #: The file may be absent: the table is empty then.
    optional: bool = False

    def read(self, folder: Path, report: Report) -> list[Row]:
        """Return the good rows of the file; the others are in the report."""
        rows, seen = [], {}
        for line, raw in self._raw_rows(folder, report):
            row = self._parse(line, raw, report)
            if row is None:
                continue
            name = tuple(row[column] for column in self.keys)
            if name in seen:
                shown = ", ".join(str(part) for part in name)
                report.problem(
                    self.file, line, f"{shown} is already in line {seen[name]}"
                )  # the first one counts
                continue
            seen[name] = line
            rows.append(row)
        return rows

    def _raw_rows(
        self, folder: Path, report: Report
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (line number, fields) of each row with the right number of fields."""
        path = folder / self.file
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.reader(stream, strict=True)
                header = [name.strip() for name in next(reader, [])]
                self._check_header(header)
                start = reader.line_num + 1
                for fields in reader:
                    line, start = start, reader.line_num + 1
                    if not any(value.strip() for value in fields):
                        continue
                    if len(fields) != len(header):
                        report.problem(
                            self.file,
                            line,
                            f"{len(fields)} columns instead of {len(header)}",
                            dict(zip(header, fields, strict=False)),
                        )
                        continue
                    yield line, dict(zip(header, fields, strict=True))
        except FileNotFoundError:
            if self.optional:
                return
            raise LoadError(f"{path} is missing.") from None
        except UnicodeDecodeError as error:
            raise LoadError(
                f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8."
            ) from None
        except (OSError, csv.Error) as error:
            raise LoadError(f"{path} cannot be read: {error}.") from None

    def _check_header(self, header: list[str]) -> None:
        missing = [c.name for c in self.columns if c.required and c.name not in header]
        if missing:
            raise LoadError(
                f"{self.file} lacks the column {', '.join(missing)}; its first line is: "
                f"{', '.join(header) or 'empty'}."
            )
        double = {name for name in header if header.count(name) > 1}
        if double:
            raise LoadError(f"{self.file} has the column {min(double)} twice.")

    def _parse(self, line: int, raw: dict[str, str], report: Report) -> Row | None:
        values: dict[str, Any] = {}
        wrong = []
        for column in self.columns:
            value = raw.get(column.name, "")
            if "\x00" in value:
                wrong.append(f"{column.name} holds a NUL character")
            elif not value.strip():
                values[column.name] = None if column.read is not text else ""
                if column.required:
                    wrong.append(f"{column.name} is empty")
            else:
                try:
                    values[column.name] = column.read(value)
                except ValueError as error:
                    wrong.append(f"{column.name} {value.strip()!r} {error}")
        if wrong:
            report.problem(self.file, line, "; ".join(wrong), raw)
            return None
        return Row(self.file, line, values)

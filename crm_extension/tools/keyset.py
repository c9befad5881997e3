"""Counting and paging of queries at a price that does not grow with what they find."""

from odoo.tools import SQL


class Keyset:
    """A query sorted by one moment and the id, read page by page.

    ``moment`` is an SQL timestamp that is never NULL. A page starts behind the last
    row of the page before it (``cursor``), so the hundredth page costs what the first
    one costs; no row is shown twice when others are added meanwhile.
    """

    def __init__(self, query, moment, descending=False):
        self.query = query
        self.moment = moment
        self.descending = descending

    def count(self, limit: int) -> SQL:
        """SELECT of the number of rows, which stops counting at ``limit``."""
        return SQL(
            "SELECT COUNT(*) FROM (%s LIMIT %s) AS counted",
            self.query.select("1"),
            limit,
        )

    def page(self, limit: int, cursor=None) -> SQL:
        """SELECT of ``id`` and ``moment`` of one page."""
        row_id = SQL.identifier(self.query.table, "id")
        way = SQL("DESC") if self.descending else SQL("ASC")
        if cursor:
            self.query.add_where(
                SQL(
                    "(%s, %s) %s (%s::timestamp, %s)",
                    self.moment,
                    row_id,
                    SQL("<") if self.descending else SQL(">"),
                    *cursor,
                )
            )
        return SQL(
            "SELECT %s, %s FROM %s WHERE %s ORDER BY %s %s, %s %s LIMIT %s",
            row_id,
            self.moment,
            self.query.from_clause,
            self.query.where_clause,
            self.moment,
            way,
            row_id,
            way,
            limit,
        )

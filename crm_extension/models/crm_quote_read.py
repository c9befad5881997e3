from itertools import islice

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import quote_paste
from ..tools.prospect_file import ProspectFileError, read_rows
from ..tools.quote_cells import split
from ..tools.quote_units import find_unit, is_unit
from .crm_quote import MAX_ROWS

SEARCH_LIMIT = 8
SAMPLE_LENGTH = 3
#: Titles, headings and totals do not count
SPARE_ROWS = 50


class CrmQuote(models.AbstractModel):
    """Rows out of a paste or a file: the match report."""

    _inherit = "crm.quote"

    @api.model
    @api.readonly
    def quote_read(self, order_id, text=None, file=None, roles=None):
        """Read a paste or a file and say line by line what it means.

        :param text: what was pasted, or
        :param file: a CSV or XLSX file, base64
        :param roles: what the columns mean (``tools/quote_columns.py``), when somebody
            has said so
        :return: dict of ``rows`` (:meth:`_quote_row` with ``facts``), ``left_out``
            (``number``, ``typed``, ``reason``) and ``columns`` (``role``, ``heading``,
            ``sample``)
        """
        order = self._quote_order(order_id)
        cells = self._quote_cells(text, file)
        known = self._quote_known(order, quote_paste.texts(cells))
        units = self._quote_unit_names()
        paste = quote_paste.read(
            cells,
            is_known=known.__contains__,
            is_unit=lambda cell: is_unit(cell) or bool(find_unit(cell, units)),
            roles=roles if isinstance(roles, list) else None,
            decimal=self._quote_decimal(),
        )
        self._quote_limit(len(paste.rows))
        matches = self._quote_match(order, paste.rows, known)
        self._quote_prefetch(matches)
        rows = [
            self._quote_row(row, match, units)
            for row, match in zip(paste.rows, matches, strict=True)
        ]
        return {
            "rows": self._quote_add_facts(order, rows),
            "left_out": [self._quote_left_out(row) for row in paste.left_out],
            "columns": self._quote_layout(cells, paste.layout),
        }

    @api.model
    @api.readonly
    def quote_search(self, order_id, text):
        """Products for what somebody types in the place of a row.

        :return: list of :meth:`_quote_candidate`
        """
        order = self._quote_order(order_id)
        text = self._quote_text(text).strip()
        if not text:
            return []
        found = self.env["product.product"].with_context(active_test=False)
        found = found.browse(self._quote_known(order, [text]).get(text, {}))
        near = self._quote_similar([text]).get(text, [])
        found |= found.concat(*(product for _score, product in near))
        if len(found) < SEARCH_LIMIT:
            found |= self._quote_products_named(text)
        return [self._quote_candidate(product) for product in found[:SEARCH_LIMIT]]

    @api.model
    def _quote_products_named(self, text):
        products = self.env["product.product"]
        domain = [("sale_ok", "=", True)]
        found = products.name_search(text, domain, limit=SEARCH_LIMIT)
        return products.browse(product_id for product_id, _name in found)

    # Cells

    @api.model
    def _quote_cells(self, text, file):
        if file:
            return self._quote_file_cells(self._quote_file(file))
        cells = split(self._quote_text(text))
        if not cells:
            raise UserError(self.env._("There is nothing to read."))
        if len(cells) > MAX_ROWS + SPARE_ROWS:
            self._quote_limit(len(cells))
        return cells

    @api.model
    def _quote_file_cells(self, data):
        try:
            cells = list(islice(read_rows(data), MAX_ROWS + SPARE_ROWS + 1))
        except ProspectFileError as error:
            text = self.env["crm.prospect.import"]._file_error_text(error)
            raise UserError(text) from error
        self._quote_limit(len(cells) if len(cells) > MAX_ROWS + SPARE_ROWS else 0)
        if cells and max(map(len, cells)) == 1:
            return split("\n".join(row[0] for row in cells))
        return [[quote_paste.plain(cell) for cell in row] for row in cells]

    @api.model
    def _quote_decimal(self):
        """The sign before the decimals in the user's language."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return lang.decimal_point or "."

    # Units

    @api.model
    def _quote_unit_names(self):
        """``{unit id: names in all languages}`` (sudo: units are no secret)."""
        units = self.env["uom.uom"].sudo().search([("active", "=", True)])
        units.flush_recordset(["name"])
        rows = self.env.execute_query(
            SQL("SELECT id, name FROM uom_uom WHERE id = ANY(%s)", units.ids)
        )
        return {unit_id: list((names or {}).values()) for unit_id, names in rows}

    @api.model
    def _quote_units(self, product):
        """Units in which a product is sold: its own and its packagings."""
        template = product.product_tmpl_id.sudo()
        return template.uom_id | template.uom_ids

    @api.model
    def _quote_prefetch(self, matches):
        """Everything that the rows show of their products: read once."""
        products = self.env["product.product"].with_context(active_test=False)
        products = products.union(
            *(match["product"] | match["candidates"] for match in matches)
        )
        products.with_context(display_default_code=False).mapped("display_name")
        products.product_tmpl_id.sudo().uom_ids.mapped("name")

    # Rows

    @api.model
    def _quote_row(self, row, match, units):
        """A row as the page shows it.

        :return: dict of ``number``, ``typed``, ``text`` (what is remembered when a
            product is chosen), ``product`` (:meth:`_quote_candidate` or False),
            ``match``, ``candidates``, ``quantity``, ``uom_id``, ``price``,
            ``discount``, ``problems`` (codes)
        """
        product = match["product"]
        problems = list(row.problems)
        if match["match"] == "similar":
            problems.append("similar")
        unit = match["unit"]
        if product and row.unit and not unit:
            names = {
                u.id: units.get(u.id, [u.name]) for u in self._quote_units(product)
            }
            unit = find_unit(row.unit, names)
            if not unit:
                problems.append("unit_unknown")
        return {
            "number": row.number,
            "typed": row.typed,
            "text": row.code or row.name,
            "unit_text": row.unit,
            "product": bool(product) and self._quote_candidate(product),
            "match": match["match"],
            "candidates": [self._quote_candidate(p) for p in match["candidates"]],
            "quantity": row.quantity if row.quantity is not None else False,
            "uom_id": unit or product.sudo().uom_id.id,
            "price": row.price if row.price is not None else False,
            "discount": row.discount if row.discount is not None else False,
            "problems": problems,
        }

    @api.model
    def _quote_candidate(self, product):
        """A product as it is offered."""
        return {
            "id": product.id,
            "name": product.with_context(display_default_code=False).display_name,
            "code": product.default_code or "",
            "archived": not product.active or not product.sale_ok,
            "combo": product.type == "combo",
            "units": [
                {"id": unit.id, "name": unit.name}
                for unit in self._quote_units(product)
            ],
        }

    @api.model
    def _quote_left_out(self, row):
        reasons = {
            "title": self.env._("above the headings"),
            "header": self.env._("headings"),
            "total": self.env._("a sum"),
            "no_product": self.env._("no product"),
        }
        return {"number": row.number, "typed": row.typed, "reason": reasons[row.reason]}

    @api.model
    def _quote_layout(self, cells, layout):
        """The columns with their headings and some of their cells."""
        start = 0 if layout.header is None else layout.header + 1
        body = cells[start : start + SAMPLE_LENGTH]
        return [
            {
                "role": role or "",
                "heading": self._quote_cell(cells[layout.header], place)
                if layout.header is not None
                else "",
                "sample": ", ".join(
                    filter(None, (self._quote_cell(row, place) for row in body))
                ),
            }
            for place, role in enumerate(layout.roles)
        ]

    @api.model
    def _quote_cell(self, row, place):
        return row[place] if place < len(row) else ""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .crm_quote import MAX_ID, MAX_ROWS

PAGE = 12
WHOSE = ("customer", "all")
MAX_SEARCH = 100


class CrmQuote(models.AbstractModel):
    """Rows out of old quotations and orders, of this customer or of others."""

    _inherit = "crm.quote"

    @api.model
    @api.readonly
    def quote_old(self, order_id, filters=None, cursor=None):
        """A page of old quotations with their lines, newest first.

        :param filters: dict of ``whose`` (``"customer"`` or ``"all"`` that the user may
            read), ``search`` (number or customer), ``product`` (a text), ``year``
        :param cursor: what the page before it returned
        :return: dict of ``orders`` (:meth:`_quote_old_order`) and ``cursor``
        """
        order = self._quote_order(order_id)
        domain = self._quote_old_domain(order, self._quote_filters(filters))
        if cursor:
            domain &= self._quote_old_behind(cursor)
        found = self.env["sale.order"].search(
            domain, order="date_order desc, id desc", limit=PAGE + 1
        )
        page = found[:PAGE]
        last = page[-1:]
        return {
            "orders": self._quote_old_orders(order, page, self._quote_filters(filters)),
            "cursor": len(found) > PAGE
            and [fields.Datetime.to_string(last.date_order), last.id],
        }

    @api.model
    @api.readonly
    def quote_take(self, order_id, line_ids):
        """Rows of some old lines, with the prices they had.

        :return: list of rows as :meth:`quote_read` gives them, with ``line_id`` and
            ``source`` (number of the old order)
        """
        order = self._quote_order(order_id)
        if not isinstance(line_ids, list):
            raise UserError(self.env._("A row of the quotation cannot be read."))
        self._quote_limit(len(line_ids))
        lines = self._quote_old_lines(order, line_ids)
        changes = lines._reuse_changes(order)
        rows = [
            self._quote_old_row(order, line, changes.get(line.id, [])) for line in lines
        ]
        return self._quote_add_facts(order, rows)

    # Asking

    @api.model
    def _quote_filters(self, filters):
        """What a client filters by, checked."""
        filters = filters or {}
        whose = isinstance(filters, dict) and filters.get("whose", "customer")
        year = whose and filters.get("year") or False
        if (
            whose not in WHOSE
            or year
            and not (type(year) is int and 1900 < year < 3000)
        ):
            raise UserError(self.env._("Old quotations cannot be filtered like this."))
        texts = {
            name: filters[name].strip()[:MAX_SEARCH]
            for name in ("search", "product")
            if isinstance(filters.get(name), str)
        }
        return {"search": "", "product": "", **texts, "whose": whose, "year": year}

    @api.model
    def _quote_old_domain(self, order, filters):
        """Old quotations that the user may read, but none of a masked customer."""
        domain = Domain("id", "!=", order.id)
        domain &= Domain("company_id", "=", order.company_id.id)
        domain &= Domain("order_line.product_id", "!=", False)
        domain &= self.env["crm.price.history"]._unmasked("partner_id", "user_id")
        if filters["whose"] == "customer":
            customer = order.partner_id.commercial_partner_id
            domain &= Domain("partner_id.commercial_partner_id", "=", customer.id)
        if filters["search"]:
            domain &= Domain("name", "ilike", filters["search"]) | Domain(
                "partner_id.complete_name", "ilike", filters["search"]
            )
        if filters["product"]:
            domain &= Domain("order_line.product_id", "ilike", filters["product"])
        if year := filters["year"]:
            domain &= Domain("date_order", ">=", f"{year}-01-01 00:00:00")
            domain &= Domain("date_order", "<", f"{year + 1}-01-01 00:00:00")
        return domain

    @api.model
    def _quote_old_behind(self, cursor):
        """Orders after the last one of a page, in ``date_order desc, id desc``."""
        try:
            date, last_id = cursor
            date = fields.Datetime.to_datetime(date)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("The page cannot be found. Load the list again.")
            ) from error
        if type(last_id) is not int or not 0 < last_id <= MAX_ID or not date:
            raise UserError(
                self.env._("The page cannot be found. Load the list again.")
            )
        return Domain("date_order", "<", date) | (
            Domain("date_order", "=", date) & Domain("id", "<", last_id)
        )

    # Answering

    @api.model
    def _quote_old_orders(self, order, olds, filters):
        lines = olds.order_line.filtered(lambda line: self._quote_is_line(line))
        if filters["product"]:
            named = self.env["product.product"].with_context(active_test=False)
            named = named.search(
                Domain("id", "in", lines.product_id.ids)
                & Domain("display_name", "ilike", filters["product"])
            )
            lines = lines.filtered(lambda line: line.product_id in named)
        changes = lines._reuse_changes(order)
        states = dict(olds._fields["state"]._description_selection(self.env))
        return [
            {
                "id": old.id,
                "name": old.name,
                "date": fields.Datetime.to_string(old.date_order),
                "state": old.state,
                "state_label": states[old.state],
                "customer": old.partner_id.sudo().commercial_partner_id.name,
                "total": old.currency_id.format(old.amount_untaxed),
                "lines": [
                    self._quote_old_line(line, changes.get(line.id, []))
                    for line in lines
                    if line.order_id == old
                ],
            }
            for old in olds
        ]

    @api.model
    def _quote_is_line(self, line):
        """Lines that can be taken alone: no text, reward, down payment, or combo."""
        return (
            line.product_id
            and not line.display_type
            and not line.is_downpayment
            and not line.is_reward_line
            and not line.combo_item_id
            and line.product_id.type != "combo"
        )

    @api.model
    def _quote_old_line(self, line, changes):
        product = line.product_id.sudo().with_context(display_default_code=False)
        return {
            "id": line.id,
            "product_id": product.id,
            "name": product.display_name,
            "code": product.default_code or "",
            "quantity": line.product_uom_qty,
            "unit": line.product_uom_id.sudo().name,
            "price": line.currency_id.format(line.price_unit),
            "discount": line.discount,
            "changes": changes,
            "available": line._is_product_sold(),
        }

    @api.model
    def _quote_old_lines(self, order, line_ids):
        """Old lines that a client named, if the user may read them."""
        ids = [self._quote_id(row, "sale.order.line").id for row in line_ids]
        history = self.env["crm.price.history"]
        allowed = self.env["sale.order.line"].search(
            Domain("id", "in", ids[:MAX_ROWS])
            & Domain("company_id", "=", order.company_id.id)
            & history._unmasked("order_partner_id", "salesman_id")
        )
        if set(ids) - set(allowed.ids):
            raise AccessError(
                self.env._("You may not read all of these old quotations.")
            )
        lines = allowed.browse(dict.fromkeys(ids))
        return lines.filtered(lambda line: self._quote_is_line(line))

    @api.model
    def _quote_old_row(self, order, line, changes):
        """A row that keeps what the old line said, in the currency of today."""
        product = line.product_id
        rate = line.currency_id._get_conversion_rate(
            line.currency_id, order.currency_id, order.company_id, order.date_order
        )
        return {
            "number": 0,
            "typed": f"{line.order_id.name} · {product.sudo().display_name}",
            "text": "",
            "unit_text": "",
            "product": self._quote_candidate(product),
            "match": "old",
            "candidates": [],
            "quantity": line.product_uom_qty,
            "uom_id": line.product_uom_id.id,
            "price": line.price_unit * rate,
            "discount": line.discount,
            "problems": ["converted"] if line.currency_id != order.currency_id else [],
            "line_id": line.id,
            "source": line.order_id.name,
            "changes": changes,
        }

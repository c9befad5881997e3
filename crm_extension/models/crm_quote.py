import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

MAX_ID = 2**31 - 1
MAX_ROWS = 500
MAX_TEXT = 500_000
MAX_FILE = 5 * 1024 * 1024
PRICE_MODES = ("keep", "last", "list")


class CrmQuote(models.AbstractModel):
    """Fast quotation: many lines at once, each seen before it is written.

    How it works: a paste, a file, old quotations or the usual basket become *rows*
    (``quote_read``, ``quote_old``, ``quote_basket``); each row gets its *facts*: list
    price, last price, margin, limits and whatever addons add (``quote_facts``). The
    page lets people choose; ``quote_add`` writes all rows in one ``create`` and
    ``quote_undo`` takes them back. Nothing is written before that.

    Everything runs with the rights of the user on the quotation.
    """

    _name = "crm.quote"
    _description = "Fast Quotation"

    @api.model
    @api.readonly
    def quote_open(self, order_id):
        """What the page needs to know before the first row.

        :return: dict of ``order``, ``price_modes``, ``columns`` (of addons), ``shows``
            (what the user may see: ``margin``, ``discount``, ``uom``, ``history``)
        """
        order = self._quote_order(order_id)
        user = self.env.user
        return {
            "order": self._quote_head(order),
            "price_modes": self._quote_price_modes(),
            "columns": self._quote_columns(order),
            "max_rows": MAX_ROWS,
            "shows": {
                "margin": user.has_group("crm_extension.crm_extension_group_margin"),
                "discount": self._quote_shows_discount(),
                "uom": user.has_group("uom.group_uom"),
            },
        }

    # Hooks

    @api.model
    def _quote_columns(self, order):
        """Hook: columns that addons add to the table.

        :return: list of dict ``name`` (a key of the facts), ``label``, ``title`` and
            ``warns`` (True: less than the quantity of the row is shown in red); values
            are numbers, False is "not known"
        """
        return []

    @api.model
    def _quote_more_facts(self, order, wanted):
        """Hook: facts of rows beside prices, one batch for all.

        :param wanted: list of ``(product, unit, quantity)``
        :return: list of dicts in the order of ``wanted``: values of
            :meth:`_quote_columns`
        """
        return [{} for _row in wanted]

    # The quotation

    @api.model
    def _quote_head(self, order):
        currency = order.currency_id
        return {
            "id": order.id,
            "name": order.name,
            "customer": order.partner_id.commercial_partner_id.sudo().name,
            "partner_id": order.partner_id.id,
            "currency_id": currency.id,
            "currency": currency.name,
            "pricelist": order.pricelist_id.sudo().name or "",
            "line_count": len(order.order_line),
        }

    @api.model
    def _quote_price_modes(self):
        _ = self.env._
        return [
            {"name": "keep", "label": _("Keep"), "title": _("Prices as typed")},
            {"name": "last", "label": _("Last"), "title": _("Last to this customer")},
            {"name": "list", "label": _("List"), "title": _("Prices of the pricelist")},
        ]

    @api.model
    def _quote_order(self, order_id):
        """The quotation, when the user may write its lines now."""
        known = type(order_id) is int and 0 < order_id <= MAX_ID
        order = self.env["sale.order"].browse(order_id if known else []).exists()
        if not order:
            raise UserError(self.env._("This quotation does not exist any more."))
        order.check_access("write")
        if order.state not in ("draft", "sent") or order.locked:
            raise UserError(
                self.env._(
                    "%(order)s is not a quotation any more: no lines can be added.",
                    order=order.name,
                )
            )
        return order.with_company(order.company_id)

    # What clients send

    @api.model
    def _quote_text(self, text):
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            raise UserError(self.env._("The pasted text cannot be read."))
        return text

    @api.model
    def _quote_file(self, file):
        """The bytes of a file that the client read."""
        content = isinstance(file, str) and file
        if not content or len(content) > MAX_FILE * 4 / 3:
            raise UserError(
                self.env._("Choose a CSV or XLSX file of at most 5 megabytes.")
            )
        try:
            return base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file cannot be read.")) from error

    @api.model
    def _quote_limit(self, count):
        if count > MAX_ROWS:
            raise UserError(
                self.env._(
                    "%(count)s rows: at most %(most)s can be taken at once. Paste them "
                    "in parts.",
                    count=count,
                    most=MAX_ROWS,
                )
            )

    @api.model
    def _quote_id(self, value, model, empty=False):
        """A record that a client named, without a query."""
        if empty and (value is None or value is False):
            return self.env[model]
        if type(value) is not int or not 0 < value <= MAX_ID:
            raise UserError(self.env._("A row of the quotation cannot be read."))
        return self.env[model].browse(value)

    @api.model
    def _quote_number(self, value, empty=False, lowest=0.0, highest=10**12):
        """A number that a client typed."""
        if empty and (value is None or value is False):  # 0 is a price
            return None
        is_number = type(value) in (int, float) and value == value
        if not is_number or not lowest <= value <= highest:
            raise UserError(self.env._("A quantity, price or discount cannot be read."))
        return float(value)

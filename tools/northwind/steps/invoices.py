"""Invoices of what was shipped, dated and posted on the day of the shipment."""

from odoo import Command

from .shipped import DONE, READY, WAITS, each_batch


def load(load) -> None:
    """Create and post the invoices that are missing, in the order of their days."""
    each_batch(load, "invoices", _state, _invoice)


def _state(order) -> str:
    if order.invoice_ids:
        return DONE
    return READY if order.invoice_status == "to invoice" else WAITS


def _invoice(load, batch) -> None:
    """Create and post one invoice per order, in one transaction.

    The values are those of Odoo's own ``_create_invoices``; the day is given at
    once, and no "created from" message is rendered for each of them.
    """
    records = load.session.get("sale.order", "order", [order.code for order in batch])
    _read_ahead(records)
    values = [
        _values(record, load.calendar.day(order.shipped))
        for order, record in zip(batch, records, strict=True)
    ]
    records._create_account_invoices(values, final=False).action_post()


def _read_ahead(records) -> None:
    """Read for the whole batch what Odoo would read order by order."""
    lines = records.order_line
    lines.mapped("tax_ids")
    lines.mapped("invoice_lines")
    lines.move_ids.fetch(["is_dropship"])
    products = lines.product_id
    products.mapped("product_template_attribute_value_ids")
    products.product_tmpl_id.mapped("account_tag_ids")
    customers = records.partner_invoice_id
    customers.mapped("user_ids")
    customers.commercial_partner_id.mapped("child_ids")


def _values(record, day) -> dict:
    return {
        **record._prepare_invoice(),
        "invoice_date": day,
        "date": day,
        "invoice_line_ids": [
            Command.create({"analytic_distribution": False, **vals, **_amounts(line)})
            for line in record._get_invoiceable_lines()
            for vals in line._prepare_invoice_lines_vals_list()
        ],
    }


def _amounts(line) -> dict:
    """Return the booked amount of a line that is invoiced in full, without tax.

    Odoo then need not derive it line by line, which is half of its work.
    """
    if line.tax_ids or line.currency_id != line.company_id.currency_id:
        return {}
    return {"balance": -line.price_subtotal, "amount_currency": -line.price_subtotal}

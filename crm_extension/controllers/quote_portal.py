from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.sale.controllers.portal import CustomerPortal


class QuotePortal(CustomerPortal):
    """Links to quotations end, and what nobody has approved is not shown."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Every page and call about a quotation passes here: signing, paying, files."""
        document = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "sale.order" and document._link_closed(
            request.env.user, access_token
        ):
            raise AccessError(
                request.env._("This link has ended. Ask for a new one, please.")
            )
        return document

    @http.route()
    def portal_order_page(self, order_id, access_token=None, **kw):
        """Say why the quotation is not shown, to whoever has its link."""
        order = request.env["sale.order"].sudo().browse(order_id).exists()
        token = access_token or ""
        known = order and order.access_token and consteq(order.access_token, token)
        reason = known and order._link_closed(request.env.user, token)
        if reason:
            values = {"order": order, "reason": reason, "page_name": "quote_closed"}
            return request.render(
                "crm_extension.portal_quote_closed", values, status=410
            )
        return super().portal_order_page(order_id, access_token=access_token, **kw)

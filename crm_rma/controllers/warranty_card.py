from odoo import http
from odoo.http import request

MAX_ID = 2**31 - 1


class WarrantyCard(http.Controller):
    """The page behind the QR code of a printed warranty card."""

    @http.route(
        "/warranty/card/<int:record_id>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def warranty_card(self, record_id, token="", **_options):
        """The verdict of today for whoever holds the card.

        An unknown number and a wrong token get the same answer: nobody learns from it
        which warranties exist.
        """
        registrations = request.env["warranty.registration"]
        known = record_id if record_id <= MAX_ID else 0
        registration = registrations._by_card(known, token)
        if not registration:
            raise request.not_found()
        return request.render(
            "crm_rma.warranty_card_page",
            {"card": registration._card_values(), "no_header_login": True},
            headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"},
        )

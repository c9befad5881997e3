from odoo.http import Controller, request, route


class GreetingStopController(Controller):
    """The link at the end of a greeting by email: no more of them."""

    @route(
        "/crm/greetings/stop/<int:partner_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def stop_greetings(self, partner_id, token):
        """A page that asks; its button stops them. Mail programs that follow links
        change nothing. A wrong link gets the same answer as an unknown contact."""
        partner = request.env["res.partner"]._by_stop_token(partner_id, token)
        if not partner:
            raise request.not_found()
        if request.httprequest.method == "POST":
            partner._stop_greetings()
        return request.render(
            "crm_extension.greeting_stop_page",
            {"is_stopped": partner.greeting_opt_out, "company": request.env.company},
        )

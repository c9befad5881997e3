from odoo.http import Controller, request, route

MAX_BODY = 262144


class SmsReportController(Controller):
    """Where gateways bring their delivery reports."""

    @route(
        "/crm/sms/report/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def take_reports(self, token):
        """200 with the number of messages; 404 for an unknown address or message, 403
        for a report that is not signed, late or repeated, 400 for an unreadable one."""
        gateway = request.env["crm.sms.gateway"]._by_token(token)
        if not gateway:
            return request.make_response("", status=404)
        headers = request.httprequest.headers
        body = request.httprequest.get_data()
        if not gateway._is_authentic(
            headers.get("X-Timestamp", ""),
            headers.get("X-Nonce", ""),
            headers.get("X-Signature", ""),
            body,
        ):
            return request.make_response("", status=403)
        count = gateway._take_reports(body)
        if count is False:
            return request.make_response("", status=400)
        return request.make_response(str(count), status=200 if count else 404)

import uuid

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.crm_rma_request import MAX_FAULT, MAX_UNITS
from .return_visitor import MAX_FIELD, MAX_REQUEST, ReturnVisitor

MAX_ANSWER = 500
# One set of answers for all units, or one for each
SAME = "all"


class ReturnRequest(ReturnVisitor, http.Controller):
    """A return in three steps: which unit, what is wrong, sent."""

    # -------------------------------------------------------------------------
    # Who asks
    # -------------------------------------------------------------------------

    def _asker(self, card="", token=""):
        """The customer who asks, and the warranty whose card they hold (or none).

        :return: ``(res.partner, warranty.registration)``, both empty for a stranger
        """
        user = request.env.user
        registrations = request.env["warranty.registration"]
        if card:
            number = int(card) if card.isascii() and card.isdecimal() else 0
            known = number if number < 2**31 else 0
            registration = registrations._by_card(known, token)
            return registration.partner_id, registration
        if user._is_public():
            return user.partner_id.browse(), registrations
        return user.partner_id.sudo(), registrations

    # -------------------------------------------------------------------------
    # Step one: which unit
    # -------------------------------------------------------------------------

    @http.route(
        "/my/returns/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_return_which(self, search=None, **_query):
        """Order lines to choose from, and a field for serial numbers."""
        return self._which(search=self._searched(search))

    def _which(self, search="", serials="", error="", status=200):
        rmas = request.env["crm.rma"]
        partner = request.env.user.partner_id
        values = {
            "page_name": "return_new",
            "rows": rmas._returnable(partner, search),
            "search": search,
            "serials": serials,
            "error": error,
            "step": 1,
        }
        return self._page("crm_rma.portal_return_which", values, status=status)

    @http.route(
        "/my/returns/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_return_chosen(self, **given):
        """The verdict on each unit, and the questions."""
        form = self._read_units_form(given, ["serials"])
        if not self._take("asked"):
            return self._too_many()
        partner, _card = self._asker()
        try:
            units = self._units(partner, form)
        except UserError as error:
            return self._which(serials=form["serials"], error=error.args[0], status=422)
        if not units:
            return self._which(
                error=request.env._("Choose a unit, or type a serial number."),
                status=422,
            )
        return self._what(partner, units)

    @http.route(
        "/warranty/card/<int:record_id>/return",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def portal_return_by_card(self, record_id, token="", **_query):
        """Whoever holds a warranty card asks for this unit without a login."""
        partner, card = self._asker(str(record_id), token)
        if not partner:
            return self._missing()
        units = self._units_of_card(partner, card)
        return self._what(partner, units, card, token)

    def _units_of_card(self, partner, card):
        key = f"l{card.lot_id.id}" if card.lot_id else f"m{card.move_id.id}"
        form = {"units": [key], "quantities": {}, "serials": ""}
        return self._units(partner, form)

    # -------------------------------------------------------------------------
    # Step two: what is wrong
    # -------------------------------------------------------------------------

    def _what(self, partner, units, card=None, token="", error="", status=200):
        rmas = request.env["crm.rma"]
        judged = rmas._judge_units(partner, units)
        free = [row for row in judged if not row["taken"]]
        reasons = request.env["crm.rma.reason"].sudo()
        values = {
            "page_name": "return_new",
            "no_breadcrumbs": bool(card),
            "units": judged,
            "free": free,
            "blocks": [*free, {"key": SAME, "name": ""}] if len(free) > 1 else free,
            "reasons": reasons.search([("kind", "=", "request")]),
            "card": card.id if card else "",
            "token": token,
            "once": uuid.uuid4().hex,
            "given": request.params if error else {},
            "error": error,
            "step": 2,
        }
        return self._page("crm_rma.portal_return_what", values, status=status)

    # -------------------------------------------------------------------------
    # Step three: sent
    # -------------------------------------------------------------------------

    @http.route(
        "/my/returns/send",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=MAX_REQUEST,
    )
    def portal_return_send(self, **given):
        """Make the RMA; sent twice, it is made once."""
        form = self._read_units_form(
            given, ["serials", "once", "same", "card", "token"]
        )
        if not self._take("changed", form["token"]):
            return self._too_many()
        partner, card = self._asker(form["card"], form["token"])
        if not partner:
            return self._missing()
        try:
            units = (
                self._units_of_card(partner, card)
                if card
                else self._units(partner, form)
            )
        except UserError as error:
            return self._which(serials=form["serials"], error=error.args[0], status=422)
        try:
            with request.env.cr.savepoint():
                rmas = self._send(partner, units, form, "card" if card else "web")
        except UserError as error:
            return self._what(
                partner, units, card, form["token"], error.args[0], status=422
            )
        if not rmas:
            return request.redirect("/my/returns", code=303)
        guest = not rmas[0]._is_visible_to(request.env.user)
        return request.redirect(rmas[0]._portal_url("", guest, sent="1"), code=303)

    def _send(self, partner, units, form, channel):
        """The RMAs; nothing for what was sent already."""
        wrongs = [self._read_wrong(unit, form) for unit in units]
        files = self._read_files()
        if not request.env["crm.request.token"].sudo()._claim(form["once"]):
            return request.env["crm.rma"]
        rmas = request.env["crm.rma"]._request(partner, units, wrongs, channel)
        if rmas and files:
            rmas[0]._customer_writes("", files)
        return rmas

    def _read_wrong(self, unit, form):
        """Reason, fault and answers for one unit."""
        key = SAME if form["same"] else unit.key
        answers = form["answers"]
        number = answers.get(f"reason.{key}", "")
        reasons = request.env["crm.rma.reason"].sudo()
        reason = reasons.search([("kind", "=", "request")]).filtered(
            lambda r: str(r.id) == number
        )
        if not reason:
            raise UserError(request.env._("Say for each unit why it comes back."))
        found = {}
        for question in reason.question_ids:
            answer = answers.get(f"q.{key}.{question.id}", "").strip()[:MAX_ANSWER]
            choices = question._get_choices()
            if answer and choices and answer not in choices:
                raise BadRequest
            if question.is_required and not answer:
                raise UserError(request.env._("Please answer: %s", question.name))
            found[question] = answer
        fault = answers.get(f"fault.{key}", "").strip()[:MAX_FAULT]
        return {"reason": reason, "fault": fault, "answers": found}

    # -------------------------------------------------------------------------
    # Forms
    # -------------------------------------------------------------------------

    def _units(self, partner, form):
        return request.env["crm.rma"]._read_units(
            partner, form["units"], form["quantities"], form["serials"]
        )

    def _read_units_form(self, given, names):
        """A form that names units: fields with a fixed name, and per unit.

        :return: dict of ``names``, ``units`` (keys), ``quantities`` and ``answers``
        :raises BadRequest: unknown fields, or too much of them
        """
        sent = request.httprequest.form
        fixed = {k: v for k, v in given.items() if k in names}
        form = self._read_fields(fixed, names)
        form.update(units=sent.getlist("unit"), quantities={}, answers={})
        if len(form["units"]) > MAX_UNITS or len(sent) > 40 * MAX_UNITS:
            raise BadRequest
        for name, text in sent.items():
            kind, _dot, key = name.partition(".")
            if not isinstance(text, str) or len(text) > MAX_FIELD:
                raise BadRequest
            if kind == "qty" and key:
                form["quantities"][key] = text
            elif kind in ("reason", "fault", "q") and key:
                form["answers"][name] = text.replace("\x00", "")
            elif name not in {*names, "unit", "csrf_token"}:
                raise BadRequest
        return form

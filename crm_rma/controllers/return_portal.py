from hashlib import sha256

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.crm_rma_satisfaction import LEVELS
from .return_visitor import HEADERS, MAX_REQUEST, ReturnVisitor


class ReturnPortal(ReturnVisitor, CustomerPortal):
    """Customers follow their returns: by a link without a login, or in their account."""

    # -------------------------------------------------------------------------
    # Account
    # -------------------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "return_count" in counters:
            returns = request.env["crm.rma"].sudo()
            domain = returns._portal_domain(request.env.user)
            values["return_count"] = returns.search_count(domain)
        return values

    def _return_sortings(self):
        _ = request.env._
        return {
            "date": {"label": _("Newest"), "order": "date_reported desc, id desc"},
            "name": {"label": _("Number"), "order": "name desc, id desc"},
            "state": {"label": _("Status"), "order": "is_open desc, state, id desc"},
        }

    def _return_filters(self):
        _ = request.env._
        return {
            "all": {"label": _("All"), "domain": Domain.TRUE},
            "open": {"label": _("Open"), "domain": Domain("is_open", "=", True)},
            "over": {"label": _("Closed"), "domain": Domain("is_open", "=", False)},
        }

    def _return_searches(self):
        _ = request.env._
        return {"all": {"input": "all", "label": _("Number, serial number or product")}}

    def _return_search(self, search):
        """Where the typed text is looked for."""
        return (
            Domain("name", "ilike", search)
            | Domain("line_ids.lot_id.name", "ilike", search)
            | Domain("line_ids.product_id.name", "ilike", search)
        )

    @http.route(
        ["/my/returns", "/my/returns/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_returns(
        self, page=1, sortby=None, filterby=None, search=None, **_query
    ):
        """The returns of the company somebody works for."""
        returns = request.env["crm.rma"].sudo()
        sortings, filters = self._return_sortings(), self._return_filters()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        search = self._searched(search)
        domain = returns._portal_domain(request.env.user) & filters[filterby]["domain"]
        if search:
            domain &= self._return_search(search)
        pages = pager(
            url="/my/returns",
            url_args={"sortby": sortby, "filterby": filterby, "search": search},
            total=returns.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = returns.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pages["offset"],
        )
        values = {
            **self._prepare_portal_layout_values(),
            "returns": found,
            "page_name": "returns",
            "default_url": "/my/returns",
            "pager": pages,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
            "searchbar_inputs": self._return_searches(),
            "search_in": "all",
            "search": search,
        }
        return request.render("crm_rma.portal_my_returns", values)

    # -------------------------------------------------------------------------
    # One return
    # -------------------------------------------------------------------------

    def _return_values(self, rma, access_token=None, **more):
        """What the page and its live part need."""
        guest = not rma._is_visible_to(request.env.user)
        view = rma._tracking()
        return {
            "rma": rma,
            "view": view,
            "stamp": sha256(repr(view).encode()).hexdigest()[:16],
            "link": lambda suffix="", **query: rma._portal_url(suffix, guest, **query),
            "access_token": access_token if guest else "",
            "guest": guest,
            "page_name": "return",
            "no_breadcrumbs": guest,
            "error": "",
            "typed": "",
            **more,
        }

    @http.route(
        "/my/returns/<int:return_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def portal_return(self, return_id, access_token=None, **_query):
        """Where the goods are, what is to be done, what was said."""
        rma = self._find_return(return_id, access_token)
        if not rma:
            return self._missing()
        values = self._return_values(rma, access_token)
        return self._page("crm_rma.portal_return", values)

    @http.route(
        "/my/returns/<int:return_id>/live",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        save_session=False,
    )
    def portal_return_live(self, return_id, access_token=None, **_query):
        """The part of the page that changes; the page asks for it now and then."""
        rma = self._find_return(return_id, access_token)
        if not rma:
            return self._missing()
        values = self._return_values(rma, access_token)
        return self._page("crm_rma.portal_return_live", values)

    @http.route(
        "/my/returns/<int:return_id>/paper/<string:kind>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def portal_return_paper(self, return_id, kind, access_token=None, **_query):
        """A paper of this very return, as a PDF."""
        rma = self._find_return(return_id, access_token)
        report, records = rma._paper_report(kind) if rma else ("", rma)
        if not report:
            return self._missing()
        reports = request.env["ir.actions.report"].sudo()
        name = f"{rma.name} {dict(rma._tracking_papers())[kind]}".replace("/", "-")
        if reports.get_wkhtmltopdf_state() in ("install", "broken"):
            content, _kind = reports._render_qweb_html(report, records.ids)
            return request.make_response(content, headers=list(HEADERS.items()))
        content, _kind = reports._render_qweb_pdf(report, records.ids)
        return self._download(f"{name}.pdf", content, "application/pdf")

    @http.route(
        "/my/returns/<int:return_id>/file/<int:file_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def portal_return_file(self, return_id, file_id, access_token=None, **_query):
        """A file of a message of this very return."""
        rma = self._find_return(return_id, access_token)
        file = rma and rma._talk_files().filtered(lambda f: f.id == file_id)
        if not file:
            return self._missing()
        return self._download(file.name, file.raw or b"", file.mimetype)

    # -------------------------------------------------------------------------
    # What the customer does
    # -------------------------------------------------------------------------

    def _change(self, return_id, access_token, act, typed="", anchor=""):
        """Count the try, find the return, change it by ``act(rma)`` and show it again;
        what stands in the way is said on the page.

        :param typed: what goes back into the field for a message
        """
        if not self._take("changed", access_token):
            return self._too_many()
        rma = self._find_return(return_id, access_token)
        if not rma:
            return self._missing()
        try:
            with request.env.cr.savepoint():
                act(rma)
        except UserError as error:
            values = self._return_values(
                rma, access_token, error=error.args[0], typed=typed
            )
            return self._page("crm_rma.portal_return", values, status=422)
        return self._back(rma, access_token, anchor)

    def _back(self, rma, access_token, anchor=""):
        """To the page again, by the link that holds now."""
        guest = not rma._is_visible_to(request.env.user)
        response = request.redirect(rma._portal_url("", guest) + anchor, code=303)
        response.headers.update(HEADERS)
        return response

    @http.route(
        "/my/returns/<int:return_id>/message",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=MAX_REQUEST,
    )
    def portal_return_message(self, return_id, access_token=None, **given):
        """A message with pictures."""
        texts = self._read_fields(
            {name: v for name, v in given.items() if name != "photos"}, ["text"]
        )

        def write(rma):
            if rma._is_open_to_words():
                rma._customer_writes(texts["text"], self._read_files())

        return self._change(
            return_id, access_token, write, typed=texts["text"], anchor="#messages"
        )

    @http.route(
        "/my/returns/<int:return_id>/confirm",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_return_confirm(self, return_id, access_token=None, **given):
        """All is well: the return is closed."""
        self._read_fields(given, [])
        return self._change(
            return_id, access_token, lambda rma: rma._customer_confirms()
        )

    @http.route(
        "/my/returns/<int:return_id>/quote/<int:order_id>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_return_quote(self, return_id, order_id, access_token=None, **given):
        """Accept or refuse a quotation of this very return."""
        texts = self._read_fields(given, ["answer"])
        if texts["answer"] not in ("accept", "refuse"):
            raise BadRequest

        def answer(rma):
            if not rma._customer_answers(order_id, texts["answer"] == "accept"):
                raise UserError(
                    request.env._("This quotation does not wait for an answer here.")
                )

        return self._change(return_id, access_token, answer)

    @http.route(
        "/my/returns/<int:return_id>/rate",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_return_rate(self, return_id, access_token=None, **given):
        """How satisfied the customer is, once for each closing."""
        texts = self._read_fields(given, ["level", "comment"])
        if texts["level"] not in dict(LEVELS):
            raise BadRequest
        return self._change(
            return_id,
            access_token,
            lambda rma: rma._customer_rates(texts["level"], texts["comment"]),
        )

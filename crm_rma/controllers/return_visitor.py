"""What every public page about returns shares: one answer for what is not there, counted
tries, known fields only, headers that keep a link to itself."""

from urllib.parse import quote

from werkzeug.exceptions import BadRequest

from odoo.http import request

from odoo.addons.crm_extension.tools.uploads import EVIDENCE

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# Of one request: some films, or twenty pictures of a telephone
MAX_REQUEST = 64 * 1024 * 1024
MAX_FIELD = 10_000
MAX_SEARCH = 100


class ReturnVisitor:
    """A mixin of controllers; it has no routes of its own."""

    def _find_return(self, return_id, access_token=None):
        """The return (superuser, in the reader's language), or nothing."""
        rma = request.env["crm.rma"]._by_portal(return_id, access_token)
        return self._in_language(rma) if rma else rma

    def _in_language(self, rma):
        """Guests read in the customer's language, at the clock of the company."""
        user = request.env.user
        zone = user.tz or rma.company_id.partner_id.tz or "UTC"
        context = {"tz": zone}
        if user._is_public():
            partner = rma._portal_partner()
            context["lang"] = partner.lang or rma.company_id.partner_id.lang
        request.update_context(**context)
        return rma.with_context(**context)

    def _visitors(self, access_token=None):
        """Who it is, as far as we can tell: address, link, account."""
        user = request.env.user
        visitors = [f"ip:{request.httprequest.remote_addr}"]
        if isinstance(access_token, str) and access_token:
            visitors.append(f"link:{access_token[:100]}")
        if not user._is_public():
            visitors.append(f"user:{user.id}")
        return visitors

    def _take(self, kind, access_token=None):
        """Count a try; False when there were too many."""
        hits = request.env["crm.visitor.hit"]
        return hits._take(kind, self._visitors(access_token))

    def _searched(self, search):
        """What somebody typed into a search field, within bounds."""
        return (search or "").replace("\x00", "").strip()[:MAX_SEARCH]

    def _missing(self):
        """The one answer for what is unknown, forbidden, or over."""
        # Without the link: whoever guesses has another one each time.
        if not self._take("missed"):
            return self._too_many()
        return self._page("crm_rma.portal_return_missing", {}, status=404)

    def _too_many(self):
        return self._page("crm_rma.portal_return_too_many", {}, status=429)

    def _page(self, template, values, status=200):
        return request.render(template, values, status=status, headers=HEADERS)

    def _read_fields(self, given, names):
        """The texts of a form: known names only, each a text within bounds.

        :param given: what the request sent
        :param names: the names that the form has
        :return: ``{name: text}``, empty texts for what is missing
        :raises BadRequest: anything else
        """
        if set(given) - {*names, "access_token", "csrf_token"}:
            raise BadRequest
        texts = {name: given.get(name) or "" for name in names}
        if not all(isinstance(t, str) and len(t) <= MAX_FIELD for t in texts.values()):
            raise BadRequest
        return {name: text.replace("\x00", "") for name, text in texts.items()}

    def _read_files(self, name="photos"):
        """The files of a form, read no further than what is allowed.

        :return: ``[(name, bytes)]``; one too many stays in the list, so that it is
            refused in words
        """
        files = request.httprequest.files
        if set(files) - {name}:
            raise BadRequest
        sent = [file for file in files.getlist(name) if file.filename]
        return [
            (file.filename, file.read(EVIDENCE.size + 1))
            for file in sent[: EVIDENCE.count + 1]
        ]

    def _download(self, name, data, mimetype):
        """A file to keep, never to be shown in the browser."""
        return request.make_response(
            data,
            headers=[
                *HEADERS.items(),
                ("Content-Type", mimetype),
                ("Content-Length", str(len(data))),
                ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}"),
            ],
        )

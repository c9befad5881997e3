from urllib.parse import parse_qs, urlencode, urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import consteq, hmac

MAX_TEXT = 200
# One serial number may belong to several products; nobody reads more than these.
MAX_FOUND = 5
CARD_PATH = "/warranty/card/"
SCOPE = "crm_rma.warranty_card"


class WarrantyRegistration(models.Model):
    """Looking a warranty up: by serial number, or by the code of its printed card."""

    _inherit = "warranty.registration"

    cover_view = fields.Json(compute="_compute_cover_view")

    @api.depends("revision", "date_end", "date_void")
    @api.depends_context("lang", "tz")
    def _compute_cover_view(self):
        """The verdict for a fault of today, with its picture."""
        today = fields.Date.context_today(self)
        explain = self.env["warranty.explain"]
        facts = self._origin.sudo()._facts()
        for registration in self:
            known = facts.get(registration._origin.id)
            registration.cover_view = known and explain._view(
                self._write_verdict(known, today), today=today
            )

    # -------------------------------------------------------------------------
    # Check
    # -------------------------------------------------------------------------

    @api.model
    @api.readonly
    def check_serial(self, text):
        """The warranties of a serial number, or of a scanned warranty card.

        A replaced serial answers with the warranty of the unit that replaced it.

        :param text: what was typed or scanned
        :return: dict of ``found`` (list of ``id, serial, product, customer, delivery,
            replaced, view, can_return``) and ``message`` (a sentence, or empty)
        """
        self.check_access("read")
        if not isinstance(text, str):
            raise UserError(self.env._("A serial number is a text."))
        text = text.strip()[:MAX_TEXT]
        if not text:
            return {"found": [], "message": self.env._("Type a serial number first.")}
        registrations = self._find(text)
        return {
            "found": registrations._check_rows() if registrations else [],
            "message": self._check_message(text, registrations),
        }

    @api.model
    def _find(self, text):
        """The latest warranty of each serial number called ``text`` that the user may
        see: one query."""
        card = self._find_card(text)
        if card is not None:
            return card
        found = self.search_fetch(
            Domain("lot_id", "any", [("name", "=", text)])
            & Domain("company_id", "in", self.env.companies.ids),
            ["lot_id"],
            order="date_start desc, id desc",
        )
        latest = {}
        for registration in found:
            latest.setdefault(registration.lot_id.id, registration.id)
        return self.browse(list(latest.values())[:MAX_FOUND])

    def _check_rows(self):
        """What is shown of each warranty found: one query for all."""
        facts = self.sudo()._facts()
        return [self._check_row(record_id, facts) for record_id in self.ids]

    @api.model
    def _check_row(self, record_id, facts):
        """The unit and the verdict of today; of a replaced unit, of what replaced it."""
        today = fields.Date.context_today(self)
        explain = self.env["warranty.explain"]
        old, chain = facts[record_id], self._chain(record_id, facts)
        shown = facts[chain[-1]]
        verdict = self._write_verdict(shown, today)
        unit = shown["unit"]
        code, product = unit["code"], explain._word(unit["product"])
        return {
            "id": chain[-1] if self._may_open(chain) else record_id,
            "serial": shown["serial"] or product,
            "product": f"[{code}] {product}" if code else product,
            "customer": unit["customer"] or "",
            "delivery": unit["delivery"] or "",
            "replaced": len(chain) > 1 and self._explain_chain(old, shown) or "",
            "view": explain._view(verdict, today=today),
            "can_return": self.env["crm.rma"].has_access("create"),
        }

    @api.model
    def _chain(self, record_id, facts):
        """Ids from a warranty to the one that holds today."""
        chain = [record_id]
        while (after := facts[chain[-1]]["successor"]) and after not in chain:
            chain.append(after)
        return chain

    @api.model
    def _may_open(self, chain):
        return len(chain) == 1 or self.browse(chain[-1]).has_access("read")

    @api.model
    def _explain_chain(self, old, new):
        return self.env._(
            "%(old)s was replaced on %(date)s: this is the warranty of %(new)s.",
            old=old["serial"] or "",
            date=self.env["warranty.explain"]._day(old["closed"]["day"]),
            new=new["serial"] or "",
        )

    @api.model
    def _check_message(self, text, found):
        """Why nothing is found, in words that say what to do."""
        if found:
            return ""
        if not self.env["stock.lot"].search_count([("name", "=", text)], limit=1):
            return self.env._(
                "No product of ours has the serial number %(serial)s. Check the typing.",
                serial=text,
            )
        return self.env._(
            "%(serial)s is known, but no warranty that you may see is registered for it.",
            serial=text,
        )

    def _count_alike(self):
        """How many units of the same customer and product end on the same day.

        :return: ``{warranty.registration: number}``
        """
        groups = self._read_group(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("product_id", "in", self.product_id.ids)
            & Domain("date_end", "in", self.mapped("date_end"))
            & Domain("date_void", "=", False),
            ["partner_id", "product_id", "date_end:day"],
            ["__count"],
        )
        counts = {
            (partner, product, fields.Date.to_date(day)): count
            for partner, product, day, count in groups
        }
        return {
            r: counts.get((r.partner_id, r.product_id, r.date_end), 1) for r in self
        }

    # -------------------------------------------------------------------------
    # Card
    # -------------------------------------------------------------------------

    def _card_token(self):
        """What proves that somebody holds the printed card."""
        self.ensure_one()
        return hmac(self.env(su=True), SCOPE, self.id)

    def _card_url(self):
        """Address of the card's page, as its QR code says it."""
        self.ensure_one()
        query = urlencode({"token": self._card_token()})
        return f"{self.get_base_url()}{CARD_PATH}{self.id}?{query}"

    def _card_qr(self):
        """Address of the picture of the QR code."""
        query = urlencode(
            {
                "barcode_type": "QR",
                "value": self._card_url(),
                "width": 220,
                "height": 220,
            }
        )
        return f"/report/barcode/?{query}"

    @api.model
    def _by_card(self, record_id, token):
        """The warranty of a printed card (as superuser), or none for a wrong token."""
        registration = self.sudo().browse(record_id).exists()
        given = token.encode(errors="replace") if isinstance(token, str) else b""
        if registration and consteq(registration._card_token().encode(), given):
            return registration
        return self.sudo().browse()

    @api.model
    def _find_card(self, text):
        """The warranty of a scanned card that the user may see; None for other text."""
        parts = urlsplit(text)
        number = parts.path.removeprefix(CARD_PATH)
        if not parts.path.startswith(CARD_PATH) or not number.isdecimal():
            return None
        token = parse_qs(parts.query).get("token", [""])[0]
        if len(number) > 10:
            return self.browse()
        found = self.browse(self._by_card(int(number), token).ids)
        return found._filtered_access("read")

    def action_print_card(self):
        """The warranty card, as a PDF."""
        self.check_access("read")
        return self.env.ref("crm_rma.action_report_warranty_card").report_action(self)

    def action_new_rma(self):
        """A new RMA for this unit."""
        self.ensure_one()
        self.check_access("read")
        if self.lot_id:
            return self.lot_id.action_new_rma()
        return self.partner_id.action_new_rma()

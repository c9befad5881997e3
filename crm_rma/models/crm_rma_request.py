from collections import namedtuple
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.misc import format_date

from ..tools.serials import SEPARATORS
from .warranty_registration_check import CARD_PATH

# Of one request on the web
MAX_UNITS = 50
MAX_SERIAL = 64
MAX_FAULT = 2000
ROWS_SHOWN = 40

# One thing that a customer announces: a serial of theirs (``lot``), goods without a
# serial (``move`` of the delivery and ``quantity``), or a ``serial`` we do not know
# as theirs.
Unit = namedtuple(
    "Unit", "key lot move quantity serial", defaults=(None, None, 1.0, "")
)


class CrmRma(models.Model):
    """A request by the customer: which units, what is wrong, sent.

    What belongs to the customer is told by one look at the deliveries to this
    customer, whatever else exists: an unknown number and somebody else's take the same
    work and get the same answer.
    """

    _inherit = "crm.rma"

    origin_channel = fields.Selection(
        [
            ("staff", "Service Desk"),
            ("web", "Web"),
            ("card", "Warranty Card"),
            ("mail", "Email"),
        ],
        string="Requested By",
        default="staff",
        required=True,
        readonly=True,
        copy=False,
        help="How the request reached us.",
    )

    # -------------------------------------------------------------------------
    # Which unit
    # -------------------------------------------------------------------------

    @api.model
    def _request_companies(self):
        """The companies of ours that whoever asks has to do with."""
        user = self.env.user
        return self.env.company if user._is_public() else user.company_ids

    @api.model
    def _delivered_domain(self, partner):
        """Move lines or moves of what ``partner`` got and may send back."""
        buyer = partner.commercial_partner_id.id
        return (
            Domain("state", "=", "done")
            & Domain("company_id", "in", self._request_companies().ids)
            & Domain("location_dest_id.usage", "=", "customer")
            & Domain("location_id.is_customer_goods", "=", False)
            & (
                Domain(
                    "sale_line_id.order_id.partner_id.commercial_partner_id", "=", buyer
                )
                | Domain("picking_id.partner_id.commercial_partner_id", "=", buyer)
            )
        )

    @api.model
    def _owned_lots(self, partner, serials):
        """Serials that were delivered to ``partner`` last (stock.lot, superuser).

        The first query finds deliveries to this very customer only; the others look at
        what it found, so that nothing of somebody else's is touched.
        """
        lots = self.env["stock.lot"].sudo()
        carried = self.env["stock.move.line"].sudo()
        carried = carried.search(
            Domain("lot_id.name", "in", list(serials))
            & Domain("state", "=", "done")
            & Domain("move_id", "any", self._delivered_domain(partner))
        )
        for company, move_lines in carried.grouped("company_id").items():
            origins = move_lines.lot_id._rma_origins(company)
            lots |= move_lines.lot_id.filtered(
                lambda lot, o=origins: o[lot].partner == partner.commercial_partner_id
            )
        return lots

    @api.model
    def _returnable(self, partner, search=""):
        """What the customer got from us, the latest first, for choosing.

        :return: list of dict ``name, order, date, units`` (``key, serial, left, rma``)
        """
        moves = self.env["stock.move"].sudo()
        domain = self._delivered_domain(partner)
        domain &= Domain("origin_returned_move_id", "=", False)
        if search:
            domain &= (
                Domain("product_id.name", "ilike", search)
                | Domain("product_id.default_code", "ilike", search)
                | Domain("move_line_ids.lot_id.name", "ilike", search)
                | Domain("sale_line_id.order_id.name", "ilike", search)
                | Domain("sale_line_id.order_id.client_order_ref", "ilike", search)
            )
        moves = moves.search(domain, order="date desc, id desc", limit=ROWS_SHOWN)
        lines = self.env["crm.rma.line"].sudo()
        gone = lines._gone_again(moves)
        lots = moves.move_line_ids.lot_id
        taken = lines._open_by_lot(lots)
        origins = {company: lots._rma_origins(company) for company in moves.company_id}
        rows = []
        for move in moves:
            units = self._returnable_units(
                move, gone, taken, origins[move.company_id], partner
            )
            if units:
                order = move.sale_line_id.order_id
                rows.append(
                    {
                        "name": move.product_id.with_context(
                            display_default_code=False
                        ).display_name,
                        "order": order.name or move.picking_id.name or "",
                        "date": format_date(self.env, move.date.date()),
                        "units": units,
                    }
                )
        return rows

    def _returnable_units(self, move, gone, taken, origins, partner):
        """What of one delivery can be announced."""
        uom = move.product_id.uom_id
        if move.product_id.tracking == "serial":
            mine = move.move_line_ids.lot_id.filtered(
                lambda lot: (
                    origins[lot].partner == partner.commercial_partner_id
                    and origins[lot].move == move
                )
            )
            return [
                {
                    "key": f"l{lot.id}",
                    "serial": lot.name,
                    "left": "",
                    "rma": taken[lot.id].rma_id.name if lot.id in taken else "",
                }
                for lot in mine
            ]
        done = sum(move.move_line_ids.mapped("quantity_product_uom"))
        left = done - gone.get(move, 0.0)
        if uom.compare(left, 0) <= 0 or move.product_id.type != "consu":
            return []
        return [
            {"key": f"m{move.id}", "serial": "", "left": f"{left:g}", "rma": ""},
        ]

    @api.model
    def _read_units(self, partner, keys, quantities, serials):
        """Understand what a form says about the units.

        :param keys: chosen units, ``"l12"`` a serial, ``"m34"`` goods of a delivery
        :param quantities: ``{key: text}`` for goods without a serial
        :param serials: typed text
        :return: list of ``Unit``; what is not the customer's is left out of the chosen
            ones and is a bare ``serial`` of the typed ones
        :raises UserError: too many, or a quantity that is none
        """
        words = [word for word in SEPARATORS.split(serials) if word]
        words = list(dict.fromkeys(words))
        if len(words) + len(keys) > MAX_UNITS:
            raise UserError(
                self.env._("At most %s units in one request, please.", MAX_UNITS)
            )
        if any(len(word) > MAX_SERIAL for word in words):
            raise UserError(
                self.env._("A serial number has %s signs at most.", MAX_SERIAL)
            )
        lots, moves = self._chosen(partner, keys)
        mine = self._owned_lots(partner, {*words, *lots.mapped("name")})
        owned = {lot.name: lot for lot in mine}
        units = {f"l{lot.id}": Unit(f"l{lot.id}", lot=lot) for lot in lots & mine}
        for move in moves:
            key = f"m{move.id}"
            quantity = self._read_quantity(quantities.get(key) or "1")
            units[key] = Unit(key, move=move, quantity=quantity)
        for word in words:
            lot = owned.get(word)
            key = f"l{lot.id}" if lot else f"s{word}"
            units[key] = Unit(key, lot=lot) if lot else Unit(key, serial=word)
        return list(units.values())

    def _chosen(self, partner, keys):
        """Lots and deliveries behind the keys of a form, those of the customer only."""
        ids = {"l": set(), "m": set()}
        for key in keys:
            number = key[1:]
            known = key[:1] in ids and number.isascii() and number.isdecimal()
            if known and len(number) < 10:
                ids[key[0]].add(int(number))
        lots = self.env["stock.lot"].sudo().browse(sorted(ids["l"])).exists()
        moves = self.env["stock.move"].sudo()
        if ids["m"]:
            moves = moves.search(
                Domain("id", "in", sorted(ids["m"]))
                & Domain("product_id.tracking", "!=", "serial")
                & Domain("product_id.type", "=", "consu")
                & self._delivered_domain(partner)
            )
        return lots, moves

    @api.model
    def _read_quantity(self, text):
        try:
            quantity = float(text.replace(",", "."))
        except ValueError:
            quantity = 0.0
        if not 0 < quantity <= 1e6:
            raise UserError(self.env._("“%s” is no quantity.", text[:20]))
        return quantity

    # -------------------------------------------------------------------------
    # Verdict
    # -------------------------------------------------------------------------

    @api.model
    def _judge_units(self, partner, units):
        """What is said about each unit at once, in plain words.

        :return: list of dict ``key, name, serial, quantity, verdict, tone, taken``
        """
        lots = self.env["stock.lot"].sudo().union(*(u.lot for u in units if u.lot))
        taken = self.env["crm.rma.line"].sudo()._open_by_lot(lots)
        registrations = self._unit_warranties(partner, lots)
        verdicts = registrations._verdicts(
            dict.fromkeys(registrations, fields.Date.context_today(self))
        )
        explain = self.env["warranty.explain"]
        by_lot = {
            registration.lot_id: explain._text(verdicts[registration])
            for registration in registrations.sorted("id")
        }
        return [self._judged(unit, by_lot, taken) for unit in units]

    def _unit_warranties(self, partner, lots):
        registrations = self.env["warranty.registration"].sudo()
        return registrations.search(
            Domain("lot_id", "in", lots.ids)
            & Domain("partner_id", "child_of", partner.commercial_partner_id.id)
        )

    def _judged(self, unit, by_lot, taken):
        row = {"key": unit.key, "serial": unit.serial, "quantity": "", "taken": ""}
        if unit.serial:
            return {
                **row,
                "name": self.env._("Serial number %s", unit.serial),
                "verdict": self.env._(
                    "We will check this number and answer you; please go on."
                ),
            }
        goods = unit.lot or unit.move
        name = goods.product_id.with_context(display_default_code=False).display_name
        row["name"] = name
        if unit.move:
            row["quantity"] = f"{unit.quantity:g} {unit.move.product_id.uom_id.name}"
            row["verdict"] = self.env._("We look at the warranty when we have it.")
            return row
        row["serial"] = unit.lot.name
        if unit.lot.id in taken:
            row["taken"] = taken[unit.lot.id].rma_id.name
        row["verdict"] = by_lot.get(unit.lot) or self.env._(
            "No warranty of ours is known for it."
        )
        return row

    # -------------------------------------------------------------------------
    # Send
    # -------------------------------------------------------------------------

    @api.model
    def _request(self, partner, units, wrongs, channel):
        """Make the RMAs of a request: one for each company that delivered.

        :param partner: who asks
        :param units: list of ``Unit``
        :param wrongs: for each unit a dict ``reason`` (crm.rma.reason), ``fault``
            (text), ``answers`` (``{question: text}``)
        :param channel: of ``origin_channel``
        :return: the new RMAs (superuser); units with an open RMA are left out
        """
        lines = self.env["crm.rma.line"].sudo()
        lots = self.env["stock.lot"].sudo().union(*(u.lot for u in units if u.lot))
        taken = lines._open_by_lot(lots)
        groups = {}
        for unit, wrong in zip(units, wrongs, strict=True):
            if unit.lot and unit.lot.id in taken:
                continue
            company = self._unit_company(partner, unit)
            groups.setdefault(company, []).append((unit, wrong))
        rmas = self.sudo().browse()
        for company, group in groups.items():
            rmas |= self._make_request(partner, company, group, channel)
        self.env["crm.rma.notice"]._tell([(rma, "requested", "1") for rma in rmas])
        return rmas

    def _unit_company(self, partner, unit):
        if unit.move:
            return unit.move.company_id
        companies = self._request_companies()
        if unit.lot and len(companies) > 1:
            for company in companies:
                origin = unit.lot._rma_origins(company)[unit.lot]
                if origin.partner == partner.commercial_partner_id:
                    return company
        return unit.lot and unit.lot.company_id or self.env.company

    def _make_request(self, partner, company, group, channel):
        """One RMA with its units, and the numbers to check."""
        rma = (
            self.sudo()
            .with_company(company)
            .create(
                {
                    "partner_id": partner.commercial_partner_id.id,
                    "contact_id": partner.id
                    if partner != partner.commercial_partner_id
                    else False,
                    "company_id": company.id,
                    "warehouse_id": self._request_warehouse(company).id,
                    "user_id": False,
                    "origin_channel": channel,
                    "claim_ids": [
                        Command.create(
                            {
                                "name": unit.serial,
                                "reason_id": wrong["reason"].id,
                                "fault": self._claim_words(wrong),
                            }
                        )
                        for unit, wrong in group
                        if unit.serial
                    ],
                }
            )
        )
        for unit, wrong in group:
            if not unit.serial:
                self._add_unit(rma, unit, wrong)
        return rma

    def _request_warehouse(self, company):
        warehouses = self.env["stock.warehouse"].sudo()
        return warehouses.search([("company_id", "=", company.id)], limit=1)

    def _add_unit(self, rma, unit, wrong):
        line = rma.line_ids.create(
            {
                "rma_id": rma.id,
                "lot_id": unit.lot.id if unit.lot else False,
                "product_id": (unit.lot or unit.move).product_id.id,
                "quantity": unit.quantity,
                "reason_id": wrong["reason"].id,
                "fault": wrong["fault"],
            }
        )
        for answer in line.answer_ids:
            answer.answer = wrong["answers"].get(answer.question_id) or False
        if unit.move:
            line._choose_sale(unit.move)
        return line

    def _claim_words(self, wrong):
        """Fault and answers as one text: a number to check has no questions yet."""
        answers = [f"{q.name}: {a}" for q, a in wrong["answers"].items() if a]
        return "\n".join(filter(None, [wrong["fault"], *answers]))


class WarrantyRegistration(models.Model):
    _inherit = "warranty.registration"

    def _card_values(self):
        """The page of the card leads to a request for this unit."""
        values = super()._card_values()
        if not self.sudo().date_closed:
            query = urlencode({"token": self._card_token()})
            values["return_url"] = f"{CARD_PATH}{self.id}/return?{query}"
        return values

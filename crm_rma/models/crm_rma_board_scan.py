from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# A serial number, a number of ours or a label; nothing else is that long.
CODE_LIMIT = 200
HAND_LIMIT = 200


class CrmRmaLine(models.Model):
    """The scan field: a unit is seen and taken in hand, a place receives what is there.

    Units are known by serial number, by the code on their label and by the number of
    their RMA; places by the barcode on their label, and by their name for who types.
    """

    _inherit = "crm.rma.line"

    def _scan_code(self):
        """What the QR code of the label says: the RMA, and which unit of it."""
        self.ensure_one()
        return f"{self.rma_id.name}.{self.id}"

    @api.model
    def board_scan(self, code):
        """What lies behind a scanned or typed code, with the rights of the user.

        :return: ``{"kind": "units", "units": cards}``, ``{"kind": "place", "place",
            "location_id", "label"}`` or ``{"kind": "none", "message", "serial"}``
        """
        self.check_access("read")
        if not isinstance(code, str) or not code.strip():
            raise UserError(self.env._("Scan a unit or a place."))
        code = code.strip()[:CODE_LIMIT]
        if place := self._scan_place(code):
            return {"kind": "place", **place}
        if units := self._scan_units(code):
            return {"kind": "units", "units": units._board_cards()}
        if place := self._scan_place_name(code):
            return {"kind": "place", **place}
        return self._scan_nothing(code)

    @api.model
    def board_cards(self, line_ids):
        """The cards of some units as they are now; what is not visible is left out."""
        domain = Domain("id", "in", self._board_ids(line_ids)[:HAND_LIMIT])
        return self.search(domain)._board_cards()

    @api.model
    def board_places(self):
        """Places a unit can be carried to: ``[[place, label]]`` in the reader's words."""
        self.check_access("read")
        never = ("requested", "expected", "left", "missing")
        places = self._fields["place"]._description_selection(self.env)
        return [list(pair) for pair in places if pair[0] not in never]

    # -------------------------------------------------------------------------
    # What a code means
    # -------------------------------------------------------------------------

    @api.model
    def _scan_place(self, code):
        """A location of ours by its barcode; the delivery's means *shipped*."""
        location = self.env["stock.location"].search(
            Domain("barcode", "in", self._scan_spellings(code))
            & Domain("rma_place", "!=", False)
            & Domain("company_id", "in", self.env.companies.ids),
            limit=1,
        )
        if location:
            labels = dict(
                location._fields["rma_place"]._description_selection(self.env)
            )
            return {
                "place": location.rma_place,
                "location_id": location.id,
                "label": labels[location.rma_place],
            }
        out = self.env["stock.warehouse"].search(
            Domain("rma_out_type_id.barcode", "in", self._scan_spellings(code))
            & Domain("company_id", "in", self.env.companies.ids),
            limit=1,
        )
        return self._scan_place_of("shipped") if out else {}

    @api.model
    def _scan_place_name(self, code):
        for place, label in self.board_places():
            if code.casefold() == label.casefold():
                return self._scan_place_of(place)
        return {}

    @api.model
    def _scan_place_of(self, place):
        label = dict(self.board_places())[place]
        return {"place": place, "location_id": False, "label": label}

    @api.model
    def _scan_units(self, code):
        """The open units of a serial or lot number, of a label or of an RMA."""
        number, _dot, unit = code.rpartition(".")
        if number and unit.isascii() and unit.isdigit() and len(unit) < 10:
            line = self.search(
                Domain("id", "=", int(unit)) & Domain("rma_id.name", "=ilike", number)
            )
            if line:
                return line
        spellings = self._scan_spellings(code)
        open_units = Domain("is_open", "=", True)
        serial = Domain("lot_id.name", "in", spellings)
        serial |= Domain("exchanged_lot_id.name", "in", spellings)
        return self.search(open_units & serial, limit=HAND_LIMIT) or self.search(
            open_units & Domain("rma_id.name", "in", spellings), limit=HAND_LIMIT
        )

    @api.model
    def _scan_spellings(self, code):
        """Scanners and people differ in capitals."""
        return list(dict.fromkeys([code, code.upper(), code.lower()]))

    @api.model
    def _scan_nothing(self, code):
        """Say what it is instead: a unit of ours without an open RMA, or nothing."""
        lots = self.env["stock.lot"].search(
            [("name", "in", self._scan_spellings(code))], limit=1
        )
        if lots:
            message = self.env._(
                "%s has no open RMA.", f"{lots.name}, {lots.product_id.name}"
            )
        else:
            message = self.env._("Neither a unit nor a place: %s", code)
        return {"kind": "none", "message": message, "serial": lots.name or False}

    # -------------------------------------------------------------------------
    # What is shown about a unit
    # -------------------------------------------------------------------------

    def _board_cards(self):
        """Facts about units, one dictionary each, for the hand beside the scan field."""
        places = dict(self._fields["place"]._description_selection(self.env))
        verdicts = dict(
            self._fields["warranty_status"]._description_selection(self.env)
        )
        steps = dict(self._board_step_labels())
        return [
            {
                "id": line.id,
                "rma": line.rma_id.name,
                "rma_id": line.rma_id.id,
                "product": line.product_id.display_name,
                "serial": line._current_lot().name or "",
                "quantity": line.quantity,
                "customer": line.partner_id.display_name or "",
                "place": line.place,
                "place_label": places.get(line.place, ""),
                "warranty": line.warranty_status or "",
                "warranty_label": verdicts.get(line.warranty_status, ""),
                "age": line.age,
                "promised": fields.Date.to_string(line.date_promised) or "",
                "ageing": line.ageing,
                "user": line.user_id.name or "",
                "fault": line.fault or "",
                "next": line.rma_id.next_step or "",
                "steps": [
                    {"step": step, "label": steps[step]} for step in line._board_steps()
                ],
            }
            for line in self
        ]


class CrmRma(models.Model):
    _inherit = "crm.rma"

    @api.model
    def _qr_url(self, value):
        """Address of the picture of ``value`` as a QR code."""
        query = urlencode(
            {"barcode_type": "QR", "value": value, "width": 300, "height": 300}
        )
        return f"/report/barcode/?{query}"

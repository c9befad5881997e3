from odoo import api, fields, models
from odoo.fields import Command, Domain

from odoo.addons.crm_extension.tools.guard import guarded

from ..tools.warranty_rules import Choice

# Registrations are made by the hundred: nobody follows them, nothing is tracked.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}


class WarrantyRegistration(models.Model):
    """How a warranty comes to life: with the delivery, in its own transaction.

    :meth:`_follow` gets the done move lines of one validation. What it reads and
    writes does not depend on how many there are, and it asks nothing of the database
    when no term fits.
    """

    _inherit = "warranty.registration"

    @api.model
    def _follow(self, move_lines):
        """Start, end or revive the warranties of what was moved."""
        if not move_lines:
            return
        self._stamp(move_lines)
        if self.env["warranty.term"]._any_term():
            self._end_returned(move_lines.filtered(lambda ml: ml._ends_warranty()))
            self._revive(move_lines.filtered(lambda ml: ml._revives_warranty()))
        self.env["warranty.vendor"]._stamp(move_lines)

    @api.model
    def _stamp(self, move_lines):
        """Register delivered goods, in one batch.

        Idempotent: a serial, or a delivery line, that is registered already is skipped.
        Nothing is asked of the database when no term fits.

        :param move_lines: done ``stock.move.line`` records
        :return: the new registrations
        """
        vals_list = [
            vals
            for lines in self._stamp_groups(move_lines)
            if (vals := self._prepare_stamp(lines))
        ]
        if not vals_list:
            return self.browse()
        known = self._stamped({vals["move_id"] for vals in vals_list})
        registrations = (
            self.sudo()
            .with_context(**QUIET)
            .create([v for v in vals_list if (v["lot_id"], v["move_id"]) not in known])
        )
        registrations._after_stamp()
        return registrations.with_context(self.env.context)

    @api.model
    def _stamp_groups(self, move_lines):
        """The lines that start a warranty, those of one registration together."""
        groups = {}
        if not self._may_start(move_lines.move_id):
            return groups.values()
        for line in move_lines.filtered(lambda ml: ml._starts_warranty()):
            key = (line.move_id.id, line.lot_id.id)
            groups[key] = groups.get(key, line.browse()) | line
        return groups.values()

    @api.model
    def _may_start(self, moves):
        """Whether any warranty can start at all: else nothing is looked at."""
        replaces = any(move.warranty_replaced_id for move in moves)
        return replaces or self.env["warranty.term"]._any_term()

    @api.model
    def _stamped(self, move_ids):
        """``{(lot id, move id)}`` of the registrations of some moves."""
        groups = self.sudo()._read_group(
            [("move_id", "in", list(move_ids))], ["lot_id", "move_id"]
        )
        return {(lot.id, move.id) for lot, move in groups}

    @api.model
    def _prepare_stamp(self, lines):
        """Values of one registration, or ``None`` without a term.

        :param lines: done ``stock.move.line`` of one move and one lot or none
        """
        move = lines.move_id
        if move.warranty_replaced_id:
            return self._prepare_replacement(lines)
        choice = move._warranty_choice()
        if not choice:
            return None
        term = self.env["warranty.term"].browse(choice.term).sudo()
        return self._prepare_registration(
            lines, term, self._choice_facts(choice), move.sudo()._delivered_to()
        )

    @api.model
    def _prepare_registration(self, lines, term, choice, partner):
        """Values of a registration of ``term`` that starts with the done ``lines``."""
        move = lines.move_id
        company = lines.company_id or move.company_id
        start = self._local_day(move.date, company)
        profile = term._statutory_for(partner)
        intervals = [
            *self._prepare_standard(term, start),
            *self._prepare_statutory(profile, start, term),
        ]
        product = lines.product_id
        return {
            "lot_id": lines.lot_id.id,
            "product_id": product.id,
            "quantity": sum(lines.mapped("quantity_product_uom")),
            "kit_id": move._warranty_kits()[:1].id,
            "move_id": move.id,
            "partner_id": partner.id,
            "company_id": company.id,
            "term_id": term.id,
            "choice": choice,
            "statutory_id": profile.id,
            "start_basis": term.start_basis or "delivery",
            "date_delivered": start,
            "date_start": start,
            "date_end": self._end_of(intervals),
            "interval_ids": [Command.create(values) for values in intervals],
        }

    @api.model
    def _choice_facts(self, choice: Choice):
        """What is kept of why a term was chosen."""
        return {
            "goods": choice.goods,
            "customer": choice.customer,
            "category": choice.category,
            "dated": choice.dated,
            "rule": choice.rule,
            "over": list(choice.over),
        }

    @api.model
    def _local_day(self, moment, company):
        """The calendar day of a UTC ``moment`` where ``company`` is."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=company._local_timezone()), moment
        ).date()

    # -------------------------------------------------------------------------
    # What was stamped
    # -------------------------------------------------------------------------

    def _after_stamp(self):
        """Link what was replaced, add what was sold with the goods, tell the history."""
        if not self:
            return
        self._link_replaced()
        self.env["warranty.extension"]._start_delivered(self)
        self._project_registered()

    def _project_registered(self):
        """Tell the history: one row per delivered order line, not per serial."""
        rows = self.env["crm.interaction"]
        if not self:
            return rows
        with guarded(self.env, "projection of warranties"):
            rows = rows._project(
                [
                    registrations[0]._prepare_registered_event(registrations)
                    for _move, registrations in self.grouped("move_id").items()
                ]
            )
        return rows

    def _prepare_registered_event(self, registrations):
        units = registrations[:10].lot_id.mapped("name")
        return {
            **self._prepare_event("registered", self.move_id.date),
            "preview": ", ".join(units) or self.product_id.display_name,
        }

    def _prepare_event(self, event, moment, occurrence=1):
        """Values of a row of the history about this warranty."""
        product = self.product_id
        return {
            "partner_id": self.partner_id.id,
            "date": moment or fields.Datetime.now(),
            "channel": "service",
            "direction": "internal",
            "event_args": {
                "date": ["date", fields.Date.to_string(self.date_end)],
                "product": ["record", product._name, product.id, product.display_name],
            },
            "preview": self.lot_id.name or product.display_name,
            "user_id": not self.env.user._is_superuser() and self.env.uid,
            "company_id": self.company_id.id,
            "res_model": "warranty.registration",
            "res_id": self.id,
            "source_key": f"warranty.registration,{self.id}:{event}:{occurrence}",
        }

    # -------------------------------------------------------------------------
    # Taken back, sent again
    # -------------------------------------------------------------------------

    @api.model
    def _end_returned(self, move_lines):
        """Goods that were taken back are covered up to the day before."""
        if not move_lines:
            return
        found = self._registrations_of(move_lines)
        for line in move_lines:
            move = line.move_id
            day = self._local_day(move.date, move.company_id)
            for registration in found[line].filtered(lambda r: not r.date_closed):
                registration._take_off(
                    line.quantity_product_uom,
                    {
                        "date_closed": day,
                        "close_kind": "returned",
                        "return_move_id": move.id,
                    },
                )

    def _take_off(self, quantity, ending):
        """Fewer goods are covered; ``ending`` are the values when none is left."""
        self.ensure_one()
        uom = self.product_uom_id
        left = self.quantity - quantity
        if self.lot_id.product_id.tracking == "serial" or uom.compare(left, 0) <= 0:
            self.sudo().write(ending)
        else:
            self.sudo().quantity = left
        self._touch()

    @api.model
    def _revive(self, move_lines):
        """A return that goes back to the customer ends nothing any more."""
        if not move_lines:
            return
        returns = move_lines.move_id.origin_returned_move_id
        ended = self.sudo().search([("return_move_id", "in", returns.ids)])
        for line in move_lines:
            back = line.move_id.origin_returned_move_id
            mine = ended.filtered(
                lambda r, b=back, ml=line: (
                    r.return_move_id == b and r.lot_id == ml.lot_id
                )
            )
            if mine:
                mine._reopen()
            elif line.product_id.tracking != "serial":
                self._put_back(line, back.origin_returned_move_id)

    @api.model
    def _put_back(self, line, delivery):
        """Some of the goods that had been taken back are covered again."""
        registration = self.sudo().search(
            [("move_id", "=", delivery.id), ("lot_id", "=", line.lot_id.id)], limit=1
        )
        if delivery and registration and not registration.date_closed:
            registration.quantity += line.quantity_product_uom
            registration._touch()

    def _reopen(self):
        """What had ended the warranty was taken back."""
        self.sudo().write(
            {
                "date_closed": False,
                "close_kind": False,
                "return_move_id": False,
                "refund_move_id": False,
            }
        )
        self._touch()

    @api.model
    def _registrations_of(self, move_lines):
        """The warranties of goods that come back: ``{move line: registrations}``.

        A serial number says it itself; for other goods the delivery that is returned
        says it, so goods that come back without one end nothing.
        """
        deliveries = move_lines.move_id.origin_returned_move_id
        serials = move_lines.lot_id.filtered(
            lambda lot: lot.product_id.tracking == "serial"
        )
        found = self.sudo().search(
            Domain("lot_id", "in", serials.ids)
            | Domain("move_id", "in", deliveries.ids)
        )
        return {line: found.filtered(line._is_warranty_of) for line in move_lines}

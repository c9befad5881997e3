from odoo import api, fields, models
from odoo.fields import Command

from ..tools.warranty import DAY, Interval, reckon, remainder


class WarrantyRegistration(models.Model):
    """A unit replaces another one: what the new one gets, by the policy of the term.

    The delivery says it: ``stock.move.warranty_replaced_id`` is the warranty of the
    faulty unit. When the move is done, the old warranty is closed and points to the
    new one.
    """

    _inherit = "warranty.registration"

    @api.model
    def _prepare_replacement(self, lines):
        """Values of the warranty of a unit that replaces a faulty one."""
        old = lines.move_id.warranty_replaced_id.sudo()
        values = self._prepare_registration(
            lines, old.term_id, old.choice, old.partner_id
        )
        intervals = old._prepare_rest(values["date_start"])
        return {
            **values,
            "statutory_id": old.statutory_id.id,
            "start_basis": "delivery",
            "date_end": self._end_of(intervals),
            "interval_ids": [Command.create(interval) for interval in intervals],
        }

    def _prepare_rest(self, day):
        """Interval values of what the replacing unit gets from ``day`` on."""
        self.ensure_one()
        policy = self.term_id.replacement_policy or "remainder"
        fresh_law = self.statutory_id.fresh_after_replacement
        rest = [
            self._prepare_carried(interval, real)
            for interval, real in self._rest_on(day)
            if not (policy == "fresh" and real.kind in ("standard", "replacement"))
            and not (fresh_law and real.kind == "statutory")
        ]
        if policy == "fresh":
            standard = self._prepare_standard(self.term_id, day)
            rest = [*standard, *self._follow_fresh(rest, standard)]
        elif policy == "longest":
            rest += self._prepare_at_least(day)
        if fresh_law:
            rest += self._prepare_statutory(self.statutory_id, day, self.term_id)
        return rest

    def _rest_on(self, day):
        """Pairs of an interval and what is really left of it from ``day`` on."""
        stops = [stop._to_stop() for stop in self.suspension_ids]
        intervals = self.interval_ids.filtered(lambda i: i.kind != "goodwill")
        # On the day of the exchange the customer has a working unit again.
        reals = reckon([i._to_promise() for i in intervals], stops, day - DAY)
        known = {interval.id: interval for interval in intervals}
        return [(known[real.source], real) for real in remainder(reals, day)]

    def _prepare_carried(self, interval, real: Interval):
        return self._prepare_interval(
            real.kind,
            real.coverage,
            real.start,
            real.end,
            follows=interval.follows,
            stops=interval.stops,
            term_id=interval.term_id.id,
            statutory_id=interval.statutory_id.id,
            carried_from_id=self.id,
        )

    @api.model
    def _follow_fresh(self, rest, standard):
        """An extension that had not begun starts when the new full term ends."""
        ends = {values["coverage"]: values["date_to"] for values in standard}
        for values in rest:
            end = ends.get(values["coverage"])
            if values["kind"] == "extended" and values["follows"] and end:
                length = values["date_to"] - values["date_from"]
                start = max(end + DAY, values["date_from"])
                values |= self._prepare_interval(
                    "extended", values["coverage"], start, start + length
                )
        return rest

    def _prepare_at_least(self, day):
        """So many days from the exchange on, for what the old unit had."""
        end = fields.Date.add(day, days=self.term_id.replacement_days)
        return [
            self._prepare_interval(
                "replacement",
                coverage,
                day,
                end,
                stops=self.term_id.adds_downtime,
                term_id=self.term_id.id,
                carried_from_id=self.id,
            )
            for coverage in self.term_id._durations()
        ]

    def _link_replaced(self):
        """Close the warranties of the units that these ones replace."""
        for new in self.filtered("move_id.warranty_replaced_id"):
            old = new.move_id.warranty_replaced_id.sudo()
            old._take_off(
                new.quantity,
                {
                    "date_closed": new.date_delivered,
                    "close_kind": "replaced",
                    "replaced_by_id": new.id,
                },
            )
            old._project_step("replaced", new.move_id.date)

    def _project_step(self, event, moment, occurrence=1):
        """Tell the history what happened to these warranties."""
        if not self:
            return self.env["crm.interaction"]
        return self.env["crm.interaction"]._project(
            [r._prepare_event(event, moment, occurrence) for r in self if r.partner_id]
        )

    def _successor(self):
        """The warranty that holds today: what replaced this unit, and what replaced
        that one."""
        self.ensure_one()
        seen = found = self.sudo()
        while found.replaced_by_id and found.replaced_by_id not in seen:
            found = found.replaced_by_id
            seen |= found
        return found.with_env(self.env)

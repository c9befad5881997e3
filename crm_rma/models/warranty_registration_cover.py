from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.warranty import REPAIR_CLASSES, reckon


class WarrantyRegistration(models.Model):
    """What a warranty promises, and how its real days are counted."""

    _inherit = "warranty.registration"

    # -------------------------------------------------------------------------
    # Promises
    # -------------------------------------------------------------------------

    @api.model
    def _prepare_standard(self, term, start):
        """Interval values of what comes with the goods."""
        return [
            self._prepare_interval(
                "standard",
                coverage,
                start,
                end,
                stops=term.adds_downtime,
                term_id=term.id,
            )
            for coverage, end in term._ends(start).items()
        ]

    @api.model
    def _prepare_statutory(self, profile, start, term):
        """Interval values of what the law gives beside it."""
        if not profile:
            return []
        end = profile._end(start)
        return [
            self._prepare_interval(
                "statutory",
                coverage,
                start,
                end,
                stops=profile.adds_downtime,
                statutory_id=profile.id,
                term_id=term.id,
            )
            for coverage in profile._covered_classes()
        ]

    @api.model
    def _prepare_interval(self, kind, coverage, start, end, **values):
        """Values of an interval whose real days are those that were promised."""
        return {
            "kind": kind,
            "coverage": coverage,
            "base_from": start,
            "base_to": end,
            "date_from": start,
            "date_to": end,
            **values,
        }

    def _promise(self):
        """Covered days of registrations that were made by hand, from their term."""
        vals_list = []
        for registration in self:
            term, start = registration.term_id, registration.date_start
            profile = registration.statutory_id or term._statutory_for(
                registration.partner_id
            )
            registration.sudo().statutory_id = profile
            vals_list += [
                {"registration_id": registration.id, **values}
                for values in (
                    *(self._prepare_standard(term, start) if term else ()),
                    *self._prepare_statutory(profile, start, term),
                )
            ]
        self.env["warranty.interval"].sudo().create(vals_list)
        self._reckon()

    def _restart(self):
        """The first day moved: what was promised moves with it, and what follows."""
        for registration in self:
            ends = {}
            for interval in registration.interval_ids.sorted("base_from"):
                moved = registration._moved(interval, ends)
                if moved:
                    ends[interval.coverage, interval.base_to] = moved[1]
                    interval.write({"base_from": moved[0], "base_to": moved[1]})
        self._reckon()

    def _moved(self, interval, ends):
        """New first and last promised day of an interval, or None.

        :param ends: ``{(class, old last day): new last day}`` of those before it
        """
        if interval.kind == "standard" and interval.term_id:
            end = interval.term_id._ends(self.date_start).get(interval.coverage)
            return end and (self.date_start, end)
        if interval.kind == "statutory":
            profile = interval.statutory_id
            start = self._first_day(profile.start_basis) or self.date_start
            return start, profile._end(start)
        before = fields.Date.subtract(interval.base_from, days=1)
        new_end = ends.get((interval.coverage, before))
        if not interval.follows or not new_end:
            return None
        shift = new_end - before
        return interval.base_from + shift, interval.base_to + shift

    # -------------------------------------------------------------------------
    # Counting
    # -------------------------------------------------------------------------

    def _reckon(self):
        """Count the real days anew, after any change of promises or stops."""
        for registration in self.sudo():
            intervals = registration.interval_ids
            stops = registration.suspension_ids.filtered(
                lambda stop: stop._is_of_all_goods()
            )
            counted = reckon(
                [interval._to_promise() for interval in intervals],
                [stop._to_stop() for stop in stops],
                self._local_day(fields.Datetime.now(), registration.company_id),
            )
            for interval, real in zip(intervals, counted, strict=True):
                interval.write({"date_from": real.start, "date_to": real.end})
            stays = stops.filtered(lambda s: not s.date_to and s.reason == "with_us")
            registration.write(
                {
                    "date_end": self._end_of(intervals),
                    "date_suspended": min(stays.mapped("date_from"), default=False),
                    "revision": registration.revision + 1,
                }
            )

    def _touch(self):
        """Something that verdicts rest on has changed."""
        for registration in self.sudo():
            registration.revision += 1

    @api.model
    def _end_of(self, intervals):
        """The last day on which the whole unit is covered.

        :param intervals: ``warranty.interval`` records or their values
        """
        ends = {}
        for interval in intervals:
            values = interval if isinstance(interval, dict) else interval._facts()
            if values.get("limited") or values["kind"] == "goodwill":
                continue
            coverage, end = values["coverage"], values["date_to"]
            ends[coverage] = max(ends.get(coverage, end), end)
        deciding = [ends[name] for name in REPAIR_CLASSES if name in ends]
        return max(deciding or ends.values(), default=False)

    @api.model
    def _suspended_sql(self, alias):
        """SQL: the unit came in while it was covered, and is still here."""
        return SQL(
            "COALESCE(%(since)s <= %(end)s, FALSE)",
            since=SQL.identifier(alias, "date_suspended"),
            end=SQL.identifier(alias, "date_end"),
        )

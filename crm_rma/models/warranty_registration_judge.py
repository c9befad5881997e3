from odoo import api, fields, models

from ..tools.warranty import Promise, Stop, days_in, reckon, standstill
from ..tools.warranty_verdict import Block, judge

# How a verdict is written down. Raised when the shape changes.
VERSION = 2


class WarrantyRegistration(models.Model):
    """The verdict: whether a fault of one day is covered, class by class, and why.

    :meth:`_facts` reads everything about any number of warranties in one statement,
    :mod:`..tools.warranty_verdict` decides, and :meth:`_verdicts` writes both down as
    plain data that is kept with the RMA and explained in any language later
    (``warranty.explain``).
    """

    _inherit = "warranty.registration"

    def _verdict(self, day):
        """The verdict for a fault reported on ``day``; works on no warranty too.

        :return: dict, see ``docs/warranty.md``
        """
        if not self:
            return self._no_verdict(day)
        self.ensure_one()
        return self._verdicts({self: day})[self]

    @api.model
    def _no_verdict(self, day):
        return {
            "version": VERSION,
            "day": fields.Date.to_string(day),
            "status": "none",
            "until": None,
            "classes": [],
            "intervals": [],
        }

    @api.model
    def _verdicts(self, days):
        """Verdicts of many warranties: one query for all of them.

        :param days: ``{warranty.registration: date}``
        :return: ``{warranty.registration: verdict}``
        """
        registrations = self.browse([r.id for r in days if r.id])
        facts = registrations._facts()
        return {
            registration: self._write_verdict(facts[registration.id], day)
            if registration.id in facts
            else self._no_verdict(day)
            for registration, day in days.items()
        }

    @api.model
    def _write_verdict(self, facts, day):
        """Judge the facts of one warranty and write down what it rests on."""
        rows = facts["intervals"]
        stops = [self._read_stop(row) for row in facts["stops"] if row["whole"]]
        reals = reckon([self._read_promise(row) for row in rows], stops, day)
        blocks = [
            Block(fields.Date.to_date(row["from"]), None, row["kind"], row["id"])
            for row in facts["blocks"]
        ]
        if facts["closed"]:
            blocks.append(
                Block(fields.Date.to_date(facts["closed"]["day"]), None, "void", 0)
            )
        verdict = judge(reals, day, blocks)
        known = {row["id"]: row for row in rows}
        return {
            "version": VERSION,
            "day": fields.Date.to_string(day),
            "status": verdict.status,
            "until": fields.Date.to_string(verdict.until) or None,
            "serial": facts["serial"],
            "basis": facts["basis"],
            "classes": [
                {
                    "name": name,
                    "status": one.status,
                    "until": fields.Date.to_string(one.until) or None,
                    "intervals": [interval.source for interval in one.intervals],
                }
                for name, one in verdict.classes.items()
            ],
            "intervals": [
                self._write_interval(real, known[real.source], stops, day)
                for real in reals
            ],
            "stops": [self._write_stop(row, day) for row in facts["stops"]],
            "blocks": [self._write_block(row, verdict) for row in facts["blocks"]],
            "closed": facts["closed"],
            "vendor": facts["vendor"],
            "law": self._write_law(facts, rows, reals, day),
            "choice": facts["choice"],
            "term": facts["term"],
        }

    # Facts into plain objects

    @api.model
    def _read_promise(self, row):
        to_date = fields.Date.to_date
        return Promise(
            row["class"],
            row["kind"],
            to_date(row["base_from"]),
            to_date(row["base_to"]),
            row["follows"],
            row["stops"],
            row["limited"],
            row["id"],
        )

    @api.model
    def _read_stop(self, row):
        to_date = fields.Date.to_date
        end = row["to"] and to_date(row["to"])
        return Stop(to_date(row["from"]), end or None, row["reason"] == "with_us")

    # What is kept

    @api.model
    def _write_interval(self, real, row, stops, day):
        """One interval with its source, in all languages, and the days added."""
        promised = self._read_promise(row)
        added = (real.end - real.start) - (promised.end - promised.start)
        return {
            "id": real.source,
            "kind": real.kind,
            "class": real.coverage,
            "start": fields.Date.to_string(real.start),
            "end": fields.Date.to_string(real.end),
            "added": added.days,
            "limited": real.limited,
            **{name: row[name] for name in ("term", "order", "rma", "rest", "note")},
        }

    @api.model
    def _write_stop(self, row, day):
        stop = self._read_stop({**row, "reason": "with_us"})
        return {
            "start": row["from"],
            "end": row["to"],
            "days": days_in(standstill([stop], day)),
            "reason": row["reason"],
            "rma": row["rma"],
            "whole": row["whole"],
        }

    @api.model
    def _write_block(self, row, verdict):
        holds = row["id"] in {block.source for block in verdict.blocks}
        names = ("kind", "from", "reason", "note")
        return {**{name: row[name] for name in names}, "holds": holds}

    @api.model
    def _write_law(self, facts, rows, reals, day):
        """The statutory profile with the facts its rights are decided from."""
        law = facts["law"]
        lawful = [real for real in reals if real.kind == "statutory"]
        if not law or not lawful:
            return None
        done = [when for when in facts["repairs"] if when <= fields.Date.to_string(day)]
        return {
            **law,
            "sold": fields.Date.to_string(min(real.start for real in lawful)),
            "end": fields.Date.to_string(max(real.end for real in lawful)),
            "repairs": len(done),
        }

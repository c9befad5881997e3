from odoo import api, fields, models
from odoo.tools.i18n import format_list
from odoo.tools.misc import format_date

from ..tools.warranty_rights import Right, Situation, standing
from .warranty_term import COVERAGES

# Looks of a status: Bootstrap colour and an icon, so that it never rests on colour alone.
TONES = {
    "in": ("success", "fa-check-circle"),
    "partial": ("warning", "fa-adjust"),
    "limited": ("info", "fa-wrench"),
    "hold": ("warning", "fa-pause-circle"),
    "out": ("warning", "fa-clock-o"),
    "void": ("danger", "fa-times-circle"),
    "none": ("secondary", "fa-question-circle"),
}


class WarrantyExplain(models.AbstractModel):
    """A verdict in the reader's words: sentences, rights and the picture.

    Verdicts are kept as facts (``warranty.registration._verdicts``); everything that is
    language happens here, so a verdict of years ago reads in any language.
    """

    _name = "warranty.explain"
    _description = "Explanation of a Warranty Verdict"

    @api.model
    def _view(self, verdict, **facts):
        """What a screen shows of a verdict.

        :param verdict: dict of ``warranty.registration._verdicts``
        :param facts: ``days_in_repair`` (int, how long the unit is with us now),
            ``today`` (date, marked in the picture)
        :return: dict of ``status, label, tone, icon, headline, sentences, notes,
            rights, law, bar``
        """
        status = verdict["status"]
        tone, icon = TONES[status]
        return {
            "status": status,
            "label": self._status_labels()[status],
            "tone": tone,
            "icon": icon,
            "headline": self._headline(verdict),
            "sentences": self._sentences(verdict),
            "notes": self._notes(verdict),
            "law": self._law_title(verdict),
            "rights": self._rights(verdict, facts.get("days_in_repair", 0)),
            "bar": self.env["warranty.picture"]._bar(verdict, facts.get("today")),
        }

    @api.model
    def _text(self, verdict):
        """The verdict as one text, for lists, slips and messages."""
        sentences = [row["text"] for row in self._sentences(verdict)]
        return " ".join(sentences) or self._headline(verdict)

    # -------------------------------------------------------------------------
    # Words
    # -------------------------------------------------------------------------

    @api.model
    def _status_labels(self):
        return dict(self.env["crm.rma.line"]._warranty_statuses())

    @api.model
    def _class_labels(self):
        intervals = self.env["warranty.interval"]
        return dict(intervals._fields["coverage"]._description_selection(self.env))

    @api.model
    def _word(self, names):
        """A name that is kept in all its languages, in the reader's one."""
        if not isinstance(names, dict):
            return names or ""
        return (
            names.get(self.env.lang)
            or names.get("en_US")
            or next(iter(names.values()), "")
        )

    @api.model
    def _day(self, text):
        return format_date(self.env, text)

    @api.model
    def _headline(self, verdict):
        """The answer in one line."""
        _ = self.env._
        until = verdict["until"] and self._day(verdict["until"])
        covered = {
            "in": _("Covered until %s", until),
            "partial": _("Covered in part until %s", until),
            "limited": _("Only what was repaired is covered, until %s", until),
        }
        if verdict["status"] in covered:
            return covered[verdict["status"]]
        if verdict["status"] == "none":
            return self._no_warranty(verdict)
        return self._status_labels()[verdict["status"]]

    @api.model
    def _no_warranty(self, verdict):
        if verdict.get("untracked"):
            return self.env._("No warranty is known for these goods.")
        return self.env._("No warranty is registered for this serial number.")

    # -------------------------------------------------------------------------
    # Sentences
    # -------------------------------------------------------------------------

    @api.model
    def _sentences(self, verdict):
        """One sentence for classes that share their fate.

        :return: list of ``{"classes", "status", "tone", "icon", "text"}``
        """
        known = {row["id"]: row for row in verdict["intervals"]}
        groups = {}
        for one in verdict["classes"]:
            rests = [known[number] for number in one["intervals"] if number in known]
            key = (one["status"], one["until"], *map(self._source_key, rests))
            groups.setdefault(key, []).append((one, rests))
        labels = self._class_labels()
        order = [name for name, _label in COVERAGES]
        rows = []
        for found in groups.values():
            names = sorted((one["name"] for one, _rests in found), key=order.index)
            one, rests = found[0]
            tone, icon = TONES[one["status"]]
            classes = format_list(self.env, [labels[name] for name in names])
            rows.append(
                {
                    "classes": names,
                    "status": one["status"],
                    "tone": tone,
                    "icon": icon,
                    "text": self._sentence(verdict, classes, one, rests),
                }
            )
        return rows

    @api.model
    def _source_key(self, row):
        """What two classes must share to be told in one sentence."""
        return tuple(
            (name, str(value))
            for name, value in row.items()
            if name not in ("id", "class")
        )

    @api.model
    def _sentence(self, verdict, classes, one, rests):
        _ = self.env._
        if one["status"] in ("void", "hold"):
            return self._blocked(verdict, classes, one["status"])
        if one["status"] == "out":
            return self._out(verdict, classes, rests)
        values = {
            "classes": classes,
            "until": self._day(one["until"]),
            "why": self._sources(verdict, rests),
        }
        if one["status"] == "limited":
            return _(
                "%(classes)s: only what was repaired is covered, until %(until)s. "
                "%(why)s.",
                **values,
            )
        return _("%(classes)s: covered until %(until)s. %(why)s.", **values)

    @api.model
    def _out(self, verdict, classes, rests):
        """Which cover was the nearest one, and by how much it was missed."""
        _ = self.env._
        day = fields.Date.to_date(verdict["day"])
        past = [row for row in rests if fields.Date.to_date(row["end"]) < day]
        nearest = max(past or rests, key=lambda row: row["end"])
        values = {
            "classes": classes,
            "why": self._source(verdict, nearest),
            "end": self._day(nearest["end"]),
            "start": self._day(nearest["start"]),
            "day": self._day(verdict["day"]),
        }
        if not past:
            return _(
                "%(classes)s: not covered. Reported on %(day)s, before it starts on "
                "%(start)s.",
                **values,
            )
        late = (day - fields.Date.to_date(nearest["end"])).days
        if late == 1:
            return _(
                "%(classes)s: not covered. %(why)s ended on %(end)s, one day before the "
                "fault was reported.",
                **values,
            )
        return _(
            "%(classes)s: not covered. %(why)s ended on %(end)s, %(late)s days before "
            "the fault was reported.",
            late=late,
            **values,
        )

    @api.model
    def _blocked(self, verdict, classes, status):
        """What speaks against it, since when, and why."""
        _ = self.env._
        closed = verdict.get("closed")
        blocks = [
            row
            for row in verdict.get("blocks") or ()
            if row["holds"] and row["kind"] == status
        ]
        if blocks:
            since, why = blocks[0]["from"], self._block_reasons(blocks)
        else:
            since, why = closed["day"], self._closed(closed)
        values = {"classes": classes, "since": self._day(since), "why": why}
        if status == "hold":
            return _("%(classes)s: on hold since %(since)s: %(why)s.", **values)
        return _("%(classes)s: not covered from %(since)s on: %(why)s.", **values)

    @api.model
    def _block_reasons(self, blocks):
        reasons = [
            " ".join(filter(None, [self._word(row["reason"]), self._in_brackets(row)]))
            for row in blocks
        ]
        return ", ".join(reasons)

    @api.model
    def _in_brackets(self, row):
        return row["note"] and f"({row['note'].strip()})"

    @api.model
    def _closed(self, closed):
        _ = self.env._
        if closed["kind"] == "replaced":
            return _("replaced by %s", closed["successor"] or "")
        if closed["kind"] == "refunded":
            return _("refunded by %s", closed["document"] or "")
        return _("taken back by %s", closed["document"] or "")

    # -------------------------------------------------------------------------
    # Sources
    # -------------------------------------------------------------------------

    @api.model
    def _sources(self, verdict, rests):
        """``"12 months from delivery on ..., plus 20 days in our hands (RMA/0003)"``"""
        texts = dict.fromkeys(self._source(verdict, row) for row in rests)
        return "; ".join(texts)

    @api.model
    def _source(self, verdict, row):
        """One interval in words: what it is, from when, and what was added."""
        _ = self.env._
        text = self._origin(verdict, row)
        if not row["added"]:
            return text
        rmas = dict.fromkeys(
            stop["rma"]
            for stop in verdict.get("stops") or ()
            if stop["reason"] == "with_us" and stop["rma"] and stop["days"]
        )
        if rmas:
            return _(
                "%(what)s, plus %(days)s days in our hands (%(rma)s)",
                what=text,
                days=row["added"],
                rma=", ".join(rmas),
            )
        return _(
            "%(what)s, plus %(days)s days in our hands",
            what=text,
            days=row["added"],
        )

    @api.model
    def _origin(self, verdict, row):
        _ = self.env._
        values = {
            "term": self._word(row["term"]),
            "start": self._day(row["start"]),
            "rest": row["rest"] or "",
            "order": row["order"] or "",
            "rma": row["rma"] or "",
            "note": row["note"] or "",
        }
        if row["kind"] == "repair":
            if row["note"]:
                return _(
                    "Repair warranty from %(start)s on %(note)s (%(rma)s)", **values
                )
            return _("Repair warranty from %(start)s (%(rma)s)", **values)
        if row["kind"] == "goodwill":
            return _("Goodwill (%(rma)s)", **values)
        if row["kind"] == "replacement":
            return _("%(term)s: exchange of %(rest)s on %(start)s", **values)
        if row["kind"] == "extended":
            return _("Extended warranty %(term)s from %(start)s (%(order)s)", **values)
        if row["rest"]:
            return _("%(term)s: the rest of %(rest)s from %(start)s", **values)
        if row["kind"] == "statutory":
            return _("%(term)s from %(start)s", **values)
        return self._standard_origin(verdict.get("basis") or {}, values)

    @api.model
    def _standard_origin(self, basis, values):
        _ = self.env._
        if basis.get("by_hand"):
            return _("%(term)s from %(start)s", **values)
        if basis.get("kind") == "invoice":
            return _("%(term)s from the invoice of %(start)s", **values)
        if basis.get("kind") == "installation":
            return _("%(term)s from installation on %(start)s", **values)
        return _("%(term)s from delivery on %(start)s", **values)

    # -------------------------------------------------------------------------
    # Beside it
    # -------------------------------------------------------------------------

    @api.model
    def _notes(self, verdict):
        """What one should know as well: the vendor, waiting, why this term."""
        notes = [self._note_vendor(row) for row in verdict.get("vendor") or ()][:1]
        notes += [
            self._note_wait(stop)
            for stop in verdict.get("stops") or ()
            if stop["reason"] == "customer" and stop["days"]
        ]
        notes.append(self.env["warranty.rule"]._explain_choice(verdict.get("choice")))
        return [note for note in notes if note]

    @api.model
    def _note_vendor(self, row):
        return self.env._(
            "%(vendor)s covers it for us until %(date)s.",
            vendor=row["vendor"],
            date=self._day(row["end"]),
        )

    @api.model
    def _note_wait(self, stop):
        return self.env._(
            "%(days)s days of waiting for the customer are not added (%(rma)s).",
            days=stop["days"],
            rma=stop["rma"] or "",
        )

    # -------------------------------------------------------------------------
    # By law
    # -------------------------------------------------------------------------

    @api.model
    def _law_title(self, verdict):
        law = verdict.get("law")
        if not law:
            return ""
        parts = [self._word(law["name"]), self._word(law["law"])]
        return " · ".join(filter(None, parts))

    @api.model
    def _rights(self, verdict, days_in_repair=0):
        """The statutory rights, open ones first.

        :return: list of ``{"open", "text", "remedies", "article", "when"}``
        """
        law = verdict.get("law")
        if not law:
            return []
        to_date = fields.Date.to_date
        case = Situation(
            to_date(law["sold"]),
            to_date(verdict["day"]),
            to_date(law["end"]),
            law["repairs"],
            days_in_repair,
        )
        labels = self.env["warranty.statutory.right"]._remedy_labels()
        rows = []
        for row in law["rights"]:
            right = Right(row["id"], row["condition"], row["number"], row["unit"])
            result = standing(right, case)
            remedies = [labels[name] for name in row["remedies"]]
            rows.append(
                {
                    "open": result.open,
                    "text": self._word(row["name"]),
                    "remedies": format_list(self.env, remedies, "or"),
                    "article": row["article"] or "",
                    "when": self._right_when(row, result),
                }
            )
        return sorted(rows, key=lambda row: not row["open"])

    @api.model
    def _right_when(self, row, result):
        """Until when a right is open, or what opens it."""
        _ = self.env._
        if result.open or row["condition"] in ("within", "period"):
            until = self._day(result.until)
            return _("until %s", until) if result.open else _("ended on %s", until)
        if not result.missing:
            return ""
        if row["condition"] == "repairs":
            return _("after %s more repairs that do not help", result.missing)
        return _("when the repair takes %s more days", result.missing)

from odoo import api, models


class CrmPhoneMixin(models.AbstractModel):
    """A record with one ``phone`` of Odoo's and a list of numbers behind it.

    Both ways: what is typed, imported or sent into ``phone`` is cut into numbers, of
    which the first becomes the main row; a change of the rows writes the main number
    back into ``phone``. Context ``crm_phone_mirror`` marks the way back,
    ``crm_phone_keep`` keeps the number that is overwritten as a further one instead
    of archiving it.
    """

    _name = "crm.phone.mixin"
    _description = "Phone Numbers Mixin"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        default = self.env.context.get("default_phone")
        typed = {
            record: text
            for record, vals in zip(records, vals_list, strict=True)
            if (text := vals.get("phone", default))
        }
        records.browse([record.id for record in typed])._phone_typed(typed)
        return records

    def write(self, vals):
        if "phone" not in vals or self.env.context.get("crm_phone_mirror"):
            return super().write(vals)
        known = {record.id: record.phone for record in self.sudo()}
        rows = self._phone_rows()
        filled = rows.mapped(self._phone_owner_field())
        former = self._phone_main(rows)
        result = super().write(vals)
        typed = {
            record: vals["phone"]
            for record in self
            if (vals["phone"] or False) != (known[record.id] or False)
            or record not in filled
        }
        self.browse([record.id for record in typed])._phone_typed(typed, former)
        return result

    def _phone_owner_field(self):
        """Hook: the field of ``crm.phone.number`` that points here."""
        return "partner_id"

    def _phone_owned(self):
        """Hook: records that have rows of their own."""
        return self

    def _phone_regions(self):
        """Hook: countries to read a national number in, the most likely first."""
        self.ensure_one()
        codes = [self.country_id.code, *self.env["crm.phone.number"]._default_regions()]
        return list(dict.fromkeys(filter(None, codes)))

    def _phone_rows(self):
        """All rows of the records, former numbers too."""
        rows = self.env["crm.phone.number"].sudo()
        rows = rows.with_context(active_test=False, crm_phone_mirror=True)
        field = self._phone_owner_field()
        return rows.search_fetch([(field, "in", self.ids)], [field])

    def _phone_main(self, rows):
        """The main number of each record out of its rows."""
        actives = rows.filtered("active").grouped(self._phone_owner_field())
        return rows.browse([mine[0].id for mine in actives.values()])

    def _phone_typed(self, typed, former=None):
        """Make the rows of what was typed into ``phone``.

        :param typed: ``{record: text}``
        :param former: the main numbers before; what the texts do not have is archived
        """
        owned = self._phone_owned()
        if not owned:
            return
        field = self._phone_owner_field()
        rows = owned._phone_rows().grouped(field)
        missing = []
        for record in owned:
            mine = rows.get(record.sudo(), self.env["crm.phone.number"].sudo())
            missing += record._phone_arrange(mine, typed[record], former)
        numbers = self.env["crm.phone.number"].sudo()
        quiet = numbers.with_context(crm_phone_mirror=True, crm_phone_whole=True)
        quiet.create(missing)
        owned._phone_mirror()

    def _phone_arrange(self, rows, text, former):
        """Put the rows of a text first; return the values of those that are missing."""
        parsed = self.env["crm.phone.number"]._parse(
            text, self._phone_regions(), self.city
        )
        known = {row._own_key(): row for row in reversed(rows)}
        first = min(rows.mapped("sequence"), default=10) - len(parsed)
        missing, used = [], rows.browse()
        for step, phone in enumerate(parsed):
            place = {"sequence": first + step}
            row = known.get(rows._key(phone.e164, phone.ext, phone.raw))
            if row:
                used |= row
                row.write({**place, "active": True})
            else:
                owner = {self._phone_owner_field(): self.id}
                missing.append({**owner, **place, "raw": phone.raw})
        if former and not self.env.context.get("crm_phone_keep"):
            ((rows & former) - used).active = False
        return missing

    def _phone_mirror(self):
        """Write the main number of each record into its ``phone``."""
        owned = self._phone_owned()
        rows = owned._phone_rows().filtered("active")
        rows = rows.grouped(self._phone_owner_field())
        for record in owned.sudo().with_context(crm_phone_mirror=True):
            main = rows.get(record, self.env["crm.phone.number"])[:1]
            text = main._mirror_text() if main else False
            if (record.phone or False) != text:
                record.phone = text
        owned.invalidate_recordset(["phone_number_ids"])

    def _phone_fold(self):
        """Let equal numbers of a record be one row, the earlier, with both notes."""
        field = self._phone_owner_field()
        doubles = self.env["crm.phone.number"].sudo()
        for rows in self._phone_rows().grouped(field).values():
            ordered = rows.sorted(lambda row: (not row.active, row.sequence, row.id))
            for same in ordered.grouped(lambda row: row._own_key()).values():
                kept, *others = same
                notes = [note for note in same.mapped("note") if note]
                if others and notes:
                    kept.note = ", ".join(dict.fromkeys(notes))
                doubles |= same - kept
        doubles.with_context(crm_phone_mirror=True).unlink()
        self._phone_mirror()

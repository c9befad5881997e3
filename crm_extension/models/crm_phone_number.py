from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.area_code import area_code
from ..tools.phone import international, is_plain, parse_phones, tel_uri, where_from

KINDS = [
    ("mobile", "Mobile"),
    ("work", "Work"),
    ("home", "Home"),
    ("fax", "Fax"),
    ("whatsapp", "WhatsApp"),
    ("wechat", "WeChat"),
    ("other", "Other"),
]
STATUSES = [("valid", "Valid"), ("possible", "Possible"), ("bad", "Unreadable")]
REASONS = [
    ("no_number", "No number in this text"),
    ("no_region", "The country is not known"),
    ("ext_only", "An extension without a number"),
    ("invalid_country", "Unknown country code"),
    ("too_short", "Too short for the country"),
    ("too_long", "Too long for the country"),
    ("invalid_length", "No number of this length in the country"),
    ("no_area_code", "The area code is missing"),
    ("unknown_range", "This range is not in use in the country"),
    ("too_many", "Too many numbers in one field"),
    ("rounded", "A spreadsheet has rounded it"),
]
# A field that holds more numbers than this is a pasted page: the rest stays one text.
MAX_NUMBERS = 20
FILL_BATCH = 1000
# A change of these may make another number the main one
MIRRORED = {"raw", "number", "sequence", "active", "partner_id", "lead_id"}


class CrmPhoneNumber(models.Model):
    """A number of a contact, or of a lead that has no contact yet.

    ``raw`` is what somebody typed and never changes by itself; everything else is
    read out of it. The first row of an owner is its main number, of which
    ``res.partner.phone`` and ``crm.lead.phone`` are the mirror (``crm.phone.mixin``).
    A number that was overwritten there is archived: it still finds its owner.
    """

    _name = "crm.phone.number"
    _description = "Phone Number"
    _order = "sequence, id"
    _rec_name = "number"
    _rec_names_search = ["raw", "e164"]

    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="cascade", index=True
    )
    lead_id = fields.Many2one("crm.lead", ondelete="cascade", index="btree_not_null")
    active = fields.Boolean(
        default=True,
        help="A former number is archived: a caller is still recognised by it.",
    )
    sequence = fields.Integer(default=10, help="The first number is the main one.")
    raw = fields.Char(
        string="As Typed",
        required=True,
        help="Any spelling: 010-88888888转801, 0086 138 0013 8000. Several numbers "
        "typed here become several rows.",
    )
    number = fields.Char(
        string="Phone Number",
        compute="_compute_number",
        inverse="_inverse_number",
        help="The number in its international form, or the text as it was typed.",
    )
    e164 = fields.Char(
        string="International Number",
        compute="_compute_reading",
        store=True,
        precompute=True,
    )
    national = fields.Char(
        string="National Digits",
        compute="_compute_reading",
        store=True,
        precompute=True,
    )
    extension = fields.Char(compute="_compute_reading", store=True, precompute=True)
    status = fields.Selection(
        STATUSES,
        compute="_compute_reading",
        store=True,
        precompute=True,
        help="Possible: the length is right but nobody was given this number range.",
    )
    reason = fields.Selection(
        REASONS,
        string="Why Not Valid",
        compute="_compute_reading",
        store=True,
        precompute=True,
    )
    kind = fields.Selection(
        KINDS, compute="_compute_kind", store=True, readonly=False, precompute=True
    )
    note = fields.Char(
        compute="_compute_note",
        store=True,
        readonly=False,
        precompute=True,
        help="Whose number it is, or when to call: after 14:00, ask for Mr Wang.",
    )
    number_search = fields.Char(
        compute="_compute_number_search", search="_search_number_search"
    )
    tel = fields.Char(string="Dial", compute="_compute_tel")
    where_from = fields.Char(
        compute="_compute_where_from",
        help="Place and carrier to which the range was given. Numbers move between "
        "carriers.",
    )
    is_owner_readable = fields.Boolean(
        compute="_compute_is_owner_readable", search="_search_is_owner_readable"
    )
    is_owner_writable = fields.Boolean(
        compute="_compute_is_owner_writable", search="_search_is_owner_writable"
    )

    _e164_idx = models.Index("(e164)")
    _national_idx = models.Index("(national text_pattern_ops)")
    _suffix_idx = models.Index("(reverse(national) text_pattern_ops)")
    _owner_check = models.Constraint(
        "CHECK (num_nonnulls(partner_id, lead_id) = 1)",
        "A phone number belongs to one contact or to one lead.",
    )

    # Reading

    @api.depends("raw")
    def _compute_reading(self):
        for number in self:
            phone = number._read_raw()[0]
            number.e164 = phone.e164 or False
            number.national = phone.national or False
            number.extension = phone.ext or False
            number.status = phone.status
            number.reason = phone.reason or False

    @api.depends("raw")
    def _compute_kind(self):
        for number in self:
            use = number._read_raw()[0].use
            told = number.kind in ("fax", "home", "whatsapp", "wechat")
            number.kind = number.kind if told or use == "other" else use
            number.kind = number.kind or use

    @api.depends("raw")
    def _compute_note(self):
        for number in self:
            phone = number._read_raw()[0]
            number.note = number.note or (phone.e164 and phone.note) or False

    @api.depends("raw", "e164", "extension")
    def _compute_number(self):
        for number in self:
            shown = number.status == "valid" and number.e164
            number.number = (
                international(number.e164, number.extension) if shown else number.raw
            )

    def _inverse_number(self):
        """The list shows the readable form; what is typed over it is a new ``raw``."""
        for number in self:
            if number.number and number.number != number.raw:
                number.raw = number.number

    @api.depends("e164", "extension")
    def _compute_tel(self):
        for number in self:
            number.tel = tel_uri(number.e164, number.extension or "")

    @api.depends("e164")
    @api.depends_context("lang")
    def _compute_where_from(self):
        for number in self:
            hint = where_from(number.e164, self.env.lang or "en") if number.e164 else {}
            words = (hint.get("place"), hint.get("carrier"))
            number.where_from = " · ".join(filter(None, words))

    def _read_raw(self):
        """Numbers in ``raw``, at least one (a bad one)."""
        self.ensure_one()
        owner = self.partner_id or self.lead_id
        regions = owner._phone_regions() if owner else self._default_regions()
        return self._parse(self.raw, regions, owner.city if owner else "") or [
            *self._parse("?", regions)
        ]

    @api.model
    def _parse(self, text, regions, city=""):
        """Read a field: at most :data:`MAX_NUMBERS` numbers, the rest as one text."""
        code = area_code(city, regions[0] if regions else "")
        return parse_phones(text, regions, code, limit=MAX_NUMBERS)

    @api.model
    def _default_regions(self):
        """Countries in which a number without a country is read."""
        return [code for code in [self.env.company.country_id.code] if code] or ["CN"]

    # Rights: whoever reads or writes the contact or the lead

    def _compute_is_owner_readable(self):
        self._compute_owner_access("is_owner_readable", "read")

    def _compute_is_owner_writable(self):
        self._compute_owner_access("is_owner_writable", "write")

    def _compute_owner_access(self, name, operation):
        allowed = {
            owner
            for owners in (self.partner_id, self.lead_id)
            for owner in owners.sudo(False)._filtered_access(operation)
            - owners.sudo(False)._masked_records()
        }
        for number in self:
            number[name] = (number.partner_id or number.lead_id) in allowed

    def _search_is_owner_readable(self, operator, value):
        return self._search_owner_access(operator, value, "read")

    def _search_is_owner_writable(self, operator, value):
        return self._search_owner_access(operator, value, "write")

    def _search_owner_access(self, operator, value, operation):
        """Rows of owners that the rules of the current user let pass."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        owners = [("partner_id", "res.partner"), ("lead_id", "crm.lead")]
        if self.env.context.get("crm_phone_of_contacts"):
            del owners[1]  # the caller knows that there are no leads: cheaper
        return fields.Domain.OR(
            fields.Domain(name, "!=", False)
            & fields.Domain(name, "any!", self._accessible(model, operation))
            for name, model in owners
        )

    @api.model
    def _accessible(self, model, operation):
        """Domain of the records on which the current user may do the operation, and
        of which the personal data is not masked."""
        # numbers of a masked contact stay hidden where its own columns are fetched
        user = self.sudo(False).with_context(crm_unmasked=False).env
        if not user[model].has_access(operation):
            return fields.Domain.FALSE
        rules = user["ir.rule"]._compute_domain(model, operation)
        return rules & user[model]._unmasked_domain()

    # Writing

    @api.model_create_multi
    def create(self, vals_list):
        numbers = super().create([self._with_raw(vals) for vals in vals_list])
        numbers._split_raw()
        numbers._mirror()
        return numbers

    def write(self, vals):
        owners = self._owners() if self._moves(vals) else None
        result = super().write(vals)
        if "raw" in vals or "number" in vals:
            self._split_raw()
        if owners is not None:
            self._mirror(owners)
        return result

    def unlink(self):
        owners = self._owners()
        result = super().unlink()
        self.browse()._mirror(owners)
        return result

    @api.model
    def _with_raw(self, vals):
        """The text may be given under each of its names."""
        if vals.get("raw"):
            return {name: vals[name] for name in vals if name != "number"}
        return {**vals, "raw": vals.get("number") or vals.get("e164")}

    @api.model
    def _moves(self, vals):
        """Tell whether a change may make another number the main one."""
        return not MIRRORED.isdisjoint(vals)

    def _split_raw(self):
        """Give each further number of a text a row of its own."""
        if self.env.context.get("crm_phone_whole"):
            return
        extras = []
        for number in self:
            first, *others = number._read_raw()
            if others:
                number.with_context(crm_phone_mirror=True).raw = first.raw
                extras += [number._sibling(phone) for phone in others]
        if extras:
            quiet = self.with_context(crm_phone_mirror=True, crm_phone_whole=True)
            quiet.create(extras)

    def _sibling(self, phone):
        return {
            "partner_id": self.partner_id.id,
            "lead_id": self.lead_id.id,
            "sequence": self.sequence,
            "raw": phone.raw,
        }

    def _owners(self):
        """Contacts and leads of the numbers."""
        return self.partner_id, self.lead_id

    def _mirror(self, before=None):
        """Let the ``phone`` of the owners, now and ``before``, follow the main number."""
        if self.env.context.get("crm_phone_mirror"):
            return
        partners, leads = self._owners()
        if before:
            partners, leads = partners | before[0], leads | before[1]
        for owners in (partners.exists(), leads.exists()):
            owners._phone_mirror()

    def _mirror_text(self):
        """What ``phone`` shows of a main number: the text as typed where any phone
        can dial it, else its readable form."""
        if self.status != "valid" or is_plain(self.raw, self.e164, self.extension):
            return self.raw or False
        return international(self.e164, self.extension)

    @api.model
    def _key(self, e164, extension, raw):
        """Two rows with this key are the same number."""
        return (e164, extension or "") if e164 else ("", (raw or "").strip())

    def _own_key(self):
        return self._key(self.e164, self.extension, self.raw)

    def _move_to(self, owner, own=None):
        """Give the numbers to a contact or lead, behind its own.

        :param own: all numbers of the owner, where the caller has them
        :return: the numbers that the owner has already, with their notes: they stay
            where they are, for the caller to delete
        """
        field = "partner_id" if owner._name == "res.partner" else "lead_id"
        other = "lead_id" if field == "partner_id" else "partner_id"
        quiet = self.sudo().with_context(crm_phone_mirror=True, active_test=False)
        own = (owner._phone_rows() if own is None else own) - quiet
        known = {row._own_key(): row for row in own}
        last = max(own.filtered("active").mapped("sequence"), default=0)
        doubles, moved = quiet.browse(), quiet.browse()
        for step, number in enumerate(quiet, 1):
            place = {"sequence": max(last, 0) + step}
            kept = known.setdefault(number._own_key(), number)
            if kept != number:
                doubles |= number
                moved |= kept._take_over(number, place)
            else:
                moved |= number
                number.write({field: owner.id, other: False, **place})
        if moved:
            owner._phone_mirror()
        return doubles

    def _take_over(self, double, place):
        """The note of an equal number; one that is used again is no former number.

        :return: the number when it is used again
        """
        notes = dict.fromkeys(filter(None, (self.note, double.note)))
        if double.note and self.note != ", ".join(notes):
            self.note = ", ".join(notes)
        again = self if double.active and not self.active else self.browse()
        again.write({**place, "active": True})
        return again

    # Existing databases

    @api.model
    def _fill(self):
        """Read the ``phone`` of everybody who has no row yet: after an installation
        or an upgrade, and of rows that other programs wrote."""
        for model in ("res.partner", "crm.lead"):
            last = 0
            while batch := self._without_rows(model, last):
                records = self.env[model].sudo().browse(batch)
                quiet = records.with_context(
                    tracking_disable=True, active_test=False, prefetch_fields=False
                )
                quiet._phone_typed({record: record.phone for record in quiet})
                self.env.flush_all()
                self.env.invalidate_all()
                last = batch[-1]

    @api.model
    def _without_rows(self, model, last):
        """The next owners with a phone and without a row, after the id ``last``."""
        partner = model == "res.partner"
        query = SQL(
            """
            SELECT o.id FROM %(table)s o
             WHERE o.phone ~ '[^[:space:]]' AND o.id > %(last)s AND %(free)s
               AND NOT EXISTS (
                   SELECT 1 FROM crm_phone_number n WHERE %(owner)s = o.id)
          ORDER BY o.id LIMIT %(limit)s
            """,
            table=SQL.identifier(self.env[model]._table),
            last=last,
            free=SQL("TRUE") if partner else SQL("o.partner_id IS NULL"),
            owner=SQL.identifier("n", "partner_id" if partner else "lead_id"),
            limit=FILL_BATCH,
        )
        return [row[0] for row in self.env.execute_query(query)]

    @api.constrains("raw")
    def _check_raw(self):
        for number in self:
            if not (number.raw or "").strip():
                raise ValidationError(self.env._("Type a phone number."))

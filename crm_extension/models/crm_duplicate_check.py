from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.duplicate_keys import MIN_DIGITS, is_telling, name_key

GROUP = "crm_extension.crm_extension_group_history"
ASKED = ("name", "phone", "email", "vat")
ENTRY = {
    "res.partner": (
        *("name", "phone", "email", "vat", "company_registry", "website"),
        *("is_company", "parent_id", "country_id", "id"),
    ),
    "crm.lead": (
        *("partner_name", "contact_name", "phone", "email_from", "website"),
        *("country_id", "partner_id", "lead_id"),
    ),
}
MAX_ASKED, SHORT_NAME = 200, 4
#: Of records that the user may not see only so many are told, and only sure ones.
MAX_HIDDEN, SURE = 3, 55
BUCKETS = ((7, "week"), (31, "month"), (92, "quarter"), (366, "year"))


class CrmDuplicate(models.AbstractModel):
    """Answers people who ask whether a customer is known, also across permissions.

    What the user may see is told in full. Of the others only that they exist, why they
    were found, whose they are, since which month and how long ago somebody spoke with
    them: nothing that was not typed. Every question is counted and logged.
    """

    _inherit = "crm.duplicate"

    @api.model
    def check(self, vals):
        """Answer the dialog "Check a customer".

        :param vals: ``name``, ``phone``, ``email``, ``vat`` as typed, one or more
        :return: ``{"log_id", "answers": [...]}``, see :meth:`_tell`
        :raises UserError: when nothing can be searched with, or too often in an hour
        """
        self._check_group()
        asked = self._clean(vals, ASKED)
        self._check_enough(asked)
        return self._asked("dialog", asked, asked)

    @api.model
    def check_entry(self, model, vals):
        """Answer a form while somebody types: as :meth:`check`, without complaints.

        :param model: ``"res.partner"`` or ``"crm.lead"``
        :param vals: typed values; ``id``/``lead_id`` of the record itself
        :return: as :meth:`check`; no answers where warnings are switched off, and only
            those the user may see after too many questions in an hour
        """
        self._check_group()
        empty = {"log_id": False, "answers": []}
        if self._entry_mode() == "off" or model not in ENTRY:
            return empty
        asked = self._clean(vals, ENTRY[model])
        if not self.env[model]._duplicate_is_telling(asked):
            return empty
        texts = {name: text for name, text in asked.items() if isinstance(text, str)}
        return self._asked("entry", asked, texts)

    @api.model
    def _entry_mode(self):
        """``off``, ``warn`` or ``block``: the setting for typing a known customer."""
        params = self.env["ir.config_parameter"].sudo()
        mode = params.get_param("crm_extension.duplicate_on_entry")
        return mode if mode in ("off", "block") else "warn"

    # Questions

    @api.model
    def _check_group(self):
        if not self.env.user.has_group(GROUP):
            raise AccessError(
                self.env._("Only people who work with customers may check them.")
            )

    @api.model
    def _clean(self, vals, names):
        """Texts and ids out of what a client sent; anything else is refused."""
        if not isinstance(vals, dict):
            raise UserError(
                self.env._("Type a name, a phone, an email or a tax number.")
            )
        cleaned = {}
        for name in names:
            value = vals.get(name)
            if isinstance(value, str) and value.strip():
                cleaned[name] = value.strip()[:MAX_ASKED]
            elif isinstance(value, int):
                cleaned[name] = value
        return cleaned

    @api.model
    def _check_enough(self, asked):
        """Refuse questions by which one could leaf through the customers."""
        if not asked or not all(isinstance(text, str) for text in asked.values()):
            raise UserError(
                self.env._("Type a name, a phone, an email or a tax number.")
            )
        if any(sign in text for text in asked.values() for sign in "%*?"):
            raise UserError(
                self.env._(
                    "Wildcards are not possible here. Type what you know in full."
                )
            )
        if "name" in asked and not self._is_long_enough(asked["name"]):
            raise UserError(
                self.env._(
                    "The name is too short: at least two Chinese characters or four "
                    "letters beside the legal form."
                )
            )
        if "phone" in asked and sum(c.isdigit() for c in asked["phone"]) < MIN_DIGITS:
            raise UserError(
                self.env._("Type the whole number, at least %(count)s digits.", count=7)
            )
        if not self._keys_of(asked):
            raise UserError(
                self.env._("Type a name, a phone, an email or a tax number.")
            )

    @api.model
    def _is_long_enough(self, name):
        key = name_key(name)
        return is_telling(key) and len(key) >= SHORT_NAME

    @api.model
    def _asked(self, source, asked, texts):
        """Count and log a question and answer it."""
        log = self.env["crm.duplicate.check.log"].sudo()
        found = self._find([asked])[0]
        answers = self._tell(found)
        if not log._take(source, texts):
            if source == "dialog":
                raise UserError(log._too_often())
            for answer in answers:
                del answer["record"]
            return {"log_id": False, "answers": [a for a in answers if a["visible"]]}
        return {"log_id": log._write_down(source, texts, answers), "answers": answers}

    # Answers

    @api.model
    def _tell(self, found):
        """Turn answers of :meth:`_find` into what the current user may be told.

        :return: list of dicts with ``visible``, ``model``, ``id`` and ``name`` (False
            when masked), ``record`` (for the log, removed before it goes out), ``kind``
            (customer, contact, lead), ``owner``, ``state`` (mine, owned, free, pool,
            archived), ``since`` (month), ``last_contact`` (bucket), ``score``,
            ``reasons`` (sentences)
        """
        partners = self.env["res.partner"].browse(
            [answer["partner_id"] for answer in found if answer["partner_id"]]
        )
        leads = self.env["crm.lead"].browse(
            [answer["lead_id"] for answer in found if answer["lead_id"]]
        )
        visible = {
            *partners._duplicate_visible()._duplicate_names(),
            *leads._duplicate_visible()._duplicate_names(),
        }
        contacts = self._last_contacts(partners, leads)
        answers = []
        for answer in found:
            record = partners.browse(answer["partner_id"]) or leads.browse(
                answer["lead_id"]
            )
            name = (record._name, record.id)
            told = self._tell_one(record, answer, name in visible, contacts.get(name))
            hidden = sum(not a["visible"] for a in answers)
            if told["visible"] or (answer["score"] >= SURE and hidden < MAX_HIDDEN):
                answers.append(told)
        return answers

    @api.model
    def _tell_one(self, record, answer, visible, last_contact):
        sudo = record.sudo()
        owner = sudo._duplicate_owner()
        return {
            "visible": visible,
            "model": record._name,
            "id": record.id if visible else False,
            "name": record.display_name if visible else False,
            "record": [record._name, record.id],
            "kind": record._duplicate_kind(),
            "owner": owner.name or False,
            "state": self._state(sudo, owner),
            "since": fields.Date.to_string(sudo.create_date.date().replace(day=1)),
            "last_contact": self._bucket(last_contact),
            "score": answer["score"],
            "reasons": self._explain(answer["reasons"]),
        }

    @api.model
    def _state(self, record, owner):
        if not record.active:
            return "archived"
        if not owner:
            return "free"
        return "mine" if owner == self.env.user else "owned"

    @api.model
    def _last_contacts(self, partners, leads):
        """``{(model, id): datetime}`` of the last real contact: one query."""
        customers = {lead: lead.partner_id for lead in leads.sudo()}
        everybody = partners.sudo() | leads.sudo().partner_id
        facts = self.env["crm.customer.stat"].sudo()._by_customer(everybody)
        dates = {p.id: facts[p.id]["last_contact_date"] for p in everybody}
        found = {("res.partner", p.id): dates[p.id] for p in partners}
        found.update(
            {("crm.lead", lead.id): dates.get(p.id) for lead, p in customers.items()}
        )
        return found

    @api.model
    def _bucket(self, date):
        """How long ago, roughly: week, month, quarter, year, older, never."""
        if not date:
            return "never"
        days = (fields.Datetime.now() - date).days
        return next((name for limit, name in BUCKETS if days <= limit), "older")

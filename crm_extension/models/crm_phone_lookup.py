from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_datetime

from ..tools.phone import (
    is_phone_search,
    parse_phones,
    search_keys,
    tel_uri,
    where_from,
)

# Fewer digits find half of the customers
MIN_DIGITS = 4
MAX_FOUND = 50


class CrmPhoneNumber(models.Model):
    """Who has this number: any spelling, or the last digits of one."""

    _inherit = "crm.phone.number"

    @api.model
    def lookup(self, text, limit=8):
        """Contacts and leads with a number that the user may read, the best first.

        :param text: a number in any spelling, or at least four of its digits
        :return: ``[{"number_id", "number", "tel", "kind", "status", "active", "exact",
            "partner_id", "partner_name", "customer_id", "customer_name", "lead_id",
            "lead_name"}]``
        :raises UserError: when an argument has the wrong type
        """
        limit = self._check_lookup(text, limit)
        found = self._find(text, limit * 4)._filtered_access("read")[:limit]
        whole = set(self._search_keys(text)[0])
        return [number._lookup_row(whole) for number in found]

    def _lookup_row(self, whole):
        partner, lead = self.partner_id, self.lead_id
        customer = partner.commercial_partner_id
        return {
            "number_id": self.id,
            "number": self.number,
            "tel": self.tel,
            "kind": self.kind,
            "status": self.status,
            "active": self.active,
            "exact": self.e164 in whole,
            "partner_id": partner.id,
            "partner_name": partner.name or partner.display_name or "",
            "customer_id": customer.id,
            "customer_name": customer.name or "",
            "lead_id": lead.id,
            "lead_name": lead.name or "",
        }

    def _compute_number_search(self):
        self.number_search = False

    @api.model
    def _search_number_search(self, operator, value):
        """Any spelling of a number, or words as they were typed."""
        if operator not in ("ilike", "="):
            return NotImplemented
        found = self.sudo()._find(value, limit=500) if is_phone_search(value) else self
        return Domain("id", "in", found.ids) | Domain("raw", operator, value)

    @api.model
    def _check_lookup(self, text, limit):
        """Hostile input gives a clear message."""
        if not isinstance(text, str) or not isinstance(limit, int):
            raise UserError(self.env._("Type a phone number to look for."))
        self.check_access("read")
        return min(max(limit, 1), MAX_FOUND)

    @api.model
    def _search_keys(self, text):
        return search_keys(text, self._default_regions())

    @api.model
    def _find(self, text, limit=50):
        """Rows of a number, former ones too; whole numbers before parts of one.

        One query of three index scans.
        """
        whole, digits = self._search_keys(text)
        if not whole and len(digits) < MIN_DIGITS:
            return self.browse()
        self.flush_model(["e164", "national"])
        rows = self.env.execute_query(self._find_query(whole, digits, limit))
        return self.browse(row[0] for row in rows)

    @api.model
    def _find_query(self, whole, digits, limit):
        """Ids by whole numbers, by the end and by the beginning of a number."""
        parts = [
            SQL(
                "(SELECT id, 1 AS rank FROM crm_phone_number WHERE e164 IN %s LIMIT %s)",
                tuple(whole or [""]),
                limit,
            )
        ]
        if len(digits) >= MIN_DIGITS:
            parts += [
                SQL(
                    """(SELECT id, 2 FROM crm_phone_number
                         WHERE reverse(national) LIKE %s LIMIT %s)""",
                    f"{digits[::-1]}%",
                    limit,
                ),
                SQL(
                    """(SELECT id, 3 FROM crm_phone_number
                         WHERE national LIKE %s LIMIT %s)""",
                    f"{digits}%",
                    limit,
                ),
            ]
        return SQL(
            "SELECT id FROM (%s) found GROUP BY id ORDER BY MIN(rank), id LIMIT %s",
            SQL(" UNION ALL ").join(parts),
            limit,
        )

    # Who is calling

    @api.model
    def caller_fetch(self, text):
        """All that a clerk wants to know about a number, in one call.

        :return: ``{"number", "tel", "status", "reason", "matches", "can_create"}``; each
            match is a row of :meth:`lookup` with ``function``, ``user_name``,
            ``last_contact`` and ``open`` (:meth:`_caller_open_things`)
        """
        matches = self.lookup(text)
        partners = self.env["res.partner"].browse(
            {match["partner_id"] for match in matches if match["partner_id"]}
        )
        contacts = self._caller_last_contacts(partners)
        things = self._caller_open_things(partners.commercial_partner_id)
        for match in matches:
            partner = partners.browse(match["partner_id"] or [])
            match["function"] = partner.function or ""
            match["user_name"] = (
                partner.user_id or partner.commercial_partner_id.user_id
            ).name or ""
            match["last_contact"] = contacts.get(partner.id, "")
            match["open"] = things.get(match["customer_id"], [])
        return {**self._caller_number(text), "matches": matches}

    @api.model
    def _caller_number(self, text):
        """The number itself, and whether the user may make a contact of it."""
        phone = next(iter(parse_phones(text[:200], self._default_regions())), None)
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return {
            "number": phone.international if phone else "",
            "tel": tel_uri(phone.e164, phone.ext) if phone else "",
            "status": phone.status if phone else "bad",
            "reason": reasons.get(phone.reason, "") if phone else "",
            "can_create": [
                model
                for model in ("res.partner", "crm.lead")
                if self.env[model].has_access("create")
            ],
        }

    @api.model
    def caller_where(self, text):
        """Country, place and carrier of a number nobody knows (offline tables)."""
        self._check_lookup(text, 1)
        for phone in parse_phones(text[:200], self._default_regions(), limit=1):
            if phone.e164:
                hint = where_from(phone.e164, self.env.lang or "en")
                country = self.env["res.country"].search(
                    [("code", "=", hint["country"])], limit=1
                )
                return {**hint, "country": country.name or hint["country"]}
        return {"country": "", "place": "", "carrier": ""}

    @api.model
    def _caller_last_contacts(self, partners):
        """``{partner.id: sentence}``: when somebody last spoke with them, and who."""
        stats = self.env["crm.customer.stat"]
        if not partners or not stats.has_access("read"):
            return {}
        channels = dict(
            stats._fields["last_contact_channel"]._description_selection(self.env)
        )
        return {
            partner: ", ".join(
                filter(
                    None,
                    (
                        format_datetime(self.env, facts["last_contact_date"]),
                        channels.get(facts["last_contact_channel"]),
                        self.env["res.users"]
                        .sudo()  # names of colleagues only
                        .browse(facts["last_contact_user_id"] or [])
                        .name,
                    ),
                )
            )
            for partner, facts in stats._by_customer(partners).items()
            if facts["last_contact_date"]
        }

    @api.model
    def _caller_open_things(self, customers):
        """What is open with customers: ``{customer.id: [thing]}``.

        A thing is ``{"name", "count", "model", "domain"}``; one query per kind.
        """
        things = {customer.id: [] for customer in customers}
        for name, model, field, domain in self._caller_open_kinds():
            counts = self._caller_counts(customers, model, field, domain)
            for customer, count in counts.items():
                inside = [(field, "child_of", customer), *domain]
                things[customer].append(
                    {"name": name, "count": count, "model": model, "domain": inside}
                )
        return things

    @api.model
    def _caller_counts(self, customers, model, field, domain):
        """``{customer.id: count}`` of the documents that the user may read."""
        counts = Counter()
        records = self.env[model]
        if customers and records.has_access("read"):
            inside = [(field, "child_of", customers.ids), *domain]
            for partner, count in records._read_group(inside, [field], ["__count"]):
                counts[partner.commercial_partner_id.id] += count
        return {c.id: counts[c.id] for c in customers if counts[c.id]}

    @api.model
    def _caller_open_kinds(self):
        """Hook: kinds of open things as (name, model, field of the contact, domain)."""
        return [
            (
                self.env._("Opportunities"),
                "crm.lead",
                "partner_id",
                [("won_status", "=", "pending")],
            ),
            (
                self.env._("Quotations"),
                "sale.order",
                "partner_id",
                [("state", "in", ["draft", "sent"])],
            ),
        ]

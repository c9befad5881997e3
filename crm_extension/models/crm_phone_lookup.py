from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_datetime

from ..tools.phone import (
    international,
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
        keys = self._search_keys(text)
        ids = self._find_ids(*keys, limit * 4)
        if not ids:
            return []
        place = {number: step for step, number in enumerate(ids)}
        rows = self.env.execute_query_dict(self._lookup_query(ids))
        rows.sort(key=lambda row: place[row["number_id"]])
        return [self._lookup_row(row, keys[0]) for row in rows[:limit]]

    @api.model
    def _lookup_query(self, ids):
        """Those of the rows that the user may read, with their owners: one query."""
        leads = self.env.execute_query(
            SQL(
                "SELECT FROM crm_phone_number WHERE id IN %s AND lead_id IS NOT NULL",
                tuple(ids),
            )
        )
        numbers = self.with_context(active_test=False, crm_phone_of_contacts=not leads)
        query = numbers._search(Domain("id", "in", ids))
        joined = {}
        for alias, (field, table) in {
            "partner": ("partner_id", "res_partner"),
            "lead": ("lead_id", "crm_lead"),
        }.items():
            joined[alias] = query.left_join(self._table, field, table, "id", alias)
        self.env["res.partner"].flush_model(
            [
                "name",
                "complete_name",
                "commercial_partner_id",
                "commercial_company_name",
            ]
        )
        self.env["crm.lead"].flush_model(["name"])
        own, partner, lead = self._table, joined["partner"], joined["lead"]
        return query.select(
            SQL("%s AS number_id", SQL.identifier(own, "id")),
            *(
                SQL.identifier(own, name)
                for name in ("raw", "e164", "extension", "kind", "status", "active")
            ),
            SQL("%s AS partner_id", SQL.identifier(partner, "id")),
            SQL(
                "COALESCE(%s, %s) AS partner_name",
                SQL.identifier(partner, "name"),
                SQL.identifier(partner, "complete_name"),
            ),
            SQL("%s AS customer_id", SQL.identifier(partner, "commercial_partner_id")),
            SQL(
                "%s AS customer_name",
                SQL.identifier(partner, "commercial_company_name"),
            ),
            SQL("%s AS lead_id", SQL.identifier(lead, "id")),
            SQL("%s AS lead_name", SQL.identifier(lead, "name")),
        )

    @api.model
    def _lookup_row(self, row, whole):
        """What clients get: no NULL, the number in its readable form."""
        raw, e164 = row.pop("raw"), row.pop("e164")
        extension = row.pop("extension") or ""
        shown = international(e164, extension) if row["status"] == "valid" else raw
        return {
            **{name: False if v is None else v for name, v in row.items()},
            "partner_name": row["partner_name"] or "",
            "customer_name": row["customer_name"] or row["partner_name"] or "",
            "lead_name": row["lead_name"] or "",
            "number": shown,
            "tel": tel_uri(e164 or "", extension),
            "exact": e164 in whole,
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
        return search_keys(text, self._lookup_regions())

    @api.model
    def _lookup_regions(self):
        """The country of the company, without reading the company."""
        self.env["res.partner"].flush_model(["country_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT country.code FROM res_company company
                     JOIN res_partner partner ON partner.id = company.partner_id
                     JOIN res_country country ON country.id = partner.country_id
                    WHERE company.id = %s""",
                self.env.company.id,
            )
        )
        return [rows[0][0]] if rows else ["CN"]

    @api.model
    def _find(self, text, limit=50):
        """Rows of a number, former ones too; whole numbers before parts of one.

        One query of three index scans.
        """
        return self.browse(self._find_ids(*self._search_keys(text), limit))

    @api.model
    def _find_ids(self, whole, digits, limit):
        if not whole and len(digits) < MIN_DIGITS:
            return []
        self.flush_model(["e164", "national"])
        rows = self.env.execute_query(self._find_query(whole, digits, limit))
        return [row[0] for row in rows]

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
        pending = [("won_status", "=", "pending")]
        quoted = [("state", "in", ["draft", "sent"])]
        return [
            (self.env._("Opportunities"), "crm.lead", "partner_id", pending),
            (self.env._("Quotations"), "sale.order", "partner_id", quoted),
        ]

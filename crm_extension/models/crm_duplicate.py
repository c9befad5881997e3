from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.duplicate_keys import (
    TELLING_NAME,
    WEIGHTS,
    combined,
    similarity_weight,
)

#: Records that are looked at for one key: a switchboard's number is on hundreds.
PER_KEY = 30
PER_NAME = 10
SIMILAR = 0.5
MINIMUM = 50


class CrmDuplicate(models.AbstractModel):
    """Finds the customers and leads that some values may belong to.

    How it works: the values are turned into keys (``tools/duplicate_keys.py``); one
    query finds the stored keys that are equal, one the names that are similar, one the
    facts of the partners found and one those of the leads: four for any number of
    values. Each shared key is a reason with a weight; reasons add up, other tax numbers
    speak against it. Records of one customer (a company and its people) are one answer.
    """

    _name = "crm.duplicate"
    _description = "Search for Duplicates"

    @api.model
    @api.private
    def _find(self, vals_list, limit=8, fuzzy=True, minimum=MINIMUM):
        """Possible duplicates of typed or stored values, whoever may see them.

        :param vals_list: dicts with any of ``name``, ``is_company``, ``parent_id``,
            ``phone`` (several numbers in one text are understood), ``phones`` (list),
            ``email``, ``website``, ``vat``, ``company_registry``, ``country_id`` and
            the lead's ``partner_name``, ``contact_name``, ``email_from``. ``id`` (a
            partner), ``lead_id`` and ``partner_id`` name records that are left out
            together with their company and colleagues.
        :param fuzzy: compare similar names too (``pg_trgm``)
        :param minimum: least score of an answer
        :return: for each dict a list of ``{"partner_id", "lead_id", "score",
            "reasons"}``, best first; one of the two ids is False, ``score`` is 0-99,
            ``reasons`` are keys of :meth:`_reason_labels`, strongest first
        """
        self._flush()
        asked = [self._keys_of(vals) for vals in vals_list]
        hits = self._search_keys(asked)
        if fuzzy:
            self._search_similar(asked, hits)
        facts = self._facts(hits)
        families = self._families(vals_list)
        return [
            self._answers(asked[n], hits[n], facts, families[n], minimum)[:limit]
            for n in range(len(vals_list))
        ]

    # Asking

    @api.model
    def _flush(self):
        """Write what was changed in this transaction, and with it the keys."""
        for model, more in (
            ("res.partner", {"company_id", "commercial_partner_id", "partner_share"}),
            ("crm.lead", {"company_id", "partner_id", "active"}),
        ):
            records = self.env[model]
            records.flush_model(records._duplicate_fields() | more)
        self.env["crm.duplicate.key"]._settle()

    @api.model
    def _keys_of(self, vals):
        """Keys of one dict of values; ``partner_name`` makes it a lead."""
        texts = {name: v for name, v in vals.items() if isinstance(v, str)}
        phones = [p for p in vals.get("phones") or () if isinstance(p, str)]
        values = {
            "region": self.env["res.country"].browse(vals.get("country_id")).code,
            "parent_id": vals.get("parent_id"),
            "is_company": vals.get("is_company"),
            **texts,
        }
        here = self.env.company.country_id.code
        if texts.keys() & {"partner_name", "contact_name", "email_from"}:
            return self.env["crm.lead"]._duplicate_lead_keys(values, here, phones)
        return self.env["res.partner"]._duplicate_partner_keys(values, here, phones)

    @api.model
    def _search_keys(self, asked):
        """Rows that share a key: ``[{(model, id): {reason: weight}}]`` per question."""
        hits = [defaultdict(dict) for _keys in asked]
        rows = [
            (n, key.kind, key.value) for n, keys in enumerate(asked) for key in keys
        ]
        if not rows:
            return hits
        numbers, kinds, values = map(list, zip(*rows, strict=True))
        found = self.env.execute_query(
            SQL(
                """SELECT a.n, a.kind, a.key, k.partner_id, k.lead_id
                     FROM UNNEST(%s::int[], %s::text[], %s::text[]) a(n, kind, key)
               CROSS JOIN LATERAL (
                       SELECT partner_id, lead_id FROM crm_duplicate_key
                        WHERE key = a.key AND kind = a.kind LIMIT %s) k""",
                numbers,
                kinds,
                values,
                PER_KEY,
            )
        )
        for n, kind, value, partner, lead in found:
            reasons = hits[n][self._record(partner, lead)]
            reasons[kind] = self._weight_of(kind, value)
        return hits

    @api.model
    def _search_similar(self, asked, hits):
        """Add names that look alike; nothing where PostgreSQL cannot compare them."""
        rows = [
            (n, key.value)
            for n, keys in enumerate(asked)
            for key in keys
            if key.kind == "name" and len(key.value) >= TELLING_NAME
        ]
        if not rows or not self.env["crm.duplicate.key"]._has_trigrams():
            return
        numbers, values = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                "SELECT set_config('pg_trgm.similarity_threshold', %s, true)",
                str(SIMILAR),
            )
        )
        found = self.env.execute_query(
            SQL(
                """SELECT a.n, k.partner_id, k.lead_id, k.near
                     FROM UNNEST(%s::int[], %s::text[]) a(n, key)
               CROSS JOIN LATERAL (
                       SELECT partner_id, lead_id, similarity(key, a.key) AS near
                         FROM crm_duplicate_key
                        WHERE kind = 'name' AND key %% a.key
                     ORDER BY near DESC, id LIMIT %s) k""",
                numbers,
                values,
                PER_NAME,
            )
        )
        for n, partner, lead, near in found:
            reasons = hits[n][self._record(partner, lead)]
            if "name" not in reasons:
                reasons["similar"] = similarity_weight(near)

    @api.model
    def _record(self, partner, lead):
        return ("res.partner", partner) if partner else ("crm.lead", lead)

    @api.model
    def _weight_of(self, kind, value):
        """Weight of a shared key; short names are shared by chance."""
        is_short = kind == "name" and len(value) < TELLING_NAME
        return 50 if is_short else WEIGHTS[kind]

    # Answering

    @api.model
    def _facts(self, hits):
        """What must be known of the records found: ``{(model, id): dict}``."""
        found = {record for reasons in hits for record in reasons}
        partners = [id_ for model, id_ in found if model == "res.partner"]
        leads = [id_ for model, id_ in found if model == "crm.lead"]
        return {**self._partner_facts(partners), **self._lead_facts(leads)}

    @api.model
    def _partner_facts(self, ids):
        """Customers and contacts; colleagues' own cards are nobody's duplicates."""
        if not ids:
            return {}
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT p.id, COALESCE(p.commercial_partner_id, p.id) AS family,
                          p.company_id, p.is_company,
                          ARRAY_AGG(k.key) FILTER (WHERE k.key IS NOT NULL) AS taxes
                     FROM res_partner p
                LEFT JOIN crm_duplicate_key k
                          ON k.partner_id = p.commercial_partner_id AND k.kind = 'tax'
                    WHERE p.id = ANY(%s) AND p.partner_share IS NOT FALSE
                 GROUP BY p.id""",
                ids,
            )
        )
        return {("res.partner", row["id"]): row for row in rows}

    @api.model
    def _lead_facts(self, ids):
        if not ids:
            return {}
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT l.id, p.commercial_partner_id AS family, l.company_id,
                          TRUE AS is_company, NULL AS taxes
                     FROM crm_lead l LEFT JOIN res_partner p ON p.id = l.partner_id
                    WHERE l.id = ANY(%s) AND l.active""",
                ids,
            )
        )
        return {("crm.lead", row["id"]): row for row in rows}

    @api.model
    def _families(self, vals_list):
        """For each dict the customer it belongs to already and its own lead."""
        owners = [
            {vals.get(name) for name in ("id", "parent_id", "partner_id")}
            - {False, None}
            for vals in vals_list
        ]
        ids = [id_ for id_ in set().union(*owners) if isinstance(id_, int)]
        partners = self.env["res.partner"].sudo().browse(ids).exists()
        family = {partner.id: partner.commercial_partner_id.id for partner in partners}
        return [
            ({family.get(id_) for id_ in ids} - {None}, vals.get("lead_id"))
            for ids, vals in zip(owners, vals_list, strict=True)
        ]

    @api.model
    def _answers(self, keys, hits, facts, own, minimum):
        """Answers to one question, best first, one for each customer and lead."""
        family, own_lead = own
        companies = self._company_ids()
        best = {}
        for record, reasons in hits.items():
            fact = facts.get(record)
            if not fact or fact["family"] in family or record == ("crm.lead", own_lead):
                continue
            if fact["company_id"] and companies and fact["company_id"] not in companies:
                continue
            weights = self._judge(keys, reasons, fact)
            self._keep_best(best, record, weights, fact)
        answers = [self._answer(*found) for found in best.values()]
        answers = [answer for answer in answers if answer["score"] >= minimum]
        return sorted(answers, key=lambda a: (-a["score"], a["partner_id"] or 0))

    @api.model
    def _company_ids(self):
        """Companies whose records may be told; None for the system itself."""
        is_system = self.env.uid == api.SUPERUSER_ID
        return None if is_system else self.env.user._get_company_ids()

    @api.model
    def _judge(self, keys, reasons, fact):
        """Weights of one record: what is told twice counts once."""
        weights = dict(reasons)
        if "name" in weights:
            weights.pop("core", None)
        elif "core" in weights and "similar" in weights:
            weights["core"] = max(weights["core"], weights.pop("similar"))
        if "name" in weights and weights.pop("person", None):
            if not fact["is_company"]:
                weights["name"] = WEIGHTS["person"]
        for strong, weak in (("email", "domain"), ("phone", "tail")):
            if strong in weights:
                weights.pop(weak, None)
        taxes = {key.value for key in keys if key.kind == "tax"}
        if taxes and fact["taxes"] and not taxes & set(fact["taxes"]):
            weights["other_tax"] = 0
        return weights

    @api.model
    def _keep_best(self, best, record, weights, fact):
        """One answer for a company and its people, with the reasons of all of them."""
        place = ("family", fact["family"]) if record[0] == "res.partner" else record
        known_record, known = best.get(place, (record, {}))
        if self._score(weights) > self._score(known) and known:
            known_record = record
        best[place] = (known_record, {**known, **weights})

    @api.model
    def _score(self, weights):
        score = combined(weights.values())
        return score // 2 if "other_tax" in weights else score

    @api.model
    def _answer(self, record, weights):
        model, id_ = record
        return {
            "partner_id": id_ if model == "res.partner" else False,
            "lead_id": id_ if model == "crm.lead" else False,
            "score": self._score(weights),
            "reasons": sorted(weights, key=weights.get, reverse=True),
        }

    @api.model
    def _reason_labels(self):
        """What each reason means, in the reader's language."""
        return {
            "tax": self.env._("Same tax number"),
            "registry": self.env._("Same registration number"),
            "email": self.env._("Same e-mail address"),
            "phone": self.env._("Same phone number"),
            "name": self.env._("Same name"),
            "domain": self.env._("Same e-mail domain or website"),
            "tail": self.env._("Phone number ends the same"),
            "core": self.env._("Same name apart from the place"),
            "person": self.env._("Same name of a person"),
            "similar": self.env._("Similar name"),
            "other_tax": self.env._("But another tax number"),
        }

    @api.model
    @api.private
    def _explain(self, reasons):
        """Reasons in words, in their order."""
        labels = self._reason_labels()
        return [labels[reason] for reason in reasons]

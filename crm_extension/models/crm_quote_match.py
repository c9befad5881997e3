from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.quote_match import (
    OFFERED,
    POSSIBLE,
    choose,
    code_key,
    codes_in,
    name_key,
    score,
    without_code,
)

#: The first kind that a text is found by says how the row was matched.
KINDS = ("customer", "code", "barcode", "name")
PER_NAME = 20
SIMILAR = 0.35
MIN_SIMILAR = 2


class CrmQuote(models.AbstractModel):
    """Which product a typed text means: by codes and names, then by similar names."""

    _inherit = "crm.quote"

    @api.model
    def _quote_known(self, order, texts):
        """Products that texts name exactly: our code, a barcode, a code of this
        customer or the whole name. Three queries for any number of texts.

        Archived products and those that are not for sale are told only where a text
        means no other one.

        :return: ``{text: {product id: (kind, unit id or False)}}`` of the products that
            the user may read
        """
        asked = {text: n for n, text in enumerate(dict.fromkeys(texts))}
        numbers = list(asked.values())
        known = defaultdict(dict)
        if not asked:
            return known
        for model, names in (
            ("product.product", ["quote_code_key", "barcode", "product_tmpl_id"]),
            ("product.template", ["quote_key"]),
            ("product.uom", ["barcode", "product_id", "uom_id"]),
            ("crm.product.code", ["partner_id", "product_id", "key"]),
        ):
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            self._quote_known_sql(order, numbers, list(asked))
        )
        products = self._quote_products([row[2] for row in rows])
        readable = set(products.ids)
        sold = set(products.filtered(lambda p: p.active and p.sale_ok).ids)
        backwards = {n: text for text, n in asked.items()}
        for number, kind, product_id, unit_id in rows:
            if product_id in readable:
                found = known[backwards[number]]
                kept = found.get(product_id)
                if not kept or KINDS.index(kind) < KINDS.index(kept[0]):
                    found[product_id] = (kind, unit_id or False)
        return {
            text: {key: found[key] for key in found.keys() & sold} or found
            for text, found in known.items()
        }

    @api.model
    def _quote_known_sql(self, order, numbers, texts):
        customer = order.partner_id.commercial_partner_id
        codes = self.env["crm.product.code"]._search([("partner_id", "=", customer.id)])
        return SQL(
            """
            WITH asked AS MATERIALIZED (
                SELECT * FROM UNNEST(%(n)s::int[], %(raw)s::text[], %(code)s::text[],
                                     %(name)s::text[]) AS a(n, raw, code, name))
            SELECT a.n, 'code', p.id, NULL::int
              FROM asked a JOIN product_product p ON p.quote_code_key = a.code
             WHERE a.code != ''
             UNION ALL
            SELECT a.n, 'barcode', p.id, NULL
              FROM asked a JOIN product_product p ON p.barcode = a.raw
             UNION ALL
            SELECT a.n, 'barcode', u.product_id, u.uom_id
              FROM asked a JOIN product_uom u ON u.barcode = a.raw
             UNION ALL
            SELECT a.n, 'customer', c.product_id, NULL
              FROM asked a JOIN crm_product_code c ON c.key = a.code
             WHERE a.code != '' AND c.id IN %(codes)s
             UNION ALL
            SELECT a.n, 'name', p.id, NULL
              FROM asked a
        CROSS JOIN LATERAL (
                SELECT id FROM product_template
                 WHERE quote_key LIKE '%%|' || a.name || '|%%'
                 LIMIT %(limit)s) t
              JOIN product_product p ON p.product_tmpl_id = t.id
             WHERE a.name ~ '[a-z]'
            """,
            n=numbers,
            raw=texts,
            code=[code_key(text) for text in texts],
            name=[name_key(text) for text in texts],
            codes=codes.subselect(),
            limit=PER_NAME,
        )

    @api.model
    def _quote_products(self, ids):
        """Those of some products that the user may see in this company, also archived
        ones and those that are not for sale: a row says so."""
        products = self.env["product.product"].with_context(active_test=False)
        domain = Domain("id", "in", list(set(ids)))
        domain &= Domain("company_id", "in", [False, self.env.company.id])
        return products.search(domain)

    # Similar names

    @api.model
    def _quote_similar(self, texts):
        """Products whose names are like some texts: one query, ranked in Python.

        :return: ``{text: [(score, product), ...]}``, best first; products for sale
        """
        asked = {t: name_key(without_code(t)) for t in texts}
        asked = {t: key for t, key in asked.items() if len(key) >= MIN_SIMILAR}
        if not asked:
            return {}
        self.env["product.template"].flush_model(["quote_key", "name"])
        rows = self.env.execute_query(self._quote_similar_sql(asked))
        templates = {template_id for _n, template_id, _names in rows}
        variants = self._quote_variants(templates)
        ranked = defaultdict(list)
        order = list(asked)
        for number, template_id, names in rows:
            text = without_code(order[number])
            for product in variants[template_id]:
                near = score(text, self._quote_names(product, names))
                if near >= POSSIBLE:
                    ranked[order[number]].append((near, product))
        return {
            text: sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:OFFERED]
            for text, found in ranked.items()
        }

    @api.model
    def _quote_names(self, product, names):
        """The names of a template, and those of a variant with its attributes."""
        values = product.product_template_attribute_value_ids.mapped("name")
        plain = list((names or {}).values())
        return plain + [f"{name} {' '.join(values)}" for name in plain if values]

    @api.model
    def _quote_variants(self, template_ids):
        products = self.env["product.product"].search(
            Domain("product_tmpl_id", "in", list(template_ids))
            & Domain("sale_ok", "=", True)
            & Domain("company_id", "in", [False, self.env.company.id])
        )
        variants = defaultdict(lambda: self.env["product.product"])
        for product in products:
            variants[product.product_tmpl_id.id] |= product
        return variants

    @api.model
    def _quote_similar_sql(self, asked):
        """Templates near each text; without trigrams those that share its words."""
        numbers, keys = list(range(len(asked))), list(asked.values())
        if not self.env.registry.has_trigram:
            condition, rank = SQL("t.quote_key LIKE ANY(a.parts)"), SQL("t.id")
        else:
            self.env.cr.execute(
                SQL(
                    "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)",
                    str(SIMILAR),
                )
            )
            condition = SQL("a.key <%% t.quote_key")
            rank = SQL("word_similarity(a.key, t.quote_key) DESC, t.id")
        return SQL(
            """SELECT a.n, t.id, t.name
                 FROM (SELECT n, key, ARRAY(
                              SELECT '%%' || part || '%%'
                                FROM UNNEST(string_to_array(key, ' ')) AS part
                               WHERE LENGTH(part) > 2) AS parts
                         FROM UNNEST(%s::int[], %s::text[]) AS asked(n, key)) a
           CROSS JOIN LATERAL (
                   SELECT t.id, t.name FROM product_template t
                    WHERE t.active AND t.sale_ok AND %s
                 ORDER BY %s LIMIT %s) t""",
            numbers,
            keys,
            condition,
            rank,
            PER_NAME,
        )

    # One row

    @api.model
    def _quote_match(self, order, pasted, known):
        """Match pasted rows.

        :param pasted: list of ``PastedRow``
        :param known: :meth:`_quote_known` of their texts
        :return: list of dict ``product`` (record, may be empty), ``match`` (kind or
            ``"similar"``), ``unit`` (id or False), ``candidates`` (products)
        """
        matches = [self._quote_exact(row, known) for row in pasted]
        lost = [
            (row, match)
            for row, match in zip(pasted, matches, strict=True)
            if not match["product"] and not match["candidates"]
        ]
        texts = {text for row, _match in lost for text in (row.name, row.code) if text}
        similar = self._quote_similar(sorted(texts))
        for row, match in lost:
            self._quote_nearest(row, match, similar)
        return matches

    @api.model
    def _quote_exact(self, row, known):
        """By code, then by name; two answers are none."""
        products = self.env["product.product"].with_context(active_test=False)
        by_code = known.get(row.code, {})
        by_name = known.get(row.name, {})
        if not by_code:
            for code in codes_in(row.code or row.name):
                if by_code := known.get(code, {}):
                    break
        both = by_code.keys() & by_name.keys()
        found = {key: by_code[key] for key in both} or by_code or by_name
        if by_code and by_name and not both:
            found = {**by_name, **by_code}
        match = {
            "product": products,
            "match": False,
            "unit": False,
            "candidates": products.browse(found),
        }
        if len(found) == 1:
            [(product_id, (kind, unit_id))] = found.items()
            match |= {
                "product": products.browse(product_id),
                "match": kind,
                "unit": unit_id,
                "candidates": products,
            }
        return match

    @api.model
    def _quote_nearest(self, row, match, similar):
        """Take the one similar name that stands out, else offer the best ones."""
        for text in filter(None, (row.name, row.code)):
            ranked = similar.get(text, [])
            if choose([near for near, _product in ranked]):
                match |= {"product": ranked[0][1], "match": "similar"}
            if ranked:
                found = [product.id for _near, product in ranked]
                match["candidates"] = self.env["product.product"].browse(found)
                return

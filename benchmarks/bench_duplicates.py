"""Finding duplicates among many customers, against the same look-ups in plain SQL."""

from odoo.tools import SQL

from . import fixtures
from .runner import best

NAME = "duplicates"
GOAL = (
    "A typed customer is compared with a million others in little more than the two"
    " index look-ups take, so that the form can ask while somebody types."
)
ROWS = 1_000_000
QUESTION = {
    "name": "Northern Trading 123 GmbH",
    "is_company": True,
    "phone": "+49 30 90000123",
    "email": "info@northern123.de",
}


def run(env, scale):
    """Compare ``_find`` with plain SQL; a batch with as many single questions."""
    count = max(1000, int(ROWS * scale))
    _fill(env, count)
    finder = env["crm.duplicate"]
    [keys] = [finder._keys_of(QUESTION)]
    found = finder._find([QUESTION])[0]
    batch = [{**QUESTION, "name": f"Northern Trading {n * 7} Ltd"} for n in range(100)]
    return [
        {
            "name": f"one customer among {count:,}, {len(found)} found",
            "value": best(lambda: finder._find([QUESTION])),
            "unit": "ms",
            "limit": best(lambda: _raw(env, keys)),
            "goal": 3.0,
        },
        {
            "name": "equal keys only",
            "value": best(lambda: finder._find([QUESTION], fuzzy=False)),
            "unit": "ms",
        },
        {
            "name": "100 rows of an import, equal keys",
            "value": best(lambda: finder._find(batch, fuzzy=False)),
            "unit": "ms",
            "peer": best(lambda: [finder._find([v], fuzzy=False) for v in batch]),
            "goal": 1.0,
        },
    ]


def _fill(env, count):
    """Partners and keys by SQL, names that share most of their trigrams."""
    partner = env["res.partner"].create({"name": "Northern", "is_company": True})
    first = fixtures.multiply(
        env,
        partner,
        count,
        {
            "name": SQL("'Northern Trading ' || g"),
            "commercial_partner_id": SQL("NULL"),
        },
    )
    for kind, key in (
        ("name", SQL("md5(g::text) || 'trading' || g")),
        ("phone", SQL("'+4930' || (90000000 + g)")),
        ("domain", SQL("'northern' || g || '.de'")),
    ):
        env.cr.execute(
            SQL(
                """INSERT INTO crm_duplicate_key (kind, key, partner_id)
                SELECT %s, %s, %s + g - 1 FROM generate_series(1, %s) g""",
                kind,
                key,
                first,
                count,
            )
        )
    fixtures.analyze(env, "crm.duplicate.key", "res.partner")


def _raw(env, keys):
    exact = env.execute_query(
        SQL(
            """SELECT k.partner_id FROM UNNEST(%s::text[], %s::text[]) a(kind, key)
                 JOIN crm_duplicate_key k ON k.key = a.key AND k.kind = a.kind""",
            [key.kind for key in keys],
            [key.value for key in keys],
        )
    )
    name = next(key.value for key in keys if key.kind == "name")
    similar = env.execute_query(
        SQL(
            """SELECT partner_id FROM crm_duplicate_key
                WHERE kind = 'name' AND key %% %s
             ORDER BY similarity(key, %s) DESC LIMIT 10""",
            name,
            name,
        )
    )
    return exact, similar

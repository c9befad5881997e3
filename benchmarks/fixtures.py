"""Data for benchmarks, made by SQL in the open transaction and rolled back after it.

Rows are copies of one real record that the ORM made, so that every column is filled as
Odoo fills it; only what matters for the measure varies.
"""

from contextlib import contextmanager

from odoo.fields import Command
from odoo.tools import SQL

PARTNERS = 500
PRODUCTS = 50


def people(env, partners=PARTNERS, products=PRODUCTS):
    """Return partners, products and three salespeople."""
    env = quiet(env)
    return (
        env["res.partner"].create(
            [{"name": f"Bench {n}", "is_company": True} for n in range(partners)]
        ),
        env["product.product"].create(
            [
                {
                    "name": f"Bench {n}",
                    "type": "consu",
                    "list_price": 10.0 + n,
                    "standard_price": 6.0 + n / 2,
                    "taxes_id": [Command.clear()],
                    "invoice_policy": "order",
                }
                for n in range(products)
            ]
        ),
        env["res.users"].create(
            [{"name": f"Bench {n}", "login": f"bench{n}"} for n in range(3)]
        ),
    )


def quiet(env):
    """Return an environment without mail and tracking."""
    return env(
        context={
            **env.context,
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "no_reset_password": True,
        }
    )


def order(env, partner, products, lines, **values):
    """Return a draft order of ``lines`` lines."""
    return quiet(env)["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": products[n % len(products)].id,
                        "product_uom_qty": 1 + n % 5,
                        "tax_ids": [Command.clear()],
                    }
                )
                for n in range(lines)
            ],
            **values,
        }
    )


def multiply(env, record, count, changes):
    """Copy the row of ``record`` ``count`` times; return the first new id.

    Copy number ``g`` (1..count) gets the id ``first + g - 1``.

    :param changes: ``{column: SQL}``; may use ``g`` and the row ``seed``
    """
    env.flush_all()
    table = SQL.identifier(record._table)
    columns = [
        name
        for name, field in record._fields.items()
        if field.store and field.column_type and name != "id"
    ]
    [[first]] = env.execute_query(SQL("SELECT MAX(id) + 1 FROM %s", table))
    env.cr.execute(
        SQL(
            "INSERT INTO %s (id, %s) SELECT %s + g - 1, %s"
            " FROM %s seed, generate_series(1, %s) g WHERE seed.id = %s",
            table,
            SQL(", ").join(SQL.identifier(name) for name in columns),
            first,
            SQL(", ").join(
                changes.get(name, SQL.identifier("seed", name)) for name in columns
            ),
            table,
            count,
            record.id,
        )
    )
    return first


def pick(records, offset=0):
    """Return SQL choosing one of ``records`` by ``g``, some much more often."""
    return SQL(
        "(%s::int[])"
        "[1 + (POWER(((g::bigint * 7919 + %s) %% 100003) / 100003.0, 2) * %s)::int]",
        records.ids,
        offset,
        len(records) - 1,
    )


def pick_from(first, count):
    """Return SQL choosing by ``g`` one of ``count`` ids from ``first`` on. Skewed: the
    first one gets about one in seventy of 10 million rows of 200,000 customers."""
    return SQL(
        "%s + LEAST((POWER(((g::bigint * 7919) %% 1000003) / 1000003.0, 3) * %s)::int, %s)",
        first,
        count,
        count - 1,
    )


def without_checks(env, model):
    """Drop the foreign keys of a table until the rollback: rows that are copies of one
    that was checked need not be checked ten million times."""
    table = env[model]._table
    names = env.execute_query(
        SQL(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass"
            " AND contype = 'f'",
            table,
        )
    )
    for (name,) in names:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )


@contextmanager
def without_indexes(env, model):
    """Drop the indexes of a table (not those of constraints), fill it, build them again:
    ten million rows take minutes instead of an hour."""
    rows = env.execute_query(
        SQL(
            """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
                 FROM pg_index i
            LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
                WHERE i.indrelid = %s::regclass AND c.oid IS NULL""",
            env[model]._table,
        )
    )
    for name, _definition in rows:
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name.strip('"'))))
    yield
    for _name, definition in rows:
        env.cr.execute(definition)


def continue_ids(env, *models):
    """Let the ORM create records beside those that :func:`multiply` made."""
    for model in models:
        table = env[model]._table
        env.cr.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), MAX(id)) FROM %s",
                table,
                SQL.identifier(table),
            )
        )


def analyze(env, *models):
    """Let PostgreSQL know the new rows, or it plans for empty tables."""
    for model in models:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(env[model]._table)))

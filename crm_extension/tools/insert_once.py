"""Rows that exist at most once, written by one ``INSERT`` for the batch."""

import psycopg2

from odoo import fields
from odoo.tools import SQL

# Two transactions write the same key: under REPEATABLE READ the slower one gets a
# serialization failure instead of a silent skip.
RACES = (psycopg2.errors.SerializationFailure, psycopg2.errors.UniqueViolation)


def insert_once(model, values):
    """Insert rows of a model, leaving out those that a unique index knows already.

    When another transaction writes one of them at the same moment, the batch is tried
    again row by row and only what exists is left out.

    :param model: an empty recordset; the caller has checked the rights
    :param values: list of dicts of stored columns, complete: no default is applied
    :return: the rows that were created
    :raise ValueError: a name is no stored column of the model
    """
    if not values:
        return model.browse()
    try:
        with model.env.cr.savepoint(flush=False):
            return _insert(model, values)
    except RACES:
        rows = model.browse()
        for vals in values:
            rows |= _insert_row(model, vals)
        return rows


def _insert_row(model, vals):
    try:
        with model.env.cr.savepoint(flush=False):
            return _insert(model, [vals])
    except RACES:
        return model.browse()


def _is_column(model, name):
    field = model._fields.get(name)
    return bool(field and field.store and field.column_type)


def _insert(model, values):
    """One ``INSERT`` for rows with any set of stored columns."""
    names = sorted({name for vals in values for name in vals})
    if wrong := [name for name in names if not _is_column(model, name)]:
        raise ValueError(f"Not columns of {model._name}: {wrong}")
    stored = [model._fields[name] for name in names]
    now, uid = fields.Datetime.now(), model.env.uid
    rows = [
        SQL(
            "(%s, %s, %s, %s, %s)",
            SQL(", ").join(
                SQL("%s", f.convert_to_column_insert(vals.get(f.name), model))
                for f in stored
            ),
            uid,
            now,
            uid,
            now,
        )
        for vals in values
    ]
    model.env.cr.execute(
        SQL(
            """
            INSERT INTO %s (%s, create_uid, create_date, write_uid, write_date)
            VALUES %s
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            SQL.identifier(model._table),
            SQL(", ").join(SQL.identifier(name) for name in names),
            SQL(", ").join(rows),
        ),
        log_exceptions=False,  # a conflict is expected and handled above
    )
    records = model.browse(row[0] for row in model.env.cr.fetchall())
    # The inserted values stand: only what other models derive from them follows.
    own = [f for f in model._fields.values() if f.compute and f.store]
    with model.env.protecting(own, records):
        records.modified(names, create=True)
    return records

"""A domain for what people type into a search box of our screens."""

from collections.abc import Sequence

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from .spelling import full_width, matches, search_pattern


def text_domain(names: Sequence[str], text: str, wide: bool = False) -> Domain:
    """Records that hold `text` in one of the fields: literally (``%`` and ``_`` are
    signs like others), in simplified or traditional characters, of any width.

    :param names: stored fields of the model itself
    :param wide: Latin letters and digits are looked for in full width, too; for long
        texts, where Chinese keyboards leave them
    """
    pattern = search_pattern(text)
    if pattern is None:
        forms = {text, full_width(text)} if wide else {text}
        return Domain.OR(
            Domain(name, "ilike", escape_psql(form))
            for name in names
            for form in sorted(forms)
        )

    def to_sql(model, alias, query):
        columns = (model._field_to_sql(alias, name, query) for name in names)
        tests = (SQL("%s ~* %s", column, pattern) for column in columns)
        return SQL("(%s)", SQL(" OR ").join(tests))

    def predicate(record):
        return any(matches(pattern, record[name]) for name in names)

    return Domain.custom(to_sql=to_sql, predicate=predicate)

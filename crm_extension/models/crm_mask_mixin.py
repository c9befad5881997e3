from itertools import groupby

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# What stands in the place of a text that the reader may not see.
MASK = "•••••"
# Context value that no client can send: a query reads what it fetches unmasked, a
# document prints what it prints.
UNMASKED = object()
# Kinds of fields whose mask is visible; the others are simply empty.
TEXTS = ("char", "text", "html")


class CrmMaskMixin(models.AbstractModel):
    """Records with personal data of a customer that belongs to a colleague.

    How it works: inside the server nothing changes, so that documents, mails and the
    work of stock and invoicing use the real values. What leaves the server through
    ``read`` (and all that is built on it: lists, forms, ``onchange``, the chatter's
    store) or an export is masked in :meth:`_read_format` and :meth:`_export_rows`.
    What is asked of the database (search, order, group) sees NULL in the place of a
    masked column: :meth:`_field_to_sql`. No masked value ever enters the cache, so
    none can be written back.

    A model says where its customer is (:attr:`_mask_partner`) and which fields are
    masked (:meth:`_mask_fields`). With the setting ``open`` nothing is asked.
    """

    _name = "crm.mask.mixin"
    _description = "Masking of Colleagues' Customers"

    _mask_partner = "partner_id"

    @api.model
    def _mask_fields(self, mode):
        """Hook: names of the masked fields in a mode (``masked`` or ``strict``)."""
        return frozenset()

    @api.model
    def _mask_sql_fields(self, mode):
        """Hook: names that searches must not follow; all that cannot be read."""
        return self._mask_fields(mode)

    @api.model
    def _mask_mode(self):
        """``masked`` or ``strict`` when values of this environment are masked."""
        if self.env.su or self.env.context.get("crm_unmasked") is UNMASKED:
            return False
        mode = self.env.user._crm_mask_mode()
        return mode != "open" and mode

    def _masked_records(self):
        """Those of the records whose customer is masked for the user."""
        partners = self.sudo()[self._mask_partner]
        masked = partners.with_env(self.env)._crm_masked()
        if not masked:
            return self.browse()
        return self.filtered(
            lambda record: record.sudo()[self._mask_partner].id in masked._ids
        )

    @api.model
    def _masked_sql(self, alias):
        """Condition that holds for the masked rows of a table alias."""
        partners = self.env["res.partner"]
        return SQL(
            "EXISTS (SELECT FROM res_partner masked WHERE masked.id = %s AND %s)",
            SQL.identifier(
                alias,
                self._mask_partner,
                to_flush=self._fields[self._mask_partner],
            ),
            partners._masked_sql("masked"),
        )

    def _mask_row(self, row, names):
        """Replace the masked values of a row in the format of ``read``."""
        for name in names & row.keys():
            field = self._fields[name]
            if field.type in ("one2many", "many2many", "properties"):
                row[name] = []
            else:
                row[name] = MASK if field.type in TEXTS and row[name] else False

    def _drop_masks(self, vals):
        """A mask that comes back from a client is not a value."""
        masks = {k for k, v in vals.items() if isinstance(v, str) and v == MASK}
        return {k: v for k, v in vals.items() if k not in masks} if masks else vals

    # Reading

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        mode = rows and self._mask_mode()
        names = mode and self._mask_fields(mode).intersection(fnames)
        if names and (masked := self._masked_records()):
            ids = set(masked._ids)
            for row in rows:
                if row["id"] in ids:
                    self._mask_row(row, names)
        return rows

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        export = super()._export_rows
        mode = self._mask_mode()
        names = self._mask_fields(mode) if mode else ()
        columns = [n for n, path in enumerate(fields) if path and path[0] in names]
        masked = self._masked_records() if columns else self.browse()
        if not masked:
            return export(fields, _is_toplevel_call=_is_toplevel_call)
        return self._export_masked(fields, columns, masked, _is_toplevel_call)

    def _export_masked(self, fields, columns, masked, toplevel):
        """Export runs of masked and of open records in the order of the records."""
        hidden = [
            [".id"] if column in columns else path for column, path in enumerate(fields)
        ]
        lines = []
        # runs of neighbours: Odoo's groupby() would lose the order
        # pylint: disable-next=bad-builtin-groupby
        for is_masked, run in groupby(self, lambda record: record in masked):
            records = self.browse(record.id for record in run)
            # past our own _export_rows(), which calls this
            # pylint: disable-next=super-method-mismatch
            rows = super(CrmMaskMixin, records)._export_rows(
                hidden if is_masked else fields, _is_toplevel_call=toplevel
            )
            for row in rows if is_masked else ():
                for column in columns:
                    row[column] = MASK
            lines += rows
        return lines

    # Asking the database

    def _field_to_sql(self, alias, field_expr, query=None):
        sql = super()._field_to_sql(alias, field_expr, query)
        if self.env.su:
            return sql
        name = field_expr.partition(".")[0]
        if name not in self._mask_sql_fields("strict"):
            return sql
        mode = self._mask_mode()
        if not mode or name not in self._mask_sql_fields(mode):
            return sql
        return SQL("CASE WHEN NOT (%s) THEN %s END", self._masked_sql(alias), sql)

    def _fetch_query(self, query, fields):
        """What is fetched is for the server: the cache holds the real values."""
        if self.env.su or not self._mask_mode():
            return super()._fetch_query(query, fields)
        unmasked = self.with_context(crm_unmasked=UNMASKED)
        fetched = super(CrmMaskMixin, unmasked)._fetch_query(query, fields)
        return fetched.with_env(self.env)

    def _search_phone_mobile_search(self, operator, value):
        """Its own SQL asks the columns directly."""
        domain = super()._search_phone_mobile_search(operator, value)
        return Domain(domain) & self._unmasked_domain()

    @api.model
    def _unmasked_domain(self):
        """Records that are not masked for the user; all with the setting ``open``."""
        if not self._mask_mode():
            return Domain.TRUE
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL("NOT (%s)", self._masked_sql(alias)),
            predicate=lambda record: not record.with_env(self.env)._masked_records(),
        )

    # Writing

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._drop_masks(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._drop_masks(vals))

from odoo import api, fields, models
from odoo.tools import SQL

FILL_BATCH = 1000
#: A database with so many records is filled by the scheduled action, not at once.
FILL_AT_ONCE = 5000
CURSOR = "crm_extension.duplicate_key_cursor"
#: Raise it when other keys are made of the same values: all are made again.
VERSION = "1"
OWNERS = {"res.partner": "partner_id", "crm.lead": "lead_id"}


class CrmDuplicateKey(models.Model):
    """What a customer or lead can be recognised by: one narrow row for each key.

    The rows are derived from the records (``tools/duplicate_keys.py``) and kept by
    ``crm.duplicate.mixin``. Nobody writes them; their ascending ids are the log of
    what changed, which the search for groups of duplicates follows.
    """

    _name = "crm.duplicate.key"
    _description = "Key of a Possible Duplicate"
    _log_access = False
    _rec_name = "key"

    kind = fields.Char(required=True)
    key = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", index=True, ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="cascade")

    _key_idx = models.Index("(key, kind)")

    def init(self):
        """Index the names for similarity, where PostgreSQL has the extension."""
        if self._has_trigrams():
            self.env.cr.execute(
                SQL(
                    """CREATE INDEX IF NOT EXISTS crm_duplicate_key_name_trgm
                    ON crm_duplicate_key USING gin (key gin_trgm_ops)
                    WHERE kind = 'name'"""
                )
            )

    @api.model
    @api.private
    def _has_trigrams(self):
        """Whether names can be compared by similarity in this database."""
        return bool(self.env.registry.has_trigram)

    @api.model
    @api.private
    def _sync(self, model, keys_by_id):
        """Make the stored keys of some records those of a mapping, in three queries.

        :param model: ``"res.partner"`` or ``"crm.lead"``
        :param keys_by_id: ``{record id: set of Key}``
        """
        owner = SQL.identifier(OWNERS[model])
        stored = {
            (row_id, kind, key): id_
            for id_, row_id, kind, key in self.env.execute_query(
                SQL(
                    "SELECT id, %s, kind, key FROM crm_duplicate_key WHERE %s = ANY(%s)",
                    owner,
                    owner,
                    list(keys_by_id),
                )
            )
        }
        wanted = {
            (id_, key.kind, key.value)
            for id_, keys in keys_by_id.items()
            for key in keys
        }
        self._delete([stored[row] for row in stored.keys() - wanted])
        self._insert(owner, sorted(wanted - stored.keys()))

    @api.model
    def _delete(self, ids):
        if ids:
            self.env.cr.execute(
                SQL("DELETE FROM crm_duplicate_key WHERE id = ANY(%s)", ids)
            )

    @api.model
    def _insert(self, owner, rows):
        if rows:
            ids, kinds, keys = map(list, zip(*rows, strict=True))
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_duplicate_key (%s, kind, key)
                    SELECT * FROM UNNEST(%s::int[], %s::text[], %s::text[])""",
                    owner,
                    ids,
                    kinds,
                    keys,
                )
            )

    # Filling a database that was there before

    @api.model
    def _fill(self):
        """Write the keys of all records once (install, and when the rules change)."""
        params = self.env["ir.config_parameter"]
        if (params.get_param(CURSOR) or "").startswith(f"{VERSION}:"):
            return
        params.set_param(CURSOR, f"{VERSION}:res.partner:0")
        total = sum(self.env[model].search_count([]) for model in OWNERS)
        if total <= FILL_AT_ONCE:
            while self._fill_batch():
                pass
        else:
            self.env.ref("crm_extension.ir_cron_duplicate_key")._trigger()

    @api.model
    def _cron_fill(self):
        """Go on where the last run stopped; safe to repeat."""
        progress = self.env["ir.cron"]._commit_progress
        while count := self._fill_batch():
            if not progress(count, remaining=1):
                return
        progress(remaining=0)

    @api.model
    def _fill_batch(self):
        """Write the keys of the next records and return how many; 0 at the end."""
        params = self.env["ir.config_parameter"].sudo()
        _version, model, last = (params.get_param(CURSOR) or "::").split(":")
        if model not in OWNERS:
            return 0
        records = self.env[model].sudo().with_context(active_test=False)
        records = records.search([("id", ">", int(last))], order="id", limit=FILL_BATCH)
        if records:
            records._duplicate_refresh()
            params.set_param(CURSOR, f"{VERSION}:{model}:{records[-1].id}")
            return len(records)
        following = "crm.lead:0" if model == "res.partner" else "done:0"
        params.set_param(CURSOR, f"{VERSION}:{following}")
        return 1

from odoo import api, fields, models
from odoo.tools import SQL

FILL_BATCH = 1000
#: A database with so many records is filled by the scheduled action, not at once.
FILL_AT_ONCE = 5000
CURSOR = "crm_extension.duplicate_key_cursor"
#: Raise it when other keys are made of the same values: all are made again.
VERSION = "1"
OWNERS = {"res.partner": "partner_id", "crm.lead": "lead_id"}
#: Owners of keys by model and company, in the data of the transaction
MARKED = "crm_extension.duplicate_key_marked"
SETTLED = "crm_extension.duplicate_key_settled"
PHONE_FIELDS = ("raw", "e164", "partner_id", "lead_id")


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

    # Keeping them

    @api.model
    @api.private
    def _mark(self, records):
        """Remember records whose keys are no longer those of their values."""
        if not records:
            return
        data = self.env.cr.precommit.data
        if MARKED not in data:
            self.env.cr.precommit.add(self.sudo()._settle_all)
        marked = data.setdefault(MARKED, {})
        place = records._name, self.env.company.id
        marked.setdefault(place, set()).update(records.ids)

    @api.model
    @api.private
    def _settle(self):
        """Make the keys of what was marked: whoever reads the table by SQL calls this,
        as one flushes a model."""
        data = self.env.cr.precommit.data
        fields_of = {model: self.env[model]._duplicate_fields() for model in OWNERS}
        for model, names in fields_of.items():
            self.env[model].flush_model(names)
        self.env["crm.phone.number"].flush_model(PHONE_FIELDS)
        for place, ids in (data.get(MARKED) or {}).items():
            if not ids:
                continue
            # kept for the commit: a savepoint may take back what is written now
            data.setdefault(SETTLED, {}).setdefault(place, set()).update(ids)
            model, company_id = place
            company = self.env["res.company"].sudo().browse(company_id)
            records = self.env[model].sudo().with_company(company).browse(sorted(ids))
            ids.clear()
            for start in range(0, len(records), FILL_BATCH):
                records[start : start + FILL_BATCH]._duplicate_make()

    @api.model
    @api.private
    def _settle_all(self):
        """Before the commit: also what was settled earlier in the transaction."""
        data = self.env.cr.precommit.data
        for place, ids in data.pop(SETTLED, {}).items():
            data.setdefault(MARKED, {}).setdefault(place, set()).update(ids)
        self._settle()
        data.pop(MARKED, None)
        data.pop(SETTLED, None)

    @api.model
    def _search(self, *args, **kwargs):
        self._settle()
        return super()._search(*args, **kwargs)

    @api.model
    @api.private
    def _sync(self, model, keys_by_id):
        """Make the stored keys of some records those of a mapping, in one query.

        :param model: ``"res.partner"`` or ``"crm.lead"``
        :param keys_by_id: ``{record id: set of Key}``
        """
        rows = [
            (id_, key.kind, key.value)
            for id_, keys in sorted(keys_by_id.items())
            for key in sorted(keys)
        ]
        ids, kinds, texts = map(list, zip(*rows, strict=True)) if rows else ([],) * 3
        self.env.cr.execute(
            SQL(
                """
                WITH wanted AS (
                    SELECT * FROM UNNEST(%(ids)s::int[], %(kinds)s::text[],
                                         %(texts)s::text[]) w(owner, kind, key)
                ), stored AS (
                    SELECT id, %(owner)s AS owner, kind, key
                      FROM crm_duplicate_key WHERE %(owner)s = ANY(%(all)s)
                ), gone AS (
                    DELETE FROM crm_duplicate_key WHERE id IN (
                        SELECT s.id FROM stored s LEFT JOIN wanted w
                         USING (owner, kind, key) WHERE w.owner IS NULL)
                )
                INSERT INTO crm_duplicate_key (%(owner)s, kind, key)
                SELECT w.owner, w.kind, w.key FROM wanted w LEFT JOIN stored s
                 USING (owner, kind, key) WHERE s.id IS NULL
              ORDER BY w.owner, w.kind, w.key
                """,
                owner=SQL.identifier(OWNERS[model]),
                ids=ids,
                kinds=kinds,
                texts=texts,
                all=list(keys_by_id),
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
            records._duplicate_make()
            params.set_param(CURSOR, f"{VERSION}:{model}:{records[-1].id}")
            return len(records)
        following = "crm.lead:0" if model == "res.partner" else "done:0"
        params.set_param(CURSOR, f"{VERSION}:{following}")
        return 1

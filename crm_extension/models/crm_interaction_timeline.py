from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

PAGE_SIZE = 30
MAX_PAGE_SIZE = 200
# A filtered page looks at this many rows at most and then says how far it came: the
# longest history of the house costs no more than a normal one.
SCAN_LIMIT = 20_000


class CrmInteraction(models.Model):
    """What the timeline component reads: one call for a page.

    How it works: rows are found by key (``date, id``), never by offset and never
    counted. A domain with alternatives (rows of the customer, or of the lead) is
    split: each alternative reads its own index in order and gives one page at most.
    """

    _inherit = "crm.interaction"

    @api.model
    @api.readonly
    def timeline_fetch(
        self,
        res_model,
        res_id,
        scope="customer",
        filters=None,
        cursor=None,
        limit=PAGE_SIZE,
    ):
        """One page of the timeline of a document, newest first.

        :param scope: ``"customer"`` for the whole life of the customer,
            ``"document"`` for the rows of this document or person only
        :param filters: dict, see :meth:`_timeline_filter_domain`
        :param cursor: ``[date, id]`` as an earlier page gave it (keyset paging)
        :return: dict with ``rows``, ``cursor`` (False at the end of the history) and
            ``partial`` (True when the page ended by the scan limit, not by its size);
            the first page also brings ``upcoming`` and the ``config`` of the component
        """
        document = self._timeline_browse(res_model, res_id)
        domain = self._timeline_scope_domain(document, scope)
        cursor = self._timeline_cursor(cursor)
        limit = self._timeline_limit(limit)
        page = self._timeline_page(
            domain, self._timeline_filter_domain(filters), cursor, limit
        )
        rows = page.pop("records")
        if cursor:
            return {**rows._timeline_data(), **page}
        data = rows._timeline_data(self._timeline_upcoming(document, scope))
        return {**data, **page, "config": self._timeline_config(document)}

    # Arguments

    @api.model
    def _timeline_browse(self, res_model, res_id):
        """The document, when it has a timeline and the user may read it."""
        known = isinstance(res_model, str) and res_model in self.env
        if not known or not hasattr(self.env[res_model], "_timeline_domain"):
            raise UserError(self.env._("%(model)s has no timeline.", model=res_model))
        if isinstance(res_id, bool) or not isinstance(res_id, int):
            raise UserError(self.env._("Save the record first."))
        records = self.env[res_model].with_context(active_test=False)
        document = records.search_fetch([("id", "=", res_id)]).with_env(self.env)
        if not document:
            records.browse(res_id).check_access("read")
            raise UserError(self.env._("This record does not exist any more."))
        return document

    @api.model
    def _timeline_scope_domain(self, document, scope):
        if scope == "document":
            return document._timeline_document_domain()
        return document._timeline_domain()

    @api.model
    def _timeline_cursor(self, cursor):
        """``(datetime, id)`` of the last row shown, or None for the first page."""
        if not cursor:
            return None
        try:
            date, row_id = cursor
            return fields.Datetime.to_datetime(date), int(row_id)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("This page of the timeline cannot be read. Load it again.")
            ) from error

    @api.model
    def _timeline_limit(self, limit):
        is_number = isinstance(limit, int) and not isinstance(limit, bool)
        return min(max(limit, 1), MAX_PAGE_SIZE) if is_number else PAGE_SIZE

    # Finding the rows of a page

    @api.model
    def _timeline_page(self, domain, filter_domain, cursor, limit):
        """Rows of one page and where the next one starts."""
        after = self._timeline_after(cursor)
        bound = None
        if not filter_domain.is_true():
            bound = self._timeline_scan_bound(domain & after)
        within = self._timeline_not_before(bound)
        found = self._timeline_search(domain, after & within & filter_domain, limit + 1)
        rows = found[:limit]
        if len(found) > limit:
            next_cursor, partial = rows[-1:]._timeline_key(), False
        else:
            next_cursor, partial = bool(bound) and bound._timeline_key(), bool(bound)
        return {"records": rows, "cursor": next_cursor, "partial": partial}

    @api.model
    def _timeline_search(self, domain, rest, limit):
        """Newest rows of a domain, each alternative of it by its own index."""
        parts = domain.children if getattr(domain, "OPERATOR", "") == "|" else (domain,)
        found = rest & domain
        if len(parts) > 1:
            queries = [
                self._search(part & rest, order=self._order, limit=limit).select()
                for part in parts
            ]
            union = SQL(") UNION (").join(queries)
            found = Domain("id", "in", SQL("((%s))", union))
        return self.search_fetch(found, self._timeline_fields(), limit=limit)

    @api.model
    def _timeline_scan_bound(self, domain):
        """The last row that a filtered page may look at; empty in a short history."""
        return self.search(domain, order=self._order, offset=SCAN_LIMIT, limit=1)

    @api.model
    def _timeline_after(self, cursor):
        if not cursor:
            return Domain.TRUE
        date, row_id = cursor
        older = Domain("date", "<", date) | Domain("id", "<", row_id)
        return Domain("date", "<=", date) & older

    @api.model
    def _timeline_not_before(self, row):
        if not row:
            return Domain.TRUE
        newer = Domain("date", ">", row.date) | Domain("id", ">=", row.id)
        return Domain("date", ">=", row.date) & newer

    def _timeline_key(self):
        return [fields.Datetime.to_string(self.date), self.id]

    @api.model
    def _timeline_fields(self):
        return [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in ("body", "source_key")
        ] + ["attachment_ids"]

    # Rows as plain data

    def _timeline_data(self, upcoming=None):
        """``rows``, and ``upcoming`` when it is given, as plain dicts; names and
        documents of both are read together."""
        people, users, document_ids, known = self.partner_id, self.user_id, {}, {}
        if upcoming:
            people |= upcoming["partners"].with_env(self.env)
            users |= upcoming["users"].with_env(self.env)
            document_ids, known = upcoming["document_ids"], upcoming["known"]
        self._timeline_prefetch_names(people, users)
        ids_of = self._timeline_document_ids()
        chips = self._timeline_chips(ids_of, document_ids, known=known)
        data = {"rows": [row._timeline_format_row(chips) for row in self]}
        if upcoming:
            data["upcoming"] = self._timeline_format_upcoming(upcoming, chips)
        return data

    def _timeline_format_row(self, chips):
        outcome = self.outcome_id.sudo()
        return {
            "id": self.id,
            "date": fields.Datetime.to_string(self.date),
            "create_date": fields.Datetime.to_string(self.create_date),
            "channel": self.channel,
            "type": self.type_id.sudo().name,
            "direction": self.direction,
            "outcome": bool(outcome) and {"name": outcome.name, "tone": outcome.tone},
            "duration": self.duration,
            "subject": self.subject,
            "headline": self.headline,
            "preview": self.preview != self.subject and self.preview,
            "partner": self._timeline_name(self.partner_id),
            "user": self._timeline_name(self.user_id),
            "origin": self.origin,
            **self._timeline_format_rights(),
            "attachments": len(self.attachment_ids),
            "more": self.origin == "authored" or bool(self.mail_message_id),
            "document": chips.get((self.res_model, self.res_id), False),
        }

    def _timeline_format_rights(self):
        """What the user may do with the row."""
        editable = self._is_editable()
        return {
            "editable": editable,
            "archivable": editable or self._is_history_manager(),
            "late": self.origin == "authored" and not self._is_in_edit_window(),
        }

    @api.model
    def _timeline_prefetch_names(self, partners, users):
        """Names of all people on a page in two queries. Whoever may read the row may
        read with whom and by whom."""
        users, partners = users.sudo(), partners.sudo()
        users.fetch(["partner_id"])
        (partners | users.partner_id).fetch(["name"])

    @api.model
    def _timeline_name(self, record):
        """Id and name of a person, or False."""
        record = record.sudo()
        name = record.partner_id.name if record._name == "res.users" else record.name
        return bool(record) and {
            "id": record.id,
            "name": name or record.display_name,
        }

    # Documents

    def _timeline_document_ids(self):
        """``{model: ids}`` of the documents that the rows tell of."""
        result = {}
        for row in self:
            if row.res_model and row.res_id:
                result.setdefault(row.res_model, set()).add(row.res_id)
        return result

    @api.model
    def _timeline_chips(self, *ids_by_model, known=None):
        """Map ``(model, id)`` to the chip of each document the user may read: one
        query for each model.

        :param known: documents that were read under the rules already, by model

        A person's own card is no news on a timeline, so partners get no chip.
        """
        merged = {}
        for ids_of in ids_by_model:
            for model, ids in ids_of.items():
                merged.setdefault(model, set()).update(ids)
        chips = {}
        for model, ids in merged.items():
            if model == "res.partner" or model not in self.env or not ids:
                continue
            if not self.env[model].has_access("read"):
                continue
            read = (known or {}).get(model, self.env[model])
            ids -= set(read.ids)
            for record in read | self._timeline_readable(model, ids):
                name = record[record._rec_name] if record._rec_name else False
                chips[model, record.id] = {
                    "model": model,
                    "id": record.id,
                    "name": name or record.display_name,
                }
        return chips

    @api.model
    def _timeline_readable(self, model, ids):
        """The documents the user may read, archived ones too, with their names."""
        records = self.env[model].with_context(active_test=False)
        if not ids:
            return records.browse()
        names = [records._rec_name] if records._rec_name else []
        return records.search_fetch([("id", "in", list(ids))], names)

    # The component

    @api.model
    def _timeline_config(self, document):
        """What the component must know before anything is typed."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        partner = document._timeline_partner()
        return {
            "default_channel": get_param("crm_extension.default_channel", "call"),
            "partner": self._timeline_name(partner),
            "customer": self._timeline_name(partner.commercial_partner_id),
            "can_log": self.has_access("create"),
            "is_manager": self._is_history_manager(),
            "live": self._timeline_live_channel(document),
        }

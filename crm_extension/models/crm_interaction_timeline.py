from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import plaintext2html

PAGE_SIZE = 30
MAX_PAGE_SIZE = 200
UPCOMING_LIMIT = 20
# Documents whose open to-dos belong to a customer: model -> path to the customer
TODO_MODELS = {
    "res.partner": "commercial_partner_id",
    "crm.lead": "partner_id.commercial_partner_id",
    "sale.order": "partner_id.commercial_partner_id",
}


class CrmInteraction(models.Model):
    """What the timeline component reads and writes: one call each."""

    _inherit = "crm.interaction"

    @api.model
    @api.readonly
    def timeline_fetch(
        self,
        res_model,
        res_id,
        channels=None,
        scope="customer",
        cursor=None,
        limit=PAGE_SIZE,
    ):
        """One page of the timeline of a document, newest first.

        :param channels: list of channels to show, empty for all
        :param scope: ``"customer"`` for the whole life of the customer,
            ``"document"`` for the rows of this document or person only
        :param cursor: ``[date, id]`` of the last row shown (keyset paging)
        :return: dict with ``rows`` and ``cursor`` (False at the end); the first
            page also brings ``upcoming`` to-dos and the ``config`` of the quick log
        """
        document = self._timeline_browse(res_model, res_id)
        domain = self._timeline_page_domain(document, channels, scope, cursor)
        limit = min(limit, MAX_PAGE_SIZE)
        rows = self.search_fetch(domain, self._timeline_fields(), limit=limit + 1)
        page, more = rows[:limit], len(rows) > limit
        last = page[-1:]
        result = {
            "rows": page._timeline_format(),
            "cursor": more and [fields.Datetime.to_string(last.date), last.id],
        }
        if not cursor:
            result["upcoming"] = self._timeline_upcoming(document)
            result["config"] = self._timeline_config(document)
        return result

    @api.model
    def quick_log(self, res_model, res_id, values, next_step=None):
        """Log an interaction and plan the next step in one call.

        :param values: values of the row (``channel``, ``text`` or ``subject`` and
            ``body``, ``outcome_id``, ``duration``, ``date``, ``activity_id`` of a to-do that
            this finishes); None to plan a next step only
        :param next_step: values of a ``mail.activity`` (``activity_type_id``,
            ``date_deadline`` or ``deadline_at``, ``summary``, ``user_id``)
        :return: the first page of the refreshed timeline
        """
        document = self._timeline_browse(res_model, res_id)
        row = self.create(self._prepare_quick_log(document, values)) if values else None
        if row:
            row._finish_activity()
        if next_step:
            self._create_next_step(document, next_step, row)
        return self.timeline_fetch(res_model, res_id)

    # Reading

    @api.model
    def _timeline_browse(self, res_model, res_id):
        """The document, when it has a timeline and the user may read it."""
        known = isinstance(res_model, str) and res_model in self.env
        if not known or not hasattr(self.env[res_model], "_timeline_domain"):
            raise UserError(self.env._("%(model)s has no timeline.", model=res_model))
        document = self.env[res_model].browse(res_id if isinstance(res_id, int) else [])
        document.ensure_one()
        document.check_access("read")
        return document

    @api.model
    def _timeline_fields(self):
        return [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in ("body", "source_key")
        ]

    @api.model
    def _timeline_page_domain(self, document, channels, scope, cursor):
        if scope == "document":
            domain = document._timeline_document_domain()
        else:
            domain = document._timeline_domain()
        if channels:
            domain &= Domain("channel", "in", channels)
        if cursor:
            date, row_id = cursor
            domain &= Domain("date", "<=", date)
            domain &= Domain("date", "<", date) | Domain("id", "<", row_id)
        return domain

    def _timeline_format(self):
        """Rows as plain dicts, everything the component shows of them."""
        documents = self._timeline_documents()
        self.fetch(["attachment_ids"])
        return [row._timeline_format_row(documents) for row in self]

    def _timeline_format_row(self, documents):
        outcome, user, partner = (
            self.outcome_id.sudo(),
            self.user_id.sudo(),
            self.partner_id.sudo(),
        )
        return {
            "id": self.id,
            "date": fields.Datetime.to_string(self.date),
            "create_date": fields.Datetime.to_string(self.create_date),
            "channel": self.channel,
            "type": self.type_id.name,
            "direction": self.direction,
            "outcome": bool(outcome) and {"name": outcome.name, "tone": outcome.tone},
            "duration": self.duration,
            "subject": self.subject,
            "headline": self.headline,
            "preview": self.preview != self.subject and self.preview,
            "partner": self._timeline_name(partner),
            "user": self._timeline_name(user),
            "origin": self.origin,
            "editable": self._is_editable(),
            "attachments": len(self.attachment_ids),
            "document": documents.get(
                (self.res_model, self.res_id) if self.res_id else None, False
            ),
        }

    @api.model
    def _timeline_name(self, record):
        """Id and name of a person, or False."""
        return bool(record) and {
            "id": record.id,
            "name": record.name or record.display_name,
        }

    def _timeline_documents(self):
        """Map ``(model, id)`` to the chip of each document the user may read.

        A person's own card is no news on a timeline, so partners get no chip.
        """
        chips = {}
        for model, rows in self.grouped("res_model").items():
            if not model or model == "res.partner" or model not in self.env:
                continue
            records = self.env[model].browse({row.res_id for row in rows if row.res_id})
            records = records.exists()._filtered_access("read")
            for record in records:
                chips[model, record.id] = {
                    "model": model,
                    "id": record.id,
                    "name": record.display_name,
                }
        return chips

    @api.model
    def _timeline_upcoming(self, document):
        """Open to-dos of the customer by the time they are due."""
        activities = self.env["mail.activity"].search(
            self._timeline_activity_domain(document),
            order="date_deadline, deadline_at nulls last, id",
            limit=UPCOMING_LIMIT,
        )
        return [self._timeline_format_activity(todo) for todo in activities]

    @api.model
    def _timeline_activity_domain(self, document):
        """Open to-dos of the customer's card, people, leads and orders.

        Addons with further documents override :meth:`_timeline_todo_models`.
        """
        customer = document._timeline_partner().commercial_partner_id
        own = Domain("res_model", "=", document._name) & Domain(
            "res_id", "=", document.id
        )
        if not customer:
            return own
        return Domain.OR(
            Domain("res_model", "=", model)
            & Domain(
                "res_id", "in", self.env[model]._search([(path, "=", customer.id)])
            )
            for model, path in self._timeline_todo_models().items()
            if self.env[model].has_access("read")
        )

    @api.model
    def _timeline_todo_models(self):
        """Hook: models whose to-dos belong to a customer, with the path to it."""
        return dict(TODO_MODELS)

    @api.model
    def _timeline_format_activity(self, activity):
        at = activity.deadline_at
        user = activity.user_id.sudo()
        return {
            "id": activity.id,
            "type": activity.activity_type_id.name,
            "icon": activity.icon or "fa-tasks",
            "channel": activity._timeline_channel(),
            "summary": activity.summary,
            "date_deadline": fields.Date.to_string(activity.date_deadline),
            "deadline_at": at and fields.Datetime.to_string(at),
            "state": activity.state,
            "user": self._timeline_name(user),
            "contact": activity.res_model == "res.partner" and activity.res_name,
            "document": bool(activity.res_model)
            and activity.res_model != "res.partner"
            and {
                "model": activity.res_model,
                "id": activity.res_id,
                "name": activity.res_name,
            },
            "can_write": activity.can_write,
        }

    @api.model
    def _timeline_config(self, document):
        """Choices of the quick log."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        outcomes = self.env["crm.interaction.outcome"].search_fetch(
            [], ["name", "channel", "tone"]
        )
        types = self.env["mail.activity.type"].search_fetch(
            [("res_model", "in", (False, document._name))], ["name", "icon", "category"]
        )
        partner = document._timeline_partner()
        return {
            "default_channel": get_param("crm_extension.default_channel", "call"),
            "outcomes": outcomes.read(["name", "channel", "tone"], load=None),
            "activity_types": types.filtered(
                lambda kind: kind.category != "upload_file"
            ).read(["name", "icon", "category"], load=None),
            "partner": self._timeline_name(partner),
            "can_log": bool(self.has_access("create") and (partner or document)),
        }

    # Writing

    @api.model
    def _prepare_quick_log(self, document, values):
        """Values of an authored row, with the context of its document."""
        allowed = {
            "channel",
            "direction",
            "subject",
            "body",
            "outcome_id",
            "type_id",
            "duration",
            "date",
            "partner_id",
            "activity_id",
        }
        shared = document._timeline_values()
        company = shared.pop("company_id") or self.env.company.id
        chosen = {name: value for name, value in values.items() if name in allowed}
        chosen |= self._split_text(values.get("text"))
        files = [Command.link(file_id) for file_id in values.get("attachment_ids", ())]
        return {**shared, "company_id": company, "attachment_ids": files, **chosen}

    @api.model
    def _split_text(self, text):
        """What was typed: the first line is the subject, the rest the details."""
        subject, _newline, body = (text or "").strip().partition("\n")
        vals = {"subject": subject} if subject else {}
        if body.strip():
            vals["body"] = plaintext2html(body.strip())
        return vals

    def _finish_activity(self):
        """The row is the report of the to-do: mark it done, told once."""
        activity = self.activity_id
        if activity.active:
            activity.with_context(crm_interaction_skip=True).action_feedback(
                feedback=self.preview
            )

    @api.model
    def _create_next_step(self, document, next_step, row=None):
        """Plan the next step on the document as the user's own to-do."""
        allowed = {
            "activity_type_id",
            "date_deadline",
            "deadline_at",
            "summary",
            "note",
            "user_id",
        }
        vals = {name: value for name, value in next_step.items() if name in allowed}
        vals.setdefault("user_id", self.env.uid)
        vals["res_model_id"] = self.env["ir.model"]._get_id(document._name)
        vals["res_id"] = document.id
        return self.env["mail.activity"].create(vals)

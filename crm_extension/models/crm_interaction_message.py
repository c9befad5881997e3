from odoo import api, models

from ..tools.guard import guarded

# Messages that carry what was said. Tracking and system messages do not.
MESSAGE_TYPES = {"comment", "email", "email_outgoing", "sms"}
PENDING = "crm_extension.pending_messages"


class CrmInteraction(models.Model):
    """Chatter of customers, leads and orders becomes rows of the history.

    Posting only remembers the id. Before the commit, when the recipients are
    known, all messages of the transaction are projected by a handful of queries.
    """

    _inherit = "crm.interaction"

    @api.model
    def _projects_messages(self):
        """Setting: chatter messages enter the timeline."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return get_param("crm_extension.project_messages") == "True"

    @api.model
    def _project_message_later(self, message):
        """Queue a message for the projection at the end of the transaction."""
        if message.message_type not in MESSAGE_TYPES:
            return
        precommit = self.env.cr.precommit
        pending = precommit.data.get(PENDING)
        if pending is None:
            pending = precommit.data[PENDING] = set()
            precommit.add(self.sudo()._project_pending_messages)
        pending.update(message.ids)

    @api.model
    def _project_pending_messages(self):
        pending = self.env.cr.precommit.data.pop(PENDING, set())
        with guarded(self.env, "projection of messages"):
            messages = self.env["mail.message"].sudo().browse(sorted(pending))
            self._project_messages(messages.exists())

    @api.model
    @api.private
    def _project_messages(self, messages):
        """Project messages of documents that belong to a customer.

        :param messages: ``mail.message`` in any number and order; those of other
            models or kinds, notes of authored rows and known ones are left out.
        """
        if not self._projects_messages():
            return self.browse()
        told = self._messages_told(messages)
        documents = self._message_documents(messages)
        vals_list = [
            self._prepare_message_projection(message, documents[message])
            for message in messages
            if message in documents and message.id not in told
        ]
        return self._project(vals_list)

    @api.model
    def _messages_told(self, messages):
        """Ids of messages that are the note of an authored row."""
        rows = self.sudo().with_context(active_test=False)
        domain = [("mail_message_id", "in", messages.ids)]
        return set(rows.search(domain).mail_message_id.ids)

    @api.model
    def _message_documents(self, messages):
        """Map each message to its document, when that is part of a timeline."""
        result = {}
        for model, batch in messages.grouped("model").items():
            if not model or not hasattr(
                self.env.get(model, self.env["base"]), "_timeline_values"
            ):
                continue
            records = self.env[model].sudo().browse(set(batch.mapped("res_id")))
            existing = set(records.exists().ids)
            for message in batch:
                if message.res_id in existing and message.message_type in MESSAGE_TYPES:
                    document = self.env[model].sudo().browse(message.res_id)
                    document = document.with_prefetch(records._prefetch_ids)
                    if document._timeline_is_shown():
                        result[message] = document
        return result

    @api.model
    def _prepare_message_projection(self, message, document):
        """Values of the row of one message."""
        shared = document._timeline_values()
        others = self._message_outsiders(message)
        incoming = bool(message.author_id & others)
        channel, direction = self._classify_message(message, others, incoming)
        contact = self.env["res.partner"].browse(shared["partner_id"])
        company = contact.commercial_partner_id
        people = message.author_id if incoming else others
        same = people.filtered(lambda p: p.commercial_partner_id == company)
        same = same.sorted(lambda p: (p != contact, p.id))
        author = message.author_id.user_ids.filtered(lambda u: not u.share)[:1]
        return {
            **shared,
            "partner_id": (same[:1] or contact).id,
            "participant_ids": same[1:].ids,
            "user_id": author.id,
            "channel": channel,
            "direction": direction,
            "is_followup": channel != "note" and bool(author or incoming),
            "date": message.date,
            "subject": self._message_subject(message, document),
            "preview": message.body,
            "mail_message_id": message.id,
            "source_key": f"mail.message,{message.id}:posted:1",
        }

    @api.model
    def _message_subject(self, message, document):
        """The subject somebody chose; Odoo's default is the document's name."""
        subject = (message.subject or "").strip()
        return subject if subject != document.display_name else False

    @api.model
    def _message_outsiders(self, message):
        """Author and recipients who are no colleagues."""
        partners = message.author_id | message.partner_ids
        partners |= message.notification_ids.res_partner_id
        return partners.filtered("partner_share")

    @api.model
    def _classify_message(self, message, others, incoming):
        """Channel and direction of a message."""
        direction = "in" if incoming or not message.author_id else "out"
        if message.message_type == "sms":
            return "sms", direction
        if message.message_type in ("email", "email_outgoing"):
            return "email", direction
        if message.is_internal or message.subtype_id.internal or not others:
            return "note", "internal"
        return ("chat", "in") if incoming else ("email", "out")

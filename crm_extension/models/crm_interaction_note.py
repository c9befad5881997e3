from markupsafe import Markup

from odoo import fields, models
from odoo.tools import is_html_empty, plaintext2html
from odoo.tools.misc import clean_context, format_datetime


class CrmInteraction(models.Model):
    """The internal note by which chatter users read what was logged."""

    _inherit = "crm.interaction"

    def _note_document(self):
        """The record in whose chatter the interaction is told."""
        self.ensure_one()
        if self.res_model in self.env and self.res_id:
            document = self.env[self.res_model].browse(self.res_id)
            if hasattr(document, "_message_log_batch") and document.exists():
                return document
        return self.lead_id or self.partner_id

    def _post_note(self):
        """Tell each authored row once: one internal note, which notifies nobody
        and is not projected again."""
        for row in self:
            if document := row._note_document():
                row._post_note_on(document)

    def _post_note_on(self, document):
        document = document.sudo().with_context(clean_context(self.env.context))
        message = document._message_log_batch(
            {document.id: self._note_body()},
            author_id=self.env.user.partner_id.id,
            message_type="comment",
        )
        self.sudo().mail_message_id = message
        return message

    def _update_note(self):
        """A correction of the row corrects its note as well."""
        for row in self.sudo().filtered(
            lambda row: row.origin == "authored" and row.mail_message_id
        ):
            row.mail_message_id.body = row._note_body()

    def _note_title(self):
        """ "Call · reached · 6 min": the row in one line, in the user's language."""
        self.ensure_one()
        channel = dict(self._fields["channel"]._description_selection(self.env))
        parts = [self.type_id.name or channel[self.channel]]
        if self.outcome_id:
            parts.append(self.outcome_id.name)
        if self.duration:
            parts.append(self.env._("%(minutes)s min", minutes=self.duration))
        if fields.Datetime.now().date() != self.date.date():
            parts.append(format_datetime(self.env, self.date, dt_format="short"))
        return " · ".join(parts)

    def _note_body(self):
        self.ensure_one()
        text = self.body
        if is_html_empty(text):
            text = plaintext2html(self.subject) if self.subject else ""
        elif self.subject:
            text = plaintext2html(self.subject) + text
        return Markup("<p><strong>%s</strong></p>%s") % (self._note_title(), text)

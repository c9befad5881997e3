from odoo import fields, models
from odoo.fields import Command

# Arguments of a sentence that are words of a person or about a person
PERSONAL_ARGS = {"name"}
# What a card says about a person, and the lists that belong to it
PERSONAL_FIELDS = (
    "email",
    "phone",
    "street",
    "street2",
    "zip",
    "city",
    "vat",
    "website",
    "function",
    "comment",
    "birthdate",
    "image_1920",
    "ref",
    "barcode",
    "company_name",
    "partner_latitude",
    "partner_longitude",
)
PERSONAL_MODELS = (
    "crm.phone.number",
    "crm.im.id",
    "crm.important.date",
    "crm.preference",
)


class CrmInteraction(models.Model):
    """Erasure for privacy: what was said is wiped, that it was said remains."""

    _inherit = "crm.interaction"

    def _erase(self):
        """Wipe texts, files and numbers of these rows and of their notes.

        Day, channel, colleague, customer and result stay: counts and clocks are the
        same as before.
        """
        rows = self.sudo().with_context(active_test=False)
        notes = rows.filtered(lambda row: row.origin == "authored").mail_message_id
        notes.write({"body": ""})
        rows.attachment_ids.filtered(lambda f: f.res_model == self._name).unlink()
        rows.write(
            {
                "body": False,
                "phone": False,
                "participant_ids": [Command.clear()],
                "attachment_ids": [Command.clear()],
                "edit_reason": self.env._("Erased for privacy"),
                "edit_user_id": self.env.uid,
                "edit_date": fields.Datetime.now(),
            }
        )
        for row in rows:
            row.update(row._prepare_erased_event())
        rows.flush_recordset()
        rows.write({"preview": False})

    def _prepare_erased_event(self):
        """The sentence of the event without the words of people."""
        self.ensure_one()
        if self.event not in self._event_sentences() or not self.event_args:
            return {"subject": False}
        args = {k: v for k, v in self.event_args.items() if k not in PERSONAL_ARGS}
        subject = self._event_sentence(self.event, args)
        return {"event_args": args, "subject": subject}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _history_rows(self):
        """All rows of these people and customers, archived ones, too."""
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        return rows.search(
            fields.Domain("partner_id", "in", self.ids)
            | fields.Domain("participant_ids", "in", self.ids)
            | fields.Domain("commercial_partner_id", "in", self.ids)
        )

    def _history_anonymise(self):
        """Make these cards nameless; the history that they carry remains.

        What was said with them is wiped. Where they only took part, the others' words
        stay and they are taken out.
        """
        for partner in self.sudo():
            partner._anonymise_rows()
            partner._anonymise_messages()
            partner._anonymise_lists()
            partner.with_context(tracking_disable=True).write(
                partner._prepare_anonymous()
            )

    def _anonymise_rows(self):
        rows = self._history_rows()
        rows.filtered(lambda row: row.partner_id == self)._erase()
        rows.write({"participant_ids": [Command.unlink(self.id)]})

    def _anonymise_lists(self):
        for name in PERSONAL_MODELS:
            if name in self.env:
                personal = self.env[name].sudo().with_context(active_test=False)
                personal.search([("partner_id", "=", self.id)]).unlink()

    def _anonymise_messages(self):
        """The chatter of the card, and what it noted of changes."""
        messages = self.message_ids
        values = self.env["mail.tracking.value"].sudo()
        values.search([("mail_message_id", "in", messages.ids)]).unlink()
        messages.write({"body": "", "subject": False})

    def _prepare_anonymous(self):
        """Values that say nothing about anybody."""
        self.ensure_one()
        name = self.env._("Anonymous %(number)s", number=self.id)
        cleared = {name: False for name in PERSONAL_FIELDS if name in self._fields}
        return {**cleared, "name": name, "active": False}

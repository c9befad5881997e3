import re

from odoo import api, fields, models
from odoo.tools import format_date

SOURCE_KEY = re.compile(r"^(?P<model>[a-z0-9_.]+),\d+:(?P<event>[a-z0-9_]+):")


class CrmInteractionEvent(models.Model):
    """What happened, told in the language of whoever reads it.

    A projected row stores the event (``"sale.order:confirmed"``) and its arguments
    (``{"order": "S00042"}``); the sentence is made when it is shown. Arguments are
    plain texts, or lists that are put into words for the reader:

    ``["date", "2027-02-22"]``
        a day in the reader's format
    ``["record", "product.product", 7, "Sealer"]``
        the name of a record in the reader's language; the last item is what it was
        called then and stays when the record is gone
    """

    _inherit = "crm.interaction"

    event = fields.Char(
        readonly=True,
        copy=False,
        help="What happened: the document and its milestone.",
    )
    event_args = fields.Json(readonly=True, copy=False)
    headline = fields.Char(
        compute="_compute_headline",
        help="The row in one sentence, in the reader's language.",
    )

    @api.depends("event", "event_args", "subject")
    @api.depends_context("lang")
    def _compute_headline(self):
        sentences = self._event_sentences()
        names = self._event_record_names(self.mapped("event_args"))
        for row in self:
            sentence = sentences.get(row.event)
            row.headline = row.subject
            if sentence and row.event_args is not False:
                row.headline = self._render_sentence(sentence, row.event_args, names)

    @api.model
    def _event_sentences(self):
        """Hook: map each event to its sentence with named placeholders.

        Addons add the events of their own documents. An event without a sentence
        (a message, for one) shows its subject.
        """
        return {
            "sale.order:sent": self.env._("Quotation %(order)s sent"),
            "sale.order:confirmed": self.env._("Order %(order)s confirmed"),
            "sale.order:cancelled": self.env._("Order %(order)s cancelled"),
            "sale.order:quoted_again": self.env._(
                "Quotation %(quotation)s quoted again from %(orders)s"
            ),
            "sale.order:viewed": self.env._("Quotation %(order)s viewed"),
            "sale.order:signed": self.env._("Quotation %(order)s signed by %(name)s"),
            "account.move:posted": self.env._("Invoice %(invoice)s posted"),
            "account.move:credited": self.env._("Credit note %(invoice)s posted"),
            "account.move:paid": self.env._("Invoice %(invoice)s paid"),
            "account.payment:received": self.env._("Payment %(payment)s received"),
            "account.payment:refunded": self.env._("Refund %(payment)s paid"),
            "discuss.channel:chatted": self.env._("Live chat"),
            "mail.activity:done": self.env._("To-do done: %(name)s"),
        }

    @api.model
    def _event_of_key(self, source_key):
        """``"sale.order,42:confirmed:1"`` -> ``"sale.order:confirmed"``."""
        found = SOURCE_KEY.match(source_key or "")
        return f"{found['model']}:{found['event']}" if found else False

    @api.model
    def _event_sentence(self, event, args):
        """The sentence of one event in the current language, or False."""
        return self._event_subjects([{"event": event, "event_args": args}])[0]

    @api.model
    def _event_subjects(self, vals_list):
        """Subjects of rows to project: the one that is given, else the sentence of the
        event in the current language. The number of rows costs no query."""
        sentences = self._event_sentences()
        names = self._event_record_names([vals.get("event_args") for vals in vals_list])
        subjects = []
        for vals in vals_list:
            args = vals.get("event_args")
            event = vals.get("event") or self._event_of_key(vals.get("source_key"))
            sentence = sentences.get(event) if args is not None else None
            told = sentence and self._render_sentence(sentence, args, names)
            subjects.append(vals.get("subject") or told or False)
        return subjects

    @api.model
    def _render_sentence(self, sentence, args, names):
        """Fill a sentence; one that lacks an argument stays readable."""
        words = {key: self._event_word(value, names) for key, value in args.items()}
        try:
            return sentence % words
        except KeyError:
            return re.sub(r"%\((\w+)\)s", lambda m: words.get(m[1], "…"), sentence)

    @api.model
    def _event_word(self, value, names):
        """One argument in the reader's language."""
        if not isinstance(value, list):
            return str(value)
        kind, *rest = value
        if kind == "date":
            return format_date(self.env, rest[0])
        model, record_id, name = rest
        return names.get((model, record_id)) or name or ""

    @api.model
    def _event_record_names(self, args_list):
        """Map ``(model, id)`` of all records in the arguments to their names.

        Read as superuser: whoever may read the row may read what it is about.
        """
        ids_by_model = {}
        for args in args_list:
            for value in (args or {}).values():
                if isinstance(value, list) and value[0] == "record":
                    ids_by_model.setdefault(value[1], set()).add(value[2])
        return {
            (model, record.id): record.display_name
            for model, ids in ids_by_model.items()
            if model in self.env
            for record in self.env[model].sudo().browse(ids).exists()
        }

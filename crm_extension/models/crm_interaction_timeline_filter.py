from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.text_domain import text_domain
from .crm_interaction import CHANNELS

MAX_WORDS = 6
MAX_SEARCH = 200
PEOPLE_LIMIT = 80
# Choices come from what happened lately: the whole history is never read for them.
RECENT_ROWS = 500


class CrmInteraction(models.Model):
    """Filters of the timeline and the choices they offer.

    A search needs no index of its own: it is a filter on the rows of one customer,
    which are read in order and at most ``SCAN_LIMIT`` at a time. A trigram index
    over ten million previews would cost every logged row more than it saves, and
    cannot find Chinese words of two characters.
    """

    _inherit = "crm.interaction"

    @api.model
    def _timeline_filter_domain(self, filters):
        """Domain of the filters of the component, all of them optional:

        ``channels``  list of channels
        ``models``    list of models: the kind of document a row tells of
        ``users``     ids of colleagues; ``contacts`` ids of people of the customer
        ``facts``     False hides what stock and workshop report
        ``search``    words that subject, preview or body must all contain
        """
        filters = filters or {}
        if not isinstance(filters, dict):
            raise UserError(self.env._("The filter of the timeline is not valid."))
        channels = self._timeline_list(filters, "channels", str)
        domain = Domain.TRUE
        if channels:
            known = [channel for channel, _label in CHANNELS if channel in channels]
            domain &= Domain("channel", "in", known)
        if models_ := self._timeline_list(filters, "models", str):
            domain &= Domain("res_model", "in", models_)
        if users := self._timeline_list(filters, "users", int):
            domain &= Domain("user_id", "in", users)
        if contacts := self._timeline_list(filters, "contacts", int):
            domain &= self._timeline_contact_domain(contacts)
        if filters.get("facts") is False:
            domain &= ~self._timeline_fact_domain()
        return domain & self._timeline_text_domain(filters.get("search"))

    @api.model
    def _timeline_list(self, filters, name, kind):
        """A list of one type out of the filters, or a sentence that says what is
        wrong with it."""
        values = filters.get(name) or []
        if not isinstance(values, (list, tuple)) or any(
            not isinstance(value, kind) or isinstance(value, bool) for value in values
        ):
            raise UserError(
                self.env._("The filter “%(name)s” is not valid.", name=name)
            )
        return list(values)

    @api.model
    def _timeline_contact_domain(self, contact_ids):
        """People who were spoken to or took part."""
        return Domain("partner_id", "in", contact_ids) | Domain(
            "participant_ids", "in", contact_ids
        )

    @api.model
    def _timeline_fact_domain(self):
        """Hook: rows that stock and workshop report by themselves."""
        return Domain("channel", "=", "service")

    @api.model
    def _timeline_text_domain(self, text):
        """Every word must stand in subject, preview or body, in any order."""
        if not text:
            return Domain.TRUE
        if not isinstance(text, str):
            raise UserError(self.env._("Type the words to look for."))
        words = text[:MAX_SEARCH].replace("\0", " ").split()[:MAX_WORDS]
        return Domain.AND([self._timeline_word_domain(word) for word in words])

    @api.model
    def _timeline_word_domain(self, word):
        # the body is HTML: "R&D" stands there as "R&amp;D"
        html = word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return text_domain(("subject", "preview"), word, wide=True) | text_domain(
            ("body",), html, wide=True
        )

    # Choices

    @api.model
    @api.readonly
    def timeline_choices(self, res_model, res_id):
        """What quick log and filters offer on a document.

        :return: dict of ``outcomes``, ``activity_types``, ``contacts`` (people of the
            customer), ``users`` (colleagues in its recent history) and ``kinds``
            (kinds of documents in it)
        """
        document = self._timeline_browse(res_model, res_id)
        recent = self.search_fetch(
            self._timeline_scope_domain(document, "customer"),
            ["user_id", "res_model"],
            limit=RECENT_ROWS,
        )
        return {
            "outcomes": self._timeline_outcomes(),
            "activity_types": self._timeline_activity_types(document),
            "contacts": self._timeline_contacts(document),
            "users": self._timeline_colleagues(recent),
            "kinds": self._timeline_kinds(recent),
        }

    @api.model
    def _timeline_outcomes(self):
        names = ["name", "channel", "tone"]
        outcomes = self.env["crm.interaction.outcome"]
        return outcomes.search_fetch([], names).read(names, load=None)

    @api.model
    def _timeline_activity_types(self, document):
        names = ["name", "icon", "category"]
        kinds = self.env["mail.activity.type"].search_fetch(
            [
                ("res_model", "in", (False, document._name)),
                ("category", "!=", "upload_file"),
            ],
            names,
        )
        return kinds.read(names, load=None)

    @api.model
    def _timeline_contacts(self, document):
        """People of the customer whom the user may read, by name."""
        customer = document._timeline_partner().commercial_partner_id
        if not customer:
            return []
        people = self.env["res.partner"].search_fetch(
            [
                ("commercial_partner_id", "=", customer.id),
                ("id", "!=", customer.id),
                ("name", "!=", False),
            ],
            ["name", "function"],
            limit=PEOPLE_LIMIT,
            order="name, id",
        )
        return people.read(["name", "function"], load=None)

    @api.model
    def _timeline_colleagues(self, recent):
        users = recent.user_id
        self._timeline_prefetch_names(self.env["res.partner"], users)
        names = [self._timeline_name(user) for user in users]
        return sorted(names, key=lambda user: user["name"])

    @api.model
    def _timeline_kinds(self, recent):
        """Kinds of documents in some rows, with the name that people use."""
        labels = self._timeline_kind_labels()
        found = {row.res_model for row in recent if row.res_model in self.env}
        kinds = [
            {
                "id": model,
                "name": labels.get(model)
                or self.env["ir.model"]._get(model).sudo().display_name,
            }
            for model in found - {"res.partner"}
        ]
        return sorted(kinds, key=lambda kind: kind["name"])

    @api.model
    def _timeline_kind_labels(self):
        """Hook: names of kinds of documents whose model is called otherwise."""
        return {
            "crm.lead": self.env._("Leads"),
            "sale.order": self.env._("Quotations and orders"),
            "account.move": self.env._("Invoices"),
            "account.payment": self.env._("Payments"),
            "stock.picking": self.env._("Deliveries"),
            "calendar.event": self.env._("Meetings"),
        }

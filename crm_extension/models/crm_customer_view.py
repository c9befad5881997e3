from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

PHASES = ("before", "during", "after")
# More than this is told as "99+": an exact count costs the life of a big customer.
COUNT_LIMIT = 100
MAX_ID = 2**31 - 1


class CrmCustomerView(models.AbstractModel):
    """The first screen of a customer: who it is, what is next, what is open.

    One read-only call (:meth:`customer_fetch`) brings the header, what needs attention
    and the cards. Cards are *sections*: addons contribute them by overriding
    :meth:`_customer_360_sections` and say what needs attention in
    :meth:`_customer_360_alerts`. Everything is read with the rights of the user; a
    section whose groups or models are closed to him is left out, never zero.
    """

    _name = "crm.customer.view"
    _description = "Customer 360"

    @api.model
    @api.readonly
    def customer_fetch(self, partner_id):
        """Everything of the first screen but the timeline.

        :param partner_id: id of the customer or of one of its contacts
        :return: dict of ``id`` (the customer), ``contact_id`` (the contact asked for or
            False), ``header``, ``alerts``, ``phases`` (counts before, during and
            after the sale), ``actions``, ``sections`` with what they show, ``cards`` (all
            the user may have, in the order of the addons), ``layout``, ``can_log``
        """
        self.env["crm.interaction"].check_access("read")
        partner = self._browse_partner(partner_id)
        customer = partner.commercial_partner_id
        sections = self._fetch_sections(customer)
        return {
            "id": customer.id,
            "contact_id": partner != customer and partner.id,
            "header": self._customer_360_header(customer),
            "alerts": self._sorted_alerts(self._customer_360_alerts(customer)),
            "phases": self._count_phases(sections),
            "actions": self._customer_360_actions(customer),
            "sections": sections,
            "cards": self._customer_360_cards(),
            "layout": self._customer_layout(),
            "can_log": self.env["crm.interaction"].has_access("create"),
        }

    @api.model
    def customer_layout_save(self, layout):
        """Remember how the user arranged the cards.

        :param layout: dict with lists of section names ``order``, ``folded``, ``hidden``
        :return: what was kept: names of sections that exist
        """
        if not isinstance(layout, dict):
            raise UserError(self.env._("The arrangement of the cards is not readable."))
        self.env["crm.interaction"].check_access("read")
        kept = self._clean_layout(layout)
        # A user's own settings, whatever rights are needed for those of others.
        settings = self.env["res.users.settings"].sudo()
        settings._find_or_create_for_user(self.env.user).customer_360_layout = kept
        return kept

    # Hooks

    @api.model
    def _customer_360_sections(self):
        """Hook: the cards of the page.

        :return: dict of section name to dict of ``title``, ``icon``, ``sequence``,
            ``column`` (``"side"`` or ``"main"``), ``method`` (name of a method of
            this model: gets the commercial partner, returns plain data with an
            ``items`` list, or None to leave the card out), optional ``groups`` (comma
            separated, one is enough), ``personal`` (left out when the customer is masked
            for the user), ``models`` (all must be readable), ``card``
            (Owl card of the registry ``crm_customer_360_cards``, the name by default),
            ``empty`` (sentence of the empty card)
        """
        return {}

    @api.model
    def _customer_360_alerts(self, customer):
        """Hook: what needs attention, most urgent first.

        :return: list of dict ``name``, ``tone`` (``danger``, ``warning``, ``info``),
            ``icon``, ``text`` and what a click opens: ``action`` (an action) or
            ``model`` and ``id``
        """
        return []

    @api.model
    def _customer_360_actions(self, customer):
        """Hook: what one starts from here: list of ``name``, ``label``, ``icon``,
        ``hotkey``, ``action``."""
        return []

    # Reading

    @api.model
    def _browse_partner(self, partner_id):
        """The contact, when it exists and the user may read it."""
        known = type(partner_id) is int and 0 < partner_id <= MAX_ID
        partner = self.env["res.partner"].browse(partner_id if known else []).exists()
        if not partner:
            raise UserError(self.env._("This customer does not exist any more."))
        partner.check_access("read")
        partner.commercial_partner_id.check_access("read")
        return partner

    @api.model
    def _fetch_sections(self, customer):
        sections = []
        masked = bool(customer._crm_masked())
        for name, section in self._readable_sections().items():
            if masked and section.get("personal"):
                continue
            data = getattr(self, section["method"])(customer)
            if data is None:
                continue
            sections.append(
                {
                    "name": name,
                    "card": section.get("card", name),
                    **{
                        key: section.get(key, False)
                        for key in ("title", "icon", "column", "empty")
                    },
                    "data": data,
                }
            )
        return sections

    @api.model
    def _readable_sections(self):
        """The sections that are open to the user, by sequence."""
        sections = self._customer_360_sections().items()
        return dict(
            sorted(
                ((name, vals) for name, vals in sections if self._is_readable(vals)),
                key=lambda item: item[1]["sequence"],
            )
        )

    @api.model
    def _is_readable(self, section):
        groups = section.get("groups")
        return (not groups or self.env.user.has_groups(groups)) and all(
            self.env[model].has_access("read") for model in section.get("models", ())
        )

    @api.model
    def _count_phases(self, sections):
        """Open documents before, during and after the sale, of all sections."""
        counts = dict.fromkeys(PHASES, 0)
        for section in sections:
            for group in section["data"].get("groups", ()):
                counts[group["phase"]] += group["count"]
        return counts

    # Layout

    @api.model
    def _customer_360_cards(self):
        """What can be arranged, whatever this customer has something for."""
        return [
            {"name": name, "title": section["title"], "icon": section.get("icon")}
            for name, section in self._readable_sections().items()
        ]

    @api.model
    def _customer_layout(self):
        settings = self.env.user.sudo().res_users_settings_id
        return self._clean_layout(settings.customer_360_layout or {})

    @api.model
    def _clean_layout(self, layout):
        """Names of sections that exist, each once."""
        known = self._customer_360_sections()
        return {
            key: [
                name
                for name in dict.fromkeys(self._names(layout.get(key)))
                if name in known
            ]
            for key in ("order", "folded", "hidden")
        }

    @api.model
    def _names(self, value):
        names = value if isinstance(value, list) else []
        return [name for name in names if isinstance(name, str)]

    # For sections

    @api.model
    def _customer_domain(self, customer, path="partner_id.commercial_partner_id"):
        """Documents of the customer and its contacts in the user's companies."""
        return Domain(path, "=", customer.id)

    @api.model
    def _count(self, model, domain, found, limit):
        """How many there are, without counting what is on the screen already."""
        if len(found) < limit:
            return len(found)
        return self.env[model].search_count(domain, limit=COUNT_LIMIT)

    @api.model
    def _list_action(self, name, model, domain, **context):
        """Action that opens the documents of a number."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domain),
            "context": {"create": False, **context},
        }

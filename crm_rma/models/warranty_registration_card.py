from odoo import fields, models
from odoo.tools.i18n import format_list
from odoo.tools.misc import format_date

# On the card stands what we promise; vendors and goodwill are our own business.
ON_CARD = ("standard", "extended", "replacement", "statutory")


class WarrantyRegistration(models.Model):
    """What the customer reads: on the printed card and on the page of its QR code."""

    _inherit = "warranty.registration"

    def _card_values(self):
        """Plain values of the card, in the reader's language.

        :return: dict of ``product, serial, quantity, customer, start, documents, covers``
            (``classes, start, end, kind``), ``note, law, rights, view, replaced,
            company``
        """
        self.ensure_one()
        card = self.sudo()
        facts = card._facts()
        chain = self._chain(card.id, facts)
        shown = facts[chain[-1]]
        today = fields.Date.context_today(self)
        verdict = self._write_verdict(shown, today)
        explain = self.env["warranty.explain"]
        view = explain._view({**verdict, "vendor": [], "choice": None}, today=today)
        return {
            "product": card.product_id.display_name,
            "serial": card.lot_id.name or "",
            "quantity": f"{card.quantity:g} {card.product_uom_id.name}",
            "customer": card.partner_id.display_name or "",
            "start": format_date(self.env, card.date_start),
            "documents": " · ".join(
                filter(None, [card.sale_order_id.name, card.picking_id.name])
            ),
            "covers": self._card_covers(verdict),
            "note": card.term_id.note or "",
            "law": view["law"],
            "rights": view["rights"],
            "view": view,
            "replaced": self._explain_chain(facts[card.id], shown)
            if len(chain) > 1
            else "",
            "company": card.company_id.display_name,
        }

    def _card_covers(self, verdict):
        """The promises, one row for classes with the same days."""
        explain = self.env["warranty.explain"]
        labels = explain._class_labels()
        kinds = dict(
            self.env["warranty.interval"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        groups = {}
        for row in verdict["intervals"]:
            if row["kind"] in ON_CARD:
                key = (row["start"], row["end"], row["kind"])
                groups.setdefault(key, []).append(labels[row["class"]])
        return [
            {
                "classes": format_list(self.env, names),
                "start": format_date(self.env, start),
                "end": format_date(self.env, end),
                "kind": kinds[kind],
            }
            for (start, end, kind), names in sorted(groups.items())
        ]

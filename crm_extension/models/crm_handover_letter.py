from odoo import api, fields, models
from odoo.fields import Domain


class CrmHandover(models.Model):
    """The letter to the customer: who looks after you now. The outbox sends it."""

    _inherit = "crm.handover"

    letter_template_id = fields.Many2one(
        "mail.template",
        string="Letter to the Customer",
        ondelete="set null",
        domain=[("model", "=", "crm.handover.item")],
        help="Sent once to every customer that gets another salesperson, in the "
        "customer's language, when its turn has come. Empty: no letter.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="Text Message to the Customer",
        ondelete="set null",
        domain=[("model", "=", "crm.handover.item")],
        help="Beside the letter or instead of it.",
    )
    letter_preview = fields.Html(
        compute="_compute_letter_preview", sanitize="email_outgoing"
    )

    @api.depends("letter_template_id", "step")
    def _compute_letter_preview(self):
        """The letter to the first customer of the plan, in that customer's language."""
        for handover in self:
            item = handover.sudo().item_ids.filtered("partner_id")[:1]
            handover.letter_preview = False
            if item and handover.letter_template_id:
                letter = item._render_letters(handover.sudo().letter_template_id)
                handover.letter_preview = letter[item.id]["body_html"]

    def _send_letters(self, items):
        """Put letters and text messages into the outbox, each once."""
        super()._send_letters(items)
        vals_list = []
        if self.letter_template_id:
            letters = items._render_letters(self.letter_template_id)
            people = items._letter_people("email")
            vals_list += [
                {
                    **item._prepare_letter("email", people[item]),
                    **letters[item.id],
                    "email_layout_xmlid": "mail.mail_notification_light",
                }
                for item in items
            ]
        if self.sms_template_id:
            texts = self.sms_template_id._render_field(
                "body", items.ids, compute_lang=True
            )
            people = items._letter_people("phone_sanitized")
            vals_list += [
                {**item._prepare_letter("sms", people[item]), "body": texts[item.id]}
                for item in items
            ]
        self.env["crm.outbox"]._enqueue(vals_list)

    def _drop_letters(self, items):
        """What has not left the house is not sent any more."""
        super()._drop_letters(items)
        keys = [item._letter_key(way) for item in items for way in ("email", "sms")]
        letters = self.env["crm.outbox"].sudo().search([("key", "in", keys)])
        letters._withdraw()


class CrmHandoverItem(models.Model):
    _inherit = "crm.handover.item"

    def _letter_key(self, channel):
        return f"{self._name},{self.id}:{channel}:1"

    def _prepare_letter(self, channel, person):
        """Values of one message: to whom, about what, in whose name."""
        self.ensure_one()
        company = self.partner_id.company_id or self.handover_id.company_ids[:1]
        return {
            "key": self._letter_key(channel),
            "channel": channel,
            "partner_id": person.id,
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "company_id": company.id,
            "user_id": self.to_user_id.id,
            "origin": "handover",
            "purpose": "service",
        }

    def _render_letters(self, template):
        """Map ids to ``{"subject", "body_html"}``, each in the customer's language."""
        subjects = template._render_field("subject", self.ids, compute_lang=True)
        bodies = template._render_field("body_html", self.ids, compute_lang=True)
        return {
            item.id: {"subject": subjects[item.id], "body_html": bodies[item.id]}
            for item in self
        }

    def _letter_people(self, address):
        """Map items to whom the letter goes: the customer, else the first of its people
        that has such an address; one query."""
        customers = self.partner_id
        without = customers.filtered(lambda customer: not customer[address])
        people = self.env["res.partner"].search(
            Domain("commercial_partner_id", "in", without.ids)
            & Domain(address, "not in", (False, "")),
            order="id",
        )
        first = {}
        for person in people:
            first.setdefault(person.commercial_partner_id, person)
        return {item: first.get(item.partner_id, item.partner_id) for item in self}

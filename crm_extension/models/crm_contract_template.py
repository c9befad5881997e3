from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.contract_text import TemplateError, check_template
from ..tools.copies import name_copies


class CrmContractTemplate(models.Model):
    """A text with placeholders that becomes a contract or a letter.

    Placeholders are plain names from a fixed list (:meth:`_placeholders` of
    ``crm.contract.fill``); nothing in a text is ever executed. Each language has its own
    template, because a contract is not a translation of another one.
    """

    _name = "crm.contract.template"
    _description = "Template of a Contract"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind_id = fields.Many2one(
        "crm.contract.kind",
        required=True,
        ondelete="restrict",
        index=True,
        help="What the new paper will be.",
    )
    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        required=True,
        ondelete="restrict",
        context={"active_test": False},
        default=lambda self: self.env["res.lang"]._lang_get(self.env.user.lang),
        help="Days and amounts are written in this language, and customers who speak it "
        "are offered this template first.",
    )
    company_id = fields.Many2one("res.company", ondelete="cascade")
    body = fields.Html(
        string="Text",
        required=True,
        help="The text of the contract, with placeholders like {{customer.name}}.",
    )
    note = fields.Char(string="When to use it")
    needs_order = fields.Boolean(
        string="Needs a Quotation",
        compute="_compute_needs_order",
        store=True,
        help="The text speaks of the quotation.",
    )
    # Preview
    preview_order_id = fields.Many2one(
        "sale.order", store=False, string="Preview with a Quotation"
    )
    preview_partner_id = fields.Many2one(
        "res.partner", store=False, string="Preview with a Customer"
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    preview_missing = fields.Char(compute="_compute_preview")

    @api.depends("body")
    def _compute_needs_order(self):
        for template in self:
            template.needs_order = "{{quotation." in (template.body or "").replace(
                " ", ""
            ).replace("\xa0", "")

    @api.depends("body", "lang_id", "preview_order_id", "preview_partner_id")
    def _compute_preview(self):
        """The text with the values of a real customer; an error as a sentence."""
        for template in self:
            template.preview, template.preview_missing = template._render_preview()

    def _render_preview(self):
        order = self.preview_order_id
        partner = order.partner_id or self.preview_partner_id
        if not self.body or not partner:
            return False, False
        contract = self.env["crm.contract"].new(
            {
                "name": self.name,
                "number": "…",
                "partner_id": partner.commercial_partner_id.id,
                "kind_id": self.kind_id.id,
                "amount": order.amount_total,
                "currency_id": (order or self.env.company).currency_id.id,
                "company_id": (order.company_id or self.env.company).id,
            }
        )
        try:
            self._check_text(self.body)
            filled = self.env["crm.contract.fill"]._fill(self, contract, order)
        except UserError as error:
            return False, str(error)
        return filled.html, self._missing_words(filled.missing)

    @api.model
    def _missing_words(self, missing):
        """Which placeholders stayed empty, as one sentence."""
        if not missing:
            return False
        labels = self.env["crm.contract.fill"]._placeholders()
        names = ", ".join(labels[name] for name in missing)
        return self.env._("Left blank, because it is not known: %(names)s", names=names)

    # Checking

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_text(vals.get("body"))
        return super().create(vals_list)

    def write(self, vals):
        if "body" in vals:
            self._check_text(vals["body"])
        return super().write(vals)

    @api.model
    def _check_text(self, text):
        """Refuse everything that is not text with known placeholders.

        Asked of what was typed, before Odoo's sanitizer takes parts of it away.
        """
        fill = self.env["crm.contract.fill"]
        try:
            return check_template(
                text or "", fill._placeholders(), fill._placeholder_blocks()
            )
        except TemplateError as error:
            raise ValidationError(self._error_sentence(error)) from error

    @api.model
    def _error_sentence(self, error):
        _ = self.env._
        sentences = {
            "unknown": _(
                "There is no placeholder %(detail)s. Take one from the list beside the "
                "text."
            ),
            "braces": _(
                "“%(detail)s” is no placeholder: it is a name from the list in double "
                "braces, in one piece, like {{customer.name}}. Nothing is calculated in a "
                "text."
            ),
            "attribute": _(
                "A placeholder cannot stand in a link or a format: “%(detail)s”."
            ),
            "block": _("%(detail)s brings a table: it stands alone in its paragraph."),
            "code": _("A text holds no code: take out “%(detail)s”."),
            "empty": _("The text is empty."),
        }
        return sentences[error.code] % {"detail": error.detail}

    @api.model
    def placeholders(self):
        """The placeholders for the list beside the text.

        :return: list of ``{"name", "label", "group", "is_block"}``
        """
        self.check_access("read")
        fill = self.env["crm.contract.fill"]
        blocks = fill._placeholder_blocks()
        groups = fill._placeholder_groups()
        return [
            {
                "name": name,
                "label": label,
                "group": groups[name.partition(".")[0]],
                "is_block": name in blocks,
            }
            for name, label in fill._placeholders().items()
        ]

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return vals_list if "name" in (default or {}) else name_copies(self, vals_list)

    @api.model
    def _best_for(self, partner, kind=None, company=None):
        """Templates in the order in which to offer them: the customer's language, the
        kind, then their own order."""
        company = company or self.env.company
        templates = self.search([("company_id", "in", [company.id, False])])
        lang = partner.lang or self.env.lang
        return templates.sorted(
            lambda template: (
                template.lang_id.code != lang,
                bool(kind) and template.kind_id != kind,
                template.sequence,
                template.id,
            )
        )

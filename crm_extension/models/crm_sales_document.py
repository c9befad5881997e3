from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.kit import Variant, best_variant

KINDS = [
    ("policy", "Policy"),
    ("presentation", "Presentation"),
    ("price", "Price List"),
    ("sample", "Contract Sample"),
    ("other", "Other"),
]
VARIANT = "crm.sales.document.variant"


class CrmSalesDocument(models.Model):
    """Something that salespeople show, send or follow: a policy, a presentation, a
    sample of a contract. Its variants are for languages, teams and territories."""

    _name = "crm.sales.document"
    _description = "Sales Document"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="presentation")
    note = fields.Char(
        string="What it is for",
        translate=True,
        help="Shown to salespeople beside the document.",
    )
    is_internal = fields.Boolean(
        string="For Us Only",
        compute="_compute_is_internal",
        store=True,
        readonly=False,
        precompute=True,
        help="Opened by salespeople, never offered for sending.",
    )
    stage_ids = fields.Many2many(
        "crm.stage", "crm_stage_sales_document_rel", string="Stages"
    )
    company_id = fields.Many2one("res.company", ondelete="cascade")
    variant_ids = fields.One2many(VARIANT, "document_id", string="Files", copy=True)
    variant_count = fields.Integer(compute="_compute_variant_count", string="Variants")

    @api.depends("kind")
    def _compute_is_internal(self):
        """Policies are for us, unless somebody says otherwise."""
        for document in self:
            document.is_internal = document.kind == "policy"

    @api.depends("variant_ids")
    def _compute_variant_count(self):
        for document in self:
            document.variant_count = len(document.variant_ids)

    def _variant_for(self, lang, team, territory):
        """The variant of one document for a customer.

        :param lang: code of the language; :param team: ``crm.team``
        :param territory: ``crm.territory`` of the customer
        """
        self.ensure_one()
        path = [int(part) for part in (territory.parent_path or "").split("/") if part]
        best = best_variant(
            [variant._as_variant() for variant in self.variant_ids],
            lang or "",
            team.id or 0,
            path[::-1],
        )
        return self.variant_ids.filtered(lambda v: bool(best) and v.id == best.id)


class CrmSalesDocumentVariant(models.Model):
    """A file or a template of contracts, for a language, a team, a territory or all."""

    _name = "crm.sales.document.variant"
    _description = "Variant of a Sales Document"
    _order = "document_id, id"
    _rec_name = "filename"

    document_id = fields.Many2one(
        "crm.sales.document", required=True, ondelete="cascade", index=True
    )
    data = fields.Binary(
        string="File",
        compute="_compute_data",
        inverse="_inverse_data",
        help="PDF, office document, picture or text, up to 25 MB.",
    )
    filename = fields.Char()
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    template_id = fields.Many2one(
        "crm.contract.template",
        string="Or a Template",
        ondelete="restrict",
        help="A contract that is filled for the customer when it is opened or sent.",
    )
    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        ondelete="restrict",
        context={"active_test": False},
        help="Empty: for every language.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        ondelete="cascade",
        help="Empty: for all teams.",
    )
    territory_id = fields.Many2one(
        "crm.territory", ondelete="cascade", help="Empty: for all territories."
    )

    @api.depends("attachment_id")
    def _compute_data(self):
        for variant in self:
            variant.data = variant.sudo().attachment_id.datas

    def _inverse_data(self):
        """A new file takes the place of the old one."""
        for variant in self:
            old = variant.sudo().attachment_id
            new = old.browse()
            if variant.data:
                upload = self.env["crm.upload"]
                name = variant.filename or variant.document_id.name
                content = upload._decode(variant.data, name)
                new = upload._store(name, content, self._name, variant.id)
            variant.sudo().write(
                {"attachment_id": new.id, "filename": new.name or False}
            )
            old.unlink()

    @api.constrains("template_id", "attachment_id")
    def _check_one(self):
        for variant in self:
            if variant.template_id and variant.attachment_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s: a file or a template, not both.",
                        document=variant.document_id.name,
                    )
                )

    def copy_data(self, default=None):
        """A copy has its own bytes."""
        vals_list = super().copy_data(default=default)
        for variant, vals in zip(self, vals_list, strict=True):
            vals.pop("attachment_id", None)
            if variant.attachment_id:
                vals["data"] = variant.data
        return vals_list

    def unlink(self):
        attachments = self.sudo().attachment_id
        result = super().unlink()
        attachments.exists().unlink()
        return result

    def _as_variant(self):
        return Variant(
            id=self.id,
            lang=self.lang_id.code or self.template_id.lang_id.code or "",
            team=self.team_id.id or 0,
            territory=self.territory_id.id or 0,
        )

    def _is_filled(self):
        """Whether there is something to show."""
        return bool(self.attachment_id or self.template_id)

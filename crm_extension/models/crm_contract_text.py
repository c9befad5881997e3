from odoo import fields, models
from odoo.exceptions import UserError

REPORT = "crm_extension.crm_contract_report"
#: States of wkhtmltopdf in which it prints.
PRINTS = ("ok", "workers", "upgrade")


class CrmContract(models.Model):
    """The text of a contract: filled from a template, edited, printed, kept as a file."""

    _inherit = "crm.contract"

    template_id = fields.Many2one(
        "crm.contract.template", readonly=True, ondelete="set null", copy=False
    )
    body = fields.Html(
        string="Text",
        copy=False,
        help="Filled from a template. What is changed here is printed; the template stays.",
    )

    def action_open_fill(self):
        """Choose a template, look at the result, make the file."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill from a Template"),
            "res_model": "crm.contract.from.template",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_contract_id": self.id, "dialog_size": "extra-large"},
        }

    def _fill_from(self, template, order=None):
        """Fill the text and keep it as the next version of the file.

        :param template: ``crm.contract.template``
        :param order: ``sale.order``, linked to the contract
        :return: ``crm.contract.version``
        """
        self.ensure_one()
        self.check_access("write")
        self._check_text_open()
        filled = self.env["crm.contract.fill"]._fill(template, self, order)
        vals = {"body": filled.html, "template_id": template.id}
        if order:
            vals["order_ids"] = [fields.Command.link(order.id)]
        self.write(vals)
        return self._print_version(self.env._("From “%s”", template.name))

    def action_print_version(self):
        """Keep the text as it is now as the next version of the file."""
        self.ensure_one()
        self.check_access("write")
        if not self.body:
            raise UserError(
                self.env._("There is no text yet: fill it from a template.")
            )
        self._print_version()

    def _check_text_open(self):
        if self.decision not in ("draft", "to_sign"):
            raise UserError(
                self.env._(
                    "%(contract)s is signed: its text is not filled again.",
                    contract=self.display_name,
                )
            )

    def _print_version(self, note=None):
        """The text as PDF (HTML, where nothing prints) becomes the next version."""
        content, ending = self._print_text()
        name = f"{self.display_name}.{ending}".replace("/", "-")
        generated = self.file_ids.filtered(
            lambda file: any(file.version_ids.mapped("is_generated"))
        )[:1]
        return self._add_version(
            name, content, file_id=generated.id, note=note, generated=True
        )

    def _print_text(self):
        """``(bytes, "pdf")`` in the language of the template, or ``(bytes, "html")``."""
        lang = self.template_id.lang_id.code or self.partner_id.lang
        report = self.env.ref(REPORT).with_context(lang=lang)
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() not in PRINTS:
            return report._render_qweb_html(REPORT, self.ids)
        return report._render_qweb_pdf(REPORT, self.ids)

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .crm_target import FIRST_YEAR, LAST_YEAR

#: What may still be written once the figures are frozen: the conversation about them.
CHATTER = {
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
    "activity_ids",
}
SIGNER = "sales_team.group_sale_manager"


class CrmYearEnd(models.Model):
    """The figures of a fiscal year, frozen: what a manager signs.

    All figures come from one transaction, hence one moment. They are kept without
    language, with their parameters, author and a hash over all of it and over every
    document behind them; the reader's language is that of the page, PDF or workbook.
    Frozen figures are never written again; run again, a new version says document by
    document what changed since the one before.
    """

    _name = "crm.year.end"
    _description = "Year-End Report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "year desc, version desc, id desc"
    _rec_names_search = ["fiscal_year"]
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        string="Fiscal Year",
        required=True,
        aggregator=None,
        default=lambda self: self._get_last_year(),
        help="The year in which the fiscal year ends.",
    )
    fiscal_year = fields.Char(
        "Name of the Fiscal Year", compute="_compute_dates", store=True
    )
    date_from = fields.Date("From", compute="_compute_dates", store=True)
    date_to = fields.Date("To", compute="_compute_dates", store=True)
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    previous_id = fields.Many2one(
        "crm.year.end",
        string="Version Before",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen"), ("signed", "Signed Off")],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_frozen = fields.Datetime("Frozen on", readonly=True, copy=False)
    signed_user_id = fields.Many2one(
        "res.users",
        string="Signed Off by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_signed = fields.Datetime("Signed Off on", readonly=True, copy=False)
    content = fields.Json(readonly=True, copy=False)
    content_hash = fields.Char(
        "Fingerprint",
        readonly=True,
        copy=False,
        help="SHA-256 of the frozen figures, their parameters and their documents.",
    )
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        help="Whether the figures still have their fingerprint.",
    )
    invoiced = fields.Monetary(readonly=True, copy=False)
    invoiced_ly = fields.Monetary("Invoiced Last Year", readonly=True, copy=False)
    difference = fields.Monetary(
        "Difference to Posted Invoices",
        readonly=True,
        copy=False,
        help="The frozen figure minus the untaxed sum of all posted invoices and "
        "credit notes of the year: it must be zero.",
    )
    is_reconciled = fields.Boolean(readonly=True, copy=False)
    document_ids = fields.One2many("crm.year.end.document", "year_end_id")
    change_ids = fields.One2many("crm.year.end.change", "year_end_id")
    change_count = fields.Integer(compute="_compute_change_count")
    figures_html = fields.Html(compute="_compute_figures_html", sanitize=False)

    _version_uniq = models.UniqueIndex(
        "(company_id, year, version) WHERE state <> 'draft'",
        "This version of the year's figures was frozen already.",
    )
    _year_check = models.Constraint(
        f"CHECK (year BETWEEN {FIRST_YEAR + 1} AND {LAST_YEAR})",
        "The year lies between 1991 and 2100.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("fiscal_year", "version")
    def _compute_name(self):
        for report in self:
            report.name = self.env._(
                "Year-End Report %(year)s, version %(version)s",
                year=report.fiscal_year or "",
                version=report.version or 1,
            )

    @api.depends("name", "company_id")
    def _compute_display_name(self):
        for report in self:
            report.display_name = report.name

    @api.depends("year", "company_id")
    def _compute_dates(self):
        """The whole months of the fiscal year; kept as they were once frozen."""
        for report in self:
            if report.state != "draft":
                continue
            if not FIRST_YEAR < report.year <= LAST_YEAR:
                report.date_from = report.date_to = report.fiscal_year = False
                continue
            last = int(report.company_id.fiscalyear_last_month or 12)
            end = fields.Date.to_date(f"{report.year}-{last:02}-01")
            report.date_from = fields.Date.add(end, months=-11)
            report.date_to = fields.Date.end_of(end, "month")
            report.fiscal_year = report._get_year_name()

    @api.depends("content", "content_hash")
    def _compute_is_intact(self):
        """Whoever writes past Odoo is found out: figures or documents."""
        for report in self:
            content = report.content
            report.is_intact = not content or (
                report._get_hash(content) == report.content_hash
                and report._get_documents_digest() == content["documents"]["digest"]
            )

    @api.depends("change_ids")
    def _compute_change_count(self):
        groups = self.env["crm.year.end.change"]._read_group(
            [("year_end_id", "in", self.ids)], ["year_end_id"], ["__count"]
        )
        counts = {report.id: count for report, count in groups}
        for report in self:
            report.change_count = counts.get(report.id, 0)

    @api.depends_context("lang")
    @api.depends("content")
    def _compute_figures_html(self):
        for report in self:
            report.figures_html = report.content and self.env["ir.qweb"]._render(
                "crm_analytics.crm_year_end_sections",
                {"sections": report._get_printed_sections()},
            )

    # ------------------------------------------------------------------
    # Frozen is frozen
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A report begins as a draft; only freezing fills it."""
        allowed = {"company_id", "year"}
        fixed = [
            name
            for name, field in self._fields.items()
            if field.readonly and field.store and name not in allowed
        ]
        for vals in vals_list:
            for name in fixed:
                vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - CHATTER:
            for report in self:
                is_ours = self.env.su and report.state != "signed"
                if report.state != "draft" and not is_ours:
                    raise UserError(
                        self.env._(
                            "%(report)s is frozen: its figures do not change any more. "
                            "Freeze a new version instead.",
                            report=report.display_name,
                        )
                    )
            if not self.env.su and set(vals) - CHATTER - {"company_id", "year"}:
                raise UserError(
                    self.env._("Only company and year of a draft can be changed.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        if any(report.state == "signed" for report in self):
            raise UserError(self.env._("What was signed off cannot be deleted."))

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_freeze(self):
        """Freeze the figures of the year as they are now, and compare them with the
        version before.

        :raise UserError: they are frozen already
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        if self.state != "draft":
            raise UserError(
                self.env._("%(report)s is frozen already.", report=self.display_name)
            )
        report = self.sudo()
        previous = report._get_previous()
        report.write(
            {
                "user_id": self.env.uid,
                "date_frozen": fields.Datetime.now(),
                "version": (previous.version or 0) + 1,
                "previous_id": previous.id,
            }
        )
        report._keep_documents()
        content = json.loads(json.dumps(report._get_content()))
        report.write({"content": content, **report._get_summary(content)})
        report.write({"content_hash": report._get_hash(content), "state": "frozen"})
        if previous:
            report._keep_changes(previous)
        return True

    def action_sign(self):
        """Sign the frozen figures off; after that nobody changes or deletes them.

        :raise AccessError: not a sales administrator
        :raise UserError: not frozen, not reconciled, or no longer what was frozen
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(SIGNER):
            raise AccessError(
                self.env._("Only a sales administrator signs a year-end report off.")
            )
        self.lock_for_update()
        if self.state != "frozen":
            raise UserError(self.env._("Only frozen figures can be signed off, once."))
        if not self.is_reconciled:
            raise UserError(
                self.env._(
                    "The figures differ from the posted invoices: see Reconciliation."
                )
            )
        if not self.is_intact:
            raise UserError(
                self.env._("The figures are no longer those that were frozen.")
            )
        self.sudo().write(
            {
                "state": "signed",
                "signed_user_id": self.env.uid,
                "date_signed": fields.Datetime.now(),
            }
        )
        return True

    def action_run_again(self):
        """Freeze a new version of the same year and show what changed since."""
        self.ensure_one()
        report = self.create({"company_id": self.company_id.id, "year": self.year})
        report.action_freeze()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": report.id,
            "views": [(False, "form")],
        }

    def action_open_changes(self):
        """What changed since the version before, document by document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_analytics.crm_year_end_change_action"
        )
        return {**action, "domain": [("year_end_id", "=", self.id)]}

    def action_open_documents(self):
        """All documents behind the frozen figures."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_analytics.crm_year_end_document_action"
        )
        return {**action, "domain": [("year_end_id", "=", self.id)]}

    def action_download_xlsx(self):
        """Download the workbook in the reader's language."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_analytics/year-end/{self.id}/xlsx",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def _get_last_year(self):
        """The last fiscal year that is over."""
        today = fields.Date.context_today(self)
        return self.env["crm.target"]._get_year(today) - 1

    def _get_year_name(self):
        last = int(self.company_id.fiscalyear_last_month or 12)
        year = self.year
        return str(year) if last == 12 else f"{year - 1}/{year % 100:02}"

    def _get_previous(self):
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("year", "=", self.year),
                ("state", "!=", "draft"),
            ]
        )
        return self.search(domain, order="version desc", limit=1)

    @api.model
    def _get_hash(self, content):
        """SHA-256 of the canonical form: sorted keys, no spaces, UTF-8."""
        text = json.dumps(
            content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()

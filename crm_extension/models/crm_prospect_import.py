import base64
import csv
import io
from itertools import islice
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.prospect_columns import HEADINGS, guess_fields
from ..tools.prospect_file import ENCODINGS, ProspectFileError, read_rows
from .crm_prospect import TEXT_FIELDS

SAMPLE_ROWS = 3
#: A cell that a spreadsheet would run as a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CrmProspectImport(models.Model):
    """One file of external addresses: read, checked, and only then taken over.

    The steps run in batches, by the button for a small file and by a scheduled action
    for a big one; each batch is committed and the work goes on where it stopped.
    """

    _name = "crm.prospect.import"
    _description = "Prospect Import"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True
    )
    file = fields.Binary(attachment=True, copy=False)
    file_name = fields.Char()
    encoding = fields.Selection(
        [(name, name.upper() if name != "auto" else "Automatic") for name in ENCODINGS],
        default="auto",
        required=True,
        help="Automatic tells Unicode, GB 18030 (China) and Big5 (Taiwan) apart.",
    )
    column_ids = fields.One2many(
        "crm.prospect.column",
        "import_id",
        compute="_compute_column_ids",
        store=True,
        readonly=False,
        string="Columns",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("reading", "Reading"),
            ("checking", "Checking"),
            ("checked", "Checked"),
            ("importing", "Importing"),
            ("done", "Imported"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    error = fields.Char(readonly=True, copy=False)
    # For all rows
    user_id = fields.Many2one(
        "res.users",
        string="Imported by",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        copy=False,
    )
    salesperson_ids = fields.Many2many(
        "res.users",
        string="Assign to",
        domain=[("share", "=", False)],
        help="The rows are dealt out among these salespeople in turn. Empty: nobody's.",
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    source_id = fields.Many2one("utm.source", ondelete="restrict")
    campaign_id = fields.Many2one("utm.campaign", ondelete="restrict")
    medium_id = fields.Many2one("utm.medium", ondelete="restrict")
    # Rows
    prospect_ids = fields.One2many("crm.prospect", "import_id", string="Rows")
    row_count = fields.Integer(string="Rows of the File", readonly=True, copy=False)
    read_count = fields.Integer(compute="_compute_counts", string="Rows Read")
    new_count = fields.Integer(compute="_compute_counts", string="New Rows")
    update_count = fields.Integer(compute="_compute_counts", string="Completing")
    duplicate_count = fields.Integer(compute="_compute_counts", string="Duplicates")
    conflict_count = fields.Integer(compute="_compute_counts", string="Conflicts")
    error_count = fields.Integer(compute="_compute_counts", string="Errors")
    lead_count = fields.Integer(compute="_compute_counts", string="Upgraded")
    progress = fields.Float(compute="_compute_progress", help="Percent of this step.")
    problem_file = fields.Binary(
        compute="_compute_problem_file",
        help="The rows that need a decision, with row, column and reason.",
    )

    @api.depends("file_name")
    def _compute_name(self):
        for batch in self:
            batch.name = batch.name or batch.file_name

    @api.depends("name")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = batch.name or self.env._("New Import")

    # Columns

    @api.depends("file", "encoding")
    def _compute_column_ids(self):
        """Headings and samples of the file, with a guess of what they mean."""
        for batch in self:
            if batch.state != "draft":
                continue
            batch.column_ids = [
                Command.clear(),
                *map(Command.create, batch._prepare_columns()),
            ]

    def _prepare_columns(self):
        """Values of the columns; none when the file cannot be read."""
        try:
            head, *rows = islice(self._rows(), SAMPLE_ROWS + 1)
        except (ProspectFileError, ValueError):
            return []
        padded = [[*row, *[""] * len(head)] for row in rows]
        return [
            {
                "sequence": number,
                "heading": heading,
                "sample": ", ".join(filter(None, map(itemgetter(number), padded))),
                "field": field,
            }
            for number, (heading, field) in enumerate(
                zip(head, guess_fields(head), strict=True)
            )
        ]

    def _rows(self):
        """The rows of the file, headings first.

        :raises ProspectFileError: see ``tools/prospect_file.py``
        """
        data = self.with_context(bin_size=False).file
        return read_rows(base64.b64decode(data or b""), self.encoding)

    @api.model
    def _file_error_text(self, error):
        texts = {
            "empty": self.env._("The file is empty."),
            "encoding": self.env._(
                "The file is in another encoding: choose it, or save the file as UTF-8."
            ),
            "format": self.env._("This is no CSV and no XLSX file."),
        }
        return texts[error.code]

    # Numbers

    @api.depends("prospect_ids.verdict", "prospect_ids.lead_id")
    def _compute_counts(self):
        """Rows of each verdict: one query for all imports."""
        groups = self.env["crm.prospect"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "verdict"],
            ["__count", "lead_id:count"],
        )
        for batch in self:
            mine = {g[1]: g[2:] for g in groups if g[0] == batch}
            for verdict in ("new", "update", "duplicate", "conflict", "error"):
                batch[f"{verdict}_count"] = mine.get(verdict, (0,))[0]
            batch.read_count = sum(count for count, _leads in mine.values())
            batch.lead_count = sum(leads for _count, leads in mine.values())

    @api.depends("state", "row_count", "prospect_ids.verdict", "prospect_ids.lead_id")
    def _compute_progress(self):
        for batch in self:
            total = batch.row_count or 1
            judged = batch.read_count - batch._count([("verdict", "=", False)])
            todo = batch.new_count + batch.update_count
            done = {
                "draft": 0,
                "reading": batch.read_count / total,
                "checking": judged / total,
                "importing": batch.lead_count / (todo or 1),
            }.get(batch.state, 1)
            batch.progress = round(100 * min(done, 1), 1)

    def _count(self, domain):
        rows = self.env["crm.prospect"]
        return rows.search_count([("import_id", "in", self.ids), *domain])

    # What could not be taken

    @api.depends("prospect_ids.problems")
    def _compute_problem_file(self):
        for batch in self:
            batch.problem_file = base64.b64encode(
                batch._problem_csv().encode("utf-8-sig")
            )

    def _problem_csv(self):
        """Rows that need a decision as CSV: row, column, what, reason, the address."""
        rows = self.env["crm.prospect"].search(
            [
                ("import_id", "=", self.id),
                ("verdict", "in", ("duplicate", "conflict", "error")),
            ],
            order="row_number",
        )
        stream = io.StringIO()
        writer = csv.writer(stream)
        head = ["row_number", "verdict", "reason", *TEXT_FIELDS]
        labels = rows.fields_get(head, ["string"])
        writer.writerow([labels[name]["string"] for name in head])
        verdicts = dict(rows._fields["verdict"]._description_selection(self.env))
        for row in rows:
            cells = [row.row_number, verdicts[row.verdict], row.reason]
            writer.writerow(
                cells + [self._safe_cell(row[name]) for name in TEXT_FIELDS]
            )
        return stream.getvalue()

    @api.model
    def _safe_cell(self, text):
        """A cell that no spreadsheet takes for a formula."""
        return f"'{text}" if text and text.startswith(FORMULA) else text or ""

    def action_download_problems(self):
        """Download the rows that need a decision."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/crm.prospect.import/{self.id}/problem_file"
            "/problems.csv?download=true",
            "target": "self",
        }

    def action_open_rows(self):
        """The rows of this file, of one verdict when the context names it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_prospect_action"
        )
        verdict = self.env.context.get("verdict")
        action["domain"] = [("import_id", "=", self.id)]
        action["context"] = {f"search_default_{verdict}": 1} if verdict else {}
        return action

    @api.ondelete(at_uninstall=False)
    def _unlink_except_upgraded(self):
        """Where a lead came from must stay known."""
        if self.prospect_ids.lead_id:
            raise UserError(
                self.env._("Rows of this import are leads already: it stays.")
            )


class CrmProspectColumn(models.Model):
    """One column of the file and what it is filled into."""

    _name = "crm.prospect.column"
    _description = "Column of a Prospect Import"
    _order = "sequence, id"

    import_id = fields.Many2one(
        "crm.prospect.import", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    heading = fields.Char(readonly=True)
    sample = fields.Char(readonly=True)
    field = fields.Selection(
        selection="_select_field", string="Means", help="Empty: not imported."
    )

    @api.model
    def _select_field(self):
        """Fields of a prospect that a file can fill."""
        names = {name: "country_id" if name == "country" else name for name in HEADINGS}
        labels = self.env["crm.prospect"].fields_get(list(names.values()), ["string"])
        return [(name, labels[field]["string"]) for name, field in names.items()]

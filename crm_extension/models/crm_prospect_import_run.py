from itertools import islice

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.prospect_columns import row_values
from ..tools.prospect_file import ProspectFileError
from .crm_prospect_upgrade import QUIET, REFUSALS

BATCH = 200
#: Reading begins at the first row each time, so it takes bigger steps.
READ_BATCH = 5000
#: Files up to this many rows are done at once, bigger ones by the scheduled action.
AT_ONCE = 500
#: Columns that are looked up: the text -> a record or a choice
LOOKED_UP = ("country", "grade")


class CrmProspectImport(models.Model):
    """The three steps of an import, in batches that can be repeated."""

    _inherit = "crm.prospect.import"

    # Buttons

    def action_check_file(self):
        """Read the file and judge every row; nothing leaves the external repository."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("draft", "checked"):
            raise UserError(self.env._("This import is under way already."))
        if not self.column_ids.filtered("field"):
            raise UserError(
                self.env._("Say for one column at least what it means, then check.")
            )
        try:
            rows = sum(1 for _row in self._rows()) - 1
        except ProspectFileError as error:
            raise UserError(self._file_error_text(error)) from error
        # sudo: rows of the last dry run go, which salespeople may not delete otherwise
        self.prospect_ids.filtered(lambda row: not row.lead_id).sudo().unlink()
        self.write({"state": "reading", "row_count": max(rows, 0), "error": False})
        self._start()

    def action_import(self):
        """Upgrade the new rows and complete our records; the others wait for you."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "checked":
            raise UserError(self.env._("Check the file first."))
        self.state = "importing"
        self._start()

    def action_undo(self):
        """Take back the leads of this import that nobody has worked with."""
        self.ensure_one()
        self.check_access("write")
        undone = self.prospect_ids._undo_upgrade()
        self.state = "checked"
        kept = len(self.prospect_ids.filtered("lead_id"))
        self._message_log(
            body=self.env._(
                "%(undone)s leads archived, %(kept)s kept because somebody works with "
                "them.",
                undone=len(undone),
                kept=kept,
            )
        )

    # Steps

    def _start(self):
        """Do a small file now and leave a big one to the scheduled action."""
        if self.row_count > AT_ONCE:
            self.env.ref("crm_extension.ir_cron_prospect_import")._trigger()
            return
        while self.state in ("reading", "checking", "importing"):
            self._step()

    @api.model
    def _cron_run(self):
        """Go on with all imports under way, a batch at a time; each is committed."""
        under_way = [("state", "in", ("reading", "checking", "importing"))]
        cron = self.env["ir.cron"]
        while batch := self.search([*under_way, ("error", "=", False)], limit=1):
            batch._step_as_user()
            left = self.search_count([*under_way, ("error", "=", False)])
            if not cron._commit_progress(1, remaining=left):
                return

    def _step_as_user(self):
        """One batch with the rights of whoever imports; a failure is kept and shown."""
        person = self.with_user(self.user_id).with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                person._step()
        except psycopg2.OperationalError:
            raise
        except REFUSALS as error:  # shown on the import; the others go on
            self.env.invalidate_all()
            self.error = str(error)[:500]

    def _step(self):
        """One batch of the step that the import is in."""
        self.ensure_one()
        getattr(self, f"_step_{self.state}")()

    def _step_reading(self):
        """Copy the next rows of the file into the repository."""
        last = self._last_row()
        rows = islice(self._rows(), last, last + READ_BATCH)
        vals_list = [
            self._prepare_prospect(number, cells)
            for number, cells in enumerate(rows, last + 1)
        ]
        self.env["crm.prospect"].with_context(**QUIET).create(vals_list)
        if len(vals_list) < READ_BATCH:
            self.state = "checking"

    def _last_row(self):
        """Number of the last row read; the headings are row 1."""
        domain = [("import_id", "=", self.id)]
        rows = self.env["crm.prospect"].with_context(active_test=False)
        return rows.search(domain, order="row_number desc", limit=1).row_number or 1

    def _prepare_prospect(self, number, cells):
        """Values of the prospect of one row."""
        values = row_values(cells, self.column_ids.mapped("field"))
        looked_up = {name: values.pop(name) for name in LOOKED_UP if name in values}
        country, grade, problems = self._look_up(looked_up)
        people = self.salesperson_ids
        return {
            **values,
            "import_id": self.id,
            "row_number": number,
            "country_id": country.id,
            "grade": grade,
            "problems": problems,
            "user_id": people[number % len(people)].id if people else False,
            "company_id": self.company_id.id,
            "source_id": self.source_id.id,
            "campaign_id": self.campaign_id.id,
            "medium_id": self.medium_id.id,
        }

    def _look_up(self, texts):
        """Country and grade of a row, and what could not be found."""
        problems = []
        country = self.env["res.country"]
        if text := texts.get("country"):
            country = country.browse(self._country_ids().get(text.casefold()))
            if not country:
                problems.append(["country", "unknown_country", text])
        grade = (texts.get("grade") or "").strip().casefold()[:1] or False
        if grade and grade not in dict(
            self.env["crm.prospect"]._fields["grade"].selection
        ):
            problems.append(["grade", "unknown_grade", texts["grade"]])
            grade = False
        return country, grade, problems

    def _country_ids(self):
        """Names in every language and codes of the countries: one query a batch."""
        cache = self.env.cr.cache.setdefault("crm_extension.country_ids", {})
        if not cache:
            languages = [code for code, _name in self.env["res.lang"].get_installed()]
            for language in languages:
                countries = self.env["res.country"].with_context(lang=language)
                countries = countries.search_fetch([], ["name", "code"])
                cache.update({c.name.casefold(): c.id for c in countries})
            cache.update({c.code.casefold(): c.id for c in countries if c.code})
        return cache

    def _step_checking(self):
        """Judge the next rows."""
        todo = [("import_id", "=", self.id), ("verdict", "=", False)]
        rows = self.env["crm.prospect"].search(todo, order="row_number", limit=BATCH)
        rows.with_context(**QUIET)._check_batch()
        if len(rows) < BATCH:
            self.state = "checked"

    def _step_importing(self):
        """Upgrade the next rows."""
        todo = [
            ("import_id", "=", self.id),
            ("verdict", "in", ("new", "update")),
            ("lead_id", "=", False),
        ]
        rows = self.env["crm.prospect"].search(todo, order="row_number", limit=BATCH)
        rows.with_context(**QUIET)._upgrade_safely()
        if len(rows) < BATCH:
            self.state = "done"

    def action_retry(self):
        """Go on after the cause of an error is gone."""
        self.ensure_one()
        self.check_access("write")
        self.error = False
        self._start()

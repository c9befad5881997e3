from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

PER_HOUR, ENTRY_FACTOR = 30, 10
KEEP_DAYS = 365
SOURCES = [("dialog", "Check"), ("entry", "Typing")]


class CrmDuplicateCheckLog(models.Model):
    """Who asked for which customer across permissions, and what was told."""

    _name = "crm.duplicate.check.log"
    _description = "Check of a Customer"
    _order = "id desc"
    _rec_name = "asked"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users", string="Asked by", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    source = fields.Selection(SOURCES, required=True)
    asked = fields.Char(help="What was typed.")
    result_count = fields.Integer(string="Found")
    hidden_count = fields.Integer(
        string="Of These Masked", help="Answers about records the user may not see."
    )
    answers = fields.Json(help="Records that were told, in the order of the answers.")

    @api.model
    @api.private
    def _limit(self, source):
        """How many questions somebody may ask in an hour."""
        params = self.env["ir.config_parameter"].sudo()
        try:
            limit = int(
                params.get_param("crm_extension.duplicate_checks_per_hour", PER_HOUR)
            )
        except ValueError:
            limit = PER_HOUR
        return limit * (ENTRY_FACTOR if source == "entry" else 1)

    @api.model
    @api.private
    def _take(self, source, texts):
        """True when the current user may ask once more in this hour.

        Two questions at once change one row: PostgreSQL lets one of the transactions
        start again, which then counts the other one.
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_duplicate_quota AS q (user_id, checks) VALUES (%s, 1)
                ON CONFLICT (user_id) DO UPDATE SET checks = q.checks + 1""",
                self.env.uid,
            ),
            log_exceptions=False,
        )
        start = fields.Datetime.now() - timedelta(hours=1)
        recent = [
            ("user_id", "=", self.env.uid),
            ("source", "=", source),
            ("create_date", ">", start),
        ]
        return self.search_count(recent) < self._limit(source)

    @api.model
    def _too_often(self):
        return self.env._(
            "You have checked %(count)s customers within an hour. Please go on later, "
            "or ask a sales manager.",
            count=self._limit("dialog"),
        )

    @api.model
    @api.private
    def _write_down(self, source, texts, answers):
        """Log one question; the records behind the answers stay on the server."""
        row = self.create(
            {
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
                "source": source,
                "asked": ", ".join(texts.values()),
                "result_count": len(answers),
                "hidden_count": sum(not answer["visible"] for answer in answers),
                "answers": [answer.pop("record") for answer in answers],
            }
        )
        return row.id

    @api.model
    @api.private
    def _record_of(self, log_id, number):
        """The record behind an answer that the current user was given."""
        row = self.sudo().browse(log_id if isinstance(log_id, int) else 0).exists()
        told = row.answers if row.user_id == self.env.user else []
        if not isinstance(number, int) or not 0 <= number < len(told):
            return None
        model, id_ = told[number]
        return self.env[model].browse(id_).exists()

    @api.autovacuum
    def _gc_old(self):
        """Forget questions after a year."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("create_date", "<", limit)], limit=10000).unlink()


class CrmDuplicateQuota(models.Model):
    """One row for each person who asked, so that questions of one are counted in turn."""

    _name = "crm.duplicate.quota"
    _description = "Number of Checks of a Person"
    _log_access = False
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    checks = fields.Integer()

    _user_uniq = models.UniqueIndex("(user_id)")

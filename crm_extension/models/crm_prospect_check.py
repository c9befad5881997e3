from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

VERDICTS = [
    ("new", "New"),
    ("update", "Completes a Record"),
    ("duplicate", "Duplicate"),
    ("conflict", "Conflict"),
    ("error", "Error"),
]
#: Field of a prospect -> the same of a lead and of a partner
LEAD_FIELDS = {
    "company_name": "partner_name",
    "contact_name": "contact_name",
    "function": "function",
    "email": "email_from",
    "phone": "phone",
    "website": "website",
    "street": "street",
    "city": "city",
    "zip": "zip",
}
PARTNER_FIELDS = {
    "function": "function",
    "email": "email",
    "phone": "phone",
    "website": "website",
    "vat": "vat",
    "street": "street",
    "city": "city",
    "zip": "zip",
}
#: Score from which two records are told to be the same (0-99, see crm.duplicate)
SURE = 70


class CrmProspect(models.Model):
    """The dry run: what would become of each prospect, before anything is written.

    *New*: nobody has it. *Completes a record*: one of our records is the same and
    lacks something that the prospect knows. *Duplicate*: the same and nothing new, or
    an earlier row of the repository. *Conflict*: a colleague's customer, or several
    records of ours. *Error*: nothing to reach anybody by.
    """

    _inherit = "crm.prospect"

    verdict = fields.Selection(
        VERDICTS, string="Check Result", readonly=True, copy=False, index=True
    )
    problems = fields.Json(
        readonly=True,
        copy=False,
        help="List of [column, code, argument]; told in the reader's language.",
    )
    reason = fields.Char(
        compute="_compute_reason", help="Why the check says so, in one sentence."
    )
    match_partner_id = fields.Many2one(
        "res.partner",
        string="Same Customer",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    match_lead_id = fields.Many2one(
        "crm.lead",
        string="Same Lead",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )

    @api.depends("problems")
    @api.depends_context("lang")
    def _compute_reason(self):
        for prospect in self:
            prospect.reason = " ".join(
                self._problem_text(code, argument)
                for _column, code, argument in prospect.problems or []
            )

    @api.model
    def _problem_text(self, code, argument):
        """The sentence of a problem."""
        texts = {
            "unreachable": self.env._("There is no company, name, e-mail or phone."),
            "bad_email": self.env._("“%s” is not an e-mail address.", argument),
            "unknown_country": self.env._("“%s” is not a country.", argument),
            "unknown_grade": self.env._("“%s” is not a grade: use A to D.", argument),
            "earlier": self.env._("The same address as %s.", argument),
            "known": self.env._("Known as %s.", argument),
            "owned": self.env._("%s looks after this customer.", argument),
            "several": self.env._("%s of our records look like this.", argument),
            "refused": self.env._("Could not be written: %s", argument),
        }
        return texts.get(code, code)

    # Checking

    def _check_batch(self):
        """Judge these prospects; a handful of queries for all of them."""
        earlier = self._find_earlier()
        values = [prospect._duplicate_values() for prospect in self]
        answers = self.env["crm.duplicate"]._find(values)
        records = self._answer_records(answers)
        for prospect, found in zip(self, answers, strict=True):
            prospect.write(prospect._judge(earlier.get(prospect.id), found, records))

    def _find_earlier(self):
        """Map prospects to the name of an earlier row of the same address: one query.

        The same are two rows with one key, and two rows with a number in common of which
        one names no e-mail: a number alone is somebody we know, while two e-mails behind
        one switchboard are two people.
        """
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                WITH pair AS (
                    SELECT this.id, other.id AS other_id
                      FROM crm_prospect this
                      JOIN crm_prospect other ON other.key = this.key
                     WHERE this.id = ANY(%(ids)s)
                     UNION
                    SELECT this.id, other.id
                      FROM crm_prospect this
                      JOIN crm_prospect other
                        ON string_to_array(other.phone_keys, E'\n')
                           && string_to_array(this.phone_keys, E'\n')
                     WHERE this.id = ANY(%(ids)s)
                       AND NOT (starts_with(this.key, 'email:')
                                AND starts_with(other.key, 'email:'))
                )
                SELECT DISTINCT ON (this.id) this.id, other.row_number,
                       this.import_id = other.import_id, batch.name
                  FROM pair
                  JOIN crm_prospect this ON this.id = pair.id
                  JOIN crm_prospect other
                    ON other.id = pair.other_id AND other.active
                   AND other.company_id IS NOT DISTINCT FROM this.company_id
                   AND other.id < this.id
             LEFT JOIN crm_prospect_import batch ON batch.id = other.import_id
              ORDER BY this.id, other.id
                """,
                ids=self.ids,
            )
        )
        return {
            prospect: self.env._("row %s", row)
            if same
            else self.env._("row %(row)s of %(file)s", row=row, file=name)
            for prospect, row, same, name in rows
        }

    def _duplicate_values(self):
        """What the search for duplicates wants to know of a prospect."""
        self.ensure_one()
        return {
            "partner_name": self.company_name,
            "contact_name": self.contact_name,
            "email_from": self.email,
            "phone": self.phone,
            "website": self.website,
            "vat": self.vat,
            "country_id": self.country_id.id,
            "lead_id": self.lead_id.id,
        }

    @api.model
    def _answer_records(self, answers):
        """The partners and leads of all sure answers, read at once (sudo)."""
        sure = [a for found in answers for a in found if a["score"] >= SURE]
        partners = {a["partner_id"] for a in sure if a["partner_id"]}
        leads = {a["lead_id"] for a in sure if a["lead_id"]}
        return {
            "res.partner": self.env["res.partner"].sudo().browse(partners),
            "crm.lead": self.env["crm.lead"].sudo().browse(leads),
        }

    def _judge(self, earlier, answers, records):
        """Values of the verdict on one prospect."""
        self.ensure_one()
        if problems := self._own_problems():
            return self._verdict("error", problems)
        if earlier:
            return self._verdict("duplicate", [[None, "earlier", earlier]])
        sure = [answer for answer in answers if answer["score"] >= SURE]
        if not sure:
            return self._verdict("new", [])
        if len(sure) > 1:
            return self._verdict("conflict", [[None, "several", len(sure)]])
        return self._judge_match(self._answer_record(sure[0], records))

    @api.model
    def _answer_record(self, answer, records):
        model = "res.partner" if answer["partner_id"] else "crm.lead"
        ids = answer["partner_id"] or answer["lead_id"]
        return records[model].browse(ids).with_prefetch(records[model].ids)

    def _judge_match(self, record):
        """One record of ours is the same: whose is it, and does it lack anything?"""
        owner = record.user_id
        mine = self.user_id or self.import_id.user_id or self.env.user
        if owner and owner != mine:
            return self._verdict("conflict", [[None, "owned", owner.name]])
        match = {
            "match_partner_id": record.id if record._name == "res.partner" else False,
            "match_lead_id": record.id if record._name == "crm.lead" else False,
        }
        verdict = "update" if self._missing_values(record) else "duplicate"
        known = [[None, "known", record.display_name]]
        return {**self._verdict(verdict, known), **match}

    def _missing_values(self, record):
        """What the prospect knows and our record does not."""
        names = PARTNER_FIELDS if record._name == "res.partner" else LEAD_FIELDS
        return {
            theirs: self[ours]
            for ours, theirs in names.items()
            if self[ours] and not record[theirs]
        }

    def _own_problems(self):
        """Problems of the row itself; those of reading stay."""
        self.ensure_one()
        reading = ("unknown_country", "unknown_grade")
        problems = [p for p in self.problems or [] if p[1] in reading]
        if self.email and not email_normalize(self.email):
            problems.append(["email", "bad_email", self.email])
        number = any(map(str.isnumeric, self.phone or ""))
        if not any((self.company_name, self.contact_name, self.email, number)):
            problems.append([None, "unreachable", None])
        return problems

    @api.model
    def _verdict(self, verdict, problems):
        return {
            "verdict": verdict,
            "problems": problems,
            "match_partner_id": False,
            "match_lead_id": False,
        }

    def action_check(self):
        """Judge the chosen prospects again, after a correction."""
        self.check_access("write")
        todo = self.filtered(lambda prospect: not prospect.lead_id)
        todo.problems = False
        todo._check_batch()

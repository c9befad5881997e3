from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmRmaReason(models.Model):
    _inherit = "crm.rma.reason"

    question_ids = fields.One2many(
        "crm.rma.question",
        "reason_id",
        string="Questions",
        copy=True,
        help="What has to be known when a unit comes back for this reason.",
    )
    question_count = fields.Integer(compute="_compute_question_count")

    @api.depends("question_ids")
    def _compute_question_count(self):
        for reason in self:
            reason.question_count = len(reason.question_ids)


class CrmRmaQuestion(models.Model):
    """What is asked when a unit comes back for a reason. Shown to staff and customers."""

    _name = "crm.rma.question"
    _description = "RMA Question"
    _order = "reason_id, sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    reason_id = fields.Many2one(
        "crm.rma.reason", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("text", "Text"), ("yes_no", "Yes or No"), ("choice", "Choice")],
        required=True,
        default="text",
    )
    choices = fields.Text(translate=True, help="One choice per line.")
    is_required = fields.Boolean(
        string="Must Be Answered",
        help="Without an answer the request cannot be approved.",
    )

    @api.constrains("kind", "choices")
    def _check_choices(self):
        for question in self:
            if question.kind == "choice" and len(question._get_choices()) < 2:
                raise ValidationError(
                    self.env._("%s: enter two choices at least.", question.name)
                )

    def _get_choices(self):
        """What can be answered, in the reader's language; empty for a free text."""
        self.ensure_one()
        if self.kind == "yes_no":
            return [self.env._("Yes"), self.env._("No")]
        if self.kind == "choice":
            return [c.strip() for c in (self.choices or "").splitlines() if c.strip()]
        return []


class CrmRmaAnswer(models.Model):
    _name = "crm.rma.answer"
    _description = "RMA Answer"
    _order = "line_id, question_id"
    _rec_name = "answer"
    _check_company_auto = True

    line_id = fields.Many2one(
        "crm.rma.line", string="RMA Unit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    question_id = fields.Many2one(
        "crm.rma.question", required=True, index=True, ondelete="restrict"
    )
    is_required = fields.Boolean(related="question_id.is_required")
    choices = fields.Char(
        string="Possible Answers",
        compute="_compute_choices",
        help="The possible answers, if the question names them.",
    )
    answer = fields.Char()

    _question_uniq = models.UniqueIndex(
        "(line_id, question_id)", "This question was asked already for this unit."
    )

    @api.depends("question_id.name", "answer")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for answer in self:
            answer.display_name = f"{answer.question_id.name}: {answer.answer or ''}"

    @api.depends("question_id.kind", "question_id.choices")
    @api.depends_context("lang")
    def _compute_choices(self):
        for answer in self:
            answer.choices = " / ".join(answer.question_id._get_choices())

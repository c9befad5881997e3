from odoo import api, fields, models
from odoo.exceptions import ValidationError

DECISION_ROLES = [
    ("decision_maker", "Decision Maker"),
    ("approver", "Approver"),
    ("buyer", "Buyer"),
    ("influencer", "Influencer"),
    ("champion", "Champion"),
    ("user", "User"),
    ("gatekeeper", "Gatekeeper"),
    ("blocker", "Blocker"),
]
ATTITUDES = [
    ("supporter", "Supporter"),
    ("positive", "Positive"),
    ("neutral", "Neutral"),
    ("critical", "Critical"),
    ("opponent", "Opponent"),
]
INFLUENCES = [("high", "High"), ("medium", "Medium"), ("low", "Low")]
MOVES = {"parent_id", "is_company"}


class ResPartner(models.Model):
    """The organisation of the customer: who reports to whom and who decides."""

    _inherit = "res.partner"

    reports_to_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', commercial_partner_id), "
        "('is_company', '=', False), ('id', '!=', id)]",
        help="The superior of this person in the customer's company.",
        prefetch="crm_customer",
    )
    direct_report_ids = fields.One2many(
        "res.partner", "reports_to_id", string="Direct Reports"
    )
    department = fields.Char(
        help="Where the person works: purchasing, laboratory.", prefetch="crm_customer"
    )
    decision_role = fields.Selection(
        DECISION_ROLES,
        help="What the person does when the customer decides to buy.",
        prefetch="crm_customer",
    )
    attitude = fields.Selection(
        ATTITUDES,
        help="How the person thinks about us, from supporter to opponent.",
        prefetch="crm_customer",
    )
    influence = fields.Selection(
        INFLUENCES,
        help="How much weight the person's word has when they decide.",
        prefetch="crm_customer",
    )

    @api.constrains("reports_to_id")
    def _check_reports_to(self):
        if self._has_cycle("reports_to_id"):
            raise ValidationError(
                self.env._("Nobody can report to oneself, not even through others.")
            )
        for person in self.filtered("reports_to_id"):
            if not person._works_with(person.reports_to_id):
                raise ValidationError(
                    self.env._(
                        "%(person)s and %(superior)s do not work for the same customer.",
                        person=person.name,
                        superior=person.reports_to_id.name,
                    )
                )

    def _works_with(self, other):
        return self.commercial_partner_id == other.commercial_partner_id

    def write(self, vals):
        result = super().write(vals)
        if MOVES & vals.keys():
            self._leave_superiors()
        return result

    def _leave_superiors(self):
        """Who changes the company leaves the old superior and the old team."""
        reports = self.sudo().with_context(active_test=False).direct_report_ids
        moved = (self.sudo() | reports).filtered(
            lambda person: (
                person.reports_to_id and not person._works_with(person.reports_to_id)
            )
        )
        if moved:
            moved.reports_to_id = False

    def _leave_own_chain(self):
        """Before a merge: nobody of these stands above another one of them."""
        for person in self.filtered("reports_to_id"):
            superior = person.reports_to_id
            while superior and superior not in self:
                superior = superior.reports_to_id
            if superior:
                person.reports_to_id = False

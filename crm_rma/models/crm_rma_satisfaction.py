from odoo import api, fields, models
from odoo.tools import plaintext2html

LEVELS = [
    ("5", "Fully Satisfied"),
    ("4", "Satisfied"),
    ("3", "Not Quite"),
    ("1", "Dissatisfied"),
]
# From here on somebody calls the customer.
LOW = 3
MAX_COMMENT = 2000


class CrmRma(models.Model):
    """How satisfied the customer is: fully, or only satisfied; asked after closing.

    One answer for each closing. A low one becomes a to-do of the customer's owner.
    """

    _name = "crm.rma"
    _inherit = ["crm.rma", "rating.mixin"]

    satisfaction = fields.Selection(
        LEVELS,
        compute="_compute_satisfaction",
        store=True,
        index="btree_not_null",
        help="The customer's last answer after closing. Only who is fully satisfied "
        "comes back by habit; who is satisfied compares.",
    )
    satisfaction_points = fields.Float(
        string="Satisfaction (Average)",
        compute="_compute_satisfaction",
        store=True,
        aggregator="avg",
        digits=(3, 2),
        help="From 1 to 5; of those who answered.",
    )
    fully_satisfied = fields.Float(
        string="Fully Satisfied (Share)",
        compute="_compute_satisfaction",
        store=True,
        aggregator="avg",
        help="Share of those who are fully satisfied among those who answered.",
    )
    satisfaction_comment = fields.Text(
        compute="_compute_satisfaction", store=True, string="What the Customer Says"
    )
    date_rated = fields.Datetime(
        string="Rated On",
        readonly=True,
        copy=False,
        help="When the customer answered after the last closing.",
    )

    @api.depends("rating_ids.rating", "rating_ids.consumed", "rating_ids.feedback")
    def _compute_satisfaction(self):
        known = {int(level) for level, _label in LEVELS}
        for rma in self.sudo():
            ratings = rma.rating_ids.filtered("consumed").sorted("id")
            last = ratings[-1:]
            points = int(last.rating)
            rma.satisfaction = str(points) if points in known else False
            rma.satisfaction_points = last.rating
            rma.fully_satisfied = float(points == 5)
            rma.satisfaction_comment = last.feedback or False

    def _rating_get_operator(self):
        """Who did the work."""
        return self.user_id.partner_id

    def _rating_get_partner(self):
        return self._portal_partner()

    # -------------------------------------------------------------------------
    # The customer's answer
    # -------------------------------------------------------------------------

    def _close(self, values):
        """Each closing asks anew."""
        super()._close({**values, "date_rated": False})

    def _can_rate(self):
        """Closed, and not rated since."""
        self.ensure_one()
        return self.state == "closed" and not self.date_rated

    def _customer_rates(self, level, comment=""):
        """Keep the answer, once for each closing.

        :param level: a key of ``LEVELS``
        :return: False when nobody asks any more
        """
        self.ensure_one()
        rma = self.sudo()._begin(lambda rma: rma._can_rate())
        if not rma:
            return False
        partner = rma._portal_author()
        rating = self.env["rating.rating"].sudo()
        rating = rating.create(
            {
                "res_model_id": self.env["ir.model"]._get_id(rma._name),
                "res_id": rma.id,
                "partner_id": partner.id,
                "rated_partner_id": rma._rating_get_operator().id,
            }
        )
        rma.rating_apply(
            int(level), rating=rating, feedback=comment.strip()[:MAX_COMMENT]
        )
        rma.date_rated = fields.Datetime.now()
        if int(level) <= LOW:
            rma._call_back(level, comment)
        return True

    def _call_back(self, level, comment):
        """A low rating is a to-do of whoever owns the customer: call today."""
        owner = self.commercial_partner_id.user_id or self.user_id or self.closed_by_id
        label = dict(self._fields["satisfaction"]._description_selection(self.env))
        self.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.context_today(self),
            summary=self.env._("Low rating: %s", label[level]),
            note=plaintext2html(comment),
            user_id=(owner or self.env.ref("base.user_admin")).id,
        )

    def _tracking(self):
        values = super()._tracking()
        rma = self.sudo()
        levels = rma._fields["satisfaction"]._description_selection(self.env)
        values["can_rate"] = rma._can_rate()
        values["levels"] = levels
        values["rated"] = (
            dict(levels).get(rma.satisfaction, "")
            if rma.state == "closed" and not rma._can_rate()
            else ""
        )
        return values

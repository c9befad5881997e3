from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_extension.tools.guard import guarded

STEPS = [
    ("requested", "Request Received"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("received", "Received"),
    ("quote", "Quotation Ready"),
    ("repaired", "Repaired"),
    ("shipped", "On the Way Back"),
    ("reopened", "Opened Again"),
    ("closed", "Closed"),
]


class CrmRmaNotice(models.Model):
    """What the customer is told at a step, by which way, in which words.

    Nobody types it: the step itself puts the message into the outbox, once for each
    RMA and document. A company can have a message of its own for a step.
    """

    _name = "crm.rma.notice"
    _description = "Message about a Step"
    _rec_names_search = ["mail_template_id.name", "company_id"]
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    step = fields.Selection(
        selection=lambda self: self._selection_step(),
        required=True,
        index=True,
        help="What happened. Each step is told once.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all companies that have no message of their own for the step.",
    )
    by_email = fields.Boolean(default=True)
    by_sms = fields.Boolean(
        string="By SMS",
        help="Text messages arrive at the usual hours of the customer (settings of the "
        "outbox).",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Letter",
        domain="[('model', '=', 'crm.rma')]",
        ondelete="restrict",
        help="Filled in when it is sent, in the customer's language.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="Text Message",
        domain="[('model', '=', 'crm.rma')]",
        ondelete="restrict",
    )

    _step_uniq = models.UniqueIndex(
        "(step, COALESCE(company_id, 0))",
        "There is a message for this step already.",
    )
    _email_has_letter = models.Constraint(
        "CHECK(NOT by_email OR mail_template_id IS NOT NULL)",
        "A message by email needs a letter.",
    )
    _sms_has_text = models.Constraint(
        "CHECK(NOT by_sms OR sms_template_id IS NOT NULL)",
        "A message by SMS needs a text.",
    )

    @api.model
    def _selection_step(self):
        """Hook: the steps that can be told."""
        return STEPS

    @api.depends("step", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for notice in self:
            parts = (labels.get(notice.step), notice.company_id.name)
            notice.display_name = ", ".join(filter(None, parts))

    # -------------------------------------------------------------------------
    # Tell
    # -------------------------------------------------------------------------

    @api.model
    @api.private
    def _tell(self, steps):
        """Put the messages about some steps into the outbox: one query for the texts
        and one for all rows.

        :param steps: ``[(crm.rma, step, document)]``; ``document`` is a text that is
            the same whenever the same thing is told
        :return: the new rows of the outbox
        """
        outbox = self.env["crm.outbox"]
        if not steps or self.env.context.get("tracking_disable"):
            return outbox
        notices = self.sudo().search(
            Domain("step", "in", list({step for _rma, step, _document in steps}))
        )
        with guarded(self.env, "messages about returns"):
            outbox = outbox._enqueue(
                [
                    values
                    for rma, step, document in steps
                    for values in notices._prepare_messages(rma.sudo(), step, document)
                ]
            )
        return outbox

    def _prepare_messages(self, rma, step, document):
        """Rows of the outbox for one step of one RMA; none where nobody wants them."""
        notice = self._notice_of(rma.company_id, step)
        partner = rma._portal_partner()
        if not notice or not rma.company_id.rma_notices:
            return []
        common = {
            "partner_id": partner.id,
            "res_model": rma._name,
            "res_id": rma.id,
            "user_id": rma.user_id.id,
            "company_id": rma.company_id.id,
            "origin": "service",
            "purpose": "service",
        }
        key = f"crm.rma,{rma.id}:{step}:{document}"
        rows = []
        if notice.by_email and partner.email:
            rows.append(
                {
                    **common,
                    "key": f"{key}:email",
                    "channel": "email",
                    "mail_template_id": notice.mail_template_id.id,
                    "email_layout_xmlid": "mail.mail_notification_light",
                }
            )
        if notice.by_sms and partner.phone:
            rows.append(
                {
                    **common,
                    "key": f"{key}:sms",
                    "channel": "sms",
                    "sms_template_id": notice.sms_template_id.id,
                }
            )
        return rows

    def _notice_of(self, company, step):
        """The company's own message for the step, else the general one."""
        fitting = self.filtered(
            lambda n: n.step == step and n.company_id.id in (False, company.id)
        )
        return fitting.sorted(lambda n: not n.company_id)[:1]


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_notices = fields.Boolean(
        string="Tell Customers About Returns",
        default=True,
        help="A message at each step of a return, in the customer's language.",
        prefetch="crm_settings",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_notices = fields.Boolean(related="company_id.rma_notices", readonly=False)

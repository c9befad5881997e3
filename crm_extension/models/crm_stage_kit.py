from odoo import api, fields, models

CALL = "mail.mail_activity_data_call"
EMAIL = "mail.mail_activity_data_email"
GUARDS = [("warn", "Warn"), ("block", "Refuse")]
SAMPLES = {
    "stage_lead1": ["need", "budget", "decider"],
    "stage_lead2": ["visit", "requirements"],
    "stage_lead3": ["answered", "terms"],
}


class CrmStage(models.Model):
    """The sales kit of a stage: what to have done, what to show, what to plan."""

    _inherit = "crm.stage"

    kit_check_ids = fields.One2many("crm.stage.check", "stage_id", string="Checklist")
    kit_document_ids = fields.Many2many(
        "crm.sales.document", "crm_stage_sales_document_rel", string="Sales Documents"
    )
    kit_plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Activity Plan",
        ondelete="set null",
        domain=[("res_model", "=", "crm.lead")],
        help="Offered once when an opportunity reaches this stage.",
    )
    kit_guard = fields.Selection(
        GUARDS,
        string="Required Items That Are Open",
        required=True,
        default="warn",
        help="Warn: whoever moves the opportunity on is asked. Refuse: it does not move "
        "on until they are done.",
    )

    @api.model
    def _seed_sales_kits(self):
        """Give Odoo's own stages a sample kit, as far as they exist (installation)."""
        for stage_name, checks in SAMPLES.items():
            stage = self.env.ref(f"crm.{stage_name}", raise_if_not_found=False)
            for name in checks if stage else ():
                check = self.env.ref(f"crm_extension.crm_stage_check_{name}")
                check.stage_id = stage
        documents = {"stage_lead2": "nda", "stage_lead3": "contract"}
        for stage_name, name in documents.items():
            stage = self.env.ref(f"crm.{stage_name}", raise_if_not_found=False)
            if stage:
                document = self.env.ref(f"crm_extension.crm_sales_document_{name}")
                document.stage_ids |= stage
        first = self.env.ref("crm.stage_lead1", raise_if_not_found=False)
        third = self.env.ref("crm.stage_lead3", raise_if_not_found=False)
        if first and not first.kit_plan_id:
            first.kit_plan_id = self._seed_plan_first()
        if third and not third.kit_plan_id:
            third.kit_plan_id = self._seed_plan_quotation()

    @api.model
    def _seed_plan_first(self):
        """Names of plans are not translated by Odoo: they are in the company's words."""
        _ = self.with_context(lang=self.env.company.partner_id.lang).env._
        return self._seed_plan(
            _("First contact"),
            [
                (CALL, 1, _("Introduce yourself and ask what they need")),
                (EMAIL, 2, _("Send what was promised")),
                (CALL, 7, _("Ask whether everything is clear")),
            ],
        )

    @api.model
    def _seed_plan_quotation(self):
        _ = self.with_context(lang=self.env.company.partner_id.lang).env._
        return self._seed_plan(
            _("Follow up a quotation"),
            [
                (CALL, 3, _("Did the quotation arrive? Open questions?")),
                (CALL, 10, _("Ask for the decision")),
            ],
        )

    @api.model
    def _seed_plan(self, name, steps):
        """A plan of ``(XML id of the kind, days, summary)``."""
        return self.env["mail.activity.plan"].create(
            {
                "name": name,
                "res_model": "crm.lead",
                "company_id": False,
                "template_ids": [
                    fields.Command.create(
                        {
                            "activity_type_id": self.env.ref(kind).id,
                            "delay_count": days,
                            "delay_unit": "days",
                            "delay_from": "after_plan_date",
                            "responsible_type": "on_demand",
                            "summary": summary,
                        }
                    )
                    for kind, days, summary in steps
                ],
            }
        )


class CrmStageCheck(models.Model):
    """One thing that must be known or done in a stage."""

    _name = "crm.stage.check"
    _description = "Checklist Item of a Stage"
    _order = "sequence, id"

    stage_id = fields.Many2one(
        "crm.stage",
        ondelete="cascade",
        index=True,
        help="Empty: a sample that is not in use.",
    )
    name = fields.Char(string="To Do", required=True, translate=True)
    help = fields.Char(string="How", translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_required = fields.Boolean(
        string="Required", help="Asked for before the opportunity moves on."
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_stage_check_team_rel",
        string="Sales Teams",
        help="Empty: for all teams.",
    )

    def _is_for(self, lead):
        return not self.team_ids or lead.team_id in self.team_ids

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_prospect_check import LEAD_FIELDS

_logger = logging.getLogger(__name__)

SHARED_FIELDS = (
    "user_id",
    "team_id",
    "company_id",
    "source_id",
    "campaign_id",
    "medium_id",
    "country_id",
)
#: Grade of a prospect -> stars of its lead
PRIORITY = {"a": "3", "b": "2", "c": "1", "d": "0"}
#: How a row can be refused: by a rule in words, by the database, by a wrong value
REFUSALS = (UserError, psycopg2.Error, ValueError)
#: What an import does without chatter noise
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
}


class CrmProspect(models.Model):
    """The way from the external repository into the own data: nothing gets lost."""

    _inherit = "crm.prospect"

    def action_upgrade(self):
        """Make leads of the chosen prospects, or complete the records they belong to.

        What was chosen by hand is done whatever the check said, errors excepted.

        :raises UserError: for prospects with errors
        """
        todo = self.filtered(lambda prospect: not prospect.lead_id)
        if bad := todo.filtered(lambda prospect: prospect.verdict == "error"):
            raise UserError(
                self.env._(
                    "Correct these rows and check them again first: %s",
                    ", ".join(bad[:5].mapped(lambda p: p.display_name or "?")),
                )
            )
        todo._upgrade()
        return self._action_leads()

    def _action_leads(self):
        """The leads that these prospects have become."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        return {
            **action,
            "domain": [("id", "in", self.lead_id.ids)],
            "context": {"active_test": False},
        }

    def _upgrade(self):
        """Complete what matches one record of ours, make leads of the others."""
        completing = self.filtered(
            lambda p: p.verdict == "update" and (p.match_lead_id or p.match_partner_id)
        )
        for prospect in completing:
            prospect._complete_match()
        (self - completing)._create_leads()

    def _upgrade_safely(self):
        """The same for an import: one bad row does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._upgrade()
        except psycopg2.OperationalError:
            raise
        except REFUSALS:
            for prospect in self:
                prospect._upgrade_one()

    def _upgrade_one(self):
        try:
            with self.env.cr.savepoint():
                self._upgrade()
        except psycopg2.OperationalError:
            raise
        except REFUSALS as error:
            _logger.info("Prospect %s refused", self.id, exc_info=True)
            problem = [[None, "refused", str(error)[:500]]]
            self.write(self._verdict("error", problem))

    def _complete_match(self):
        """Fill what our record lacks; a lead of it carries the rest on."""
        record = self.match_lead_id or self.match_partner_id
        if values := self._missing_values(record):
            record.write(values)
        lead = self.match_lead_id
        if not lead:
            lead = self._create_leads(partner=self.match_partner_id)
        self._hand_over(lead)

    def _create_leads(self, partner=None):
        """One lead for each prospect, created in one batch."""
        leads = self.env["crm.lead"].with_context(**QUIET)
        leads = leads.create([prospect._prepare_lead(partner) for prospect in self])
        for prospect, lead in zip(self, leads, strict=True):
            prospect._hand_over(lead)
        return leads

    def _prepare_lead(self, partner=None):
        """Values of the lead of this prospect."""
        self.ensure_one()
        vals = {
            theirs: self[ours] for ours, theirs in LEAD_FIELDS.items() if self[ours]
        }
        vals |= {name: self[name].id for name in SHARED_FIELDS if self[name]}
        if partner:
            vals["partner_id"] = partner.id
        extra = [self.env._("Tax ID: %s", self.vat)] if self.vat else []
        extra += [self.env._("Industry: %s", self.industry)] if self.industry else []
        return {
            "name": self.display_name,
            "type": "lead" if self._uses_leads() else "opportunity",
            "priority": PRIORITY.get(self.grade, "0"),
            "description": "\n".join(filter(None, [self.note, *extra])),
            **vals,
        }

    @api.model
    def _uses_leads(self):
        """Whether the company qualifies leads before they are opportunities."""
        return self.env.user.has_group("crm.group_use_lead")

    def _hand_over(self, lead):
        """Notes, to-dos and the link go to the lead."""
        self.ensure_one()
        self.lead_id = lead
        if self.message_ids:
            self.sudo().message_change_thread(lead)
        todos = self.activity_ids.sudo()
        model_id = self.env["ir.model"]._get_id("crm.lead")
        todos.write({"res_model_id": model_id, "res_id": lead.id})
        lead.invalidate_recordset(["activity_ids"])

    # Undo

    def _undo_upgrade(self):
        """Archive the leads that nobody has worked with; return those prospects.

        A lead with history, to-dos, orders or a customer stays, and so does a record
        of ours that was only completed.
        """
        made = self.filtered(lambda p: p.lead_id and p.lead_id != p.match_lead_id)
        used = made.lead_id._prospect_used()
        undone = made.filtered(lambda prospect: prospect.lead_id not in used)
        undone.lead_id.with_context(**QUIET).action_archive()
        undone.lead_id = False
        return undone


class CrmLead(models.Model):
    """Where the lead was before it was ours."""

    _inherit = "crm.lead"

    prospect_ids = fields.One2many("crm.prospect", "lead_id", string="Prospects")

    def _prospect_used(self):
        """Leads that somebody has worked with since they were imported."""
        mine = [("lead_id", "in", self.ids)]
        told = self.env["crm.interaction"].sudo().search(mine).lead_id
        planned = self.env["mail.activity"].sudo().with_context(active_test=False)
        planned = planned.search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)]
        )
        return self.filtered(
            lambda lead: (
                lead in told
                or lead.id in set(planned.mapped("res_id"))
                or lead.partner_id
                or lead.sudo().order_ids
                or lead.won_status != "pending"
            )
        )

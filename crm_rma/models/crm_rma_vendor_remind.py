from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmRmaVendor(models.Model):
    """Vendors who are late are asked by e-mail, through the outbox."""

    _inherit = "crm.rma.vendor"

    def action_remind(self):
        """Ask the vendor where the units are: once a day, however often it is pressed."""
        self.check_access("write")
        if back := self.filtered(lambda repair: repair.state != "away"):
            raise UserError(
                self.env._(
                    "%s: no unit is at the vendor any more.",
                    ", ".join(back.mapped("name")),
                )
            )
        if mute := self.vendor_id.filtered(lambda vendor: not vendor.email):
            raise UserError(
                self.env._(
                    "Enter the e-mail address of %s first.",
                    ", ".join(mute.mapped("name")),
                )
            )
        today = fields.Date.context_today(self)
        self._remind({repair: f"asked:{today}" for repair in self})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The reminder is in the outbox."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _remind(self, occasions):
        """:param occasions: ``{repair: why now}``; the same reason is sent once"""
        template = self.env.ref("crm_rma.mail_template_rma_vendor")
        return self.env["crm.outbox"]._enqueue(
            [
                {
                    "key": f"{repair._name},{repair.id}:{occasion}",
                    "channel": "email",
                    "partner_id": repair.vendor_id.id,
                    "mail_template_id": template.id,
                    "res_model": repair._name,
                    "res_id": repair.id,
                    "company_id": repair.company_id.id,
                    "user_id": repair.user_id.id,
                    "origin": "service",
                    "purpose": "service",
                }
                for repair, occasion in occasions.items()
            ]
        )

    @api.model
    def _cron_remind(self):
        """Ask the vendors who are late, by the rhythm of each company. Idempotent."""
        occasions = {}
        asking = self.env["res.company"].search([("rma_vendor_remind_days", ">", 0)])
        for company in asking:
            rhythm = company.rma_vendor_remind_days
            late = self.with_company(company).search(
                Domain("company_id", "=", company.id)
                & Domain("is_overdue", "=", True)
                & Domain("vendor_id.email", "!=", False)
            )
            today = fields.Date.context_today(late)
            for repair in late:
                days = (today - repair.date_expected - timedelta(days=1)).days
                occasions[repair] = f"late:{repair.date_expected}:{days // rhythm}"
        return self._remind(occasions) if occasions else self.env["crm.outbox"]

    def _lines_away(self):
        """What the reminder lists: the units that have not come back."""
        return self.outcome_ids._away().line_id

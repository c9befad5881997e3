from odoo import fields, models

from ..tools.guard import guarded


class DiscussChannel(models.Model):
    """A live chat that is over becomes a row of the customer's history.

    Live chat is an app of its own and needs not be there: a chat is recognised by its
    type, and only that app writes when a chat ended.
    """

    _inherit = "discuss.channel"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("livechat_end_dt"):
            with guarded(self.env, "projection of live chats"):
                self._timeline_project_chats()
        return result

    def _timeline_project_chats(self):
        """Project the live chats among these channels that somebody known held."""
        chats = self.sudo().filtered(lambda c: c.channel_type == "livechat")
        rows = self.env["crm.interaction"]
        return rows._project([chat._prepare_timeline_chat() for chat in chats])

    def _prepare_timeline_chat(self):
        self.ensure_one()
        visitors = self._timeline_visitors()
        lead = self._timeline_chat_lead()
        partner = visitors[:1] or lead.partner_id
        said = self.message_ids.filtered(lambda m: m.message_type == "comment")
        start = min(self.message_ids.mapped("date"), default=self.create_date)
        end = self["livechat_end_dt"] or fields.Datetime.now()
        return {
            "partner_id": partner.id,
            "participant_ids": visitors[1:].ids,
            "lead_id": lead.id,
            "company_id": partner.company_id.id,
            "user_id": self._timeline_operator().id,
            "channel": "chat",
            "direction": "in",
            "date": start,
            "duration": max(0, round((end - start).total_seconds() / 60)),
            "event_args": {},
            "preview": said[-1:].body,
            "res_model": self._name,
            "res_id": self.id,
            "source_key": f"{self._name},{self.id}:chatted:1",
        }

    def _timeline_visitors(self):
        """Customers in the chat, not colleagues, robots and nameless guests."""
        public = self.env.ref("base.public_partner")
        partners = self.channel_member_ids.partner_id - public
        return partners.filtered(lambda p: p.partner_share and p.active)

    def _timeline_chat_lead(self):
        """The lead that was made of the chat, where that app is there, too."""
        leads = self.env["crm.lead"].sudo()
        if "origin_channel_id" not in leads._fields:
            return leads
        return leads.search([("origin_channel_id", "=", self.id)], limit=1)

    def _timeline_operator(self):
        """The colleague who answered."""
        operator = self["livechat_operator_id"].user_ids
        return operator.filtered(lambda user: not user.share)[:1]

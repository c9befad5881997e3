from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestProjectChats(CrmExtensionCommon):
    """X02: live chats enter the timeline by themselves, where that app is there."""

    def test_other_channels_stay_out(self):
        """Needs no live chat: nothing is read that only that app has."""
        channel = self.env["discuss.channel"].create({"name": "Team"})
        channel.description = "About the team"
        self.assertFalse(channel._timeline_project_chats())

    def test_x02_live_chat_that_ended(self):
        if "livechat_end_dt" not in self.env["discuss.channel"]._fields:
            self.skipTest("Live chat is not installed.")
        channel = self._make_chat()
        channel.message_post(
            body="Where is my order?",
            author_id=self.contact.id,
            message_type="comment",
        )
        channel._close_livechat_session()
        channel._timeline_project_chats()
        self.assertRecordValues(
            self.history(),
            [
                {
                    "channel": "chat",
                    "direction": "in",
                    "headline": "Live chat",
                    "preview": "Where is my order?",
                    "partner_id": self.contact.id,
                    "user_id": self.seller.id,
                    "is_followup": True,
                }
            ],
        )

    def _make_chat(self):
        people = self.contact | self.seller.partner_id
        return self.env["discuss.channel"].create(
            {
                "name": "Chat",
                "channel_type": "livechat",
                "livechat_operator_id": self.seller.partner_id.id,
                "channel_member_ids": [
                    Command.create({"partner_id": partner.id}) for partner in people
                ],
            }
        )

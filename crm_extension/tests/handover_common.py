"""A leaver with something of everything, and colleagues who take over."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import GROUP_OWN, CrmExtensionCommon


class HandoverCommon(CrmExtensionCommon):
    """``leaver`` looks after ``customers`` (four, two of level A) and has a lead, a
    quotation, a to-do and a meeting with the first one; ``heirs`` are two colleagues.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaver = cls.make_user("leaver", GROUP_OWN, name="Nancy Davolio")
        cls.heirs = cls.make_user("heir", GROUP_OWN, name="Andrew Fuller")
        cls.heirs |= cls.make_user("second", GROUP_OWN, name="Janet Leverling")
        cls.team.member_ids |= cls.leaver | cls.heirs
        cls.levels = cls.env["crm.customer.level"].search([], limit=2)
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Shop {number}",
                    "is_company": True,
                    "user_id": cls.leaver.id,
                    "customer_level_id": cls.levels[number // 2].id,
                }
                for number in range(4)
            ]
        )
        cls.first = cls.customers[0]
        cls.person = cls.make_contact(cls.first, "Maria Anders")
        cls.lead = cls.make_lead(cls.first, user_id=cls.leaver.id)
        cls.quote = cls.make_order(cls.first, user_id=cls.leaver.id)
        cls.order = cls.make_order(cls.first, user_id=cls.leaver.id)
        cls.order.action_confirm()
        cls.todo = cls.plan(cls.first, user=cls.leaver)
        cls.meeting = cls.make_meeting("Fair", cls.person)
        cls.env.flush_all()

    @classmethod
    def make_meeting(cls, name, guest, user=None, days=3):
        """A meeting of the leaver with somebody, in some days."""
        user = user or cls.leaver
        start = fields.Datetime.now() + timedelta(days=days)
        return (
            cls.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": name,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": user.id,
                    "partner_ids": [Command.set((guest | user.partner_id).ids)],
                }
            )
        )

    @classmethod
    def make_handover(cls, receivers=None, user=None, **vals):
        """A plan of the manager's, at its preview, with the receivers named."""
        receivers = cls.heirs if receivers is None else receivers
        handover = (
            cls.env["crm.handover"]
            .with_user(user or cls.manager)
            .create(
                {
                    "from_user_id": cls.leaver.id,
                    "receiver_ids": [
                        Command.create({"user_id": user.id, "sequence": number})
                        for number, user in enumerate(receivers)
                    ],
                    **vals,
                }
            )
        )
        for _step in range(3):
            handover.action_next()
        return handover

    def owners(self, records=None):
        """Ids of the salespeople of some records, the leaver's customers by default."""
        records = self.customers if records is None else records
        records.invalidate_recordset(["user_id"])
        return records.mapped("user_id")

    def rows(self, handover, **terms):
        """The records of a handover that fit."""
        domain = [("handover_id", "=", handover.id)]
        domain += [(name, "=", value) for name, value in terms.items()]
        return self.env["crm.handover.row"].search(domain)

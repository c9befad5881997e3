from odoo import api, models


class CrmWorkbench(models.AbstractModel):
    """New customers say from whom they came."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_new_customer_rows(self, ids, user):
        rows = super()._workbench_new_customer_rows(ids, user)
        words = self._workbench_handed_over(ids, user)
        for row in rows:
            row["what"] = words.get(row["document"]["id"], row["what"])
        return rows

    @api.model
    def _workbench_handed_over(self, ids, user):
        """Map customers to the sentence of the handover by which they came: one query
        (sudo: the name of the giver and the note are for the receiver)."""
        items = (
            self.env["crm.handover.item"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", ids),
                    ("to_user_id", "=", user.id),
                    ("state", "=", "done"),
                ],
                order="id",
            )
        )
        return {item.partner_id.id: item._workbench_sentence() for item in items}


class CrmHandoverItem(models.Model):
    _inherit = "crm.handover.item"

    def _workbench_sentence(self):
        """From whom the customer comes, and what the receiver should know."""
        handover = self.handover_id
        person = self.from_user_id.name
        if not person:
            sentence = self.env._("Given to you")
        elif handover.kind == "cover":
            sentence = self.env._("You stand in for %(person)s", person=person)
        else:
            sentence = self.env._("Handed over by %(person)s", person=person)
        note = handover._notes_for(self.to_user_id)
        return f"{sentence}: {note}" if note else sentence

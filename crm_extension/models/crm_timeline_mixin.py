from datetime import datetime, time

from odoo import api, fields, models

from ..tools.guard import guarded
from .crm_interaction_source import UTM_FIELDS

# Shown as "99+": an exact count costs the whole history of a big customer.
COUNT_LIMIT = 100


class CrmTimelineMixin(models.AbstractModel):
    """A document that belongs to the life of a customer.

    Inheriting models get their chatter projected into ``crm.interaction``, a
    timeline on their form (``<widget name="customer_timeline"/>``) and
    :meth:`_timeline_project` for their own milestones. They only say who the
    customer is by overriding the ``_timeline_*`` hooks.
    """

    _name = "crm.timeline.mixin"
    _description = "Customer Timeline Mixin"
    _inherit = ["mail.thread"]

    interaction_count = fields.Integer(
        string="Interactions", compute="_compute_interaction_count"
    )

    def _compute_interaction_count(self):
        """Rows of the customer that the user may read, counted up to 100."""
        Interaction = self.env["crm.interaction"]
        allowed = Interaction.has_access("read")
        for record in self:
            record.interaction_count = (
                Interaction.search_count(record._timeline_domain(), limit=COUNT_LIMIT)
                if allowed and record.id
                else 0
            )

    # What a document says about itself

    def _timeline_partner(self):
        """The contact of the document (``res.partner``, may be empty)."""
        self.ensure_one()
        return self.partner_id

    def _timeline_lead(self):
        """The lead that the document belongs to (``crm.lead``, may be empty)."""
        self.ensure_one()
        return self.env["crm.lead"]

    def _timeline_values(self):
        """Values of ``crm.interaction`` that all rows of this document share."""
        self.ensure_one()
        company = self.company_id if "company_id" in self._fields else False
        return {
            "partner_id": self._timeline_partner().id,
            "lead_id": self._timeline_lead().id,
            "company_id": company.id if company else False,
            "res_model": self._name,
            "res_id": self.id,
            **{name: self[name].id for name in UTM_FIELDS if name in self._fields},
        }

    def _timeline_is_shown(self):
        """Hook: False for a document that is nothing of a customer, a vendor bill."""
        return True

    @api.model
    def _timeline_skips(self, message):
        """Hook: True for a message that another row tells already."""
        return bool(self.env.context.get("crm_interaction_skip"))

    def _timeline_domain(self):
        """Rows to show on this document: the whole life of its customer."""
        self.ensure_one()
        customer = self._timeline_partner().commercial_partner_id
        lead = self._timeline_lead()
        domain = fields.Domain("commercial_partner_id", "in", customer.ids)
        if lead:
            domain |= fields.Domain("lead_id", "in", lead.ids)
        if customer or lead:
            return domain
        return self._timeline_document_domain()

    def _timeline_document_domain(self):
        """Rows of this very document (of this very person on a contact)."""
        self.ensure_one()
        return fields.Domain("res_model", "=", self._name) & fields.Domain(
            "res_id", "=", self.id
        )

    # Projection

    def _timeline_project(self, event, vals_by_record):
        """Project a milestone of these documents, once per call.

        :param event: short stable word, for example ``"confirmed"``
        :param vals_by_record: dict of record to values of the row
        :return: the rows (sudo). An event that happens again gets the next
            occurrence number, so confirming a second time is a second row.
        """
        rows = self.env["crm.interaction"]
        if not vals_by_record:
            return rows
        with guarded(self.env, f"projection of {self._name} {event}"):
            occurrence = rows._next_occurrences(self, event)
            rows = rows._project(
                [
                    {
                        "user_id": record._timeline_actor().id,
                        **record._timeline_values(),
                        "source_key": (
                            f"{record._name},{record.id}:{event}:{occurrence[record.id]}"
                        ),
                        **vals,
                    }
                    for record, vals in vals_by_record.items()
                ]
            )
        return rows

    def _timeline_project_once(self, event, vals_by_record):
        """Like :meth:`_timeline_project`, for what happens to a document only once."""
        return self._timeline_project(
            event,
            {
                record: {"source_key": f"{record._name},{record.id}:{event}:1", **vals}
                for record, vals in vals_by_record.items()
            },
        )

    @api.model
    def _timeline_moment(self, day):
        """When something of a day without hours happened: now for today (and for the
        future, which is not over), else its noon."""
        now = fields.Datetime.now()
        return now if not day or day >= now.date() else datetime.combine(day, time(12))

    def _timeline_actor(self):
        """Who made the milestone: the user, or the document's salesperson when a
        portal visitor or a scheduled job did it."""
        self.ensure_one()
        user = self.env.user
        if user._is_internal() and not user._is_superuser():
            return user
        return self.user_id if "user_id" in self._fields else user.browse()

    def _message_post_after_hook(self, message, msg_values):
        """Remember the message; the batch is projected before the commit."""
        result = super()._message_post_after_hook(message, msg_values)
        if self._timeline_is_shown() and not self._timeline_skips(message):
            self.env["crm.interaction"]._project_message_later(message)
        return result

    def action_open_interactions(self):
        """Open the history of the customer as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_interaction_action"
        )
        action["domain"] = list(self._timeline_domain())
        action["context"] = {
            "default_partner_id": self._timeline_partner().id,
            "default_lead_id": self._timeline_lead().id,
        }
        return action

from odoo import api, models

# A transaction that touches more customers is an import or a back-fill: nobody waits
# for its rows, and whoever opens a customer sees them.
LIVE_LIMIT = 50
SIGNALLED = "crm_extension.timeline_signalled"


class CrmInteraction(models.Model):
    """Timelines that are open somewhere follow what happens.

    The signal says only *that* something happened to a customer. Whoever listens
    fetches the page again, under their own rights: nothing can leak.
    """

    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        """A row that is logged shows in the timelines that are open."""
        rows = super().create(vals_list)
        rows._timeline_signal()
        return rows

    def write(self, vals):
        """So does a correction."""
        result = super().write(vals)
        self._timeline_signal()
        return result

    def _after_project(self):
        result = super()._after_project()
        self._timeline_signal()
        return result

    def _timeline_signal(self):
        """One signal for each customer, or lead without one, and transaction."""
        for row in self.sudo():
            if not self._timeline_signal_record(
                row.commercial_partner_id or row.lead_id
            ):
                break

    @api.model
    def _timeline_signal_document(self, document):
        self._timeline_signal_record(self._timeline_live_record(document))

    @api.model
    def _timeline_signal_record(self, record):
        """Signal once in a transaction; False when there were too many already."""
        done = self.env.cr.precommit.data.setdefault(SIGNALLED, set())
        key = (record._name, record.id)
        if record and key not in done and len(done) < LIVE_LIMIT:
            done.add(key)
            payload = {"model": record._name, "id": record.id}
            # the channel is a record: clients cannot name it, see ir.websocket
            self.env["bus.bus"]._sendone((record, "timeline"), "crm_timeline", payload)
        return len(done) < LIVE_LIMIT

    @api.model
    def _timeline_live_record(self, document):
        """Whose timeline it is: the customer, else the lead, else the document."""
        customer = document._timeline_partner().commercial_partner_id
        return customer or document._timeline_lead() or document

    @api.model
    def _timeline_live_channel(self, document):
        """What a client asks for to be told of changes."""
        record = self._timeline_live_record(document)
        return f"crm_timeline/{record._name}/{record.id}"

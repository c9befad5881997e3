from odoo import api, models


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _timeline_todo_models(self):
        """To-dos on a customer's RMAs and warranties are part of what comes next."""
        return {
            **super()._timeline_todo_models(),
            "crm.rma": "commercial_partner_id",
            "warranty.registration": "partner_id",
        }

    @api.model
    def _event_sentences(self):
        """Deliveries, warranties and the steps of a return."""
        return {
            **super()._event_sentences(),
            "stock.picking:delivered": self.env._("Delivery %(delivery)s done"),
            "warranty.registration:registered": self.env._(
                "Warranty until %(date)s: %(product)s"
            ),
            "warranty.registration:extended": self.env._(
                "Warranty extended until %(date)s: %(product)s"
            ),
            "warranty.registration:replaced": self.env._(
                "Replaced under warranty: %(product)s"
            ),
            "crm.rma:approved": self.env._("%(rma)s: approved"),
            "crm.rma:refused": self.env._("%(rma)s: request refused"),
            "crm.rma:missing": self.env._("%(rma)s: nothing came"),
            "crm.rma:reopened": self.env._("%(rma)s: the fault is back"),
            "crm.rma:accepted": self.env._("%(rma)s: quotation accepted"),
            "crm.rma:declined": self.env._("%(rma)s: quotation refused"),
            "crm.rma:received": self.env._("%(rma)s: received"),
            "crm.rma:repaired": self.env._("%(rma)s: repaired"),
            "crm.rma:replace": self.env._("%(rma)s: replaced by another unit"),
            "crm.rma:credit": self.env._("%(rma)s: money given back"),
            "crm.rma:nff": self.env._("%(rma)s: no fault found"),
            "crm.rma:refuse": self.env._("%(rma)s: claim refused"),
            "crm.rma:scrap": self.env._("%(rma)s: scrapped with consent"),
            "crm.rma:vendor": self.env._("%(rma)s: sent to a vendor for repair"),
            "crm.rma:vendor_repaired": self.env._("%(rma)s: back from the vendor"),
            "crm.rma:vendor_exchanged": self.env._(
                "%(rma)s: the vendor sent another unit"
            ),
            "crm.rma:vendor_refused": self.env._(
                "%(rma)s: back from the vendor unrepaired"
            ),
            "crm.rma:vendor_lost": self.env._("%(rma)s: lost at the vendor"),
            "crm.rma:advance": self.env._("%(rma)s: a good unit was sent in advance"),
            "crm.rma:charge_back": self.env._(
                "%(rma)s: the unit sent in advance is charged"
            ),
            "crm.rma:shipped": self.env._("%(rma)s: shipped back"),
            "crm.rma:closed": self.env._("%(rma)s: closed"),
        }

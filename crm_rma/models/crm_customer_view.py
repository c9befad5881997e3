from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

PLACES_SHOWN = 2


class CrmCustomerView(models.AbstractModel):
    """Deliveries on their way and returns with the place where they lie."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_open(self, customer):
        return [
            *super()._customer_360_open(customer),
            self._open_deliveries(customer),
            self._open_rmas(customer),
        ]

    @api.model
    def _customer_360_open_order_domain(self):
        """An order is open until it is delivered, too."""
        return super()._customer_360_open_order_domain() | Domain(
            "delivery_status", "in", ("pending", "started", "partial")
        )

    @api.model
    def _open_deliveries(self, customer):
        return self._open_group(
            "stock.picking",
            self._customer_domain(customer)
            & Domain("picking_type_code", "=", "outgoing")
            & Domain("state", "in", ("confirmed", "waiting", "assigned"))
            & Domain("company_id", "in", self.env.companies.ids),
            self._delivery_item,
            order="scheduled_date, id",
            name="deliveries",
            phase="during",
            icon="fa-truck",
            title=self.env._("Deliveries"),
        )

    @api.model
    def _delivery_item(self, picking):
        states = dict(picking._fields["state"]._description_selection(self.env))
        late = picking.scheduled_date < fields.Datetime.now()
        return {
            "title": picking.name,
            "sub": picking.origin,
            "value": format_date(self.env, picking.scheduled_date),
            "badge": self.env._("Late") if late else states[picking.state],
            "tone": "danger" if late else "light",
        }

    @api.model
    def _rma_domain(self, customer):
        return (
            Domain("commercial_partner_id", "=", customer.id)
            & Domain("is_open", "=", True)
            & Domain("company_id", "in", self.env.companies.ids)
        )

    @api.model
    def _open_rmas(self, customer):
        return self._open_group(
            "crm.rma",
            self._rma_domain(customer),
            self._rma_item,
            order="priority desc, id desc",
            name="rmas",
            phase="after",
            icon="fa-wrench",
            title=self.env._("RMAs"),
        )

    @api.model
    def _rma_item(self, rma):
        """Number, units, and where they lie now."""
        lines = rma.line_ids
        places = dict(lines._fields["place"]._description_selection(self.env))
        here = dict.fromkeys(places[line.place] for line in lines if line.place)
        return {
            "title": rma.name,
            "sub": ", ".join(lines.product_id.mapped("display_name")[:PLACES_SHOWN]),
            "value": self.env._("%(days)s days", days=rma.age),
            "badge": ", ".join(list(here)[:PLACES_SHOWN]),
            "tone": "info",
        }

    # What needs attention

    @api.model
    def _customer_360_alerts(self, customer):
        return super()._customer_360_alerts(customer) + self._alert_rmas(customer)

    @api.model
    def _alert_rmas(self, customer):
        """Units of the customer that are with us."""
        rmas = self.env["crm.rma"]
        if not rmas.has_access("read"):
            return []
        domain = self._rma_domain(customer)
        [(count, oldest)] = rmas._read_group(
            domain, [], ["__count", "date_reported:min"]
        )
        if not count:
            return []
        return [
            {
                "name": "rma",
                "tone": "warning",
                "icon": "fa-wrench",
                "text": self.env._(
                    "Open RMAs: %(count)s, the oldest since %(date)s",
                    count=count,
                    date=oldest and format_date(self.env, oldest) or "?",
                ),
                "action": self._list_action(
                    self.env._("Open RMAs"), rmas._name, domain
                ),
            }
        ]

    @api.model
    def _customer_360_actions(self, customer):
        actions = super()._customer_360_actions(customer)
        rma = self._start("crm.rma", customer, self.env._("RMA"), "fa-wrench")
        return [*actions, rma] if rma else actions

    @api.model
    def _customer_360_file_models(self):
        return {
            **super()._customer_360_file_models(),
            "crm.rma": "commercial_partner_id",
        }

    # How they feel

    @api.model
    def _customer_360_feels(self, customer):
        """Ratings of the customer's people beside the outcomes of talks."""
        return super()._customer_360_feels(customer) + self._rating_items(customer)

    @api.model
    def _rating_items(self, customer):
        ratings = self.env["rating.rating"]
        if not ratings.has_access("read"):
            return []
        found = ratings.search(
            [
                ("partner_id.commercial_partner_id", "=", customer.id),
                ("consumed", "=", True),
                ("rating", ">", 0),
            ],
            order="write_date desc, id desc",
            limit=5,
        )
        labels = dict(found._fields["rating_text"]._description_selection(self.env))
        tones = {"top": "good", "ok": "neutral", "ko": "bad"}
        return [
            {
                "id": rating.id,
                "model": "rating.rating",
                "title": labels.get(rating.rating_text, ""),
                "sub": rating.feedback or rating.res_name,
                "date": fields.Datetime.to_string(rating.write_date),
                "tone": tones.get(rating.rating_text, "neutral"),
            }
            for rating in found
        ]

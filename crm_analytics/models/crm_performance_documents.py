from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, models

from .crm_performance_figures import CHANNELS, KEYS, to_utc

#: The documents behind a measure of money.
DOCUMENTS = {
    "booked": "sale.order",
    "invoiced": "account.move",
    "margin": "account.move",
    "delivered": "stock.picking",
}


class CrmPerformance(models.AbstractModel):
    """From a number to the documents it is made of."""

    _inherit = "crm.performance"

    @api.model
    @api.readonly
    def action_open_figures(self, options=None, key=False):
        """Open what a number of the page counts: orders, invoices, customers, visits.

        :param options: the choices of the page, see :meth:`performance_fetch`
        :param key: id of the person, team or company of the row; False for what
            belongs to nobody
        """
        choice = self._read_options(options)
        self = self._in_company(self.env.company)
        key = key if isinstance(key, int) else False
        measure = choice["measure"]
        if measure in DOCUMENTS:
            return self._open_documents(choice, key)
        if measure == "customers":
            return self._open_customers(choice, key)
        return self._open_contacts(choice, key)

    def _open_documents(self, choice, key):
        column = KEYS[choice["level"]]
        domain = [
            ("date", ">=", choice["first"]),
            ("date", "<=", choice["last"]),
            ("series", "=", "current"),
            (
                "kind",
                "=",
                "invoiced" if choice["measure"] == "margin" else choice["measure"],
            ),
            (column, "=", key),
        ]
        model = DOCUMENTS[choice["measure"]]
        return self._get_report().action_open_documents(domain, model)

    def _open_customers(self, choice, key):
        reach = self._get_reach()
        place = {"user": 1, "team": 2}.get(choice["level"])
        rows = self._get_new_customers(choice["first"], choice["last"])
        ids = [
            row[0]
            for row in rows
            if reach.holds(row[1], row[2])
            and (not place or (row[place] or False) == key)
        ]
        return self._get_list_action("res.partner", [("id", "in", ids)])

    def _open_contacts(self, choice, key):
        zone = ZoneInfo(self.env.company._local_timezone())
        domain = [
            ("channel", "in", CHANNELS[choice["measure"]]),
            ("date", ">=", to_utc(choice["first"], zone)),
            ("date", "<", to_utc(choice["last"] + timedelta(1), zone)),
            ("company_id", "in", [False, self.env.company.id]),
            ("user_id", "!=", False),
        ]
        if choice["level"] != "company":
            domain += [(KEYS[choice["level"]], "=", key)]
        return self._get_list_action("crm.interaction", domain)

    def _get_list_action(self, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }

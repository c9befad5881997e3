from odoo import api, fields, models
from odoo.fields import Domain

CONTRACT_LIMIT = 6
#: Of so many of the newest papers the card chooses: nobody has more in force.
PAPERS_READ = 40
PAPER_FIELDS = [
    "name",
    "number",
    "kind_id",
    "category",
    "direction",
    "decision",
    "date",
    "date_start",
    "date_end",
    "last_day",
    "will_end",
    "terminated_on",
    "notice_date",
    "decide_by",
    "renewal",
    "renewal_count",
    "renewal_unit",
    "amount",
    "currency_id",
]
OPEN_STATES = ["draft", "to_sign", "signed", "running", "notice"]
BADGES = {
    "draft": "light",
    "to_sign": "warning",
    "signed": "info",
    "running": "success",
    "notice": "warning",
    "ended": "secondary",
    "terminated": "secondary",
    "cancelled": "light",
    "filed": "light",
}


class CrmCustomerView(models.AbstractModel):
    """Contracts and letters beside the files, and the warning before a contract ends."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        sections["files"] |= {
            "title": self.env._("Files and Contracts"),
            "method": "_section_papers",
            "card": "papers",
            "empty": self.env._("No contract, no letter, no file yet."),
        }
        return sections

    @api.model
    def _section_papers(self, customer):
        """Contracts that are open, then the newest papers, then loose files."""
        data = self._section_files(customer)
        files = [{**item, "is_file": True} for item in data["items"]]
        if not self.env["crm.contract"].has_access("read"):
            return {**data, "items": files}
        domain = self._contract_domain(customer)
        papers = self._customer_papers(domain)
        return {
            **data,
            "items": [self._contract_item(paper) for paper in papers] + files,
            "count": len(papers),
            "action": self._contracts_action(customer),
            "new": self._start(
                "crm.contract", customer, self.env._("Contract"), "fa-file-text"
            ),
        }

    @api.model
    def _contract_domain(self, customer):
        return Domain("commercial_partner_id", "=", customer.id)

    @api.model
    def _customer_papers(self, domain):
        """What binds or waits comes first, by the day of decision; then the newest."""
        papers = self.env["crm.contract"].search_fetch(
            domain, PAPER_FIELDS, limit=PAPERS_READ
        )
        far = fields.Date.to_date("9999-12-31")
        papers = papers.sorted(
            lambda paper: (
                paper.category != "contract" or paper.state not in OPEN_STATES,
                paper.state in OPEN_STATES and (paper.decide_by or far) or far,
            )
        )
        return papers[:CONTRACT_LIMIT]

    @api.model
    def _contract_item(self, contract):
        labels = dict(contract._fields["state"]._description_selection(self.env))
        amount = contract.amount and contract.currency_id.format(contract.amount)
        return {
            "model": contract._name,
            "id": contract.id,
            "title": contract.name,
            "sub": contract.situation or contract.kind_id.name,
            "value": amount,
            "badge": labels[contract.state] if contract.state != "filed" else False,
            "tone": BADGES[contract.state],
            "icon": self._contract_icon(contract),
        }

    @api.model
    def _contract_icon(self, contract):
        if contract.category == "letter":
            return "fa-arrow-down" if contract.direction == "in" else "fa-arrow-up"
        return (
            "fa-certificate" if contract.category == "certificate" else "fa-file-text"
        )

    @api.model
    def _contracts_action(self, customer):
        return self._list_action(
            self.env._("Contracts and Documents"),
            "crm.contract",
            self._contract_domain(customer),
            create=True,
            default_partner_id=customer.id,
        )

    @api.model
    def _customer_360_actions(self, customer):
        """A contract can be started where an opportunity can."""
        label = self.env._("Contract")
        new = self._start("crm.contract", customer, label, "fa-file-text")
        return super()._customer_360_actions(customer) + ([new] if new else [])

    @api.model
    def _customer_360_alerts(self, customer):
        return super()._customer_360_alerts(customer) + self._alert_contracts(customer)

    @api.model
    def _alert_contracts(self, customer):
        """A contract whose notice date or last day comes near."""
        contracts = self.env["crm.contract"]
        if not contracts.has_access("read") or customer._crm_masked():
            return []
        due = contracts._reminders_due()
        found = contracts.search_fetch(
            self._contract_domain(customer) & (due["notice"] | due["end"]),
            PAPER_FIELDS,
            order="decide_by, id",
            limit=3,
        )
        today = contracts._today()
        return [
            {
                "name": f"contract_{contract.id}",
                "tone": self._contract_tone(contract, today),
                "icon": "fa-file-text",
                "text": f"{contract.name}: {contract.situation}",
                "model": contract._name,
                "id": contract.id,
            }
            for contract in found
        ]

    @api.model
    def _contract_tone(self, contract, today):
        """The last week is urgent."""
        day = contract.decide_by or contract.last_day
        soon = fields.Date.add(today, days=7)
        return "danger" if day and day <= soon else "warning"

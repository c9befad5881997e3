from odoo import api, fields, models
from odoo.fields import Domain

STATES = [("customer", "Customer"), ("prospect", "Prospect")]


class ResPartner(models.Model):
    """Who is a customer, who may become one, and who is neither (a supplier)."""

    _inherit = "res.partner"

    customer_state = fields.Selection(
        STATES,
        compute="_compute_customer_state",
        search="_search_customer_state",
        help="Customer: bought or was invoiced. Prospect: has a lead, a quotation, a "
        "salesperson or a level, but has not bought yet.",
    )
    next_step = fields.Char(
        compute="_compute_next_step",
        groups="crm_extension.crm_extension_group_history",
        help="What is planned next with the customer, on its card, its people, its "
        "leads or its documents.",
    )
    next_step_date = fields.Date(
        compute="_compute_next_step",
        groups="crm_extension.crm_extension_group_history",
        string="Next Step On",
    )

    @api.depends(
        "customer_rank", "user_id", "customer_level_id", "commercial_partner_id"
    )
    def _compute_customer_state(self):
        """Two queries for the batch, by the same domains as the search."""
        companies = self.commercial_partner_id
        found = companies.sudo().with_context(active_test=False)
        ids = Domain("id", "in", companies.ids)
        customers = found.search(ids & companies._customer_domain())
        prospects = found.search(ids & companies._prospect_domain()) - customers
        for partner in self:
            company = partner.commercial_partner_id
            partner.customer_state = (
                (company in customers and "customer")
                or (company in prospects and "prospect")
                or False
            )

    @api.model
    def _search_customer_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = {
            "customer": self._customer_domain(),
            "prospect": self._prospect_domain() & ~self._customer_domain(),
            False: ~self._customer_domain() & ~self._prospect_domain(),
        }
        chosen = Domain.OR(domains[state] for state in value if state in domains)
        companies = self.sudo().with_context(active_test=False)._search(chosen)
        return Domain("commercial_partner_id", "in", companies)

    def _customer_domain(self):
        """Hook: customers bought from us, whoever may see the documents; narrowed to
        these customers unless the recordset is empty."""
        return Domain("customer_rank", ">", 0) | Domain(
            "id",
            "in",
            self._commercial_of("sale.order", [("state", "=", "sale")]),
        )

    def _prospect_domain(self):
        """Hook: somebody wants to sell to them."""
        return Domain.OR(
            [
                Domain("user_id", "!=", False),
                Domain("customer_level_id", "!=", False),
                Domain("id", "in", self._commercial_of("sale.order", [])),
                Domain("id", "in", self._commercial_of("crm.lead", [])),
            ]
        )

    def _commercial_of(self, model, domain):
        """Subquery: the customers (of these, if any) that have some documents."""
        known = ("partner_id", "!=", False)
        if self:
            known = ("partner_id.commercial_partner_id", "in", self.ids)
        documents = self.env[model].sudo()._search([*domain, known])
        people = (
            self.sudo()
            .with_context(active_test=False)
            ._search([("id", "in", documents.subselect("partner_id"))])
        )
        return people.subselect("commercial_partner_id")

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_next_step(self):
        """One query for each model that to-dos are planned on, whatever the batch."""
        first = self.commercial_partner_id._first_todos()
        for partner in self:
            todo = first.get(partner.commercial_partner_id.id)
            partner.next_step = todo and (todo.summary or todo.activity_type_id.name)
            partner.next_step_date = todo and todo.date_deadline

    def _first_todos(self):
        """Map ids of customers to their open to-do that is due first."""
        first = {}
        for todo, customer_id in self._open_todos():
            known = first.get(customer_id)
            if not known or todo.date_deadline < known.date_deadline:
                first[customer_id] = todo
        return first

    def _open_todos(self):
        """Pairs of an open to-do of these customers and the customer's id."""
        todo_models = self.env["crm.interaction"]._timeline_todo_models()
        for model, path in todo_models.items():
            if not self.env[model].has_access("read"):
                continue
            documents = self.env[model]._search([(path, "in", self.ids)])
            todos = self.env["mail.activity"].search_fetch(
                [("res_model", "=", model), ("res_id", "in", documents)],
                ["res_id", "summary", "activity_type_id", "date_deadline"],
            )
            records = self.env[model].browse(todos.mapped("res_id"))
            for todo, record in zip(todos, records, strict=True):
                yield todo, record._timeline_partner().commercial_partner_id.id

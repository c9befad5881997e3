"""One plausible record of any model of ours, for tests that walk over all of them.

Required fields are filled by their type; the names that say to whom a record belongs
(``user_id``, ``team_id``, ``partner_id``, ``company_id``) are filled on every model, so
that record rules have something to hold on to.
"""

from odoo import Command, fields

from .common import our_models

PLAIN_VALUES = {
    "text": "Sample",
    "html": "<p>Sample</p>",
    "integer": 1,
    "float": 1.0,
    "monetary": 1.0,
    "boolean": False,
    "json": {},
}


class Samples:
    """Records that belong to one salesperson, their team and their company.

    :param env: the superuser's environment
    """

    def __init__(self, env, user, team, company):
        self.env = env(
            user=1, context={**env.context, "allowed_company_ids": company.ids}
        )
        self.owner = user
        self.team = team
        self.company = company
        self._records = {}
        self.partner = self.env["res.partner"].create(
            {
                "name": f"Customer of {user.login}",
                "phone": "+1 650 555 0111",
                "user_id": user.id,
                "company_id": company.id,
                "is_company": True,
            }
        )
        self._links = {
            "user_id": lambda: user,
            "team_id": lambda: team,
            "partner_id": lambda: self.partner,
            "company_id": lambda: company,
            "product_id": lambda: self._product(),
            "lot_id": lambda: self._lot(),
            "contract_id": lambda: self.get("crm.contract"),
            "file_id": lambda: self.get("crm.contract.file"),
        }

    def get(self, model: str):
        """The sample of ``model``: made at the first call, the same one afterwards."""
        if model not in self._records:
            build = getattr(self, f"_make_{model.replace('.', '_')}", None)
            self._records[model] = build() if build else self.make(model)
        return self._records[model]

    def get_all(self) -> "Samples":
        """Make the sample of every model of ours, once, before the first test."""
        for model in our_models(self.env, transient=False):
            if self.env[model]._auto:
                self.get(model)
        self.env.flush_all()
        return self

    def post_invoice(self):
        """A posted invoice of the customer, so that reports have a row of this owner."""
        self._load_chart()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_user_id": self.owner.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self._product().id, "price_unit": 100.0}
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _load_chart(self):
        if not self.company.chart_template:
            chart = self.env["account.chart.template"]
            chart.try_loading("generic_coa", company=self.company, install_demo=False)

    def make(self, model: str, **values):
        """A new record of ``model``; ``values`` win over what would be guessed."""
        return self.env[model].create({**self.values(model), **values})

    def values(self, model: str) -> dict:
        """Values for a record of ``model`` that ``create`` should accept."""
        records = self.env[model]
        wanted = [
            field
            for name, field in records._fields.items()
            if field.store
            and not field.related
            and name != "id"
            and (
                (name in self._links and field.type == "many2one")
                or (field.required and (not field.compute or field.type == "char"))
                or (name == records._rec_name and not field.compute)
            )
        ]
        defaults = records.default_get([field.name for field in wanted])
        return {
            field.name: self._value(field)
            for field in wanted
            if field.name in self._links or field.name not in defaults
        }

    def _value(self, field):
        if field.type == "many2one":
            return self._link(field).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type == "many2one_reference":
            return self.partner.id
        if field.name == "res_model":
            return self.partner._name
        if field.type == "char":
            return f"Sample of {self.owner.login}"
        if field.type == "date":
            return fields.Date.today()
        if field.type == "datetime":
            return fields.Datetime.now()
        return PLAIN_VALUES[field.type]

    def _link(self, field):
        comodel = self.env[field.comodel_name]
        build = self._links.get(field.name)
        if build and build()._name == field.comodel_name:
            return build()
        if field.name in ("product_tmpl_id",):
            return self._product().product_tmpl_id
        owned = "company_id" in comodel._fields
        domain = comodel._check_company_domain(self.company) if owned else []
        return comodel.search(domain, limit=1) or self.get(field.comodel_name)

    def _make_sale_order_approval(self):
        """One request waits for a quotation."""
        order = self.make("sale.order")
        return self.make("sale.order.approval", order_id=order.id)

    def _make_sale_order_version(self):
        content = {"fields": {}, "restore": {}, "lines": [], "total": 1.0}
        return self.make("sale.order.version", content=content)

    def _make_crm_outbox_channel(self):
        """One row for a company and a channel, whoever asks."""
        return self.env["crm.outbox.channel"]._of(self.company, "email")

    def _make_crm_sms_gateway(self):
        """Only one of a company may be active."""
        url = "https://sms.example.com/send"
        return self.make("crm.sms.gateway", url=url, active=False)

    def _make_crm_analytics_fact(self):
        """A document has one fact of a kind; one that is none disturbs nobody."""
        return self.make("crm.analytics.fact", res_id=-self.owner.id)

    def _make_crm_analytics_fact_line(self):
        """A line of the sample's own document."""
        fact = self.get("crm.analytics.fact")
        line = -self.owner.id
        return self.make("crm.analytics.fact.line", fact_id=fact.id, line_id=line)

    def _make_crm_analytics_source(self):
        """One row for a kind, made at the installation."""
        return self.env["crm.analytics.source"].search([], limit=1)

    def _make_crm_analytics_calendar(self):
        """One row for a company and a day; nobody compares one so far away."""
        day = fields.Date.add(fields.Date.to_date("1950-01-01"), days=self.owner.id)
        return self.make("crm.analytics.calendar", date=day)

    def _make_crm_year_end_document(self):
        """Frozen with a report; only a report writes it."""
        self.post_invoice()
        report = self.make("crm.year.end", year=fields.Date.today().year)
        report.action_freeze()
        return report.document_ids[:1]

    def _make_crm_year_end_change(self):
        """A late invoice, found by the next version of a report."""
        report = self.get("crm.year.end.document").year_end_id
        self.post_invoice()
        again = self.env["crm.year.end"].browse(report.action_run_again()["res_id"])
        return again.change_ids[:1]

    def _make_crm_greeting_rule(self):
        """A rule says something."""
        return self.make("crm.greeting.rule", sms_text="Dear {name}")

    def _make_crm_pool_rule_level(self):
        """A level has one period in a rule."""
        rule = self.get("crm.pool.rule")
        return self.make("crm.pool.rule.level", rule_id=rule.id)

    def _make_crm_pool_run(self):
        """A company has one run a day."""
        nights = self.env["crm.pool.run"].search_count([])
        day = fields.Date.subtract(fields.Date.today(), days=nights)
        return self.make("crm.pool.run", day=day)

    def _make_crm_lead_check(self):
        """An item is ticked once on a lead."""
        return self.make("crm.lead.check", lead_id=self.get("crm.lead").id)

    def _make_crm_lead_plan(self):
        """The plan of a stage is answered once on a lead."""
        return self.make("crm.lead.plan", lead_id=self.get("crm.lead").id)

    def _make_crm_sales_document_variant(self):
        """A file of a document of the owner's company."""
        document = self.get("crm.sales.document")
        return self.make("crm.sales.document.variant", document_id=document.id)

    def _make_crm_contract_version(self):
        """An uploaded file: what is kept of it is no guess."""
        return self.get("crm.contract")._add_version(
            "Sample.pdf", b"%PDF-1.7", file_id=self.get("crm.contract.file").id
        )

    def _make_crm_handover(self):
        return self.make("crm.handover", from_user_id=self.owner.id)

    def _product(self):
        if "product" not in self._records:
            self._records["product"] = self.env["product.product"].create(
                {
                    "name": "Sample kettle",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "list_price": 100.0,
                }
            )
        return self._records["product"]

    def _lot(self):
        if "lot" not in self._records:
            self._records["lot"] = self.env["stock.lot"].create(
                {
                    "name": f"SN-{self.owner.login}",
                    "product_id": self._product().id,
                    "company_id": self.company.id,
                }
            )
        return self._records["lot"]

    def _make_crm_rma_advance(self):
        """One good unit for a faulty one."""
        return self.make("crm.rma.advance", line_id=self.get("crm.rma.line").id)

    def _make_crm_rma_credit(self):
        """One unit of an invoice, given back."""
        self._load_chart()
        values = {"product_id": self._product().id, "quantity": 1, "price_unit": 100}
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "partner_id": self.partner.id,
                    "company_id": self.company.id,
                    "invoice_line_ids": [Command.create(values)],
                }
                for kind in ("out_invoice", "out_refund")
            ]
        )
        return self.make(
            "crm.rma.credit",
            sale_line_id=self._sale_order().order_line.id,
            invoice_line_id=moves[0].invoice_line_ids.id,
            credit_line_id=moves[1].invoice_line_ids.id,
        )

    def _make_crm_rma_notice(self):
        """A company has one message for a step: this one takes the next free step."""
        notices = self.env["crm.rma.notice"]
        own = notices.search([("company_id", "=", self.company.id)])
        steps = notices._fields["step"].get_values(self.env)
        free = [step for step in steps if step not in own.mapped("step")]
        return self.make("crm.rma.notice", step=free[0], by_email=False)

    def _make_crm_rma_question(self):
        return self.make("crm.rma.question", kind="text")

    def _make_crm_rma_answer(self):
        """The reason of a unit asks; an answer without its question is taken away."""
        reason = self.env["crm.rma.reason"].create(
            {"name": "Sample", "kind": "request"}
        )
        self.env["crm.rma.question"].create({"name": "Why?", "reason_id": reason.id})
        line = self.get("crm.rma.line")
        line.reason_id = reason
        return line.answer_ids

    def _make_warranty_block(self):
        return self.make("warranty.block", reason_id=self._reason("misuse").id)

    def _make_warranty_term_line(self):
        """A term of its own: a class stands in it once."""
        term = self.make("warranty.term")
        return self.make("warranty.term.line", term_id=term.id)

    def _make_warranty_goodwill(self):
        reason = self._reason("good_customer")
        return self.make("warranty.goodwill", reason_id=reason.id)

    def _reason(self, name):
        return self.env.ref(f"crm_rma.warranty_reason_{name}")

    def _make_warranty_extension(self):
        order = self._sale_order()
        return self.make("warranty.extension", sale_line_id=order.order_line.id)

    def _sale_order(self):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "user_id": self.owner.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self._product().id})],
            }
        )

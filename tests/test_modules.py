"""What must hold for every model of ours, present and future.

The idea is Tryton's ``ModuleTestCase``: nobody has to remember a rule for a new model,
because the tests walk over whatever the registry holds.
"""

import re

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import MODULES, LoopCase, our_models, our_records, table_digest
from .samples import Samples

#: Links to business documents: losing the other end must be a decision, not a default.
BUSINESS_LINKS = {
    "account.move",
    "account.move.line",
    "crm.lead",
    "crm.rma",
    "crm.rma.line",
    "product.product",
    "product.template",
    "repair.order",
    "res.partner",
    "sale.order",
    "sale.order.line",
    "stock.lot",
    "stock.move",
    "stock.picking",
    "warranty.registration",
    "warranty.term",
}
#: Models of which nobody keeps more than some hundred rows: no index for their order.
SMALL_MODELS = {
    "crm.analytics.source",
    "crm.interaction.outcome",
    "crm.interaction.type",
    "crm.contract.kind",
    "crm.contract.template",
    "crm.customer.level",
    "crm.interaction.backfill",
    "crm.greeting.rule",
    "crm.price.limit",
    "crm.occasion.type",
    "crm.outbox.channel",
    "crm.pool",
    "crm.preference.topic",
    "crm.prospect.column",
    "crm.rma.code",
    "crm.rma.mailbox",
    "crm.rma.notice",
    "crm.rma.outcome",
    "crm.rma.reason",
    "crm.sales.document",
    "crm.sales.channel",
    "crm.sms.gateway",
    "crm.stage.check",
    "crm.territory",
    "warranty.reason",
    "warranty.rule",
    "warranty.statutory",
    "warranty.term",
}
#: Models that are read with the customer or the contract they belong to, and ordered
#: among a few rows.
WITHIN_CUSTOMER = {
    "crm.collaborator",
    "crm.contract.file",
    "crm.contract.party",
    "crm.im.id",
    "crm.phone.number",
    "crm.preference",
}
#: Unique indexes and checks on a partner; each has a test that a merge of partners
#: folds the rows.
PARTNER_INDEXES = {"crm_customer_stat_customer_uniq"}
PARTNER_CHECKS = {"crm_phone_number_owner_check"}
#: Columns of ours that Odoo's own work needs each time.
READ_WITH_ODOO = {
    "res.partner": set(),
    "res.company": {"crm_masking", "warranty_term_id"},
}
#: Tables of the machinery: nobody looks for one of their rows by a name.
NAMELESS = {
    "crm.analytics.calendar",
    "crm.analytics.compare",
    "crm.analytics.day",
    "crm.analytics.dirty",
    "crm.analytics.fact",
    "crm.analytics.fact.line",
    "crm.analytics.partner.month",
    "crm.analytics.source",
    "crm.customer.stat.stale",
    "crm.duplicate.group",
    "crm.duplicate.key",
    "crm.prospect.column",
    "crm.request.token",
    "crm.visitor.hit",
    "crm.workbench.hidden",
}
#: Models that refuse to be copied, with the reason.
NO_COPY = {
    "crm.analytics.calendar": "one row for a company and a day",
    "crm.analytics.fact": "one row for a document",
    "crm.analytics.source": "one row for a kind",
    "crm.customer.stat": "counted, one row for a customer and company",
    "crm.duplicate.key": "made from the record it belongs to",
    "crm.duplicate.quota": "one row for a person",
    "crm.handover.receiver": "named once in a handover",
    "crm.handover.row": "a record moves once in a handover",
    "crm.interaction.backfill": "one row for a source",
    "crm.greeting": "one for an occasion and a year",
    "crm.outbox": "the same is never sent twice",
    "crm.outbox.channel": "one row for a company and a channel",
    "crm.pool.rule.level": "a level has one period in a rule",
    "crm.pool.run": "a company has one run a day",
    "crm.pool.usage": "one row for a person, a pool and a day",
    "crm.request.token": "a token is used once",
    "crm.rma.answer": "a question is answered once for a unit",
    "crm.rma.credit": "a unit is credited once from an invoice line",
    "crm.rma.line": "a unit has one open RMA",
    "crm.rma.notice": "a company has one message for a step",
    "warranty.extension": "an order line extends a warranty once",
    "warranty.goodwill": "one request for a unit",
    "sale.order.approval": "one request waits for a quotation",
    "sale.order.version": "one row for a version of a quotation",
    "warranty.registration": "one registration per delivered unit",
    "warranty.term.line": "a class has one duration in a term",
}
DIGEST_CORE = ["mail.message", "mail.mail", "mail.activity", "sms.sms", "stock.move"]


@tagged("post_install", "-at_install", "crm_loop")
class TestModels(LoopCase):
    """Shape of the models and of their tables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        samples = Samples(cls.env, cls.mate, cls.team, cls.env.company)
        cls.samples = samples.get_all()

    def _tables(self) -> dict[str, str]:
        return {
            self.env[name]._table: name
            for name in our_models(self.env)
            if self.env[name]._auto
        }

    def test_models_exist(self):
        """The walk below is not empty."""
        self.assertGreaterEqual(len(our_models(self.env)), 5)

    def test_description(self):
        """Each model says in words what it is."""
        for name in our_models(self.env, abstract=True):
            with self.subTest(model=name):
                self.assertNotEqual(self.env[name]._description, name)
                self.assertTrue(self.env[name]._description)

    def test_access_rows(self):
        """Each model grants its rights to groups, never to everybody."""
        for name in our_models(self.env):
            with self.subTest(model=name):
                rows = self.env["ir.model.access"].search(
                    [("model_id.model", "=", name)]
                )
                self.assertTrue(rows, "no row in ir.model.access.csv")
                self.assertFalse(
                    rows.filtered(lambda row: not row.group_id), "a row without group"
                )

    def test_company_rule(self):
        """Each model with a company keeps other companies out, SQL views included."""
        for name in our_models(self.env, transient=False):
            if "company_id" not in self.env[name]._fields:
                continue
            with self.subTest(model=name):
                rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
                domains = rules.filtered(lambda rule: not rule.groups).mapped(
                    "domain_force"
                )
                self.assertTrue(
                    any("company_id" in (domain or "") for domain in domains),
                    "no global record rule on company_id",
                )

    def test_company_is_checked(self):
        """A record with a company cannot point into another company."""
        for name in our_models(self.env):
            model = self.env[name]
            if "company_id" not in model._fields or not model._auto:
                continue
            links = [
                field
                for field in model._fields.values()
                if field.type == "many2one"
                and field.store
                and not field.related
                and "company_id" in self.env[field.comodel_name]._fields
            ]
            if links and not model._transient:
                with self.subTest(model=name):
                    self.assertTrue(model._check_company_auto, "_check_company_auto")

    def test_no_partner_in_constraints(self):
        """No UNIQUE or CHECK on a partner: a merge would delete the losing rows."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.relname, c.conname, pg_get_constraintdef(c.oid)
                  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                 WHERE c.contype IN ('u', 'c') AND r.relname = ANY(%s)
                """,
                list(self._tables()),
            )
        )
        for table, constraint, definition in rows:
            model = self.env[self._tables()[table]]
            for field in self._partner_fields(model):
                if constraint in PARTNER_CHECKS:
                    continue
                with self.subTest(constraint=constraint):
                    self.assertNotRegex(definition, rf"\b{field}\b")

    def test_no_partner_in_unique_indexes(self):
        """A unique index on a partner stops a merge: only where the merge knows it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tablename, indexname, indexdef FROM pg_indexes
                 WHERE indexdef LIKE 'CREATE UNIQUE%%' AND tablename = ANY(%s)
                """,
                list(self._tables()),
            )
        )
        for table, index, definition in rows:
            model = self.env[self._tables()[table]]
            for field in self._partner_fields(model):
                if index not in PARTNER_INDEXES:
                    with self.subTest(index=index):
                        self.assertNotRegex(definition, rf"\b{field}\b")

    def _partner_fields(self, model) -> list[str]:
        return [
            name
            for name, field in model._fields.items()
            if field.type == "many2one" and field.comodel_name == "res.partner"
        ]

    def test_ondelete(self):
        """Each stored link to a business document says what its deletion means."""
        for name in our_models(self.env, transient=False):
            for field in self.env[name]._fields.values():
                if (
                    field.type == "many2one"
                    and field.store
                    and self.env[name]._auto
                    and not field.related
                    and field.comodel_name in BUSINESS_LINKS
                ):
                    with self.subTest(field=str(field)):
                        self.assertIn("ondelete", field._args__ or {})

    def test_order_has_index(self):
        """The default order of a table that grows is served by an index."""
        for name in our_models(self.env, transient=False):
            model = self.env[name]
            first = re.split(r"[\s,]", model._order)[0]
            if (
                not model._auto
                or name in SMALL_MODELS | WITHIN_CUSTOMER
                or first == "id"
            ):
                continue
            with self.subTest(model=name, order=model._order):
                rows = self.env.execute_query(
                    SQL(
                        "SELECT indexdef FROM pg_indexes WHERE tablename = %s",
                        model._table,
                    )
                )
                pattern = re.compile(rf"[(,] ?{first}\b")
                self.assertTrue(
                    any(pattern.search(definition) for [definition] in rows),
                    f"no index holds {first}",
                )

    def test_copy(self):
        """A copy works, or a sentence says why there is none."""
        for name in our_models(self.env, transient=False):
            if self.env[name]._auto and name not in NO_COPY:
                with self.case(model=name):
                    record = self.samples.get(name)
                    try:
                        self.assertNotEqual(record.copy(), record)
                        self.env.flush_all()
                    except UserError as refusal:
                        self.assertIn(" ", refusal.args[0])

    def test_names(self):
        """Each record has a name, and can be found by a part of it."""
        for name in our_models(self.env, transient=False):
            if name in NAMELESS:
                continue
            with self.case(model=name):
                model = self.env[name]
                if model._auto:
                    record = self.samples.get(name)
                    self.assertTrue(record.display_name)
                    self.assertNotIn(f"{name},", record.display_name)
                model.name_search("a'b%_\\", limit=3)
                self.assertLessEqual(len(model.name_search("", limit=2)), 2)

    def test_readable_by_rpc(self):
        """Every field of a record can be read: no compute fails on a plain record."""
        for name in our_models(self.env, transient=False):
            with self.case(model=name):
                model = self.env[name]
                record = (
                    self.samples.get(name) if model._auto else model.search([], limit=1)
                )
                record.invalidate_recordset()
                record.read()
                model.new({}).read(["display_name"])

    def test_own_columns_are_read_apart(self):
        """X03: Odoo reads a customer or company everywhere, with all its columns but
        those of another prefetch group; ours would be read along for nothing."""
        for model, needed in READ_WITH_ODOO.items():
            fields = self.env[model]._fields.values()
            read = {
                field.name
                for field in fields
                if field.column_type and field.prefetch is True
                if not field.company_dependent and field._module in MODULES
            }
            self.assertEqual(read, needed, model)

    def test_fields_have_labels(self):
        """No two visible fields of a model share a label: export could not tell them."""
        for name in our_models(self.env):
            labels = {}
            for field in self.env[name]._fields.values():
                if (
                    getattr(field, "_module", None)
                    and field.base_field.model_name == name
                ):
                    labels.setdefault(field.string, []).append(field.name)
            for label, names in labels.items():
                with self.subTest(model=name, label=label):
                    self.assertEqual(len(names), 1, names)


@tagged("post_install", "-at_install", "crm_loop")
class TestCrons(LoopCase):
    """Scheduled actions: run by the system, and running twice changes nothing."""

    def test_crons(self):
        """G: each cron runs as the system user; the second run writes nothing."""
        Samples(self.env, self.mate, self.team, self.env.company).get_all()
        models = our_models(self.env)
        for cron in our_records(self.env, "ir.cron"):
            with self.subTest(cron=cron.name):
                self.assertEqual(cron.user_id, self.env.ref("base.user_root"))
                self._run(cron)
                before = table_digest(self.env, models + DIGEST_CORE)
                self._run(cron)
                after = table_digest(self.env, models + DIGEST_CORE)
                self.assertEqual(before, after)

    def _run(self, cron):
        with (
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.base.models.ir_cron"),
        ):
            cron.method_direct_trigger()

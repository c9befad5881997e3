"""Record rules of ours on models of Odoo."""

from types import SimpleNamespace

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import MODULES, LoopCase, our_records


@tagged("post_install", "-at_install")
class TestRules(LoopCase):
    def test_rules_before_our_fields(self):
        """With ``-u crm`` Odoo reads the rules of the database and runs the tests of
        crm before our addons are loaded: on its models no rule names a field of ours
        then, and each does afterwards what it says."""
        early = SimpleNamespace(id=self.env.uid, _fields={})
        theirs = our_records(self.env, "ir.rule").filtered(
            lambda rule: (
                self.env.registry[rule.model_id.model]._original_module not in MODULES
            )
        )
        self.assertTrue(theirs)
        late = set()
        for rule in theirs:
            with self.subTest(rule=rule.name):
                self.assertFalse(self._fields_of_ours(rule, early))
            if self._fields_of_ours(rule, self.env.user):
                late.add(rule.model_id.model)
        self.assertEqual(late, {"crm.lead", "sale.order", "sale.order.line"})

    def _fields_of_ours(self, rule, user) -> set[str]:
        """Our fields that the domain of a rule names for a user."""
        domain = safe_eval(rule.domain_force, rule._eval_context() | {"user": user})
        return self._named(self.env[rule.model_id.model], Domain(domain))

    def _named(self, model, domain: Domain) -> set[str]:
        found = set()
        for condition in domain.iter_conditions():
            end = model
            for name in condition.field_expr.split("."):
                field = end._fields[name]
                if field._module in MODULES:
                    found.add(str(field))
                end = self.env[field.comodel_name] if field.relational else end
            if isinstance(condition.value, (Domain, list)) and "any" in (
                condition.operator
            ):
                found |= self._named(end, Domain(condition.value))
        return found

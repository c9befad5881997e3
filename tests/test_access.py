"""Who may do what, as one reviewed table, and what a portal user gets who calls us.

The tables lie in ``tests/data``. After a change on purpose write them anew with
``CRM_LOOP_UPDATE_TABLES=1`` and read the difference before you commit it.
"""

import csv
import inspect
import io
import os

from odoo.exceptions import MissingError, UserError
from odoo.models import BaseModel
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DATA, MODULES, ROLES, LoopCase, our_methods, our_models
from .samples import Samples

#: Methods of Odoo that ours extend and that crash by themselves: outside a request, and
#: without the options that only a template gives.
CORE_CALLS = {
    ("ir.http", "session_info"),
    ("ir.qweb.field.contact", "value_to_html"),
}
UPDATE = bool(os.environ.get("CRM_LOOP_UPDATE_TABLES"))
OPERATIONS = {"read": "r", "write": "w", "unlink": "d"}
#: Whose record it is, seen from the user of the role.
OWNERS = ("own", "team", "other", "company")
#: Values that a public method may be handed by somebody who means harm.
HOSTILE = (
    None,
    False,
    -1,
    "'; DROP TABLE res_users; --",
    ["x"],
    {"user_id": 1},
    [[6, 0, [1]]],
    "x" * 10_000,
)


class TableCase(LoopCase):
    """Compare what is with a table that somebody has read and approved."""

    def assertTable(self, name: str, header: list[str], rows: list[list[str]]):
        """Compare ``rows`` with ``tests/data/<name>``, or write it when asked to."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        path = DATA / name
        if UPDATE:
            path.write_text(text.getvalue(), encoding="utf-8")
        approved = path.read_text(encoding="utf-8") if path.exists() else ""
        self.assertEqual(approved.splitlines(), text.getvalue().splitlines())


@tagged("post_install", "-at_install", "crm_loop")
class TestAccessMatrix(TableCase):
    """Every model of ours and every core model with a rule of ours, for every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        cls.samples = {
            "own": Samples(cls.env, cls.me, cls.team, company),
            "team": Samples(cls.env, cls.mate, cls.team, company),
            "other": Samples(cls.env, cls.stranger, cls.team_other, company),
            "company": Samples(cls.env, cls.foreigner, cls.team_b, cls.company_b),
        }
        for samples in cls.samples.values():
            samples.get_all().post_invoice()

    def _models(self) -> list[str]:
        """Ours, and those of core whose rights we change by a record rule."""
        rules = self.env["ir.rule"].browse(
            self.env["ir.model.data"]
            .search([("model", "=", "ir.rule"), ("module", "in", MODULES)])
            .mapped("res_id")
        )
        names = set(our_models(self.env, transient=False))
        return sorted(names | set(rules.mapped("model_id.model")))

    def test_matrix(self):
        """M: model x role x owner, read, write, create, delete and search."""
        models = self._models()
        records = {
            owner: {name: self._record(samples, name) for name in models}
            for owner, samples in self.samples.items()
        }
        rows = []
        for role in ROLES:
            user = self.as_role(role)
            for name in models:
                model = self.env[name].with_user(user)
                create = "c" if model.has_access("create") else "-"
                cells = [self._cell(records[owner][name], user) for owner in OWNERS]
                rows.append([name, role, create, *cells])
        rows.sort(key=lambda row: (row[0], list(ROLES).index(row[1])))
        header = ["model", "role", "create", *OWNERS]
        self.assertTable("access_matrix.csv", header, rows)

    def _record(self, samples: Samples, name: str):
        """The sample of a model; the rows of a report that belong to the customer."""
        model = samples.env[name]
        if model._auto:
            return samples.get(name)
        for field in ("commercial_partner_id", "partner_id"):
            if field in model._fields:
                return model.search([(field, "=", samples.partner.id)])
        return model

    def _cell(self, records, user) -> str:
        """The rights on records, e.g. ``rw-s``; ``!`` marks a search that leaks."""
        if not records:
            return "none"
        records = self.env[records._name].with_user(user).browse(records.ids)
        cell = "".join(
            letter if self._may(records, operation) else "-"
            for operation, letter in OPERATIONS.items()
        )
        if not records.browse().has_access("read"):
            return f"{cell}-"
        found = records.with_context(active_test=False).search(
            [("id", "in", records.ids)]
        )
        if bool(found) != self._may(records, "read"):
            return f"{cell}!"
        return cell + ("s" if found else "-")

    def _may(self, records, operation: str) -> bool:
        """Whether the user may; a row that a report hides is as good as forbidden."""
        try:
            return records.has_access(operation)
        except MissingError:
            return False

    def test_search_does_not_leak(self):
        """M: what a role cannot read it can neither count, group, name nor order."""
        models = our_models(self.env, transient=False)
        hidden = {name: self._record(self.samples["company"], name) for name in models}
        user = self.as_role("sales_manager")
        for name in models:
            model = self.env[name].with_user(user)
            if not hidden[name] or not model.has_access("read"):
                continue
            if "company_id" not in model._fields:
                continue
            domain = [("id", "in", hidden[name].ids)]
            with self.subTest(model=name):
                self.assertFalse(model.search(domain))
                self.assertFalse(model.search_count(domain))
                groups = model.formatted_read_group(domain, ["company_id"], ["__count"])
                self.assertFalse(groups)
                self.assertFalse(model.name_search("", domain))
                self.assertFalse(model.search_read(domain, ["id"]))


@tagged("post_install", "-at_install", "crm_loop")
class TestHostileCalls(TableCase):
    """Every public method of ours, called over RPC by a portal user with bad values."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        samples = Samples(cls.env, cls.mate, cls.team, cls.env.company)
        cls.samples = samples.get_all()

    @mute_logger("odoo.models", "odoo.sql_db", "odoo.addons.base.models.ir_model")
    def test_portal_calls(self):
        """M: a public method answers a portal user with a refusal or with nothing."""
        user = self.as_role("portal")
        answers = []
        for name, method in our_methods(self.env):
            if hasattr(BaseModel, method):
                continue  # create, write and their like: the matrix above
            if (name, method) in CORE_CALLS:
                continue
            with self.subTest(model=name, method=method):
                calls = self._calls(name, method)
                if any([self._call(name, method, call, user) for call in calls]):
                    answers.append([name, method])
        self.assertTable("portal_methods.csv", ["model", "method"], sorted(answers))

    def _calls(self, name: str, method: str) -> list[list]:
        """Arguments for the calls of one method: each hostile value in each place."""
        function = getattr(type(self.env[name]), method)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        places = [p for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD]
        needed = sum(p.default is p.empty for p in places)
        on_records = not getattr(function, "_api_model", False)
        ids = [self._sample_ids(name)] if on_records else []
        if not places:
            return [ids]
        return [ids + [value] * max(needed, 1) for value in HOSTILE]

    def _sample_ids(self, name: str) -> list[int]:
        if name in our_models(self.env, transient=False) and self.env[name]._auto:
            return self.samples.get(name).ids
        model = self.env[name]
        if not model._auto or model._abstract or model._transient:
            return []
        return model.search([], limit=1).ids

    def _call(self, name: str, method: str, arguments: list, user) -> bool:
        """Whether the method returned something to the user.

        A refusal is a ``UserError`` (``AccessError`` is one of its children) or a failed
        ``ensure_one``; anything else would reach the log as a crash and fails.
        """
        model = self.env[name].with_user(user).with_context(lang="en_US")
        with self.env.cr.savepoint() as savepoint:
            try:
                call_kw(model, method, arguments, {})
                self.env.flush_all()
            except UserError:
                return False
            except ValueError as error:
                if "Expected singleton" not in str(error):
                    raise
                return False
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)
        return True

"""The part of Odoo's own ``test_lint`` that concerns addons, run on ours.

Why not install ``test_lint`` and run it with Odoo's runner: it looks at all of Odoo each
time (40 seconds, and nine minutes when pylint is on PATH). Here its test classes are
taken as they are and shown our manifests only; the tests that walk over the registry see
all of it, because an override of ours can break a signature of theirs.

Its pylint checkers run in ``./dev lint core``, its eslint rules in ``./dev lint eslint``.
"""

import inspect
import unittest
from unittest.mock import patch

from odoo.modules.module import Manifest
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL

from .common import MODULES, our_methods, our_models

try:
    from odoo.addons.test_lint.tests import (
        test_dunderinit,
        test_i18n,
        test_index,
        test_jstranslate,
        test_manifests,
        test_onchange_domains,
        test_orm_import,
        test_override_signatures,
        test_pofile,
        test_routes,
        test_test_holes,
    )
except ImportError as error:
    raise unittest.SkipTest(f"this Odoo comes without test_lint: {error}") from error


class OurFiles(BaseCase):
    """Show the file checks of ``test_lint`` our addons only."""

    def setUp(self):
        super().setUp()
        ours = [Manifest.for_addon(name) for name in MODULES]
        self.assertTrue(all(ours), "an addon of ours is not on the addons path")
        self.startPatcher(
            patch.object(Manifest, "all_addon_manifests", lambda *a: ours)
        )


@tagged("post_install", "-at_install", "crm_loop")
class TestManifests(OurFiles, test_manifests.ManifestLinter):
    """Known keys, right types, no default written out."""


@tagged("post_install", "-at_install", "crm_loop")
class TestInit(OurFiles, test_dunderinit.TestDunderinit):
    """Each addon is a package."""


@tagged("post_install", "-at_install", "crm_loop")
class TestOrmImport(OurFiles, test_orm_import.TestDunderinit):
    """Nobody reaches into ``odoo.orm``."""


@tagged("post_install", "-at_install", "crm_loop")
class TestJsTranslations(OurFiles, test_jstranslate.TestJsTranslations):
    """Only plain texts are translated in JavaScript."""


@tagged("post_install", "-at_install", "crm_loop")
class TestProps(OurFiles, test_i18n.TestI18n):
    """Texts given to components are marked for translation."""


@tagged("post_install", "-at_install", "crm_loop")
class TestOnchange(OurFiles, test_onchange_domains.TestOnchangeDomains):
    """No domain comes out of an onchange."""


@tagged("post_install", "-at_install", "crm_loop")
class TestTestsAreImported(OurFiles, test_test_holes.TestTestHoles):
    """No test file is forgotten in a ``tests/__init__.py``."""


@tagged("post_install", "-at_install", "crm_loop")
class TestTemplates(test_pofile.PotLinter):
    """No term stands twice in a template of translations."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(test_pofile, "get_modules", lambda: MODULES))


@tagged("post_install", "-at_install", "crm_loop")
class TestRoutes(test_routes.RoutesLinter):
    """An inherited route repeats nothing."""


@tagged("post_install", "-at_install", "crm_loop")
class TestIndexes(test_index.TestIndex):
    """Each inverse of a one2many has an index, or stands first in a longer one."""

    def setUp(self):
        super().setUp()
        covered = {
            f"{name}.{column}"
            for name in our_models(self.env)
            for column in self._first_columns(self.env[name]._table)
        }
        known = test_index.BTREE_INDEX_IGNORE_FIELDS
        self.patch(test_index, "BTREE_INDEX_IGNORE_FIELDS", known | covered)

    def _first_columns(self, table: str) -> list[str]:
        query = SQL(
            """
            SELECT a.attname FROM pg_index i
              JOIN pg_class t ON t.oid = i.indrelid
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
             WHERE t.relname = %s AND i.indpred IS NULL
            """,
            table,
        )
        return [column for [column] in self.env.execute_query(query)]


@tagged("post_install", "-at_install", "crm_loop")
class TestSignatures(TransactionCase):
    """Each method that we override can be called as before."""

    def test_parameters(self):
        """No public method has a parameter that RPC needs for itself."""
        for model, method in our_methods(self.env):
            with self.subTest(model=model, method=method):
                function = getattr(self.env.registry[model], method)
                names = inspect.signature(function).parameters
                self.assertFalse({"ids", "context"} & set(names))

    def test_overrides(self):
        """Signature, decorator and deprecation agree with the first definition."""
        checked = 0
        for model, cls in Registry(get_db_name()).items():
            for base in cls.mro():
                if not base.__module__.startswith(
                    tuple(f"odoo.addons.{name}." for name in MODULES)
                ):
                    continue
                for name, override in vars(base).items():
                    if inspect.isfunction(override) and not name.startswith("__"):
                        checked += 1
                        with self.subTest(model=model, method=name):
                            self._check(cls, base, name, override)
        self.assertTrue(checked)

    def _check(self, cls, base, name, override) -> None:
        lint = test_override_signatures
        for parent in reversed(cls.mro()[1:-1]):
            original = getattr(parent, name, None)
            if parent is base or parent.__module__ == base.__module__:
                return
            if callable(original) and name not in lint.METHODS_TO_IGNORE:
                private = name.startswith("_")
                lint.assert_valid_override(
                    inspect.signature(original), inspect.signature(override), private
                )
                lint.assert_attribute_override(original, override, private)
                self.assertEqual(
                    lint.get_decorators(original), lint.get_decorators(override)
                )
                return

"""Odoo's log is read line by line: progress, tests, warnings."""

from tools.dev.odoo import Collector
from tools.dev.tally import OdooLog

HEAD = "2026-11-22 09:15:53,998 24914 {} crm_test odoo.addons.crm_rma.tests.test_rma: "
LOG = f"""\
{HEAD.format("INFO")}Starting TestRma.test_a ...\x20
{HEAD.format("INFO")}Starting TestRma.test_b ...\x20
{HEAD.format("INFO")}======================================================================\x20
{HEAD.format("ERROR")}FAIL: TestRma.test_b
Traceback (most recent call last):
AssertionError: 1 != 2
\x20
2026-11-22 09:15:54,000 24914 WARNING crm_test odoo.models: something is deprecated\x20
Running as user 'root' is a security risk.
2026-11-22 09:15:54,100 24914 ERROR crm_test odoo.tests.result: 1 failed, 0 error(s) of 2 tests when loading database 'crm_test'\x20
"""


class Step:
    """Remembers what was shown."""

    def __init__(self):
        self.shown = []

    def show(self, text):
        """Keep the text."""
        self.shown.append(text)


def read(text, step=None):
    tests = OdooLog(step)
    collector = Collector(step, tests.read)
    for line in text.splitlines(keepends=True):
        collector.read(line)
    return collector, tests


def test_tests_are_counted_as_odoo_writes_them():
    step = Step()
    _collector, tests = read(LOG, step)
    assert tests.tally().line() == "1 passed, 1 failed, 0 skipped"
    assert tests.finished
    assert step.shown[-1] == "2 tests, 0 failed"


def test_a_failure_keeps_its_traceback():
    collector, _tests = read(LOG)
    assert "AssertionError: 1 != 2" in collector.trouble[0]


def test_a_warning_is_trouble():
    collector, _tests = read(LOG)
    assert "WARNING odoo.models: something is deprecated" in collector.trouble[1]


def test_warnings_about_the_machine_are_none():
    line = HEAD.format("WARNING") + "Running as user 'root' is a security risk.\n"
    assert read(line)[0].trouble == []


def test_a_library_may_warn_but_our_addons_may_not():
    head = "2026-11-22 09:15:54,000 1 WARNING ? py.warnings: "
    assert (
        read(head + "/venv/lib/passlib/utils.py:854: DeprecationWarning: crypt\n")[
            0
        ].trouble
        == []
    )
    assert read(head + "/x/crm_rma/models/crm_rma.py:8: DeprecationWarning: y\n")[
        0
    ].trouble


def test_the_module_being_loaded_is_shown():
    step = Step()
    read(
        "2026-11-22 09:15:54,000 1 INFO db odoo.modules.loading: Loading module sale (5/87) \n",
        step,
    )
    assert step.shown == ["module 5 of 87: sale"]

"""Counting tests: the closing line must add up."""

from tools.dev.tally import OdooLog, Tally, from_lint

LOGGER = "odoo.addons.crm_rma.tests.test_rma"


def read(*lines):
    log = OdooLog()
    for level, text in lines:
        log.read(level, LOGGER, text)
    return log.tally()


def test_a_test_counts_once_however_many_subtests_fail():
    tally = read(
        ("INFO", "Starting TestRma.test_a ..."),
        ("ERROR", "FAIL: Subtest TestRma.test_a (x=1)"),
        ("ERROR", "FAIL: Subtest TestRma.test_a (x=2)"),
        ("INFO", "Starting TestRma.test_b ..."),
    )
    assert tally.line() == "1 passed, 1 failed, 0 skipped"


def test_a_class_that_cannot_start_is_a_failure():
    tally = read(
        ("ERROR", "ERROR: setUpClass (odoo.addons.crm_rma.tests.test_rma.TestRma)")
    )
    assert tally.line() == "0 passed, 1 failed, 0 skipped"


def test_a_skipped_test_keeps_its_reason():
    tally = read(
        ("INFO", "Starting TestTour.test_loop ..."),
        ("INFO", "skipped TestTour.test_loop : Chrome executable not found"),
    )
    assert tally.line() == "0 passed, 0 failed, 1 skipped"
    assert "Chrome executable not found" in tally.skips[0]


def test_lint_lines_are_counted():
    text = "ruff      ok         0.1 s\noca       failed     1.0 s  3 findings\n"
    assert from_lint(text).line() == "1 passed, 1 failed, 0 skipped"


def test_stages_add_up():
    total = Tally(3, ["a"]) + Tally(4, [], ["b"])
    assert total.line() == "7 passed, 1 failed, 1 skipped"

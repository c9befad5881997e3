"""Jobs side by side: each is done once, and nothing outlives whoever asked for them."""

import os
import sys
import threading
import time
from functools import partial

import pytest

from tools.dev import processes, python_env, stages
from tools.dev.commands import test as command
from tools.dev.lanes import Job, side_by_side
from tools.dev.tally import Tally

from .test_processes import gone


@pytest.fixture(autouse=True)
def may_start_again():
    yield
    processes._closing.clear()


def test_two_lanes_work_at_the_same_time():
    meeting = threading.Barrier(2, timeout=30)
    jobs = [Job(name, meeting.wait) for name in "ab"]
    assert {done.name for done in side_by_side(jobs, 2)} == {"a", "b"}


def test_one_lane_keeps_the_order():
    order = []
    jobs = [Job(name, lambda n=name: order.append(n)) for name in "abc"]
    assert [done.name for done in side_by_side(jobs, 1)] == ["a", "b", "c"]
    assert order == ["a", "b", "c"]


def test_an_error_ends_what_still_runs():
    started = []

    def sleep():
        child = processes.start(["sleep", "300"])
        started.append(child.pid)
        processes.wait(child)

    def fail():
        while not started:
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(side_by_side([Job("sleep", sleep), Job("fail", fail)], 2))
    assert gone(started[0])


def test_the_first_failure_can_end_all():
    plan = [
        ("good", lambda databases: Tally(1)),
        ("bad", lambda databases: Tally(1, ["it is bad"], report="see here")),
        ("late", lambda databases: Tally(1)),
    ]
    results = list(command.run(plan, None, lanes=1, until_failure=True))
    assert [done.name for done in results] == ["good", "bad"]


def test_a_failed_job_says_why_and_the_others_follow(capsys):
    def broken(databases):
        raise processes.explain("the last line of a log", "It could not be built.")

    plan = [("broken", broken), ("good", lambda databases: Tally(2))]
    results = list(command.run(plan, None, lanes=1, until_failure=False))
    assert command.report(results, 1.5) == 1
    text = capsys.readouterr().out
    assert "the last line of a log" in text
    assert "== failed\n  broken: It could not be built." in text
    assert text.endswith("2 passed, 1 failed, 0 skipped\n")


#: Which of two test processes comes to grief, what its test does, what is said of it.
GRIEF = (
    ("left", "assert False", "test_left.test_it"),
    ("right", "assert False", "test_right.test_it"),
    ("left", "os.kill(os.getpid(), 9)", "pytest of left ended with exit code -9"),
    ("right", "os._exit(0)", "right: not one test has run"),
)
#: Pytest starts faster without the plugins of this environment.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.mark.parametrize(("broken", "deed", "said"), GRIEF)
def test_a_failure_in_either_process_fails_the_run(
    tmp_path, folders, monkeypatch, capsys, broken, deed, said
):
    monkeypatch.setattr(python_env, "python", lambda: sys.executable)
    plan = []
    for name in ("left", "right"):
        file = tmp_path / f"test_{name}.py"
        body = deed if name == broken else "pass"
        file.write_text(f"import os\n\n\ndef test_it():\n    {body}\n")
        arguments = ["-c", "/dev/null", file]
        work = partial(_pytest, name=name, arguments=arguments)
        plan.append((name, partial(command.whole, name, work)))
    results = list(command.run(plan, None, lanes=2, until_failure=False))
    assert command.report(results, 1.5) == 1
    text = capsys.readouterr().out
    assert f"== failed\n  {said}\n" in text
    assert text.endswith("1 passed, 1 failed, 0 skipped\n")


def _pytest(databases, name, arguments):
    return stages.pytest(name, arguments, {**os.environ, **ALONE})

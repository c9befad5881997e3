"""What a benchmark says: complete rows, and goals that are ratios."""

import re

import pytest

from benchmarks import runner

ROW = {"name": "list", "unit": "ms", "value": 30.0}


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"limit": 10.0, "goal": 3.0}, True),
        ({"limit": 10.0, "goal": 2.9}, False),
        ({"limit": 10.0, "peer": 100.0, "goal": 2.9}, False),
        ({"peer": 100.0, "goal": 0.3}, True),
        ({"peer": 90.0, "goal": 0.3}, False),
        ({}, True),
    ],
)
def test_a_goal_is_a_ratio_to_the_limit_or_else_to_the_peer(values, holds):
    row = runner.complete({**ROW, **values})
    assert tuple(row) == runner.KEYS
    assert row["holds"] is holds
    assert ("NO" in runner.table([row])) is not holds


@pytest.mark.parametrize("wrong", [{"seconds": 3}, {"name": None}])
def test_a_row_of_another_shape_is_an_error(wrong):
    row = {**ROW, **wrong}
    if row["name"] is None:
        del row["name"]
    with pytest.raises(ValueError, match="a row needs name, value, unit, limit, peer"):
        runner.complete(row)


def test_each_benchmark_has_a_name_of_its_own_and_a_goal():
    texts = [p.read_text(encoding="utf-8") for p in runner.FOLDER.glob("bench_*.py")]
    names = [re.findall(r'^NAME = "([\w-]+)"$', text, re.M) for text in texts]
    assert len(texts) == len({name for [name] in names})
    for text in texts:
        assert "\nGOAL = " in text
        apart = "WITHOUT_ADDONS = True" in text
        signature = "env, scale, without" if apart else "env, scale"
        assert f"\ndef run({signature})" in text

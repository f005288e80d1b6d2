"""``results.json``: an entry for each property, whatever a student's text holds."""

import base64
import json
import re

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from lessons.classroom.checking import Verdict
from lessons.classroom.properties import NOT_GRADED, RIGHT, WRONG
from lessons.platforms.gradescope.results import Results

from ...helpers.lessons.autograder import faults

EXERCISE = {"name": "add", "points": 2, "properties": ["both", "order", "types"]}
ASSIGNMENT = {"lessons": [{"number": 1, "exercises": [EXERCISE, {**EXERCISE, "name": "mul"}]}]}


def written(folder, *verdicts):
    results = Results(folder / "results.json", ASSIGNMENT)
    results.write()
    for verdict in verdicts:
        results.note(1, verdict)
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert list(faults(found)) == []
    return found["tests"]


def test_before_anything_is_judged_all_is_there_without_points(tmp_path):
    tests = written(tmp_path)
    assert [one["number"] for one in tests] == [
        "1.1", "1.1.1", "1.1.2", "1.1.3", "1.2", "1.2.1", "1.2.2", "1.2.3",
    ]  # fmt: skip
    assert [one.get("score") for one in tests[::4]] == [0, 0]
    assert all("status" not in one for one in tests if "score" not in one)


def test_what_held_what_broke_and_what_was_not_reached(tmp_path):
    arrays = {"expected": np.eye(3), "got": np.ones((3, 3))}
    broken = Verdict("add", WRONG, "order", "Given <x> & y.\nYours: 1. Right: 2.", **arrays)
    whole, *three = written(tmp_path, broken, Verdict("mul", RIGHT))[:4]
    assert (whole["score"], whole["max_score"], whole["status"]) == (0, 2, "failed")
    assert [one.get("status") for one in three] == ["passed", "failed", None]
    assert "Given &lt;x&gt; &amp; y.<br>\nYours: 1. Right: 2." in three[1]["output"]
    picture = re.search(r'src="data:image/png;base64,([^"]+)"', three[1]["output"])
    assert base64.b64decode(picture[1]).startswith(b"\x89PNG")
    assert "<img" not in three[0]["output"]


def test_a_property_that_no_right_answer_comes_to_has_an_entry_too(tmp_path):
    tests = written(tmp_path, Verdict("add", WRONG, "a dictionary", "It returned None."))
    assert [one["name"] for one in tests[1:5]] == [
        "add: both", "add: order", "add: types", "add: a dictionary",
    ]  # fmt: skip
    # where it stands among the others is not known
    assert [one.get("status") for one in tests[1:5]] == [None, None, None, "failed"]


@pytest.mark.parametrize("status", [NOT_GRADED, "not yet tried"])
def test_what_is_not_judged_breaks_nothing(tmp_path, status):
    tests = written(tmp_path, Verdict("add", status, detail="\udcff\r\n\0 why"))
    assert [one.get("status") for one in tests[:4]] == ["failed", None, None, None]
    assert tests[0]["output"].startswith(f"add: {status}")


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ({}, "neither a score"),
        ({"tests": [{"score": 3, "max_score": 2}]}, "3 of 2 points"),
        ({"score": True}, "bool"),
        ({"score": 1, "visible": "hidden"}, "unknown key visible"),
        ({"tests": [{"score": 1, "status": "skipped"}]}, "skipped"),
        ({"tests": [{"score": 1, "output": "a\r\n"}]}, "line end"),
    ],
)
def test_the_tests_own_reader_finds_faults(results, said):
    assert said in "\n".join(faults(results))

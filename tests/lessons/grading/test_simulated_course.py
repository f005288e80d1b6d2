"""A course of thirty simulated students is graded with no unfair verdict."""

import os

import pytest

pytest.importorskip("matplotlib")

from lessons.grading import examining
from lessons.grading import grade as grading

from ...helpers.lessons import simulated_course as simulated

pytestmark = pytest.mark.skipif(os.name == "nt", reason="process groups and limits are POSIX")
STUDENTS = simulated.students()
LESSONS = [simulated.FIRST, simulated.SECOND]


def unfair(folder, tree, people):
    """Where a verdict is not the one that is due, and the rows."""
    for name, content in tree.items():
        path = folder / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    limits = examining.Limits(simulated.SECONDS, grading.MEMORY)
    rows, _, _, unfinished = grading.grade(folder / "all", LESSONS, folder / "kept", limits, 2)
    assert unfinished == 0
    given = {
        (row["student"], row["lesson"], row["exercise"]): (row["status"], row["detail"])
        for row in rows
    }
    due = {(one.name, *what): status for one in people for what, status in one.due.items()}
    assert set(given) == set(due)
    return {key: given[key] for key in due if given[key][0] != due[key]}


def test_there_are_thirty_and_every_verdict_is_among_them():
    assert len(STUDENTS) == 30
    due = {status for one in STUDENTS for status in one.due.values()}
    assert due == {"right", "wrong", "not yet tried", "not graded"}


def test_one_of_them_is_graded_fairly(tmp_path):
    people = [STUDENTS[9]]
    assert unfair(tmp_path, simulated.as_moodle(people), people) == {}


@pytest.mark.large
@pytest.mark.parametrize(
    "laid_out, ten",
    [
        (simulated.as_moodle, slice(0, 10)),
        (simulated.as_folders, slice(10, 20)),
        (simulated.as_canvas, slice(20, 30)),
    ],
)
def test_all_of_them_are_graded_fairly(tmp_path, laid_out, ten):
    people = STUDENTS[ten]
    assert unfair(tmp_path, laid_out(people), people) == {}

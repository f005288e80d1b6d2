"""``results.json``: what Gradescope shows of a submission, written anew after every exercise."""

import base64
import html
import io
import json
import os

from ...classroom.comparison import draw, drawable
from ...classroom.properties import RIGHT, WRONG

NOT_REACHED = "This exercise was not reached: the time for all of them was over before it."
NO_FILE = "No file of this lesson was handed in."
DOTS_PER_INCH = 80  # a picture of three panels is about 20 kB


class Results:
    """The entries of every exercise and property, and the file that they are written to.

    Parameters
    ----------
    path : pathlib.Path
    assignment : dict
        See `lessons.platforms.gradescope.build.assignment_of`.
    """

    def __init__(self, path, assignment):
        self.path, self.assignment, self.notes = path, assignment, []
        self.verdicts = {}  # by lesson's number and exercise

    def note(self, number, verdict):
        """Keep the verdict on an exercise of a lesson, and write."""
        self.verdicts[number, verdict.exercise] = verdict
        self.write()

    def say(self, line):
        """Tell the student something about the whole submission."""
        self.notes.append(line)

    def write(self):
        """Write all that is known by now; the file is a whole one at any moment."""
        part = self.path.with_name(self.path.name + ".part")
        part.write_text(json.dumps(self.as_json(), allow_nan=False), encoding="utf-8")
        os.replace(part, self.path)

    def as_json(self):
        tests = [
            entry
            for lesson in self.assignment["lessons"]
            for place, exercise in enumerate(lesson["exercises"], 1)
            for entry in self.entries(lesson["number"], f"{lesson['number']}.{place}", exercise)
        ]
        said = {"output": "\n".join(self.notes), "output_format": "text"} if self.notes else {}
        return {"tests": tests, **said}

    def entries(self, number, place, exercise):
        """That of the exercise, which has the points, then one for each of its properties."""
        name, points = exercise["name"], exercise["points"]
        verdict = self.verdicts.get((number, name))
        right = verdict is not None and verdict.status == RIGHT
        yield entry(
            place,
            f"lesson {number}, {name}",
            NOT_REACHED if verdict is None else str(verdict),
            status="passed" if right else "failed",
            score=points if right else 0,
            max_score=points,
            tags=[f"lesson {number}"],
        )
        for index, (what, status, said, picture) in enumerate(properties(verdict, exercise), 1):
            shown = {"status": status} if status else {}
            yield entry(f"{place}.{index}", f"{name}: {what}", said, picture, **shown)


def properties(verdict, exercise):
    """What is known of each property of an exercise: its name, status, words and picture.

    A check stops where a property breaks: those that come after it are not looked at, and have no
    status.
    """
    names = list(exercise["properties"])
    status = verdict.status if verdict is not None else None
    broken = verdict.property if status == WRONG else ""
    reached = len(names) if status == RIGHT else 0
    if broken in names:
        reached = names.index(broken)
    elif broken:  # no right answer comes to it: where it stands among the others is not known
        names.append(broken)
    for index, name in enumerate(names):
        if index < reached:
            yield name, "passed", "It holds.", ""
        elif name == broken:
            yield name, "failed", verdict.detail, picture_of(verdict)
        else:
            yield name, None, "Not looked at yet.", ""


def entry(number, name, said, picture="", **others):
    """One test as Gradescope knows it; students' own text in it is no HTML."""
    lines = [html.escape(line) for line in said.replace("\r", "\n").split("\n")]
    return {
        "number": number,
        "name": name,
        "name_format": "text",
        "output": "<br>\n".join(lines) + picture,
        "output_format": "html",
        "visibility": "visible",
        **others,
    }


def picture_of(verdict):
    """Expected, yours and the difference as an image inside HTML; nothing where none can be."""
    if not drawable(verdict):
        return ""
    import matplotlib.pyplot as plt

    figure, file = draw(verdict), io.BytesIO()
    figure.savefig(file, dpi=DOTS_PER_INCH)
    plt.close(figure)
    data = base64.b64encode(file.getvalue()).decode()
    return f'<br>\n<img alt="expected, yours, the difference" src="data:image/png;base64,{data}">'

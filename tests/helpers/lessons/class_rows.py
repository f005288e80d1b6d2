"""A made-up class as rows of the table of grades, with names in every place where one may stand."""

from lessons.classroom.course import find_lesson

RIGHT = ("right", "", "That is a whole layer of Eq. 3 at one α. An integral over α is left.")
UNTRIED = ("not yet tried", "", "")
INSENSITIVE = "insensitivity (F does not depend on this unit)"
GIVEN = "y.grad = [[0]], y.tangent = [[3]], y.data = [[5]]."


def wrong(yours, given=GIVEN):
    return "wrong", INSENSITIVE, f"{given} Yours: {yours}. Right: [[0]]."


# student to the file's folder and the answers to lesson 8's `term` and `PENCIL`
CLASS = {
    "Ada Lovelace": ("lovelaceada_4711_990001", wrong("[[3]]"), RIGHT),
    "Grace Hopper": ("gh4712", wrong("'Grace was here'"), RIGHT),
    "Max Right": ("max", wrong("[[3]]"), UNTRIED),
    "Ida Rhodes": ("ida", wrong("4713"), ("wrong", "dy₁/dα", "Yours: 0. It stands still before.")),
    "Kay Mauchly": (
        "km4713",
        ("wrong", "", f"{GIVEN} It stops with ValueError: kay's own (line 3: `/home/kay/x`)."),
        ("wrong", "", "The file stops with KayError: 'Kay' (line 1: `kay()`)."),
    ),
    "Bo 4713000": ("bo", wrong("4713000"), ("wrong", "Kay's property", "Kay Mauchly. Yours: 1.")),
    "Li": ("li", ("wrong", "", "No answer after 60 seconds; does a loop never end?"), UNTRIED),
    "Zuse": ("zuse", RIGHT, RIGHT),
}
NAMES = (
    *("ada", "lovelace", "lovelaceada", "grace", "hopper", "max", "ida", "rhodes", "kay"),
    *("mauchly", "bo", "li", "zuse", "gh4712", "4711", "4712", "4713000", "990001", "home"),
)


def rows_of_the_class():
    """Rows as `lessons.grading.grade.grade` returns them: lesson 8's first exercises, all files."""
    rows = []
    for student, (folder, *answers) in CLASS.items():
        for exercise, (status, broken, detail) in zip(("term", "PENCIL"), answers):
            rows.append(row(student, 8, exercise, status, broken, detail, folder))
        for exercise in find_lesson(8).exercises[2:]:
            rows.append(row(student, 8, exercise, *UNTRIED, folder))
    for exercise in find_lesson(9).exercises:
        rows.append(row("Zuse", 9, exercise, *RIGHT, "zuse"))
    rows.append(row("Li", 9, "", "not graded", "", "not UTF-8 text", "li"))
    return rows


def row(student, lesson, exercise, status, broken, detail, folder):
    return {
        "student": student,
        "lesson": lesson,
        "exercise": exercise,
        "status": status,
        "property": broken,
        "detail": detail,
        "seconds": 0.1,
        "file": f"{folder}/{find_lesson(lesson).path.name}",
    }

"""Made-up downloads of all submissions, as course platforms name and lay them out.

Two students, Ada Lovelace and Grace Hopper; two lessons, of which Ada hands in both and Grace, late
where the platform says so, the first; Ada's first lesson twice where the platform keeps attempts;
one of Grace's inside a zip; and one stray file.
"""

import io
import zipfile

OLD, NEW = "x = 'an earlier attempt'\n", "x = 'the last attempt'\n"
YAML = """---
submission_300001:
  :submitters:
  - :name: Ada Lovelace
    :sid: '4711'
  :created_at: 2026-03-05 10:11:12.000000000 Z
  :score: 0.0
submission_300002:
  :submitters:
  - :name: Grace Hopper
    :sid: '4712'
  :created_at: 2026-03-05 11:11:12.000000000 Z
submission_300003:
  :submitters:
  - :name: Ada Lovelace
  :created_at: 2026-03-05 12:11:12.000000000 Z
"""


def zipped(files):
    """A zip of {path: text}."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


def trees(first, second):
    """{platform: (tree, Ada's name, Grace's name, whether Grace is late, lines passed over)}.

    Parameters
    ----------
    first, second : str
        The names of the two lessons' files.

    Returns
    -------
    dict of str to tuple
        A tree is {path: text or bytes}.
    """
    again = first.replace(".py", "-1.py")
    packed = zipped({f"work/{first}": NEW})
    ada, grace = "Ada Lovelace", "Grace Hopper"
    typed = "Grace Hopper_4712_assignsubmission_onlinetext/onlinetext.html"
    sakai = "Lesson 1/{}/Submission attachment(s)/{}"
    bright = "100001-200001 - {} - Mar {}, 2026 1011 AM/{}"
    black = "Lesson_1_{}_attempt_2026-03-{}-10-11-12{}"
    return {
        "Canvas": (
            {
                f"lovelaceada_4711_990001_{first}": OLD,
                f"lovelaceada_4711_990003_{again}": NEW,
                f"lovelaceada_4711_990002_{second}": NEW,
                "hoppergrace_LATE_4712_990004_work.zip": packed,
                "hoppergrace_LATE_4712_text.html": "<p>",
            },
            "lovelaceada", "hoppergrace", True, 2,
        ),
        "Canvas, anonymous": (
            {
                f"anon_x7Qk2_990001_{first}": OLD,
                f"anon_x7Qk2_990003_{again}": NEW,
                f"anon_x7Qk2_990002_{second}": NEW,
                "LATE_anon_y8_990004_work.zip": packed,
                "anon_x7Qk2_990005_notes.txt": "",
            },
            "anon_x7Qk2", "anon_y8", True, 2,
        ),
        "Moodle, folders": (
            {
                f"Ada Lovelace_4711_assignsubmission_file/{first}": NEW,
                f"Ada Lovelace_5711_assignsubmission_file_/deeper/{second}": NEW,
                "Grace Hopper_4712_assignsubmission_file/work.zip": packed,
                typed: "<p>",
            },
            ada, grace, False, 2,
        ),
        "Moodle, flat": (
            {
                f"Ada Lovelace_4711_assignsubmission_file_{first}": NEW,
                f"Ada Lovelace_5711_assignsubmission_file_{second}": NEW,
                "Grace Hopper_4712_assignsubmission_file_work.zip": packed,
                "Grace Hopper_4712_assignsubmission_file_notes.txt": "",
            },
            ada, grace, False, 1,
        ),
        "Blackboard": (
            {
                black.format("al4711", "05", f"_{first}"): OLD,
                black.format("al4711", "07", f"_{first}"): NEW,
                black.format("al4711", "05", f"_{second}"): NEW,
                black.format("al4711", "05", ".txt"): "Name: Ada",
                black.format("gh4712", "06", "_work.zip"): packed,
            },
            "al4711", "gh4712", False, 2,
        ),
        "Sakai": (
            {
                sakai.format("Lovelace, Ada(al4711)", first): NEW,
                sakai.format("Lovelace, Ada(al4711)", second): NEW,
                sakai.format("Hopper, Grace(gh4712)", "work.zip"): packed,
                "Lesson 1/Hopper, Grace(gh4712)/timestamp.txt": "20260305",
                "Lesson 1/grades.csv": "Lesson 1",
            },
            "Lovelace, Ada", "Hopper, Grace", False, 1,
        ),
        "Brightspace": (
            {
                bright.format(ada, 5, first): OLD,
                bright.format(ada, 14, first): NEW,
                bright.format(ada, 5, second): NEW,
                bright.format(grace, 6, "work.zip"): packed,
                "index.html": "<p>",
            },
            ada, grace, False, 2,
        ),
        "Brightspace, flat": (
            {
                f"A00000001_Ada Lovelace_Mar 5, 2026 1011 AM_{first}": OLD,
                f"A00000001_Ada Lovelace_Mar 5, 2026 0111 PM_{first}": NEW,
                f"A00000001_Ada Lovelace_Mar 5, 2026 1011 AM_{second}": NEW,
                "A00000002_Grace Hopper_Mar 5, 2026 1011 AM_work.zip": packed,
                "index.html": "<p>",
            },
            ada, grace, False, 2,
        ),
        "Gradescope": (
            {
                f"assignment_12_export/submission_300001/{first}": OLD,
                f"assignment_12_export/submission_300001/{second}": NEW,
                f"assignment_12_export/submission_300003/mine/{first}": NEW,
                "assignment_12_export/submission_300002/work.zip": packed,
                "assignment_12_export/submission_metadata.yml": YAML,
            },
            ada, grace, False, 2,
        ),
        "GitHub Classroom": (
            {
                f"lesson-1-submissions/lesson-1-octoada/{first}": NEW,
                f"lesson-1-submissions/lesson-1-octoada/more/{second}": NEW,
                "lesson-1-submissions/lesson-1-grace-h/work.zip": packed,
                "lesson-1-submissions/lesson-1-grace-h/README.md": "",
            },
            "octoada", "grace-h", False, 1,
        ),
        "GitHub Classroom, inside": (
            {
                f"lesson-1-octoada/{first}": NEW,
                f"lesson-1-octoada/{second}": NEW,
                "lesson-1-grace-h/work.zip": packed,
                "lesson-1-grace-h/notes.txt": "",
            },
            "octoada", "grace-h", False, 1,
        ),
        "its older assistant": (
            {
                f"lesson-1/octoada/{first}": NEW,
                f"lesson-1/octoada/{second}": NEW,
                "lesson-1/grace-h/work.zip": packed,
                "lesson-1/grace-h/notes.txt": "",
            },
            "octoada", "grace-h", False, 1,
        ),
        "Classroom 50": (
            {
                f"ml-week1_submissions_2026_03_05_T_10_11_12/ml-week1-octoada/{first}": NEW,
                f"ml-week1_submissions_2026_03_05_T_10_11_12/ml-week1-octoada/{second}": NEW,
                "ml-week1_submissions_2026_03_05_T_10_11_12/ml-week1-grace-h/work.zip": packed,
                "ml-week1_submissions_2026_03_05_T_10_11_12/scores.csv": "",
            },
            "octoada", "grace-h", False, 1,
        ),
        "nbgrader, a folder too high": (
            {
                f"submitted/ada/ps1/{first}": NEW,
                f"submitted/ada/ps2/{second}": NEW,
                "submitted/grace/ps1/work.zip": packed,
                "submitted/grace/ps1/timestamp.txt": "",
            },
            "ada", "grace", False, 1,
        ),
        "the whole download as a zip": (
            {
                "download.zip": zipped(
                    {f"ada/{first}": NEW, f"ada/{second}": NEW, f"grace/{first}": NEW}
                ),
                "notes.txt": "",
            },
            "ada", "grace", False, 1,
        ),
    }  # fmt: skip

"""``python -m lessons site``: the course as pages."""

import sys
from pathlib import Path


def add_site(commands):
    """Add the command; `lessons.__main__` lists it."""
    command = commands.add_parser("site", help="build the course as web pages that need no network")
    command.add_argument(
        "--out", metavar="DIR", default="minigrad-site",
        help="for the pages, and for what is kept between two builds; minigrad-site here unless "
             "told",
    )  # fmt: skip
    command.set_defaults(run=run_site)


def run_site(arguments):
    """Build the pages and say which file to open."""
    from ..classroom.course import all_lessons

    pages = build_site(all_lessons(), Path(arguments.out))
    print(f"\nTo open:\n  {pages / 'index.html'}")
    return 0


def build_site(lessons, folder, everything=True):
    """Run the lessons that changed, write the pages, check them.

    Parameters
    ----------
    lessons : list of Lesson
    folder : pathlib.Path
        The pages come into ``html`` below it; ``work`` keeps what the next build can use.
    everything : bool
        The explorer, the reference and the pages of the source too; they take most of the time.

    Returns
    -------
    pathlib.Path
        The folder of the pages.

    Raises
    ------
    CourseError
        A package is missing, a lesson failed, or the pages have faults.
    """
    from .build import check_installed, render, stage

    check_installed()  # before what imports these packages
    from .execute import execute, jobs
    from .writing.cells import PAGES
    from .writing.content import all_files

    pages, work = folder / "html", folder / "work"
    check_ours(pages, work)
    todo = jobs(lessons, work / "lessons", with_explorer=everything)
    records = {}
    for job, record, reused in execute(todo):
        records[job] = record
        how = "unchanged" if reused else "done"
        print(f"{job.name}: {how} ({len(records)} of {len(todo)})", file=sys.stderr, flush=True)
    records = {job: records[job] for job in todo}  # in the order of the course
    if stage(all_files(records, with_source=everything), work / "sources"):
        clean(pages, work / "doctrees")
    render(
        work / "sources",
        pages,
        work / "doctrees",
        [job.folder / PAGES for job in todo if not job.lesson],
    )
    return pages


def check_ours(pages, work):
    """Raise a CourseError where a folder is somebody's own: a build removes what is unknown."""
    from ..classroom.reading import CourseError

    of_a_build = (pages / ".buildinfo").is_file() or (work / "lessons").is_dir()
    if pages.is_dir() and any(pages.iterdir()) and not of_a_build:
        raise CourseError(
            f"{pages} holds files that are not of an earlier build, and might be "
            "lost; give another folder"
        )
    if work.is_dir() and {path.name for path in work.iterdir()} - {
        "lessons",
        "sources",
        "doctrees",
    }:
        raise CourseError(
            f"{work} holds files that are not of an earlier build, and might be "
            "lost; give another folder"
        )


def clean(*folders):
    """Remove what an earlier build made."""
    import shutil

    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)

"""The course as pages: what a lesson's page shows and hides, what is run again or refused."""

import ast
import os
import re
import time
import tomllib
from pathlib import Path

import pytest

for _package in ("sphinx", "myst_parser", "furo", "jupytext", "matplotlib"):
    pytest.importorskip(_package, reason=f"the pages need {_package}: pip install -e '.[site]'")

from lessons.classroom import course
from lessons.classroom.reading import CourseError, jupytext
from lessons.site import build, check, command, execute
from lessons.site.writing import cells, content, docstrings, lesson_page, mathml, sources

from ...helpers.lessons.small_lesson import DRAWING, LESSON, lesson_of


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of one small lesson and of the repository's documents.

    As (lesson, folder given, folder of the pages).
    """
    folder = tmp_path_factory.mktemp("site")
    lesson = lesson_of(folder)
    return lesson, folder / "out", command.build_site([lesson], folder / "out", everything=False)


def visible(page):
    """A page's text without what is folded away, tags removed."""
    return re.sub(r"<[^>]+>", "", re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL))


# ---- a lesson's page ----


def test_a_lesson_shows_its_text_output_and_figure_and_folds_the_solution(site):
    page = (site[2] / "lessons/01_a_line.html").read_text(encoding="utf-8")
    seen = visible(page)
    assert "What is twice x′?" in seen and "y = 2 x′" in seen
    assert "raise NotImplementedError" in seen and "a sum will do" not in seen
    assert "x + x + 0" not in seen
    hint, folded = re.findall(r"<details>.*?</details>", page, flags=re.DOTALL)
    assert "Hint 1" in hint and "a sum will do" in hint
    assert "return x + x + 0" in re.sub(r"<[^>]+>", "", folded)
    assert "solution of <code>double" in folded
    assert seen.index("printed first") < seen.index("printed last") < seen.index("double: right")
    assert "Output, once the exercise is solved" in seen
    (picture,) = re.findall(r"<img[^>]*01_line.png[^>]*>", page)
    assert 'alt="Figure. Twice as high: y against x."' in picture


def test_the_copies_to_download_are_the_handouts(site):
    lesson, _, pages = site
    script, book = (
        next(pages.glob(f"_downloads/*/01_a_line.{ending}")).read_text("utf-8")
        for ending in ("py", "ipynb")
    )
    assert script == lesson.student_copy()
    for text in (script, book):
        assert "NotImplementedError" in text and "x + x + 0" not in text


def test_what_the_pages_are_made_of_is_installed_too():
    packed = tomllib.loads((cells.ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "setuptools"
    ]["package-data"]
    installed = {
        path
        for name, patterns in packed.items()
        for one in patterns
        for path in (cells.ROOT / name).glob(one)
    }
    for path in [path for paths in content.documents().values() for path in paths]:
        assert {
            path,
            *(file for file in content.document_files(path).values() if isinstance(file, Path)),
        } <= installed
    own = Path(command.__file__).parent
    assert {
        path for name in ("pages", "static", "templates") for path in (own / name).rglob("*.*")
    } <= installed


def test_the_front_page_leads_to_every_other(site):
    pages = site[2]
    reached = {
        target.partition("#")[0]
        for target in check.Page((pages / "index.html").read_text("utf-8")).links
    }
    documents = [
        path.relative_to(cells.ROOT).with_suffix(".html")
        for paths in content.documents().values()
        for path in paths
    ]
    assert documents
    for path in [*documents, Path("lessons/01_a_line.html")]:
        assert path.as_posix() in reached
    assert "you have doubled a number" in (pages / "index.html").read_text("utf-8")


def test_no_page_names_a_folder_of_this_machine(site):
    for path in site[2].rglob("*.html"):
        assert str(cells.ROOT) not in path.read_text("utf-8"), path


def test_a_second_build_runs_nothing_and_a_changed_lesson_is_run_again(site, tmp_path, capsys):
    lesson, out, _ = site
    assert command.build_site([lesson], out, everything=False) == site[2]
    assert "lesson 1: unchanged" in capsys.readouterr().err
    (job,) = execute.jobs(
        [lesson_of(tmp_path, LESSON.replace('"printed first"', '"earlier"'))],
        out / "work/lessons",
        with_explorer=False,
    )
    assert job.usable_record() is None


@pytest.mark.parametrize(
    "name", ["lessons/figures/drawing.py", "minigrad/__init__.py", "models/weights/sentiment.npz"]
)
def test_a_record_holds_until_a_file_that_was_read_changes(site, name, monkeypatch):
    lesson, out, _ = site
    (job,) = execute.jobs([lesson], out / "work/lessons", with_explorer=False)
    assert job.usable_record()
    monkeypatch.setattr(
        execute,
        "checksum",
        lambda path: "changed" if path == cells.ROOT / name else cells.checksum(path),
    )
    assert job.usable_record() is None


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            'print("printed first")',
            "1 / 0",
            "lesson 1 stopped with exit status 1: ZeroDivisionError: division by zero",
        ),
        (
            "return x + x + 0",
            "return x + 1 + 0",
            "lesson 1: the master's own answer to double is not right",
        ),
    ],
)
def test_a_lesson_that_fails_is_one_line(tmp_path, old, new, said):
    lesson = lesson_of(
        tmp_path, LESSON.replace(old, new).replace("matplotlib.pyplot", "math").replace(*DRAWING)
    )
    with pytest.raises(CourseError) as caught:
        list(execute.execute(execute.jobs([lesson], tmp_path / "work", with_explorer=False)))
    assert str(caught.value).startswith(said) and "\n" not in str(caught.value)
    (job,) = execute.jobs([lesson], tmp_path / "work", with_explorer=False)
    assert job.usable_record() is None  # the next build runs it again


def test_two_lessons_run_at_a_time_and_an_interrupt_ends_them(tmp_path):
    jobs = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        sleeping = (
            f"import os, time\nopen({str(folder / 'pid')!r}, 'w').write(str(os.getpid()) + '.')\n"
            "time.sleep(100)"
        )
        jobs += execute.jobs(
            [
                lesson_of(
                    folder, LESSON.replace('print("printed first")', sleeping).replace(*DRAWING)
                )
            ],
            folder / "work",
            False,
        )
    running = execute.execute(jobs, processes=2)
    files = [tmp_path / str(number) / "pid" for number in (1, 2)]

    def interrupted_when_both_run(seconds):
        if all(file.exists() and file.read_text(encoding="utf-8").endswith(".") for file in files):
            raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute.time, "sleep", interrupted_when_both_run)
        with pytest.raises(KeyboardInterrupt):
            next(running)
    assert time.monotonic() - started < 60  # they were ended, and not waited for
    for file in files:
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.read_text(encoding="utf-8").strip(".")), 0)


def test_the_output_of_a_lesson_is_cut_at_its_cells(tmp_path):
    printed = cells.text_and_figures(f"\na\nb {cells.ROOT}{os.sep}minigrad{os.sep}tensor.py\n\n")
    assert list(printed) == [{"text": f"a\nb minigrad{os.sep}tensor.py"}]
    assert list(cells.text_and_figures("\n \n")) == []


def test_a_fence_is_longer_than_those_inside_it():
    assert lesson_page.fenced("a\n````\nb", "python").splitlines()[0] == "`````python"


# ---- what is refused ----


def write_pages(folder, **bodies):
    folder.mkdir(exist_ok=True)
    for name, body in bodies.items():
        (folder / f"{name}.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "body, said",
    [
        ('<a href="gone.html">x</a>', "gone.html leads nowhere"),
        ('<a href="other.html#gone">x</a>', "no such place"),
        ('<a href="#gone">x</a>', "no such place"),
        ('<img src="gone.png" alt="x">', "gone.png leads nowhere"),
        ('<img src="there.png" alt=" ">', "no alternative text"),
        ('<script src="https://example.org/x.js"></script>', "fetched from the network"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "fetched from the network"),
        ('<link rel="icon" href="gone.ico">', "gone.ico leads nowhere"),
        ('<img src="http://example.org/x.png" alt="x"/>', "fetched from the network"),
    ],
)
def test_a_fault_of_a_page_is_found(tmp_path, body, said):
    (tmp_path / "there.png").write_bytes(b"")
    write_pages(tmp_path, one=body, other='<p id="here">')
    (found,) = check.complaints(tmp_path)
    assert found.startswith("one.html: ") and said in found


def test_a_sound_page_is_not_complained_of(tmp_path):
    (tmp_path / "a b.png").write_bytes(b"")
    sound = (
        '<a href="other.html#here">x</a><a href="https://example.org">x</a><img src="a%20b.png" '
        'alt="x"><a id="t" href="#t">x</a>'
    )
    write_pages(tmp_path, one=sound, other='<p id="here">')
    assert check.complaints(tmp_path) == []


def test_broken_links_and_missing_figures_stop_the_build(tmp_path):
    text = "# A\n\n[broken](nowhere.md)\n\n![a picture](gone.png)\n\n{doc}`nothing`\n"
    build.stage({"index.md": text}, tmp_path / "sources")
    for _ in range(2):  # Sphinx alone would warn only once
        with pytest.raises(CourseError) as caught:
            build.render(tmp_path / "sources", tmp_path / "html", tmp_path / "doctrees")
        for name in ("nowhere.md", "gone.png", "nothing"):
            assert name in str(caught.value)
        assert "index.md:3" in str(caught.value) and "\x1b" not in str(caught.value)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(build, "find_spec", lambda name: None if name == "furo" else name)
    with pytest.raises(CourseError, match=r"need furo: pip install -e '\.\[site\]'"):
        build.check_installed()


def test_staging_keeps_what_is_the_same_and_removes_what_is_gone(tmp_path):
    assert not build.stage({"a.md": "a", "b/c.md": "c"}, tmp_path)
    os.utime(tmp_path / "a.md", (1, 1))
    assert build.stage({"a.md": "a"}, tmp_path)
    assert (tmp_path / "a.md").stat().st_mtime == 1 and not (tmp_path / "b/c.md").exists()
    build.stage({"a.md": "other"}, tmp_path)
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == "other"
    assert (tmp_path / "a.md").stat().st_mtime > 1


# ---- the reference ----


def test_the_reference_names_everything_public():
    import minigrad as mg
    from minigrad import attribution, functions, layers, optim

    text = "\n".join(
        path.read_text("utf-8") for path in sorted((content.PAGES / "reference").glob("*.rst"))
    )
    listed = set(re.findall(r"^\.\. auto\w+:: ([\w.]+)", text, re.MULTILINE))
    listed |= {
        name
        for names in re.findall(r"^ +:members: (.+)$", text, re.MULTILINE)
        for name in names.split(", ")
    }
    assert not set(functions.__all__) - listed
    assert not set(attribution.__all__) - listed
    own = {
        name
        for name, value in vars(mg).items()
        if getattr(value, "__module__", "").startswith("minigrad") and name[0] != "_"
    }
    assert not own - listed
    for module in (layers, optim):
        classes = {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == module.__name__
        }
        assert not classes - listed


def test_an_entry_leads_to_the_line_that_defines_it():
    from minigrad import attribution

    target = sources.linkcode_resolve(
        "py", {"module": "minigrad.attribution", "fullname": "Attribution.per_filter"}
    )
    page, line = re.fullmatch(r"\.\./source/(.+)\.html#line-(\d+)", target).groups()
    code = (cells.ROOT / f"{page}.py").read_text("utf-8").splitlines()
    assert page == "minigrad/attribution/result"
    assert "def per_filter" in "".join(code[int(line) - 1 : int(line) + 1])
    assert attribution.Attribution.per_filter
    assert (
        sources.linkcode_resolve("py", {"module": "minigrad.attribution", "fullname": "MEASURES"})
        is None
    )


def test_an_exercise_leads_to_the_line_of_its_check():
    lesson = course.find_lesson(1)
    empty = [[] for _ in jupytext().reads(lesson.source, fmt="py:percent").cells]
    page = lesson_page.lesson_page(lesson, empty)
    checks = lesson.path_of_checks.read_text(encoding="utf-8").splitlines()
    led = dict(re.findall(r"lesson_01\.html#line-(\d+)\"><code>(check_\w+)<", page))
    assert list(led.values()) == [f"check_{exercise}" for exercise in lesson.exercises]
    assert all(checks[int(line) - 1].startswith(f"def {check}(") for line, check in led.items())
    assert "check_" not in lesson_page.lesson_page(lesson, empty, with_source=False)


def test_the_map_has_every_file_and_its_first_sentence():
    page = sources.map_page()
    for folder in ("minigrad", "models", "lessons"):
        for path in (cells.ROOT / folder).rglob("[!0-9]*.py"):
            assert path.parent.relative_to(cells.ROOT).as_posix() in sources.PACKAGES, (
                f"name {path.parent} in sources.PACKAGES"
            )
            sentence = (
                ast.get_docstring(ast.parse(path.read_text("utf-8")))
                .splitlines()[0]
                .replace("|", "\\|")
            )
            assert f"| [`{path.name}`]({sources.page_of(path)}.md) | {sentence} |" in page


def test_docstrings_lose_their_bars_and_stars_but_not_in_code():
    lines = ["|total − x| of (N, *layer) and ``a | (N, *b)`` `c|d`, **bold**"]
    docstrings.escape(None, "function", "f", None, None, lines)
    assert lines == [r"\|total − x\| of (N, \*layer) and ``a | (N, *b)`` `c|d`, **bold**"]


def test_equations_become_mathml_and_bad_ones_are_named():
    from docutils import nodes
    from sphinx.errors import ExtensionError

    text = mathml.mathml(
        nodes.math_block("", r"\int_0^1 \frac{\partial F}{\partial y}"), as_block=True
    )
    assert text.startswith("<math") and "<mfrac>" in text
    assert '<mo class="large" largeop="false">∫</mo>' in text
    with pytest.raises(ExtensionError, match=r"\\nonsense"):
        mathml.mathml(nodes.math("", r"\nonsense"), as_block=False)


def test_a_document_brings_its_files_and_its_links_lead_to_pages():
    files = content.document_files(cells.ROOT / "models/README.md")
    assert "models/pictures/scenes.png" in files
    assert content.links("[a](b.md#c) and ![d](e.png)") == ["b.md#c", "e.png"]


def test_the_modules_are_short_and_say_what_they_hold():
    for path in Path(command.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) < 300 and ast.get_docstring(ast.parse(text)), path


def test_the_command_names_the_page_to_open(tmp_path, monkeypatch, capsys):
    import argparse

    monkeypatch.setattr(command, "build_site", lambda lessons, folder: folder / "html")
    parser = argparse.ArgumentParser()
    command.add_site(parser.add_subparsers())
    arguments = parser.parse_args(["site", "--out", str(tmp_path)])
    assert arguments.run(arguments) == 0
    assert str(tmp_path / "html" / "index.html") in capsys.readouterr().out

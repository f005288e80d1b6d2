"""Every command on a learner's way, from wherever it is started.

What is installed and the home cannot be written, paths have spaces and umlauts, the system is not
POSIX, the console knows few signs.
"""

import ast
import os
import re
import tomllib

import pytest

pytest.importorskip("jupytext")
matplotlib = pytest.importorskip("matplotlib")

from lessons.classroom.commands import quoted
from lessons.classroom.course import FOLDER, find_lesson

from .helpers.lessons.lesson_copies import answered
from .helpers.places import (
    PRODUCT,
    ROOT,
    WITHOUT_POSIX,
    command,
    copy_of_the_product,
    read_only,
    writable,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="what is simulated here is Windows")
ANSWER = "print('α and ∂'); return passed"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Keywords of `command`: a copy of the product and a home, both read-only; LC_ALL is C.

    Lines end in CR LF there.

    Only Matplotlib's list of fonts is where it was: without it every process makes it anew, which
    takes ten seconds.
    """
    folder = tmp_path_factory.mktemp("Straße nach Süden")
    code, home = folder / "mini grad", folder / "home"
    code.mkdir()
    home.mkdir()
    copy_of_the_product(code)
    read_only(home)
    fonts = {"MPLCONFIGDIR": matplotlib.get_cachedir()}
    yield {"code": code, "HOME": home, "LC_ALL": "C", "PYTHONUTF8": None, **fonts}
    writable(folder)


@pytest.fixture(scope="module")
def without_posix(tmp_path_factory):
    """Keywords of `command`: what POSIX has and Windows has not is missing; a cp1252 console."""
    folder = tmp_path_factory.mktemp("windows")
    (folder / "sitecustomize.py").write_text(WITHOUT_POSIX, encoding="utf-8")
    search = os.pathsep.join([str(folder), str(ROOT)])
    return {"code": search, "PYTHONIOENCODING": "cp1252"}


@pytest.fixture(params=["elsewhere", "without_posix"])
def place(request, tmp_path):
    """Keywords of `command`, in an empty current folder whose name has a space and an umlaut."""
    folder = tmp_path / "meine Übungen"
    folder.mkdir()
    return {"folder": folder, **request.getfixturevalue(request.param)}


def text_of(done):
    """What a finished command printed; it said nothing of an error inside Python."""
    out, err = (part.decode("utf-8", "replace") for part in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    return out


def test_the_places_are_what_they_are_called(elsewhere, without_posix, tmp_path):
    (tmp_path / "where.py").write_text(
        "import minigrad, os\nprint(os.path.dirname(minigrad.__file__))\n"
        "open(os.path.join(os.path.dirname(minigrad.__file__), 'new'), 'w', encoding='utf-8')\n",
        encoding="utf-8",
    )
    code = os.pathsep.join([str(elsewhere["code"]), str(tmp_path)])
    done = command("where", folder=tmp_path, **{**elsewhere, "code": code})
    assert done.stdout.decode().strip() == str(elsewhere["code"] / "minigrad")
    assert b"PermissionError" in done.stderr
    (tmp_path / "posix_used.py").write_text("import resource\n", encoding="utf-8")
    code = os.pathsep.join([without_posix["code"], str(tmp_path)])
    done = command("posix_used", folder=tmp_path, **{**without_posix, "code": code})
    assert b"ModuleNotFoundError" in done.stderr


def test_a_lesson_is_handed_out_checked_and_run(place):
    done = command("lessons", "handout", "für mich", **place)
    said = text_of(done)
    assert done.returncode == 0 and "lessons check 1" in said
    lesson = find_lesson(1)
    place["folder"] /= "für mich"
    own = place["folder"] / lesson.path.name
    own.write_text(answered(lesson, "receive", ANSWER), encoding="utf-8", newline="\r\n")
    done = command("lessons", "check", "1", **place)
    said = text_of(done)
    assert done.returncode == 1 and "receive: wrong" in said
    assert "1 wrong, 3 not yet tried" in said and b" and " in done.stderr  # what the answer prints
    assert (place["folder"] / "minigrad-lessons" / "progress.json").is_file()
    done = command("lessons", "run", "1", **place)
    said = text_of(done)
    assert done.returncode == 0 and "(your file): done in" in said
    assert (place["folder"] / "minigrad-lessons" / "index.html").is_file()


def test_a_lesson_is_a_script_on_a_console_that_knows_ascii(tmp_path):
    code = os.pathsep.join([str(ROOT), str(FOLDER)])
    name = find_lesson(1).path.stem
    done = command(name, code=code, folder=tmp_path, PYTHONIOENCODING="ascii")
    said = text_of(done)
    assert done.returncode == 0 and "dF/d" in said and "receive: right" in said


def test_a_sentence_and_a_picture_are_explained(place):
    from PIL import Image

    done = command("models", "explain", "a fine film", "--steps", "2", **place)
    said = text_of(done)
    assert done.returncode == 0 and "the words sum to" in said
    Image.new("RGB", (64, 64), (90, 120, 200)).save(place["folder"] / "Hügel 1.png")
    arguments = ("models", "explain", "Hügel 1.png", "--steps", "1", "--save", "für mich.png")
    done = command(*arguments, **place)
    said = text_of(done)
    assert done.returncode == 0 and "strongest labels" in said
    assert (place["folder"] / "für mich.png").stat().st_size > 10_000


def test_where_nothing_can_be_written_a_check_says_its_verdicts_and_a_run_why_not(
    elsewhere, tmp_path
):
    lesson = find_lesson(1)
    text = answered(lesson, "receive", "return passed")
    (tmp_path / lesson.path.name).write_text(text, encoding="utf-8")
    read_only(tmp_path)
    done = command("lessons", "check", "1", folder=tmp_path, **elsewhere)
    said = text_of(done)
    assert done.returncode == 1 and "receive: wrong" in said
    assert "1 wrong, 3 not yet tried" in said
    assert (
        b"note: nothing is kept of this check: minigrad-lessons: Permission denied" in done.stderr
    )
    done = command("lessons", "run", "1", folder=tmp_path, **elsewhere)
    text_of(done)
    assert done.returncode == 1
    assert re.search(rb"^error: .*minigrad-lessons: Permission denied$", done.stderr, re.MULTILINE)
    writable(tmp_path)


def test_paths_are_quoted_as_the_systems_shell_reads_them():
    assert quoted("two words", windows=True) == '"two words"'
    assert quoted(r"C:\venv\python.exe", windows=True) == r"C:\venv\python.exe"
    assert quoted("two words", windows=False) == "'two words'"


# ---- what is installed ----


@pytest.mark.parametrize("name", PRODUCT)
def test_every_file_of_a_package_is_installed_with_it(name):
    """As `pip install .` does it: folders that are packages, and the data that are named."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"].get(name, [])
    data = {path for pattern in patterns for path in (ROOT / name).glob(pattern)}
    files = [path for path in (ROOT / name).rglob("*") if path.is_file()]
    own = [path for path in files if "__pycache__" not in path.parts]
    # what a debugger loads lies in folders that are no packages of ours
    modules = [path for path in own if path.suffix == ".py" and path not in data]
    assert len(modules) > 10
    assert {path.parent for path in modules if not (path.parent / "__init__.py").is_file()} == set()
    assert [path for path in own if path.suffix != ".py" and path not in data] == []


# ---- text files ----

OPEN_NO_TEXT = ("Image", "os", "archive")  # X of X.open(…) where it gives bytes or pixels
MODE = re.compile(r"[rwaxbt+]{1,3}")


def nameless(tree):
    """The lines of a module that open a text without naming the encoding.

    It may be a file, or another program's output.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_text(node):
            named = {keyword.arg for keyword in node.keywords}
            if "encoding" not in named and "utf-8" not in constants(node):
                yield node.lineno


def is_text(call):
    """Whether a call opens text."""
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if name in ("open", "fdopen"):
        whose = getattr(call.func, "value", None)
        other = name == "open" and whose is not None and ast.unparse(whose) in OPEN_NO_TEXT
        return not other and not any("b" in one for one in constants(call) if MODE.fullmatch(one))
    on = {one.arg for one in call.keywords if getattr(one.value, "value", None) is True}
    return name in ("read_text", "write_text") or bool(on & {"text", "universal_newlines"})


def constants(call):
    """The texts that stand among a call's arguments."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    values = (one.value for one in arguments if isinstance(one, ast.Constant))
    return {value for value in values if isinstance(value, str)}


@pytest.mark.parametrize("folder", [*PRODUCT, "tests"])
def test_text_files_are_opened_with_their_encoding_named(folder):
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in nameless(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "open(path)",
        "open(path, 'w')",
        "path.open()",
        "path.read_text()",
        "path.write_text('a')",
        "subprocess.run(command, text=True)",
        "os.fdopen(number, 'w')",
    ],
)
def test_a_text_file_without_its_encoding_is_found(code):
    assert list(nameless(ast.parse(code))) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'rb')",
        "open(path, encoding='utf-8')",
        "Image.open(path)",
        "os.open(path, flags)",
        "path.read_text('utf-8')",
        "path.write_text('a', encoding='utf-8')",
        "path.open('wb')",
        "subprocess.run(command, text=True, encoding='utf-8')",
    ],
)
def test_other_files_are_not(code):
    assert list(nameless(ast.parse(code))) == []

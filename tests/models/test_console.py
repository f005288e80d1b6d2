"""What a command prints any console can show; a program ends in order whatever becomes of it.

Its output may be closed or full, and signals may be sent.
"""

import ast
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lessons.__main__ import main as lessons_main
from models.__main__ import main
from models.output import console
from models.output.progress import Interrupts

ROOT = Path(__file__).parents[2]
ENCODINGS = ("cp1252", "cp437", "latin-1", "ascii", "cp932")


def printed_signs():
    """Every sign beyond ASCII in a text of the product's code, docstrings left out.

    The table of signs in which sentences may be written is of what is read, not printed.
    """
    signs, read = set(), ROOT / "models" / "sentiment" / "marks.py"
    assert read.is_file()
    for folder in ("minigrad", "models", "lessons"):
        for path in set((ROOT / folder).rglob("*.py")) - {read}:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
            docstrings = {
                ast.get_docstring(node, clean=False)
                for node in ast.walk(tree)
                if isinstance(node, documented)
            }
            signs.update(
                sign
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in docstrings
                for sign in node.value
                if not sign.isascii()
            )
    return signs


def test_every_sign_that_is_printed_has_a_plain_form():
    signs = printed_signs()
    assert len(signs) > 20
    assert {sign for sign in signs if "?" in sign.encode("ascii", "plain").decode()} == set()


def test_what_an_encoding_has_stays_and_the_rest_is_plain():
    text = "∂F/∂y₁ × dy₁/dα − “naïve” ≤ ‖x′‖² → 😀 \udcff"
    assert text.encode("ascii", "plain") == b'dF/dy1 x dy1/dalpha - "naive" <= |x\'|^2 -> ? ?'
    assert "α ± é".encode("cp437", "plain").decode("cp437") == "α ± é"
    assert "naïve −1 …".encode("cp1252", "plain").decode("cp1252") == "naïve -1 …"


def printed_by(command, arguments, encoding, monkeypatch):
    """What a command prints to a console of an encoding, and its status."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    console.make_readable(*streams)
    status = command(arguments)
    return status, *(stream.buffer.getvalue().decode(encoding) for stream in streams)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_sentence_and_the_list_of_lessons_are_printed_everywhere(encoding, monkeypatch):
    arguments = ["explain", "a “naïve” film 😀", "--steps", "2"]
    status, out, _ = printed_by(main, arguments, encoding, monkeypatch)
    assert status == 0 and "F(x) " in out and "the words sum to" in out
    if encoding == "ascii":
        assert out.startswith('a "naive" film ?\n') and "F(x) - F(x')" in out
    status, out, _ = printed_by(lessons_main, ["list"], encoding, monkeypatch)
    assert status == 0 and "At the end you have" in out


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_lines_of_json_say_the_same_everywhere(encoding, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("a naïve film 😀\n", encoding="utf-8")
    arguments = ["explain", "--file", str(tmp_path / "a.txt"), "--steps", "2"]
    status, out, err = printed_by(main, arguments, encoding, monkeypatch)
    assert status == 0 and json.loads(out)["text"] == "a naïve film 😀"
    assert "1 explained" in err and (encoding == "utf-8") == ("naïve" in out)


LINES = "a wonderful film\nnot bad\n"


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode("utf-16"),
        LINES.encode("utf-8-sig"),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r").encode(),
        LINES.rstrip().encode(),
    ],
    ids=["utf-16", "mark", "crlf", "cr", "no last line end"],
)
def test_a_text_file_is_read_as_windows_and_others_write_it(data, tmp_path, monkeypatch, capsys):
    (tmp_path / "a.txt").write_bytes(data)
    assert main(["explain", "--file", str(tmp_path / "a.txt"), "--steps", "1"]) == 0
    said = capsys.readouterr().out.splitlines()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["explain", "--file", "-", "--steps", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == said
    assert [json.loads(line)["text"] for line in said] == LINES.splitlines()


def test_a_text_of_another_encoding_is_refused_with_its_line(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes("good\nit isn’t good\n".encode("cp1252"))
    assert main(["explain", "--file", str(tmp_path / "a.txt")]) == 1
    assert "not a text in UTF-8 (line 2, byte 11); save it as UTF-8" in capsys.readouterr().err


# ---- the end of a program ----


def started(code, **options):
    """A program of a few lines that ends through `run_as_program`."""
    text = f"import os, signal, sys, time\nfrom models.output.console import *\n{code}\n"
    return subprocess.Popen(
        [sys.executable, "-c", text + "run_as_program(main)"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **options,
    )


PRINTS = "def main():\n    print('first', flush=True)\n    print('x' * 10**6)\n    return 3"


def test_a_reader_that_goes_away_ends_a_program_in_silence():
    with started(PRINTS, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == "first\n"
        child.stdout.close()
        assert child.stderr.read() == ""
    assert child.returncode == console.CLOSED_PIPE


def test_a_broken_pipe_passes_through_what_says_errors_in_one_line():
    def broken():
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        console.outcome(broken)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full")
def test_a_full_disk_is_said():
    with (
        open("/dev/full", "w", encoding="utf-8") as full,
        started("def main():\n    print(1)", stdout=full) as child,
    ):
        assert child.stderr.read() == "error: No space left on device\n"
    assert child.returncode == 1


def test_a_program_without_stdout_runs():
    code = "sys.stdout = sys.stderr = None\n" + PRINTS
    with started(code, stdout=subprocess.DEVNULL) as child:
        assert child.stderr.read() == ""
    assert child.returncode == 3


WAITS = """
def main():
    try:
        print("ready", flush=True)
        time.sleep(60)
    finally:
        print("cleaned up")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", None)])
def test_a_signal_ends_a_program_by_way_of_its_clean_up(number):
    with started(WAITS, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == "ready\n"
        child.send_signal(number)
        assert child.stdout.read() == "cleaned up\n" and child.stderr.read() == ""
    assert child.returncode == 128 + number


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals")
def test_a_signal_that_is_ignored_from_the_start_stays_ignored():
    code = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + WAITS.replace("60", "0.5")
    with started(code, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        child.send_signal(signal.SIGHUP)
        assert child.stdout.read() == "cleaned up\n"
    assert child.returncode == 0


def test_work_in_the_background_is_not_interrupted_by_ctrl_c():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as stop:
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.01)
        assert stop.asked is None and signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

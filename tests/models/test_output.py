"""A bar that Ctrl-C ends at any moment leaves no traceback behind."""

import io
import signal
import sys

import pytest

tqdm = pytest.importorskip("tqdm.std", reason="bars are drawn by tqdm: pip install -e '.[test]'")

from models.output import progress
from models.output.progress import Bar


def is_interrupted(kind, moment):
    """Make a bar, with Ctrl-C as the ``moment``-th line of that begins; False if there is none."""
    lines = 0

    def trace(frame, event, argument):
        nonlocal lines
        if (frame.f_code.co_filename, frame.f_code.co_name) != (tqdm.__file__, "__init__"):
            return None
        lines += event == "line"
        if lines == moment:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        bar = kind(total=3, file=io.StringIO())
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    bar.close()
    return False


def complaints(kind, monkeypatch):
    """How many tracebacks Python prints of bars that were interrupted while made, line by line."""
    printed = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)
    moment = 1
    while is_interrupted(kind, moment):
        moment += 1
    assert moment > 50  # tqdm's making has that many lines
    return len(printed)


def test_ctrl_c_while_a_bar_is_made_prints_no_traceback(monkeypatch):
    assert complaints(Bar, monkeypatch) == 0
    # what Bar is for: where this fails, tqdm does it itself
    assert complaints(tqdm.tqdm, monkeypatch) > 0


def test_a_signal_in_the_middle_of_a_print_is_told_all_the_same(monkeypatch, capfd):
    class Busy:
        """As ``sys.stderr`` is while it prints: a second call from a handler is refused."""

        def write(self, text):
            raise RuntimeError("reentrant call inside <_io.BufferedWriter name='<stderr>'>")

        def flush(self):
            pass

    with progress.Interrupts() as interrupts:
        monkeypatch.setattr("sys.stderr", Busy())
        interrupts.note(signal.SIGINT, None)
        monkeypatch.undo()
        assert interrupts.asked == signal.SIGINT
        interrupts.asked = None
    assert "finishing this step" in capfd.readouterr().err

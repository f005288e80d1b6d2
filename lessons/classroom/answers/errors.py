"""What an error says of the answer that it stopped, and whether it is the answer's fault."""

import inspect
import traceback
from pathlib import Path

from ..properties import NOT_GRADED, WRONG

CHECKS = Path(__file__).resolve().parents[2] / "checks"
REFUSED = "graded code may"  # how the guard rail's refusals begin


def blame(error, detail):
    """The status and the property and detail of what an error means: wrong, or not graded.

    What the guard rail refuses, or what this machine does not have, says nothing of an answer.
    """
    if isinstance(error, PermissionError) and message(error).startswith(REFUSED):
        advice = "Take that out and hand in again: the rest was not looked at."
        return NOT_GRADED, "", f"{detail} {advice}"
    if isinstance(error, ModuleNotFoundError):
        advice = f"Hand in {error.name}.py beside the file, or do without it."
        return NOT_GRADED, "", f"{detail} It is not on this machine. {advice}"
    return WRONG, "", detail


def message(error):
    """The message of an error, or what to say where a student's own kind of error has none."""
    try:
        return str(error)
    except Exception:
        return "(an error whose message cannot be made)"


def stopped(error, answer):
    """'It stops with TypeError: … (line 12: ``return a + None``).', a line of the answer's file."""
    own_file = file_of(answer)
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own_file
    ]
    place = " (in the check, given what was returned)"
    if frames:
        place = where(frames[-1].lineno, frames[-1].line)
    text = f"{given_in(error)}It stops with {type(error).__name__}: {message(error)}{place}."
    if not frames and isinstance(error, TypeError) and "NoneType" in text:
        text += " A function without a return gives None."
    if isinstance(error, ValueError) and "truth value of an array" in text:
        text += " Is one side None? `is None` asks that; `== None` asks every entry."
    return text


def file_of(answer):
    """Where a function's lines stand, a decorated one's own, or those of a class; or None."""
    answer = inspect.unwrap(answer) if callable(answer) else answer
    for one in (answer, *vars(answer if isinstance(answer, type) else type(answer)).values()):
        code = getattr(one, "__code__", None)
        if code is not None:
            return code.co_filename
    return None


def given_in(error):
    """What the check had said of the question when an answer stopped, with a space; or ''."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).parent == CHECKS:
            said = frame.f_locals.get("given")
            if isinstance(said, str):
                return f"{said} "
    return ""


def where(number, line):
    """' (line 12: `return a + None`)': the line too, for a notebook's cells count otherwise."""
    line = (line or "").strip()
    return f" (line {number}{f': `{line}`' if line else ''})"


def failed(failure, source):
    """'The file stops with NameError: … (line 3: `x = y`).'"""
    line = dict(enumerate(source.split("\n"), 1)).get(failure.line)
    error = failure.error
    return (
        f"The file stops with {type(error).__name__}: {message(error)}{where(failure.line, line)}."
    )

"""What every command begins and ends with: output for any console, signals, a reader that goes."""

import codecs
import os
import signal
import sys
import unicodedata

CLOSED_PIPE = 128 + 13  # the exit status that shells give a program whose reader has gone
# How signs are written where an encoding lacks them; others lose their accents, or become "?".
PLAIN = {
    "α": "alpha", "σ": "sigma", "Δ": "D", "Σ": "Sum", "∑": "Sum", "∂": "d", "∫": "Int", "∞": "inf",
    "√": "sqrt", "ß": "ss",
    "−": "-", "–": "-", "—": "-", "±": "+-", "×": "x", "·": "*", "≤": "<=", "≥": ">=", "→": "->",
    "∈": "in",
    "²": "^2", "³": "^3", "⁴": "^4", "⁶": "^6", "⁄": "/", "‖": "|", "⟨": "<", "⟩": ">", "≈": "~",
    "′": "'", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "█": "#",
    "▾": "v", "◆": "*", "□": "o", "─": "-", "│": "|", "├": "|", "└": "`",
}  # fmt: skip


def in_plain_signs(error):
    """Codec error handler: what cannot be encoded, written in ASCII."""
    signs = error.object[error.start : error.end]
    return "".join(PLAIN.get(sign) or without_accents(sign) for sign in signs), error.end


def without_accents(sign):
    """The letters and digits in a sign: é is e, ₁ is 1; "?" where there are none."""
    parts = [PLAIN.get(part, part) for part in unicodedata.normalize("NFKD", sign)]
    return "".join(part for part in parts if part.isascii()) or "?"


codecs.register_error("plain", in_plain_signs)


def make_readable(*streams):
    """Let text streams write what they cannot encode in plain signs, instead of failing.

    Parameters
    ----------
    *streams : io.TextIOWrapper
        Others, of notebooks and the like, know how to show everything and are left alone.
    """
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")


def is_utf8(stream):
    """Whether a stream can write every letter as it is."""
    return codecs.lookup(stream.encoding or "utf-8").name == "utf-8"


def run_as_program(main):
    """Run a command line's `main` as the whole program, and leave with the status it returns.

    A signal that asks to end raises SystemExit, as Ctrl-C raises KeyboardInterrupt, so that what
    is half done gets removed on the way out; one that is ignored (as under nohup) stays ignored. A
    reader that has gone (``| head``) ends the program in silence.

    Parameters
    ----------
    main : callable
        Without arguments; a BrokenPipeError passes through it.
    """
    open_missing_streams()
    make_readable(sys.stdout, sys.stderr)
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, terminate)
    try:
        try:
            status = main()
        finally:  # after --help, too
            sys.stdout.flush()
    except BrokenPipeError:
        status = CLOSED_PIPE
        discard_output()
    except OSError as error:  # of the last flush: the disk is full
        status = 1
        discard_output()
        print(f"error: {one_line(error)}", file=sys.stderr)
    sys.exit(status)


# What bad input raises: ConversionError, CourseError, WeightsError and their like are ValueErrors.
# Anything else is a mistake in this program and keeps its traceback.
ERRORS = ValueError, OSError


def outcome(run, *arguments, interrupted="interrupted", errors=ERRORS):
    """Run a command; its exit status.

    Parameters
    ----------
    run : callable
        Gives the status, or None for 0.
    *arguments
        What it is given.
    interrupted : str
        What to say after Ctrl-C.
    errors : tuple of type
        What is said in one line; others Python shows with the place where they arose.

    Returns
    -------
    int
        What ``run`` gave; 130 after Ctrl-C; 1, or the error's own ``exit_status``, after an error.
    """
    try:
        return run(*arguments) or 0
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
    except BrokenPipeError:  # for `run_as_program`
        raise
    except errors as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return getattr(error, "exit_status", 1)


def open_missing_streams():
    """Stdout and stderr are None where a program was started without them; then nobody reads."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))


def discard_output():
    """What waits to be written goes nowhere: when Python ends, it would fail a second time."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def terminate(number, frame):
    """Leave by an exception."""
    raise SystemExit(128 + number)


def one_line(error):
    """An exception's message without line breaks; an OSError's without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split())

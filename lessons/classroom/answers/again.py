"""What holds while an answer is judged once more: nothing is printed, nothing goes on for ever."""

import contextlib
import os
import signal
import threading

SECONDS_AGAIN = 10.0


class TooLong(BaseException):
    """No Exception: a student's code may catch those."""


@contextlib.contextmanager
def at_most(seconds):
    """Raise `TooLong` within it after so many seconds, where the system can (not Windows)."""
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return

    def end(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, end)
    # and again every second: a bare `except:` catches one
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def unseen():
    """Within it nothing is printed: it was printed before."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield

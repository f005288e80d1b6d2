"""What the user sees of long work, and how the user stops it."""

import os
import signal
import sys
import threading
import time
from collections import deque
from functools import partial

try:
    from tqdm import tqdm
except ImportError:  # lines will do
    Bar = None
else:

    class Bar(tqdm):
        """tqdm's bar, silent when Ctrl-C falls while it is being made.

        Who makes a bar closes it, or walks it to its end. tqdm's own ``__del__`` closes it once
        more, and prints a traceback where the bar had not got all its attributes yet.
        """

        def __del__(self):
            pass


SECONDS_BETWEEN_LINES = 10.0


def progress_bar():
    """A function that shows a bar while a sequence is walked; None where tqdm is not installed."""
    return None if Bar is None else partial(Bar, unit="batch", leave=False, disable=None)


class Progress:
    """Context manager: a bar on a terminal with tqdm, else a line every ten seconds, on stderr.

    Parameters
    ----------
    done, steps : int
        Steps taken before this run, and in all.
    shown : bool, optional
    unit : str, optional
        What a step is called.
    """

    def __init__(self, done, steps, shown=True, unit="step"):
        self.done, self.steps, self.shown, self.unit = done, steps, shown, unit
        self.bar = None

    def __enter__(self):
        # Of the last steps: the first ones may have waited for something.
        self.times = deque([time.monotonic()], maxlen=101)
        # The first step is said at once: it shows that all is well.
        self.said = self.times[0] - SECONDS_BETWEEN_LINES
        if self.shown and Bar is not None and sys.stderr.isatty():
            self.bar = Bar(total=self.steps, initial=self.done, unit=self.unit, dynamic_ncols=True)
        return self

    def update(self, step, told=""):
        """Say how far the work is: the step just taken, and what there is to tell of it."""
        now = time.monotonic()
        self.times.append(now)
        due = now - self.said >= SECONDS_BETWEEN_LINES or step == self.steps
        if self.bar is not None:
            self.bar.set_postfix_str(told, refresh=False)
            self.bar.update(step - self.bar.n)
        elif self.shown and due:
            self.said = now
            print(self.line(step, told), file=sys.stderr, flush=True)

    def line(self, step, told):
        """For example ``step 1200/3000, loss 0.312, accuracy 91.2%, 5:12 left``."""
        per_step = (self.times[-1] - self.times[0]) / (len(self.times) - 1)
        left = clock(per_step * (self.steps - step))
        parts = [f"{self.unit} {step}/{self.steps}", told, f"{left} left"]
        return ", ".join(part for part in parts if part)

    def __exit__(self, kind, error, traceback):
        if self.bar is not None:
            self.bar.close()


def clock(seconds):
    """Minutes and seconds, as ``5:12``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Interrupts:
    """Context manager: inside, the first Ctrl-C (or SIGTERM) is only noted, in ``asked``.

    So work can end in order. A second one acts at once. On leaving, the signal that was noted
    is raised again, and does what it does outside. One that is ignored, as in the background
    of a shell, stays ignored. Signals reach the main thread only; elsewhere nothing is changed.
    """

    def __init__(self):
        self.asked = None
        self._before = {}

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) != signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self.note)
        return self

    def note(self, number, frame):
        self.asked = number
        self.restore()
        told = "finishing this step, then writing a checkpoint (again to stop at once)"
        try:
            print(f"\n{told}", file=sys.stderr, flush=True)
        except RuntimeError:  # in the middle of another print, which takes no second one
            os.write(2, f"\n{told}\n".encode())

    def restore(self):
        """Put back what was there before."""
        while self._before:
            signal.signal(*self._before.popitem())

    def __exit__(self, kind, error, traceback):
        self.restore()
        if self.asked is not None and kind is None:
            signal.raise_signal(self.asked)

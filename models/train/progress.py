"""What the user sees of a training, and how the user stops it."""

import signal
import sys
import threading
import time
from collections import deque

try:
    from tqdm import tqdm
except ImportError:  # lines will do
    tqdm = None

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Context manager: a bar on a terminal with tqdm, otherwise a line every ten seconds, on stderr.

    Parameters
    ----------
    done, steps : int
        Steps taken before this run, and in all.
    shown : bool, optional
    """

    def __init__(self, done, steps, shown=True):
        self.done, self.steps, self.shown = done, steps, shown
        self.bar = None

    def __enter__(self):
        self.times = deque([time.monotonic()], maxlen=101)  # of the last steps: the first ones may have waited for something
        self.said = self.times[0] - SECONDS_BETWEEN_LINES  # the first step is said at once: it shows that all is well
        if self.shown and tqdm is not None and sys.stderr.isatty():
            self.bar = tqdm(total=self.steps, initial=self.done, unit="step", dynamic_ncols=True)
        return self

    def update(self, training):
        """Say how far the training is."""
        self.times.append(time.monotonic())
        if self.bar is not None:
            loss, accuracy = training.recent()
            self.bar.set_postfix_str(f"loss {loss:.3f}, accuracy {accuracy:.1%}", refresh=False)
            self.bar.update(training.step - self.bar.n)
        elif self.shown and (self.times[-1] - self.said >= SECONDS_BETWEEN_LINES or training.step == self.steps):
            self.said = self.times[-1]
            print(self.line(training), file=sys.stderr, flush=True)

    def line(self, training):
        """For example ``step 1200/3000, loss 0.312, accuracy 91.2%, 5:12 left``."""
        loss, accuracy = training.recent()
        per_step = (self.times[-1] - self.times[0]) / (len(self.times) - 1)
        left = clock(per_step * (self.steps - training.step))
        return f"step {training.step}/{self.steps}, loss {loss:.3f}, accuracy {accuracy:.1%}, {left} left"

    def __exit__(self, kind, error, traceback):
        if self.bar is not None:
            self.bar.close()


def clock(seconds):
    """Minutes and seconds, as ``5:12``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Interrupts:
    """Context manager: inside, the first Ctrl-C (or SIGTERM) is only noted, in ``asked``, so that work can end in order.

    A second one acts at once. On leaving, the signal that was noted is raised again, and
    does what it does outside. Signals reach the main thread only; elsewhere nothing is changed.
    """

    def __init__(self):
        self.asked = None
        self._before = {}

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self.note)
        return self

    def note(self, number, frame):
        self.asked = number
        self.restore()
        print("\nfinishing this step, then writing a checkpoint (again to stop at once)", file=sys.stderr, flush=True)

    def restore(self):
        """Put back what was there before."""
        while self._before:
            signal.signal(*self._before.popitem())

    def __exit__(self, kind, error, traceback):
        self.restore()
        if self.asked is not None and kind is None:
            signal.raise_signal(self.asked)

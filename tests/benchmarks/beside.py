"""Beside other programs: the same forward and gradient while the machine is not quiet.

One or two processes that only count, and a rival whose own threads wait by spinning, as
OpenBLAS's do. Ours and PyTorch take turns in each state; what counts is how many times as long a
run takes as on the quiet machine.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import minigrad as mg
from minigrad.attribution import ClassScore, gradient_times_activation
from tests.benchmarks.harness.timing import check_equal, in_turn

COUNTING = "while True: pass"
# Small products: the threads of a BLAS spin between them.
SPINNING = "import numpy as np; a = np.ones((96, 96), np.float32)\nwhile True: a @ a / 96"
STATES = {
    "quiet": (),
    "one busy loop": (COUNTING,),
    "two busy loops": (COUNTING, COUNTING),
    "a program whose threads spin": (SPINNING,),
}


@dataclass
class Loaded:
    """One kind of work in one state.

    Attributes
    ----------
    what, state : str
    seconds : dict of str to float
        Medians of ours and of PyTorch.
    quiet : dict of str to float
        The same on the quiet machine.
    """

    what: str
    state: str
    seconds: dict
    quiet: dict = field(default_factory=dict)

    @property
    def ratio(self):
        """By name, how many times as long as on the quiet machine."""
        return {name: self.seconds[name] / self.quiet[name] for name in self.seconds}

    def __str__(self):
        parts = (
            f"{name} {1000 * self.seconds[name]:.0f} ms ({ratio:.2f} times)"
            for name, ratio in self.ratio.items()
        )
        return f"{self.what}, {self.state}: {', '.join(parts)}"


@contextmanager
def beside(programs):
    """Context manager: other Python processes run meanwhile, with as many threads as they like."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(os.cpu_count())}
    running = [subprocess.Popen([sys.executable, "-c", one], env=environment) for one in programs]
    try:
        time.sleep(1.0 if programs else 0.0)  # until they have begun
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def run(model, x, label, rounds):
    """Yield a `Loaded` for each kind of work and state."""
    from tests.benchmarks.harness import rivals  # PyTorch may not be installed

    F, network = ClassScore(model, label), rivals.TorchGoogLeNet(model, channels_last=True)
    theirs = network.as_input(x)
    works = {
        "forward": (lambda: mg.predict(model, x), lambda: network(theirs)),
        "forward and gradient to mixed3a": (
            lambda: gradient_times_activation(F, x),
            lambda: rivals.layer_gradients(network, theirs, label),
        ),
    }
    check_equal("forward", mg.predict(model, x), network(theirs).numpy(), 1e-5)
    quiet = {}
    for state, programs in STATES.items():
        with beside(programs):
            for what, (ours, rival) in works.items():
                row = in_turn(what, ours, {"PyTorch": rival}, 8 * rounds)
                quiet.setdefault(what, row.seconds)
                yield Loaded(what, state, row.seconds, quiet[what])


def tables(rows):
    """The Markdown table as (title, header, lines)."""
    names = list(rows[0].seconds)
    header = ["one photo", "beside", *(f"{name}, ms (times as long as quiet)" for name in names)]
    lines = [
        [row.what, row.state]
        + [f"{1000 * row.seconds[name]:.0f} ({row.ratio[name]:.2f})" for name in names]
        for row in rows
    ]
    yield "Beside other programs", header, lines

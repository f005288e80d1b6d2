"""What every part is given: the device, how to time on it, the networks."""

import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

import models
from minigrad.machine import backend
from minigrad.machine.backend import get_array_module, to_backend
from models.inception import googlenet_bvlc
from tests.benchmarks.harness.timing import grainy

DEVICES = ("cupy", "numpy")
SMALL_SIDE = 64


@dataclass
class Result:
    """One thing that was found out.

    Attributes
    ----------
    what : str
    ok : bool or None
        Whether it is as it has to be; None for what is only measured.
    numbers : dict
        What was measured, by name.
    note : str
        More, for people: of a failure the message and the arrays.
    """

    what: str
    ok: bool | None = None
    numbers: dict = field(default_factory=dict)
    note: str = ""


@dataclass
class Setup:
    """The device and what runs on it.

    Attributes
    ----------
    device : {"cupy", "numpy"}
    weights : pathlib.Path or None
        Of BVLC GoogLeNet; random ones without.
    small : bool
        Small pictures, few rows, few rounds: for rehearsals.
    """

    device: str
    weights: Path | None = None
    small: bool = False

    @property
    def on_gpu(self):
        return self.device == "cupy"

    def place(self, array):
        """An array on the device."""
        return to_backend(np.asarray(array), self.device)

    @cached_property
    def googlenet(self):
        """The large network, in NumPy's memory."""
        return models.load(self.weights) if self.weights else googlenet_bvlc(0)

    @cached_property
    def baseline(self):
        """The black picture with a little grain, so that nothing ties: (1, side, side, 3)."""
        side = SMALL_SIDE if self.small else None
        return grainy(np.ascontiguousarray(self.googlenet.baseline()[:, :side, :side]), seed=1)

    @cached_property
    def picture(self):
        """Something like a photo, in NumPy's memory: patches of colour, and noise."""
        rng, side = np.random.default_rng(0), self.baseline.shape[1]
        patches = rng.uniform(-100, 100, (1, 8, 8, 3)).repeat(side // 8, 1).repeat(side // 8, 2)
        return (patches + rng.normal(0, 10, patches.shape)).astype(np.float32)

    def wait(self):
        """Until all that was asked of the GPU is done."""
        if self.on_gpu:
            backend.cupy.cuda.Device().synchronize()

    def seconds(self, function, rounds=5):
        """The median time of a call, after one that does not count, by the device's own clock."""
        function()
        rounds = 1 if self.small else rounds
        return float(np.median([self.one_time(function) for _ in range(rounds)]))

    def one_time(self, function):
        """One call: between two events on the GPU, or by the clock."""
        if not self.on_gpu:
            start = time.perf_counter()
            function()
            return time.perf_counter() - start
        cuda = backend.cupy.cuda
        start, end = cuda.Event(), cuda.Event()
        self.wait()
        start.record()
        function()
        end.record()
        end.synchronize()
        return cuda.get_elapsed_time(start, end) / 1000

    def copies(self, array, count):
        """So many versions of a batch of one, each a little darker than the one before."""
        xp = get_array_module(array)
        return xp.concatenate([array * np.float32(1 - 0.01 * n) for n in range(count)])

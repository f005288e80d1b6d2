"""Part 3: forward, gradient and nine layers' conductance, against PyTorch and Captum."""

import copy
from functools import cached_property, partial

import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore, conductance, gradient_times_activation
from minigrad.machine.backend import get_array_module, to_numpy
from tests.gpu.setup import Result

BATCHES = 1, 4, 16, 64
STEPS = 64
LABEL = 0
SIDE = 8192  # of the matrices whose product is the float32 limit
ROUNDING = 1e-3  # two right results differ in float32 where a ReLU is at its kink
KINKS = 5e-3  # and at some of many points there are more of them; of four points one is too much


def run(setup):
    """Yield a `Result` for the limit and for each contest."""
    limit = product_rate(setup)
    yield Result("float32 matrix product", numbers={"multiply_adds_per_second": limit})
    ours = Ours(setup)
    theirs = rival_of(setup, ours.steps)
    if theirs is None:
        yield Result("PyTorch", note="cannot be imported: ours alone")
    for batch in BATCHES[: 2 if setup.small else None]:
        yield contest(setup, f"forward, batch {batch}", *both("forward", ours, theirs, batch))
        yield contest(setup, f"gradient, batch {batch}", *both("gradient", ours, theirs, batch))
        what = f"conductance of all layers, {ours.steps} points, {batch} a pass"
        pair, most = both("conductance", ours, theirs, batch), None if setup.small else KINKS
        found = contest(setup, what, *pair, rounds=3, most=most)
        found.numbers["share_of_the_limit"] = ours.multiply_adds / limit / found.numbers["ours"]
        yield found
    if theirs is not None:
        yield captums(setup, ours, theirs)


def both(what, ours, theirs, batch):
    """The same of ours and of the rival, as callables."""
    return tuple(who and partial(getattr(who, what), batch) for who in (ours, theirs))


def contest(setup, what, ours, theirs, rounds=5, most=ROUNDING):
    """Who is faster, and whether both give the same filters or scores, up to ``most``."""
    numbers, ok = {"ours": setup.seconds(ours, rounds)}, None
    if theirs is not None:
        numbers["PyTorch"] = setup.seconds(theirs, rounds)
        numbers["PyTorch : ours"] = numbers["PyTorch"] / numbers["ours"]
        numbers["gap"] = gap_between(ours(), theirs())
        ok = most and numbers["gap"] <= most
    return Result(what, ok, numbers)


def gap_between(ours, theirs):
    """The largest ‖ours − theirs‖ / ‖ours‖ of their arrays."""
    return max(
        float(np.linalg.norm(ours[name] - theirs[name]) / np.linalg.norm(ours[name]))
        for name in ours
    )


def product_rate(setup):
    """Multiply-adds a second of a large float32 matrix product."""
    side = 256 if setup.small else SIDE
    a = setup.place(np.random.default_rng(0).standard_normal((side, side)).astype(np.float32))
    return side**3 / setup.seconds(partial(get_array_module(a).matmul, a, a))


class Ours:
    """What minigrad is asked for: each gives {layer or "scores": array}."""

    def __init__(self, setup):
        self.setup, self.steps = setup, 4 if setup.small else STEPS
        self.model = copy.deepcopy(setup.googlenet).to(setup.device)
        self.x, self.baseline = setup.place(setup.picture), setup.place(setup.baseline)
        self.F = ClassScore(self.model, LABEL)

    def forward(self, batch):
        """The scores."""
        with mg.no_grad():
            scores = self.model(mg.Tensor(self.setup.copies(self.x, batch)))
        return {"scores": to_numpy(scores.data)}

    def gradient(self, batch):
        """∂F/∂y · y of all layers, by filter."""
        found = gradient_times_activation(self.F, self.setup.copies(self.x, batch))
        return {layer: found.per_filter(layer) for layer in found}

    def conductance(self, batch):
        """By the chain rule, by filter."""
        found = conductance(self.F, self.x, self.baseline, steps=self.steps, batch_size=batch)
        return {layer: found.per_filter(layer) for layer in found}

    @cached_property
    def multiply_adds(self):
        """Of a conductance, as definitions count: forward, tangent and backward of every point."""
        from tests.benchmarks.harness.stopwatch import Stopwatch

        F = ClassScore(self.setup.googlenet, LABEL)
        with Stopwatch() as watch:
            conductance(F, self.setup.picture, self.setup.baseline, steps=1, workers=1)
        return self.steps * sum(watch.multiply_adds.values())


def rival_of(setup, steps):
    """The same of PyTorch, or None where it cannot be had."""
    try:
        from tests.gpu.rival import Rival
    except ImportError:
        return None
    return Rival(setup, steps, LABEL)


def captums(setup, ours, theirs):
    """Captum on all layers, with the fastest of its internal batches."""
    batches = BATCHES[1 : 2 if setup.small else None]
    try:
        seconds = {batch: setup.seconds(partial(theirs.captum, batch), 1) for batch in batches}
    except ImportError:
        return Result("Captum", note="is not installed")
    batch = min(seconds, key=seconds.get)
    numbers = {"Captum": seconds[batch], "ours": setup.seconds(partial(ours.conductance, batch), 3)}
    numbers["Captum : ours"] = numbers["Captum"] / numbers["ours"]
    what = f"Captum, layer by layer, {ours.steps} points, {batch} a pass"
    return Result(what, numbers=numbers)

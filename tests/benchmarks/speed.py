"""Forward, gradient and conductance against PyTorch, Captum and a careful PyTorch."""

import copy
from functools import partial

import numpy as np
import torch

import minigrad as mg
from minigrad.attribution import ClassScore, conductance, gradient_times_activation, quadrature
from minigrad.machine.backend import get_array_module, to_backend, to_numpy
from tests.benchmarks.harness import rivals
from tests.benchmarks.harness.timing import better, check_equal, grainy, in_turn

STEPS = 50
LAYOUTS = {"PyTorch, channels last": True, "PyTorch, its default layout": False}


class Contest:
    """One photo, our model and PyTorch's in both layouts, all on one device."""

    def __init__(self, model, x, label, rounds, device):
        self.networks = {
            name: rivals.TorchGoogLeNet(model, layout) for name, layout in LAYOUTS.items()
        }
        self.label, self.rounds = label, rounds
        self.synchronise = None
        if device == "cupy":
            self.networks = {name: network.to("cuda") for name, network in self.networks.items()}
            self.synchronise = wait_for_gpu
        backend = "cupy" if device == "cupy" else "numpy"
        self.model = model.to(backend)
        self.x, self.baseline = (
            to_backend(x, backend),
            to_backend(grainy(model.baseline(), seed=1), backend),
        )
        self.F = ClassScore(self.model, label)

    def forward(self, batch):
        """Scores of ``batch`` copies of the photo that differ a little."""
        images = varied(self.x, batch)
        ours, theirs = partial(mg.predict, self.model, images), {}
        expected = to_numpy(ours())
        for name, network in self.networks.items():
            theirs[name] = partial(network, network.as_input(to_numpy(images)))
            check_equal(f"forward, {name}", expected, theirs[name]().cpu().numpy(), 1e-5)
        row = in_turn(f"forward, batch {batch}", ours, theirs, self.rounds, self.synchronise)
        return better(row, list(LAYOUTS))

    def gradient(self, batch):
        """Scores and ∂F/∂y of all nine layers."""
        images = varied(self.x, batch)
        ours, theirs = partial(gradient_times_activation, self.F, images), {}
        expected = ours()
        for name, network in self.networks.items():
            x, watch = network.as_input(to_numpy(images)), rivals.Watch()
            network(x, watch)
            theirs[name] = partial(rivals.layer_gradients, network, x, self.label)
            for layer, gradient in theirs[name]().items():
                product = rivals.as_ours(gradient * watch.layers[layer].detach())
                check_equal(f"gradient, {name}, {layer}", to_numpy(expected[layer]), product, 1e-3)
        what = f"forward and gradient to mixed3a, batch {batch}"
        row = in_turn(what, ours, theirs, self.rounds, self.synchronise)
        return better(row, list(LAYOUTS))

    def chain_rule(self, batch_size=10):
        """All nine layers by the chain rule, against Captum in either layout, careful PyTorch."""
        network, x, baseline = self.inputs_of("PyTorch, channels last")
        alphas, weights = quadrature(STEPS)
        captum = dict(self.captum_with(layout) for layout in LAYOUTS)

        def ours():
            return conductance(self.F, self.x, self.baseline, steps=STEPS)

        def careful():
            return rivals.careful_chain_rule(
                network, x, baseline, self.label, alphas, weights, batch_size
            )

        self.check_chain_rule_in_float64()
        found, theirs = ours(), careful()
        check_filters_equal("careful chain rule", found, theirs)
        # Captum's points are others: its totals are compared, not its units
        for name, run in captum.items():
            for layer, by_captum in run().items():
                total = float(by_captum.sum())
                # its error at 50 steps
                if not abs(total - found.difference[0]) < 0.25 * abs(found.difference[0]):
                    raise AssertionError(
                        f"{name}: the total of {layer} is {total}, F(x) − F(x') "
                        f"is {found.difference[0]}"
                    )
        return in_turn(
            f"conductance of nine layers, {STEPS} steps, chain rule",
            ours,
            {**captum, "careful PyTorch": careful},
            self.rounds,
            self.synchronise,
        )

    def check_chain_rule_in_float64(self, steps=3):
        """Every unit of the nine layers against the careful PyTorch's: rounding is a billionth."""
        F, x, baseline, network, inputs = self.in_float64()
        found = conductance(F, x, baseline, steps=steps)
        theirs = rivals.careful_chain_rule(network, *inputs, self.label, *quadrature(steps), steps)
        for layer in found:
            check_equal(
                f"chain rule in float64, {layer}",
                to_numpy(found[layer][0]),
                rivals.as_ours(theirs[layer]),
                1e-9,
            )

    def check_difference_in_float64(self, steps=3):
        """The same of the telescoped form."""
        F, x, baseline, network, inputs = self.in_float64()
        found = conductance(F, x, baseline, steps=steps, method="difference", rule="left")
        theirs = rivals.careful_difference(
            network, *inputs, self.label, rivals.equal_points(steps), steps
        )
        for layer in found:
            check_equal(
                f"difference in float64, {layer}",
                to_numpy(found[layer][0]),
                rivals.as_ours(theirs[layer]),
                1e-9,
            )

    def in_float64(self):
        """Both networks, the photo and the baseline in double precision.

        As (F, x, baseline, network, [their x, their baseline]).
        """
        model = copy.deepcopy(self.model).astype(np.float64)
        network = rivals.TorchGoogLeNet(model, channels_last=True).to(
            self.networks["PyTorch, channels last"].head.weight.device
        )
        x, baseline = self.x.astype(np.float64), self.baseline.astype(np.float64)
        return (
            ClassScore(model, self.label),
            x,
            baseline,
            network,
            [network.as_input(to_numpy(one)) for one in (x, baseline)],
        )

    def captum_with(self, layout):
        """Captum's nine runs on PyTorch in one of the `LAYOUTS`, with its best internal batch:
        (name, callable).
        """
        network, x, baseline = self.inputs_of(layout)
        inputs = network, x, baseline, self.label, STEPS, self.model.layers[-1]
        internal = rivals.fastest_internal_batch(*inputs)
        name = f"Captum on {layout} (internal batches of {internal})"
        return name, lambda: rivals.captum_conductance(
            network, x, baseline, self.label, self.model.layers, STEPS, internal
        )

    def inputs_of(self, layout):
        """The network in one of the `LAYOUTS`, with the photo and the baseline as it takes them."""
        network = self.networks[layout]
        return (
            network,
            network.as_input(to_numpy(self.x)),
            network.as_input(to_numpy(self.baseline)),
        )

    def difference(self, batch_size=10):
        """The telescoped form of all nine layers, against a careful PyTorch of the same form."""
        network, x, baseline = self.inputs_of("PyTorch, channels last")

        def ours():
            return conductance(
                self.F, self.x, self.baseline, steps=STEPS, method="difference", rule="left"
            )

        def careful():
            return rivals.careful_difference(
                network, x, baseline, self.label, rivals.equal_points(STEPS), batch_size
            )

        self.check_difference_in_float64()
        found, theirs = ours(), careful()
        check_filters_equal("careful difference", found, theirs)
        what = f"conductance of nine layers, {STEPS} steps, difference form"
        return in_turn(what, ours, {"careful PyTorch": careful}, self.rounds, self.synchronise)


def check_filters_equal(what, found, theirs):
    """The sums over each filter's positions, in float32.

    Of single units only those away from their kinks can agree there: where a ReLU's input
    is zero but for rounding, one library lets the gradient through and the other does not.
    """
    for layer in found:
        check_equal(
            f"{what}, {layer}",
            found.per_filter(layer)[0],
            rivals.as_ours(theirs[layer]).sum(axis=(0, 1)),
            1e-3,
        )


def wait_for_gpu():
    """Wait until both libraries' work on the GPU is done."""
    import cupy

    cupy.cuda.Device().synchronize()
    torch.cuda.synchronize()


def varied(x, batch):
    """``batch`` versions of one photo, each a little darker than the one before."""
    return get_array_module(x).concatenate([x * np.float32(1 - 0.02 * n) for n in range(batch)])


def run(model, x, label, rounds, device="cpu"):
    """Yield the rows of the table, one after another.

    Parameters
    ----------
    model : models.inception.Inception
        In NumPy's memory.
    x : numpy.ndarray, shape (1, 224, 224, 3)
    label, rounds : int
    device : {"cpu", "cupy"}
    """
    with torch.no_grad():
        contest = Contest(model, x, label, rounds, device)
        for batch in (1, 10):
            yield contest.forward(batch)
        for batch in (1, 10):
            yield contest.gradient(batch)
        yield contest.difference()
        yield contest.chain_rule()

"""Forward, gradient and conductance against PyTorch, Captum and a careful PyTorch."""

import numpy as np
import torch

import minigrad as mg
from minigrad.attribution import ClassScore, conductance, gradient_times_activation, quadrature
from tests.benchmarks import rivals
from tests.benchmarks.timing import better, check_equal, in_turn

STEPS = 50
LAYOUTS = {"PyTorch, channels last": True, "PyTorch, its default layout": False}


class Contest:
    """One photo, our model and PyTorch's in both layouts."""

    def __init__(self, model, x, label, rounds):
        self.model, self.x, self.label, self.rounds = model, x, label, rounds
        self.F = ClassScore(model, label)
        self.networks = {name: rivals.TorchGoogLeNet(model, layout) for name, layout in LAYOUTS.items()}

    def forward(self, batch):
        """Scores of ``batch`` copies of the photo that differ a little."""
        images = varied(self.x, batch)
        inputs = {name: network.as_input(images) for name, network in self.networks.items()}
        ours = run_forward(self.model, images)
        for name, network in self.networks.items():
            check_equal(f"forward, {name}", ours, network(inputs[name]).numpy(), 1e-5)
        row = in_turn(
            f"forward, batch {batch}",
            lambda: run_forward(self.model, images),
            {name: (lambda network=network, x=inputs[name]: network(x)) for name, network in self.networks.items()},
            self.rounds,
        )
        return better(row, list(LAYOUTS))

    def gradient(self, batch):
        """Scores and ∂F/∂y of all nine layers."""
        images = varied(self.x, batch)
        inputs = {name: network.as_input(images) for name, network in self.networks.items()}
        ours = gradient_times_activation(self.F, images)
        for name, network in self.networks.items():
            watch = rivals.Watch()
            network(inputs[name], watch)
            found = rivals.layer_gradients(network, inputs[name], self.label)
            for layer, gradient in found.items():
                product = rivals.as_ours(gradient * watch.layers[layer].detach())
                check_equal(f"gradient, {name}, {layer}", ours[layer], product, 2e-3)
        row = in_turn(
            f"forward and gradient to mixed3a, batch {batch}",
            lambda: gradient_times_activation(self.F, images),
            {
                name: (lambda network=network, x=inputs[name]: rivals.layer_gradients(network, x, self.label))
                for name, network in self.networks.items()
            },
            self.rounds,
        )
        return better(row, list(LAYOUTS))

    def chain_rule(self, batch_size=10):
        """Conductance of all nine layers by the chain rule, against Captum and a careful PyTorch."""
        model, baseline, layers = self.model, self.model.baseline(), self.model.layers
        network = self.networks["PyTorch, channels last"]
        x, x_baseline = network.as_input(self.x), network.as_input(baseline)
        alphas, weights = quadrature(STEPS)

        def ours():
            return conductance(self.F, self.x, baseline, steps=STEPS)

        def careful():
            return rivals.careful_chain_rule(network, x, x_baseline, self.label, alphas, weights, batch_size)

        def captum():
            return rivals.captum_conductance(network, x, x_baseline, self.label, layers, STEPS, batch_size)

        found, theirs = ours(), careful()
        for layer in layers:
            check_equal(f"careful chain rule, {layer}", found[layer][0], rivals.as_ours(theirs[layer]), 2e-3)
        close = conductance(self.F, self.x, baseline, steps=STEPS, method="difference")
        by_captum = captum()
        for layer in layers:  # Captum's points are others: its totals are compared, not its units
            total = float(by_captum[layer].sum())
            if not abs(total - close.difference[0]) < 0.25 * abs(close.difference[0]):  # its error at 50 steps
                raise AssertionError(f"Captum's total of {layer} is {total}, F(x) − F(x') is {close.difference[0]}")
        return in_turn(
            f"conductance of nine layers, {STEPS} steps, chain rule", ours, {"Captum": captum, "careful PyTorch": careful}, self.rounds
        )

    def difference(self, batch_size=10):
        """The telescoped form of all nine layers, against a careful PyTorch of the same form."""
        baseline = self.model.baseline()
        network = self.networks["PyTorch, channels last"]
        x, x_baseline = network.as_input(self.x), network.as_input(baseline)

        def ours():
            return conductance(self.F, self.x, baseline, steps=STEPS, method="difference")

        def careful():
            return rivals.careful_difference(network, x, x_baseline, self.label, STEPS, batch_size)

        found, theirs = ours(), careful()
        for layer in self.model.layers:
            check_equal(f"careful difference, {layer}", found[layer][0], rivals.as_ours(theirs[layer]), 5e-3)  # differences of near numbers
        return in_turn(
            f"conductance of nine layers, {STEPS} steps, difference form", ours, {"careful PyTorch": careful}, self.rounds
        )


def run_forward(model, images):
    """Our scores as an array."""
    return mg.predict(model, images)


def varied(x, batch):
    """``batch`` versions of one photo, each a little darker than the one before."""
    return np.concatenate([x * np.float32(1 - 0.02 * n) for n in range(batch)])


def run(model, x, label, rounds):
    """Yield the rows of the table, one after another."""
    with torch.no_grad():
        contest = Contest(model, x, label, rounds)
        for batch in (1, 10):
            yield contest.forward(batch)
        for batch in (1, 10):
            yield contest.gradient(batch)
        yield contest.difference()
        yield contest.chain_rule()

"""The example of "A model of your own": a small PyTorch network rebuilt in minigrad.

``python lessons/networks/own_model.py FILE.npz`` explains the network whose PyTorch arrays are
in the file; without one, a network that is drawn at random, to see the steps.
"""

import sys

import numpy as np

import minigrad as mg
from minigrad import layers
from minigrad.attribution import ClassScore, conductance

SIDE, CLASSES = 16, 3


# The network, as PyTorch has it: conv1, ReLU, max-pool, conv2, ReLU, max-pool, flatten, output.
class SmallNetwork(mg.Module):
    def __init__(self):
        self.conv1 = layers.Conv2d(1, 8, 3, padding=1)
        self.conv2 = layers.Conv2d(8, 16, 3, padding=1)
        self.output = layers.Linear(16 * 4 * 4, CLASSES)

    def forward(self, x):
        x = mg.relu(self.conv1(x)).named("conv1")  # a name makes a layer
        x = mg.max_pool2d(x, 2)
        x = mg.relu(self.conv2(x)).named("conv2")
        x = mg.max_pool2d(x, 2)
        return self.output(x.reshape(len(x), -1))


# PyTorch's arrays in the order that minigrad has: channels last.
def from_torch(state):
    ours = dict(state)  # a bias is the same in both
    for name in ("conv1.weight", "conv2.weight"):
        # (out, in, height, width) to (height, width, in, out)
        ours[name] = state[name].transpose(2, 3, 1, 0)
    # PyTorch flattens channels, rows, columns; we flatten rows, columns, channels.
    by_place = state["output.weight"].reshape(CLASSES, 16, 4, 4)
    ours["output.weight"] = by_place.transpose(2, 3, 1, 0).reshape(-1, CLASSES)
    return ours


def rebuilt(state):
    """The network with PyTorch's arrays, its parameters constant."""
    network = SmallNetwork()
    network.load_state_dict(from_torch(state))
    return network.requires_grad(False)


def explain(network, x, label, steps=50):
    """The conductance of every filter for one class, against the black picture."""
    return conductance(ClassScore(network, label), x, np.zeros_like(x), steps=steps)


def random_state(seed=0):
    """Arrays with PyTorch's names and shapes, at random."""
    rng = np.random.default_rng(seed)
    shapes = {
        "conv1.weight": (8, 1, 3, 3),
        "conv1.bias": (8,),
        "conv2.weight": (16, 8, 3, 3),
        "conv2.bias": (16,),
        "output.weight": (CLASSES, 256),
        "output.bias": (CLASSES,),
    }
    return {
        name: (0.2 * rng.standard_normal(shape)).astype(np.float32)
        for name, shape in shapes.items()
    }


def cross():
    """A picture for the network: a bright cross on black, (1, 16, 16, 1)."""
    x = np.zeros((1, SIDE, SIDE, 1), dtype=np.float32)
    x[0, 3:13, 7:9] = x[0, 7:9, 3:13] = 1
    return x


def main(arguments):
    state = dict(np.load(arguments[0])) if arguments else random_state()
    network, x = rebuilt(state), cross()
    scores = mg.predict(network, x)[0]
    label = int(scores.argmax())
    found = explain(network, x, label)
    print(
        f"scores {np.round(scores, 4)}; explained: class {label}, F(x) − F(x′) = "
        f"{found.difference[0]:.4f}"
    )
    for layer in found:
        for_score, against = found.strongest(layer, 3)
        print(
            f"{layer}: total {found.total(layer)[0]:.4f}, completeness error "
            f"{found.completeness_error(layer)[0]:.2%}"
        )
        print("  for:    ", ", ".join(f"filter {index} {value:+.3f}" for index, value in for_score))
        print("  against:", ", ".join(f"filter {index} {value:+.3f}" for index, value in against))


if __name__ == "__main__":
    main(sys.argv[1:])

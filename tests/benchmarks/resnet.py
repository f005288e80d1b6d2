"""ResNet-18 from ONNX: all tensors that cut it in one sweep, against Captum and careful PyTorch.

Its weights are random: what takes time does not depend on them.
"""

import copy
import logging
import tempfile
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import torch

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance, quadrature
from models.convert import convert
from models.scenes import sailboat
from tests.benchmarks.harness import rivals
from tests.benchmarks.harness.timing import check_equal, grainy, in_turn
from tests.helpers.torch_networks import ResNet, with_statistics

STEPS = 20
CONSERVED = 1e-4  # to which the layers agree at every α, of the largest dF/dα


class Sum(torch.nn.Module):
    """A block up to its sum, without the ReLU behind it."""

    def __init__(self, block):
        super().__init__()
        self.block = block

    def forward(self, x):
        b = self.block
        y = torch.relu(b.bn1(b.conv1(x)))
        return b.bn2(b.conv2(y)) + b.downsample(x)


class TorchResNet(torch.nn.Module):
    """The same network as a row of modules, one from each cut to the next, for hooks.

    Parameters
    ----------
    network : ResNet
    names : sequence of str
        What minigrad calls the cuts.
    channels_last : bool
        PyTorch's other memory layout, often the faster one.
    """

    def __init__(self, network, names, channels_last=True):
        super().__init__()
        network = copy.deepcopy(network)
        pieces = [torch.nn.Sequential(network.conv1, network.bn1), torch.nn.ReLU(), network.maxpool]
        for k in range(1, 5):
            for block in getattr(network, f"layer{k}"):
                pieces += [Sum(block), torch.nn.ReLU()]
        pieces += [network.avgpool, torch.nn.Flatten()]
        self.pieces, self.head = torch.nn.ModuleList(pieces), network.fc
        self.parts = dict(zip(names, pieces, strict=True))
        self.requires_grad_(False)
        self.memory_format = torch.channels_last if channels_last else torch.contiguous_format
        self.to(memory_format=self.memory_format)

    def forward(self, x, meet=None):
        """Scores of every class; ``meet(name, y)`` may replace the output of each piece."""
        for name, piece in self.parts.items():
            x = piece(x)
            x = x if meet is None else meet(name, x)
        return self.head(x)

    def as_input(self, images):
        """Our images (N, H, W, 3) in this network's layout."""
        x = torch.tensor(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
        return x.contiguous(memory_format=self.memory_format)


def converted(network, side):
    """The network by way of an ONNX file, as models.load gives it."""
    logging.disable(logging.WARNING)
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source, destination = Path(folder, "resnet.onnx"), Path(folder, "resnet.npz")
            torch.onnx.export(network, torch.zeros(1, 3, side, side), source, dynamo=False)
            convert(source, destination, preprocess="torchvision")
            return models.load(destination)
    finally:
        logging.disable(logging.NOTSET)


def run(rounds, width=64, side=224):
    """Yield the rows of the table.

    Parameters
    ----------
    rounds : int
    width, side : int
        64 and 224 are the published network's.
    """
    torch.manual_seed(0)
    network = with_statistics(ResNet(width))
    model = converted(network, side)
    picture = grainy(np.asarray(sailboat(256), dtype=np.float32)).clip(0, 255)
    x = model.preprocess(picture.astype(np.uint8))
    baseline = model.baseline() + grainy(np.zeros_like(x), seed=1) / np.float32(58)
    label = int(mg.predict(model, x).argmax())
    F = ClassScore(model, label)
    with torch.no_grad():
        theirs = TorchResNet(network, model.cuts)
        inputs = [theirs.as_input(one) for one in (x, baseline)]
        check_equal("scores", mg.predict(model, x), theirs(inputs[0]).numpy(), 1e-5)
        check_in_float64(model, network, x, baseline, label)
        ours = partial(conductance, F, x, baseline, layers="cuts", steps=STEPS)
        found = ours()
        conserved = float(found.conservation_error().max())
        if not conserved <= CONSERVED:
            raise AssertionError(f"the layers agree within {conserved:.1e}, not {CONSERVED}")
        last = model.cuts[-3]
        internal = rivals.fastest_internal_batch(theirs, *inputs, label, STEPS, last)
        captum = partial(
            rivals.captum_conductance, theirs, *inputs, label, model.cuts, STEPS, internal
        )
        careful = partial(
            rivals.careful_chain_rule, theirs, *inputs, label, *quadrature(STEPS), batch_size=10
        )
        for layer, one in careful().items():
            check_equal(f"careful, {layer}", of_filters(found[layer][0]), of_filters(one), 1e-2)
        yield in_turn(
            f"ResNet-18: conductance of {len(model.cuts)} cuts, {STEPS} steps, conserved to "
            f"{conserved:.0e}",
            ours,
            {
                f"Captum, {len(model.cuts)} runs (internal batches of {internal})": captum,
                "careful PyTorch": careful,
            },
            rounds,
        )


def check_in_float64(model, network, x, baseline, label, steps=2):
    """Every unit of every cut against the careful PyTorch's: rounding is a billionth."""
    model = copy.deepcopy(model).astype(np.float64)
    theirs = TorchResNet(copy.deepcopy(network).double(), model.cuts)
    x, baseline = x.astype(np.float64), baseline.astype(np.float64)
    found = conductance(ClassScore(model, label), x, baseline, layers="cuts", steps=steps)
    inputs = [theirs.as_input(one) for one in (x, baseline)]
    others = rivals.careful_chain_rule(theirs, *inputs, label, *quadrature(steps), steps)
    for layer in found:
        ours, other = found[layer][0], others[layer].numpy()
        other = np.moveaxis(other, 0, -1) if other.ndim == 3 else other
        # the file holds float32, into which the batch normalisations were folded
        check_equal(f"chain rule in float64, {layer}", ours, other, 1e-4)


def of_filters(array):
    """The sums over each filter's positions, of our arrays or of PyTorch's."""
    if isinstance(array, torch.Tensor):
        return array.flatten(1).sum(1).numpy() if array.ndim == 3 else array.numpy()
    return array.sum(axis=(0, 1)) if array.ndim == 3 else array

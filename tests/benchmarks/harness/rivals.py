"""The rivals: GoogLeNet in PyTorch, Captum on it, and a careful PyTorch of one sweep."""

import time

import numpy as np
import torch
import torch.nn.functional as tf
from torch.autograd import forward_ad

from models.inception.specifications import Conv, MaxPool, Mixed, Norm

INTERNAL_BATCHES = (5, 10, 25)  # of Captum: the fastest on one layer is used for all


class TorchBlock(torch.nn.Module):
    """A mixed block, from minigrad's arrays."""

    def __init__(self, state, name):
        super().__init__()
        names = ("conv1x1", "bottleneck3x3", "conv3x3", "bottleneck5x5", "conv5x5", "pool_reduce")
        self.convs = torch.nn.ModuleDict(
            {part: conv_module(state, f"{name}.{part}", padding="same") for part in names}
        )

    def forward(self, x):
        c = self.convs
        one = tf.relu(c["conv1x1"](x), inplace=True)
        three = tf.relu(c["conv3x3"](tf.relu(c["bottleneck3x3"](x), inplace=True)), inplace=True)
        five = tf.relu(c["conv5x5"](tf.relu(c["bottleneck5x5"](x), inplace=True)), inplace=True)
        pooled = tf.relu(c["pool_reduce"](tf.max_pool2d(x, 3, 1, 1)), inplace=True)
        return torch.cat([one, three, five, pooled], 1)


class TorchGoogLeNet(torch.nn.Module):
    """BVLC GoogLeNet in PyTorch with the weights of our model; modules for mixed blocks, for hooks.

    Parameters
    ----------
    model : models.inception.Inception
    channels_last : bool
        PyTorch's other memory layout, often the faster one.
    """

    def __init__(self, model, channels_last):
        super().__init__()
        state = model.state_dict()
        self.steps = model.specification.body
        self.parts = torch.nn.ModuleDict()
        for step in self.steps:
            if isinstance(step, Conv):
                self.parts[step.name] = conv_module(state, step.name, step.stride, step.kernel // 2)
            elif isinstance(step, Mixed):
                self.parts[step.name] = TorchBlock(state, step.name)
        self.head = torch.nn.Linear(*state["softmax2.weight"].shape)
        self.head.weight.data = torch.tensor(state["softmax2.weight"].T.copy())
        self.head.bias.data = torch.tensor(state["softmax2.bias"])
        self.requires_grad_(False)
        self.memory_format = torch.channels_last if channels_last else torch.contiguous_format
        self.to(memory_format=self.memory_format)

    def forward(self, x, meet=None):
        """Scores of every class; ``meet(name, y)`` may replace the output of each mixed block."""
        for step in self.steps:
            if isinstance(step, Conv):
                x = tf.relu(self.parts[step.name](x), inplace=True)
            elif isinstance(step, MaxPool):
                x = tf.max_pool2d(x, step.size, step.stride, ceil_mode=True)
            elif isinstance(step, Norm):  # PyTorch divides alpha by the width of the window
                width = 2 * step.radius + 1
                x = tf.local_response_norm(x, width, step.alpha * width, step.beta, step.bias)
            elif isinstance(step, Mixed):
                x = self.parts[step.name](x)
                x = x if meet is None else meet(step.name, x)
        return self.head(x.mean(dim=(2, 3)))

    def as_input(self, images):
        """Our images (N, H, W, 3) in this network's layout and on its device."""
        x = torch.tensor(
            np.ascontiguousarray(images.transpose(0, 3, 1, 2)), device=self.head.weight.device
        )
        return x.contiguous(memory_format=self.memory_format)


def conv_module(state, name, stride=1, padding=0):
    weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
    height, width, inputs, outputs = weight.shape
    conv = torch.nn.Conv2d(inputs, outputs, (height, width), stride, padding)
    conv.weight.data = torch.tensor(weight.transpose(3, 2, 0, 1).copy())
    conv.bias.data = torch.tensor(bias)
    return conv


class Watch:
    """Collects the mixed blocks' outputs; the first becomes the leaf where the tape begins."""

    def __init__(self):
        self.layers = {}

    def __call__(self, name, y):
        if not y.requires_grad:
            y = y.detach().requires_grad_() if forward_ad._current_level < 0 else dual_leaf(y)
        self.layers[name] = y
        return y


def dual_leaf(y):
    """The same dual tensor as a leaf of the reverse tape; its tangent is a constant there."""
    primal, tangent = forward_ad.unpack_dual(y)
    return forward_ad.make_dual(primal.detach().requires_grad_(), tangent.detach())


def layer_gradients(network, x, label):
    """∂F/∂y of every mixed block, by one forward and one backward pass."""
    watch = Watch()
    with torch.enable_grad():
        score = network(x, watch)[:, label].sum()
        return dict(zip(watch.layers, torch.autograd.grad(score, list(watch.layers.values()))))


def captum_conductance(network, x, baseline, label, layers, steps, internal_batch_size):
    """Captum, one run for each layer: {layer: (1, C, h, w)}."""
    from captum.attr import LayerConductance

    found = {}
    for layer in layers:
        method = LayerConductance(network, network.parts[layer])
        attribution = method.attribute(
            x, baseline, target=label, n_steps=steps, internal_batch_size=internal_batch_size
        )
        found[layer] = attribution.detach()  # without the graph, which holds every activation
    return found


def fastest_internal_batch(network, x, baseline, label, steps, layer):
    """The fastest of Captum's internal batch sizes, by one layer, each in its second run."""
    seconds = {}
    for size in INTERNAL_BATCHES:
        for _ in range(2):
            start = time.perf_counter()
            captum_conductance(network, x, baseline, label, [layer], steps, size)[layer].cpu()
            seconds[size] = time.perf_counter() - start
    return min(seconds, key=seconds.get)


def careful_chain_rule(network, x, baseline, label, alphas, weights, batch_size):
    """All layers in one sweep in PyTorch: tangents and one backward pass, some points at a time."""
    found = {}
    for start in range(0, len(alphas), batch_size):
        alpha = x.new_tensor(alphas[start : start + batch_size]).reshape(-1, 1, 1, 1)
        weight = x.new_tensor(weights[start : start + batch_size])
        points = (baseline + alpha * (x - baseline)).contiguous(memory_format=network.memory_format)
        velocity = (x - baseline).expand_as(points).contiguous(memory_format=network.memory_format)
        with forward_ad.dual_level(), torch.enable_grad():
            watch = Watch()
            score = network(forward_ad.make_dual(points, velocity), watch)[:, label]
            duals = {name: forward_ad.unpack_dual(y) for name, y in watch.layers.items()}
            primal_score = forward_ad.unpack_dual(score).primal.sum()
            gradients = torch.autograd.grad(primal_score, list(watch.layers.values()))
            for (name, dual), gradient in zip(duals.items(), gradients):
                term = forward_ad.unpack_dual(gradient).primal.detach() * dual.tangent.detach()
                part = torch.tensordot(weight, term, 1)
                found[name] = found[name] + part if name in found else part
    return found


def equal_points(steps):
    """The ends of ``steps`` equal pieces of the path."""
    return np.arange(steps + 1) / steps


def careful_difference(network, x, baseline, label, alphas, batch_size, rule="left"):
    """The line integral for all layers in one sweep in PyTorch: only one backward pass.

    ``rule`` is "left" (∂F/∂y at the earlier point) or "trapezoid" (the mean of both).
    """
    found, before = {}, {}
    for start in range(0, len(alphas), batch_size):
        alpha = x.new_tensor(alphas[start : start + batch_size]).reshape(-1, 1, 1, 1)
        points = (baseline + alpha * (x - baseline)).contiguous(memory_format=network.memory_format)
        watch = Watch()
        with torch.enable_grad():
            score = network(points, watch)[:, label].sum()
            gradients = torch.autograd.grad(score, list(watch.layers.values()))
        for (name, y), gradient in zip(watch.layers.items(), gradients):
            y = y.detach()
            part = panels(y, gradient, rule)
            if name in before:  # from the last point of the batch before to the first of this
                last_y, last_gradient = before[name]
                ends = torch.stack([last_y, y[0]]), torch.stack([last_gradient, gradient[0]])
                part = part + panels(*ends, rule)
            found[name] = found[name] + part if name in found else part
            before[name] = y[-1], gradient[-1]
    return found


def panels(y, gradient, rule):
    """Σ ∂F/∂y · Δy over neighbouring points."""
    slope = gradient[:-1] if rule == "left" else (gradient[:-1] + gradient[1:]) / 2
    return (slope * (y[1:] - y[:-1])).sum(dim=0)


def as_ours(array):
    """A PyTorch result (N, C, h, w) or (C, h, w) as a NumPy array with channels last."""
    array = array.detach().cpu().numpy()
    return np.moveaxis(array, -3, -1)

"""Small random ONNX graphs of everything that the converter knows."""

import numpy as np

from .onnx_writer import OnnxWriter, kernel

UNARY = {
    "Relu": {},
    "Sigmoid": {},
    "Tanh": {},
    "Softplus": {},
    "Softsign": {},
    "LeakyRelu": {"alpha": 0.2},
    "Elu": {"alpha": 0.7},
    "Selu": {},
    "HardSigmoid": {"alpha": 0.3},
    "Abs": {},
    "Neg": {},
    "Identity": {},
    "Dropout": {},
}


class RandomGraph:
    """A graph that grows by random steps; tensors are pictures (1, C, H, W) until it ends.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.opset = int(self.rng.choice([9, 11, 13, 17]))
        channels, side = int(self.rng.integers(1, 5)), int(self.rng.integers(9, 14))
        self.writer = OnnxWriter(("N", channels, side, side + 1), self.opset)
        self.name, self.shape = "x", (channels, side, side + 1)
        self.side = [(self.name, self.shape)]  # earlier tensors that can be read again

    def grow(self, steps):
        """Add so many random steps, then a head; the name of the output."""
        for _ in range(steps):
            step = self.rng.choice(STEPS)
            before = self.name, self.shape
            step(self)
            if self.name != before[0]:
                self.side.append((self.name, self.shape))
        return self.rng.choice(HEADS)(self)

    def add(self, operation, inputs, shape=None, **attributes):
        self.name = self.writer.node(operation, inputs, **attributes)
        self.shape = self.shape if shape is None else tuple(int(size) for size in shape)
        return self.name

    def numbers(self, *shape):
        """An initializer of random numbers."""
        array = self.rng.standard_normal(shape).astype(np.float32)
        return self.writer.weight(array, form=self.rng.choice(["raw", "field"]))

    def whole(self, numbers):
        return self.writer.weight(np.array(numbers, np.int64), form="field")


def convolution(g):
    channels, height, width = g.shape
    size = g.rng.integers(1, 4, 2)
    stride, pads = g.rng.integers(1, 3, 2), g.rng.integers(0, 3, 4)
    out = int(g.rng.integers(1, 6))
    made = [
        (length + before + after - window) // step + 1
        for length, before, after, window, step in zip(
            (height, width), pads[:2], pads[2:], size, stride
        )
    ]
    if min(made) < 3:
        return
    weight = g.writer.weight(kernel(g.rng, out, channels, *size))
    inputs = [g.name, weight] + [g.numbers(out)] * int(g.rng.integers(2))
    g.add("Conv", inputs, (out, *made), strides=stride.tolist(), pads=pads.tolist())
    if g.rng.integers(2):
        batch_norm(g)


def batch_norm(g):
    channels = g.shape[0]
    variance = g.rng.uniform(0.5, 2, channels).astype(np.float32)
    numbers = [g.numbers(channels) for _ in range(3)]
    inputs = [g.name, *numbers, g.writer.weight(variance)]
    g.add("BatchNormalization", inputs, epsilon=0.001)


def pool(g):
    operation = str(g.rng.choice(["MaxPool", "AveragePool"]))
    size, stride = g.rng.integers(2, 4, 2), g.rng.integers(1, 3, 2)
    pads = np.minimum(g.rng.integers(0, 2, 4), [*(size - 1), *(size - 1)])
    made = [
        (length + before + after - window) // step + 1
        for length, before, after, window, step in zip(
            g.shape[1:], pads[:2], pads[2:], size, stride
        )
    ]
    if min(made) < 3:
        return
    attributes = {"kernel_shape": size.tolist(), "strides": stride.tolist(), "pads": pads.tolist()}
    up = [
        -(-(length + before + after - window) // step) + 1
        for length, before, after, window, step in zip(
            g.shape[1:], pads[:2], pads[2:], size, stride
        )
    ]
    begins = [(count - 1) * step - before for count, step, before in zip(up, stride, pads)]
    # of a window that would begin behind the picture ONNX's documents say one thing and another
    if g.opset >= 10 and g.rng.integers(2) and all(np.less(begins, g.shape[1:])):
        attributes["ceil_mode"], made = 1, up
    if operation == "AveragePool" and g.rng.integers(3):  # else ONNX's default
        attributes["count_include_pad"] = int(g.rng.integers(2))
    g.add(operation, [g.name], (g.shape[0], *made), **attributes)


def same_pool(g):
    auto = str(g.rng.choice(["SAME_UPPER", "SAME_LOWER"]))
    made = [-(-length // 2) for length in g.shape[1:]]
    if min(made) >= 3:
        how = {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": auto}
        g.add("MaxPool", [g.name], (g.shape[0], *made), **how)


def unary(g):
    operation = str(g.rng.choice(list(UNARY)))
    g.add(operation, [g.name], **UNARY[operation])


def clip(g):
    if g.opset < 11:
        g.add("Clip", [g.name], min=-0.5, max=1.5)
    else:
        bounds = [g.writer.weight(np.array(value, np.float32)) for value in (-0.5, 1.5)]
        g.add("Clip", [g.name, *bounds])


def norm(g):
    g.add("LRN", [g.name], size=int(g.rng.choice([1, 3, 5])), alpha=0.3, beta=0.6, bias=1.5)


def with_constant(g):
    operation = str(g.rng.choice(["Add", "Sub", "Mul"]))
    shapes = [(), (1,), (g.shape[0], 1, 1), (1, *g.shape), (g.shape[2],)]
    constant = g.numbers(*shapes[g.rng.integers(len(shapes))])
    inputs = [g.name, constant] if g.rng.integers(2) else [constant, g.name]
    g.add(operation, inputs)


def with_earlier(g):
    same = [name for name, shape in g.side if shape == g.shape and name != g.name]
    if same:
        operation = str(g.rng.choice(["Add", "Sub", "Mul", "Max", "Min"]))
        g.add(operation, [g.name, str(g.rng.choice(same))])


def join(g):
    fitting = [one for one in g.side if one[1][1:] == g.shape[1:]]
    if fitting:
        name, shape = fitting[g.rng.integers(len(fitting))]
        channels = g.shape[0] + shape[0]
        if channels <= 12:
            axis = int(g.rng.choice([1, -3]))
            g.add("Concat", [g.name, name], (channels, *g.shape[1:]), axis=axis)


def squeeze_and_excite(g):
    before = g.name
    g.add(str(g.rng.choice(["GlobalAveragePool", "GlobalMaxPool"])), [g.name])
    weight = g.writer.weight(kernel(g.rng, g.shape[0], g.shape[0], 1, 1))
    gate = g.add("Sigmoid", [g.add("Conv", [g.name, weight])])
    g.add("Mul", [before, gate])


def turned(g):
    """Channels last and back, with a product over the channels between."""
    channels, height, width = g.shape
    last = g.add("Transpose", [g.name], perm=[0, 2, 3, 1])
    product = g.add("MatMul", [last, g.writer.weight(kernel(g.rng, channels, channels))])
    g.add("Transpose", [product], perm=[0, 3, 1, 2])


def shuffled(g):
    """Channels in groups, exchanged: a Reshape by Shape, Gather and Concat, there and back."""
    channels, height, width = g.shape
    if channels % 2:
        return
    shape = g.writer.node("Shape", [g.name])
    first = g.writer.node("Gather", [shape, g.whole([0])], axis=0)
    rest = g.whole([2, channels // 2, height, width])
    groups = g.writer.node("Concat", [first, rest], axis=0)
    before = g.add("Reshape", [g.name, groups])
    exchanged = g.add("Transpose", [before], perm=[0, 2, 1, 3, 4])
    g.add("Reshape", [exchanged, g.whole([0, -1, height, width])])


def padded(g):
    if max(g.shape[1:]) > 14:
        return
    pads, shape = [0, 0, 1, 0, 0, 0, 0, 2], (g.shape[0], g.shape[1] + 1, g.shape[2] + 2)
    if g.opset < 11:
        g.add("Pad", [g.name], shape, pads=pads, value=0.5)
    else:
        value = g.writer.weight(np.array(0.5, np.float32))
        g.add("Pad", [g.name, g.whole(pads), value], shape)


def cut_out(g):
    if g.shape[1] < 6:
        return
    shape = (g.shape[0], g.shape[1] - 3, g.shape[2])
    if g.opset < 10:
        g.add("Slice", [g.name], shape, starts=[1], ends=[-2], axes=[2])
    else:
        g.add("Slice", [g.name, *(g.whole([k]) for k in (1, -2, 2))], shape)


def mean_over_positions(g):
    g.add("ReduceMean", [g.name], (g.shape[0],), axes=[2, 3], keepdims=0)


def head_flat(g):
    g.add("Flatten", [g.name], (np.prod(g.shape),))
    return dense(g)


def head_reshaped(g):
    g.add("Reshape", [g.name, g.whole([-1, np.prod(g.shape)])], (np.prod(g.shape),))
    if g.rng.integers(2):  # something that must not mind how the entries stand
        g.add("Relu", [g.name])
    return dense(g)


def head_mean(g):
    mean_over_positions(g)
    return dense(g)


def head_pool(g):
    weight = g.writer.weight(kernel(g.rng, 5, g.shape[0], 1, 1))
    g.add("Conv", [g.name, weight], (5, *g.shape[1:]))
    g.add("GlobalAveragePool", [g.name], (5, 1, 1))
    axes = {"axes": [2, 3]} if g.opset < 13 else {}
    inputs = [g.name] if axes else [g.name, g.whole([2, 3])]
    return g.add("Squeeze", inputs, (5,), **axes)


def dense(g):
    weight = kernel(g.rng, 5, g.shape[0])
    if g.rng.integers(2):
        inputs = [g.name, g.writer.weight(weight), g.numbers(5)]
        g.add("Gemm", inputs, (5,), transB=1, alpha=0.5, beta=2.0)
    else:
        g.add("MatMul", [g.name, g.writer.weight(weight.T)], (5,))
        g.add("Add", [g.name, g.numbers(5)])
    return g.name


STEPS = [
    convolution,
    convolution,
    batch_norm,
    pool,
    same_pool,
    unary,
    unary,
    clip,
    norm,
    with_constant,
    with_earlier,
    join,
    squeeze_and_excite,
    turned,
    shuffled,
    padded,
    cut_out,
]
HEADS = [head_flat, head_reshaped, head_mean, head_pool]


def write_random(path, seed, steps=9):
    """Write the random graph of a seed; returns an input for it, of two examples."""
    graph = RandomGraph(seed)
    shape = graph.shape
    graph.writer.save(path, graph.grow(steps))
    return np.random.default_rng(seed).standard_normal((2, *shape)).astype(np.float32)

"""Convolution, pooling and local response normalisation."""

from minigrad.functions.windows import place_windows

from ..translation import Unsupported, last


def check_convolution(node):
    """Raise `Unsupported` for a convolution in groups, or with holes in its kernel."""
    if node.integer("group", 1) != 1:
        raise Unsupported(
            "a convolution in groups, where a filter reads some of the channels only; minigrad's "
            "filters read all. ResNet, VGG, DenseNet, SqueezeNet and Inception have no groups"
        )
    check_dilations(node)


def check_dilations(node):
    """Raise `Unsupported` for a window with holes."""
    dilations = node.integers("dilations", [])
    if any(dilation != 1 for dilation in dilations):
        raise Unsupported(f"dilations {dilations}; minigrad's windows have no holes")


def check_pool(node):
    """Raise `Unsupported` for a pooling with holes, or of which the positions are asked for."""
    check_dilations(node)
    if len(node.outputs) > 1 and node.outputs[1]:
        raise Unsupported("its second output, the positions of the maxima, has no derivative")


def convolution(t, node):
    kernel = t.weight_array(node, 1)
    x = t.value(node)
    spatial = kernel.ndim - 2
    check_images(x, spatial)
    x = t.in_order(node, x, last(spatial + 2))
    if x.shape[1] != kernel.shape[1]:
        raise Unsupported(f"{x.shape[1]} channels go in, its kernel has shape {kernel.shape}")
    stride, padding, size = geometry(node, x, kernel.shape[2:])
    weights = {"weight": kernel.transpose(*range(2, kernel.ndim), 1, 0)}
    if len(node.inputs) > 2 and node.inputs[2]:
        weights["bias"] = t.weight_array(node, 2)
        if weights["bias"].shape != kernel.shape[:1]:
            raise Unsupported(f"its bias has shape {weights['bias'].shape}")
    options = {"stride": stride, "padding": padding}
    if spatial == 1:
        options = {"stride": stride[0], "padding": padding[0]}
    shape = (1, kernel.shape[0], *size)
    return t.add(node, f"conv{spatial}d", [x], shape, x.order, options, weights)


def max_pool(t, node):
    x, size, stride, padding, made, ceil_mode = pooling(t, node)
    options = {"size": size, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    return pool_step(t, node, "max_pool", x, made, options)


def average_pool(t, node):
    x, size, stride, padding, made, ceil_mode = pooling(t, node)
    options = {"size": size, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    options["count_include_pad"] = bool(node.integer("count_include_pad", 0))
    return pool_step(t, node, "avg_pool", x, made, options)


def pooling(t, node):
    """What both poolings have in common."""
    size = node.integers("kernel_shape")
    x = t.value(node)
    if size is None:
        raise Unsupported("its kernel_shape is missing")
    check_images(x, len(size))
    x = t.in_order(node, x, last(len(size) + 2))
    ceil_mode = bool(node.integer("ceil_mode", 0))
    stride, padding, made = geometry(node, x, size, ceil_mode)
    if any(max(pair) >= length for pair, length in zip(padding, size)):
        raise Unsupported(f"padding {padding} is as large as the window {size}")
    return x, size, stride, padding, made, ceil_mode


def pool_step(t, node, operation, x, made, options):
    if len(made) == 1:
        options = {
            key: value[0] if isinstance(value, list) else value for key, value in options.items()
        }
    shape = (*x.shape[:2], *made)
    return t.add(node, f"{operation}{len(made)}d", [x], shape, x.order, options)


def geometry(node, x, size, ceil_mode=False):
    """Strides, padding (a pair for each axis) and the output's size of a sliding window."""
    spatial = len(size)
    size = [int(length) for length in size]
    stride = node.integers("strides", [1] * spatial)
    pads = node.integers("pads", [0] * 2 * spatial)
    if len(stride) != spatial or len(pads) != 2 * spatial or min(stride + size) < 1:
        raise Unsupported(f"strides {stride}, pads {pads} for a window {size}")
    if min(pads) < 0 or max(stride + pads + size) > 2**16:
        raise Unsupported(f"strides {stride}, pads {pads} for a window {size}")
    padding = [[pads[axis], pads[axis + spatial]] for axis in range(spatial)]
    auto = node.text("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        padding = [
            same(length, window, step, auto)
            for length, window, step in zip(x.shape[2:], size, stride)
        ]
    elif auto == "VALID":
        padding = [[0, 0] for _ in size]
    elif auto != "NOTSET":
        raise Unsupported(f"auto_pad {auto!r}")
    made = []
    for length, window, step, pair in zip(x.shape[2:], size, stride, padding):
        images = (1, length, 1, 1)
        try:
            windows = place_windows(
                node.operation, images, (window, 1), (step, 1), (pair, (0, 0)), ceil_mode
            )
        except ValueError as error:
            raise Unsupported(str(error).partition(": ")[2]) from None
        made.append(windows.rows)
    return stride, padding, made


def same(length, window, step, auto):
    """The padding that keeps a size, ⌈length / step⌉ windows; the odd one where ``auto`` says."""
    total = max((-(-length // step) - 1) * step + window - length, 0)
    small, large = total // 2, total - total // 2
    return [small, large] if auto == "SAME_UPPER" else [large, small]


def check_images(x, spatial):
    """Raise `Unsupported` unless the tensor is a picture or a sequence, as the window asks."""
    if spatial == 3 and x.shape[1] == 1:
        raise Unsupported(
            "a window of 3 axes: of those, or of PyTorch's nn.LocalResponseNorm, which it writes "
            "as such a pooling, there is none here"
        )
    if spatial not in (1, 2) or len(x.shape) != spatial + 2:
        raise Unsupported(
            f"a window of {spatial} axes over a tensor of shape {x.shape}; expected pictures or "
            "sequences"
        )


def local_response_norm(t, node):
    size = node.integer("size")
    if size is None or size < 1 or size % 2 == 0 or size > 2**16:
        raise Unsupported(f"a window of {size} channels; minigrad's is as wide to either side")
    x = t.value(node)
    x = t.in_order(node, x, last(len(x.shape)))
    options = {
        "radius": size // 2,
        "bias": node.number("bias", 1.0),
        "alpha": node.number("alpha", 1e-4) / size,  # ONNX's alpha is for the whole window
        "beta": node.number("beta", 0.75),
    }
    if not options["bias"] > 0 or not min(options["alpha"], options["beta"]) >= 0:
        raise Unsupported(f"constants that cannot be: {options}")
    return t.add(node, "local_response_norm", [x], x.shape, x.order, options)


OPERATORS = {
    "Conv": convolution,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "LRN": local_response_norm,
}
CHECKS = {"Conv": check_convolution, "MaxPool": check_pool, "AveragePool": check_dilations}

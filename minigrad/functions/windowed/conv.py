"""Convolution (cross-correlation, as every network uses it), channels last."""

from ...function import Function
from ...machine.backend import on_gpu
from ..chain_rule import bilinear
from ..shape import reshape
from ..windows import padded, place_windows, tap, taps, turned_windows
from ..winograd import correlate_winograd, pays, turned_kernel
from .columns import correlate_columns, gradient_of_kernel, scatter_columns


def conv2d_plain(xp, x, weight, windows):
    """The specification of `correlate`: each kernel entry times the pixels it meets, summed."""
    x_padded = padded(xp, x, windows)
    y = 0
    for i, j in taps(windows):
        y = y + tap(x_padded, windows, i, j) @ weight[i, j]
    return y


def correlate(xp, x, weight, windows, bias=None):
    """The same as `conv2d_plain` (plus the bias), in one of two fast ways.

    Either as a matrix product with the `columns_of` a few rows of windows at a time, or,
    where that `pays`, by Winograd's algorithm.

    Parameters
    ----------
    x : array, shape (N, H, W, in)
    weight : array, shape (kh, kw, in, out)
    bias : array, shape (out,), optional

    Returns
    -------
    array, shape (N, rows, columns, out)
    """
    if pays(xp, x.shape, weight.shape, windows):
        return correlate_winograd(xp, x, weight, windows, bias)
    return correlate_columns(xp, x, weight, windows, bias)


def correlate_backward_x(xp, grad_output, weight, windows, x_shape):
    """The gradient with respect to x: each window's gradient added back to its pixels.

    At stride 1 that is itself a convolution, with the kernel turned by 180° and its
    channels exchanged; Winograd's algorithm takes it as such, and so does a GPU, where adding
    to the pixels one entry of the kernel after the other takes long.
    """
    around = turned_windows(windows, x_shape)
    fits = min(around.top, around.left, around.bottom, around.right) >= 0
    is_convolution = fits and (windows.down, windows.across) == (1, 1)
    if is_convolution and pays(xp, grad_output.shape, weight.shape, around):
        return correlate_winograd(xp, grad_output, weight, around, turned=True)
    if is_convolution and on_gpu(xp):
        return correlate_columns(xp, grad_output, turned_kernel(weight), around)
    return scatter_columns(xp, grad_output, weight, windows, x_shape)


class Conv2d(Function):
    accepts_missing_tangents = True

    def __init__(self, stride=1, padding=0):
        self.stride = stride
        self.padding = padding

    def forward(self, x, weight, bias=None):
        if weight.ndim != 4 or x.ndim != 4 or x.shape[-1] != weight.shape[2]:
            raise ValueError(
                f"conv2d: x has shape {x.shape} and weight {weight.shape}; expected (N, H, W, in) "
                "and (kh, kw, in, out) with the same in (channels come last)"
            )
        if bias is not None and bias.shape != weight.shape[3:]:
            raise ValueError(
                f"conv2d: bias has shape {bias.shape}, expected {weight.shape[3:]}, "
                "one number for each filter"
            )
        self.windows = place_windows("conv2d", x.shape, weight.shape[:2], self.stride, self.padding)
        self.x, self.weight = x, weight
        return correlate(self.xp, x, weight, self.windows, bias)

    def backward(self, grad_output):
        xp, x, weight, windows = self.xp, self.x, self.weight, self.windows
        grad_x = grad_weight = grad_bias = None
        if self.needs_grad[0]:
            geometry = windows, x.shape
            grad_x = bilinear(xp, correlate_backward_x, grad_output, weight, *geometry)
        if self.needs_grad[1]:
            geometry = windows, weight.shape
            grad_weight = bilinear(xp, gradient_of_kernel, grad_output, x, *geometry)
        if len(self.inputs) == 3 and self.needs_grad[2]:
            grad_bias = grad_output.sum(axis=(0, 1, 2))
        return (grad_x, grad_weight, grad_bias)[: len(self.inputs)]

    def jvp(self, dx, dweight, dbias=None):
        # y is linear in x, in the kernel and in the bias, so each tangent goes its own way.
        dy = 0 if dx is None else self.convolved_tangent(dx)
        if dweight is not None:
            dy = dy + bilinear(self.xp, correlate, self.x, dweight, self.windows)
        if dbias is not None:
            shape = (len(self.x), self.windows.rows, self.windows.columns, len(dbias))
            dy = dy + self.xp.broadcast_to(dbias, shape)
        return dy

    def convolved_tangent(self, dx):
        """`correlate`, but only once for a tangent that is the same for every image.

        As dx/dα is on the path of one example.
        """
        if dx.strides[0] or len(dx) == 1:
            return bilinear(self.xp, correlate, dx, self.weight, self.windows)
        once = bilinear(self.xp, correlate, dx[:1], self.weight, self.windows)
        return self.xp.broadcast_to(once, (len(dx), *once.shape[1:]))


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Slide a bank of filters over images.

    y[n, r, c] = bias + Σ_ij x[n, r·stride + i, c·stride + j] · weight[i, j]

    Parameters
    ----------
    x : Tensor, shape (N, H, W, in)
    weight : Tensor, shape (kh, kw, in, out)
    bias : Tensor, shape (out,), optional
    stride : int or (int, int)
    padding : int, "same" or ((top, bottom), (left, right))
        Zeros around the image. "same" is TensorFlow's rule, one more below and to the
        right when the padding is uneven.

    Returns
    -------
    Tensor, shape (N, rows, columns, out)
    """
    function = Conv2d(stride, padding)
    return function(x, weight) if bias is None else function(x, weight, bias)


def conv1d(x, weight, bias=None, stride=1, padding=0):
    """Slide a bank of filters over sequences: `conv2d` on images of height 1.

    Parameters
    ----------
    x : Tensor, shape (N, T, in)
    weight : Tensor, shape (k, in, out)
    bias : Tensor, shape (out,), optional
    stride : int
    padding : int, "same" or (before, after)

    Returns
    -------
    Tensor, shape (N, windows, out)
    """
    if len(x.shape) != 3 or len(weight.shape) != 3 or x.shape[2] != weight.shape[1]:
        raise ValueError(
            f"conv1d: x has shape {x.shape} and weight {weight.shape}; expected (N, T, in) "
            "and (k, in, out) with the same in"
        )
    if not isinstance(padding, str):
        padding = ((0, 0), padding if isinstance(padding, (tuple, list)) else (padding, padding))
    images = reshape(x, x.shape[0], 1, *x.shape[1:])
    y = conv2d(images, reshape(weight, 1, *weight.shape), bias, (1, stride), padding)
    return reshape(y, y.shape[0], *y.shape[2:])

"""BVLC GoogLeNet as the ONNX zoo's googlenet-N has it: nodes, names and padding of Caffe2's export.

What stands here about it (Caffe's names with ``_w_0`` and ``_b_0``, pools with two rows of padding
at their ends, a Reshape before the classifier) is what others have read out of the files.
"""

import numpy as np

from models.convert.layout import caffe_names
from models.inception.specifications import GOOGLENET_BVLC, Conv, MaxPool, Mixed

from .onnx_writer import OnnxWriter


def googlenet_onnx(state, opset=9, pads_at_end=2, side=224, head_shape=None):
    """The writer of a whole graph, and the name of its output.

    Parameters
    ----------
    state : dict of str to numpy.ndarray
        Under our names.
    opset : int
    pads_at_end : int
        Of the strided pools; with 0 they round down, as in the zoo's inception-v1-N.
    side : int
    head_shape : tuple of int, optional
        Of the classifier's weights in the file, (1000, 1024) unless told; (1, 1, 1000, 1024) goes
        through a Reshape.
    """
    return Writer(state, opset, pads_at_end, side, head_shape).whole()


class Writer:
    """Adds the steps of the specification, one after another."""

    def __init__(self, state, opset, pads_at_end, side, head_shape):
        self.onnx = OnnxWriter((1, 3, side, side), opset)
        self.state, self.pads_at_end, self.head_shape = state, pads_at_end, head_shape
        self.theirs = {ours: name for name, ours in caffe_names(GOOGLENET_BVLC).items()}

    def whole(self):
        last = "x"
        for step in GOOGLENET_BVLC.body:
            if isinstance(step, Conv):
                last = self.convolution(last, step.name, step.kernel, step.stride)
            elif isinstance(step, MaxPool):
                pads = [0, 0, self.pads_at_end, self.pads_at_end]
                last = self.pool(last, step.size, step.stride, pads)
            elif isinstance(step, Mixed):
                last = self.mixed(last, step)
            else:
                alpha, size = step.alpha * (2 * step.radius + 1), 2 * step.radius + 1
                constants = {"alpha": alpha, "beta": step.beta, "bias": step.bias}
                last = self.onnx.node("LRN", [last], size=size, **constants)
        return self.onnx, self.head(last)

    def arrays(self, ours):
        """Weight and bias under Caffe2's names, output channels first."""
        name, weight = self.theirs[ours], self.state[f"{ours}.weight"]
        weight = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight.T
        weight = np.ascontiguousarray(weight)
        if weight.ndim == 2 and self.head_shape is not None:
            weight = weight.reshape(self.head_shape)
        return [
            self.onnx.weight(weight, f"{name}_w_0"),
            self.onnx.weight(self.state[f"{ours}.bias"], f"{name}_b_0"),
        ]

    def convolution(self, last, ours, kernel, stride=1):
        how = {"strides": [stride] * 2, "pads": [kernel // 2] * 4, "kernel_shape": [kernel] * 2}
        return self.onnx.node("Relu", [self.onnx.node("Conv", [last, *self.arrays(ours)], **how)])

    def pool(self, last, size, stride, pads):
        how = {"kernel_shape": [size] * 2, "strides": [stride] * 2, "pads": pads}
        return self.onnx.node("MaxPool", [last], **how)

    def mixed(self, last, step):
        def branch(below, name, kernel):
            return self.convolution(below, f"{step.name}.{name}", kernel)

        towers = [
            branch(last, "conv1x1", 1),
            branch(branch(last, "bottleneck3x3", 1), "conv3x3", 3),
            branch(branch(last, "bottleneck5x5", 1), "conv5x5", 5),
            branch(self.pool(last, 3, 1, [1, 1, 1, 1]), "pool_reduce", 1),
        ]
        return self.onnx.node("Concat", towers, axis=1)

    def head(self, last):
        whole = {"kernel_shape": [7, 7], "strides": [1, 1], "pads": [0, 0, 0, 0]}
        pool = self.onnx.node("AveragePool", [last], **whole)
        kept = self.onnx.node("Dropout", [pool], ratio=0.4)
        shape = self.onnx.weight(np.array([1, 1024], np.int64), "OC2_DUMMY_0")
        row = self.onnx.node("Reshape", [kept, shape])
        weight, bias = self.arrays("softmax2")
        if self.head_shape is not None:
            shape = self.onnx.weight(np.array([1000, 1024], np.int64), "OC2_DUMMY_3")
            weight = self.onnx.node("Reshape", [weight, shape])
        scores = self.onnx.node("Gemm", [row, weight, bias], transB=1)
        return self.onnx.node("Softmax", [scores])

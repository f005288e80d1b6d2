"""inception5h as a TensorFlow graph would have it, converted, against the same in PyTorch."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the oracle is PyTorch; pip install -e '.[oracle]'")

import torch.nn.functional as tf

import minigrad as mg
import models
from models.convert import convert
from models.inception.specifications import INCEPTION5H, Conv, MaxPool, Mixed, Norm
from tests.helpers.files.graphdef import write_inception5h

pytestmark = pytest.mark.oracle
LRN = (4, 1.5, 2e-4, 0.6)  # unlike every default, so that only the graph's own nodes can have told


def same(x, kernel, stride, value):
    """TensorFlow's SAME padding: what is uneven goes below and to the right."""
    pads = []
    for length in (x.shape[3], x.shape[2]):
        total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
        pads += [total // 2, total - total // 2]
    return tf.pad(x, pads, value=value)


class Network:
    """inception5h in PyTorch, from the graph's own arrays under the graph's own names."""

    def __init__(self, arrays):
        self.arrays = {name: torch.tensor(array) for name, array in arrays.items()}

    def conv(self, x, name, kernel, stride=1):
        weight = self.arrays[f"{name}_w"].permute(3, 2, 0, 1)
        return tf.relu(
            tf.conv2d(same(x, kernel, stride, 0.0), weight, self.arrays[f"{name}_b"], stride)
        )

    def pool(self, x, size, stride):
        return tf.max_pool2d(same(x, size, stride, -np.inf), size, stride)

    def mixed(self, x, name):
        one = self.conv(x, f"{name}_1x1", 1)
        three = self.conv(self.conv(x, f"{name}_3x3_bottleneck", 1), f"{name}_3x3", 3)
        five = self.conv(self.conv(x, f"{name}_5x5_bottleneck", 1), f"{name}_5x5", 5)
        pooled = self.conv(self.pool(x, 3, 1), f"{name}_pool_reduce", 1)
        return torch.cat([one, three, five, pooled], 1)

    def __call__(self, x):
        radius, bias, alpha, beta = LRN
        for step in INCEPTION5H.body:
            if isinstance(step, Conv):
                x = self.conv(x, step.name, step.kernel, step.stride)
            elif isinstance(step, MaxPool):
                x = self.pool(x, step.size, step.stride)
            # PyTorch divides alpha by the number of channels in the window
            elif isinstance(step, Norm):
                x = tf.local_response_norm(x, 2 * radius + 1, alpha * (2 * radius + 1), beta, bias)
            elif isinstance(step, Mixed):
                x = self.mixed(x, step.name)
        return x.mean(dim=(2, 3)) @ self.arrays["softmax2_w"] + self.arrays["softmax2_b"]


@pytest.mark.parametrize("prefix", ["", "import/"])
def test_converted_graph_scores_as_pytorch(tmp_path, prefix):
    rng = np.random.default_rng(5)
    arrays = write_inception5h(tmp_path / "graph.pb", rng, LRN, prefix)
    convert(tmp_path / "graph.pb", tmp_path / "graph.npz")
    model = models.load(tmp_path / "graph.npz")
    assert model.specification.filters == 5484 and len(model.labels) == 1008
    x = rng.uniform(-117, 138, (2, 224, 224, 3)).astype(np.float32)
    with mg.no_grad(), torch.no_grad():
        ours = model(mg.Tensor(x)).numpy()
        theirs = Network({name.removeprefix(prefix): array for name, array in arrays.items()})(
            torch.tensor(x.transpose(0, 3, 1, 2))
        ).numpy()
    assert ours.shape == (2, 1008)
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max(), rtol=0)

"""Our attributions against Captum's: its reference of the paper's formula, layers, neurons."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the oracle is PyTorch; pip install -e '.[oracle]'")
captum_attr = pytest.importorskip(
    "captum.attr", reason="the oracle is Captum; pip install -e '.[oracle]'"
)

import minigrad as mg
from minigrad.attribution import (
    conductance,
    conductance_map,
    gradient_times_activation,
    integrated_gradients,
    layer_integrated_gradients,
)

pytestmark = pytest.mark.oracle
STEPS = 40


@pytest.fixture(scope="module", autouse=True)
def float64():
    """Captum's reference makes tensors of the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture(scope="module")
def pair():
    """One smooth network twice: in PyTorch (with modules to hook), and in minigrad."""
    torch.manual_seed(0)

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = torch.nn.Conv2d(2, 4, 3, padding=1)
            self.hidden = torch.nn.Tanh()
            self.linear = torch.nn.Linear(4 * 3 * 3, 5)
            self.top = torch.nn.Softplus()
            self.head = torch.nn.Linear(5, 3)

        def forward(self, x):
            y = self.hidden(self.conv(x))
            return self.head(self.top(self.linear(y.flatten(1))))

    network = Network().double()
    state = {name: value.detach().numpy() for name, value in network.named_parameters()}

    def F(x):
        y = mg.tanh(
            mg.conv2d(x, state["conv.weight"].transpose(2, 3, 1, 0), state["conv.bias"], padding=1)
        ).named("hidden")
        rows = mg.flatten(mg.transpose(y, 0, 3, 1, 2))
        top = mg.softplus(mg.linear(rows, state["linear.weight"].T, state["linear.bias"])).named(
            "top"
        )
        return mg.linear(top, state["head.weight"].T, state["head.bias"])[:, 1]

    rng = np.random.default_rng(0)
    x, baseline = rng.standard_normal((2, 2, 3, 3, 2))
    return network, F, x, baseline


def as_torch(images):
    return torch.tensor(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))


def as_numpy(found):
    """Channels last, if there are channels."""
    found = found.detach().numpy()
    return found.transpose(0, 2, 3, 1) if found.ndim == 4 else found


@pytest.mark.parametrize("layer", ["hidden", "top"])
def test_captums_reference_of_the_papers_formula(pair, layer):
    from captum.testing.attr.helpers.conductance_reference import ConductanceReference

    network, F, x, baseline = pair
    reference = ConductanceReference(network, getattr(network, layer))
    ours = conductance(F, x, baseline, layers=[layer], steps=STEPS)
    for n in range(2):
        theirs = reference.attribute(
            as_torch(x[n : n + 1]),
            as_torch(baseline[n : n + 1]),
            target=1,
            n_steps=STEPS,
            method="gausslegendre",
        )
        np.testing.assert_allclose(ours[layer][n], as_numpy(theirs)[0], rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("layer", ["hidden", "top"])
def test_captums_layer_conductance_is_the_difference_form_and_meets_ours_in_the_limit(pair, layer):
    network, F, x, baseline = pair
    exact = conductance(F, x, baseline, layers=[layer], steps=STEPS)[layer]
    gaps = []
    for steps in (200, 400):
        theirs = captum_attr.LayerConductance(network, getattr(network, layer)).attribute(
            as_torch(x), as_torch(baseline), target=1, n_steps=steps, method="riemann_left"
        )
        gaps.append(np.abs(as_numpy(theirs) - exact).max())
    assert gaps[1] < 1e-2 * np.abs(exact).max()
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.1)  # first order, as the difference form is


def test_captums_neuron_conductance_is_our_map(pair):
    network, F, x, baseline = pair
    for position in [(2, 1, 0), (0, 2, 1)]:
        mask = np.zeros((3, 3, 4), bool)
        mask[position[1], position[2], position[0]] = True
        theirs = captum_attr.NeuronConductance(network, network.hidden).attribute(
            as_torch(x),
            position,
            as_torch(baseline),
            target=1,
            n_steps=STEPS,
            method="gausslegendre",
        )
        ours = conductance_map(F, x, baseline, layer="hidden", select=mask, steps=STEPS)
        np.testing.assert_allclose(ours, as_numpy(theirs), rtol=1e-8, atol=1e-11)


def test_captums_integrated_gradients(pair):
    network, F, x, baseline = pair
    theirs = captum_attr.IntegratedGradients(network).attribute(
        as_torch(x), as_torch(baseline), target=1, n_steps=STEPS, method="gausslegendre"
    )
    # Captum rounds the quadrature's weights to float32 here (it does not for conductance): 6e-8
    # relative.
    np.testing.assert_allclose(
        integrated_gradients(F, x, baseline, steps=STEPS), as_numpy(theirs), rtol=1e-7, atol=1e-8
    )


@pytest.mark.parametrize("layer", ["hidden", "top"])
def test_captums_layer_integrated_gradients(pair, layer):
    network, F, x, baseline = pair
    theirs = captum_attr.LayerIntegratedGradients(network, getattr(network, layer)).attribute(
        as_torch(x), as_torch(baseline), target=1, n_steps=STEPS, method="gausslegendre"
    )
    ours = layer_integrated_gradients(F, x, baseline, layers=[layer], steps=STEPS)
    # Captum's weights, as above
    np.testing.assert_allclose(ours[layer], as_numpy(theirs), rtol=1e-7, atol=1e-8)


def test_captums_layer_gradient_times_activation(pair):
    network, F, x, baseline = pair
    theirs = captum_attr.LayerGradientXActivation(network, network.hidden).attribute(
        as_torch(x), target=1
    )
    np.testing.assert_allclose(
        gradient_times_activation(F, x)["hidden"], as_numpy(theirs), rtol=1e-11, atol=1e-13
    )

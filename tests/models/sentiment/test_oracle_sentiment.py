"""Kim's network trained in PyTorch, saved and converted: the same scores and conductance."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the oracle is PyTorch; pip install -e '.[oracle]'")
captum_attr = pytest.importorskip(
    "captum.attr", reason="the oracle is Captum; pip install -e '.[oracle]'"
)

from safetensors.torch import save_file
from torch import nn

import minigrad as mg
import models
from minigrad.attribution import conductance, gradient_times_activation
from models.convert import convert

pytestmark = pytest.mark.oracle
WORDS, WIDTH, SIZES = 50, 12, (3, 4, 5)


class Kim(nn.Module):
    """As many repositories have it: no padding in the convolutions, maximum over all windows."""

    def __init__(self, layout, outputs, filters=(8, 6, 4)):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, WIDTH, padding_idx=0)
        self.two_dimensional = layout == "conv2d"
        pairs = zip(filters, SIZES)
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(1, count, (size, WIDTH))
                if self.two_dimensional
                else nn.Conv1d(WIDTH, count, size)
                for count, size in pairs
            ]
        )
        self.filters = nn.Identity()
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(sum(filters), outputs)

    def score(self, embedded):
        if self.two_dimensional:
            maps = [torch.relu(conv(embedded[:, None])).squeeze(3) for conv in self.convs]
        else:
            maps = [torch.relu(conv(embedded.transpose(1, 2))) for conv in self.convs]
        return self.fc(
            self.dropout(self.filters(torch.cat([m.max(dim=2).values for m in maps], 1)))
        )

    def forward(self, tokens):
        return self.score(self.embedding(tokens))


class FromEmbedded(nn.Module):
    """The one score of embedded sentences, for Captum."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, embedded):
        return one_score(self.network.score(embedded))


def one_score(outputs):
    return outputs[:, 1] - outputs[:, 0] if outputs.shape[1] == 2 else outputs[:, 0]


def trained(layout, outputs):
    """A few steps on random sentences: no parameter is left as it was initialised."""
    torch.manual_seed(1)
    network = Kim(layout, outputs).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(5):
        tokens, labels = torch.randint(1, WORDS, (32, 11)), torch.randint(0, 2, (32,))
        scores = network(tokens)
        if outputs == 2:
            loss = nn.functional.cross_entropy(scores, labels)
        else:
            loss = nn.functional.binary_cross_entropy_with_logits(scores[:, 0], labels.float())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


def save_as(form, network, folder):
    """The network's state in a file, as people keep it."""
    state = network.state_dict()
    if form == "safetensors":
        save_file(state, folder / "kim.safetensors")
        return folder / "kim.safetensors"
    parallel = {f"module.{name}": tensor for name, tensor in state.items()}
    optimizer = torch.optim.Adam(network.parameters())
    content = {
        "pth": state,
        "older": state,
        "checkpoint": {"epoch": 3, "state_dict": parallel, "optimizer": optimizer.state_dict()},
        "model": {
            "model": {f"model.{name}": tensor for name, tensor in state.items()},
            "loss": 0.5,
        },
        "parameters": dict(network.named_parameters()),
    }[form]
    torch.save(content, folder / "kim.pth", _use_new_zipfile_serialization=form != "older")
    return folder / "kim.pth"


@pytest.fixture
def tokens(rng):
    return rng.integers(2, WORDS, (16, 9))


@pytest.mark.parametrize(
    "form", ["pth", "older", "checkpoint", "model", "parameters", "safetensors"]
)
@pytest.mark.parametrize("layout", ["conv2d", "conv1d"])
@pytest.mark.parametrize("outputs", [1, 2])
def test_converted_network_scores_as_pytorch(form, layout, outputs, tokens, tmp_path):
    network = trained(layout, outputs)
    convert(save_as(form, network, tmp_path), tmp_path / "kim.npz")
    model = models.load(tmp_path / "kim.npz")
    assert (model.widths, model.filters) == (SIZES, (8, 6, 4))
    with torch.no_grad():
        theirs = one_score(network(torch.tensor(tokens))).numpy()
    np.testing.assert_allclose(model(tokens).numpy(), theirs, rtol=0, atol=1e-5)


def test_a_sentence_beside_longer_ones_scores_as_alone(tokens, tmp_path):
    """Our windows never begin in padding; PyTorch's agree where there is none."""
    network = trained("conv2d", 2)
    convert(save_as("pth", network, tmp_path), tmp_path / "kim.npz")
    model = models.load(tmp_path / "kim.npz")
    lengths = [5 + row % 5 for row in range(len(tokens))]
    padded = np.where(np.arange(9) < np.array(lengths)[:, None], tokens, 0)
    with torch.no_grad():
        theirs = [
            one_score(network(torch.tensor(row[None, :length])))[0].item()
            for row, length in zip(tokens, lengths)
        ]
    np.testing.assert_allclose(model(padded).numpy(), theirs, rtol=0, atol=1e-5)


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("form", ["pth", "safetensors"])
def test_other_precisions(half, form, tokens, tmp_path):
    network = trained("conv1d", 1).to(half)
    convert(save_as(form, network, tmp_path), tmp_path / "kim.npz")
    with torch.no_grad():
        theirs = network.float()(torch.tensor(tokens))[:, 0].numpy()
    np.testing.assert_allclose(
        models.load(tmp_path / "kim.npz")(tokens).numpy(), theirs, rtol=0, atol=1e-5
    )


def test_gradients_and_conductance_of_the_filters(tokens, tmp_path):
    network = trained("conv2d", 1)  # of two outputs we keep the difference, rounded to float32
    convert(save_as("safetensors", network, tmp_path), tmp_path / "kim.npz")
    model = models.load(tmp_path / "kim.npz").astype(np.float64)
    F, x, baseline = model.scorer(tokens), model.embed(tokens).numpy(), model.baseline(tokens)
    score = FromEmbedded(network.double())
    as_torch = torch.tensor(x, requires_grad=True)
    theirs = captum_attr.LayerGradientXActivation(score, network.filters).attribute(as_torch)
    np.testing.assert_allclose(
        gradient_times_activation(F, x)["filters"], theirs.detach().numpy(), rtol=1e-11, atol=1e-13
    )
    score(as_torch).sum().backward()
    embedded = mg.Tensor(x, requires_grad=True)
    F(embedded).sum().backward()
    np.testing.assert_allclose(embedded.grad, as_torch.grad.numpy(), rtol=1e-11, atol=1e-13)
    exact = conductance(F, x, baseline, layers=["filters"], steps=2000)["filters"]
    theirs = captum_attr.LayerConductance(score, network.filters).attribute(
        as_torch, torch.tensor(baseline), n_steps=1000, method="riemann_left"
    )
    np.testing.assert_allclose(
        theirs.detach().numpy(), exact, rtol=0, atol=2e-3 * np.abs(exact).max()
    )

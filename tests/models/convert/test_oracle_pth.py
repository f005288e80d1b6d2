"""PyTorch's own files, written by PyTorch: broken and hostile ones are refused, and run nothing."""

import io
import os

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the oracle is PyTorch; pip install -e '.[oracle]'")

from tests.helpers.files.hostile import assert_refused, check_converted_or_refused
from tests.helpers.files.kim import kim_state

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning"),
    pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning"),
]


class Attack:
    def __reduce__(self):
        return os.mkdir, ("attacked",)


def torch_bytes(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


def test_broken_and_hostile_pth(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    contents = {
        "model": (torch.nn.Linear(2, 3), "save model.state_dict(), not the model"),
        "attack": ({"a.weight": Attack()}, "could run any program"),
        "list": ([torch.ones(2)], "holds a list, expected a state dictionary"),
        "tensor": (torch.ones(2), "holds a Tensor"),
        "epoch": (
            {"epoch": 3, "fc.weight": torch.ones(1, 2)},
            "'epoch' is of type int, expected an array",
        ),
        "number": ({3: torch.ones(2)}, "3 is of type Tensor"),
        "sparse": ({"fc.weight": torch.eye(3).to_sparse()}, "'fc.weight' is sparse"),
        "meta": (
            {"fc.weight": torch.ones(3, device="meta")},
            "'fc.weight' is sparse, quantised or empty",
        ),
        "quantised": (
            {"q.weight": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)},
            "quantised",
        ),
        "expanded": ({"fc.weight": torch.ones(1).expand(2**40)}, "more than the"),
        "complex": (
            {
                "e.weight": torch.ones((9, 2), dtype=torch.cfloat),
                "c.weight": torch.ones((3, 1, 2, 2)),
                "f.weight": torch.ones((1, 3)),
            },
            "ambiguous",
        ),
        "nothing": ({}, "no convolution among 0 arrays"),
        "nested": (
            {"state_dict": {"model": {"state_dict": {"rnn.weight_hh_l0": torch.ones(2, 2)}}}},
            "a recurrent layer",
        ),
    }
    for name, (content, word) in contents.items():
        for new in (True, False):
            if name in ("meta", "sparse", "quantised") and not new:
                continue  # the older form has none of them
            (tmp_path / "file.pth").write_bytes(
                torch_bytes(content, _use_new_zipfile_serialization=new)
            )
            assert_refused(tmp_path / "file.pth", tmp_path / "out", word)
    assert not (tmp_path / "attacked").exists()


def test_torchscript_is_refused(tmp_path):
    torch.jit.script(torch.nn.Linear(2, 3)).save(tmp_path / "script.pt")
    assert_refused(tmp_path / "script.pt", tmp_path / "out", "script.pt")


@pytest.mark.parametrize("new", [True, False])
def test_pth_cut_off_or_with_a_byte_changed_anywhere(new, rng, tmp_path):
    data = bytearray(
        torch_bytes(
            {k: torch.tensor(v) for k, v in kim_state(rng).items()},
            _use_new_zipfile_serialization=new,
        )
    )
    for length in [1, 2, 4, 20, 30, 100, *np.linspace(200, len(data) - 1, 8).astype(int)]:
        (tmp_path / "file").write_bytes(data[:length])
        assert_refused(tmp_path / "file", tmp_path / "out")
    for at in np.random.default_rng(2).integers(0, len(data), 100):
        before, data[at] = data[at], data[at] ^ 0x15
        (tmp_path / "file").write_bytes(data)
        check_converted_or_refused(tmp_path / "file", tmp_path / "a.npz")
        data[at] = before

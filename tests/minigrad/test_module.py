"""Modules and their parameters, optimisers, and weights on disk."""

import io
import json
import os
import stat
import zipfile

import numpy as np
import pytest

import minigrad as mg
from minigrad.optim import SGD, Adam
from minigrad.weights import METADATA, WeightsError, atomic_file, checksum

# ---- modules ----


class Block(mg.Module):
    def __init__(self, rng):
        self.conv = mg.layers.Conv2d(2, 3, 3, rng=rng)
        self.scale = mg.Parameter(np.ones(3, np.float32))

    def forward(self, x):
        return mg.relu(self.conv(x)) * self.scale


class Net(mg.Module):
    """Parameters in attributes, lists, dictionaries and tuples of lists; one in two places."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.blocks = [Block(rng), Block(rng)]
        self.heads = {
            "left": mg.layers.Linear(3, 2, rng=rng),
            "right": (mg.layers.Linear(3, 2, bias=False, rng=rng),),
        }
        self.dropout = mg.layers.Dropout(0.5)
        self.again = self.blocks[0].scale
        self.shared_block = self.blocks[1]
        self.not_a_parameter = mg.Tensor(np.ones(3))


NAMES = [
    "blocks.0.conv.weight",
    "blocks.0.conv.bias",
    "blocks.0.scale",
    "blocks.1.conv.weight",
    "blocks.1.conv.bias",
    "blocks.1.scale",
    "heads.left.weight",
    "heads.left.bias",
    "heads.right.0.weight",
]


@pytest.fixture
def net():
    return Net()


def test_parameters_are_named_in_the_order_in_which_they_were_set_each_once(net):
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert net.parameters() == [parameter for _, parameter in net.named_parameters()]
    assert net.again is net.blocks[0].scale
    assert repr(net) == f"Net({sum(p.size for p in net.parameters())} parameters)"


def test_modules_are_found_each_once_also_where_they_hold_each_other(net):
    net.blocks[0].parent = net
    modules = net.modules()
    assert modules[0] is net and len(modules) == 8 == len(set(modules))
    assert {name for name, _ in net.named_parameters()} == set(NAMES)


def test_train_and_eval_reach_every_module(net):
    x = mg.Tensor(np.ones((4, 25), np.float32))
    assert net.dropout(x) is x  # as built: evaluation
    assert net.train() is net and net.blocks[1].conv.training
    dropped = net.dropout(x).data
    assert set(np.unique(dropped)) == {0, 2}
    net.eval()
    assert net.dropout(x) is x and not net.blocks[1].conv.training


def test_parameters_made_constants_get_no_gradient(net):
    x = mg.Tensor(np.ones((1, 3, 3, 2), np.float32), requires_grad=True)
    net.requires_grad(False)
    net.blocks[0](x).sum().backward()
    assert all(parameter.grad is None for parameter in net.parameters()) and x.grad is not None
    net.requires_grad()
    net.blocks[0](x).sum().backward()
    assert net.blocks[0].conv.weight.grad.shape == (3, 3, 2, 3)


def test_dtype_and_place_change_in_place(net):
    weight = net.blocks[0].conv.weight
    weight.grad = np.ones(1)
    assert net.astype(np.float64) is net and weight.dtype == np.float64 and weight.grad is None
    assert net.to("numpy") is net and isinstance(weight.data, np.ndarray)


def test_module_without_forward_is_named(net):
    with pytest.raises(NotImplementedError, match="Net has no forward"):
        net(1)


def test_layers_are_the_functions_of_their_parameters(rng):
    image, sequence = (
        mg.Tensor(rng.standard_normal(shape).astype(np.float32))
        for shape in ((1, 5, 5, 2), (1, 6, 2))
    )
    conv2d, conv1d = (
        mg.layers.Conv2d(2, 3, (3, 2), 2, "same"),
        mg.layers.Conv1d(2, 3, 2, padding=1, bias=False),
    )
    np.testing.assert_array_equal(
        conv2d(image).data, mg.conv2d(image, conv2d.weight, conv2d.bias, 2, "same").data
    )
    np.testing.assert_array_equal(
        conv1d(sequence).data, mg.conv1d(sequence, conv1d.weight, padding=1).data
    )
    table = mg.layers.Embedding(4, 2)
    np.testing.assert_array_equal(table([[3, 1]]).data, table.weight.data[[[3, 1]]])
    steps = mg.layers.Sequential(
        mg.layers.Linear(2, 5, rng=1), mg.relu, mg.layers.Linear(5, 1, rng=2)
    )
    first, _, last = steps.steps
    np.testing.assert_array_equal(steps(sequence).data, last(mg.relu(first(sequence))).data)
    assert [name for name, _ in steps.named_parameters()] == [
        "steps.0.weight",
        "steps.0.bias",
        "steps.2.weight",
        "steps.2.bias",
    ]


def test_first_weights_depend_on_the_seed_only():
    one, same, other = (mg.layers.Linear(300, 200, rng=seed).weight.data for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.99
    # 60,000 draws: 1 % is over three deviations
    assert one.std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)


# ---- state dictionaries ----


def test_state_dict_copies_there_and_back(net):
    state = net.state_dict()
    assert list(state) == NAMES
    other = Net()
    for parameter in other.parameters():
        parameter.data = parameter.data + 1
    assert other.load_state_dict(state) is other
    for name, parameter in other.named_parameters():
        np.testing.assert_array_equal(parameter.data, state[name])
        assert not np.shares_memory(parameter.data, state[name])
    state[NAMES[0]][:] = 7
    assert not (net.blocks[0].conv.weight.data == 7).any()


def test_loaded_values_take_the_parameters_dtype(net):
    net.load_state_dict(
        {name: array.astype(np.float64) for name, array in net.state_dict().items()}
    )
    assert all(parameter.dtype == np.float32 for parameter in net.parameters())


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda state: state.pop("blocks.1.scale"), "missing 'blocks.1.scale'"),
        (lambda state: state.update(extra=np.ones(1)), "unknown 'extra'"),
        (
            lambda state: state.update({"heads.left.bias": np.ones(3)}),
            r"'heads.left.bias' has shape \(3,\), expected \(2,\)",
        ),
        (
            lambda state: state.update({"heads.left.bias": np.ones(2, int)}),
            "'heads.left.bias' has dtype int64, expected floats",
        ),
        (lambda state: state.clear(), r"missing 'blocks.0.conv.weight'.*\(and 4 more\)"),
    ],
)
def test_state_that_does_not_fit_is_refused_and_nothing_changed(net, change, message):
    before = net.state_dict()
    state = {name: array + 1 for name, array in before.items()}
    change(state)
    with pytest.raises(ValueError, match="load_state_dict into Net: .*" + message):
        net.load_state_dict(state)
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


# ---- optimisers ----

OPTIMIZERS = {
    "sgd": lambda parameters: SGD(parameters, 0.1),
    "momentum and decay": lambda parameters: SGD(parameters, 0.05, momentum=0.9, weight_decay=0.1),
    "adam": lambda parameters: Adam(parameters, 0.02),
    "adam and decay": lambda parameters: Adam(
        parameters, 0.02, beta1=0.8, beta2=0.95, epsilon=1e-6, weight_decay=0.1
    ),
}


def descend(parameters, optimizer, steps):
    """Steps towards the minimum of Σ (w² − 1)², which is no quadratic."""
    for _ in range(steps):
        loss = sum(((w * w - 1) ** 2).sum() for w in parameters)
        loss.backward()
        optimizer.step()


def start(dtype=np.float64):
    rng = np.random.default_rng(0)
    return [mg.Parameter(rng.standard_normal(shape).astype(dtype)) for shape in ((3,), (2, 2))]


def test_sgd_is_its_formula():
    w, v = 1.5, 0.0
    parameter = mg.Parameter(np.array(1.5))
    optimizer = SGD([parameter], 0.05, momentum=0.9, weight_decay=0.1)
    for _ in range(5):
        descend([parameter], optimizer, 1)
        v = 0.9 * v + (4 * w * (w * w - 1) + 0.1 * w)
        w = w - 0.05 * v
        assert parameter.data == pytest.approx(w, rel=1e-14)


def test_adam_is_its_formula():
    w, m, s = 1.5, 0.0, 0.0
    parameter = mg.Parameter(np.array(1.5))
    optimizer = Adam([parameter], 0.02, beta1=0.8, beta2=0.95, epsilon=1e-6, weight_decay=0.1)
    for t in range(1, 6):
        descend([parameter], optimizer, 1)
        grad = 4 * w * (w * w - 1) + 0.1 * w
        m = 0.8 * m + 0.2 * grad
        s = 0.95 * s + 0.05 * grad**2
        w = w - 0.02 * (m / (1 - 0.8**t)) / ((s / (1 - 0.95**t)) ** 0.5 + 1e-6)
        assert parameter.data == pytest.approx(w, rel=1e-13)


@pytest.mark.oracle
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_walks_as_pytorchs_does(name):
    torch = pytest.importorskip("torch")
    ours = start()
    theirs = [torch.tensor(w.data, requires_grad=True) for w in ours]
    reference = {
        "sgd": lambda: torch.optim.SGD(theirs, 0.1),
        "momentum and decay": lambda: torch.optim.SGD(theirs, 0.05, momentum=0.9, weight_decay=0.1),
        "adam": lambda: torch.optim.Adam(theirs, 0.02),
        "adam and decay": lambda: torch.optim.Adam(
            theirs, 0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1
        ),
    }[name]()
    descend(ours, OPTIMIZERS[name](ours), 30)
    for _ in range(30):
        reference.zero_grad()
        sum(((w * w - 1) ** 2).sum() for w in theirs).backward()
        reference.step()
    for w, expected in zip(ours, theirs):
        np.testing.assert_allclose(w.data, expected.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_goes_on_where_it_was_saved_to_the_bit(name, dtype, tmp_path):
    straight = start(dtype)
    descend(straight, OPTIMIZERS[name](straight), 7)

    first = start(dtype)
    optimizer = OPTIMIZERS[name](first)
    descend(first, optimizer, 3)
    mg.save_weights(tmp_path / "optimizer.npz", optimizer.state_dict())
    state, _ = mg.load_weights(tmp_path / "optimizer.npz")
    second = [mg.Parameter(w.data) for w in first]
    resumed = OPTIMIZERS[name](second)
    resumed.load_state_dict(state)
    assert resumed.steps == 3
    descend(second, resumed, 4)
    for w, expected in zip(second, straight):
        assert w.dtype == dtype
        np.testing.assert_array_equal(w.data, expected.data)


def test_step_replaces_arrays_and_passes_over_parameters_without_gradient():
    moved, unused = start()
    before = moved.data
    copy = before.copy()
    optimizer = Adam([moved, unused])
    still = unused.data
    (moved * 2).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(before, copy)  # a tape that holds the old array keeps it
    assert (moved.data != before).all() and unused.data is still
    optimizer.zero_grad()
    assert moved.grad is None


def test_optimizer_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="Adam: no parameters"):
        Adam([])
    optimizer = Adam(start())
    state = optimizer.state_dict()
    for wrong in (
        {**state, "mean.0": np.ones(4)},
        {**state, "mean.2": np.ones(4)},
        {name: array for name, array in state.items() if name != "steps"},
        SGD(start()).state_dict(),
    ):
        with pytest.raises(ValueError, match="Adam.load_state_dict: does not fit these parameters"):
            optimizer.load_state_dict(wrong)


# ---- weights on disk ----

STATE = {
    "conv.weight": np.arange(12, dtype=np.float32).reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "every other": np.arange(8.0)[::2],
    "nothing": np.zeros((0, 3), np.float32),
    "number": np.array(1.5),
    "file": np.ones(2, np.float16),  # the names of np.savez's own arguments
    "allow_pickle": np.ones(1),
}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "weights.npz"
    mg.save_weights(path, STATE, {"network": "ours", "origin": {"steps": 3}})
    return path


def assert_refused(path, *words):
    """Loading ends in a WeightsError of one line that names the file and says ``words``."""
    with pytest.raises(WeightsError) as refusal:
        mg.load_weights(path)
    message = str(refusal.value)
    assert "\n" not in message and len(message) < 600 and str(path) in message
    for word in words:
        assert word in message


def members(**changes):
    """The members of a good file, as bytes by name, some changed; left out if None."""
    state = {**STATE, METADATA: metadata_array({"sha256": checksum(STATE)})}
    result = {f"{name}.npy": npy(array) for name, array in state.items()}
    result.update({name.replace("__npy", ".npy"): content for name, content in changes.items()})
    return {name: content for name, content in result.items() if content is not None}


def metadata_array(metadata):
    return np.frombuffer(json.dumps(metadata).encode(), np.uint8)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def write_zip(path, contents, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in contents.items() if isinstance(contents, dict) else contents:
            archive.writestr(name, content)


def test_weights_come_back_as_they_were(saved):
    state, metadata = mg.load_weights(saved)
    assert list(state) == list(STATE)
    for name, array in STATE.items():
        assert state[name].dtype == array.dtype and state[name].flags.writeable
        np.testing.assert_array_equal(state[name], array)
    assert metadata == {"network": "ours", "origin": {"steps": 3}, "sha256": checksum(STATE)}


def test_numpy_reads_the_file_too(saved):
    with np.load(saved, allow_pickle=False) as file:
        assert set(file.files) == {METADATA, *STATE}
        np.testing.assert_array_equal(file["fortran"], STATE["fortran"])


def test_a_module_is_saved_by_its_state_and_the_same_weights_make_the_same_file(net, tmp_path):
    for name in ("one.npz", "two.npz"):
        mg.save_weights(tmp_path / name, net, {"network": "Net"})
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    state, _ = mg.load_weights(tmp_path / "one.npz")
    Net().load_state_dict(state)


def test_checksum_knows_names_shapes_dtypes_and_values_but_no_order():
    array = np.arange(6.0)
    one = checksum({"a": array, "b": array})
    assert one == checksum({"b": array, "a": array})
    others = [
        {"a": array, "c": array},
        {"a": array.reshape(2, 3), "b": array},
        {"a": array, "b": array.view(np.int64)},
        {"a": array, "b": -array},
    ]
    assert len({one, *map(checksum, others)}) == 5


@pytest.mark.parametrize(
    "state, message",
    [
        ({"a": np.array([1.0, np.nan])}, "'a' holds NaN"),
        ({"a": np.arange(3)}, "'a' has dtype int64"),
        ({"a": np.array([None])}, "'a' has dtype object"),
        ({METADATA: np.ones(1)}, "no parameter may be called"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(state, message, saved):
    before = saved.read_bytes()
    with pytest.raises(WeightsError, match=message):
        mg.save_weights(saved, state)
    assert saved.read_bytes() == before


def test_exception_while_writing_leaves_the_old_file_and_nothing_beside_it(saved, monkeypatch):
    before = saved.read_bytes()
    written = []

    def write_one_then_fail(*arguments, original=np.lib.format.write_array, **keywords):
        if written:
            raise KeyboardInterrupt
        written.append(original(*arguments, **keywords))

    monkeypatch.setattr(np.lib.format, "write_array", write_one_then_fail)
    with pytest.raises(KeyboardInterrupt):
        mg.save_weights(saved, STATE)
    assert written and saved.read_bytes() == before
    assert os.listdir(saved.parent) == [saved.name]


def test_file_appears_only_when_it_is_whole_and_everyone_may_read_it(tmp_path):
    path = tmp_path / "new.bin"
    with atomic_file(path) as file:
        file.write(b"all of it")
        assert not path.exists()
    assert path.read_bytes() == b"all of it"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        mg.load_weights(tmp_path / "none.npz")


def test_every_truncation_is_refused(saved):
    whole = saved.read_bytes()
    for length in {0, 1, 4, 30, 200, *range(0, len(whole), 97), len(whole) - 1}:
        saved.write_bytes(whole[:length])
        assert_refused(saved)


def test_every_changed_byte_is_refused_or_changes_nothing_that_is_read(saved):
    """Dates and such may change; the arrays that come back are right or do not come."""
    whole = bytearray(saved.read_bytes())
    refused = 0
    for position in range(0, len(whole), 7):
        damaged = whole.copy()
        damaged[position] ^= 0xFF
        saved.write_bytes(damaged)
        try:
            state, _ = mg.load_weights(saved)
        except WeightsError as error:
            assert "\n" not in str(error)
            refused += 1
        else:
            assert checksum(state) == checksum(STATE)
    assert refused > len(whole) // 7 // 2


def header(text, data=b""):
    """An .npy member with a header of our own."""
    text = text.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


class Evil:
    """Unpickling it would make a file."""

    def __reduce__(self):
        return open, ("unpickled", "w")


HOSTILE = {
    "pickle": (
        {"conv.weight__npy": npy(np.array([Evil()], object))},
        "'conv.weight.npy' holds pickled objects; refused",
    ),
    "not an array": ({"conv.weight__npy": b"hello"}, "'conv.weight.npy' is not a NumPy array"),
    "empty member": ({"conv.weight__npy": b""}, "'conv.weight.npy' is not a NumPy array"),
    "text": (
        {"readme.txt": b"hello"},
        "'readme.txt' is not an array; a weight file holds only .npy members",
    ),
    "format version": (
        {"conv.weight__npy": b"\x93NUMPY\x09\x00" + npy(np.ones(2))[8:]},
        "is not a NumPy array",
    ),
    "integers": (
        {"conv.weight__npy": npy(np.ones(3, int))},
        "'conv.weight' has dtype int64, expected floats",
    ),
    "structures": ({"conv.weight__npy": npy(np.zeros(2, "f4,i4"))}, "'conv.weight' has dtype"),
    "NaN": (
        {"conv.weight__npy": npy(np.array([1, np.nan]))},
        "'conv.weight' holds NaN or infinity",
    ),
    "infinity": (
        {"conv.weight__npy": npy(np.array([1, np.inf]))},
        "'conv.weight' holds NaN or infinity",
    ),
    "other values": (
        {"conv.weight__npy": npy(STATE["conv.weight"] + 1)},
        "do not match the checksum",
    ),
    "other shape": ({"conv.weight__npy": npy(STATE["conv.weight"].T)}, "do not match the checksum"),
    "one more": ({"more__npy": npy(np.ones(1))}, "do not match the checksum"),
    "one less": ({"number__npy": None}, "do not match the checksum"),
    "no metadata": ({f"{METADATA}__npy": None}, "no metadata"),
    "metadata without checksum": (
        {f"{METADATA}__npy": npy(metadata_array({}))},
        "do not match the checksum",
    ),
    "metadata not JSON": (
        {f"{METADATA}__npy": npy(np.frombuffer(b"{hello\nworld", np.uint8))},
        "the metadata is not JSON",
    ),
    "metadata not text": (
        {f"{METADATA}__npy": npy(np.array([1e300, -1e300]))},
        "the metadata is not JSON",
    ),
    "metadata a list": (
        {f"{METADATA}__npy": npy(metadata_array([1]))},
        "the metadata is a list, expected a dictionary",
    ),
    "metadata without end": (
        {f"{METADATA}__npy": npy(np.frombuffer(b"[" * 100_000, np.uint8))},
        "the metadata is not JSON",
    ),
    "larger than it is": (
        {"a__npy": header("{'descr': '<f4', 'fortran_order': False, 'shape': (10**12,)}")},
        "is not a NumPy array",
    ),
    "absurd": (
        {"a__npy": header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({10**12},)}}")},
        "says shape (1000000000000,)",
    ),
    "lying": (
        {"a__npy": header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", b"1234")},
        "says shape (3,), 12 bytes, but 4",
    ),
    "negative": (
        {"a__npy": header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -1)}", b"1234")},
        "says shape (-1, -1)",
    ),
    "nothing of many": (
        {"a__npy": header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': (0, {10**30})}}")},
        "which no array has",
    ),
    "no bytes each": (
        {"a__npy": header("{'descr': '|S0', 'fortran_order': False, 'shape': (3,)}")},
        "which no array has",
    ),
    "wrong keys": ({"a__npy": header("{1: 2, 'shape': (3,)}")}, "'a.npy' is not a NumPy array"),
    "no header": ({"a__npy": header("[" * 5000)}, "'a.npy' is not a NumPy array"),
    "long header": (
        {
            "a__npy": header(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}" + " " * 60_000
            )
        },
        "'a.npy' is not a NumPy array",
    ),
}


@pytest.mark.parametrize("changes, words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_in_one_line(changes, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_zip("hostile.npz", members(**changes))
    assert_refused("hostile.npz", words)
    assert os.listdir() == ["hostile.npz"]


def test_the_file_that_the_hostile_ones_were_made_of_is_good(tmp_path):
    write_zip(tmp_path / "good.npz", members(), compression=zipfile.ZIP_DEFLATED)
    assert checksum(mg.load_weights(tmp_path / "good.npz")[0]) == checksum(STATE)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused(tmp_path):
    write_zip(tmp_path / "twice.npz", [*members().items(), ("number.npy", npy(np.array(2.0)))])
    assert_refused(tmp_path / "twice.npz", "the same array stands twice")


def test_bomb_is_refused_before_it_is_unpacked(tmp_path):
    """A gigabyte of zeros in a few kilobytes would do; a small limit shows the same in no time."""
    write_zip(
        tmp_path / "bomb.npz",
        members(zeros__npy=npy(np.zeros(10**5))),
        compression=zipfile.ZIP_DEFLATED,
    )
    with pytest.raises(WeightsError, match="unpacks to 8.* bytes, more than the 10000 allowed"):
        mg.load_weights(tmp_path / "bomb.npz", max_bytes=10_000)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_compression_is_refused(compression, tmp_path):
    """Each decompressor raises errors of its own kind."""
    path = tmp_path / "damaged.npz"
    write_zip(path, members(), compression=compression)
    whole = path.read_bytes()
    for position in range(40, 140, 5):
        path.write_bytes(whole[:position] + bytes(20) + whole[position + 20 :])
        assert_refused(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"PK\x05\x06" + bytes(18), b"\x80\x04N."],
    ids=["empty", "text", "empty zip", "pickle"],
)
def test_what_is_no_weight_file_is_refused(content, tmp_path):
    (tmp_path / "file.npz").write_bytes(content)
    assert_refused(tmp_path / "file.npz")

"""Bad use gets an error that teaches: what came, what was expected, where."""

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad.function import Function
from minigrad.machine.backend import get_array_module, to_backend
from tests.helpers.tensors import line_after
from tests.minigrad.functions.operations import ROWS


def zeros(*shape, dtype=np.float32):
    return mg.Tensor(np.zeros(shape, dtype))


def leaf(*shape):
    return mg.Tensor(np.zeros(shape), requires_grad=True)


def images(*shape):
    return zeros(*(shape or (2, 5, 6, 3)))


# ---- what is asked of an operation ----

# By the error: what to call, and phrases that its message must have.
MISUSES = {
    ValueError: {
        # shapes
        "add": (lambda: zeros(2, 3) + zeros(4), "add: ; (2, 3) and (4,); do not broadcast"),
        "subtract": (lambda: zeros(2, 3) - zeros(2), "subtract: ; (2, 3) and (2,)"),
        "multiply": (lambda: zeros(2, 3) * zeros(4), "multiply: ; (2, 3) and (4,)"),
        "divide": (lambda: zeros(2, 3) / zeros(4), "divide: ; (2, 3) and (4,)"),
        "power": (lambda: zeros(2, 3) ** zeros(4), "power: ; (2, 3) and (4,)"),
        "maximum": (lambda: mg.maximum(zeros(2, 3), zeros(4)), "maximum: ; (2, 3) and (4,)"),
        "minimum": (lambda: mg.minimum(zeros(2, 3), zeros(4)), "minimum: ; (2, 3) and (4,)"),
        "matmul": (lambda: zeros(2, 3) @ zeros(4, 5), "matmul: ; (2, 3) and (4, 5)"),
        "matmul scalar": (lambda: zeros(2, 3) @ zeros(), "matmul: ; (2, 3) and ()"),
        "matmul batches": (
            lambda: zeros(2, 3, 4) @ zeros(5, 4, 2),
            "matmul: ; (2, 3, 4) and (5, 4, 2); batches",
        ),
        "linear": (
            lambda: mg.linear(zeros(2, 3), zeros(4, 5)),
            "linear: ; (2, 3); (4, 5); (in, out)",
        ),
        "linear bias": (
            lambda: mg.linear(zeros(2, 3), zeros(3, 5), zeros(3)),
            "linear: bias; (3,); expected (5,)",
        ),
        "conv2d": (
            lambda: mg.conv2d(images(), zeros(3, 3, 4, 2)),
            "conv2d: ; (2, 5, 6, 3); (3, 3, 4, 2); channels come last",
        ),
        "conv2d dimensions": (
            lambda: mg.conv2d(zeros(5, 6, 3), zeros(3, 3, 3, 2)),
            "conv2d: ; (5, 6, 3); (N, H, W, in)",
        ),
        "conv2d bias": (
            lambda: mg.conv2d(images(), zeros(3, 3, 3, 2), zeros(3)),
            "conv2d: bias; (3,); expected (2,)",
        ),
        "conv1d": (
            lambda: mg.conv1d(zeros(2, 6, 3), zeros(2, 4, 5)),
            "conv1d: ; (2, 6, 3); (2, 4, 5); (N, T, in)",
        ),
        "conv1d dimensions": (
            lambda: mg.conv1d(images(), zeros(2, 3, 5)),
            "conv1d: ; (2, 5, 6, 3); (N, T, in)",
        ),
        "max_pool2d": (
            lambda: mg.max_pool2d(zeros(5, 6, 3), 2),
            "max_pool2d: ; (5, 6, 3); (N, H, W, C)",
        ),
        "avg_pool2d": (
            lambda: mg.avg_pool2d(zeros(5, 6, 3), 2),
            "avg_pool2d: ; (5, 6, 3); (N, H, W, C)",
        ),
        "reshape": (lambda: zeros(2, 3).reshape(4, 2), "reshape: ; (2, 3) has 6 entries; (4, 2)"),
        "concatenate": (
            lambda: mg.concatenate([zeros(2, 3), zeros(4, 3)]),
            "concatenate: ; (2, 3), (4, 3); axis 1",
        ),
        "concatenate dimensions": (
            lambda: mg.concatenate([zeros(2, 3), zeros(2)], 0),
            "concatenate: ; (2, 3), (2,)",
        ),
        "concatenate nothing": (lambda: mg.concatenate([]), "concatenate: no tensors"),
        "pad": (lambda: mg.pad(zeros(2, 3), [(1, 1)]), "pad: ; [(1, 1)]; (2, 3); 2 pairs"),
        "pad number": (lambda: mg.pad(zeros(2, 3), 1), "pad: pad_width 1; 2 pairs"),
        "pad fraction": (lambda: mg.pad(zeros(2), [(0.5, 1)]), "pad: ; whole numbers"),
        "pad negative": (lambda: mg.pad(zeros(2), [(-1, 1)]), "pad: ; [(-1, 1)]; not negative"),
        "cross_entropy": (
            lambda: mg.cross_entropy(zeros(4), [0]),
            "cross_entropy: ; (4,); (N, classes)",
        ),
        "cross_entropy labels": (
            lambda: mg.cross_entropy(zeros(2, 4), [0]),
            "cross_entropy: labels; (1,), expected (2,)",
        ),
        "embedding": (lambda: mg.embedding(zeros(4), [0]), "embedding: ; (4,); (entries, width)"),
        # axes
        "sum axis": (lambda: zeros(2, 3).sum(2), "sum: axis 2; 2 dimensions"),
        "mean axis": (lambda: zeros(2, 3).mean((0, -3)), "mean: axis -3; 2 dimensions"),
        "max axis": (lambda: zeros(2, 3).max("rows"), "max: axis 'rows'"),
        "sum axes twice": (lambda: zeros(2, 3).sum((0, -2)), "sum: ; same axis twice"),
        "softmax axis": (lambda: zeros(2, 3).softmax(2), "softmax: axis 2"),
        "softmax axes": (lambda: zeros(2, 3).softmax((0, 1)), "softmax: axis (0, 1); one int"),
        "log_softmax axis": (
            lambda: zeros(2, 3).log_softmax(None),
            "log_softmax: axis None; one int",
        ),
        "concatenate axis": (
            lambda: mg.concatenate([zeros(2)], 1),
            "concatenate: axis 1; 1 dimensions",
        ),
        "transpose axes": (
            lambda: zeros(2, 3, 4).transpose(0, 1),
            "transpose: axes (0, 1); 3 axes",
        ),
        "transpose axes twice": (
            lambda: zeros(2, 3).transpose(0, 0),
            "transpose: ; same axis twice",
        ),
        # nothing there
        "empty conv2d": (
            lambda: mg.conv2d(images(0, 5, 6, 3), zeros(3, 3, 3, 2)),
            "conv2d: ; (0, 5, 6, 3); batch is empty",
        ),
        "empty conv1d": (lambda: mg.conv1d(zeros(0, 6, 3), zeros(2, 3, 5)), "batch is empty"),
        "empty max_pool2d": (
            lambda: mg.max_pool2d(images(0, 5, 6, 3), 2),
            "max_pool2d: ; (0, 5, 6, 3); batch is empty",
        ),
        "empty avg_pool2d": (
            lambda: mg.avg_pool2d(images(0, 5, 6, 3), 2),
            "avg_pool2d: ; (0, 5, 6, 3); batch is empty",
        ),
        "empty cross_entropy": (
            lambda: mg.cross_entropy(zeros(0, 3), []),
            "cross_entropy: ; (0, 3); batch is empty",
        ),
        "empty max": (lambda: zeros(0, 3).max(), "max: ; (0, 3); no entries"),
        "empty mean": (lambda: zeros(2, 0).mean(1), "mean: ; (2, 0); no entries"),
        "empty softmax": (lambda: zeros(2, 0).softmax(), "softmax: ; (2, 0); no entries"),
        # windows
        "window too large": (
            lambda: mg.conv2d(images(), zeros(6, 3, 3, 2)),
            "conv2d: ; 6×3; 5×6; more padding",
        ),
        "pool too large": (lambda: mg.max_pool2d(images(), 7, padding=0), "max_pool2d: ; 7×7; 5×6"),
        "padding string": (
            lambda: mg.conv2d(images(), zeros(3, 3, 3, 2), padding="valid"),
            "conv2d: padding 'valid'; 'same'",
        ),
        "padding pair": (
            lambda: mg.conv2d(images(), zeros(3, 3, 3, 2), padding=(1, 1)),
            "conv2d: padding (1, 1); ((top, bottom), (left, right))",
        ),
        "padding too long": (
            lambda: mg.max_pool2d(images(), 3, padding=((1, 1),) * 3),
            "max_pool2d: padding; (top, bottom)",
        ),
        "padding fraction": (
            lambda: mg.avg_pool2d(images(), 3, padding=0.5),
            "avg_pool2d: padding 0.5; expected an int",
        ),
        "padding fractions": (
            lambda: mg.conv2d(images(), zeros(3, 3, 3, 2), padding=((0.5, 1), (1, 1))),
            "conv2d: padding",
        ),
        "negative padding": (
            lambda: mg.conv2d(images(), zeros(3, 3, 3, 2), padding=-1),
            "conv2d: padding -1 is negative",
        ),
        "negative paddings": (
            lambda: mg.max_pool2d(images(), 2, padding=((0, 0), (0, -1))),
            "max_pool2d: padding; negative",
        ),
        "padding as large as the window": (
            lambda: mg.max_pool2d(images(), 2, padding=2),
            "max_pool2d: padding; less padding",
        ),
        "padding as large as the mean's window": (
            lambda: mg.avg_pool2d(images(), 2, padding=2),
            "avg_pool2d: padding; less padding",
        ),
        "conv1d padding": (
            lambda: mg.conv1d(zeros(2, 6, 3), zeros(2, 3, 5), padding=1.5),
            "padding; 1.5",
        ),
        "stride": (
            lambda: mg.conv2d(images(), zeros(3, 3, 3, 2), stride=0),
            "conv2d: stride 0; positive int",
        ),
        "stride fraction": (
            lambda: mg.max_pool2d(images(), 2, 1.5),
            "max_pool2d: stride 1.5; positive int",
        ),
        "size": (lambda: mg.avg_pool2d(images(), (2, 2, 2)), "avg_pool2d: size (2, 2, 2); a pair"),
        # numbers out of range
        "dropout rate": (
            lambda: mg.dropout(zeros(2), 1.0, np.random.default_rng(0)),
            "dropout: rate 1.0",
        ),
        "dropout rate NaN": (
            lambda: mg.dropout(zeros(2), np.nan, np.random.default_rng(0)),
            "dropout: rate nan",
        ),
        "dropout negative": (
            lambda: mg.dropout(zeros(2), -0.1, np.random.default_rng(0)),
            "dropout: rate -0.1",
        ),
        "radius": (
            lambda: mg.local_response_norm(images(), -1, 1, 1, 1),
            "local_response_norm: radius -1",
        ),
        "radius fraction": (
            lambda: mg.local_response_norm(images(), 2.5, 1, 1, 1),
            "local_response_norm: radius 2.5",
        ),
        # what is no tensor
        "ragged": (lambda: mg.Tensor([[1, 2], [3]]), "Tensor: ; rows of different lengths"),
        "ragged operand": (lambda: zeros(2) + [[1, 2], [3]], "rows of different lengths"),
        "item": (lambda: zeros(2, 3).item(), "item: ; (2, 3); exactly one"),
        "truth": (lambda: bool(zeros(2)), "(2,); exactly one"),
        "backend": (lambda: zeros(2).to("gpu"), "'gpu'; 'numpy' or 'cupy'"),
        # derivatives
        "tangent shape": (
            lambda: mg.Tensor(np.zeros(2), tangent=np.zeros(3)),
            "tangent; (3,); (2,)",
        ),
        "no scalar": (
            lambda: (leaf(2, 3) * 2).backward(),
            "backward: (2, 3) float64; from multiply at; not a scalar; .sum()",
        ),
        "grad_output": (lambda: leaf(2).backward(np.ones(3)), "backward: grad_output; (3,); (2,)"),
        "nothing asks": (
            lambda: (zeros(2) * 2).sum().backward(),
            "backward: nothing; from sum at; requires_grad=True",
        ),
        "pullback": (lambda: mg.vjp(mg.exp, np.ones(2))[1](np.ones(3)), "grad_output; (3,); (2,)"),
        "jvp count": (lambda: mg.jvp(mg.exp, (1.0,), ()), "jvp: 1 primals but 0 tangents"),
        "jvp tangent": (
            lambda: mg.jvp(mg.exp, (np.ones(2),), (np.ones(3),)),
            "tangent; (3,); (2,)",
        ),
    },
    IndexError: {
        # labels and indices
        "labels": (
            lambda: mg.cross_entropy(zeros(2, 3), [0, 3]),
            "cross_entropy: labels run from 0 to 3; expected 0 to 2",
        ),
        "negative labels": (
            lambda: mg.cross_entropy(zeros(2, 3), [-1, 2]),
            "labels run from -1 to 2; negative",
        ),
        "indices": (
            lambda: mg.embedding(zeros(4, 2), [[1, 4]]),
            "embedding: indices run from 1 to 4; expected 0 to 3",
        ),
        "negative indices": (
            lambda: mg.embedding(zeros(4, 2), [-1]),
            "embedding: indices run from -1 to -1",
        ),
        "get_item": (lambda: zeros(2, 3)[2], "indexing: ; out of bounds; (2, 3)"),
        "get_item negative": (
            lambda: zeros(2, 3)[np.array([0, -3])],
            "indexing: ; out of bounds; (2, 3)",
        ),
        "get_item mask": (lambda: zeros(3)[np.array([True, False])], "indexing: ; (3,)"),
    },
    TypeError: {
        # labels and indices
        "fractional labels": (
            lambda: mg.cross_entropy(zeros(1, 3), [1.0]),
            "cross_entropy: labels are whole numbers; float64",
        ),
        "fractional indices": (
            lambda: mg.embedding(zeros(4, 2), [0.5]),
            "embedding: indices are whole numbers",
        ),
        # what is no tensor
        "None": (lambda: mg.add(zeros(2), None), "add: an input is None"),
        "objects": (lambda: mg.Tensor([object()]), "Tensor: cannot hold dtype object; numbers"),
        "strings": (lambda: mg.Tensor(["cat"]), "Tensor: cannot hold dtype <U3; numbers"),
        "string operand": (lambda: zeros(2) * "cat", "cannot hold dtype <U3"),
        "tensor of a tensor": (lambda: mg.Tensor(zeros(2)), "Tensor: ; .data"),
        "array of a tensor": (lambda: np.asarray(zeros(2)), "use .numpy()"),
        "len": (lambda: len(zeros()), "no dimensions"),
        "iteration": (lambda: list(zeros()), "no dimensions"),
        # derivatives
        "integers ask": (
            lambda: mg.Tensor([1, 2], requires_grad=True),
            "int64; floating-point; .astype(np.float32); explain the embedding",
        ),
        "integers move": (lambda: mg.Tensor([1, 2], tangent=[0.5, 0.5]), "tangent; int64; floats"),
        "integer parameter": (lambda: mg.Parameter(np.arange(3)), "int64; floating-point"),
        "jvp without tuples": (
            lambda: mg.jvp(mg.exp, np.ones(2), np.ones(2)),
            "jvp: ; tuples; jvp(f, (x,), (v,))",
        ),
    },
}


ROWS_OF_MISUSES = [
    pytest.param(kind, *row, id=name)
    for kind, rows in MISUSES.items()
    for name, row in rows.items()
]


@pytest.mark.parametrize("kind, misuse, phrases", ROWS_OF_MISUSES)
def test_misuse_is_explained(kind, misuse, phrases):
    with pytest.raises(kind) as caught:
        misuse()
    for phrase in phrases.split(";"):
        assert phrase.strip() in str(caught.value)


def test_unknown_layer_names_those_that_there_are():
    with mg.watch_layers(["mixed9"]) as watched:
        zeros(2).named("mixed3a")
        zeros(2).named("mixed3b")
    with pytest.raises(
        KeyError,
        match=re.escape(
            "no layer named 'mixed9' in this forward pass; "
            "the named layers are ['mixed3a', 'mixed3b']"
        ),
    ):
        watched.check_all_met()


def test_two_layers_of_one_name():
    with mg.watch_layers(), pytest.raises(ValueError, match="two tensors are named 'mixed3a'"):
        zeros(2).named("mixed3a")
        zeros(2).named("mixed3a")


def test_backward_inside_no_grad_says_so():
    with mg.no_grad(), pytest.raises(ValueError, match=r"outside no_grad\(\)"):
        leaf(2).exp().sum().backward()


def test_no_cupy_says_what_to_install(monkeypatch):
    monkeypatch.setattr("minigrad.machine.backend.cupy", None)
    with pytest.raises(RuntimeError, match="pip install"):
        zeros(2).to("cupy")


# ---- two memories ----


def test_mixing_memories_names_the_operation_and_both_tensors(strict):
    on_gpu = mg.Tensor(strict.zeros(2), name="image")
    mixed = r"NumPy and CuPy arrays are mixed: .*'image' \(2,\) .* in CuPy"
    for operation in (
        lambda: on_gpu + zeros(2),
        lambda: on_gpu * np.zeros(2),
        lambda: mg.concatenate([zeros(2), on_gpu]),
    ):
        with pytest.raises(TypeError, match=f"(add|multiply|concatenate): {mixed}"):
            operation()
    with pytest.raises(TypeError, match="NumPy and CuPy arrays are mixed: CuPy, NumPy"):
        mg.Tensor(strict.zeros(2), tangent=np.zeros(2))
    with pytest.raises(TypeError, match="mixed: CuPy, NumPy"):
        mg.Tensor(strict.zeros(2), requires_grad=True).backward(np.ones(2))


def test_numbers_lists_and_labels_go_where_the_tensor_is(strict):
    x = mg.Tensor(strict.asarray(np.arange(6.0).reshape(2, 3)))
    assert (
        (x + 1).data.get().tolist() == (x + [1, 1, 1]).data.get().tolist() == [[1, 2, 3], [4, 5, 6]]
    )
    on_gpu = strict.asarray(np.array([2, 0]))
    for labels in (
        [2, 0],
        np.array([2, 0]),
        mg.Tensor(np.array([2, 0])),
        on_gpu,
        mg.Tensor(on_gpu),
    ):
        assert mg.cross_entropy(x, labels).item() == mg.cross_entropy(x.to("numpy"), [2, 0]).item()
        assert mg.embedding(x.T, labels).data.get().tolist() == [[2, 5], [0, 3]]
        assert mg.embedding(x.T.data, labels).data.get().tolist() == [[2, 5], [0, 3]]
    with pytest.raises(IndexError, match="labels run from 0 to 3"):
        mg.cross_entropy(x, strict.asarray(np.array([3, 0])))


def test_module_and_tensor_move_between_memories(strict):
    layer = mg.layers.Linear(3, 2).to("cupy")
    assert all(isinstance(p.data, strict.ndarray) for p in layer.parameters())
    x = mg.Tensor(np.ones((1, 3), np.float32), tangent=np.ones((1, 3)), requires_grad=True).to(
        "cupy"
    )
    layer(x).sum().backward()
    assert get_array_module(x.grad, x.tangent, layer.weight.grad) is strict
    back = layer.to("numpy").weight.data
    assert isinstance(back, np.ndarray)
    np.testing.assert_array_equal(to_backend(strict.asarray(back), "numpy"), back)


# ---- where it happened: the notes ----


def fails(*_):
    raise ZeroDivisionError("on purpose")


def notes(error):
    return "\n".join(getattr(error, "__notes__", ()))


def failing(row, monkeypatch, method):
    """Let ``method`` fail in the operation that gives the row's output; its name and the inputs."""
    inputs = [
        mg.Tensor(x, tangent=x, requires_grad=True, name=f"input{i}")
        for i, x in enumerate(row.draw(np.random.default_rng(0)))
    ]
    operation = type(row.apply(*inputs).creator)
    monkeypatch.setattr(operation, method, fails)
    return operation.__new__(operation).name, inputs


# The user's line is in the row, or here if the row is the function itself.
USERS_LINE = r"\S*(operations|test_errors)\.py:\d+"


@pytest.mark.parametrize("method", ["forward", "jvp"])
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_failing_forward_or_jvp_notes_operation_line_and_inputs(row, method, monkeypatch):
    name, inputs = failing(row, monkeypatch, method)
    with pytest.raises(ZeroDivisionError) as caught:
        row.apply(*inputs)
    assert re.search(
        rf"in {name}\.{method}, applied at {USERS_LINE} to\n  input 0: .*\(.*\) float",
        notes(caught.value),
    )
    if row.function == name:  # otherwise its inputs are made on the way
        for position, x in enumerate(inputs):
            assert f"input {position}: 'input{position}' {x.shape} float64 (a leaf)" in notes(
                caught.value
            )


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_failing_backward_notes_operation_line_and_inputs(row, monkeypatch):
    name, inputs = failing(row, monkeypatch, "backward")
    output = row.apply(*inputs)
    with pytest.raises(ZeroDivisionError) as caught:
        output.backward(np.ones(output.shape))
    assert re.search(
        rf"in {name}\.backward, applied at {USERS_LINE} to\n  input 0: ", notes(caught.value)
    )


def test_notes_give_the_line_that_applied_the_operation_and_the_lines_that_made_its_inputs():
    made = line_after()
    hidden = leaf(2, 3) * 2
    with pytest.raises(ValueError) as caught:
        applied = line_after()
        hidden @ zeros(4, 5)
    assert notes(caught.value).splitlines() == [
        f"in matmul.forward, applied at {applied} to",
        f"  input 0: (2, 3) float64 (from multiply at {made})",
        "  input 1: (4, 5) float32 (a leaf)",
    ]


def test_error_inside_a_layer_names_the_users_line_not_the_layers():
    layer = mg.layers.Sequential(mg.layers.Linear(3, 2), mg.relu)
    with pytest.raises(ValueError) as caught:
        here = line_after()
        layer(zeros(1, 4))
    assert f"in linear.forward, applied at {here} to" in notes(caught.value)


class Faulty(Function):
    """x + y with a backward and a jvp that a test chooses."""

    def __init__(self, grads=None, tangent=None):
        self.grads, self.tangent = grads, tangent

    def forward(self, x, y):
        return x + y

    def backward(self, grad_output):
        return self.grads

    def jvp(self, dx, dy):
        return self.tangent


@pytest.mark.parametrize(
    "grads, message",
    [
        (
            (np.ones(3), np.ones(2)),
            r"faulty.backward gave a gradient of shape \(2,\) "
            r"for input 1, \(3,\) float64 \(a leaf\)",
        ),
        ((np.ones(1), np.ones(3)), r"faulty.backward gave a gradient of shape \(1,\) for input 0"),
        ((np.ones(3), None), "faulty.backward gave no gradient for input 1"),
        ((np.ones(3),), "faulty.backward must return a tuple, one gradient for each of 2 inputs"),
        (np.ones((2, 3)), "faulty.backward must return a tuple"),
    ],
)
def test_wrong_backward_is_caught_with_operation_and_argument(grads, message):
    here = line_after()
    y = Faulty(grads)(leaf(3), leaf(3))
    with pytest.raises(AssertionError, match=message) as caught:
        y.sum().backward()
    assert f"in faulty.backward, applied at {here} to" in notes(caught.value)


def test_wrong_jvp_is_caught():
    x = mg.Tensor(np.ones(3), tangent=np.ones(3))
    with pytest.raises(
        AssertionError,
        match=r"faulty.jvp gave a tangent of shape \(2,\) for an output of shape \(3,\)",
    ):
        Faulty(tangent=np.ones(2))(x, x)


@pytest.mark.parametrize("method", ["forward", "backward", "jvp"])
def test_missing_method_is_named(method):
    class Unfinished(Function):
        def forward(self, x):
            return x if method != "forward" else super().forward(x)

    with pytest.raises(NotImplementedError, match=f"unfinished has no {method}"):
        Unfinished()(
            mg.Tensor(
                np.ones(()), tangent=np.ones(()) if method == "jvp" else None, requires_grad=True
            )
        ).backward()

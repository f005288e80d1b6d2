"""Between a user's line and the mathematics: little, without circles, and told in order."""

import ast
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import ablate, conductance
from minigrad.machine.parallel import in_order
from minigrad.recording import Watcher, current_mode

PACKAGE = Path(mg.__file__).parent


# ---- imports ----


def file_of(module):
    """The file that a module lies in, as a one-entry set; empty if it is none."""
    files = module.with_suffix(".py"), module / "__init__.py"
    return {file for file in files if file.is_file()}


def imported_by(path):
    """The files of minigrad that a file of it imports, by its relative imports at module level."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        folder = path.parents[node.level - 1]
        module = folder.joinpath(*node.module.split(".")) if node.module else folder
        for alias in node.names:  # a file in that folder, or something that the module holds
            found |= file_of(module / alias.name) or file_of(module)
    return found - {path}


def test_no_file_of_the_engine_imports_itself_by_a_detour():
    imports = {path: imported_by(path) for path in PACKAGE.rglob("*.py")}
    assert PACKAGE / "tensor.py" in imports[PACKAGE / "function.py"]
    assert PACKAGE / "functions" / "__init__.py" in imports[PACKAGE / "operators.py"]
    done = set()
    while len(done) < len(imports):
        ready = {path for path in imports.keys() - done if imports[path] <= done}
        left = sorted(str(path.relative_to(PACKAGE)) for path in imports.keys() - done)
        assert ready, f"these import each other in a circle: {left}"
        done |= ready


@pytest.mark.parametrize("operator", ["add", "sub", "mul", "truediv", "pow", "matmul"])
def test_an_operator_is_the_function_itself_and_its_reflection_has_a_name(operator):
    own, reflected = (getattr(mg.Tensor, f"__{mark}{operator}__") for mark in ("", "r"))
    assert getattr(mg, own.__name__) is own
    assert reflected.__name__ == f"reflected_{own.__name__}"


@pytest.mark.parametrize("method", ["exp", "sum", "softmax", "reshape", "transpose", "flatten"])
def test_a_method_is_the_function_of_the_same_name(method):
    assert getattr(mg.Tensor, method) is getattr(mg, method)


# ---- calls ----


def calls_before_the_first_product():
    """How many Python functions of minigrad the README's ten lines call up to ∂F/∂y · dy/dα.

    Counted to the end of the first backward sweep: then both factors are there.
    """
    weight, v = np.random.default_rng(0).standard_normal((4, 3)), np.array([1.0, -2.0, 0.5])
    called, ended = [], []

    def F(x):
        hidden = mg.tanh(x @ weight).named("hidden")
        return mg.softplus(hidden @ v)

    def count(frame, event, argument):
        code = frame.f_code
        if ended or not code.co_filename.startswith(str(PACKAGE)):
            return
        if event == "call":
            called.append(code.co_qualname)
        elif event == "return" and code.co_name == "gradients":
            ended.append(code)

    arguments = F, np.ones((1, 4)), np.zeros((1, 4))
    conductance(*arguments, workers=1)  # what is looked up once is looked up now
    sys.setprofile(count)
    try:
        conductance(*arguments, workers=1)
    finally:
        sys.setprofile(None)
    assert ended
    return called


def test_few_calls_stand_between_a_users_line_and_the_first_product():
    """754 before the engine's plumbing was laid anew."""
    assert len(calls_before_the_first_product()) < 360


@pytest.mark.parametrize("operation, most", [(mg.exp, 12), (mg.multiply, 14), (mg.matmul, 13)])
def test_one_application_takes_few_calls(operation, most):
    tensors = [mg.Tensor(np.ones((2, 2))) for _ in range(1 if operation is mg.exp else 2)]
    called = []

    def count(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.startswith(str(PACKAGE)):
            called.append(frame.f_code.co_qualname)

    sys.setprofile(count)
    try:
        operation(*tensors)
    finally:
        sys.setprofile(None)
    assert len(called) <= most, called


# ---- contexts ----


@pytest.mark.parametrize("block", [mg.no_grad, mg.check_finite, mg.watch_layers])
def test_one_block_may_be_entered_in_several_threads_and_inside_itself(block):
    block, outside, errors = block(), current_mode(), []
    inside = threading.Barrier(4)

    def enter_and_leave():
        try:
            with block, block:
                inside.wait(10)
                leaf = mg.Tensor(np.ones(2), requires_grad=True)
                mg.exp(leaf)
                inside.wait(10)
            assert current_mode().gradients and not current_mode().watchers
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=enter_and_leave) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and current_mode() is outside


@pytest.mark.parametrize("workers", [1, 4])
def test_one_ablation_may_be_entered_inside_F_by_several_workers(workers):
    rng = np.random.default_rng(0)
    weight, v = rng.standard_normal((4, 3)), rng.standard_normal(3)
    knock = ablate({"h": [0]})

    def F(x):
        with knock:
            return mg.tanh(x @ weight).named("h") @ v

    found = conductance(F, np.ones((1, 4)), np.zeros((1, 4)), steps=40, workers=workers)
    expected = conductance(F, np.ones((1, 4)), np.zeros((1, 4)), steps=40, workers=1)
    np.testing.assert_array_equal(found["h"], expected["h"])
    assert not found["h"][:, 0].any() and found["h"][:, 1:].all()


def test_watching_layers_again_begins_anew():
    block = mg.watch_layers()
    for _ in range(2):
        with block:
            h = mg.exp(mg.Tensor(np.ones(2))).named("h")
        assert block.met == ["h"] and block.tensors == {"h": h}


def test_leaving_a_block_that_was_entered_elsewhere_says_so():
    block = mg.no_grad()
    thread = threading.Thread(target=block.__enter__)
    thread.start()
    thread.join()
    with pytest.raises(RuntimeError, match="no_grad: .* another thread .* generator"):
        block.__exit__(None, None, None)
    assert current_mode().gradients


# ---- watchers ----


class Diary(Watcher):
    """Notes all that it is told."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def made(self, function, output):
        self.lines.append(("made", function.name, output.tangent is not None))

    def went_back(self, function, output, grad_output, grad_inputs):
        asked = [grad_input is not None for grad_input in grad_inputs]
        self.lines.append(("went back", function.name, asked))

    def naming(self, tensor, name):
        self.lines.append(("naming", tensor.name, name))
        return tensor

    def named(self, tensor):
        self.lines.append(("named", tensor.name))


def test_a_watcher_is_told_of_every_step_and_name_in_order():
    x = mg.Tensor(np.ones(2), requires_grad=True, tangent=np.ones(2))
    with Diary() as diary:
        y = (x * 2.0).named("y")
        mg.exp(y).sum().backward()
    assert diary.lines == [
        ("made", "multiply", True),
        ("naming", None, "y"),
        ("named", "y"),
        ("made", "exp", True),
        ("made", "sum", True),
        ("went back", "sum", [True]),
        ("went back", "exp", [True]),
        ("went back", "multiply", [True, False]),
    ]


def test_the_layer_that_watch_layers_holds_is_the_ablated_one_whichever_block_is_outside():
    x = mg.Tensor(np.ones((1, 3)))
    for outer, inner in [
        (mg.watch_layers(), ablate({"h": [1]})),
        (ablate({"h": [1]}), mg.watch_layers()),
    ]:
        with outer, inner:
            h = (x * 1.0).named("h")
        watched = outer if isinstance(outer, mg.watch_layers) else inner
        assert watched.tensors["h"] is h
        np.testing.assert_array_equal(h.data, [[1, 0, 1]])


def test_work_that_is_traced_is_not_shared_among_threads():
    main = threading.current_thread()
    with mg.trace(collect=True):
        assert list(in_order(str, range(9), 4)) == list(map(str, range(9)))
        places = list(in_order(lambda item: threading.current_thread(), range(9), 4))
    assert set(places) == {main}


def test_a_traced_conductance_is_in_order_also_with_workers_asked_for():
    rng = np.random.default_rng(0)
    weight, v = rng.standard_normal((4, 3)), rng.standard_normal(3)

    def F(x):
        return mg.tanh(x @ weight).named("h") @ v

    steps = []
    for workers in (1, 4):
        with mg.trace(collect=True) as traced:
            conductance(F, np.ones((1, 4)), np.zeros((1, 4)), steps=12, workers=workers)
        steps.append([(step.kind, step.operation, step.norms) for step in traced.steps])
    assert steps[0] == steps[1]

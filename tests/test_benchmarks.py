"""The logic of the benchmarks: fits, counts, searches, arguments.

What they measure is measured by hand.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from minigrad.function import Function
from models.inception import Inception, mini_inception
from models.inception.specifications import MINI_INCEPTION
from models.scenes import sailboat
from tests.benchmarks import __main__ as program
from tests.benchmarks import growth, ladder, limit, memory, references
from tests.benchmarks.harness.stopwatch import METHODS, Stopwatch, subclasses
from tests.benchmarks.harness.timing import grainy


def test_fit_recovers_a_known_power_law():
    sizes = np.array([10, 20, 50, 400])
    coefficient, exponent, misfit = growth.fit_power(sizes, 0.03 * sizes**1.25)
    assert (coefficient, exponent) == (pytest.approx(0.03), pytest.approx(1.25))
    assert misfit < 1e-12
    seconds = 0.03 * sizes**1.25 * [1, 1.1, 1, 1]
    assert 0.05 < growth.fit_power(sizes, seconds)[2] < 0.1


def test_sizes_take_turns_and_every_second_round_runs_backwards():
    order = []
    seconds = growth.interleaved(
        {size: lambda size=size: order.append(size) for size in (1, 2, 3)}, rounds=2
    )
    assert order == [1, 1, 2, 3, 3, 2, 1]  # the first once before it counts
    assert len(seconds) == 3 and min(seconds) >= 0


def test_growth_explains_what_its_axes_say():
    found = growth.Explanation(mini_inception(0), steps=2, examples=3, layers=2, side=48)()
    assert {name: found[name].shape for name in found} == {
        "mixed4b": (3, 6, 6, 128),
        "mixed5a": (3, 3, 3, 144),
    }
    assert len(found.along.alpha) == 2


class SmallNetwork:
    """Two convolutions, the first one a layer, a linear layer and a product with a vector."""

    def __init__(self):
        rng = np.random.default_rng(0)
        shapes = ((3, 3, 2, 4), (1, 1, 4, 5), (5, 3), (3,))
        self.first, self.second, self.weight, self.vector = (
            rng.standard_normal(shape) for shape in shapes
        )

    def __call__(self, x):
        h = mg.relu(mg.conv2d(x, self.first)).named("first")  # 6×6 pixels, 4×4 windows
        h = mg.conv2d(h, self.second, stride=2)  # 2×2 windows
        return mg.matmul(mg.linear(h.mean(axis=(1, 2)), self.weight), self.vector)


def test_multiply_adds_equal_a_count_by_hand():
    with Stopwatch() as watch:
        conductance(
            SmallNetwork(), np.ones((1, 6, 6, 2)), np.zeros((1, 1, 1, 1)), steps=3, workers=1
        )
    one_image = {
        "conv2d 3×3": 16 * 9 * 2 * 4,
        "conv2d 1×1": 4 * 4 * 5,
        "linear": 5 * 3,
        "matmul": 3,
    }
    expected = {}
    for kind, count in one_image.items():
        # the path's points, and the score at its two ends
        expected[kind, "forward"] = (3 + 4) * count
        expected[kind, "jvp"] = 3 * count
        expected[kind, "backward"] = 3 * count
    del expected["conv2d 3×3", "backward"]  # the tape begins at the layer that it makes
    assert {key: count for key, count in watch.multiply_adds.items() if count} == expected
    assert all(seconds > 0 for seconds in watch.seconds.values())


def test_gradients_of_both_factors_count_twice():
    a, b = (
        mg.Tensor(np.ones((4, 3)), requires_grad=True),
        mg.Tensor(np.ones((3, 2)), requires_grad=True),
    )
    with Stopwatch() as watch:
        mg.matmul(a, b).sum().backward()
        mg.jvp(mg.matmul, (a.data, b.data), (a.data, b.data))
    assert (
        watch.multiply_adds["matmul", "backward"]
        == watch.multiply_adds["matmul", "jvp"]
        == 2 * 4 * 3 * 2
    )


def test_stopwatch_restores_every_method_also_after_an_error():
    def methods():
        return {
            (cls, name): vars(cls)[name]
            for cls in subclasses(Function)
            for name in METHODS
            if name in vars(cls)
        }

    before = methods()
    with pytest.raises(ValueError, match="conv2d"), Stopwatch():
        assert methods().keys() == before.keys() and not methods().items() & before.items()
        mg.conv2d(np.ones((1, 2, 2, 3)), np.ones((1, 1, 4, 1)))
    assert methods() == before


def test_limit_accounts_for_all_of_the_time(monkeypatch):
    monkeypatch.setattr(limit, "SIDE", 64)
    model = mini_inception(0)
    x = np.random.default_rng(0).uniform(-100, 100, (1, 64, 64, 3)).astype(np.float32)
    rows = list(limit.run(model, x, rounds=1, steps=2))
    wholes, parts = (
        [row for row in rows if isinstance(row, limit.Whole)],
        [row for row in rows if isinstance(row, limit.Kind)],
    )
    assert len({row.multiply_adds for row in wholes}) == 1 and all(row.share > 0 for row in wholes)
    assert sum(row.percent for row in parts) == pytest.approx(100)
    assert 0 < parts[-1].percent < 100 and parts[-1].what == "between operations"
    assert all(
        len(line) == len(header) for _, header, lines in limit.tables(rows) for line in lines
    )


def rival(reached, seconds):
    return ladder.Rival("left", 400, reached, 0.03 if reached else 0.09, seconds)


def compared(error, reached, seconds):
    theirs = rival(reached, seconds)
    return ladder.Comparison(
        *("photo", 0.05, 0.001, 40, 2.0, 1.5, error, 0.045, 0.97, True),
        captum=theirs,
        careful=theirs,
        same=rival(True, 3.0),
    )


def test_who_did_not_get_there_is_said_and_counted():
    both, ours_alone = compared(0.04, True, 8.0), compared(0.04, False, 20.0)
    rival_alone, neither = compared(0.06, True, 8.0), compared(0.06, False, 20.0)
    rows = [both, ours_alone, rival_alone, neither]
    assert [row.verdict("captum") for row in rows] == [
        *("4.0", "at least 10.0", "only the rival got there", "neither got there")
    ]
    assert ladder.median_ratio(rows, "captum") == 4.0  # of 4, 10 and 0
    assert ladder.median_ratio([neither], "captum") is None
    assert ladder.median_ratio([both, ours_alone], "same") == 2.0
    ((_, header, lines),) = ladder.tables(rows)
    assert all(len(line) == len(header) for line in lines)
    assert lines[-1][header.index("Captum : ours")] == "at least 4.0"
    assert lines[-1][header.index("error")] == "2 of 4 got there"
    assert "at least 10.0 times ours" in str(ours_alone)
    assert json.loads(json.dumps(program.numbers(both)))["captum"]["seconds"] == 8.0


@pytest.fixture
def small_reference(monkeypatch):
    monkeypatch.setattr(references, "FEWEST_POINTS", 60)
    monkeypatch.setattr(references, "TIGHTEST", 0.2)
    monkeypatch.setattr(references, "AGREEMENT", 0.2)
    monkeypatch.setattr(references, "LADDER", (2, 3, 4))
    monkeypatch.setattr(references, "EVEN", (3, 4))


@pytest.mark.large
def test_a_reference_and_the_errors_of_the_rules(small_reference):
    model = mini_inception(0).astype(np.float64)
    x = np.random.default_rng(0).uniform(-100, 100, (1, 64, 64, 3))
    found = references.computed(model, x)
    F = ClassScore(model, found.label)

    def by_filter(**how):
        result = conductance(F, x, model.baseline(), **how)
        return {layer: result.per_filter(layer)[0] for layer in result}

    assert found.points > 60 and 0 < found.apart < 0.2
    assert found.error(by_filter(steps=400)) < 0.2
    # the errors are those of conductance with the same points
    rules = {
        "equal points, chain rule": {"method": "chain_rule", "rule": "trapezoid"},
        "equal points, left difference": {"method": "difference", "rule": "left"},
    }
    for rule, how in rules.items():
        for steps, error in zip((2, 3, 4), found.errors[rule]):
            points = steps + (how["rule"] == "trapezoid")
            assert error == pytest.approx(found.error(by_filter(steps=points, **how)), rel=1e-9)
    for steps, error in zip((2, 3, 4), found.errors["Gauss–Legendre, chain rule"]):
        expected = found.error(by_filter(steps=steps + 1))
        assert error == pytest.approx(expected, rel=1e-9)
    assert found.enough("equal points, chain rule", 1e-9) is None
    assert found.enough("equal points, chain rule", 1e9) == 2


def test_a_reference_is_kept(small_reference, tmp_path, monkeypatch):
    picture = tmp_path / "boat.png"
    sailboat(64).save(picture)
    model = mini_inception(0)
    first = references.reference(model, picture, tmp_path)
    monkeypatch.setattr(references, "computed", None)
    again = references.reference(model, picture, tmp_path)
    assert (again.label, again.points, again.apart) == (first.label, first.points, first.apart)
    for kept, array in [(again.filters, first.filters), (again.errors, first.errors)]:
        assert kept.keys() == array.keys()
        assert all((kept[name] == array[name]).all() for name in array)


def test_a_process_that_dies_is_reported():
    peaks = list(memory.measure("missing.npz", cases=((memory.OURS, 50),)))
    assert peaks[0].peak_mb is None and "missing.npz: no such weight file" in peaks[0].note
    assert {(peak.who, peak.steps) for peak in peaks[1:]} == memory.NOT_RUN.keys()


WRONG = {
    "no weights": ([], "--weights"),
    "missing weights": (
        ["--weights", "missing.npz", "--only", "growth"],
        "missing.npz: no such weight file",
    ),
    "unknown section": (["--weights", "w", "--only", "limit,speeed"], "unknown section 'speeed'"),
    "no rounds": (["--weights", "w", "--only", "limit", "--rounds", "0"], "--rounds 0"),
    "no number": (["--weights", "w", "--rounds", "five"], "invalid int value: 'five'"),
    "too many photos": (["--weights", "w", "--only", "limit", "--photos", "501"], "--photos 501"),
    "growth on the GPU": (
        ["--weights", "w", "--only", "growth", "--device", "cupy"],
        "--device cupy measures speed alone",
    ),
    "unknown device": (["--weights", "w", "--device", "tpu"], "invalid choice: 'tpu'"),
    "no cache": (["--weights", "w", "--only", "limit", "--cache", "nowhere"], "nowhere: no such"),
    "no folder": (["--weights", "w", "--only", "limit", "--table", "nowhere/t.md"], "nowhere/t.md"),
}


@pytest.mark.parametrize("arguments, message", WRONG.values(), ids=WRONG)
def test_wrong_arguments_end_in_one_line(arguments, message, capsys):
    assert program.main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    assert printed.err.startswith("error: ") and message in printed.err


@pytest.mark.parametrize(
    "arguments, missing",
    [
        ([], "torch and captum"),
        (["--only", "tolerance"], "torch and captum and pytest"),
        (["--device", "cupy"], "torch and captum and cupy"),
    ],
)
def test_what_is_not_installed_is_said_before_the_work(arguments, missing, monkeypatch, capsys):
    monkeypatch.setattr("tests.benchmarks.harness.arguments.find_spec", lambda name: None)
    assert program.main(["--weights", "missing.npz", *arguments]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1 and printed.startswith(f"error: {missing} not installed")


def test_other_networks_weights_are_refused(tmp_path, capsys):
    path = tmp_path / "mini.npz"
    mg.save_weights(path, mini_inception(0), {"network": "mini_inception"})
    assert program.main(["--weights", str(path), "--only", "limit"]) == 2
    assert "the weights are mini_inception's" in capsys.readouterr().err


def test_tables_are_markdown():
    assert program.markdown("T", ["a", "b"], [["1", "2"]]) == (
        "### T\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    )


@pytest.mark.oracle
def test_time_to_accuracy_on_a_small_network(small_reference, tmp_path, monkeypatch):
    pytest.importorskip("captum", reason="needs Captum (extra 'oracle')")
    from PIL import Image

    from tests.benchmarks import tolerance

    monkeypatch.setattr(tolerance, "LADDER", (2, 3, 4))
    monkeypatch.setattr(tolerance, "TIMED_STEPS", 3)
    monkeypatch.setattr(tolerance, "TOLERANCES", (0.3, 0.2))
    # grain, and no black baseline: where windows tie, two right engines differ
    specification = replace(MINI_INCEPTION, padding="symmetric")  # PyTorch's
    model, picture = Inception(specification, 0), tmp_path / "grain.png"
    grain = np.random.default_rng(0).integers(0, 256, (64, 64, 3))
    Image.fromarray(grain.astype(np.uint8)).save(picture)
    monkeypatch.setattr(model, "baseline", lambda: grainy(np.zeros((1, 64, 64, 3), np.float32)))
    rows = list(tolerance.run(model, [picture], tmp_path))
    assert [row.tolerance for row in rows] == [0.3, 0.2]
    assert (tmp_path / "grain.npz").is_file()
    assert all(row.converged and row.points >= 9 for row in rows)
    assert all(row.captum.seconds > 0 and row.same.error == row.error for row in rows)


@pytest.mark.oracle
@pytest.mark.large
def test_a_small_resnet_from_onnx():
    pytest.importorskip("captum", reason="needs Captum (extra 'oracle')")
    from tests.benchmarks import resnet

    (row,) = resnet.run(1, width=4, side=64)
    assert "21 cuts" in row.what and len(row.ratios) == 2
    assert all(ratio > 0 for ratio in row.ratios.values())

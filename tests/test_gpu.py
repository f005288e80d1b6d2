"""The GPU's hour, rehearsed: every part on the CPU, the table of operations on the stand-in."""

import importlib
import json
import subprocess
import sys

import numpy as np
import pytest

from minigrad.attribution import ClassScore, conductance
from models.inception import googlenet_bvlc
from tests.gpu import __main__ as command
from tests.gpu import operations
from tests.gpu.kernels import kernels_in
from tests.gpu.report import markdown, read_results
from tests.gpu.setup import Setup
from tests.helpers import strict_cupy


def results_of(part, device="numpy"):
    return list(importlib.import_module(f"tests.gpu.{part}").run(Setup(device, small=True)))


@pytest.mark.parametrize("part", command.PARTS)
def test_every_part_runs_on_the_cpu_and_finds_nothing_wrong(part):
    found = results_of(part)
    assert found and not [one for one in found if one.ok is False]
    assert json.dumps([one.numbers for one in found])


def test_the_table_of_operations_on_the_stand_in(strict):
    found = results_of("operations", "cupy")
    assert len(found) > 20 and all(one.ok for one in found)


def test_an_operation_that_is_wrong_there_is_shown_with_its_arrays(strict, monkeypatch):
    monkeypatch.setattr(strict_cupy, "_OFFERED", strict_cupy._OFFERED | {"exp": strict_cupy.sqrt})
    row = next(row for row in operations.ROWS if row.name == "exp")
    result = operations.compared(Setup("cupy"), row, np.float32, 1e-5)
    assert (
        result.ok is False
        and result.note.startswith("value: up to")
        and "NumPy array" in result.note
    )


def test_an_operation_that_fails_there_does_not_end_the_part(strict, monkeypatch):
    monkeypatch.setattr(strict_cupy, "_OFFERED", {})
    row = next(row for row in operations.ROWS if row.name == "exp")
    result = operations.compared(Setup("cupy"), row, np.float32, 1e-5)
    assert result.ok is False and "does not offer" in result.note


def test_the_command_goes_on_after_a_failure_and_writes_what_it_has(tmp_path, monkeypatch, capsys):
    """Here a part that takes too long, one that has no CuPy, and one for which no time is left."""
    monkeypatch.setattr(command, "PARTS", {"machine": 8, "speed": 0.001, "memory": 0.0})
    status = command.main(["--out", str(tmp_path), "--device", "cupy", "--small", "--minutes", "1"])
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    notes = {part: found[-1]["note"] for part, found in results.items()}
    assert status and notes["speed"] == "did not end within 0 seconds"
    assert notes["memory"] == "no time was left for it"
    assert results["machine"][0]["what"].startswith("Python")  # before there was need of CuPy
    assert results["machine"][-1]["ok"] is False
    assert "| memory | memory | **wrong** |" in capsys.readouterr().out


def test_a_line_that_was_cut_off_is_passed_over(tmp_path):
    (tmp_path / "speed.jsonl").write_text(
        '{"what": "a", "ok": null, "numbers": {}, "note": ""}\n{"wh', encoding="utf-8"
    )
    (found,) = read_results(tmp_path, "speed")
    assert "| speed | a |" in markdown({"speed": [found]})


def test_kernels_belong_to_the_operation_during_which_they_ran():
    operations_ran = [(0, 10, "conv2d, forward"), (20, 30, "relu, forward")]
    kernels = [(1, 4000, "gemm"), (8, 500, "gemm"), (15, 9, "add"), (21, 1000, "maximum")]
    assert kernels_in(operations_ran, kernels) == {
        "conv2d, forward": {"gemm": 4.5},
        "relu, forward": {"maximum": 1.0},
    }


@pytest.mark.parametrize(
    "arguments, said",
    [(["--minutes", "0"], "--minutes 0"), (["--weights", "nowhere.npz"], "nowhere.npz: no such")],
)
def test_wrong_arguments_are_told(tmp_path, arguments, said):
    done = subprocess.run(
        [sys.executable, "-m", "tests.gpu", "--out", str(tmp_path / "out"), *arguments],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 2 and said in done.stderr


# ---- few calls, fewer copies: what a GPU would wait for ----


@pytest.mark.parametrize("options", [{"steps": 32}, {"steps": np.linspace(0, 1, 32)}])
def test_a_pass_of_32_rows_asks_a_gpu_for_little(strict, options):
    """GoogLeNet on a small picture: the calls do not depend on the size."""
    model = googlenet_bvlc(0).to("cupy")
    picture = np.random.default_rng(0).uniform(-100, 100, (1, 64, 64, 3)).astype(np.float32)
    F, x = ClassScore(model, 3), strict.asarray(picture)
    baseline = strict.asarray(np.zeros_like(picture))

    def asked(**how):
        with strict_cupy.counted() as counts:
            conductance(F, x, baseline, **how)
        return np.array([counts.kernels.total(), counts.up, counts.down])

    asked(batch_size=16, **options)  # tables are made once
    asked(batch_size=32, **options)
    one_pass, two_passes = (asked(batch_size=rows, **options) for rows in (32, 16))
    kernels, up, down = two_passes - one_pass
    assert kernels <= 1200 and up <= 5 and down <= 1

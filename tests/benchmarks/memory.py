"""Peak memory of the nine-layer conductance, in a process of its own, with 50 and 500 steps.

``python -m tests.benchmarks.memory WHO STEPS WEIGHTS`` is one such process; with
``steps="auto"`` STEPS is 0.

Captum runs under ``torch.no_grad()``, with which it needs least: it switches gradients on
where it needs them, and without the block each of the nine results keeps the graph that
it came from. As it comes it puts all steps into one batch, about 60 MB a step, so that
with 500 it would take 30 GB, and is not run. With internal batches of 10 its memory is
that of the layer which takes most, mixed3a, so with 500 steps, which take minutes for all
nine, only that layer is run; with 50 both are, and the table shows that they agree.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

import numpy as np

OURS, DIFFERENCE, CAREFUL = "ours, chain rule", "ours, line integral", "careful PyTorch"
AUTO = 'ours, steps="auto" at 5 %'
DEFAULT, BATCHES = "Captum, its default", "Captum, internal batches of 10"
ONE_LAYER = BATCHES + ", mixed3a only"
CASES = (
    *((OURS, 50), (OURS, 500), (DIFFERENCE, 50), (DIFFERENCE, 500), (AUTO, None)),
    *((CAREFUL, 50), (CAREFUL, 500)),
    *((BATCHES, 50), (ONE_LAYER, 50), (ONE_LAYER, 500), (DEFAULT, 50)),
)
OUR_FORMS = {OURS: {}, DIFFERENCE: {"method": "difference"}, AUTO: {"steps": "auto"}}
NOT_RUN = {
    (BATCHES, 500): "not run, would take minutes: see mixed3a only",
    (DEFAULT, 500): "not run: about 30 GB",
}


@dataclass
class Peak:
    """One process; ``peak_mb`` is None if it died, which is then said in ``note``."""

    who: str
    steps: int | None
    peak_mb: float | None
    note: str = ""

    def __str__(self):
        steps = f", {self.steps} steps" if self.steps else ""
        return f"peak memory of the process, {self.who}{steps}: {self.printed}"

    @property
    def printed(self):
        """The peak with its unit, or why there is none."""
        return self.note if self.peak_mb is None else f"{self.peak_mb:.0f} MB"


def measure(weights, cases=CASES):
    """Yield the `Peak` of each case, from a fresh process, and then what is not run.

    Parameters
    ----------
    weights : path of BVLC GoogLeNet, as ``python -m models convert`` wrote it
    cases : sequence of (who, steps)
    """
    for who, steps in cases:
        case = [who, str(steps or 0), str(weights)]
        command = [sys.executable, "-m", "tests.benchmarks.memory", *case]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, encoding="utf-8"
        )
        if done.returncode:  # as when the system ends a process that asks for more than there is
            lines = done.stderr.strip().splitlines() or ["no message"]
            yield Peak(who, steps, None, f"died with status {done.returncode}: {lines[-1][:100]}")
        else:
            yield Peak(who, steps, json.loads(done.stdout)["peak_mb"])
    for (who, steps), reason in NOT_RUN.items():
        yield Peak(who, steps, None, reason)


def main(who, steps, weights):
    """Run one case and print this process's peak."""
    import models
    from models.scenes import sailboat

    model = models.load(weights)
    x, label = model.preprocess(sailboat(256)), 914
    if who in OUR_FORMS:
        from minigrad.attribution import ClassScore, conductance

        form = {"steps": steps, **OUR_FORMS[who]}
        conductance(ClassScore(model, label), x, model.baseline(), **form)
    else:
        run_rival(who, model, x, label, steps)
    print(json.dumps({"peak_mb": peak_mb()}))


def peak_mb():
    """The peak resident memory of this process.

    Not `getrusage`: that also remembers the process which started this one.
    """
    with open("/proc/self/status", encoding="utf-8") as file:
        (line,) = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def run_rival(who, model, x, label, steps):
    """The conductance by Captum or by the careful PyTorch."""
    import torch

    from minigrad.attribution import quadrature
    from tests.benchmarks.harness import rivals

    network = rivals.TorchGoogLeNet(model, channels_last=True)
    x, baseline = network.as_input(x), network.as_input(np.ascontiguousarray(model.baseline()))
    with torch.no_grad():  # as in `speed`
        if who == CAREFUL:
            rivals.careful_chain_rule(
                network, x, baseline, label, *quadrature(steps), batch_size=10
            )
        else:
            layers, internal = (
                ["mixed3a"] if who == ONE_LAYER else model.layers,
                None if who == DEFAULT else 10,
            )
            rivals.captum_conductance(network, x, baseline, label, layers, steps, internal)


def tables(rows):
    """The Markdown table as (title, header, lines)."""
    lines = [[row.who, str(row.steps or ""), row.printed] for row in rows]
    yield "Peak memory of the whole process, nine layers", ["who", "steps", "peak"], lines


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])

"""Peak memory of the nine-layer conductance, as a whole process of its own: ours at 50 and 500 steps, and Captum's default.

``python -m tests.benchmarks.memory WHO STEPS WEIGHTS`` is one such process.
"""

import json
import subprocess
import sys

import numpy as np

CASES = (("ours", 50), ("ours", 500), ("Captum, its default", 50), ("Captum, internal batches of 10", 50), ("careful PyTorch", 50))


def measure(weights):
    """Yield (who, steps, peak in MB), each from a fresh process."""
    for who, steps in CASES:
        command = [sys.executable, "-m", "tests.benchmarks.memory", who, str(steps), str(weights)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        yield who, steps, json.loads(printed)["peak_mb"]


def main(who, steps, weights):
    """Run one case and print this process's peak."""
    import models
    from models.scenes import sailboat

    model = models.load(weights)
    x, label = model.preprocess(sailboat(256)), 914
    if who == "ours":
        from minigrad.attribution import ClassScore, conductance

        conductance(ClassScore(model, label), x, model.baseline(), steps=steps)
    else:
        run_rival(who, model, x, label, steps)
    print(json.dumps({"peak_mb": peak_mb()}))


def peak_mb():
    """The peak resident memory of this process. Not `getrusage`: that also remembers the process which started this one."""
    with open("/proc/self/status") as file:
        (line,) = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def run_rival(who, model, x, label, steps):
    from minigrad.attribution import quadrature
    from tests.benchmarks import rivals

    network = rivals.TorchGoogLeNet(model, channels_last=True)
    x, baseline = network.as_input(x), network.as_input(np.ascontiguousarray(model.baseline()))
    if who == "careful PyTorch":
        rivals.careful_chain_rule(network, x, baseline, label, *quadrature(steps), batch_size=10)
    else:
        internal = 10 if who.endswith("10") else None
        rivals.captum_conductance(network, x, baseline, label, model.layers, steps, internal)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])

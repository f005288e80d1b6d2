"""``python -m tests.benchmarks --weights bvlc.npz``: the table of this folder's README, measured."""

import argparse
import json
from dataclasses import asdict

import models
from models.scenes import sailboat
from tests.benchmarks import memory, speed
from tests.benchmarks.timing import machine

YAWL = 914


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--weights", required=True, metavar="FILE", help="BVLC GoogLeNet, as models convert wrote it")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers there")
    options = parser.parse_args()

    import torch

    model = models.load(options.weights)
    x = model.preprocess(sailboat(256))
    facts = machine() | {"torch threads": torch.get_num_threads()}
    print(", ".join(f"{name} {value}" for name, value in facts.items()), flush=True)
    results = {"machine": facts, "speed": [], "memory": []}
    for row in speed.run(model, x, YAWL, options.rounds):
        print(row, flush=True)
        results["speed"].append(asdict(row))
    for who, steps, peak in memory.measure(options.weights):
        print(f"peak memory of the process, {who}, {steps} steps: {peak:.0f} MB", flush=True)
        results["memory"].append({"who": who, "steps": steps, "peak_mb": peak})
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()

"""``python -m tests.gpu``: all parts, each in a process of its own; see `tests.gpu`."""

import argparse
import importlib
import json
import subprocess
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path

from tests.gpu.report import markdown, read_results
from tests.gpu.setup import DEVICES, Result, Setup

# In the order of their worth; how many of eight minutes each may take at most.
PARTS = {
    "machine": 0.5,
    "operations": 2.0,
    "agreement": 2.0,
    "speed": 2.5,
    "kernels": 1.0,
    "memory": 1.0,
}


def main(arguments=None):
    """Run the parts, or one of them, and return the exit status."""
    arguments = parsed(arguments)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.part:
        return run_here(arguments.part, arguments)
    start, deadline = time.monotonic(), 60 * arguments.minutes
    for part in PARTS:
        (arguments.out / f"{part}.jsonl").unlink(missing_ok=True)
    for part, share in PARTS.items():
        left = deadline - (time.monotonic() - start)
        run_beside(part, arguments, min(left, share / 8 * deadline))
    results = {part: read_results(arguments.out, part) for part in PARTS}
    (arguments.out / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    text = markdown(results)
    (arguments.out / "results.md").write_text(text, encoding="utf-8")
    print(text)
    return any(one["ok"] is False for found in results.values() for one in found)


def parsed(arguments):
    """What the command line asks for."""
    parser = argparse.ArgumentParser("python -m tests.gpu", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--minutes", type=float, default=8, help="for everything")
    parser.add_argument("--weights", type=Path, help="BVLC GoogLeNet's, as converted; else random")
    parser.add_argument("--device", choices=DEVICES, default="cupy")
    parser.add_argument("--small", action="store_true", help="small and few: to rehearse")
    parser.add_argument("--part", choices=PARTS, help="this part only, in this process")
    found = parser.parse_args(arguments)
    if not found.minutes > 0:
        parser.error(f"--minutes {found.minutes}: expected a number above 0")
    if found.weights is not None and not found.weights.is_file():
        parser.error(f"--weights {found.weights}: no such file")
    return found


def run_beside(part, arguments, seconds):
    """Run a part in a process of its own for so many seconds at most; note how it ended."""
    command = [sys.executable, "-m", "tests.gpu", "--part", part]
    command += ["--out", str(arguments.out), "--device", arguments.device]
    command += ["--weights", str(arguments.weights)] if arguments.weights else []
    command += ["--small"] if arguments.small else []
    start = time.monotonic()
    if seconds <= 0:
        ended = Result(part, False, note="no time was left for it")
    else:
        try:
            status = subprocess.run(command, timeout=seconds, check=False).returncode
            ended = Result(part, status == 0, note=f"ended with status {status}")
        except subprocess.TimeoutExpired:
            ended = Result(part, False, note=f"did not end within {seconds:.0f} seconds")
    ended.numbers["seconds"] = time.monotonic() - start
    write(arguments.out, part, ended)


def run_here(part, arguments):
    """Run a part in this process; the status is 1 if it broke off, whatever it found before."""
    setup = Setup(arguments.device, arguments.weights, arguments.small)
    try:
        for result in importlib.import_module(f"tests.gpu.{part}").run(setup):
            write(arguments.out, part, result)
    except Exception:  # whatever a GPU comes up with is a result
        write(arguments.out, part, Result(part, False, note=traceback.format_exc()))
        return 1
    return 0


def write(folder, part, result):
    """Add a result to its part's file, and say it."""
    with open(folder / f"{part}.jsonl", "a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(result)) + "\n")
    said = {None: "", True: "right: ", False: "WRONG: "}[result.ok]
    print(f"[{part}] {said}{result.what} {result.numbers or ''} {result.note}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

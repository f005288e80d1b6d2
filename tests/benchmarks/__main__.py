"""``python -m tests.benchmarks --weights bvlc.npz``: the tables of this folder's README."""

import json
from dataclasses import asdict
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from minigrad.machine.blas import numpy_blas
from minigrad.machine.parallel import default_workers
from models.output.console import outcome, run_as_program
from models.scenes import sailboat
from tests.benchmarks import beside, growth, ladder, limit, memory, tracing
from tests.benchmarks.harness.arguments import (
    WITHOUT_WEIGHTS,
    UsageError,
    load,
    load_sentiment,
    parse,
    photos,
)
from tests.benchmarks.harness.timing import grainy, machine

YAWL = 914


def rows_of(name, options, model, x, paths):
    """The rows of one section, which come as they are measured."""
    if name == "speed":
        from tests.benchmarks import speed

        return speed.run(model, x, YAWL, options.rounds, device=options.device)
    if name == "memory":
        return memory.measure(options.weights)
    if name == "limit":
        return limit.run(model, x, options.rounds, steps=8 if options.quick else 50)
    if name == "growth":
        return growth.run(model, options.rounds, options.quick)
    if name == "load":
        return beside.run(model, x, YAWL, options.rounds)
    if name == "trace":
        return tracing.run(model, x, YAWL, options.rounds)
    if name == "text":
        from tests.benchmarks import text

        return text.run(load_sentiment(), options.rounds)
    if name == "resnet":
        from tests.benchmarks import resnet

        return resnet.run(options.rounds, *((8, 64) if options.quick else ()))
    from tests.benchmarks import tolerance

    return tolerance.run(model, paths, options.cache)


def facts(options, x):
    """The machine, versions, and how many threads each may use."""
    blas = numpy_blas()
    threads = {
        "minigrad workers": default_workers(x),
        "BLAS threads": blas.get_num_threads() if blas else "unknown",
    }
    if find_spec("torch"):
        import torch

        threads["torch threads"] = torch.get_num_threads()
    return machine() | threads | {"device": options.device, "rounds": options.rounds}


def speed_tables(rows, title="Speed"):
    """The Markdown table of `speed` or `text` as (title, header, lines)."""
    lines = [
        [row.what, name, f"{row.seconds['ours']:.3f}", f"{row.seconds[name]:.3f}", f"{ratio:.2f}"]
        for row in rows
        for name, ratio in row.ratios.items()
    ]
    yield (
        title,
        ["what", "rival", "ours, s", "rival, s", "rival : ours (above 1, ours is faster)"],
        lines,
    )


TABLES = {
    "speed": speed_tables,
    "memory": memory.tables,
    "limit": limit.tables,
    "growth": growth.tables,
    "trace": tracing.tables,
    "load": beside.tables,
    "tolerance": ladder.tables,
    "text": partial(speed_tables, title="Sentences"),
    "resnet": partial(speed_tables, title="ResNet-18"),
}


def markdown(title, header, lines):
    """One table in Markdown."""
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join([f"### {title}", "", *(f"| {' | '.join(row)} |" for row in rows), ""])


def numbers(row):
    """A row as JSON has it: its fields, and what it works out from them."""
    return asdict(row) | {
        name: getattr(row, name) for name in ("ratio", "share") if hasattr(row, name)
    }


def measure(options):
    """Run the sections, print each row as it comes and the tables at the end.

    Files are written after each section.
    """
    images = not set(options.only) <= set(WITHOUT_WEIGHTS)
    model = load(options.weights) if images else None
    paths = photos(options.photos) if "tolerance" in options.only else []
    x = grainy(model.preprocess(sailboat(256))) if images else np.zeros(1)
    results = {"machine": facts(options, x)}
    texts = [", ".join(f"{name} {value}" for name, value in results["machine"].items()) + "\n"]
    print(texts[0], flush=True)
    for name in options.only:
        rows = []
        for row in rows_of(name, options, model, x, paths):
            print(row, flush=True)
            rows.append(row)
        results[name] = [numbers(row) for row in rows]
        texts += [markdown(*table) for table in TABLES[name](rows)]
        if options.table:
            Path(options.table).write_text("\n".join(texts), encoding="utf-8")
        if options.json:
            Path(options.json).write_text(json.dumps(results, indent=1), encoding="utf-8")
    print("\n" + "\n".join(texts[1:]), end="")


def main(arguments=None):
    """Run the benchmarks.

    Parameters
    ----------
    arguments : list of str, optional
        Of the command line, without the program's name; ``sys.argv`` unless told.

    Returns
    -------
    int
        Exit status: 0; 2 if the arguments are wrong or something is missing, said in one line; 130
        after Ctrl-C.
    """
    interrupted = "interrupted; the files hold the sections that were finished"
    return outcome(run, arguments, interrupted=interrupted, errors=UsageError)


def run(arguments):
    """Read the arguments and measure."""
    measure(parse(arguments))


if __name__ == "__main__":
    run_as_program(main)

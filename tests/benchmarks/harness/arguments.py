"""What ``python -m tests.benchmarks`` may be told, and what is said when it cannot be done."""

import argparse
from importlib.util import find_spec
from pathlib import Path

import models

RIVALS = ("torch", "captum")
# The sections, and what each imports that may not be installed.
SECTIONS = {
    "speed": RIVALS,
    "memory": RIVALS,
    "limit": (),
    "growth": (),
    "trace": (),
    "load": RIVALS,
    "tolerance": (*RIVALS, "pytest"),
    "text": RIVALS,
    "resnet": RIVALS,
}
WITHOUT_WEIGHTS = ("text", "resnet")
DEFAULT = ("speed", "memory", "limit")
DESCRIPTION = "Measure minigrad beside PyTorch and Captum; print a table."
EPILOG = """sections, and about how long they take on two cores with 5 rounds:
  speed      forward, gradient and conductance against PyTorch and Captum: 5 minutes
  memory     peak memory of each, as a whole process: 5 minutes
  limit      share of the matrix-product limit, and the time by kind of operation: 2 minutes
  trace      what `trace` costs, off and on: half a minute
  load       forward and gradient beside other programs, against PyTorch: 2 minutes
  growth     time against steps, examples, layers and side of the picture: 10 minutes
  tolerance  time to a true error of the filters of 5 and 2 %, against Captum and a careful
             PyTorch: 6 minutes a photo, 1 to 2 hours for 20; a third of it with --cache
  text       sentences: filters and words of the shipped sentiment network, against Captum: \
5 minutes; needs no --weights
  resnet     ResNet-18 from ONNX: all its cuts in one sweep, against Captum: 10 minutes; needs no \
--weights
"""


class UsageError(ValueError):
    """Arguments that cannot be used; the message says why in one line."""

    exit_status = 2  # as argparse has it


class Parser(argparse.ArgumentParser):
    """Raises a `UsageError` where argparse would print the usage and exit."""

    def error(self, message):
        raise UsageError(message)


def parse(arguments):
    """The options; whatever can be known to be wrong is said before the long work begins."""
    form = argparse.RawDescriptionHelpFormatter
    parser = Parser(
        prog="python -m tests.benchmarks",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=form,
    )
    parser.add_argument(
        "--weights", metavar="FILE", help="BVLC GoogLeNet, as models convert wrote it"
    )
    parser.add_argument(
        "--only", metavar="SECTIONS", help=f"by commas; {','.join(DEFAULT)} unless told"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        metavar="N",
        help="5 unless told; in tolerance each photo is one",
    )
    parser.add_argument(
        "--photos", type=int, default=20, metavar="N", help="for tolerance; 20 unless told"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="FOLDER",
        help="for tolerance: where the references are kept, so that they are computed once",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="growth, limit and resnet with small sizes: to see that all works",
    )
    parser.add_argument(
        "--device",
        choices=("cpu", "cupy"),
        default="cpu",
        help="cupy: speed alone, with the rivals on CUDA",
    )
    parser.add_argument("--table", metavar="FILE", help="also write the Markdown tables there")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers there")
    options = parser.parse_args(arguments)
    default = DEFAULT if options.device == "cpu" else ("speed",)
    options.only = (
        default if options.only is None else tuple(dict.fromkeys(options.only.split(",")))
    )
    check(options)
    return options


def check(options):
    """Raise a UsageError if something is wrong or missing."""
    unknown = [name for name in options.only if name not in SECTIONS]
    if unknown:
        raise UsageError(f"unknown section {unknown[0]!r}; the sections are {', '.join(SECTIONS)}")
    if options.device == "cupy" and options.only != ("speed",):
        raise UsageError(
            "--device cupy measures speed alone: leave --only out, or give --only speed"
        )
    if options.weights is None and not set(options.only) <= set(WITHOUT_WEIGHTS):
        raise UsageError(
            "--weights is missing: BVLC GoogLeNet, as models convert wrote it; "
            f"only the sections {' and '.join(WITHOUT_WEIGHTS)} need none"
        )
    if options.rounds < 1 or not 1 <= options.photos <= 500:
        raise UsageError(
            f"--rounds {options.rounds}, --photos {options.photos}; "
            "expected at least 1 round, and 1 to 500 photos"
        )
    needed = [package for name in options.only for package in SECTIONS[name]] + ["cupy"] * (
        options.device == "cupy"
    )
    missing = [package for package in dict.fromkeys(needed) if find_spec(package) is None]
    if missing:
        raise UsageError(
            f"{' and '.join(missing)} not installed; "
            "pip install -e '.[oracle,test]', on a GPU also gpu, has what is needed"
        )
    if options.device == "cupy" and not cuda_found():
        raise UsageError(
            "--device cupy: PyTorch finds no GPU here, so there is no rival to compare with"
        )
    if options.cache is not None and not options.cache.is_dir():
        raise UsageError(f"--cache {options.cache}: no such folder")
    for path in filter(None, (options.table, options.json)):
        if Path(path).is_dir() or not Path(path).absolute().parent.is_dir():
            raise UsageError(f"{path}: not a file in a folder that is there")


def cuda_found():
    """Whether PyTorch can use a GPU."""
    import torch

    return torch.cuda.is_available()


def load(path):
    """BVLC GoogLeNet, or a UsageError."""
    try:
        model = models.load(path)
    except (ValueError, OSError) as error:
        raise UsageError(" ".join(str(error).split())) from None
    if model.specification.name != "googlenet_bvlc":
        raise UsageError(
            f"{path}: the weights are {model.specification.name}'s; "
            "the benchmarks are for googlenet_bvlc"
        )
    return model


def load_sentiment():
    """The shipped sentiment network, or a UsageError."""
    try:
        return models.load("sentiment")
    except (ValueError, OSError) as error:
        raise UsageError(" ".join(str(error).split())) from None


def photos(count):
    """The photos for tolerance, or a UsageError where there are none."""
    import pytest

    from tests.benchmarks.tolerance import find_photos

    try:
        return find_photos(count)
    except pytest.skip.Exception as missing:  # how the tests say so
        raise UsageError(str(missing)) from None

"""The command line: ``python -m models COMMAND``; one function a command, its imports inside it."""

import argparse

from .explain.command import add_explain
from .output.console import ERRORS, outcome, run_as_program
from .parts.command import add_parts
from .scenes.command import add_scenes
from .sentiment.findings_command import add_findings
from .study.command import add_study


def add_convert(commands):
    command = commands.add_parser(
        "convert", help="convert published weights to a file that models.load reads"
    )
    command.add_argument(
        "source",
        metavar="SOURCE",
        help="a .caffemodel, a .pb or its .zip, a .pth or .safetensors, a folder of .mat files",
    )
    command.add_argument("destination", metavar="DESTINATION.npz")
    command.add_argument(
        "--vocabulary",
        metavar="FILE",
        help="a sentiment network's words, one a line, in the order of its rows",
    )
    for kind, row in (("padding", 0), ("unknown", 1)):
        told = (
            f"a sentiment network's row of {kind}, or none; "
            f"found in the vocabulary, or {row}, unless told"
        )
        command.add_argument(f"--{kind}", metavar="INDEX", type=index_or_none, help=told)
    command.add_argument(
        "--pad-to",
        metavar="WORDS",
        type=int,
        help="to how many words a sentiment network's source pads shorter sentences; "
        "the width of the widest filter unless told",
    )
    command.add_argument(
        "--labels",
        metavar="FILE",
        help="an Inception's classes, one name a line, for a last layer of one's own",
    )
    command.add_argument(
        "--mean",
        metavar=("R", "G", "B"),
        nargs=3,
        type=float,
        help="what an Inception subtracts from its pictures (0 to 255), where it was trained so",
    )
    command.add_argument(
        "--no-transform-input",
        dest="transform_input",
        action="store_false",
        default=None,
        help="torchvision's GoogLeNet, trained from the start without transform_input",
    )
    command.set_defaults(run=run_convert)


def run_convert(arguments):
    from .convert import convert

    metadata = convert(
        arguments.source,
        arguments.destination,
        arguments.vocabulary,
        arguments.padding,
        arguments.unknown,
        arguments.pad_to,
        labels=arguments.labels,
        mean=arguments.mean,
        transform_input=arguments.transform_input,
    )
    report(arguments.destination, metadata)


def index_or_none(text):
    """A row's number, or the word none."""
    return text if text == "none" else int(text)


def add_download(commands):
    command = commands.add_parser(
        "download", help="fetch published weights, check them and convert them"
    )
    command.add_argument(
        "name",
        metavar="NAME",
        help="bvlc_googlenet, inception5h, googlenet_torchvision, googlenet_places205 "
        "or googlenet_places365",
    )
    command.add_argument(
        "--to", metavar="FILE", help="the .npz file to write; NAME.npz here unless told"
    )
    command.set_defaults(run=run_download)


def run_download(arguments):
    from .convert.download import download

    path, metadata = download(arguments.name, arguments.to)
    report(path, metadata)


def report(path, metadata):
    """Say what was written and where it came from."""
    source = metadata["source"]
    print(f"{path}: {metadata['network']}, from {source['name']} ({source['format']})")
    for name, radius, bias, alpha, beta in metadata["specification"].get("lrn", ()):
        print(f"  {name}: radius {radius}, bias {bias:g}, alpha {alpha:g}, beta {beta:g}")
    for line in source.get("found", ()):
        print(f"  {line}")
    print(f"SHA-256 of the source: {source['sha256']}")
    if "url" in source:
        print(f"served by {source['url']}")
    if "published" in source:
        print(source["published"])


def add_train(commands):
    command = commands.add_parser(
        "train", help="train a shipped network anew (inception: about ten minutes on two cores)"
    )
    command.add_argument(
        "network",
        metavar="NETWORK",
        choices=("inception", "sentiment"),
        help="inception or sentiment",
    )
    command.add_argument(
        "--data",
        metavar="DIR",
        help="for sentiment: the folder with the treebank's stsa.binary files",
    )
    command.add_argument(
        "--steps", type=int, metavar="N", help="minibatches; the network's own number unless told"
    )
    command.add_argument("--seed", type=int, metavar="S", help="0 unless told")
    command.add_argument(
        "--out", metavar="FILE.npz", help="mini-inception.npz or sentiment.npz here unless told"
    )
    command.add_argument(
        "--resume",
        action="store_true",
        help="go on where Ctrl-C (or anything else) ended an earlier run",
    )
    command.add_argument("--figure", metavar="FIGURE.png", help="also draw the learning curve")
    command.set_defaults(run=run_train)


def run_train(arguments):
    options = arguments.steps, arguments.seed, arguments.resume, arguments.figure
    if arguments.network == "inception":
        from .train.inception import describe, train_inception

        out = arguments.out or "mini-inception.npz"
        metadata = train_inception(out, *options)
    else:
        from .train.sentiment import describe, train_sentiment

        if arguments.data is None:
            raise ValueError(
                "train sentiment: give --data DIR, the folder with stsa.binary.train, "
                ".dev and .test"
            )
        out = arguments.out or "sentiment.npz"
        metadata = train_sentiment(out, arguments.data, *options)
    print(describe(metadata))
    print(f"Weights: {out}")
    if arguments.figure:
        print(f"Figure: {arguments.figure}")


# Each adds one command: its arguments, and the function that runs it as `run`.
COMMANDS = (
    add_convert,
    add_download,
    add_explain,
    add_findings,
    add_train,
    add_parts,
    add_scenes,
    add_study,
)


def main(arguments=None):
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        Of the command line, without the program's name; ``sys.argv`` unless told.

    Returns
    -------
    int
        Exit status: 0, 1 after an error that is said in one line, 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(
        prog="python -m models", description="Networks and their weights."
    )
    parser.add_argument(
        "--traceback",
        action="store_true",
        help="after an error, show where in the program it arose",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    chosen = parser.parse_args(arguments)
    errors = () if chosen.traceback else ERRORS
    return outcome(chosen.run, chosen, interrupted="error: interrupted", errors=errors)


if __name__ == "__main__":
    run_as_program(main)

"""``python -m models study``: measure photos, then write the tables, the figures and the report."""

import importlib
from dataclasses import dataclass
from pathlib import Path

# For each study: the kind of record it is made of, and how many photos unless told (None: all).
STUDIES = {
    "ablation": ("ablation", 100),
    "agreement": ("agreement", 20),
    "features": ("labelled", None),
    "classes": ("labelled", None),
    "predict": ("predict", 40),
}
TOLERANCE = 0.05
CURVE = 32  # prefixes that are scored for the curve
MOST = 128  # filters that are removed at most


@dataclass(frozen=True)
class Study:
    """What a report is made of.

    Attributes
    ----------
    name : str
        One of `STUDIES`.
    model : models.inception.Inception
    weights : str
        As it was given.
    settings : dict
        Of the records; see `measure`. ``"sha256"`` is the weights' checksum.
    records : list of (Photo, arrays, facts)
        As `measure` describes them.
    broken : dict of str to str
        Photos that could not be read, and why.
    folder : pathlib.Path
        Where everything is written.
    seed : int
        For splits and random labels.
    called : tuple of str
        ``FOLDER=CLASS``, as they were given.
    """

    name: str
    model: object
    weights: str
    settings: dict
    records: list
    broken: dict
    folder: Path
    seed: int
    called: tuple = ()


def add_study(commands):
    """Add the command ``study`` to the command line."""
    command = commands.add_parser(
        "study", help="the paper's experiments on a folder of photos: tables, figures and a report"
    )
    command.add_argument(
        "study",
        metavar="STUDY",
        choices=tuple(STUDIES),
        help="ablation, agreement, features, classes or predict",
    )
    command.add_argument(
        "--images",
        metavar="DIR",
        action="append",
        required=True,
        help="a folder of photos; may be given again",
    )
    command.add_argument(
        "--out",
        metavar="DIR",
        required=True,
        help="where results are kept and the report is written",
    )
    command.add_argument(
        "--weights",
        metavar="FILE",
        default="mini-inception",
        help="the network's; the shipped mini-inception unless told",
    )
    command.add_argument(
        "--called",
        metavar="FOLDER=CLASS",
        action="append",
        default=[],
        help="the class that a folder shows, where its name does not say",
    )
    command.add_argument(
        "--photos",
        type=int,
        metavar="N",
        help="so many, spread evenly; ablation 100, agreement 20, predict 40, else all unless told",
    )
    command.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        metavar="T",
        help="how far each layer's filters may be off, relative: points are taken until they are "
        f"not; {TOLERANCE} unless told",
    )
    command.add_argument(
        "--score",
        choices=("logit", "probability"),
        default="logit",
        help="of features and ablation, what is explained: the score before the softmax unless "
        "told (another --out for each)",
    )
    command.add_argument(
        "--most",
        type=int,
        default=MOST,
        metavar="N",
        help=f"for ablation: filters removed at most; {MOST} unless told",
    )
    command.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="S",
        help="of random orders, labels and splits; 0 unless told",
    )
    command.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="measure in so many processes of this machine (extra 'cluster')",
    )
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="measure on the workers of a Dask scheduler (extra 'cluster')",
    )
    command.set_defaults(run=run_study)


def run_study(arguments):
    """Measure what is not measured yet, and write the report."""
    from .photos import find_photos, spread
    from .report import check_report
    from .running.cluster import anywhere
    from .running.run import Task, measure_photos
    from .running.store import Store

    kind, count = STUDIES[arguments.study]
    labelled = kind == "labelled"
    check_numbers(arguments)
    model = inception_of(arguments.weights)
    photos = find_photos(arguments.images, model.labels, arguments.called, labelled=labelled)
    photos = spread(photos, count if arguments.photos is None else arguments.photos)
    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    check_report(folder)  # before the long work, not after it
    settings = settings_of(arguments, model)
    store = Store(folder / kind, settings)
    task = Task(kind, str(arguments.weights), settings)
    with anywhere(arguments.scheduler, arguments.workers) as over:
        done, broken = measure_photos(task, photos, store, over)
    if not done:
        raise ValueError("none of the photos could be read, so there is nothing to report")
    records = [(photo, *store.load(photo)) for photo in done]
    if labelled:
        check_labels(records, model.labels, store)
    study = Study(
        name=arguments.study,
        model=model,
        weights=arguments.weights,
        settings=settings,
        records=records,
        broken=broken,
        folder=folder,
        seed=arguments.seed,
        called=tuple(arguments.called),
    )
    importlib.import_module(f"models.study.{arguments.study}.study").report(study)
    print(f"The report: {folder / arguments.study}.md and .html")


def check_numbers(arguments):
    """Raise a ValueError for a number that makes no sense, before any work."""
    for name, least in (("photos", 1), ("most", 1), ("seed", 0), ("workers", 1)):
        number = getattr(arguments, name)
        if number is not None and number < least:
            raise ValueError(f"--{name} is {number}; expected at least {least}")
    if arguments.score != "logit" and arguments.study not in ("ablation", "features"):
        raise ValueError(f"--score is for ablation and features; {arguments.study} has the logit")
    if not arguments.tolerance > 0:
        raise ValueError(f"--tolerance is {arguments.tolerance}; expected a number above 0")


def inception_of(weights):
    """The network, or a ValueError if it is none for pictures."""
    from ..graph import GraphNetwork
    from ..inception.network import Inception
    from .running.run import network

    model = network(weights)
    if isinstance(model, GraphNetwork):
        model.baseline()  # or the error that says what is not known of its pictures
    if isinstance(model, (GraphNetwork, Inception)):
        return model
    raise ValueError(
        f"{weights}: the weights are {type(model).__name__}'s; the studies are of networks for "
        "pictures"
    )


def settings_of(arguments, model):
    """All that a record depends on besides the photo; see `measure`."""
    from minigrad.weights import checksum

    kind, _ = STUDIES[arguments.study]
    settings = {"sha256": checksum(model.state_dict()), "tolerance": arguments.tolerance}
    if kind == "ablation":
        most = arguments.most
        settings |= {"curve": min(CURVE, most), "most": most}
    if kind in ("ablation", "predict"):
        settings["seed"] = arguments.seed
    if arguments.score != "logit":  # records from before there was a choice are of the logit
        settings["score"] = arguments.score
    return settings


def check_labels(records, names, store):
    """Raise a ValueError if a record was made when its photo was said to show another class."""
    for photo, _, facts in records:
        if facts["label"] != photo.label:
            before, now = names[facts["label"]], names[photo.label]
            raise ValueError(
                f"{photo.key} was measured for {before}, and is now said to show {now}: "
                "say the same with --called as before, give another --out, "
                f"or delete {store.path(photo)}"
            )

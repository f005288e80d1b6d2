"""``python -m models parts``: which parts are studied, and the study from scenes to figure."""

import sys
import time
from pathlib import Path

# Chosen from the drawings alone, before any network was asked: the part is what the class is named
# by or known by; it covers at least 3 % of the picture and a quarter of the object on average, so
# that its going is plain to see; at most two thirds of the object, so that something is left to be
# recognised; and each of the four groups of classes has one.
PAIRS = (
    ("sailboat", "sail"),  # 13 % of the picture, 59 % of the object
    ("container ship", "containers"),  # 9 %, 44 %
    ("bicycle", "wheels"),  # 7 %, 61 %
    ("giraffe", "patches"),  # 4 %, 29 %: not a shape that goes but a pattern
    ("windmill", "blades"),  # 9 %, 47 %
)
SCENES = 200
ABLATED = 20  # scenes for which each filter is set to zero
TOLERANCE = 0.05  # of conductance: the filters' relative error in every layer
RESAMPLES = 1000
# Held out: a training's scenes have seeds from 10,000,000 up, those of its accuracy below 2000.
FIRST_SEED = 1_000_000


def add_parts(commands):
    """Add the command ``parts`` to the command line."""
    command = commands.add_parser(
        "parts", help="the study: does conductance find the filters that respond to a part?"
    )
    command.add_argument(
        "--scenes",
        type=int,
        default=SCENES,
        metavar="N",
        help=f"scenes for each part; {SCENES} unless told",
    )
    command.add_argument(
        "--out",
        metavar="DIR",
        default=".",
        help="where parts.json, parts.md and parts.png go; here unless told",
    )
    command.add_argument(
        "--weights",
        metavar="FILE",
        default="mini-inception",
        help="the network's; the shipped ones unless told",
    )
    command.set_defaults(run=run_parts)


def run_parts(arguments):
    """Run the study that the arguments describe, and write it."""
    from .. import load
    from ..output.figures import check_figure_path
    from ..output.progress import progress_bar
    from .figure import draw_study
    from .report import as_json, tables

    folder = Path(arguments.out)
    check_figure_path(folder / "parts.png")  # before the long work, not after it
    began = time.monotonic()
    study = run_study(
        load(arguments.weights),
        arguments.scenes,
        progress=progress_bar(),
        unfinished=folder / "parts.unfinished.npz",
    )
    (folder / "parts.json").write_text(as_json(study), encoding="utf-8")
    (folder / "parts.md").write_text(tables(study), encoding="utf-8")
    draw_study(study, folder / "parts.png")
    print(tables(study))
    seconds = time.monotonic() - began
    print(f"{seconds:.0f} seconds; written: parts.json, parts.md and parts.png in {folder}")


def run_study(
    model,
    scenes=SCENES,
    pairs=PAIRS,
    tolerance=TOLERANCE,
    ablated=ABLATED,
    resamples=RESAMPLES,
    progress=None,
    unfinished=None,
):
    """Measure the parts and summarise what was measured.

    Parameters
    ----------
    model : models.inception.Inception
        Of the scenes' classes.
    scenes : int
        For each part, at least 2.
    pairs : sequence of (class, part)
    tolerance : float
        As for `conductance`.
    ablated : int
        For how many of the scenes each filter is set to zero.
    resamples : int
        Bootstrap samples of the scenes.
    progress : callable, optional
        Wraps a part's list of jobs while it is walked.
    unfinished : pathlib.Path, optional
        Where to keep the parts that are measured until all are, so that an interrupted study goes
        on from there.

    Returns
    -------
    dict
        As JSON has it; see `models.parts.report`.
    """
    from minigrad.weights import checksum

    from ..scenes import CLASSES, random_scene
    from .measure import measure_part
    from .report import summarise

    if scenes < 2:
        raise ValueError(f"--scenes is {scenes}; a spread over scenes needs at least 2")
    if tuple(model.labels) != tuple(CLASSES):
        raise ValueError(
            f"{model.specification.name}: its {len(model.labels)} labels are not the scenes' "
            f"{len(CLASSES)} classes"
        )
    ablated = min(ablated, scenes)
    settings = {
        "weights": checksum(model.state_dict()),
        "scenes": scenes,
        "first_seed": FIRST_SEED,
        "tolerance": tolerance,
        "ablated": ablated,
    }
    kept = Unfinished(unfinished, settings)
    for name, part in pairs:
        began = time.monotonic()
        drawn = [random_scene(name, seed) for seed in range(FIRST_SEED, FIRST_SEED + scenes)]
        if not kept.has(name, part):
            kept.add(name, part, measure_part(model, drawn, part, tolerance, ablated, progress))
            told = f"{name}, {part}: measured in {time.monotonic() - began:.0f} seconds"
            print(told, file=sys.stderr, flush=True)
    measured = {pair: kept.measured(*pair) for pair in pairs}
    study = summarise(model, measured, settings | {"resamples": resamples})
    kept.remove()
    return study


class Unfinished:
    """What is measured so far, by part; in a file too, if there is to be one.

    Parameters
    ----------
    path : pathlib.Path or None
    settings : dict
        A file of a study with other settings is begun anew.
    """

    def __init__(self, path, settings):
        from minigrad.weights import load_weights

        self.path, self.settings, self.arrays = path, settings, {}
        if path is not None and path.exists():
            arrays, metadata = load_weights(path)
            if metadata.get("settings") == settings:
                self.arrays = arrays

    def add(self, name, part, measured):
        """Keep what `measure_part` found."""
        from minigrad.weights import save_weights

        self.arrays |= {f"{name}/{part}/{what}": array for what, array in measured.items()}
        if self.path is not None:
            save_weights(self.path, self.arrays, {"settings": self.settings})

    def has(self, name, part):
        """Whether the part is measured."""
        return f"{name}/{part}/shrinks" in self.arrays

    def measured(self, name, part):
        """What `measure_part` found."""
        before = f"{name}/{part}/"
        keys = [key for key in self.arrays if key.startswith(before)]
        return {key.removeprefix(before): self.arrays[key] for key in keys}

    def remove(self):
        """Delete the file: the study is complete."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

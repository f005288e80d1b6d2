"""``python -m models scenes``: drawn scenes as PNG files, in a folder for each class."""

from pathlib import Path

from ..parts.command import FIRST_SEED  # held out

EACH = 50
MOST_EACH = 10_000  # so that scenes of different --seed are different scenes
MOST_SEED = 899


def add_scenes(commands):
    """Add the command ``scenes`` to the command line."""
    command = commands.add_parser(
        "scenes", help="draw scenes of the twenty classes that mini-inception knows, as PNG files"
    )
    command.add_argument(
        "folder",
        metavar="DIR",
        help="where to: DIR/group/class/NNNN.png; what is there already stays",
    )
    command.add_argument(
        "--each",
        type=int,
        default=EACH,
        metavar="N",
        help=f"scenes of each class; {EACH} unless told",
    )
    command.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="S",
        help=f"other scenes for each number to {MOST_SEED}; 0 unless told",
    )
    command.set_defaults(run=run_scenes)


def run_scenes(arguments):
    """Draw the scenes that are not there yet."""
    from ..output.progress import Progress
    from . import CLASSES

    try:
        import PIL  # noqa: F401
    except ImportError:
        raise ValueError("drawing scenes needs Pillow: pip install -e '.[lessons]'") from None
    wanted = scene_files(Path(arguments.folder), arguments.each, arguments.seed)
    waiting = [(path, name, seed) for path, name, seed in wanted if not path.exists()]
    done = len(wanted) - len(waiting)
    with Progress(done, len(wanted), unit="scene") as progress:
        for path, name, seed in waiting:
            draw_to(path, name, seed)
            done += 1
            progress.update(done, name)
    print(
        f"{len(wanted)} scenes of {len(CLASSES)} classes are in {arguments.folder}; "
        f"{len(waiting)} of them drawn now"
    )


def scene_files(folder, each, seed):
    """Which scenes there are to be.

    Parameters
    ----------
    folder : pathlib.Path
    each : int
        Scenes of each class, at most `MOST_EACH`.
    seed : int
        From 0 to `MOST_SEED`.

    Returns
    -------
    list of (path, class, scene's seed)
        A file is numbered by its scene, whatever ``each`` is: more of them can be drawn later.
    """
    from . import GROUPS

    if not 1 <= each <= MOST_EACH:
        raise ValueError(f"--each is {each}; expected 1 to {MOST_EACH}")
    if not 0 <= seed <= MOST_SEED:
        raise ValueError(f"--seed is {seed}; expected 0 to {MOST_SEED}")
    numbers = range(seed * MOST_EACH, seed * MOST_EACH + each)
    files = []
    for group, names in GROUPS.items():
        for name in names:
            of_class = folder / group.replace(" ", "-") / name.replace(" ", "_")
            files += [
                (of_class / f"{number:04}.png", name, FIRST_SEED + number) for number in numbers
            ]
    return files


def draw_to(path, name, seed):
    """Draw one scene into a PNG file, whole or not at all."""
    from PIL import Image

    from minigrad.weights import atomic_file

    from . import random_scene

    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as file:
        Image.fromarray(random_scene(name, seed).draw()).save(file, format="PNG")

"""Training mini_inception on the scenes: ``python -m models train inception``."""

from pathlib import Path

import numpy as np

from minigrad.weights import save_weights
from models.convert import check_destination
from models.inception.network import mini_inception
from models.scenes import CLASSES

from .checkpoint import Checkpoint
from .figure import check_figure_path, draw_curve
from .loop import Settings, Training
from .pictures import HeldOut, Painter, SceneTask, draw_before_other_backgrounds
from .session import git_commit, in_halves, say, settings_of, train_to_the_end

DEFAULTS = Settings(seed=0, steps=3000, batch=64, learning_rate=2e-3, warmup=100, weight_decay=1e-4)
SCENES = 20_000
PIXELS = 64.0  # about the standard deviation of a scene's pixels
HELD_OUT = 2000
CHECKED = 400  # of the held-out scenes, for the learning curve


def train_inception(out, steps=None, seed=None, resume=False, figure=None):
    """Train the network, measure it on held-out scenes and write its weights.

    Parameters
    ----------
    out : str or os.PathLike
        The `.npz` file for the weights, in float16. Until the training is complete it is
        kept beside it, in ``NAME.checkpoint.npz``.
    steps, seed : int, optional
        Of `DEFAULTS` unless told; on resuming, of the checkpoint.
    resume : bool, optional
        Go on from the checkpoint.
    figure : str or os.PathLike, optional
        Where to draw the learning curve.

    Returns
    -------
    dict
        The metadata of the file.

    Raises
    ------
    ValueError, OSError
        Something cannot be read or written, or a checkpoint is not of this training.
    KeyboardInterrupt
        After the checkpoint was written.
    """
    out = Path(out)
    check_destination(out)
    if figure is not None:
        check_figure_path(figure)  # before the long work, not after it
    checkpoint = Checkpoint(out.with_suffix(".checkpoint.npz"), "mini_inception")
    settings, found = settings_of(checkpoint, DEFAULTS, resume, steps, seed)
    commit = git_commit()  # of what trains, not of what may lie here when it is done
    scenes = min(SCENES, settings.steps * settings.batch)
    with Painter() as painter:
        task = SceneTask(painter, settings.seed, scenes, CHECKED)
        training = Training(beginning(settings.seed), task, settings)
        if found is not None:
            checkpoint.restore(training, *found)
            say(f"going on after step {training.step}; first the scenes are drawn again")
        train_to_the_end(training, checkpoint)
        say(f"measuring on {HELD_OUT} held-out scenes, usual and before other backgrounds")
        metadata = measure(training, painter, commit)
    save_weights(out, in_halves(training.model), metadata)
    if figure is not None:
        title = f"mini_inception learns {len(CLASSES)} classes of drawn scenes"
        draw_curve(training, figure, title)
    checkpoint.remove()
    return metadata


def beginning(seed):
    """The network before its first step, its weights scaled to what it will see.

    Layers begin as if their inputs had a variance of one: those of the first are pixels,
    near `PIXELS` in size. And the scores begin near zero: a network that knows nothing
    should not claim to.
    """
    model = mini_inception(seed)
    model.conv2d0.weight.data = model.conv2d0.weight.data / np.float32(PIXELS)
    model.softmax2.weight.data = model.softmax2.weight.data * np.float32(0.05)
    return model


def measure(training, painter, commit):
    """What the weights, as they will be in the file, are worth: the metadata to write with them."""
    settings = training.settings
    model = training.model.load_state_dict(in_halves(training.model)).eval()
    usual = HeldOut(painter, HELD_OUT)
    swapped = HeldOut(painter, HELD_OUT, draw=draw_before_other_backgrounds)
    right = usual.right(model)
    options = f"--steps {settings.steps} --seed {settings.seed}"
    return {
        "network": training.model.specification.name,
        "command": f"python -m models train inception {options}",
        "commit": commit,
        "seed": settings.seed,
        "steps": settings.steps,
        "batch": settings.batch,
        "scenes": len(training.task),
        "held_out_scenes": HELD_OUT,
        "held_out_accuracy": float(right.mean()),
        "swapped_background_accuracy": float(swapped.right(model).mean()),
        "accuracy_by_class": usual.by_class(right),
    }


def describe(metadata):
    """The figures of `measure`, as lines."""
    held_out, accuracy = metadata["held_out_scenes"], metadata["held_out_accuracy"]
    lines = [
        f"Accuracy on {held_out} held-out scenes: {accuracy:.1%}",
        f"Before backgrounds drawn at random: {metadata['swapped_background_accuracy']:.1%}",
    ]
    by_class = sorted(metadata["accuracy_by_class"].items(), key=by_accuracy)
    return "\n".join(lines + [f"  {accuracy:6.1%}  {name}" for name, accuracy in by_class])


def by_accuracy(pair):
    return pair[1]

"""What the trainings of all networks share around the loop: settings, progress, the commit."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..output.progress import Interrupts, Progress
from .loop import Settings, train


def settings_of(checkpoint, defaults, resume, steps, seed):
    """The settings to train with, and what the checkpoint holds (None for a new training)."""
    asked = {name: value for name, value in (("steps", steps), ("seed", seed)) if value is not None}
    if not resume:
        if checkpoint.exists():
            raise ValueError(
                f"{checkpoint.path}: a training was interrupted here; "
                "go on with --resume, or delete the file"
            )
        return replace(defaults, **asked), None
    state, metadata = checkpoint.load()
    try:
        settings = Settings(**metadata["settings"])
    except TypeError as error:
        raise ValueError(
            f"{checkpoint.path}: the checkpoint's settings are not ours ({error})"
        ) from None
    for name, value in asked.items():
        if getattr(settings, name) != value:
            raise ValueError(
                f"{checkpoint.path}: was begun with --{name} {getattr(settings, name)}, not {value}"
            )
    return settings, (state, metadata)


def train_to_the_end(training, checkpoint):
    """Take the steps that are left; Ctrl-C keeps those taken, says so and is raised again."""
    with Interrupts() as stop, Progress(training.step, training.settings.steps) as progress:
        train(training, progress, checkpoint, stop)
        if stop.asked:
            say(f"step {training.step} is kept in {checkpoint.path}; go on with --resume")


def say(text):
    """A line for the user, beside the progress."""
    print(text, file=sys.stderr, flush=True)


def in_halves(model):
    """The weights in float16: half the file, and no right answer less."""
    return {name: array.astype(np.float16) for name, array in model.state_dict().items()}


def git_commit():
    """The commit of this source tree, "+ changes" if it is not clean; "unknown" outside a clone."""
    root = Path(__file__).parents[2]
    try:
        if not (root / ".git").exists():
            return "unknown"
        commit = git(root, "rev-parse", "HEAD")
        changes = git(root, "status", "--porcelain", "--", "minigrad", "models")
        return f"{commit} + changes" if changes else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def git(root, *arguments):
    command = ["git", "-C", str(root), *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return found.stdout.strip()

"""A training on disk: weights, optimiser, step and history in one `.npz`, whole or not at all."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from minigrad.weights import WeightsError, load_weights, save_weights

KIND = "a training to go on with"


class Checkpoint:
    """The file that a training is kept in until it is complete.

    Parameters
    ----------
    path : str or os.PathLike
    network : str
        The name of the network in training; a file with another one is refused.
    """

    def __init__(self, path, network):
        self.path = Path(path)
        self.network = network

    def exists(self):
        return self.path.exists()

    def save(self, training):
        """Write everything that the rest of the training depends on."""
        state = {}
        for prefix, owner in (("model", training.model), ("optimizer", training.optimizer)):
            for name, array in owner.state_dict().items():
                state[f"{prefix}.{name}"] = array
        state["history.losses"] = np.array(training.losses, dtype=np.float64)
        state["history.accuracies"] = np.array(training.accuracies, dtype=np.float64)
        state["history.checks"] = np.array(training.checks, dtype=np.float64).reshape(-1, 2)
        described = {
            "kind": KIND,
            "network": self.network,
            "step": training.step,
            "settings": asdict(training.settings),
        }
        save_weights(self.path, state, described)

    def load(self):
        """Read the file.

        Returns
        -------
        state : dict of str to array
        metadata : dict
            ``"step"`` and ``"settings"`` (a dictionary) among others.

        Raises
        ------
        minigrad.weights.WeightsError
            In one line: the file is missing, broken, no checkpoint, or another network's.
        """
        if not self.exists():
            raise WeightsError(
                f"{self.path}: no such checkpoint, so there is nothing to go on with; "
                "leave out --resume to begin"
            )
        state, metadata = load_weights(self.path)
        if metadata.get("kind") != KIND:
            raise WeightsError(
                f"{self.path}: holds weights, but is no checkpoint of a training; "
                "leave out --resume to begin one"
            )
        if metadata.get("network") != self.network:
            raise WeightsError(
                f"{self.path}: a checkpoint of {metadata.get('network')!r}, not of {self.network!r}"
            )
        if not isinstance(metadata.get("settings"), dict):
            raise WeightsError(
                f"{self.path}: the checkpoint does not say how it was trained; "
                "delete it and begin again"
            )
        return state, metadata

    def restore(self, training, state, metadata):
        """Put what `load` gave into a training with the same settings."""
        if metadata["settings"] != asdict(training.settings):
            raise WeightsError(
                f"{self.path}: trained with {metadata['settings']}, not {asdict(training.settings)}"
            )
        try:
            training.model.load_state_dict(part(state, "model."))
            training.optimizer.load_state_dict(part(state, "optimizer."))
            history = part(state, "history.")
            training.losses = history["losses"].tolist()
            training.accuracies = history["accuracies"].tolist()
            checks = history["checks"].tolist()
            training.checks = [(int(step), accuracy) for step, accuracy in checks]
        except (ValueError, KeyError) as error:
            raise WeightsError(
                f"{self.path}: the checkpoint does not fit this network ({error})"
            ) from None
        training.step = int(metadata.get("step", -1))
        taken = len(training.losses), len(training.accuracies), training.optimizer.steps
        if set(taken) != {training.step}:
            raise WeightsError(
                f"{self.path}: the checkpoint says step {training.step}, its history another; "
                "delete it and begin again"
            )

    def remove(self):
        """Delete the file: the training is complete."""
        self.path.unlink(missing_ok=True)


def part(state, prefix):
    """The arrays whose names begin with ``prefix``, by the rest of their names."""
    names = [name for name in state if name.startswith(prefix)]
    return {name.removeprefix(prefix): state[name] for name in names}

"""The networks of minigrad, their weights, and everything that makes them.

`load` builds a network from a weight file or a shipped name; `models.inception.specifications`
holds the networks as data, `models.convert` reads other people's weight files.
"""

from pathlib import Path

# Networks whose weights come with the package, by name.
WEIGHTS = Path(__file__).parent / "weights"
SHIPPED = {name: WEIGHTS / f"{name}.npz" for name in ("mini-inception", "sentiment")}


def load(path_or_name):
    """Build the network that a weight file's metadata names, and load the weights.

    Parameters
    ----------
    path_or_name : str or os.PathLike
        A file that ``python -m models convert`` or `minigrad.save_weights` wrote, or the
        name of a shipped network.

    Returns
    -------
    Module
        Its parameters are constants: they ask for no gradient until told otherwise with
        ``model.requires_grad(True)``.

    Raises
    ------
    FileNotFoundError
        There is no such file, and no such shipped network.
    minigrad.weights.WeightsError
        The file is broken, or its arrays do not fit the network it names.
    """
    from minigrad.weights import WeightsError, load_weights

    from .inception.file import specification_from
    from .inception.network import Inception
    from .inception.specifications import SPECIFICATIONS
    from .sentiment import file as sentiment_file

    path = SHIPPED.get(str(path_or_name), Path(path_or_name))
    if not path.is_file():
        names = ", ".join(SHIPPED) or "none yet"
        raise FileNotFoundError(f"{path_or_name}: no such weight file; shipped networks: {names}")
    state, metadata = load_weights(path)
    if metadata.get("network") == sentiment_file.NETWORK:
        return sentiment_file.sentiment_from(state, metadata, path).requires_grad(False)
    if metadata.get("network") not in SPECIFICATIONS:
        known = ", ".join([*SPECIFICATIONS, sentiment_file.NETWORK])
        raise WeightsError(
            f"{path}: the metadata names network {metadata.get('network')!r}; known are {known}"
        )
    model = Inception(specification_from(metadata, path))
    try:
        model.load_state_dict(state)
    except ValueError as error:
        raise WeightsError(f"{path}: {error}") from None
    return model.requires_grad(False)

"""Where the real data of some tests lie: $MINIGRAD_DATA, then ../shared/data."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def data_path(*parts):
    """The path of a file or folder of the real data; skips the test where it is not there.

    Parameters
    ----------
    *parts : str
        As in ``data_path("googlenet-bvlc", "parameters")``.

    Returns
    -------
    pathlib.Path
    """
    folders = [REPOSITORY.parent / "shared" / "data"]
    if os.environ.get("MINIGRAD_DATA"):
        folders.insert(0, Path(os.environ["MINIGRAD_DATA"]))
    for folder in folders:
        if folder.joinpath(*parts).exists():
            return folder.joinpath(*parts)
    pytest.skip(
        f"{'/'.join(parts)} is missing in {' and in '.join(map(str, folders))}; "
        "set MINIGRAD_DATA to its folder"
    )

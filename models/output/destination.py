"""Whether a file can be written where the user says, asked before the long work."""

import tempfile
from pathlib import Path


def check_destination(path):
    """Raise a ValueError unless a file can be written there.

    Parameters
    ----------
    path : str or os.PathLike
        A file there will be replaced.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path}: that is a folder; give the name of a file in it")
    if not path.parent.is_dir():
        raise ValueError(
            f"{path}: there is no folder for it: {path.parent} does not exist; make it first"
        )
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise ValueError(
            f"{path}: nothing can be written in the folder {path.parent} ({error.strerror}); "
            "name another place"
        ) from None

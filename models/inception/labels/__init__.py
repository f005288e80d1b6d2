"""The names of the classes: one text file for each numbering, and how to find a class in it.

``imagenet.txt`` is in ILSVRC 2012's order, line 1 for index 0; ``inception5h.txt`` in
the order of TensorFlow's graph: "dummy" at 0, then the thousand classes; the graph's
seven outputs after these have no name.
"""

import difflib
import operator
import re
from pathlib import Path

FOLDER = Path(__file__).parent
MAX_BYTES = 2**24  # of a file of labels


class LabelError(ValueError):
    """No such label, or more than one; the message says which there are."""


def read_labels(file_name):
    """The class names of a file of this folder.

    Parameters
    ----------
    file_name : str
        For example ``"imagenet.txt"``; a specification's ``labels``.

    Returns
    -------
    tuple of str
        The name of class ``i`` at position ``i``.

    Raises
    ------
    LabelError
        There is no such file; the message lists those there are.
    """
    known = {path.name: path for path in sorted(FOLDER.glob("*.txt"))}
    if file_name not in known:
        raise LabelError(f"no label file {file_name!r} in {FOLDER}; there are {', '.join(known)}")
    return tuple(known[file_name].read_text(encoding="utf-8").splitlines())


def read_label_file(path, classes):
    """The class names of a file of one's own.

    Parameters
    ----------
    path : str or os.PathLike
        UTF-8, one name a line, in the order of the network's outputs.
    classes : int
        How many the network has.

    Returns
    -------
    tuple of str

    Raises
    ------
    LabelError
        There is no such file, it is no text in UTF-8, has another number of lines, or an
        empty one; the message says in which line.

    Notes
    -----
    A name may stand twice, as "crane" does among ImageNet's: see `find_label`.
    """
    path = Path(path)
    if not path.is_file():
        what = "not a plain file, expected a" if path.exists() else "no such"
        raise LabelError(f"{path}: {what} file of labels")
    if path.stat().st_size > MAX_BYTES:
        raise LabelError(f"{path}: {path.stat().st_size} bytes, more than {MAX_BYTES}; no labels")
    data = path.read_bytes()
    try:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LabelError(
            f"{path}: line {line} is not UTF-8; save the labels as UTF-8, one a line"
        ) from None
    names = [" ".join(line.split()) for line in lines] if data else []
    if len(names) != classes:
        raise LabelError(
            f"{path}: {len(names)} labels, expected {classes}, one a line for each class"
        )
    for number, name in enumerate(names, 1):
        if not name or not name.isprintable():
            raise LabelError(f"{path}: line {number} is {_short(name)}, expected a class's name")
    return tuple(names)


def find_label(labels, query):
    """The index of the class that ``query`` means.

    Parameters
    ----------
    labels : sequence of str
    query : int or str
        An index (``207`` or ``"207"``), a name, or a part of a name that no other name
        has. An underscore is a space; case matters only between names that differ in
        nothing else.

    Returns
    -------
    int

    Raises
    ------
    LabelError
        The index is out of range; or no name matches (the message lists the nearest); or
        several do (it lists them with their indices: ImageNet has two classes "crane").
    """
    index = _as_index(query)
    if index is not None:
        if not 0 <= index < len(labels):
            raise LabelError(
                f"no label has the index {_short(query)}: indices run from 0 to {len(labels) - 1}"
            )
        return index
    if not isinstance(query, str):
        raise LabelError(
            f"a label is an index or a name; got {_short(query)}, a {type(query).__name__}"
        )
    wanted = _normalised(query)
    if not wanted:
        raise LabelError(f"the label is empty; give an index from 0 to {len(labels) - 1} or a name")
    names = [_normalised(name) for name in labels]
    # Capitals decide only where nothing else does: "Cardigan" is a dog, "cardigan" a jacket.
    matches = [i for i, name in enumerate(labels) if name == query.strip()]
    matches = matches or [i for i, name in enumerate(names) if name == wanted]
    matches = matches or [i for i, name in enumerate(names) if wanted in name]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise LabelError(
            f"{_short(query)} may be {_listing(labels, matches)}: give the index of one"
        )
    raise LabelError(f"no label is called {_short(query)}; {_nearest(labels, names, wanted)}")


def _as_index(query):
    """The integer that ``query`` is or spells, or None; True is no index."""
    if isinstance(query, str):
        return int(query) if re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", query) else None
    try:
        return None if isinstance(query, bool) else operator.index(query)
    except TypeError:
        return None


def _normalised(name):
    return " ".join(name.replace("_", " ").split()).casefold()


def _nearest(labels, names, wanted):
    # Comparing is quadratic in the lengths, and no label is longer than this.
    close = set(difflib.get_close_matches(wanted[:100], names, n=5, cutoff=0.6))
    near = [i for i, name in enumerate(names) if name in close]
    if not near:
        return f"none is near. Give a name or an index from 0 to {len(labels) - 1}"
    return f"the nearest: {_listing(labels, near)}"


def _listing(labels, indices, most=10):
    """``crane (134), crane (517)``, and how many more where there are many."""
    listed = ", ".join(f"{labels[i]} ({i})" for i in indices[:most])
    return listed if len(indices) <= most else f"{listed} and {len(indices) - most} more"


def _short(value):
    """``value`` as a message can bear it: on one line, however long it came."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."

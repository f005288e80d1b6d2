"""Which photos a study takes, and the class that each one shows."""

import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..inception.labels import LabelError, find_label
from ..inception.reading import ENDINGS


@dataclass(frozen=True)
class Photo:
    """One photo.

    Attributes
    ----------
    key : str
        Its path below the folder that was given, with "/"; what it is called in tables and results.
    path : str
        Where it lies.
    label : int or None
        The class it shows, if its folder or its name says so.
    folder : str
        The folder it lies in, below the one given: "fish/tench"; "" for that folder itself.
    """

    key: str
    path: str
    label: int | None
    folder: str

    @property
    def task(self):
        """The folder above the class's own: "fish" of "fish/tench/3.jpg"; "" if there is none."""
        return self.folder.rpartition("/")[0]


def find_photos(folders, names, called=(), labelled=False):
    """All photos in some folders and below, in the order of their paths.

    A photo shows the class that its folder is named for (``fish/tench/3.jpg``) or, outside
    any folder, the class whose index its name begins with (``000_tench.jpg``). Links are
    followed; hidden files and folders are left out.

    Parameters
    ----------
    folders : sequence of str or os.PathLike
    names : sequence of str
        The network's classes.
    called : sequence of str
        ``FOLDER=CLASS`` for folders that are not named as the network names the class.
    labelled : bool
        Whether the class must be known: then a folder that is named for none is an error,
        and photos outside any folder whose names begin with no index are left out.

    Returns
    -------
    list of Photo

    Raises
    ------
    ValueError, OSError
        There is no such folder or no photo in it; two photos have the same key; or the
        class of a folder is not known and must be.
    """
    renamed = Renamed(called, names)
    photos = []
    for root in separate(folders):
        paths = paths_below(root)
        if not paths:
            raise ValueError(f"{root}: no photo in it (endings {', '.join(ENDINGS)})")
        photos += [photo_at(root, path, names, renamed, labelled) for path in paths]
    renamed.check_all_used()
    check_keys(photos)
    if labelled:
        photos = [photo for photo in photos if photo.label is not None]
        if not photos:
            raise ValueError(
                "nothing says which class a photo shows: put the photos into folders named "
                "for their classes, or begin their names with a class's index, as 000_tench.jpg"
            )
    return photos


def separate(folders):
    """The folders as paths, none of them within another: their photos would count twice."""
    roots = [Path(folder) for folder in folders]
    for root in roots:
        if not root.is_dir():
            raise FileNotFoundError(f"{root}: no such folder of photos")
    for index, root in enumerate(roots):
        for other in roots[:index] + roots[index + 1 :]:
            if root.resolve().is_relative_to(other.resolve()):
                raise ValueError(
                    f"{root} lies in {other}, or is the same folder: its photos would count twice; "
                    "give one of the two"
                )
    return roots


def paths_below(root):
    """The paths of all photos in a folder and below, sorted; links are followed once."""
    found = []
    for folder, below, files in os.walk(root, followlinks=True, onerror=raise_it):
        below[:] = [name for name in below if name[0] != "." and not leads_up(folder, name)]
        found += [Path(folder, name) for name in files if is_photo(name)]
    return sorted(found)


def leads_up(folder, name):
    """Whether a link in a folder leads to a folder that holds it: there one would go in circles."""
    return Path(folder).resolve().is_relative_to(Path(folder, name).resolve())


def is_photo(name):
    """Whether a file is a photo by its name, and not hidden."""
    return name[0] != "." and Path(name).suffix.lower() in ENDINGS


def raise_it(error):
    """A folder that cannot be read is an error, not an empty folder."""
    raise error


def photo_at(root, path, names, renamed, labelled):
    """The `Photo` of one file below a folder."""
    relative = path.relative_to(root)
    key = printable(relative.as_posix())
    folder = key.rpartition("/")[0]
    if folder:
        label = renamed.label_of(folder, labelled)
    else:
        index = re.match(r"([0-9]{1,6})_", path.name)
        label = int(index[1]) if index and int(index[1]) < len(names) else None
    return Photo(key, str(path), label, folder)


def printable(name):
    r"""A name without characters that a line cannot bear; a line break becomes ``\u000a``."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in name)


class Renamed:
    """The class of a folder: the one that its name, or ``--called FOLDER=CLASS``, says.

    Parameters
    ----------
    called : sequence of str
        ``FOLDER=CLASS``; FOLDER is its name, or its path below the folder of photos.
    names : sequence of str
        The network's classes.
    """

    def __init__(self, called, names):
        self.names, self.classes, self.used, self.labels = names, {}, set(), {}
        for text in called:
            folder, equals, name = text.partition("=")
            if not (folder and equals and name):
                raise ValueError(
                    f"--called {text}: expected FOLDER=CLASS, for example canoe_kayak=canoe"
                )
            self.classes[folder.rstrip("/")] = name

    def label_of(self, folder, needed):
        """The index of a folder's class; if it is not known, None, or an error if it is needed."""
        if folder not in self.labels:
            self.labels[folder] = self.find(folder, needed)
        return self.labels[folder]

    def find(self, folder, needed):
        """The same, looked up; a mistake in ``--called`` is always an error."""
        last = folder.rpartition("/")[2]
        asked = folder if folder in self.classes else last
        self.used.add(asked)
        try:
            return find_label(self.names, self.classes.get(asked, last))
        except LabelError as error:
            if asked in self.classes:
                raise ValueError(f"--called {asked}={self.classes[asked]}: {error}") from None
            if needed:
                raise ValueError(
                    f"the folder {folder}: {error}. "
                    f"Say which class it shows with --called {folder}=CLASS"
                ) from None
            return None

    def check_all_used(self):
        """Raise a ValueError for a ``--called`` that names no folder: it is misspelt."""
        for folder in self.classes:
            if folder not in self.used:
                raise ValueError(
                    f"--called {folder}={self.classes[folder]}: "
                    f"no photo lies in a folder called {folder}"
                )


def check_keys(photos):
    """Raise a ValueError if two photos are called the same."""
    if len({photo.key for photo in photos}) < len(photos):
        key = Counter(photo.key for photo in photos).most_common(1)[0][0]
        first, second = [photo.path for photo in photos if photo.key == key][:2]
        raise ValueError(
            f"two photos are called {key}: {first} and {second}; "
            "rename one, or give the folder that holds both"
        )


def spread(photos, count):
    """``count`` of the photos, evenly spread over their order; all if None or not that many."""
    if count is None or count >= len(photos):
        return list(photos)
    if count < 1:
        raise ValueError(f"--photos is {count}; expected at least 1")
    return [photos[index * len(photos) // count] for index in range(count)]

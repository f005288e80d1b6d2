"""The files that were handed in, at any depth, those inside zips too."""

import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..classroom.reading import MACHINES, files_in

MOST_FILES, MOST_BYTES = 5000, 512 * 2**20  # of one zip
DEEPEST = 2  # zips inside zips
OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".rar", ".7z", ".xz", ".bz2")


@dataclass(frozen=True)
class HandedIn:
    """A file: where it lies, and its path as the student made it, zips as if they were folders."""

    path: Path
    parts: tuple

    @property
    def shown(self):
        return "/".join(self.parts)


def handed_in(folder, unpacked, said, above=(), depth=0):
    """Every file of a folder.

    Parameters
    ----------
    folder : pathlib.Path
    unpacked : pathlib.Path
        Where zips are unpacked, each once.
    said : list of str
        Gets a line for each archive that cannot be unpacked.

    Yields
    ------
    HandedIn
    """
    for path in files_in(folder):
        one = HandedIn(path, (*above, *path.relative_to(folder).parts))
        if path.suffix.lower() == ".zip" and depth == DEEPEST:
            said.append(f"{one.shown}: a zip in a zip in a zip; unpack it and grade again")
        elif path.suffix.lower() == ".zip":
            try:
                inside = unpack(path, unpacked)
            except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
                said.append(f"{one.shown}: cannot be unpacked ({error})")
            else:
                yield from handed_in(inside, unpacked, said, one.parts, depth + 1)
        elif path.suffix.lower() in OTHER_ARCHIVES:
            said.append(f"{one.shown}: not a zip; unpack it and grade again")
        else:
            yield one


def unpack(path, unpacked):
    """The folder that a zip was unpacked into, now or before; a ValueError if it is too much."""
    with open(path, "rb") as file:
        place = unpacked / hashlib.file_digest(file, "sha256").hexdigest()[:24]
    if place.is_dir():
        return place
    unpacked.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=unpacked, prefix="part-"))
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
                raise ValueError(f"more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB")
            for member in members:
                names = PurePosixPath(member.filename.replace("\\", "/")).parts
                # what would land outside is no student's work
                if any(name in ("/", "..") or MACHINES.match(name) for name in names):
                    continue
                target = part.joinpath(*names)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, open(target, "wb") as copy:
                    shutil.copyfileobj(source, copy)
        os.replace(part, place)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return place

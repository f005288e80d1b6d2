"""What a study has found so far, on disk: one file a photo, each written whole or not at all."""

import json
import os
import re
import zlib
from pathlib import Path

from minigrad.weights import WeightsError, atomic_file, load_weights, save_weights

# File systems end at 255 bytes, and a file that is being written has a longer name.
LONGEST_NAME = 200


class Store:
    """The records of one kind in one folder.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if it is not there.
    settings : dict
        All that a record depends on besides the photo; what JSON can hold. A folder that was
        begun with other settings is refused.
    """

    def __init__(self, folder, settings):
        self.folder = Path(folder)
        self.settings = json.loads(json.dumps(settings))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._check_settings()

    def _check_settings(self):
        path = self.folder / "settings.json"
        if not path.exists():
            text = json.dumps(self.settings, indent=1, ensure_ascii=False) + "\n"
            with atomic_file(path) as file:
                file.write(text.encode())
            return
        try:
            earlier = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise ValueError(
                f"{path}: not the settings of a study; delete the folder and begin again"
            ) from None
        for name in self.settings | earlier:
            if self.settings.get(name) != earlier.get(name):
                shown = "the weights' sha256" if name == "sha256" else name
                raise ValueError(
                    f"{self.folder} was begun with {shown} = {earlier.get(name)!r}, "
                    f"this run has {self.settings.get(name)!r}: give another --out, "
                    "or delete that folder to begin again"
                )

    def path(self, photo):
        """The file of a photo's record: its key with + for /.

        A checksum comes behind it where that would not tell two keys apart.
        """
        name = re.sub(r"[^A-Za-z0-9_.-]", "+", photo.key)
        if name != photo.key.replace("/", "+") or "+" in photo.key or len(name) > LONGEST_NAME:
            name = f"{name[:LONGEST_NAME]}~{zlib.crc32(photo.key.encode()):08x}"
        return self.folder / f"{name}.npz"

    def has(self, photo):
        """Whether the photo is done."""
        return self.path(photo).exists()

    def add(self, photo, arrays, facts):
        """Keep what was found of a photo.

        Parameters
        ----------
        photo : Photo
        arrays : dict of str to numpy.ndarray
        facts : dict
            What JSON can hold.
        """
        path = self.path(photo)
        metadata = {"photo": photo.key, "bytes": size_of(photo), "facts": facts}
        try:
            save_weights(path, arrays, metadata)
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), str(path)) from error

    def load(self, photo):
        """(arrays, facts) of a photo that is done.

        Raises
        ------
        ValueError
            The file is damaged, or is of another photo that had the same name.
        """
        path = self.path(photo)
        try:
            arrays, metadata = load_weights(path)
            if metadata.get("photo") != photo.key or "facts" not in metadata:
                raise WeightsError(f"it is the record of {metadata.get('photo')!r}")
            size = size_of(photo)
            if metadata.get("bytes", size) != size:
                raise WeightsError(
                    f"it is of a photo of {metadata['bytes']} bytes, and {photo.path} has {size}"
                )
            return arrays, metadata["facts"]
        except WeightsError as error:
            raise ValueError(
                f"{path}: not the record of {photo.key} ({error}); "
                "give another --out, or delete this file and run the study again"
            ) from None


def size_of(photo):
    """The size of a photo's file in bytes, which tells another of its name; None if it is gone."""
    try:
        return os.path.getsize(photo.path)
    except OSError:
        return None

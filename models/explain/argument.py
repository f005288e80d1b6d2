"""What was given to explain: a picture, perhaps a missing one, or a sentence."""

import re
from pathlib import Path

from ..inception.reading import ENDINGS, ImageError, read_header

# Also what pictures are called that are not read: whoever writes such a name means a picture,
# and is told why it is not explained.
NOT_READ = ".heic .heif .jxl .svg .psd .eps .pdf .tga .pcx .raw .dng .cr2 .cr3 .nef .arw .orf .raf"
PICTURE_ENDINGS = (*ENDINGS, *NOT_READ.split())

# A place in a file system or on the web; "and/or" and "9/11" are words.
PLACE = re.compile(r"~/|\.{1,2}[/\\]|[a-z]:[/\\]|\\\\|/\S+/", re.IGNORECASE)
ONE_WORD = re.compile(r"/|[a-z]{3,6}://", re.IGNORECASE)  # in a sentence it may stand first
WITH_FOLDER = re.compile(r"\S*\w[/\\]\S*\w\.[a-z][a-z0-9]{1,4}", re.IGNORECASE)


def is_picture(what):
    """Whether something is a picture, or is called as pictures and their places are."""
    return what is not None and (is_named_as_picture(what) or begins_as_picture(what))


def is_named_as_picture(what):
    """Whether this is the name of a picture, be it there or not."""
    name = what.strip().strip("\"'").lower()
    return name.endswith(PICTURE_ENDINGS) or names_a_place(what)


def names_a_place(what):
    """Whether this begins as a path, or is one word, a path or an address; and no file's name."""
    what = what.strip()
    if is_file(what):
        return False
    if PLACE.match(what):
        return True
    one_word = len(what.split()) == 1 and len(what) > 1
    return bool(one_word and (ONE_WORD.match(what) or WITH_FOLDER.fullmatch(what)))


def begins_as_picture(what):
    """Whether there is a file of this name with a picture in it, whatever its name ends in."""
    if not is_file(what):
        return False
    try:
        read_header(what)
    except (ImageError, ImportError):
        return False
    return True


def is_file(path):
    """Whether there is a file of this name; a long sentence is none."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def is_folder(path):
    """Whether there is a folder of this name."""
    try:
        return path != "" and Path(path).is_dir()
    except (OSError, ValueError):
        return False


def check_what(what, weights, text_weights):
    """Raise a ValueError where something is neither a picture that is there nor a sentence.

    Parameters
    ----------
    what, weights : str or None
        The arguments of the command line.
    text_weights : str
        The name of the weights with which anything is taken for a sentence.
    """
    if what is None or weights is not None:
        return
    as_sentence = f"for the sentence “{what}” give --weights {text_weights}"
    if "://" in what and names_a_place(what):
        raise ValueError(f"{what} is an address; download the picture first, and give its path")
    if is_folder(what):
        raise ValueError(f"{what} is a folder; give the path of a picture in it, or {as_sentence}")
    if is_file(what):
        if not is_picture(what):
            raise ValueError(
                f"{what} is a file, and no picture. For the lines of a text give "
                f"--file {what}; {as_sentence}"
            )
    elif is_named_as_picture(what):
        told = f"; {as_sentence}" if len(what.split()) > 1 else ""
        raise ValueError(f"{what}: no such picture (the current folder is {Path.cwd()}){told}")


def check_sentence(what):
    """Raise a ValueError for a picture, or the name of one, that is to be read as a sentence."""
    if is_file(what) and is_picture(what):
        raise ValueError(f"{what} is a picture, and the weights read sentences; give others")
    if len(what.split()) == 1 and is_named_as_picture(what):
        raise ValueError(f"{what}: no such picture, and the weights read sentences")

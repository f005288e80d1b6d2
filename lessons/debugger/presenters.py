"""How a debugger finds the presenters of `pydevd_plugins`, and the line that lets it find them."""

import sys
import sysconfig
from pathlib import Path

FOLDER = Path(__file__).resolve().parent  # what must be on ``sys.path`` of what is debugged
HOW = """\
An editor's debugger shows a Tensor in one line, name, shape, values and the line that made it, and
below it data, tangent, grad and creator in this order, if it finds the folder

    {folder}

VS Code, with the repository open:
    "Debug the current file" (.vscode/launch.json) has the folder already.
Every debugger and every Jupyter kernel of a virtual environment:
    python -m lessons debugger --install-presenters
    writes the folder into a .pth file of the environment, --remove-presenters deletes that file.
Anything else, a process that you attach to or a kernel:
    start it with the folder on PYTHONPATH; here that is
    {setting}

lessons/guide/editors.md shows what one sees then, in VS Code, PyCharm, JupyterLab, pudb and pdb.
"""


def how():
    """What there is to do, for this machine."""
    path = f'"{FOLDER}"' if " " in str(FOLDER) else str(FOLDER)
    setting = f"set PYTHONPATH={FOLDER}" if sys.platform == "win32" else f"export PYTHONPATH={path}"
    return HOW.format(folder=FOLDER, setting=setting)


def path_file():
    """The file of this environment in which the folder is named.

    Raises
    ------
    ValueError
        This Python is of no virtual environment, so every program of the machine would be changed.
    """
    if sys.prefix == sys.base_prefix:
        raise ValueError(
            f"presenters: {sys.executable} belongs to no virtual environment, and what is written "
            "there would concern every program of this Python. Enter one (. .venv/bin/activate) "
            f"and ask again, or put {FOLDER} on PYTHONPATH"
        )
    return Path(sysconfig.get_path("purelib")) / "minigrad_presenters.pth"


def install():
    """Name the folder in a ``.pth`` file of this virtual environment; returns that file.

    Raises
    ------
    ValueError
        There is no virtual environment, the file cannot be written, or the path cannot be said.
    """
    file = path_file()
    try:
        # Python reads these files in the encoding of the system
        file.write_text(f"{FOLDER}\n", encoding="locale")
    except (OSError, UnicodeError) as error:
        raise ValueError(
            f"presenters: {file} cannot be written ({error}). Put {FOLDER} on PYTHONPATH instead, "
            "in the environment of what is debugged"
        ) from None
    return file


def remove():
    """Delete what `install` has written; returns the file, or None if there is none.

    Raises
    ------
    ValueError
        There is no virtual environment, or the file cannot be deleted.
    """
    file = path_file()
    try:
        file.unlink()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"presenters: {file} cannot be deleted ({error})") from None
    return file

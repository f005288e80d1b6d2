"""Runs a script in a traced block and saves the page of its steps."""

import runpy
import sys
import traceback
from pathlib import Path

import minigrad as mg
from minigrad.debug.replay.page import save_page


def replay(script, out, only=None, arguments=(), title=None, home=None):
    """Run a script as ``python SCRIPT`` would, and write the page of what it did.

    Parameters
    ----------
    script : str or os.PathLike
    out : str or os.PathLike
        The page.
    only : list of str, optional
        As for `minigrad.trace`: operations and names.
    arguments : sequence of str
        The rest of the script's ``sys.argv``.
    title : str, optional
        What stands above the page; the script's name unless told.
    home : (str, str), optional
        The address and the words of a link back.

    Returns
    -------
    seen : minigrad.trace
        The steps; its ``error`` says what ended the script early, if anything did.
    status : int
        The script's exit status: 1 after an error, which is printed.
    """
    path = script_at(script)
    if Path(out).is_dir():  # said before a long run, not after it
        raise IsADirectoryError(f"{out} is a folder; name the page in it, as in --out page.html")
    outside, status = (sys.argv, sys.path), 0
    sys.argv, sys.path = [str(path), *arguments], [str(path.parent), *sys.path]
    seen = mg.trace(only=only, collect=True, arrays=True)
    try:
        with seen:
            runpy.run_path(str(path), run_name="__main__")
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if not status:
            seen.error = ""  # to leave with 0 is no error
        elif status is not ended.code:
            print(ended.code, file=sys.stderr)  # as Python does with a sentence
    except Exception as error:  # of the script: the page has what ran until then
        traceback.print_exception(error)
        status = 1
    finally:
        sys.argv, sys.path = outside
    save_page(seen, out, title or path.name, home)
    return seen, status


def script_at(script):
    """The script's place; an error says what else was given."""
    path = Path(script).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"no script {script}; give a lesson's number or a .py file")
    if path.suffix == ".ipynb":
        raise ValueError(
            f"{script} is a notebook; in a cell of it write "
            "`with mg.trace(collect=True, arrays=True) as seen:` around the lines, then "
            f'`seen.save("page.html")`; or make a script of it: jupyter nbconvert --to script '
            f"{path.name}"
        )
    return path

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
    path = Path(script).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"no script {script}; give a lesson's number or a .py file")
    outside, status = (sys.argv, sys.path), 0
    sys.argv, sys.path = [str(path), *arguments], [str(path.parent), *sys.path]
    seen = mg.trace(only=only, collect=True, arrays=True)
    try:
        with seen:
            runpy.run_path(str(path), run_name="__main__")
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception as error:  # of the script: the page has what ran until then
        traceback.print_exception(error)
        status = 1
    finally:
        sys.argv, sys.path = outside
    save_page(seen, out, title or path.name, home)
    return seen, status

"""A debugger that steps from a line of yours into the mathematics, past the plumbing."""

import pdb
import sys
import traceback
from pathlib import Path
from types import ModuleType

# Modules, as patterns, that ``step`` passes over. A breakpoint inside them still stops.
PLUMBING = [
    *("minigrad", "minigrad.machine*", "minigrad.recording", "minigrad.tensor"),
    *("minigrad.function", "minigrad.operators", "minigrad.module", "minigrad.functions"),
    *("minigrad.functions.broadcasting", "minigrad.functions.chain_rule"),
    *("minigrad.debug*", "numpy*", "cupy*", "scipy*"),
    *("contextlib", "functools", "dataclasses", "threading", "concurrent*", "*importlib*"),
]


class Pdb(pdb.Pdb):
    """Python's own debugger, except that ``step`` passes over `PLUMBING`.

    On ``z = x * y`` it lands in `multiply`, then in ``Multiply.forward``; on
    ``z.backward()`` in the loop over the graph, then in ``Multiply.backward``. ``up`` and
    ``where`` show every frame.
    """

    def __init__(self, **options):
        super().__init__(skip=PLUMBING, **options)


def set_trace():
    """Stop here, in `Pdb`.

    With ``PYTHONBREAKPOINT=minigrad.debug.set_trace`` in the environment, Python's own
    ``breakpoint()`` does the same.
    """
    Pdb().set_trace(sys._getframe(1))


def run_script(path, arguments=()):
    """Run a script as ``python SCRIPT`` would, under `Pdb`, from its first line on.

    An error that nobody catches is printed, and can be looked at where it arose.

    Parameters
    ----------
    path : str or os.PathLike
    arguments : sequence of str
        The rest of the script's ``sys.argv``.
    """
    path = str(Path(path).resolve())
    program = compile(Path(path).read_bytes(), path, "exec")
    main = ModuleType("__main__")
    main.__file__ = path
    debugger = Pdb()
    outside = sys.argv, sys.path, sys.modules["__main__"]
    sys.argv, sys.modules["__main__"] = [path, *arguments], main
    sys.path = [str(Path(path).parent), *sys.path]
    try:
        debugger.run(program, vars(main))
        print("The program has ended")
    except SystemExit as error:
        print(f"The program has ended, with exit status {error.code}")
    except pdb.Restart:
        run_script(path, arguments)
    except Exception as error:
        traceback.print_exception(error)
        print("The program has ended with this error; the debugger stands where it arose")
        debugger.reset()
        debugger.interaction(None, error.__traceback__)
    finally:
        sys.argv, sys.path, sys.modules["__main__"] = outside

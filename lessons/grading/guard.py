"""What code may not do while it is graded: use up the machine, change files, bend checks.

A guard rail against accidents and pranks, **not a security sandbox**: code that is bent on
it gets round every one of these. What runs here runs with your rights. To grade code of
people you do not trust at all, do it in a virtual machine that holds nothing else.
"""

import os
import sys
import time
import types
from pathlib import Path

GIB = 2**30
THREADS = 4  # busy at a time, in an answer that starts some
LARGEST_FILE = 64 * 2**20  # bytes that graded code may write into one file
REFUSED = frozenset(
    "os.fork os.forkpty os.posix_spawn os.spawn os.exec os.system os.startfile os.kill os.killpg "
    "subprocess.Popen "
    "pty.spawn socket.connect socket.bind socket.getaddrinfo socket.gethostbyname socket.sendto "
    "signal.pthread_kill".split()
)
# How many of an action's first arguments are files that it changes.
CHANGES = {
    "os.remove": 1, "os.rmdir": 1, "os.mkdir": 1, "os.rename": 2, "os.truncate": 1,
    "os.link": 2, "os.symlink": 2, "os.chmod": 1, "os.chown": 1, "os.utime": 1,
    "shutil.rmtree": 1, "shutil.move": 2,
}  # fmt: skip
# what checks and verdicts are made with
WATCHED = ("builtins", "json", "math", "numpy", "os", "minigrad", "models", "lessons")


def limit_resources(seconds, memory):
    """Limit this process for good, where the system can (not Windows; macOS does not limit memory).

    Parameters
    ----------
    seconds : float
        That an answer may take; its threads together may use `THREADS` times as much.
    memory : float
        GiB of addresses; asking for more is a MemoryError.
    """
    try:
        import resource
    except ImportError:
        return
    for name, limit in (
        ("RLIMIT_AS", int(memory * GIB)),
        ("RLIMIT_CPU", int(time.process_time() + THREADS * seconds) + 1),
        ("RLIMIT_FSIZE", LARGEST_FILE),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name)
        highest = resource.getrlimit(kind)[1]
        limit = limit if highest == resource.RLIM_INFINITY else min(limit, highest)
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):  # this system does not have this limit
            pass


def refuse_harm(folder):
    """From now on, for good: no process, no network, no file changed but in ``folder``.

    Parameters
    ----------
    folder : str or os.PathLike
    """
    home = Path(folder).resolve()
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    # Python calls it at every such action, and there is no way to remove it
    def hook(event, arguments):
        if event in REFUSED:
            raise PermissionError(f"graded code may not do this ({event})")
        if event == "open":
            path, _, flags = arguments
            changed = [path] if flags & writing and not isinstance(path, int) else []
        else:
            changed = arguments[: CHANGES.get(event, 0)]
        for path in changed:
            if isinstance(path, (str, bytes, os.PathLike)) and not inside(os.fsdecode(path), home):
                raise PermissionError(
                    f"graded code may only write into its own folder, not to {os.fsdecode(path)}"
                )

    sys.addaudithook(hook)


def inside(path, home):
    """Whether a path is in a folder, links followed, or is the null device."""
    return path == os.devnull or Path(path).resolve().is_relative_to(home)


def functions_of_checks(checks=None):
    """What the checks call: every function and class of the modules that are loaded, by name.

    Parameters
    ----------
    checks : dict, optional
        What the file with the checks defines: it is no module, but an answer's caller is in it.

    Returns
    -------
    dict of str to tuple
        The object, and what decides what it does: a function's code and defaults, or a class's
        members.
    """
    found = {}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in WATCHED and isinstance(module, types.ModuleType):
            for part, value in list(vars(module).items()):
                if callable(value) or isinstance(value, types.ModuleType):
                    found[f"{name}.{part}"] = (value, *inner(value))
    return found | {
        f"the check's {name}": (value, *inner(value)) for name, value in (checks or {}).items()
    }


def inner(value):
    """A function's code and defaults; the members of a class of ours that are functions."""
    if isinstance(value, types.FunctionType):
        return value.__code__, value.__defaults__
    if isinstance(value, type) and value.__module__.split(".")[0] in (
        "minigrad",
        "models",
        "lessons",
    ):
        return tuple(member for member in vars(value).values() if callable(member))
    return ()


def changed_since(before, checks=None, look=functions_of_checks):
    """The first name in `functions_of_checks` that means something else by now, or None."""
    now = look(checks)
    for name, parts in before.items():
        after = now.get(name)
        if (
            after is None
            or len(after) != len(parts)
            or any(old is not new for old, new in zip(parts, after))
        ):
            return name
    return None

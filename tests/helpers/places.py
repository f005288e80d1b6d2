"""Where people start commands: odd paths, read-only folders, an ASCII console, no POSIX."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = (".py", ".md", ".txt", ".js", ".css", ".html", ".json", ".rst")
PRODUCT = ("minigrad", "models", "lessons")
# Linux's names for what lets root write where permissions say no (`man 7 capabilities`).
CAP_DAC_OVERRIDE, CAP_FOWNER, PR_CAPBSET_DROP = 1, 3, 24

# What Python on Windows lacks, taken away before a program begins. (`_posixsubprocess` and the like
# are how Python itself starts processes here.)
WITHOUT_POSIX = """
import os, signal, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "crypt", "spwd"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "killpg", "getpgid", "setsid", "getuid", "geteuid", "getgid",
             "chown", "sched_getaffinity", "sched_setaffinity", "mkfifo", "getloadavg", "nice",
             "wait3"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGALRM", "SIGUSR1", "SIGXCPU", "SIGPIPE", "alarm", "pthread_kill"):
    if hasattr(signal, name):
        delattr(signal, name)
"""


def obey_permissions():
    """In a child, before its program begins: permissions hold for root too."""
    if sys.platform == "linux":
        for capability in (CAP_DAC_OVERRIDE, CAP_FOWNER):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def copy_of_the_product(folder):
    """The packages that people use, copied into a folder in which nothing may be written then.

    Lines end as Windows ends them, where git is told to.
    """
    for name in PRODUCT:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for path in folder.rglob("*.*"):
        if path.suffix in TEXTS:
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    read_only(folder)


def read_only(folder):
    """From now on nothing can be written in a folder and those below it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)


def writable(folder):
    """The contrary of `read_only`, so that the folder can be removed."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


def command(*arguments, code, folder, **environment):
    """``python -m ARGUMENTS``, finished: the packages in ``code``, started in ``folder``.

    Variables whose value is None are taken out of the environment.
    """
    known = {**os.environ, "PYTHONPATH": str(code), "MPLBACKEND": "Agg", **environment}
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        timeout=240,
        check=False,
        env={name: str(value) for name, value in known.items() if value is not None},
        preexec_fn=obey_permissions,
    )

"""Gradescope's folders on this machine, and what its documentation says of ``results.json``."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

# The system's own programs: a student's process cannot reach a Python in root's home.
SYSTEM = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
SCRIPTS = ("setup.sh", "run_autograder")

TEXT_FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}
NUMBER = (int, float)
TOP = {
    "score": NUMBER, "tests": list, "execution_time": NUMBER, "output": str,
    "output_format": TEXT_FORMATS, "test_output_format": TEXT_FORMATS,
    "test_name_format": TEXT_FORMATS, "visibility": VISIBLE, "stdout_visibility": VISIBLE,
    "extra_data": dict, "leaderboard": list,
}  # fmt: skip
TEST = {
    "score": NUMBER, "max_score": NUMBER, "status": {"passed", "failed"}, "name": str,
    "name_format": TEXT_FORMATS, "number": str, "output": str, "output_format": TEXT_FORMATS,
    "tags": list, "visibility": VISIBLE, "extra_data": dict,
}  # fmt: skip


def faults(results):
    """What in a results.json is not as Gradescope's documentation says, as lines."""
    yield from faults_of(results, TOP, "results")
    if "score" not in results and not any("score" in one for one in results.get("tests", ())):
        yield "neither a score for all nor one of a test"
    for index, one in enumerate(results.get("tests", ())):
        yield from faults_of(one, TEST, f"tests[{index}]")
        if not 0 <= one.get("score", 0) <= one.get("max_score", one.get("score", 0)):
            yield f"tests[{index}]: {one['score']} of {one.get('max_score')} points"


def faults_of(found, known, where):
    for key, value in found.items():
        if key not in known:
            yield f"{where}: unknown key {key}"
        elif isinstance(known[key], set):
            if value not in known[key]:
                yield f"{where}.{key}: {value!r}"
        elif not isinstance(value, known[key]) or isinstance(value, bool):
            yield f"{where}.{key}: {type(value).__name__}"
        elif key == "output" and "\r" in value:
            yield f"{where}.{key}: a line end that is not \\n"


class Autograder:
    """One assignment's image: the zip unpacked and set up in a folder of its own.

    Parameters
    ----------
    zip_file : pathlib.Path
    base : pathlib.Path
        In place of ``/autograder``; any user must be able to reach it.
    """

    def __init__(self, zip_file, base):
        self.base = base
        source = base / "source"
        source.mkdir(parents=True)
        with zipfile.ZipFile(zip_file) as archive:
            archive.extractall(source)  # like Gradescope's, without bits of execution
        for name in SCRIPTS:  # as its image is built: copied, Unix lines, the bit
            text = (source / name).read_bytes().replace(b"\r\n", b"\n")
            (source / name).write_bytes(text)
        shutil.copyfile(source / "run_autograder", base / "run_autograder")
        (base / "run_autograder").chmod(0o755)
        self.tools = base / "tools"  # nothing is installed on this machine
        self.tools.mkdir()
        refused = self.tools / "apt-get"
        refused.write_text("#!/bin/sh\necho apt-get is not run in a test >&2\nexit 1\n", "utf-8")
        refused.chmod(0o755)
        self.set_up = self.run([source / "setup.sh"], timeout=600, pip=True)

    def run(self, command, timeout, pip=False):
        """A finished process as root, with an environment as empty as Gradescope's."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if pip and name.lower().startswith(("pip_", "http", "no_proxy", "ssl_"))
        }
        return subprocess.run(
            ["bash", *map(str, command)],
            cwd=self.base,
            env={**kept, "PATH": f"{self.tools}:{SYSTEM}", "HOME": str(self.base)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )

    def hand_in(self, files):
        """Put files, {path: text}, where Gradescope puts what a student uploads."""
        submission = self.base / "submission"
        shutil.rmtree(submission, ignore_errors=True)
        for name, text in files.items():
            path = submission / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        submission.mkdir(exist_ok=True)

    def grade(self, files, timeout=300):
        """Hand in files, {path: text}, and run; the process."""
        self.hand_in(files)
        return self.run([self.base / "run_autograder"], timeout)

    @property
    def results_file(self):
        return Path(self.base, "results", "results.json")

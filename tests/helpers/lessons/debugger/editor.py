"""As much of an editor as a breakpoint and a look at variables take: it speaks with debugpy."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from lessons.classroom.course import FOLDER

ROOT = FOLDER.parent


class Editor:
    """One debugging session, by the Debug Adapter Protocol."""

    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.stream = self.connection.makefile("rwb")
        self.sent = 0
        self.met = []

    def send(self, command, **arguments):
        self.sent += 1
        body = json.dumps(
            {"seq": self.sent, "type": "request", "command": command, "arguments": arguments}
        ).encode()
        self.stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.stream.flush()
        return self.sent

    def receive(self):
        headers = iter(lambda: self.stream.readline().strip(), b"")
        length = next(
            int(line.split(b":")[1])
            for line in list(headers)
            if line.lower().startswith(b"content-length")
        )
        return json.loads(self.stream.read(length))

    def event(self, name):
        """Wait for an event."""
        return self._first(lambda message: message.get("event") == name).get("body", {})

    def ask(self, command, **arguments):
        """Send a request and wait for its answer."""
        number = self.send(command, **arguments)
        answer = self._first(lambda message: message.get("request_seq") == number)
        assert answer["success"], answer
        return answer.get("body", {})

    def _first(self, wanted):
        while True:
            found = next((message for message in self.met if wanted(message)), None)
            if found is not None:
                self.met.remove(found)
                return found
            self.met.append(self.receive())

    # ---- what a person does with it ----

    def run_to(self, path, *texts):
        """Set a breakpoint on the first line that holds each text, and begin; the first stop."""
        self.stop_at(path, *texts)
        return self.begin()

    def stop_at(self, path, *texts, **options):
        """Breakpoints on these lines of a file, instead of those it had; ``condition=...``."""
        lines = path.read_text(encoding="utf-8").splitlines()
        at = [next(n for n, line in enumerate(lines, 1) if text in line) for text in texts]
        points = [{"line": line, **options} for line in at]
        self.ask("setBreakpoints", source={"path": str(path)}, breakpoints=points)

    def begin(self):
        """Run to the first breakpoint."""
        self.ask("configurationDone")
        return self.stopped()

    def go_on(self, how="continue"):
        """Run to the next breakpoint; "next", "stepIn" and "stepOut" go by lines and calls."""
        self.send(how, threadId=self.thread)
        return self.stopped()

    def stopped(self):
        """Wait for a breakpoint; returns the innermost frame."""
        self.thread = self.event("stopped")["threadId"]
        self.frame = self.ask("stackTrace", threadId=self.thread)["stackFrames"][0]
        return self.frame

    def variables(self):
        """The rows of the variables pane, by name."""
        scopes = self.ask("scopes", frameId=self.frame["id"])["scopes"]
        return {row["name"]: row for row in self.children(scopes[0])}

    def children(self, row):
        """The rows that open below a row."""
        return self.ask("variables", variablesReference=row["variablesReference"])["variables"]

    def evaluate(self, expression, context="watch"):
        """What an expression is here, as text."""
        return self.watched(expression, context)["value"]

    def watched(self, expression, context="watch"):
        """The row of an expression."""
        frame = self.frame["id"]
        row = self.ask("evaluate", expression=expression, frameId=frame, context=context)
        return {"name": expression, "value": row["result"], **row}


@contextmanager
def launched(program, folder, environment, just_my_code=False):
    """An `Editor` that has launched a program, which waits for its breakpoints."""
    port = free_port()
    command = ["-m", "debugpy.adapter", "--host", "127.0.0.1", "--port", str(port)]
    with ended(command) as adapter, connected(port, adapter) as editor:
        editor.send(
            "launch",
            type="python",
            request="launch",
            program=str(program),
            console="internalConsole",
            cwd=str(folder),
            justMyCode=just_my_code,
            python=[sys.executable],
            env=environment,
        )
        editor.event("initialized")
        yield editor


@contextmanager
def attached(program, folder, environment):
    """An `Editor` attached to a program that somebody else has started, and that waits for it."""
    port = free_port()
    command = ["-m", "debugpy", "--listen", f"127.0.0.1:{port}", "--wait-for-client", str(program)]
    # frozen modules are what it would warn of
    whole = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **environment}
    with ended(command, cwd=folder, env=whole) as process, connected(port, process) as editor:
        editor.send("attach", type="python", request="attach", justMyCode=False)
        editor.event("initialized")
        yield editor


@contextmanager
def ended(command, **options):
    """A Python process that is sure to be gone afterwards."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, *command], **quiet, **options)
    try:
        yield process
    finally:
        try:
            process.wait(10)  # told to disconnect, it ends the program, then itself
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def connected(port, process):
    """An `Editor`, once somebody listens; disconnected at the end."""
    for _ in range(200):
        assert process.poll() is None, "the adapter has ended"
        try:
            editor = Editor(port)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    else:
        raise AssertionError("the adapter does not listen")
    try:
        counting = {"linesStartAt1": True, "columnsStartAt1": True, "pathFormat": "path"}
        editor.ask("initialize", adapterID="test", **counting)
        yield editor
    finally:
        editor.send("disconnect", terminateDebuggee=True)


def configured(configuration):
    """The environment that a configuration of `.vscode/launch.json` gives, on this system."""
    own = configuration.get("windows", {}) if os.name == "nt" else {}
    given = own.get("env", configuration["env"])
    return {name: value.replace("${workspaceFolder}", str(ROOT)) for name, value in given.items()}


def configurations():
    """Those of `.vscode/launch.json`."""
    launch = (ROOT / ".vscode" / "launch.json").read_text(encoding="utf-8")
    return json.loads(launch)["configurations"]


def free_port():
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]

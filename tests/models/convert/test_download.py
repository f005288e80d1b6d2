"""Downloads from a server on this machine that is slow, broken, lying or right."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from minigrad.weights import load_weights
from models.convert import ConversionError
from models.convert.download import SOURCES, DownloadError, Source, download
from tests.helpers.data import REPOSITORY
from tests.helpers.files.caffemodel import bvlc_message, random_state

SMALL = b"not a network " * 5000


class Handler(BaseHTTPRequestHandler):
    """What it does is the path of the request."""

    def do_GET(self):
        getattr(self, "answer_" + self.path.strip("/").partition("/")[0])()

    def answer_whole(self):
        self.begin(len(self.server.model))
        self.wfile.write(self.server.model)

    def answer_unannounced(self):
        self.begin(None)
        self.wfile.write(SMALL)

    def answer_small(self):
        self.begin(len(SMALL))
        self.wfile.write(SMALL)

    def answer_half(self):
        self.begin(len(SMALL))
        self.wfile.write(SMALL[: len(SMALL) // 2])

    def answer_understated(self):
        self.begin(len(SMALL) // 2)
        self.wfile.write(SMALL)

    def answer_absurd(self):
        self.begin(10**12)

    def answer_endless(self):
        self.begin(None)
        while not self.server.over.is_set():
            self.wfile.write(SMALL)

    def answer_stall(self):
        self.begin(len(SMALL))
        self.wfile.write(SMALL[:1000])
        self.server.over.wait(30)

    def answer_silent(self):
        self.server.over.wait(30)

    def answer_missing(self):
        self.send_error(404)

    def answer_nonsense(self):
        self.send_response(200)
        self.send_header("Content-Length", "many")
        self.end_headers()

    def begin(self, size):
        self.send_response(200)
        if size is not None:
            self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, address):
        """Clients that hang up are what these tests are about: no traceback for them."""


@pytest.fixture(scope="module")
def state():
    return random_state(np.random.default_rng(0))


@pytest.fixture(scope="module")
def server(state):
    server = Server(("127.0.0.1", 0), Handler)
    server.model, server.over = bvlc_message(state, "V1").SerializeToString(), threading.Event()
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def url(server, path):
    return f"http://127.0.0.1:{server.server_port}/{path}"


def assert_fails(source, folder, word, kind=DownloadError, **options):
    """One line that says ``word``; an older file stays, and nothing else is left."""
    (folder / "a.npz").write_bytes(b"before")
    with pytest.raises(kind) as failure:
        download("it", folder / "a.npz", sources={"it": source}, progress=False, **options)
    message = str(failure.value)
    assert word in message and "\n" not in message
    assert [path.name for path in folder.iterdir()] == ["a.npz"]
    assert (folder / "a.npz").read_bytes() == b"before"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", None])
def test_whole_file_is_checked_and_converted(algorithm, server, state, tmp_path, capsys):
    digest = hashlib.new(algorithm, server.model).hexdigest().upper() if algorithm else None
    source = Source(url(server, "whole/bvlc_googlenet.caffemodel"), algorithm, digest)
    path, metadata = download("it", tmp_path / "a.npz", sources={"it": source})
    assert path == tmp_path / "a.npz"
    assert metadata["source"]["name"] == "bvlc_googlenet.caffemodel"
    assert metadata["source"]["sha256"] == hashlib.sha256(server.model).hexdigest()
    written, _ = load_weights(path)
    np.testing.assert_array_equal(
        written["mixed4d.conv3x3.weight"], state["mixed4d.conv3x3.weight"]
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.npz"]
    assert "bvlc_googlenet.caffemodel" in capsys.readouterr().err


def test_progress_without_tqdm(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("models.convert.download.Bar", None)
    download("it", tmp_path / "a.npz", sources={"it": Source(url(server, "whole/w"))})
    size = f"{len(server.model) / 1e6:.1f}"
    assert f"w: {size} of {size} MB" in capsys.readouterr().err


@pytest.mark.parametrize(
    "path, word",
    [
        ("half", "cut off; 35000 of 70000 bytes came"),
        ("missing", "404"),
        ("nonsense", "a size of 'many'"),
        ("absurd", "1000000000000 bytes announced"),
    ],
)
def test_broken_answers(path, word, server, tmp_path):
    assert_fails(Source(url(server, path)), tmp_path, word)


def test_stalled_line(server, tmp_path):
    for path in ("stall", "silent"):
        start = time.monotonic()
        assert_fails(Source(url(server, path)), tmp_path, "0.3 seconds", timeout=0.3)
        assert time.monotonic() - start < 5


def test_endless_answer(server, tmp_path):
    assert_fails(
        Source(url(server, "endless")), tmp_path, "more than the 1000000 bytes", max_bytes=10**6
    )


@pytest.mark.parametrize("path", ["small", "understated", "unannounced"])
def test_wrong_content(path, server, tmp_path):
    published = hashlib.sha256(b"something else").hexdigest()
    assert_fails(
        Source(url(server, path), "sha256", published), tmp_path, f"published is {published}"
    )
    assert_fails(Source(url(server, path)), tmp_path, "accepted are", kind=ConversionError)


def test_nobody_answers(tmp_path):
    assert_fails(Source("http://127.0.0.1:9/x"), tmp_path, "no connection")


def test_names_and_places_are_checked_before_anything_is_fetched(server, tmp_path):
    with pytest.raises(DownloadError, match="there are bvlc_googlenet, inception5h"):
        download("resnet", tmp_path / "a.npz")
    for destination in ("no/a.npz", "a.pt"):
        with pytest.raises(ConversionError):
            download("it", tmp_path / destination, sources={"it": Source(url(server, "stall"))})
    assert list(tmp_path.iterdir()) == []


def test_published_sources():
    assert set(SOURCES) == {"inception5h", "bvlc_googlenet"}
    for source in SOURCES.values():
        assert hashlib.new(source.algorithm).digest_size * 2 == len(source.digest)


COMMAND = """
import sys
from models import __main__ as program
from models.output.console import run_as_program
from models.convert.download import SOURCES, Source
SOURCES["bvlc_googlenet"] = Source(sys.argv[1])
run_as_program(lambda: program.main(["download", "googlenet_bvlc", "--to", sys.argv[2]]))
"""


def start(server, path, destination):
    arguments = [sys.executable, "-c", COMMAND, url(server, path), str(destination)]
    return subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        encoding="utf-8",
    )


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_download_leaves_nothing_behind(number, status, server, tmp_path):
    with start(server, "stall", tmp_path / "a.npz") as process:
        deadline = time.monotonic() + 20
        while not list(tmp_path.glob(".download-*/*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert list(tmp_path.glob(".download-*/*"))
        os.kill(process.pid, number)
        errors = process.communicate(timeout=20)[1]
    assert process.returncode == status and "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_command_line(server, tmp_path):
    with start(server, "whole", tmp_path / "a.npz") as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "no checksum is published" in output
    assert hashlib.sha256(server.model).hexdigest() in output
    with start(server, "missing", tmp_path / "b.npz") as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and output == ""
    assert errors == f"error: {url(server, 'missing')}: the server answered 404 Not Found\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]

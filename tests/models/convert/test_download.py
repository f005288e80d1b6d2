"""Downloads from a server on this machine that is slow, broken, lying or right."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from minigrad.weights import load_weights
from models.convert import ConversionError, published
from models.convert.download import ALIASES, SOURCES, DownloadError, Source, download
from models.convert.published import GIT, Published, checksum, difference, identify
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

    def answer_packed(self):
        self.begin(len(self.server.packed))
        self.wfile.write(self.server.packed)

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
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("some name.caffemodel", server.model)
        archive.writestr("LICENSE", "free")
    server.packed = packed.getvalue()
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


def source(server, path, size=None, packed=False, **checksums):
    """A source that must serve a file with these checksums."""
    file = Published(path.rpartition("/")[2], "googlenet_bvlc", size, checksums)
    return Source(url(server, path), file, packed)


def assert_fails(source, folder, *words, kind=DownloadError, **options):
    """One line that says the words; an older file stays, and nothing else is left."""
    sources = (source,) if isinstance(source, Source) else source
    (folder / "a.npz").write_bytes(b"before")
    with pytest.raises(kind) as failure:
        download("it", folder / "a.npz", sources={"it": sources}, progress=False, **options)
    message = str(failure.value)
    assert all(word in message for word in words) and "\n" not in message
    assert [path.name for path in folder.iterdir()] == ["a.npz"]
    assert (folder / "a.npz").read_bytes() == b"before"


def test_whole_file_is_checked_and_converted(server, state, tmp_path, capsys):
    right = {GIT: checksum(server.model, GIT), "sha256": checksum(server.model, "sha256")[:8]}
    one = source(server, "whole/net.caffemodel", len(server.model), **right)
    path, metadata = download("it", tmp_path / "a.npz", sources={"it": (one,)})
    assert path == tmp_path / "a.npz"
    assert metadata["source"]["name"] == "net.caffemodel"
    assert metadata["source"]["url"] == one.url
    assert metadata["source"]["sha256"] == hashlib.sha256(server.model).hexdigest()
    written, _ = load_weights(path)
    np.testing.assert_array_equal(
        written["mixed4d.conv3x3.weight"], state["mixed4d.conv3x3.weight"]
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.npz"]
    assert "net.caffemodel" in capsys.readouterr().err


def test_sources_are_tried_in_turn(server, tmp_path, capsys):
    """One that is away, one that serves another file, one that breaks off; then the right one."""
    right = {"sha1": hashlib.sha1(server.model).hexdigest()}
    sources = (
        source(server, "missing", **right),
        source(server, "small", **right),
        source(server, "half", **right),
        source(server, "whole/a", **right),
        source(server, "silent", **right),
    )
    _, metadata = download("it", tmp_path / "a.npz", sources={"it": sources})
    assert metadata["source"]["url"] == url(server, "whole/a")
    errors = capsys.readouterr().err
    assert errors.count("trying the next source") == 3
    for word in ("404", "what came has sha1", "cut off; 35000 of 70000 bytes"):
        assert word in errors


def test_all_sources_fail(server, tmp_path):
    sources = source(server, "missing"), source(server, "small", sha1="0" * 40)
    words = "missing: the server answered 404", "published is 000", "a file fetched by hand"
    assert_fails(sources, tmp_path, *words)


def test_zip_is_known_by_the_file_in_it(server, tmp_path):
    right = {"sha1": hashlib.sha1(server.model).hexdigest()}
    packed = source(server, "packed/net.zip", len(server.model), packed=True, **right)
    _, metadata = download("it", tmp_path / "a.npz", sources={"it": (packed,)}, progress=False)
    assert metadata["network"] == "googlenet_bvlc"
    wrong = source(server, "packed/net.zip", packed=True, sha1="1" * 40)
    assert_fails(wrong, tmp_path, "published is 1111")
    assert_fails(source(server, "small", packed=True, **right), tmp_path, "what came has")


def test_sources_that_cannot_be_read_here_are_passed_over(server, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "torch" else True)
    pth = Source(url(server, "stall"), Published("net.pth", "googlenet_bvlc"))
    assert_fails(pth, tmp_path, "pip install torch", kind=ConversionError)
    sources = {"it": (pth, source(server, "whole/a"))}
    _, metadata = download("it", tmp_path / "a.npz", sources=sources, progress=False)
    assert metadata["source"]["url"].endswith("whole/a")
    assert_fails((pth, source(server, "missing")), tmp_path, "pip install torch", "404")


def test_progress_without_tqdm(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("models.convert.download.Bar", None)
    download("it", tmp_path / "a.npz", sources={"it": (source(server, "whole/w"),)})
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
    assert_fails(source(server, path), tmp_path, word)


def test_stalled_line(server, tmp_path):
    for path in ("stall", "silent"):
        start = time.monotonic()
        assert_fails(source(server, path), tmp_path, "0.3 seconds", timeout=0.3)
        assert time.monotonic() - start < 5


def test_endless_answer(server, tmp_path):
    assert_fails(
        source(server, "endless"), tmp_path, "more than the 1000000 bytes", max_bytes=10**6
    )


@pytest.mark.parametrize("path", ["small", "understated", "unannounced"])
def test_wrong_content(path, server, tmp_path):
    wanted = hashlib.sha256(b"something else").hexdigest()
    assert_fails(source(server, path, sha256=wanted), tmp_path, f"published is {wanted}")
    assert_fails(source(server, path, 12), tmp_path, "bytes, published are 12")
    assert_fails(source(server, path), tmp_path, "accepted are", kind=ConversionError)


def test_nobody_answers(tmp_path):
    nobody = Source("http://127.0.0.1:9/x", Published("x", "googlenet_bvlc"))
    assert_fails(nobody, tmp_path, "no connection")


def test_names_and_places_are_checked_before_anything_is_fetched(server, tmp_path):
    with pytest.raises(DownloadError, match="there are bvlc_googlenet, googlenet_pl"):
        download("resnet", tmp_path / "a.npz")
    for destination in ("no/a.npz", "a.pt"):
        with pytest.raises(ConversionError):
            download("it", tmp_path / destination, sources={"it": (source(server, "stall"),)})
    assert list(tmp_path.iterdir()) == []


def test_published_sources():
    assert set(ALIASES.values()) < set(SOURCES)
    for sources in SOURCES.values():
        assert len({one.url for one in sources}) == len(sources)
        for one in sources:
            assert one.file in published.FILES and one.file.checksums
            assert one.url.endswith(one.file.name) or one.packed
    for file in published.FILES:
        for algorithm, digest in file.checksums.items():
            whole = 2 * hashlib.new("sha1" if algorithm == GIT else algorithm).digest_size
            int(digest, 16)
            # PyTorch's rule: the digits at the end of a file's name begin its SHA-256
            assert len(digest) == whole or file.name.endswith(f"-{digest}.pth")


def test_checksums_of_known_content():
    # `printf hello | git hash-object --stdin`
    assert checksum(b"hello", GIT) == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
    file = Published("a", "net", 5, {"sha256": "2cf24dba", GIT: "b6fc4c620b67d95f" + "0" * 24})
    assert difference(b"hello", file).startswith(f"{GIT} b6fc4c62")
    assert difference(b"hello", file._replace(checksums={"sha256": "2CF24DBA"})) == ""
    assert difference(b"hallo", file._replace(size=None)).endswith("published begins with 2cf24dba")
    assert difference(b"hi", file) == "2 bytes, published are 5"


def test_a_file_fetched_by_hand_is_compared_with_the_same_list(tmp_path):
    path = tmp_path / "net of mine.pb"
    path.write_bytes(b"hello")
    official = Published("net.pb", "inception5h", 5, {"sha256": "2cf24dba"})
    other = Published("other.pb", "inception5h", 7, {"sha1": "0" * 40})
    said = identify(path, "inception5h", (other, official))
    assert said == (
        "this is the official file net.pb of inception5h: "
        "the first 8 digits of its sha256 are as published"
    )
    path.write_bytes(b"hallo")
    said = identify(path, "inception5h", (other, official))
    assert said == "this is no official other.pb or net.pb: size and checksums are others"
    said = identify(path, "inception5h", (other,))
    assert said == "this is not the official other.pb: 5 bytes, published are 7"
    assert identify(path, None, (other, official)) == ""  # a fine-tune
    path.rename(tmp_path / "net.pb")
    said = identify(tmp_path / "net.pb", None, (other, official))
    assert said.startswith("this is not the official net.pb: sha256 ")
    assert said.endswith("published begins with 2cf24dba")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.pb", b"hello")
    said = identify(tmp_path / "a.zip", "inception5h", (official,))
    assert said.startswith("what is in the zip is the official file net.pb")
    assert identify(tmp_path, "inception5h") == ""


COMMAND = """
import sys
from models import __main__ as program
from models.output.console import run_as_program
from models.convert.download import SOURCES, Source
from models.convert.published import Published
SOURCES["bvlc_googlenet"] = (Source(sys.argv[1], Published("net", "googlenet_bvlc")),)
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
    assert f"served by {url(server, 'whole')}" in output
    assert hashlib.sha256(server.model).hexdigest() in output
    with start(server, "missing", tmp_path / "b.npz") as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and output == ""
    assert errors == f"error: {url(server, 'missing')}: the server answered 404 Not Found\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]

"""Fetch published weights from where their authors put them, check them, convert them."""

import http.client
import importlib.util
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from ..output.progress import Bar
from . import ConversionError, check_destination, convert, published
from .messages import message_class
from .sources import MAX_BYTES, read_bytes

BLOCK = 2**16
TIMEOUT = 30.0


class DownloadError(ValueError):
    """Weights cannot be fetched; the message says in one line why."""


class Source(NamedTuple):
    """An address of a published file.

    Attributes
    ----------
    url : str
    file : published.Published
        What it must serve, by its size and checksums.
    packed : bool
        Whether it serves a zip with the file in it.
    """

    url: str
    file: published.Published
    packed: bool = False


STORAGE = "https://storage.googleapis.com/download.tensorflow.org/models/"
PORTS = "https://github.com/crowsonkb/pytorch-caffe-models/releases/download/models-2/"

# In the order in which they are tried. A `.pth` needs PyTorch to be read, so it comes last.
SOURCES = {
    "inception5h": (
        Source(STORAGE + "inception5h.zip", published.INCEPTION5H_ZIP),
        Source(
            "https://github.com/petewarden/tf_ios_makefile_example/raw/master/data/"
            "tensorflow_inception_graph.pb",
            published.INCEPTION5H_GRAPH,
        ),
        Source(STORAGE + "inception_v1.zip", published.INCEPTION5H_GRAPH, packed=True),
        Source(
            "https://github.com/ProGamerGov/pytorch-old-tensorflow-models/raw/master/"
            "inception5h.pth",
            published.INCEPTION5H_LUCENT,
        ),
        Source(
            "https://github.com/pytorch/captum/raw/optim-wip/captum/optim/models/_image/"
            "inception5h.pth",
            published.INCEPTION5H_CAPTUM,
        ),
    ),
    "bvlc_googlenet": (
        Source(
            "http://dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel",
            published.BVLC_GOOGLENET,
        ),
        Source(
            "https://storage.openvinotoolkit.org/repositories/open_model_zoo/public/2022.1/"
            "googlenet-v1/bvlc_googlenet.caffemodel",
            published.BVLC_GOOGLENET,
        ),
        Source(PORTS + published.BVLC_CROWSONKB.name, published.BVLC_CROWSONKB),
    ),
    "googlenet_torchvision": (
        Source(
            "https://download.pytorch.org/models/" + published.GOOGLENET_TORCHVISION.name,
            published.GOOGLENET_TORCHVISION,
        ),
    ),
    "googlenet_places205": (
        Source(PORTS + published.PLACES205_CROWSONKB.name, published.PLACES205_CROWSONKB),
    ),
    "googlenet_places365": (
        Source(PORTS + published.PLACES365_CROWSONKB.name, published.PLACES365_CROWSONKB),
    ),
}
ALIASES = {"googlenet_bvlc": "bvlc_googlenet"}


def download(
    name, destination=None, *, sources=SOURCES, timeout=TIMEOUT, max_bytes=MAX_BYTES, progress=True
):
    """Fetch the weights of a network and convert them.

    Parameters
    ----------
    name : str
        One of `SOURCES`: ``"inception5h"``, ``"bvlc_googlenet"``, ``"googlenet_torchvision"``, …
    destination : str or os.PathLike, optional
        The `.npz` file to write; ``NAME.npz`` in the current folder unless told.
    sources : dict of str to sequence of Source, optional
        Where to look ``name`` up; for tests and mirrors. They are tried in turn.
    timeout : float, optional
        Give a source up when nothing has come from it for so many seconds.
    max_bytes : int, optional
        Give up on a file larger than this.
    progress : bool, optional
        Show on stderr how far the download is, and what became of a source that failed.

    Returns
    -------
    path : pathlib.Path
        The file written.
    metadata : dict
        What `convert` wrote into it; of ``["source"]``, ``"url"`` is the source that served,
        ``"sha256"`` the checksum of the file that came.

    Raises
    ------
    DownloadError
        In one line, what went wrong with every source: no such name, no connection, a
        stalled or cut-off transfer, a wrong size or checksum, a file too large.
    ConversionError
        The destination cannot be written, what reads the file is not installed, or what
        came is not the network's weights.

    Notes
    -----
    The download lies in a temporary folder beside the destination until it is
    converted. Whatever happens, Ctrl-C included, that folder is removed, and the
    destination is either whole or as it was.
    """
    name = ALIASES.get(name, name)
    if name not in sources:
        raise DownloadError(
            f"no published weights are called {name!r}; there are {', '.join(sorted(sources))}"
        )
    destination = Path(destination or f"{name}.npz")
    check_destination(destination)
    readable, failures = _readable(sources[name])
    with tempfile.TemporaryDirectory(prefix=".download-", dir=destination.parent) as folder:
        for number, source in enumerate(readable, 1):
            path = Path(folder) / (source.url.rpartition("/")[2] or name)
            try:
                _fetch(source.url, path, timeout, max_bytes, progress)
                _verify(path, source)
            except DownloadError as failure:
                path.unlink(missing_ok=True)
                failures.append(str(failure))
                if progress and number < len(readable):
                    print(f"{failure}\ntrying the next source", file=sys.stderr)
                continue
            return destination, convert(path, destination, url=source.url)
    if len(failures) > 1:
        failures.append(
            "a file fetched by hand is taken by: python -m models convert FILE NAME.npz"
        )
    raise DownloadError("; ".join(failures))


def _readable(sources):
    """The sources whose files can be read here, and why others cannot: not after 50 MB, but now."""
    readable, failures, refusal = [], [], None
    for source in sources:
        try:
            _check_reader(source)
            readable.append(source)
        except ConversionError as error:
            refusal = refusal or error
            failures.append(f"{source.url}: {error}")
    if not readable:
        raise refusal
    return readable, failures


def _check_reader(source):
    """Raise a ConversionError if the package that reads a source's file is not installed."""
    if not source.file.name.endswith(".pth"):
        message_class("tensorflow", "GraphDef")
    elif importlib.util.find_spec("torch") is None:
        raise ConversionError("PyTorch's own format needs PyTorch: pip install torch")


def _fetch(url, path, timeout, max_bytes, progress):
    """Write what ``url`` holds to ``path``, all of it or an error."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response, open(path, "wb") as file:
            total = _declared(response, url, max_bytes)
            with _BytesBar(path.name, total, progress) as bar:
                came = _copy(response, file, bar, url, max_bytes)
    except urllib.error.HTTPError as error:
        raise DownloadError(f"{url}: the server answered {error.code} {error.reason}") from None
    except TimeoutError:
        raise DownloadError(f"{url}: nothing came for {timeout:g} seconds; try again") from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise DownloadError(f"{url}: no answer within {timeout:g} seconds; try again") from None
        raise DownloadError(f"{url}: no connection ({error.reason})") from None
    except (http.client.HTTPException, ConnectionError, ssl.SSLError) as error:
        raise DownloadError(
            f"{url}: the connection broke ({type(error).__name__}: {error}); try again"
        ) from None
    if total is not None and came != total:
        raise DownloadError(f"{url}: cut off; {came} of {total} bytes came; try again")


def _declared(response, url, max_bytes):
    """The size the server announces, or None."""
    text = response.headers.get("Content-Length")
    if text is None:
        return None
    if not text.isdecimal():
        raise DownloadError(f"{url}: the server announces a size of {text[:40]!r}")
    if int(text) > max_bytes:
        raise DownloadError(
            f"{url}: {int(text)} bytes announced, more than the {max_bytes} allowed"
        )
    return int(text)


def _copy(response, file, bar, url, max_bytes):
    """Copy block by block; the number of bytes that came."""
    came = 0
    # read1 hands over what has arrived; read would wait for a full block and hide a slow line.
    while block := response.read1(BLOCK):
        came += len(block)
        if came > max_bytes:
            raise DownloadError(f"{url}: more than the {max_bytes} bytes allowed")
        file.write(block)
        bar.update(len(block))
    return came


def _verify(path, source):
    """Compare with the published size and checksums before anything reads the file."""
    try:
        data = read_bytes(path) if source.packed else path.read_bytes()
    except ConversionError as error:
        raise DownloadError(f"{source.url}: {error}; not used") from None
    if differs := published.difference(data, source.file):
        raise DownloadError(f"{source.url}: what came has {differs}; not used")


class _BytesBar:
    """Context manager: a bar where tqdm is installed, else a line on stderr every two seconds."""

    def __init__(self, name, total, shown):
        self.name, self.total, self.shown = name, total, shown
        self.came, self.last, self.bar = 0, time.monotonic(), None

    def __enter__(self):
        if self.shown and Bar is not None:
            self.bar = Bar(
                total=self.total, desc=self.name, unit="B", unit_scale=True, file=sys.stderr
            )
        return self

    def update(self, count):
        self.came += count
        if self.bar is not None:
            self.bar.update(count)
        elif self.shown and (time.monotonic() - self.last > 2 or self.came == self.total):
            self.last = time.monotonic()
            share = f" of {self.total / 1e6:.1f}" if self.total else ""
            print(f"{self.name}: {self.came / 1e6:.1f}{share} MB", file=sys.stderr)

    def __exit__(self, kind, error, traceback):
        if self.bar is not None:
            self.bar.close()

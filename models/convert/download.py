"""Fetch published weights from where their authors put them, check them, convert them."""

import hashlib
import http.client
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from ..output.progress import Bar
from . import check_destination, convert
from .messages import message_class
from .sources import MAX_BYTES

BLOCK = 2**16
TIMEOUT = 30.0


class DownloadError(ValueError):
    """Weights cannot be fetched; the message says in one line why."""


@dataclass(frozen=True)
class Source:
    """Where a network's weights are published.

    Attributes
    ----------
    url : str
    algorithm : str or None
        Of the published checksum, as `hashlib` calls it; None where none is published.
    digest : str or None
        The checksum in hexadecimal.
    """

    url: str
    algorithm: str | None = None
    digest: str | None = None


SOURCES = {
    # TensorFlow's own WORKSPACE file gives this checksum.
    "inception5h": Source(
        "https://storage.googleapis.com/download.tensorflow.org/models/inception5h.zip",
        "sha256",
        "d13569f6a98159de37e92e9c8ec4dae8f674fbf475f69fe6199b514f756d4364",
    ),
    # The readme of models/bvlc_googlenet in Caffe's repository gives this one.
    "bvlc_googlenet": Source(
        "http://dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel",
        "sha1",
        "405fc5acd08a3bb12de8ee5e23a96bec22f08204",
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
        ``"inception5h"`` or ``"bvlc_googlenet"``.
    destination : str or os.PathLike, optional
        The `.npz` file to write; ``NAME.npz`` in the current folder unless told.
    sources : dict of str to Source, optional
        Where to look ``name`` up; for tests and mirrors.
    timeout : float, optional
        Give up when nothing has come for so many seconds.
    max_bytes : int, optional
        Give up on a file larger than this.
    progress : bool, optional
        Show on stderr how far the download is.

    Returns
    -------
    path : pathlib.Path
        The file written.
    metadata : dict
        What `convert` wrote into it; ``["source"]["sha256"]`` is the checksum of the
        file that was fetched.

    Raises
    ------
    DownloadError
        In one line, what went wrong: no such name, no connection, a stalled or cut-off
        transfer, a wrong checksum, a file too large.
    ConversionError
        The destination cannot be written, protobuf is not installed, or what came is
        not the network's weights.

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
    source = sources[name]
    destination = Path(destination or f"{name}.npz")
    check_destination(destination)
    message_class("tensorflow", "GraphDef")  # without protobuf, say so now and not after 50 MB
    with tempfile.TemporaryDirectory(prefix=".download-", dir=destination.parent) as folder:
        path = Path(folder) / (source.url.rpartition("/")[2] or name)
        _fetch(source.url, path, timeout, max_bytes, progress)
        _verify(path, source)
        return destination, convert(path, destination)


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
    """Compare with the published checksum before anything reads the file."""
    if source.algorithm is None:
        return
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, source.algorithm).hexdigest()
    if digest != source.digest.lower():
        raise DownloadError(
            f"{source.url}: {source.algorithm} of what came is {digest}, "
            f"published is {source.digest}; not used"
        )


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

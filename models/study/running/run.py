"""From photos to records: what is done is kept, what is broken listed, the rest measured."""

import sys
import time
from dataclasses import dataclass
from functools import cache

from minigrad.functions.winograd import keep_kernels

from ... import load
from ...inception.reading import ImageError
from ...output.progress import Progress
from ..measure import KINDS


@dataclass(frozen=True)
class Task:
    """What is to be measured of a photo; called with one, in this process or in another.

    Attributes
    ----------
    kind : str
        One of `measure.KINDS`.
    weights : str
        A weight file or a shipped name; every process that measures must find it there.
    settings : dict
        See `measure`; ``"sha256"`` is the weights' checksum.
    """

    kind: str
    weights: str
    settings: dict

    def __call__(self, photo):
        """(arrays, facts), or what an `ImageError` says of a photo that cannot be read."""
        model = network(self.weights)
        began = time.perf_counter()
        try:
            with keep_kernels():
                arrays, facts = KINDS[self.kind](model, photo, self.settings)
        except ImageError as error:
            return str(error).removeprefix(f"{photo.path}: ")
        return arrays, facts | {"seconds": time.perf_counter() - began}


@cache
def network(weights):
    """The network of a weight file, read once in each process."""
    return load(weights)


def here(task, photos):
    """Measure photos one after the other in this process: pairs (photo, result)."""
    for photo in photos:
        yield photo, task(photo)


def measure_photos(task, photos, store, over=here):
    """Measure the photos that are not done yet, and keep each record as it comes.

    Parameters
    ----------
    task : Task
    photos : list of Photo
    store : models.study.running.store.Store
    over : callable, optional
        From ``task`` and photos to pairs (photo, result) in any order, as `here` and what
        `cluster.anywhere` yields.

    Returns
    -------
    done : list of Photo
        Those of which there is a record, in the order of ``photos``.
    broken : dict of str to str
        Key and message of photos that could not be read, in the same order.
    """
    kept = {photo.key for photo in photos if store.has(photo)}
    waiting = [photo for photo in photos if photo.key not in kept]
    if kept:
        print(f"{len(kept)} of {len(photos)} photos are done already", file=sys.stderr, flush=True)
    broken = {}
    try:
        with Progress(len(kept), len(photos), unit="photo") as progress:
            for photo, result in over(task, waiting):
                if isinstance(result, str):
                    broken[photo.key] = result
                    print(f"{photo.key} skipped: {result}", file=sys.stderr, flush=True)
                else:
                    store.add(photo, *result)
                    kept.add(photo.key)
                progress.update(len(kept) + len(broken), photo.key)
    except BaseException:
        # as the store has it: Ctrl-C may come between a record's last byte and our note of it
        count = sum(map(store.has, photos))
        done = f"{count} of {len(photos)} photos are done and kept in {store.folder}"
        print(f"{done}; the same command goes on from there", file=sys.stderr)
        raise
    done = [photo for photo in photos if photo.key in kept]
    return done, {photo.key: broken[photo.key] for photo in photos if photo.key in broken}

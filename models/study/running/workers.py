"""Photos measured by the workers of a Dask client, and what a worker does with one.

Wherever it is, a photo is measured by the same code with the same number of rows in a
pass, so that records do not depend on it.
"""

import os
import queue
import socket
import sys
import time
from dataclasses import replace
from functools import cache, partial

from minigrad.machine import parallel
from minigrad.weights import checksum

from ... import SHIPPED
from .run import network

# Photos in the scheduler's hands for each place where one is measured: enough that no worker waits,
# and so few that a million photos do not fill its memory.
AHEAD = 3
# Results fetched together, if so many are ready: one by one costs the scheduler twice as much.
AT_ONCE = 32
LOOK_SECONDS = 5  # how often to ask which workers there are


class Distributed:
    """Photos measured by a client's workers, called as `run.here` is.

    Results come as they are ready. The photos of a worker that is lost are measured again by
    the others.

    Parameters
    ----------
    client : distributed.Client
    where : str
        The scheduler, as messages call it.
    """

    def __init__(self, client, where):
        self.client, self.where = client, where
        self.in_hand = {}  # by the key of the future: (photo, future)
        self.finished = queue.SimpleQueue()
        self.places, self.looked = 0, -LOOK_SECONDS

    def __call__(self, task, photos):
        """Pairs (photo, result), in the order in which they are ready."""
        weights = task.weights if task.weights in SHIPPED else os.path.abspath(task.weights)
        measure = partial(measure_there, replace(task, weights=weights))
        for photo in photos:
            if not os.path.exists(photo.path):  # gone since it was found: no worker's fault
                yield photo, task(photo)
                continue
            while len(self.in_hand) >= self.how_many():
                yield from self.ready()
            sent = replace(photo, path=os.path.abspath(photo.path))
            future = self.client.submit(measure, sent, pure=False)
            self.in_hand[future.key] = photo, future
            future.add_done_callback(self.finished.put)
        while self.in_hand:
            yield from self.ready()

    def how_many(self):
        """How many photos may be in the scheduler's hands, by the workers that there are."""
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            self.look()
        return AHEAD * max(1, self.places)

    def look(self):
        """Ask the scheduler which workers there are; say so if there is none."""
        try:
            places = sum(self.client.nthreads().values())
        # Dask raises any of these when the connection is gone.
        except (OSError, RuntimeError, ValueError):
            raise self.lost() from None
        if places == 0 and self.places > 0:
            told = f"the scheduler {self.where} has no worker left; waiting for one"
            print(told, file=sys.stderr, flush=True)
        self.places, self.looked = places, time.monotonic()

    def lost(self):
        """The error for a scheduler that answers no more."""
        return ConnectionError(
            f"the scheduler {self.where} answers no more; start it again, then the same command"
        )

    def ready(self):
        """Pairs (photo, result) of what is ready, at least one; the scheduler may forget them."""
        from distributed import CancelledError

        futures = [self.next_ready()]
        while len(futures) < AT_ONCE and not self.finished.empty():
            futures.append(self.finished.get())
        finished = [future for future in futures if future.status == "finished"]
        try:
            records = dict(zip((future.key for future in finished), self.client.gather(finished)))
        except CancelledError:
            raise self.lost() from None
        for future in futures:
            if future.key not in records:
                records[future.key] = self.result(future)
        return [(self.in_hand.pop(future.key)[0], records[future.key]) for future in futures]

    def next_ready(self):
        """The next photo's future, waited for."""
        while True:
            try:
                return self.finished.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                self.look()

    def result(self, future):
        """What came of one photo that was not ready after all, or went wrong."""
        from distributed import KilledWorker

        while future.status not in ("error", "cancelled"):
            try:
                return future.result(timeout=LOOK_SECONDS)
            # The worker that had it is lost, and another measures the photo again.
            except TimeoutError:
                self.look()
        if future.status == "cancelled":
            raise self.lost()
        error = future.exception()
        if isinstance(error, KilledWorker):
            return (
                "given up: one worker after the other died over it (Dask's allowed-failures); "
                "the same command tries it again"
            )
        raise error

    def cancel(self):
        """Take back what is not measured yet."""
        futures = [future for _, future in self.in_hand.values()]
        self.in_hand.clear()
        if self.client.status == "running":
            self.client.cancel(futures, force=True)


def measure_there(task, photo):
    """`Task` in a worker's process: what is wrong with the worker is an error, no broken photo."""
    parallel.MOST_WORKERS = threads_there()
    for path in (photo.path, task.weights):
        if path not in SHIPPED and not os.path.exists(path):
            raise FileNotFoundError(
                f"the worker on {socket.gethostname()} sees no {path}; "
                "every worker must see weights and photos under this machine's paths"
            )
    if checksum_there(task.weights) != task.settings["sha256"]:
        raise ValueError(
            f"{task.weights} on {socket.gethostname()} holds other weights than here; "
            "give every worker the same file"
        )
    return task(photo)


@cache
def checksum_there(weights):
    """The checksum of a weight file's arrays, once in each process."""
    return checksum(network(weights).state_dict())


def threads_there():
    """Threads for one photo in a worker: OMP_NUM_THREADS, as Dask sets it; 1 unless set."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdecimal() and int(told) > 0 else 1

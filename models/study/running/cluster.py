"""Where photos are measured: in this process, in several, or on the workers of a Dask cluster."""

import asyncio
import logging
import os
import re
import signal
import sys
import time
from contextlib import contextmanager

from .run import here
from .workers import Distributed

CONNECT_SECONDS = 10
KILL_SECONDS = 10  # at most, for the system to clear away a process that was killed
WORKER_SECONDS = 60  # how long to wait for the first worker
# So many processes of this machine may die over one photo; with the next it is given up.
FAILURES = 3
# Dask lets a worker return memory to the system at once, and has it made anew for every array: that
# doubles the time of a photo. These sizes in bytes, which the C library reads at a process's start,
# keep arrays' memory for the next ones.
MALLOC = {"MALLOC_TRIM_THRESHOLD_": 2**30, "MALLOC_MMAP_THRESHOLD_": 2**25}
SAME_VERSIONS = ("python", "dask", "distributed", "numpy")  # of Python the first two numbers


@contextmanager
def anywhere(scheduler=None, workers=None):
    """Context manager: what `run.measure_photos` takes as ``over``.

    Parameters
    ----------
    scheduler : str, optional
        The address of a Dask scheduler, for example ``tcp://10.0.0.5:8786``.
    workers : int, optional
        Processes on this machine, which share its cores among them.

    Raises
    ------
    ValueError, OSError
        Both are given, or ``workers`` is below 1; the extra ``cluster`` is not installed; no
        scheduler answers, it has no worker, or other versions run there.
    """
    if scheduler is None and workers is None:
        yield here
        return
    if scheduler is not None and workers is not None:
        raise ValueError(
            "--scheduler and --workers do not go together: the first measures on a cluster, "
            "the second on this machine"
        )
    if workers is not None and workers < 1:
        raise ValueError(f"--workers is {workers}; expected at least 1")
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise ValueError(
            "--workers and --scheduler need Dask: pip install -e '.[cluster]'"
        ) from None
    with quiet(), local_client(workers) if scheduler is None else client_of(scheduler) as client:
        measure = Distributed(client, scheduler or "of this machine")
        try:
            yield measure
        finally:
            measure.cancel()


@contextmanager
def quiet():
    """Context manager: Dask's own log stays silent; what matters in it, errors here say."""
    import distributed  # noqa: F401

    names = logging.root.manager.loggerDict
    libraries = "distributed", "tornado"
    loggers = [logging.getLogger(name) for name in names if name.split(".")[0] in libraries]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels):
            logger.setLevel(level)


@contextmanager
def local_client(workers):
    """Context manager: the client of so many processes of this machine, a photo each at a time."""
    import dask
    from dask.system import CPU_COUNT
    from distributed import Client, LocalCluster

    configured = {"distributed.scheduler.allowed-failures": FAILURES}
    for name, size in MALLOC.items():
        configured[f"distributed.nanny.pre-spawn-environ.{name}"] = size
    with dask.config.set(configured):
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,  # no worker is to be restarted for the memory it needs
            dashboard_address=":0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL + 1,
            env={"OMP_NUM_THREADS": str(max(1, CPU_COUNT // workers))},
            preload=[__name__],
        )
    try:
        with Client(cluster, set_as_default=False) as client:
            yield client
    finally:
        cluster.sync(kill, cluster)
        cluster.close()


def dask_setup(worker):
    """What Dask calls in each process of this machine: Ctrl-C is for the one that asked them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def kill(cluster):
    """End the processes of this machine at once: nothing that they could still say is wanted."""
    nannies = list(cluster.workers.values())
    closing = [asyncio.ensure_future(nanny.close(timeout=KILL_SECONDS)) for nanny in nannies]
    await asyncio.sleep(0)  # from here on no nanny starts a new process for one that ends
    for nanny in nannies:
        if nanny.pid:
            os.kill(nanny.pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has one only
    await asyncio.gather(*closing, return_exceptions=True)


@contextmanager
def client_of(address):
    """Context manager: the client of a scheduler somewhere, with a worker of the same versions."""
    from distributed import Client

    example = "give the address that “dask scheduler” prints, for example tcp://10.0.0.5:8786"
    if not re.fullmatch(r"((tcp|tls|ws|wss)://)?[^/]+:[0-9]+", address):
        raise ValueError(f"--scheduler {address}: no address; {example}")
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except OSError:
        raise ConnectionError(
            f"--scheduler {address}: no Dask scheduler answers there within "
            f"{CONNECT_SECONDS} seconds; {example}"
        ) from None
    with client:
        wait_for_worker(client, address)
        check_versions(client, address)
        check_minigrad(client, address)
        yield client


def wait_for_worker(client, address):
    """Return once the scheduler has a worker, or raise a ValueError."""
    if not client.nthreads():
        told = f"{address} has no worker yet; waiting up to {WORKER_SECONDS} seconds for one"
        print(told, file=sys.stderr, flush=True)
    deadline = time.monotonic() + WORKER_SECONDS
    while not client.nthreads():
        if time.monotonic() > deadline:
            raise ValueError(
                f"--scheduler {address}: it has no worker, and none came within {WORKER_SECONDS} "
                f"seconds; start some with “dask worker {address} --nthreads 1”"
            )
        time.sleep(0.2)


def check_versions(client, address):
    """Raise a ValueError if the scheduler or a worker runs other versions than this process."""
    found = client.get_versions(packages=["numpy"])
    own = versions_of(found["client"])
    others = {f"the scheduler {address}": found["scheduler"]}
    others |= {f"the worker {name}": told for name, told in found["workers"].items()}
    for where, told in others.items():
        for name, version in versions_of(told).items():
            if version != own[name]:
                raise ValueError(
                    f"{where} has {name} {version}, this process {own[name]}; "
                    "install the same versions everywhere"
                )


def check_minigrad(client, address):
    """Raise a ValueError if the scheduler or a worker lacks minigrad.

    Such a worker would stop at its first photo, without a word.
    """
    code = f"import {__name__}"
    answers = client.run(exec, code, on_error="return")
    found = {f"the worker {name}": answer for name, answer in answers.items()}
    try:
        client.run_on_scheduler(exec, code)
    except ImportError as error:
        found[f"the scheduler {address}"] = error
    for where, error in found.items():
        if error is not None:
            reason = " ".join(str(error).split())
            raise ValueError(
                f"{where} cannot load minigrad ({reason}); install the same minigrad everywhere"
            )


def versions_of(told):
    """The versions of `SAME_VERSIONS` out of what Dask says of one process."""
    versions = {name: str(told["packages"][name]) for name in SAME_VERSIONS}
    versions["python"] = ".".join(versions["python"].split(".")[:2])
    return versions

"""Part 5: the memory that a conductance of all layers takes, by points in a pass."""

import gc
import tracemalloc

from minigrad.attribution import ClassScore, conductance
from minigrad.attribution.path.straight import StraightPath
from minigrad.machine import backend
from tests.gpu.setup import Result
from tests.gpu.speed import BATCHES, LABEL, Ours


def run(setup):
    """Yield a `Result` for each number of points in a pass, and for that which is the default."""
    ours = Ours(setup)
    ways = {"chain rule": {}, "line integral": {"method": "difference"}}
    for batch in BATCHES[: 2 if setup.small else None]:
        numbers = {
            way: peak_gb(setup, ours, steps=max(2, batch), batch_size=batch, **options)
            for way, options in ways.items()
        }
        yield Result(f"peak GB, {batch} points a pass", numbers=numbers)
    rows = len(StraightPath(ours.x, ours.baseline).batches(range(1000))[0])
    yield Result("points a pass unless told", numbers={"points": rows})


def peak_gb(setup, ours, **options):
    """The most memory in use during a conductance, without what the network itself takes."""
    watch = PoolPeak() if setup.on_gpu else TracedPeak()
    with watch:
        conductance(ClassScore(ours.model, LABEL), ours.x, ours.baseline, workers=1, **options)
    return watch.peak / 1e9


class TracedPeak:
    """Context manager: the most memory of NumPy's arrays."""

    def __enter__(self):
        tracemalloc.start()
        return self

    def __exit__(self, *_):
        _, self.peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()


class PoolPeak:
    """Context manager: how far CuPy's pool of memory, emptied before, grows."""

    def __enter__(self):
        gc.collect()
        self.pool = backend.cupy.get_default_memory_pool()
        self.pool.free_all_blocks()
        self.before = self.pool.total_bytes()
        return self

    def __exit__(self, *_):
        self.peak = self.pool.total_bytes() - self.before

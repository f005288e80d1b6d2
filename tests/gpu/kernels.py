"""Part 4: the operations that take longest, and the kernels that the GPU ran in them."""

from bisect import bisect
from collections import Counter

from tests.benchmarks.harness.stopwatch import Stopwatch
from tests.gpu.setup import Result
from tests.gpu.speed import Ours

LONGEST = 5
BATCH = 16


def run(setup):
    """Yield a `Result` for each of the longest operations in a conductance of all layers."""
    ours = Ours(setup)
    ours.conductance(BATCH)  # kernels are compiled in the first run
    with Stopwatch(wait=setup.wait) as watch:
        ours.conductance(BATCH)
    whole = sum(watch.seconds.values())
    kernels = profiled(setup, ours)
    for key in sorted(watch.seconds, key=watch.seconds.get, reverse=True)[:LONGEST]:
        numbers = {
            "milliseconds": 1000 * watch.seconds[key],
            "share": watch.seconds[key] / whole,
            "calls": watch.calls[key],
        }
        what = ", ".join(key)
        longest = kernels.get(what, Counter()).most_common(LONGEST)
        note = "; ".join(f"{name[:80]} {ms:.2f} ms" for name, ms in longest)
        yield Result(what, numbers=numbers, note=note)


def profiled(setup, ours):
    """The kernels in each operation, by PyTorch's profiler: {operation: {kernel: milliseconds}}.

    It sees everything that the process has the GPU do, CuPy's kernels too. As each operation is
    waited for, a kernel belongs to that during which it ran.
    """
    try:
        from torch.profiler import ProfilerActivity, profile, record_function
    except ImportError:
        return {}
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if setup.on_gpu else [])]
    with profile(activities=activities) as profiler:
        with Stopwatch(wait=setup.wait, label=record_function) as watch:
            ours.conductance(BATCH)
    operations = {", ".join(key) for key in watch.seconds}
    spans = [(span(event), event.name) for event in profiler.events()]
    return kernels_in(
        sorted((*when, name) for when, name in spans if name in operations),
        [(when[0], when[1] - when[0], name) for when, name in spans if name not in operations],
    )


def span(event):
    """When an event of the profiler began and ended, in microseconds."""
    return event.time_range.start, event.time_range.end


def kernels_in(operations, kernels):
    """Milliseconds by operation and kernel.

    Parameters
    ----------
    operations : list of (start, end, name)
        Sorted, in microseconds, one after another.
    kernels : list of (start, microseconds, name)
    """
    found, starts = {}, [start for start, _, _ in operations]
    for start, microseconds, name in kernels:
        place = bisect(starts, start) - 1
        if place >= 0 and start <= operations[place][1]:
            found.setdefault(operations[place][2], Counter())[name] += microseconds / 1000
    return found

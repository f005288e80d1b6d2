"""Part 1a: what the machine is."""

import importlib
import os
import platform

from minigrad.machine import backend
from tests.benchmarks.harness.timing import processor_name
from tests.gpu.setup import Result

LIBRARIES = "numpy", "scipy", "cupy", "torch", "captum"


def run(setup):
    """Yield the versions of what there is, and the GPU's name and memory."""
    versions = {name: version_of(name) for name in LIBRARIES}
    yield Result(
        f"Python {platform.python_version()}, {processor_name()}, {os.cpu_count()} cores",
        note=", ".join(f"{name} {version}" for name, version in versions.items()),
    )
    if setup.on_gpu:
        yield Result(*the_gpu(backend.cupy))


def version_of(name):
    """A library's version, or why it cannot be used."""
    try:
        return getattr(importlib.import_module(name), "__version__", "of an unknown version")
    except Exception as error:  # a broken installation raises whatever it likes
        return f"cannot be imported ({type(error).__name__}: {error})"


def the_gpu(cupy):
    """(name, ok, numbers, note) of the GPU that is used, once a sum on it was right."""
    properties = cupy.cuda.runtime.getDeviceProperties(0)
    runtime, driver = cupy.cuda.runtime.runtimeGetVersion(), cupy.cuda.runtime.driverGetVersion()
    numbers = {
        "memory_gb": properties["totalGlobalMem"] / 1e9,
        "multiprocessors": properties["multiProcessorCount"],
    }
    right = int(cupy.arange(1000).sum()) == 499500
    return properties["name"].decode(), right, numbers, f"CUDA {runtime}, driver {driver}"

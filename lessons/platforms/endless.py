"""A limit of time for the cells of a notebook that Otter grades, for Otter has none."""

import signal

SECONDS = 60


def end_endless_cells(seconds=SECONDS):
    """From now on a cell of this kernel that takes longer stops with a TimeoutError.

    Parameters
    ----------
    seconds : float
    """
    from IPython import get_ipython

    def begin(*_):
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def end(*_):
        signal.setitimer(signal.ITIMER_REAL, 0)

    def stop(*_):
        raise TimeoutError(f"this cell took more than {seconds:g} seconds; does a loop never end?")

    if hasattr(signal, "setitimer"):  # not on Windows
        signal.signal(signal.SIGALRM, stop)
        get_ipython().events.register("pre_run_cell", begin)
        get_ipython().events.register("post_run_cell", end)

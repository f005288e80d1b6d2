"""Work shared among threads: the pieces of one operation, and products of one thread each."""

import os
import subprocess
import sys
import threading
import time
from functools import partial

import numpy as np
import pytest

from minigrad.machine import blas, parallel


@pytest.fixture
def two_cores(monkeypatch):
    """As on a machine with two cores, where any work is worth sharing."""
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    monkeypatch.setattr(parallel, "WORTH_SHARING", 0)


def who_did(pieces, cost=1.0, pause=0.0):
    """For each piece, the name of the thread that worked at it."""
    names = {}

    def work(piece):
        time.sleep(pause)
        names[piece] = threading.current_thread().name

    parallel.share_out(work, [(piece,) for piece in pieces], cost)
    return names


def test_pieces_are_shared_and_each_is_done_once(two_cores):
    names = who_did(range(20), pause=0.005)
    assert sorted(names) == list(range(20))
    assert len(set(names.values())) == 2


def test_small_work_and_a_single_piece_stay_with_the_caller(two_cores, monkeypatch):
    here = {threading.current_thread().name}
    assert set(who_did([0]).values()) == here
    monkeypatch.setattr(parallel, "WORTH_SHARING", 2.0)
    assert set(who_did(range(9), cost=1.0, pause=0.001).values()) == here


def test_calls_too_short_for_threads_are_the_callers_and_come_in_order(two_cores):
    """Whether they are is seen at the first: two more have begun by then."""

    def call(seconds, item):
        begun = time.thread_time()
        while time.thread_time() < begun + seconds:
            pass
        return item, threading.current_thread()

    for seconds, by_others in (0, 3), (2 * parallel.WORTH_A_THREAD, 12):
        found = list(parallel.in_order(partial(call, seconds), range(12), 2))
        assert [item for item, _ in found] == list(range(12))
        others = [item for item, who in found if who is not threading.current_thread()]
        assert others == list(range(by_others))


def test_a_worker_shares_nothing_out_again(two_cores, monkeypatch):
    monkeypatch.setattr(parallel, "WORTH_A_THREAD", 0)

    def one_operation(item):
        return threading.current_thread().name, set(who_did(range(4), pause=0.002).values())

    for name, names in parallel.in_order(one_operation, range(4), 2):
        assert names == {name}


def test_under_a_debugger_every_piece_is_met_in_the_callers_thread(two_cores):
    before = sys.gettrace()
    sys.settrace(lambda frame, event, argument: None)
    try:
        names = who_did(range(6), pause=0.001)
    finally:
        sys.settrace(before)
    assert set(names.values()) == {threading.current_thread().name}


def test_nobody_waits_for_a_helper_that_has_not_begun(two_cores):
    """A busy core, as the caller sees it: its helper never gets to work."""
    release = threading.Event()
    busy = [parallel.standing_pool().submit(release.wait) for _ in range(parallel.MOST_WORKERS - 1)]
    try:
        names = who_did(range(6))
    finally:
        release.set()
    assert set(names.values()) == {threading.current_thread().name}
    assert all(one.result(timeout=10) for one in busy)


def test_an_error_in_any_thread_reaches_the_caller_and_stops_the_rest(two_cores):
    done = []

    def work(piece):
        time.sleep(0.002)
        if piece >= 2:
            raise ValueError(f"piece {piece}")
        done.append(piece)

    with pytest.raises(ValueError, match="piece"):
        parallel.share_out(work, [(piece,) for piece in range(100)], 1.0)
    assert sorted(done) == [0, 1]


def test_settings_of_numpy_hold_in_every_thread(two_cores):
    refused = []

    def work(piece):
        time.sleep(0.002)
        with pytest.raises(FloatingPointError):
            np.float64(1.0) / np.float64(piece * 0)
        refused.append(threading.current_thread().name)

    with np.errstate(divide="raise"):
        parallel.share_out(work, [(piece,) for piece in range(1, 9)], 1.0)
    assert len(refused) == 8 and len(set(refused)) == 2


@pytest.mark.parametrize("told, expected", [("", 1), ("2", 2), ("many", 1), ("0", 1)])
def test_products_have_one_thread_unless_told(told, expected):
    code = (
        "from minigrad.machine import blas; b = blas.numpy_blas(); print(b and b.get_num_threads())"
    )
    environment = os.environ | {"MINIGRAD_BLAS_THREADS": told, "OPENBLAS_NUM_THREADS": "2"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
    )
    if blas.numpy_blas() is None:
        pytest.skip("NumPy does not bring OpenBLAS")
    assert ran.stdout.strip() == str(expected), ran.stderr


def test_scipys_products_get_their_threads_back():
    library = blas.scipy_blas()
    if library is None:
        pytest.skip("SciPy does not bring OpenBLAS")
    before = library.get_num_threads()
    with pytest.raises(KeyError), blas.one_scipy_thread():
        assert library.get_num_threads() == 1
        raise KeyError
    assert library.get_num_threads() == before

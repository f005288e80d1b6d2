"""Photos measured by other processes: the same records, whatever happens to the processes."""

import os
import queue
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")
distributed = pytest.importorskip(
    "distributed", reason="processes are shared by Dask; pip install -e '.[cluster]'"
)

import models
from minigrad.weights import checksum
from models.scenes.command import draw_to
from models.study.photos import Photo, find_photos
from models.study.running import cluster, run, workers
from models.study.running.cluster import anywhere, check_versions, wait_for_worker
from models.study.running.run import Task, here, measure_photos
from models.study.running.store import Store
from models.study.running.workers import Distributed, measure_there, threads_there
from tests.models.study.test_run import assert_records, assert_same_record, start, wait_for_records

CHOSEN = ["sailboat", "submarine", "bicycle", "truck", "giraffe", "duck", "windmill", "castle"]


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Eight scenes, and a text that is called like a photo."""
    root = tmp_path_factory.mktemp("photos")
    for name in CHOSEN:
        draw_to(root / name / "0.png", name, seed=3)
    (root / "duck" / "broken.jpg").write_text("no photo", encoding="utf-8")
    return find_photos([root], models.load("mini-inception").labels, labelled=True)


@pytest.fixture(scope="module")
def task():
    return Task(
        "labelled",
        "mini-inception",
        {"sha256": checksum(run.network("mini-inception").state_dict()), "tolerance": 0.5},
    )


@pytest.fixture(scope="module")
def alone(task, photos):
    """What one process makes of the photos."""
    return {photo.key: result for photo, result in here(task, photos)}


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A scheduler and two workers, started in a shell elsewhere: address and processes."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    # The configuration is from outside: a process that is stopped below still answers for a while.
    dask = (
        [sys.executable, "-m", "distributed.cli.dask_scheduler"],
        [sys.executable, "-m", "distributed.cli.dask_worker"],
    )
    options = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [
        subprocess.Popen(
            [
                *dask[0],
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
                "--scheduler-file",
                file,
            ],
            **options,
        )
    ]
    asked = ["--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    running += [
        subprocess.Popen([*dask[1], *asked, "--name", f"worker {number}"], **options)
        for number in range(2)
    ]
    try:
        while not file.exists():
            time.sleep(0.02)
        with distributed.Client(
            scheduler_file=str(file), timeout=60, set_as_default=False
        ) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address, running[1:]
    finally:
        for process in running:
            process.kill()
        for process in running:
            process.wait()


def assert_done(done, broken, store, photos, alone):
    """Everything was measured but the text, as one process does it."""
    assert broken == {key: result for key, result in alone.items() if isinstance(result, str)}
    assert len(broken) == 1
    assert done == [photo for photo in photos if photo.key not in broken]
    assert_records(store, done, alone)


@pytest.mark.large
def test_a_worker_that_is_killed_in_mid_run_changes_nothing(
    scheduler, task, photos, alone, tmp_path
):
    address, processes = scheduler
    store = Store(tmp_path, task.settings)
    with anywhere(address) as over:
        pids = over.client.run(os.getpid)
        assert len(pids) == 2
        victim, name = (
            processes[0].pid,
            next(name for name, pid in pids.items() if pid == processes[0].pid),
        )
        os.kill(victim, signal.SIGSTOP)  # what it is given from now on, it does not get done

        def losing_one(task, photos):
            for number, pair in enumerate(over(task, photos)):
                if number == 0:
                    assert over.client.processing([name])[name], (
                        "the worker that is killed has nothing to do"
                    )
                    os.kill(victim, signal.SIGKILL)
                yield pair

        done, broken = measure_photos(task, photos, store, losing_one)
        assert_done(done, broken, store, photos, alone)
        assert list(over.client.nthreads()) == [other for other in pids if other != name]
        # nothing is left in the scheduler's memory
        assert not over.in_hand and not over.client.futures


@pytest.mark.large
def test_processes_of_this_machine_and_one_of_them_killed(task, photos, alone, tmp_path):
    store = Store(tmp_path, task.settings)
    with anywhere(workers=2) as over:
        pids = list(over.client.run(os.getpid).values())

        def losing_one(task, photos):
            for number, pair in enumerate(over(task, photos)):
                if number == 0:
                    os.kill(pids[0], signal.SIGKILL)
                yield pair

        assert len(pids) == 2 and os.getpid() not in pids
        # else half as fast
        assert set(over.client.run(os.getenv, "MALLOC_MMAP_THRESHOLD_").values()) == {str(2**25)}
        assert set(over.client.run(os.getenv, "MALLOC_TRIM_THRESHOLD_").values()) == {str(2**30)}
        assert_done(*measure_photos(task, photos, store, losing_one), store, photos, alone)
    wait_until_gone(os.kill, pids)


def wait_until_gone(send, numbers, seconds=30):
    """Return once no process (or group) of these numbers is left; a busy machine takes its time."""
    left, deadline = list(numbers), time.monotonic() + seconds
    while left:
        assert time.monotonic() < deadline, f"{left} still run"
        try:
            send(left[-1], 0)
            time.sleep(0.02)
        except ProcessLookupError:
            left.pop()


@pytest.mark.large
def test_ctrl_c_ends_all_processes_at_once_and_the_same_command_goes_on(
    photos, task, alone, tmp_path
):
    folder = os.path.dirname(os.path.dirname(photos[0].path))
    options = ["--images", folder, "--out", str(tmp_path), "--tolerance", "0.5"]
    process = start("study", "classes", *options, "--workers", "1")
    wait_for_records(tmp_path / "labelled", 1, process)
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    told = process.communicate()[1]
    assert time.monotonic() - began < 20  # it takes one second; a photo's time is not waited for
    assert process.returncode == 130
    assert told.endswith("the same command goes on from there\nerror: interrupted\n")
    assert "Traceback" not in told and "distributed" not in told
    wait_until_gone(os.killpg, [process.pid])
    store = Store(tmp_path / "labelled", task.settings)
    assert_done(*measure_photos(task, photos, store), store, photos, alone)


class Pretended:
    """A client of a scheduler that is not there."""

    status = "running"

    def __init__(self, nthreads=None, **versions):
        self.threads, self.versions = nthreads or {}, versions

    def nthreads(self):
        if self.threads == "gone":
            raise OSError("closed")
        return self.threads

    def get_versions(self, packages):
        own = {
            "python": "3.11.7.final.0",
            "dask": "2026.1.0",
            "distributed": "2026.1.0",
            "numpy": "2.1.0",
        }
        told = {"packages": own | self.versions}
        return {
            "client": {"packages": own},
            "scheduler": {"packages": own},
            "workers": {"tcp://a:1": {"packages": own}, "tcp://b:2": told},
        }


class Ended:
    """A future that ended in some way; its first result may get lost with its worker."""

    def __init__(self, status, error=None, lost=False):
        self.status, self.error, self.lost = status, error, lost

    def exception(self):
        return self.error

    def result(self, timeout):
        if self.lost:
            self.status, self.lost = "pending", False
            raise TimeoutError
        return "a record"


def test_how_a_cluster_is_not_usable(monkeypatch):
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.1)
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(
        ValueError,
        match="it has no worker, and none came within 0.1 seconds; .*dask worker tcp://a:1 ",
    ):
        wait_for_worker(Pretended(), "tcp://a:1")
    check_versions(Pretended(python="3.11.9.final.0"), "tcp://a:1")
    with pytest.raises(
        ValueError,
        match="the worker tcp://b:2 has numpy 1.26.4, this process 2.1.0; install the same",
    ):
        check_versions(Pretended(numpy="1.26.4"), "tcp://a:1")
    with pytest.raises(ValueError, match="has python 3.12, this process 3.11"):
        check_versions(Pretended(python="3.12.7.final.0"), "tcp://a:1")
    for options, words in (
        ({"scheduler": "tcp://127.0.0.1:9"}, "no Dask scheduler answers there within 0.5 seconds"),
        ({"scheduler": "cluster"}, "no address; .* for example tcp://"),
        ({"scheduler": "tcp://a:1", "workers": 2}, "do not go together"),
        ({"workers": 0}, "--workers is 0"),
    ):
        with pytest.raises((ValueError, OSError), match=words), anywhere(**options):
            pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ValueError, match=r"need Dask: pip install -e '\.\[cluster\]'"),
        anywhere(workers=2),
    ):
        pass
    with anywhere() as over:
        assert over is here


def test_what_a_worker_lacks_is_an_error_and_not_a_broken_photo(task, photos, alone):
    assert_same_record(measure_there(task, photos[0]), alone[photos[0].key])
    with pytest.raises(FileNotFoundError, match="sees no /nowhere/1.jpg; every worker must see"):
        measure_there(task, Photo("1.jpg", "/nowhere/1.jpg", 0, ""))
    with pytest.raises(FileNotFoundError, match="sees no /nowhere/w.npz; every worker must see"):
        measure_there(Task("labelled", "/nowhere/w.npz", task.settings), photos[0])
    with pytest.raises(ValueError, match="holds other weights than here"):
        measure_there(
            Task("labelled", "mini-inception", {"tolerance": 0.5, "sha256": "0"}), photos[0]
        )


def test_how_a_photo_can_end_without_a_record(photos, task):
    over = Distributed(Pretended({"tcp://a:1": 1}), "tcp://a:1")
    assert over.result(Ended("finished", lost=True)) == "a record"
    killed = distributed.KilledWorker("key", None, 3)
    assert "given up" in over.result(Ended("error", killed))
    with pytest.raises(FileNotFoundError, match="no weights"):
        over.result(Ended("error", FileNotFoundError("no weights")))
    with pytest.raises(ConnectionError, match="the scheduler tcp://a:1 answers no more"):
        over.result(Ended("cancelled"))
    # nobody sees it any more
    ((photo, result),) = over(task, [Photo("1.jpg", "/nowhere/1.jpg", 0, "")])
    assert (photo.key, "no such file" in result) == ("1.jpg", True)


def test_a_cluster_without_workers_is_waited_for_and_one_that_is_gone_is_not(monkeypatch, capsys):
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.01)
    over = Distributed(Pretended({"tcp://a:1": 2}), "tcp://a:1")
    assert over.how_many() == 2 * workers.AHEAD
    over.client.threads = {}
    over.look()
    over.look()
    assert capsys.readouterr().err.count("no worker left; waiting for one") == 1
    over.client.threads = "gone"
    over.finished = queue.SimpleQueue()
    with pytest.raises(ConnectionError, match="answers no more"):
        over.next_ready()


def test_a_worker_uses_the_threads_that_dask_leaves_it(monkeypatch, task, photos):
    for told, threads in ((None, 1), ("", 1), ("4", 4), ("0", 1), ("4,2", 1)):
        monkeypatch.setenv("OMP_NUM_THREADS", told) if told is not None else monkeypatch.delenv(
            "OMP_NUM_THREADS", raising=False
        )
        assert threads_there() == threads

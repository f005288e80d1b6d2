"""Training: the same to the bit whatever interrupts it, on disk safely, and what it is worth."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")
pytest.importorskip(
    "matplotlib", reason="figures are drawn with matplotlib; pip install -e '.[lessons]'"
)

import minigrad as mg
import models
from minigrad.machine.parallel import predict
from minigrad.weights import WeightsError
from models.__main__ import main
from models.inception import mini_inception
from models.output.progress import Interrupts, Progress, clock
from models.scenes import BACKGROUNDS, CLASSES, random_scene
from models.train import inception, pictures
from models.train.checkpoint import Checkpoint
from models.train.figure import draw_curve, running_mean
from models.train.loop import Settings, Training, learning_rate_at, rows_of_step, train

SMALL = Settings(seed=3, steps=12, batch=10, learning_rate=1e-2, warmup=2, weight_decay=1e-3)


class Small(mg.Module):
    """A convolution, a pool and a linear layer."""

    def __init__(self):
        rng = np.random.default_rng(5)
        self.conv = mg.layers.Conv2d(1, 6, 3, padding="same", rng=rng)
        self.linear = mg.layers.Linear(6, 3, rng=rng)
        self.unused = mg.Parameter(np.ones(2, np.float32))

    def forward(self, x):
        return self.linear(mg.relu(self.conv(x)).max(axis=(1, 2)))


class Stripes:
    """Stripes across, stripes down and noise, 8×8; a task with random changes and with dropout."""

    def __init__(self, count=40, dropout=0.2):
        rng = np.random.default_rng(1)
        self.labels = np.arange(count) % 3
        self.pictures = rng.standard_normal((count, 8, 8, 1)).astype(np.float32) / 2
        wave = np.float32(2) * (np.arange(8) % 2)
        self.pictures[self.labels == 0] += wave[:, None, None]
        self.pictures[self.labels == 1] += wave[None, :, None]
        self.dropout = dropout

    def __len__(self):
        return len(self.labels)

    def examples(self, rows, rng):
        noise = rng.standard_normal((len(rows), 8, 8, 1), dtype=np.float32)
        return self.pictures[rows] + noise * np.float32(0.1), self.labels[rows]

    def scores(self, model, inputs, rng):
        return (
            mg.dropout(model(mg.Tensor(inputs)), self.dropout, rng)
            if self.dropout
            else model(mg.Tensor(inputs))
        )

    def check(self, model):
        assert not model.training
        return float(
            (predict(model, self.pictures, workers=1).argmax(axis=-1) == self.labels).mean()
        )


class StopAt:
    """Asks to stop after some steps, as `Interrupts` does after Ctrl-C."""

    def __init__(self, training, steps=None):
        self.training, self.steps = training, steps

    @property
    def asked(self):
        return self.training.step == self.steps


def trained(path, workers=1, resume=False, stop=None, settings=SMALL):
    """A training of `Small` on `Stripes`, until it is complete or stopped."""
    training = Training(Small(), Stripes(), settings, workers)
    checkpoint = Checkpoint(path, "small")
    if resume:
        checkpoint.restore(training, *checkpoint.load())
    with Progress(training.step, settings.steps, shown=False) as progress:
        train(
            training,
            progress,
            checkpoint,
            StopAt(training, stop),
            checkpoint_every=5,
            check_every=4,
        )
    assert training.step == (stop or settings.steps)
    return training


def assert_same(one, other):
    for name, array in one.model.state_dict().items():
        np.testing.assert_array_equal(array, other.model.state_dict()[name])
    for name, array in one.optimizer.state_dict().items():
        np.testing.assert_array_equal(array, other.optimizer.state_dict()[name])
    assert (one.step, one.losses, one.accuracies, one.checks) == (
        other.step,
        other.losses,
        other.accuracies,
        other.checks,
    )


# ---- the loop ----


def test_loss_falls_and_the_problem_is_learnt(tmp_path):
    settings = dataclasses.replace(SMALL, steps=80)
    training = Training(Small(), Stripes(120, dropout=0), settings)
    with Progress(0, 80, shown=False) as progress:
        train(training, progress, Checkpoint(tmp_path / "c.npz", "small"), StopAt(training))
    assert np.mean(training.losses[-10:]) < 0.5 * np.mean(training.losses[:5])
    assert training.checks[-1][0] == 80 and training.checks[-1][1] > 0.9


@pytest.mark.parametrize("stop", [1, 5, 7])
def test_an_interrupted_training_comes_to_the_same_to_the_bit(tmp_path, stop):
    straight = trained(tmp_path / "straight.npz")
    trained(tmp_path / "c.npz", stop=stop)
    assert_same(trained(tmp_path / "c.npz", resume=True), straight)
    assert straight.step == 12 and [step for step, _ in straight.checks] == [4, 8, 12]


def test_two_threads_come_to_the_same_as_one_to_the_bit(tmp_path):
    assert_same(trained(tmp_path / "1.npz", workers=1), trained(tmp_path / "2.npz", workers=2))


class Noise(Stripes):
    """Noise in the network's own size, to be learnt by heart."""

    def __init__(self):
        self.labels = np.arange(12)
        self.pictures = np.random.default_rng(2).normal(0, 60, (12, 64, 64, 3)).astype(np.float32)
        self.dropout = 0

    def examples(self, rows, rng):
        return self.pictures[rows], self.labels[rows]


def test_two_threads_come_to_the_same_on_the_network_itself():
    one, two = (
        Training(inception.beginning(1), Noise(), Settings(batch=11, warmup=0), workers)
        for workers in (1, 2)
    )
    for training in (one, two):
        training.take_step()
        training.take_step()
    assert_same(one, two)
    assert one.losses[0] == pytest.approx(np.log(20), abs=0.5)  # it begins without opinions


def test_a_step_is_adam_on_the_gradient_of_the_whole_minibatch():
    settings = dataclasses.replace(SMALL, batch=9)  # two shares that are not equal
    task = Stripes(dropout=0)
    training, model = (
        Training(Small().astype(np.float64), task, settings, workers=2),
        Small().astype(np.float64),
    )
    task.examples = lambda rows, rng: (task.pictures[rows].astype(np.float64), task.labels[rows])
    training.take_step()
    rows = rows_of_step(settings, 0, len(task))
    loss = mg.cross_entropy(
        model(mg.Tensor(task.pictures[rows].astype(np.float64))), task.labels[rows]
    )
    loss.backward()
    optimizer = mg.optim.Adam(
        model.parameters(), learning_rate_at(settings, 0), weight_decay=settings.weight_decay
    )
    optimizer.step()
    for name, array in model.state_dict().items():
        np.testing.assert_allclose(training.model.state_dict()[name], array, rtol=1e-9, atol=1e-12)
    assert training.losses == [pytest.approx(float(loss.data), rel=1e-6)]


def test_minibatches_depend_on_seed_and_step_alone_and_use_every_example():
    settings = Settings(seed=1, batch=10)
    first = np.concatenate([rows_of_step(settings, step, 43) for step in range(4)])
    np.testing.assert_array_equal(first, np.arange(40))
    second = np.concatenate([rows_of_step(settings, step, 43) for step in range(4, 8)])
    assert len(set(second)) == 40 and (second != np.arange(40)).any()
    np.testing.assert_array_equal(second[10:20], rows_of_step(settings, 5, 43))
    assert (rows_of_step(dataclasses.replace(settings, seed=2), 5, 43) != second[10:20]).any()
    with pytest.raises(ValueError, match="9 examples do not fill a minibatch of 10"):
        rows_of_step(settings, 0, 9)


def test_learning_rate_rises_and_comes_down_to_zero():
    settings = Settings(steps=100, learning_rate=2.0, warmup=9)
    rates = [learning_rate_at(settings, step) for step in range(101)]
    assert rates[0] == pytest.approx(0.2) and np.argmax(rates) == 9 and max(rates) > 1.9
    assert rates[100] == 0 and (np.diff(rates[9:]) < 0).all()


def test_a_loss_that_is_no_number_is_said_in_one_line():
    training = Training(
        Small(), Stripes(), dataclasses.replace(SMALL, learning_rate=1e30, warmup=0), workers=1
    )
    with (
        pytest.raises(ValueError, match="the loss of step 1 is (nan|inf); lower the learning rate"),
        np.errstate(all="ignore"),
    ):
        for _ in range(3):
            training.take_step()
    with pytest.raises(ValueError, match="training: steps is 0; expected 1 or more"):
        Settings(steps=0)


# ---- on disk ----


def test_broken_and_foreign_checkpoints_are_refused_in_one_line(tmp_path, capsys):
    out, path = tmp_path / "net.npz", tmp_path / "net.checkpoint.npz"
    trained(tmp_path / "other.npz", stop=2)
    mg.save_weights(tmp_path / "weights.npz", Small(), {"network": "small"})
    whole = (tmp_path / "other.npz").read_bytes()
    contents = {
        None: "no such checkpoint",
        b"hello": "not a readable .npz file",
        whole[: len(whole) // 2]: "not a readable .npz file",
        whole: "a checkpoint of 'small', not of 'mini_inception'",
        (tmp_path / "weights.npz").read_bytes(): "is no checkpoint of a training",
    }
    for content, words in contents.items():
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        assert main(["train", "inception", "--resume", "--out", str(out)]) == 1
        error = capsys.readouterr().err
        assert words in error and str(path) in error and error.count("\n") == 1


def test_a_checkpoint_is_neither_overwritten_nor_used_for_another_training(tmp_path, capsys):
    out, path = tmp_path / "net.npz", tmp_path / "net.checkpoint.npz"
    Checkpoint(path, "mini_inception").save(Training(Small(), Stripes(), SMALL))
    assert main(["train", "inception", "--out", str(out)]) == 1
    assert "go on with --resume" in capsys.readouterr().err
    assert main(["train", "inception", "--out", str(out), "--resume", "--steps", "13"]) == 1
    assert "was begun with --steps 12, not 13" in capsys.readouterr().err
    checkpoint = Checkpoint(path, "mini_inception")
    with pytest.raises(WeightsError, match="does not fit this network"):
        checkpoint.restore(Training(mini_inception(0), Stripes(), SMALL), *checkpoint.load())
    with pytest.raises(WeightsError, match="trained with"):
        checkpoint.restore(
            Training(Small(), Stripes(), dataclasses.replace(SMALL, batch=8)), *checkpoint.load()
        )


@pytest.mark.parametrize(
    "options, words",
    [
        (["--out", "net.txt"], "is an .npz"),
        (["--out", "no/such/folder/net.npz"], "there is no folder"),
        (["--figure", "curve.doc"], "figures are written as"),
        (["--steps", "0"], "steps is 0"),
        (["--seed", "-1"], "seed is -1"),
    ],
)
def test_bad_use_is_one_line_before_the_work(options, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "inception", *options]) == 1
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1 and os.listdir() == []


# ---- what the user sees ----


def test_interrupts_are_noted_and_raised_on_leaving(capsys):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Interrupts() as stop:
        assert stop.asked is None
        signal.raise_signal(signal.SIGINT)
        assert stop.asked == signal.SIGINT  # still here: the step can be finished
    assert signal.getsignal(signal.SIGINT) is before
    assert "writing a checkpoint" in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt), Interrupts():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the second interrupt must act at once")


def test_progress_says_step_loss_accuracy_and_time_left(capsys):
    training = Training(Small(), Stripes(), SMALL)
    training.take_step()
    with Progress(0, 12) as progress:
        progress.update(training.step, training.told())
        progress.update(training.step, training.told())  # too soon for another line
    line = capsys.readouterr().err
    assert line.startswith(
        f"step 1/12, loss {training.losses[0]:.3f}, accuracy {training.accuracies[0]:.1%}, 0:0"
    )
    assert line.endswith(" left\n") and line.count("\n") == 1
    assert clock(312.9) == "5:12"


def test_learning_curve_is_drawn(tmp_path):
    from PIL import Image

    draw_curve(trained(tmp_path / "c.npz"), tmp_path / "curve.png", "stripes")
    with Image.open(tmp_path / "curve.png") as image:
        assert image.width > 900 and len(np.unique(np.asarray(image))) > 50  # something is drawn
    np.testing.assert_allclose(running_mean([1, 3, 5, 7], window=2), [1, 2, 4, 6])


# ---- scenes ----


@pytest.fixture(scope="module")
def painter():
    with pictures.Painter() as painter:
        yield painter


def test_scenes_are_drawn_by_a_second_process_in_their_order(painter):
    task = pictures.SceneTask(painter, seed=4, count=165, checked=20)
    rows = np.array([161, 0, 161])
    seed = pictures.HELD_OUT_SEEDS + 4 * pictures.SEEDS_PER_TRAINING
    expected = [random_scene(CLASSES[task.labels[row]], seed + int(row)).draw() for row in rows]
    np.testing.assert_array_equal(task.drawn[rows], expected)
    inputs, labels = task.examples(rows, np.random.default_rng(0))
    assert inputs.shape == (3, 64, 64, 3) and inputs.dtype == np.float32
    np.testing.assert_array_equal(labels, task.labels[rows])
    assert np.bincount(task.labels[:160]).tolist() == [8] * 20


def test_the_network_sees_what_preprocess_would_show_it():
    scene = random_scene("sailboat", 1).draw()
    np.testing.assert_array_equal(
        pictures.network_input(scene[None]), mini_inception(0).preprocess(scene)
    )


def test_swapped_backgrounds_change_the_background_alone():
    labels, seeds = np.arange(20), np.arange(20)
    swapped = pictures.draw_before_other_backgrounds(labels, seeds)
    for label, picture in enumerate(swapped):
        scene = random_scene(CLASSES[label], label)
        assert any((scene.with_background(other).draw() == picture).all() for other in BACKGROUNDS)
    assert (swapped != pictures.draw_scenes(labels, seeds)).any(axis=(1, 2, 3)).sum() > 10


def test_augmentation_shifts_flips_and_relights(monkeypatch):
    original = np.random.default_rng(0).integers(0, 256, (30, 16, 16, 3), dtype=np.uint8)
    copy = original.copy()
    changed, again = (pictures.augment(original, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(changed, again)
    np.testing.assert_array_equal(original, copy)
    assert changed.dtype == np.float32 and changed.shape == original.shape
    for name, value in {"CONTRASTS": (1, 1), "MOST_BRIGHTER": 0, "MOST_NOISE": 0}.items():
        monkeypatch.setattr(pictures, name, value)
    moved = pictures.augment(original, np.random.default_rng(1))
    wide = np.pad(original, ((0, 0), (4, 4), (4, 4), (0, 0)), mode="edge")
    for one, picture in zip(wide, moved):
        windows = [one[i : i + 16, j : j + 16] for i in range(9) for j in range(9)]
        assert any((picture == w).all() or (picture == w[:, ::-1]).all() for w in windows)


# ---- the command ----


def test_the_command_trains_measures_writes_and_draws(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(inception, "DEFAULTS", dataclasses.replace(inception.DEFAULTS, batch=20))
    monkeypatch.setattr(inception, "HELD_OUT", 40)
    monkeypatch.setattr(inception, "CHECKED", 20)
    out, figure = tmp_path / "net.npz", tmp_path / "curve.png"
    assert (
        main(
            [
                "train",
                "inception",
                "--steps",
                "2",
                "--seed",
                "7",
                "--out",
                str(out),
                "--figure",
                str(figure),
            ]
        )
        == 0
    )
    printed = capsys.readouterr()
    assert "step 2/2" in printed.err and "Accuracy on 40 held-out scenes" in printed.out
    assert sorted(os.listdir(tmp_path)) == ["curve.png", "net.npz"]  # the checkpoint is gone
    state, metadata = mg.load_weights(out)
    assert {array.dtype for array in state.values()} == {np.dtype(np.float16)}
    assert (metadata["seed"], metadata["steps"]) == (7, 2)
    assert "--steps 2 --seed 7" in metadata["command"]
    assert {p.dtype for p in models.load(out).parameters()} == {np.dtype(np.float32)}


def test_ctrl_c_writes_a_checkpoint_to_go_on_from(tmp_path):
    command = [
        sys.executable,
        "-m",
        "models",
        "train",
        "inception",
        "--steps",
        "500",
        "--out",
        "net.npz",
    ]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr.readline().startswith("step 1/500")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "go on with --resume" in errors
    assert "Traceback" not in errors
    assert os.listdir(tmp_path) == ["net.checkpoint.npz"]
    _, metadata = Checkpoint(tmp_path / "net.checkpoint.npz", "mini_inception").load()
    assert 1 <= metadata["step"] < 500 and metadata["settings"]["steps"] == 500


# ---- the shipped weights ----


def test_shipped_weights_know_fresh_scenes():
    model = models.load("mini-inception")
    assert model.labels == CLASSES
    labels = np.arange(200) % 20
    scenes = pictures.draw_scenes(labels, np.arange(7_000_000, 7_000_200))
    right = predict(model, pictures.network_input(scenes)).argmax(axis=-1) == labels
    assert right.mean() >= 0.9


def test_shipped_file_is_small_and_says_where_it_comes_from():
    path = models.SHIPPED["mini-inception"]
    assert path.stat().st_size < 1_000_000
    _, metadata = mg.load_weights(path)
    assert metadata["network"] == "mini_inception" and metadata["steps"] > 0
    assert metadata["seed"] >= 0
    assert metadata["command"].startswith("python -m models train inception")
    assert len(metadata["commit"]) >= 40
    assert metadata["held_out_accuracy"] >= 0.95
    assert 0 < metadata["swapped_background_accuracy"] <= 1
    assert set(metadata["accuracy_by_class"]) == set(CLASSES)

"""The scenes to learn from: drawn ahead by a second process, changed a little each time."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from minigrad import Tensor
from minigrad.machine.parallel import predict
from models.inception.specifications import MINI_INCEPTION
from models.scenes import BACKGROUNDS, CLASSES, SIDE, draw_scenes, random_scene

CHUNK = 160  # scenes drawn at a time, under half a second of work

# Held-out scenes have seeds below this, so no training can have seen them, whatever its seed.
HELD_OUT_SEEDS = 10_000_000
SEEDS_PER_TRAINING = 1_000_000

# What a network takes off its pictures.
MEAN = np.asarray(MINI_INCEPTION.mean, np.float32)

# How far a picture is changed each time it is used.
MOST_SHIFT = 4  # pixels, in both directions
MOST_BRIGHTER = 20.0  # of 255
CONTRASTS = (0.8, 1.2)
MOST_NOISE = 6.0  # of 255, standard deviation


class Painter:
    """Context manager: a second process that draws scenes while this one learns."""

    def __enter__(self):
        # Spawned, not forked: a fork would copy the threads' locks in whatever state they are.
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin_painting)
        return self

    def __exit__(self, kind, error, traceback):
        self.pool.shutdown(wait=True, cancel_futures=True)

    def draw(self, labels, seeds, draw=draw_scenes):
        """The scenes of these labels and seeds, as `Drawn`; returns at once."""
        chunks = []
        for start in range(0, len(labels), CHUNK):
            rows = slice(start, start + CHUNK)
            chunks.append(self.pool.submit(draw, labels[rows], seeds[rows]))
        return Drawn(chunks)


def begin_painting():
    """What the second process does first: leave Ctrl-C to its parent, and not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)


class Drawn:
    """Scenes, some of them still to be drawn; asking for one waits for it."""

    def __init__(self, chunks):
        self.chunks = chunks

    def __getitem__(self, rows):
        """uint8, (len(rows), side, side, 3)."""
        try:
            return np.stack([self.chunks[row // CHUNK].result()[row % CHUNK] for row in rows])
        except BrokenProcessPool:
            raise ValueError(
                "the process that draws the scenes has ended; go on with --resume"
            ) from None


def draw_before_other_backgrounds(labels, seeds):
    """As `draw_scenes`, but every scene before a background drawn at random from all."""
    pictures = np.empty((len(labels), SIDE, SIDE, 3), np.uint8)
    for index, (label, seed) in enumerate(zip(labels, seeds)):
        rng = np.random.default_rng([int(seed), 1])
        background = BACKGROUNDS[rng.integers(len(BACKGROUNDS))]
        pictures[index] = random_scene(CLASSES[label], seed).with_background(background).draw()
    return pictures


def balanced_labels(count, seed):
    """Every class once in each run of as many labels as there are classes, in random order."""
    rng = np.random.default_rng([seed, 2])
    runs = [rng.permutation(len(CLASSES)) for _ in range(-(-count // len(CLASSES)))]
    return np.concatenate(runs)[:count]


def network_input(pictures):
    """uint8 pictures (N, 64, 64, 3) as the network sees them, as `images.preprocess` makes them."""
    return pictures.astype(np.float32) - MEAN


def augment(pictures, rng):
    """Each picture flipped or not, shifted, lighter or darker, and a little noisy, as ``rng`` says.

    Parameters
    ----------
    pictures : numpy.ndarray
        uint8, (N, H, W, 3).
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        float32, (N, H, W, 3), about 0–255.
    """
    count, height, width, _ = pictures.shape
    flipped = rng.random(count) < 0.5
    down, right = rng.integers(0, 2 * MOST_SHIFT + 1, (2, count))
    contrast = rng.uniform(*CONTRASTS, count).astype(np.float32)
    brighter = rng.uniform(-MOST_BRIGHTER, MOST_BRIGHTER, count).astype(np.float32)
    noise = rng.uniform(0, MOST_NOISE, count).astype(np.float32)
    # The edge's pixels are repeated where a shift would leave nothing.
    around = (MOST_SHIFT, MOST_SHIFT)
    wide = np.pad(pictures, ((0, 0), around, around, (0, 0)), mode="edge")
    shifted = np.empty_like(pictures)
    for picture, larger, top, left in zip(shifted, wide, down, right):
        picture[:] = larger[top : top + height, left : left + width]
    shifted[flipped] = shifted[flipped, :, ::-1]
    grain = rng.standard_normal(pictures.shape, dtype=np.float32)
    grey = np.float32(128)
    return (shifted - grey) * each(contrast) + (grey + each(brighter)) + grain * each(noise)


def each(values):
    """One number a picture, shaped to meet (N, H, W, 3)."""
    return values[:, None, None, None]


class SceneTask:
    """What `models.train.loop.Training` learns from: scenes by their class.

    Parameters
    ----------
    painter : Painter
    seed : int
        Another seed draws other scenes.
    count : int
        Scenes to learn from, each used again once all have been used. They stay in
        memory, 12 kB each.
    checked : int
        Held-out scenes for the learning curve.
    """

    def __init__(self, painter, seed, count, checked):
        self.labels = balanced_labels(count, seed)
        if count > SEEDS_PER_TRAINING:
            raise ValueError(
                f"training: {count} scenes are more than a seed has room for, {SEEDS_PER_TRAINING}"
            )
        seeds = HELD_OUT_SEEDS + SEEDS_PER_TRAINING * seed + np.arange(count)
        # The few for the learning curve come first: a look at them must not wait for the others.
        self.held_out = HeldOut(painter, checked)
        self.drawn = painter.draw(self.labels, seeds)

    def __len__(self):
        return len(self.labels)

    def examples(self, rows, rng):
        return augment(self.drawn[rows], rng) - MEAN, self.labels[rows]

    def scores(self, model, inputs, rng):
        return model(Tensor(inputs))

    def check(self, model):
        return float(self.held_out.right(model).mean())


class HeldOut:
    """Scenes that no training sees.

    Parameters
    ----------
    painter : Painter
    count : int
    first_seed : int, optional
        Other scenes for another one, up to `HELD_OUT_SEEDS`.
    draw : callable, optional
        `draw_scenes`, or `draw_before_other_backgrounds`.
    """

    def __init__(self, painter, count, first_seed=0, draw=draw_scenes):
        self.labels = balanced_labels(count, first_seed)
        self.drawn = painter.draw(self.labels, first_seed + np.arange(count), draw)

    def right(self, model, batch=200):
        """Whether the model's strongest class is the scene's, one bool a scene."""
        answers = []
        for start in range(0, len(self.labels), batch):
            rows = np.arange(start, min(start + batch, len(self.labels)))
            answers.append(predict(model, network_input(self.drawn[rows])).argmax(axis=-1))
        return np.concatenate(answers) == self.labels

    def by_class(self, right):
        """The share of right answers for each class, by its name."""
        shares = [float(right[self.labels == label].mean()) for label in range(len(CLASSES))]
        return dict(zip(CLASSES, shares))

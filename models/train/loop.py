"""The training loop: minibatches, gradients by threads, Adam under a cosine, and checkpoints.

What a training comes to depends on its settings alone: not on how many threads there
are, nor on whether it was interrupted. Every random choice is drawn from a generator
whose seed is (seed, step, first row of the share), and a minibatch is always cut into
the same shares.
"""

import math
from dataclasses import dataclass

import numpy as np

import minigrad as mg
from minigrad.autodiff import gradients
from minigrad.machine.parallel import default_workers, in_order, shares
from minigrad.optim import Adam

# A minibatch's rows are cut into so many shares, whatever the machine: sums in another order would
# differ in the last bit.
SHARES = 2


@dataclass(frozen=True)
class Settings:
    """What a training depends on.

    Attributes
    ----------
    seed : int
        For the first weights, the order of the examples and what is done to them.
    steps : int
        Minibatches until the learning rate has come down to zero.
    batch : int
        Examples in a minibatch.
    learning_rate : float
        Adam's, at its highest; see `learning_rate_at`.
    warmup : int
        Steps in which the learning rate rises to that.
    weight_decay : float
        Added to the gradient, times the weight.
    """

    seed: int = 0
    steps: int = 1000
    batch: int = 64
    learning_rate: float = 1e-3
    warmup: int = 50
    weight_decay: float = 0.0

    def __post_init__(self):
        for name, least in (("seed", 0), ("steps", 1), ("batch", 1), ("warmup", 0)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"training: {name} is {getattr(self, name)}; expected {least} or more"
                )


def learning_rate_at(settings, step):
    """Straight up during the warm-up, times half a cosine that ends at zero with the last step."""
    rise = min(1.0, (step + 1) / (settings.warmup + 1))
    return settings.learning_rate * rise * 0.5 * (1 + math.cos(math.pi * step / settings.steps))


def rows_of_step(settings, step, count):
    """The indices of the examples that make the minibatch of ``step``, out of ``count``.

    The first time through, the examples are taken as they stand, so that the later ones
    may still be in the making; after that in an order drawn anew each time. What does not
    fill a minibatch at the end is left out.
    """
    per_epoch = count // settings.batch
    if per_epoch == 0:
        raise ValueError(f"training: {count} examples do not fill a minibatch of {settings.batch}")
    epoch, place = divmod(step, per_epoch)
    order = np.arange(count)
    if epoch > 0:
        order = np.random.default_rng([settings.seed, epoch]).permutation(count)
    return order[place * settings.batch : (place + 1) * settings.batch]


@dataclass(frozen=True)
class ShareResult:
    """What one share of a minibatch comes to: mean loss, gradients, how many answers were right."""

    rows: int
    loss: float
    right: int
    gradients: list


class ShareWork:
    """Called with a slice of a minibatch's rows: their `ShareResult`.

    Threads call it at the same time, so gradients are returned, never written to ``.grad``.
    """

    def __init__(self, task, model, seed, step, rows):
        self.task, self.model, self.seed, self.step, self.rows = task, model, seed, step, rows
        self.parameters = model.parameters()

    def __call__(self, share):
        rows = self.rows[share]
        rng = np.random.default_rng([self.seed, self.step, share.start])
        inputs, labels = self.task.examples(rows, rng)
        scores = self.task.scores(self.model, inputs, rng)
        loss = mg.cross_entropy(scores, labels)
        found = gradients(loss, wanted=self.parameters)
        right = int((scores.data.argmax(axis=-1) == labels).sum())
        of_parameters = [found.get(parameter) for parameter in self.parameters]
        return ShareResult(len(rows), float(loss.data), right, of_parameters)


class Training:
    """A network in training.

    Parameters
    ----------
    model : minigrad.Module
    task : object
        What is learnt. ``len(task)`` is the number of examples;
        ``task.examples(rows, rng)`` gives the inputs and the integer labels of some of
        them, changed by ``rng`` as the task likes; ``task.scores(model, inputs, rng)`` is
        the Tensor (N, classes) of scores (dropout takes its ``rng`` from here);
        ``task.check(model)`` is the accuracy on held-out examples, for the learning
        curve, or None. The first two are called from several threads at once.
    settings : Settings
    workers : int, optional
        Threads, 1 or 2; as many as there are cores unless told. The result is the same.

    Attributes
    ----------
    step : int
        Minibatches taken so far.
    losses, accuracies : list of float
        Of every minibatch so far, before its step.
    checks : list of (int, float)
        After how many steps the accuracy on held-out examples was what.
    """

    def __init__(self, model, task, settings, workers=None):
        self.model = model.requires_grad(True).train()
        self.task = task
        self.settings = settings
        parameters = model.parameters()
        workers = default_workers(parameters[0].data) if workers is None else workers
        self.workers = min(SHARES, workers)
        decay = settings.weight_decay
        self.optimizer = Adam(parameters, settings.learning_rate, weight_decay=decay)
        self.step = 0
        self.losses, self.accuracies, self.checks = [], [], []

    def take_step(self):
        """One minibatch: the gradient of its mean loss, and one step of Adam against it."""
        settings = self.settings
        rows = rows_of_step(settings, self.step, len(self.task))
        work = ShareWork(self.task, self.model, settings.seed, self.step, rows)
        results = list(in_order(work, shares(len(rows), SHARES), self.workers))
        loss = sum(result.rows / len(rows) * result.loss for result in results)
        if not math.isfinite(loss):
            raise ValueError(
                f"training: the loss of step {self.step} is {loss}; "
                f"lower the learning rate ({settings.learning_rate:g})"
            )
        for index, parameter in enumerate(self.optimizer.parameters):
            pairs = [(result.rows / len(rows), result.gradients[index]) for result in results]
            parameter.grad = weighted_sum(pairs)
        self.optimizer.learning_rate = learning_rate_at(settings, self.step)
        self.optimizer.step()
        self.step += 1
        self.losses.append(loss)
        self.accuracies.append(sum(result.right for result in results) / len(rows))

    def check(self):
        """Note the accuracy on held-out examples, where the task has some."""
        self.model.eval()
        accuracy = self.task.check(self.model)
        self.model.train()
        if accuracy is not None:
            self.checks.append((self.step, accuracy))

    def recent(self, count=100):
        """The mean loss and accuracy of the last minibatches."""
        return float(np.mean(self.losses[-count:])), float(np.mean(self.accuracies[-count:]))

    def told(self):
        """`recent` in words, for the progress."""
        loss, accuracy = self.recent()
        return f"loss {loss:.3f}, accuracy {accuracy:.1%}"


def weighted_sum(pairs):
    """Σ weight · array over the shares in order; None where no share has a gradient."""
    total = None
    for weight, array in pairs:
        if array is not None:
            term = np.asarray(weight, array.dtype) * array
            total = term if total is None else total + term
    return total


def train(training, progress, checkpoint, stop, checkpoint_every=100, check_every=250):
    """Take the steps that are left.

    Parameters
    ----------
    training : Training
    progress : models.output.progress.Progress
    checkpoint : models.train.checkpoint.Checkpoint
        Written every ``checkpoint_every`` steps and when the user interrupts.
    stop : models.output.progress.Interrupts
        Asked after every step, so that a step is taken wholly or not at all.
    checkpoint_every, check_every : int, optional
        Steps between checkpoints, and between looks at held-out examples.
    """
    last = training.settings.steps
    while training.step < last:
        training.take_step()
        if training.step % check_every == 0 or training.step == last:
            training.check()
        progress.update(training.step, training.told())
        if stop.asked or training.step == last or training.step % checkpoint_every == 0:
            checkpoint.save(training)
        if stop.asked:
            return

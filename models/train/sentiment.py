"""Training SentimentCNN on the treebank: ``python -m models train sentiment --data DIR``."""

from pathlib import Path

import numpy as np

import minigrad as mg
from minigrad.machine.parallel import predict
from models.convert import check_destination
from models.sentiment.file import save_sentiment
from models.sentiment.network import SHORTEST, SentimentCNN
from models.sentiment.treebank import FILES, hold_negation, read_sentences
from models.sentiment.words import Vocabulary

from .checkpoint import Checkpoint
from .figure import check_figure_path, draw_curve
from .loop import Settings, Training
from .session import git_commit, in_halves, settings_of, train_to_the_end

# All chosen by accuracy on the development sentences; nothing was chosen by the test sentences.
DEFAULTS = Settings(seed=0, steps=1100, batch=50, learning_rate=2e-3, warmup=20, weight_decay=0.0)
WIDTH = 64
WORD_DROPOUT = 0.1  # so often a word is taken for an unknown one
EMBEDDING_DROPOUT = 0.5


class SentenceTask:
    """What is learnt; see `models.train.loop.Training`.

    Parameters
    ----------
    sentences, dev : models.sentiment.treebank.Sentences
    vocabulary : Vocabulary
    """

    def __init__(self, sentences, dev, vocabulary):
        self.sentences, self.dev, self.vocabulary = sentences, dev, vocabulary

    def __len__(self):
        return len(self.sentences.labels)

    def examples(self, rows, rng):
        """Token numbers (N, T), some words taken for unknown ones, and labels."""
        tokens = self.vocabulary.encode([self.sentences.words[row] for row in rows], SHORTEST)
        forgotten = (rng.random(tokens.shape) < WORD_DROPOUT) & (tokens > 0)
        return np.where(forgotten, 1, tokens), self.sentences.labels[rows]

    def scores(self, model, tokens, rng):
        """Two scores a sentence, 0 and the network's own: their softmax is the sigmoid."""
        embedded = mg.dropout(model.embed(tokens), EMBEDDING_DROPOUT, rng)
        score = model.score(embedded, model.lengths(tokens), rng)
        return mg.pad(mg.reshape(score, -1, 1), ((0, 0), (1, 0)))

    def check(self, model):
        """Accuracy on the development sentences."""
        return float(right(model, self.dev).mean())


def right(model, sentences, batch=100):
    """Which sentences the network gets right: an array of bool."""
    tokens = model.vocabulary.encode(sentences.words, SHORTEST)
    batches = [tokens[start : start + batch] for start in range(0, len(tokens), batch)]
    scores = np.concatenate([predict(model, some) for some in batches])
    return (scores > 0) == (sentences.labels == 1)


def beginning(vocabulary, seed):
    """The network before its first step."""
    model = SentimentCNN(vocabulary, WIDTH, rng=seed)
    model.output.weight.data = model.output.weight.data * np.float32(0.1)
    return model


def train_sentiment(out, data, steps=None, seed=None, resume=False, figure=None):
    """Train the network, measure it on the test sentences and write its weights.

    Parameters
    ----------
    out : str or os.PathLike
        The `.npz` file for the weights, in float16; see `models.train.inception.train_inception`.
    data : str or os.PathLike
        The folder with the treebank's files, `models.sentiment.treebank.FILES`.
    steps, seed, resume, figure
        As for `train_inception`.

    Returns
    -------
    dict
        The metadata of the file, without its vocabulary.
    """
    out, folder = Path(out), Path(data)
    check_destination(out)
    if figure is not None:
        check_figure_path(figure)
    parts = {name: read_sentences(folder / file) for name, file in FILES.items()}
    checkpoint = Checkpoint(out.with_suffix(".checkpoint.npz"), "sentiment")
    settings, found = settings_of(checkpoint, DEFAULTS, resume, steps, seed)
    commit = git_commit()  # of what trains, not of what may lie here when it is done
    vocabulary = Vocabulary.of(parts["train"].words)
    task = SentenceTask(parts["train"], parts["dev"], vocabulary)
    training = Training(beginning(vocabulary, settings.seed), task, settings)
    if found is not None:
        checkpoint.restore(training, *found)
    train_to_the_end(training, checkpoint)
    training.model.eval()
    halves = in_halves(training.model)
    training.model.load_state_dict(halves)  # what is measured is what will be in the file
    metadata = measure(training, parts, commit)
    save_sentiment(out, training.model, metadata, halves)
    if figure is not None:
        draw_curve(training, figure, "SentimentCNN learns the treebank's sentences")
    checkpoint.remove()
    return metadata


def measure(training, parts, commit):
    """What the weights are worth: the metadata to write with them."""
    settings, model = training.settings, training.model
    dev, test = right(model, parts["dev"]), right(model, parts["test"])
    negated = hold_negation(parts["test"].words)
    options = f"--steps {settings.steps} --seed {settings.seed}"
    return {
        "command": f"python -m models train sentiment --data DIR {options}",
        "commit": commit,
        "seed": settings.seed,
        "steps": settings.steps,
        "batch": settings.batch,
        "text": "Stanford Sentiment Treebank, binary, whole sentences",
        "sentences": len(training.task),
        "dev_accuracy": float(dev.mean()),
        "test_sentences": len(test),
        "test_accuracy": float(test.mean()),
        "test_accuracy_with_negation": float(test[negated].mean()),
        "test_accuracy_without_negation": float(test[~negated].mean()),
        "test_sentences_with_negation": int(negated.sum()),
    }


def describe(metadata):
    """The figures of `measure`, as lines."""
    sentences, negated = metadata["test_sentences"], metadata["test_sentences_with_negation"]
    of_all, of_dev = metadata["test_accuracy"], metadata["dev_accuracy"]
    of_negated = metadata["test_accuracy_with_negation"]
    of_others = metadata["test_accuracy_without_negation"]
    return (
        f"Accuracy on {sentences} test sentences: {of_all:.1%} "
        f"(development sentences {of_dev:.1%})\n"
        f"with a negation ({negated} sentences): {of_negated:.1%}, without: {of_others:.1%}"
    )

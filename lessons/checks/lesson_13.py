"""What lesson 13's answers are held to: rows, memory within a cap, a sum that forgets, a test."""

import weakref

import numpy as np

import minigrad as mg
from lessons.classroom.properties import require, require_pencil, require_same

# cap in bytes, bytes of a row, examples, workers
CAPS = (
    (100, 10, 1, 1),
    (99, 10, 1, 1),
    (100, 10, 3, 1),
    (100, 10, 1, 2),
    (1000, 7, 5, 4),
    (100, 10, 12, 1),
)
POINTS = 4  # of each batch that is added


def check_PENCIL(answers):
    """3 examples, 2 workers, 10 MB a row, 200 MB."""
    examples, workers, row, cap = 3, 2, 10, 200
    order = [(point, example) for point in range(4) for example in range(examples)]
    point = row * examples * workers
    points = cap // point
    right = {
        "row of point 2 of example 1": order.index((2, 1)),
        "MB if each thread has one point": point,
        "points that fit into each thread": points,
        "batch_size": points * examples,
    }
    traps = {
        "row of point 2 of example 1": [
            (order.index((1, 2)), "That is point 1 of example 2."),
            (order.index((2, 1)) + 1, "Rows are counted from 0."),
            (order.index((2, 0)), "That is point 2 of example 0."),
        ],
        "MB if each thread has one point": [
            (row, "That is one row. One point is a row for each example, in each thread."),
            (row * examples, "And the other thread has a batch, too."),
            (row * workers, "One point is a row for each of the 3 examples."),
        ],
        "points that fit into each thread": [
            (cap / point, "Whole points only."),
            (points + 1, f"{points + 1} points take {(points + 1) * point} MB."),
            (cap // (row * examples), "The other thread needs as much: 60 MB for both."),
            (cap // (row * workers), "Those are rows in each thread. A point has 3 rows."),
            (cap // row, "Those are the rows of both threads together."),
        ],
        "batch_size": [
            (points, "Those are points. A point has 3 rows."),
            (points * examples * workers, "Those are the rows of both threads together."),
            (cap // row // workers, "A batch has whole points only."),
            (cap // row, "Those are rows of both threads, and not whole points."),
        ],
    }
    return require_pencil(answers, right, traps) + " Now any numbers."


def check_rows_within(rows_within):
    """Whole points of all examples, as many as fit, and at least one."""
    for case in CAPS:
        cap, row, examples, workers = case
        got, point = rows_within(*case), row * examples * workers
        right = examples * max(1, cap // point)
        numbers = f"{cap} bytes, {row} bytes a row; examples: {examples}; workers: {workers}"
        given = f"Given {numbers}. Yours: {got}"
        require(got % 1 == 0, "a whole number", f"{given}. Right: {right}.")
        least = "at least one point of every example"
        require(got >= examples, least, f"{given}. Right: {right}.")
        used = got // examples * point  # `conductance` takes whole points
        said = f"{given}, which takes {used} bytes. Right: {right}."
        require(used <= max(cap, point), "within the cap", said)
        require(used + point > cap, "the largest that fits", said)
    return "That number is what you give to `batch_size`."


def batches_of(products, weights, alive):
    """Batches of POINTS points, each computed when it is asked for.

    ``alive`` receives how many of the earlier ones are still kept at that time.
    """
    seen = []
    for start in range(0, len(weights), POINTS):
        batch = products[start : start + POINTS].copy()
        seen.append(weakref.ref(batch))
        alive.append(sum(one() is not None for one in seen[:-1]))
        yield weights[start : start + POINTS].copy(), batch
        del batch


def check_add_up(add_up):
    """The sum by pencil, and over many batches of which none is kept."""
    given = "Given one batch: weights [0.25, 0.75], products [[4], [8]]."
    one = [(np.array([0.25, 0.75]), np.array([[4.0], [8.0]]))]
    got = add_up(one)
    said = f"{given} Yours: shape {np.shape(got)}. Right: (1,)."
    require(np.shape(got) == (1,), "a number for each unit", said)
    require_same(got, [7.0], "the rule's own weights", given)
    two = [(np.array([1.0]), np.array([[1.0, 2.0]])), (np.array([1.0]), np.array([[10.0, 20.0]]))]
    given = "Given two batches: weight 1, products [1, 2]; weight 1, products [10, 20]."
    require_same(add_up(two), [11.0, 22.0], "every batch is added", given)
    untouched = two[0][1].tolist() == [[1, 2]]
    said = f"{given} Yours: the first batch is {two[0][1]} now. Right: make a new array."
    require(untouched, "nothing is changed in place", said)
    random = np.random.default_rng(0)
    products, weights, alive = random.normal(size=(22, 3)), random.uniform(size=22), []
    got = add_up(batches_of(products, weights, alive))
    given = "Given 22 points in 6 batches, the last one shorter."
    require_same(got, weights @ products, "every batch is added", given)
    kept = max(alive)
    said = f"{given} Yours: {kept} old batches kept at once. Right: only the one of this turn."
    require(kept <= 1, "an old batch is forgotten", said)
    return "Its memory is one batch, however many points there are."


def squares(x):
    """An independent score; it asks for a batch, even of one example."""
    shape = np.shape(x)
    said = f"Given a network for rows of two. Yours: it got an array of shape {shape}. "
    require(len(shape) == 2, "a batch of one example is a batch", f"{said}Right: (1, 2).")
    return (mg.Tensor(x) ** 2).sum(axis=1)


def centred(x):
    """A score that subtracts the mean of the batch."""
    x = mg.Tensor(x)
    return ((x - x.mean(axis=0)) ** 2).sum(axis=1)


def from_first(x):
    """A score that looks at the first row of the batch."""
    x = mg.Tensor(x)
    return ((x - x[:1]) ** 2).sum(axis=1)


def largest(x):
    """A score in units of the batch's largest one."""
    score = (mg.Tensor(x) ** 2).sum(axis=1)
    return score / score.max()


def check_is_independent(is_independent):
    """One network passes, and three that mix rows do not."""
    x = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])
    answer = is_independent(squares, x)
    said = f"Given F = the sum of x² in each row. Yours: {answer}. Right: True."
    require(bool(answer), "an independent network passes", said)
    for network, what in (
        (centred, "subtracts the mean of the batch"),
        (largest, "divides by the largest score of the batch"),
        (from_first, "subtracts the first row of the batch"),
    ):
        answer = is_independent(network, x)
        said = f"Given a network that {what}. Yours: {answer}. Right: False."
        require(not answer, "a network that mixes rows is found", said)
    return "Run it on every network that you explain in batches."

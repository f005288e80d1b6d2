"""The tasks of feature selection: which photos are told apart, and which of them train."""

import numpy as np

DRAWS = 5  # of random labels
TRAIN, HELD_OUT = 30, 20  # photos of a label at most
TRAIN_SHARE = 0.6  # of a label that has fewer than 50
FEWEST = 5  # photos that a label needs
RANDOM_LABELS = "random labels"


def without_repeats(records):
    """The records without photos that are the same picture as an earlier one.

    A picture that is in training and held out would be known.

    Parameters
    ----------
    records : list of (Photo, arrays, facts)

    Returns
    -------
    kept : list of (Photo, arrays, facts)
    left_out : dict of str to str
        Keys, and why.
    """
    first, left_out = {}, {}
    for record in records:
        photo, arrays, _ = record
        earlier = first.setdefault(arrays["means"].tobytes(), record)[0]
        if earlier is not photo:
            same = f"the same picture as {earlier.key}"
            left_out[photo.key] = f"{same}: every filter's activation is equal"
    return list(first.values()), left_out


def find_tasks(photos, seed):
    """The tasks: the labels of each folder of folders, and labels drawn at random from all of them.

    Parameters
    ----------
    photos : sequence of models.study.photos.Photo
    seed : int

    Returns
    -------
    tasks : dict of str to list of numpy.ndarray of int
        For each task the rows of its photos; for `RANDOM_LABELS` several draws, each of as
        many labels as the largest task has.
    left_out : dict of str to str
        Labels and folders that are in no task, and why.

    Raises
    ------
    ValueError
        No folder has two labels with enough photos each.
    """
    rows, left_out = {}, {}
    for row, photo in enumerate(photos):
        rows.setdefault((photo.task, photo.label), []).append(row)
    for (task, label), own in list(rows.items()):
        if len(own) < FEWEST:
            first = photos[own[0]]
            why = f"{len(own)} photos of a class; at least {FEWEST} are needed"
            left_out[first.folder or first.key] = why
            del rows[task, label]
    names = sorted({task for task, _ in rows})
    tasks = {task: [own for (of, _), own in rows.items() if of == task] for task in names}
    for task in [task for task, labels in tasks.items() if len(labels) < 2]:
        left_out[task or "."] = "one class with enough photos; at least two are needed"
        del tasks[task]
    if not tasks:
        raise ValueError(
            f"no folder holds two classes with at least {FEWEST} photos each (TASK/CLASS/1.jpg): "
            "there is nothing to tell apart"
        )
    everything = {}
    for (task, label), own in rows.items():
        if task in tasks:
            everything.setdefault(label, []).extend(own)
    everything, most = list(everything.values()), max(map(len, tasks.values()))
    draws = []
    for draw in range(DRAWS):
        rng = np.random.default_rng([seed, draw])
        drawn = rng.choice(len(everything), most, replace=False)
        draws.append(np.concatenate([everything[one] for one in drawn]))
    found = {task or "all classes": [np.concatenate(labels)] for task, labels in tasks.items()}
    return found | {RANDOM_LABELS: draws}, left_out


def split(label, rng):
    """Training and held-out photos of every label, drawn at random.

    30 and 20 of a label with 50 photos; of fewer, 60 % and the rest.

    Parameters
    ----------
    label : integer array, shape (photos,)
    rng : numpy.random.Generator

    Returns
    -------
    train, held_out : numpy.ndarray of int
    """
    train, held_out = [], []
    for one in np.unique(label):
        own = rng.permutation(np.flatnonzero(label == one))
        count = min(TRAIN, round(TRAIN_SHARE * len(own)))
        train.append(own[:count])
        held_out.append(own[count : count + HELD_OUT])
    return np.concatenate(train), np.concatenate(held_out)

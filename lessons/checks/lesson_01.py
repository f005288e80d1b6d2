"""What lesson 1's answers are held to: slopes by pencil, and the three places of the loop."""

import numpy as np

import minigrad as mg
from lessons.classroom.properties import require, require_pencil, require_same


def check_PENCIL(answers):
    """y = 3 · x, F = y · z at x = 2, z = 5."""
    x, y, z = 2.0, 6.0, 5.0
    right = {"∂F/∂y": z, "∂F/∂z": y, "∂F/∂x": 3 * z}
    traps = {
        "∂F/∂y": [
            (y, "That is y itself. By how much does y · 5 grow if y grows by 1?"),
            (x * z, "That is x · z. By how much does y · 5 grow if y grows by 1?"),
            (y * z, "That is F itself. By how much does it grow if y grows by 1?"),
        ],
        "∂F/∂z": [
            (z, "That is z itself. By how much does 6 · z grow if z grows by 1?"),
            (3.0, "That is ∂y/∂x. By how much does 6 · z grow if z grows by 1?"),
            (y * z, "That is F itself. By how much does it grow if z grows by 1?"),
        ],
        "∂F/∂x": [
            (3.0, "That is ∂y/∂x. Each of these 3 units of y is worth ∂F/∂y."),
            (z, "That is ∂F/∂y. And how many units does y gain for one of x?"),
            (3 + z, "Slopes of steps that follow each other multiply."),
            (y, "That is y itself, or ∂F/∂z. By how much does y grow if x grows by 1? And F?"),
            (3 * x * z, "That is F. Ask what it gains."),
        ],
    }
    return require_pencil(answers, right, traps) + " That was the chain rule."


def leaves():
    """Two tensors to begin with."""
    names = {"x": 2.0, "z": 5.0}
    return [mg.Tensor(value, requires_grad=True, name=name) for name, value in names.items()]


def added(known, passed):
    """A right way to receive."""
    return passed if known is None else np.add(known, passed)


def latest(waiting):
    """A right one to pick."""
    return sorted(waiting, key=lambda tensor: tensor.rank)[-1]


def check_walk_back(walk_back):
    """The heart of the loop: who is passed what, and that `receive` decides."""
    x, z = leaves()
    y = (3.0 * x).named("y")
    F = (y * z).named("F")
    given = "y = 3 · x, F = y · z, at x = 2, z = 5."
    right = {F: 1.0, y: 5.0, z: 6.0, x: 15.0}
    found = walk_back(F, added, latest)
    require(isinstance(found, dict), "a dictionary", f"It returned {found!r}.")
    for tensor, expected in right.items():
        given = f"y = 3 · x, F = y · z: ∂F/∂{tensor.name}."
        said = f"{given} Yours: not in the dictionary, its turn never came. Right: {expected:g}."
        require(tensor in found, "reaches every tensor", said)
        require_same(found[tensor], expected, "the chain rule", given)
    asked = []

    def noted(known, passed):
        asked.append(known)
        return np.array(7.0)

    given = "F = x · x, with a `receive` that always returns 7."
    found = walk_back((x * x).named("F"), noted, latest)
    require_same(found.get(x), 7.0, "receive decides", given)
    said = f"{given} It was told of {asked}; None, then 7 is right."
    require(asked == [None, 7.0], "receive is told what is known", said)
    return "The loop of reverse mode is yours. Two more places, and it is always right."


def check_receive(receive):
    """Contributions add, and no array is changed in place."""
    given = "The first contribution, 3."
    require_same(receive(None, np.array(3.0)), 3.0, "the first contribution as it comes", given)
    given = "Known is 3, passed is 4, two arrays of shape ()."
    require_same(receive(np.array(3.0), np.array(4.0)), 7.0, "contributions add", given)
    known, passed = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    given = "Known are [1, 2], passed are [10, 20]."
    require_same(receive(known, passed), [11.0, 22.0], "contributions add", given)
    untouched = known.tolist() == [1, 2] and passed.tolist() == [10, 20]
    said = f"{given} Yours: afterwards they are {known} and {passed}. Right: make a new array."
    require(untouched, "nothing is changed in place", said)
    given = "Known are [0, 0], passed are [10, 20]."
    require_same(receive(np.zeros(2), passed), passed, "contributions add", given)
    return "x · x has its 4 now, and so has every tensor that is used many times."


def check_pick(pick):
    """Of the waiting tensors one from which none of the others was made."""
    x, z = leaves()
    y = (x * 3).named("y")
    s = (y * y).named("s")
    late = (x * z).named("late")  # made after s, of lower rank
    for waiting in ([y, s], [s, y], [x, y, s], [late, s], [s, x, late]):
        names = ", ".join(tensor.name for tensor in waiting)
        given = f"{names} are waiting."
        got = pick(dict.fromkeys(waiting, np.array(1.0)))
        said = f"Of {names} it picked {getattr(got, 'name', got)!r}; s, which is y · y, is right."
        require(got is s, "complete before it is passed on", said)
    given = "x and z are waiting, which nobody made: their rank is 0."
    got = pick(dict.fromkeys([x, z], np.array(1.0)))
    said = f"{given} It picked {getattr(got, 'name', got)!r}; either of them is right."
    require(got is x or got is z, "always one of those that wait", said)
    return "The loop is right for every graph now, in the order that is called topological."

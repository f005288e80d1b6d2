"""The properties that an answer is held to: what a check says, and how it compares numbers."""

import contextlib
import numbers

import numpy as np

# the four verdicts
RIGHT, WRONG, NOT_TRIED_STATUS = "right", "wrong", "not yet tried"
NOT_GRADED = "not graded"  # nothing is known of the answer: something here kept it from being run
NOT_TRIED = "exercise: "  # how the message of an unfilled exercise's NotImplementedError begins
YOURS = "Yours: "  # in a verdict's detail: what comes after stands on a line of its own
PENCIL = "PENCIL"  # the dictionary of numbers that each lesson begins with
PENCIL_RTOL = 2e-3  # 2.67 for 8/3
NEARLY = 5e-2  # 2.7 for 8/3
SINGLE_RTOL = 1e-5  # of an answer in float32, which has seven digits
MOST_SHOWN = 12  # entries of an array that a verdict prints

looked_at = []  # the names of the properties that checks have come to, in order


def properties_of(check, answer):
    """The properties that a check holds a right answer to.

    Parameters
    ----------
    check : callable
    answer : callable or dict
        A right one: a check stops where a property breaks.

    Returns
    -------
    list of str
        Each once, in the order in which they are first looked at.
    """
    looked_at.clear()
    check(answer)
    return list(dict.fromkeys(looked_at))


class PropertyBroken(AssertionError):
    """A check's verdict.

    ``property`` is its name, ``detail`` what was seen, ``expected`` and ``got`` arrays or None.
    """

    def __init__(self, property, detail, expected=None, got=None):
        super().__init__(f"{property}: {detail}")
        self.property = property
        self.detail = detail
        self.expected = expected
        self.got = got


def require(holds, property, detail, got=None, expected=None):
    """Raise `PropertyBroken` unless ``holds``.

    Parameters
    ----------
    holds : bool
    property : str
        The name of the property, as the lesson calls it.
    detail : str
        What was seen and what was expected.
    got, expected : array_like, optional
        What a picture can be drawn of: what the answer gave, of any kind, and what is right.
    """
    looked_at.append(property)
    if not holds:
        with contextlib.suppress(TypeError):  # a Tensor is no array: no picture then
            raise PropertyBroken(property, detail, as_numbers(expected), as_numbers(got))
        raise PropertyBroken(property, detail)


def require_same(got, expected, property, given, rtol=1e-9, atol=1e-9):
    """`require_equal` with a verdict in three lines: the property; what was given; both numbers."""
    detail = f"{given} {YOURS}{in_brief(got)}. Right: {in_brief(expected)}."
    require_equal(got, np.asarray(expected, dtype=float), property, detail, rtol, atol)


def in_brief(value):
    """A value as a verdict shows it: four digits, and of a large array the shape alone."""
    array = as_numbers(value)
    if array is None:
        return repr(value)
    if array.size > MOST_SHOWN:
        return f"an array of shape {array.shape}"
    plain = {"float_kind": lambda number: f"{number:.4g}"}
    shown = np.array2string(array, separator=", ", formatter=plain)
    return " ".join(shown.split()).replace("[ ", "[").replace("-", "−")


def require_pencil(answers, right, traps=None):
    """Every number of a `PENCIL`, to three digits: all that a pencil finds is right.

    Parameters
    ----------
    answers : dict of str to (number or Ellipsis)
        The learner's, ``...`` where nothing was tried.
    right : dict of str to number
        The same keys.
    traps : dict of str to (list of (number, str)), optional
        By key numbers that a usual mistake gives, and what to say of it.

    Returns
    -------
    str
        What is said of right answers.

    Raises
    ------
    PropertyBroken
        Of the first that is wrong; its property is the key.
    NotImplementedError
        None is wrong, and some are not tried.
    """
    looked_at.extend(right)
    untried = [key for key in right if answers.get(key, ...) is ...]
    for key, expected in right.items():
        got = answers.get(key, ...)
        if got is not ... and not as_by_pencil(got, expected):
            why = [said for value, said in (traps or {}).get(key, ()) if as_by_pencil(got, value)]
            why = why or list(about_form(got, expected))
            raise PropertyBroken(key, " ".join([f"{YOURS}{in_brief(got)}.", *why]))
    if untried:
        tried = len(right) - len(untried)
        so_far = f"; {tried} of {len(right)} right so far, next: {untried[0]}" if tried else ""
        raise NotImplementedError(f"{NOT_TRIED}{PENCIL}{so_far}")
    return f"All {len(right)}."


def as_by_pencil(got, expected, rtol=PENCIL_RTOL):
    """Whether a number is right to three digits: 2.67 and 8/3 are the same."""
    if as_numbers(got) is None or np.ndim(got):
        return False
    return bool(np.isclose(float(got), float(expected), rtol=rtol, atol=1e-9))


def about_form(got, expected):
    """What to say of an answer that is no number, or a right one with too few digits."""
    if as_numbers(got) is None or np.ndim(got):
        yield "A number is asked for, without quotes or brackets: 5, 0.25 or 8 / 3."
    elif as_by_pencil(got, expected, NEARLY):
        yield "That is near. Give three digits, or a fraction: 8 / 3."


def require_equal(got, expected, property, detail, rtol=1e-9, atol=1e-9):
    """`require` that shape and numbers agree.

    Parameters
    ----------
    got, expected : array_like
        What the answer gave, of any kind; and what is right.
    property, detail : str
        As in `require`.
    rtol, atol : float
        As in `numpy.allclose`; to the rounding of float64 unless told, of float32 for such an
        answer.
    """
    ours, right = as_numbers(got), as_numbers(expected)
    if ours is not None and ours.dtype in (np.float32, np.float16):
        rtol, atol = max(rtol, SINGLE_RTOL), max(atol, SINGLE_RTOL)
    holds = (
        ours is not None
        and ours.shape == right.shape
        and np.allclose(ours, right, rtol=rtol, atol=atol)
    )
    require(holds, property, detail, ours, right)


def as_numbers(value):
    """A value as an array of numbers; None if it is none (text, rows of different lengths)."""
    with contextlib.suppress(ValueError):
        array = np.asarray(value)
        if array.dtype.kind in "biufc":
            return array
        # fractions
        if array.dtype == object and all(isinstance(entry, numbers.Number) for entry in array.flat):
            return array.astype(float)
    return None

"""What lesson 3's answers are held to: responses, sizes, and points of a path."""

import numpy as np

import minigrad as mg
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from lessons.networks.small_grids import EDGE, IMAGE


def convolved(x, kernel, stride=1, padding=0):
    """All responses of minigrad's own convolution, (rows, columns)."""
    images, kernels = np.reshape(x, (1, *np.shape(x))), np.reshape(kernel, (*kernel.shape, 1))
    return mg.conv2d(images, kernels, stride=stride, padding=padding).data[0, :, :, 0]


def check_PENCIL(answers):
    """A window, a ReLU, a stride and a softmax."""
    image, edge = IMAGE.reshape(6, 6, 1), EDGE.reshape(3, 3, 1)
    at = convolved(image, edge)[1, 2]
    _, columns = convolved(image, edge, stride=2).shape
    scores = np.log([3.0, 1.0])
    right = {
        "the response at ?": at,
        "after the ReLU": mg.relu(at).item(),
        "responses per row, stride 2": columns,
        "probability of the first class": mg.softmax(scores).data[0],
    }
    window = IMAGE[1:4, 2:5]
    traps = {
        "the response at ?": [
            (-at, "The right column has +1, the left column −1."),
            (window.sum(), "That is the sum of the pixels. Multiply by the kernel first."),
            (at / 9, "A response is a sum, not a mean."),
            (convolved(image, edge)[2, 1], "That window begins in row 2 and column 1."),
        ],
        "after the ReLU": [
            (at, "A ReLU lets through what is above 0."),
            (-at, "A ReLU does not turn the sign: what is below 0 becomes 0."),
        ],
        "responses per row, stride 2": [
            (4, "That is with stride 1. Windows now begin in columns 0, 2, …"),
            (3, "The window that begins in column 4 does not lie inside."),
            (1, "Windows begin in column 0, and two columns further on."),
        ],
        "probability of the first class": [
            (3, "Probabilities sum to 1: divide by the sum of both."),
            (1 / 4, "That is the second class."),
            (1 / 2, "The scores differ, and so do the probabilities."),
            (1, "The second class has exp(0) = 1, not 0."),
            (1 / 3, "Divide by the sum of both, not by the other one."),
            (scores[0], "That is the score ln 3. Softmax begins with exp(score)."),
            (np.exp(3) / (np.exp(3) + 1), "exp(score) is 3 here; you took exp once more."),
        ],
    }
    return require_pencil(answers, right, traps) + " The network's operations are like these."


# property, size, window, stride, padding
SIZES = (
    ("a window moves by one column", 6, 3, 1, 0),
    ("the first and the last window count", 5, 5, 1, 0),
    ("windows begin stride apart", 6, 2, 2, 0),
    ("a window lies inside", 6, 3, 2, 0),
    ("a border on both sides", 6, 3, 1, 1),
    ("a border on both sides", 7, 3, 3, 2),
    ("a window lies inside", 64, 5, 7, 3),
)


def check_output_size(output_size):
    """One number for each case, as many as minigrad's own convolution gives."""
    for broken, size, window, stride, padding in SIZES:
        given = f"size = {size}, window = {window}, stride = {stride}, padding = {padding}."
        begins = range(0, size + 2 * padding - window + 1, stride)
        given += f" The windows begin at {', '.join(map(str, begins))}, from the border's edge on."
        pixels, kernel = np.ones((size, size, 1)), np.ones((window, window, 1))
        right = len(convolved(pixels, kernel, stride, padding))
        got = output_size(size, window, stride, padding)
        if np.ndim(got) == 0 and got != right and abs(got - right) < 1:
            said = f"{given} Yours: {got}. Right: {right}; there is no part of a window."
            require(False, "a whole number", said)
        require_same(got, right, broken, given)
    return "You know the rows and columns of any layer, for max pooling as well."


def check_response(response):
    """⟨window, kernel⟩ at several places, also with channels and kernels of other sizes."""
    ones = np.ones((2, 2, 1))
    given = "A window of ones, and a kernel of ones, 2 × 2."
    got = response(ones, ones, 0, 0)
    said = f"{given} Yours: an array of shape {np.shape(got)}. Right: one number, 4."
    require(np.ndim(got) == 0, "a single number", said)
    four, three = np.full((1, 1, 1), 4.0), np.full((1, 1, 1), 3.0)
    given = "One pixel of 4, and a kernel of one number, 3."
    require_same(response(four, three, 0, 0), 12.0, "a product", given)
    given = "A window of ones, and a kernel of ones, 2 × 2."
    require_same(response(ones, ones, 0, 0), 4.0, "products are summed", given)
    pixels = np.arange(25.0).reshape(5, 5, 1)
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1)
    right = convolved(pixels, kernel)
    for top, left, broken in (
        (0, 0, "each entry meets its own"),
        (0, 2, "the window begins at (top, left)"),
        (2, 0, "the window begins at (top, left)"),
        (3, 1, "the window begins at (top, left)"),
    ):
        given = "x = 0, 1, 2, … row by row, (5, 5, 1), kernel = 1, 2, 3, 4, (2, 2, 1), "
        given += f"top = {top}, left = {left}."
        require_same(response(pixels, kernel, top, left), right[top, left], broken, given)
    random = np.random.default_rng(3)
    x, kernel = random.standard_normal((6, 7, 3)), random.standard_normal((4, 4, 3))
    given = "Random x, (6, 7, 3), and a kernel, (4, 4, 3), top = 1, left = 2."
    require_same(response(x, kernel, 1, 2), convolved(x, kernel)[1, 2], "all channels", given)
    return "With it you can compute any unit of the network."


def check_path_point(path_point):
    """The ends, the way between, and that nothing given is changed."""
    x, baseline = np.array([[4.0, 2.0]]), np.array([[-2.0, 1.0]])
    both = "x = [[4, 2]], baseline = [[−2, 1]]"
    ends = ((0, baseline, "begins at the baseline"), (1, x, "ends at the input"))
    for alpha, right, broken in ends:
        given = f"{both}, alpha = {alpha}."
        require_same(path_point(x, baseline, alpha), right, broken, given)
    for alpha in (0.5, 0.25):
        right = np.array([np.interp(alpha, (0, 1), ends) for ends in zip(baseline[0], x[0])])
        given = f"{both}, alpha = {alpha}."
        require_same(path_point(x, baseline, alpha), right[None], "a straight line", given)
    untouched = x.tolist() == [[4, 2]] and baseline.tolist() == [[-2, 1]]
    said = f"{given} Yours: afterwards x = {in_brief(x)}, baseline = "
    said += f"{in_brief(baseline)}. Right: make a new array."
    require(untouched, "nothing is changed in place", said)
    return "Every integral of this course runs along this line."

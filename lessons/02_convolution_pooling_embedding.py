# %% [markdown]
# # Lesson 2: Convolution, pooling, embedding
#
# About 45 minutes, after lesson 1 (a graph you can step through).
# At the end you have written the way back through pooling, convolution and a look-up, and know
# their ties and kinks.
#
# **A question first.** Two pixels of a window are equally bright, and both are its maximum. What is
# the derivative of the maximum with respect to the first of them: 1, a half or 0? And to the
# second? Guess, then run.
#
# **Notation.** x is an entry of an operation's input, y one of its output, F the score that comes
# out at the end. An operation knows its **local gradients** ∂y/∂x: a matrix J, the Jacobian, with a
# row for each y and a column for each x. Its `backward` is handed ∂F/∂y and gives
# ∂F/∂x = Σ_y ∂F/∂y · ∂y/∂x, which is Jᵀ times what it was handed.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, figures

IMAGE = np.array([list(row) for row in "142031 025312 369405 213770 502168 431203".split()], float)
KERNEL = np.array([[-1, -2, -3], [4, 5, 6], [7, 8, 9]], float)
VOCABULARY, SENTENCE = ("padding", "not", "good", "bad", "film"), ("not", "good", "not", "bad")
TOKENS = np.array([VOCABULARY.index(word) for word in SENTENCE])
# the embedding: a row for each word
TABLE = np.array([[0, 0, 0], [1, -2, 1], [2, 1, 0], [-1, 2, 1], [0, 1, 3]], float)
WORD_PAIR = np.array([[1, -1, 0], [0, 2, 1]], float)  # a filter that reads two words

# %% [markdown]
# ## Three operations, small enough to print
# Each is one call of minigrad; reshape and index only add and take away axes of length 1.


# %%
def convolve(x):
    """(6, 6) → (4, 4): the 3×3 pixels of each window times the kernel, summed."""
    return mg.conv2d(x.reshape(1, *x.shape, 1), KERNEL[:, :, None, None])[0, :, :, 0]


def pool(x, kind=mg.max_pool2d):
    """(6, 6) → (5, 5): the largest (or the mean) of each window of 2×2 pixels; they overlap."""
    return kind(x.reshape(1, *x.shape, 1), 2, stride=1)[0, :, :, 0]


def look_up(table):
    """(5, 3) → (4, 3): for each word of the sentence its row of the table."""
    return mg.embedding(table, TOKENS)


def jacobian(f, x):
    """J[y][x] = ∂y/∂x, by one backward sweep for each y.

    Handed a 1 at that y and 0 elsewhere, the sweep gives one row.
    """
    y, backward = mg.vjp(f, x)
    ones = np.eye(y.size).reshape(-1, *y.shape)
    rows = [backward(one)[0] for one in ones]
    return np.reshape(rows, (*y.shape, *x.shape))


CASES = {  # the operation, its input, the one y and the one x to look at
    "convolution 3×3": (convolve, IMAGE, (1, 2), (2, 2)),
    "max-pooling 2×2": (pool, IMAGE, (3, 3), (2, 2)),
    "embedding": (look_up, TABLE, (2, 1), (1, 1)),
}
figures.lesson_02.print_counts({name: jacobian(f, x) for name, (f, x, *_) in CASES.items()})

# %% [markdown]
# ## Which input touched which output
# Left: one y and ∂y/∂x for every x, a *row* of J: one backward sweep. Right: one x and ∂y/∂x of
# every y, a *column*: as many sweeps as there are y (lesson 3 needs one). Every large number is a
# gradient that minigrad computed.
# - **Convolution.** Back from one y one finds the kernel. On from one x one finds it turned by
#   180°: the first window that reaches x meets it with the kernel's last entry.
# - **Max-pooling.** Of a window's four entries (dashed) one has the whole derivative. The 9 wins
#   four windows, so its gradient is the *sum* of four. Of these three Jacobians only this one
#   depends on the values of x.
# - **Embedding.** Each y copies one entry of the table. "not" stands twice in the sentence: its row
#   feeds both.
# - *Learners trip here:* a derivative of 0 does not mean that y did not read x. The losers of a
#   window were read.


# %%
def draw_lesson():
    """Three operations: from one y back to every x, and from one x on to every y."""
    panels = {
        name: (x, f(mg.Tensor(x)).data, jacobian(f, x), *places)
        for name, (f, x, *places) in CASES.items()
    }
    # a mean takes from all that it reads
    window = jacobian(lambda x: pool(x, mg.avg_pool2d), IMAGE)[3, 3] != 0
    figures.lesson_02.draw_touch(
        panels, {"max-pooling 2×2": window}, {"embedding": (VOCABULARY, SENTENCE)}
    )


draw_lesson()

# %% [markdown]
# ## Kinks and ties
# - A derivative is a limit of differences, the same from both sides. At a tie and at the kink of a
#   ReLU there is none. What an engine needs there is a **rule**, written down: ReLU′(0) = 0, and
#   the first of equal entries, row by row, has everything, as in PyTorch's max-pooling. (A half is
#   the mean of two slopes, and no third slope.)
# - `mg.gradcheck` takes random directions u and v and asks: is ⟨u, Jv⟩ = ⟨Jᵀu, v⟩, with Jv by
#   forward mode (lesson 3) and Jᵀu by `backward`? And is ⟨u, Jv⟩ a limit of differences? At a kink
#   the first holds, for both modes follow one rule; the second fails. *Learners trip here:* that is
#   no error of the engine; check beside the kink.
# - Ties are not rare: every window of a black picture, a common baseline x′, is one.


# %%
def slopes(f, x, output, entry, h=2.0**-10):
    """One y against one x: (y(x + h) − y(x)) / h, (y(x) − y(x − h)) / h, and minigrad's ∂y/∂x."""
    step = h * np.eye(x.size).reshape(*x.shape, *x.shape)[entry]
    below, here, above = (f(mg.Tensor(moved)).data[output] for moved in (x - step, x, x + step))
    return (above - here) / h, (here - below) / h, jacobian(f, x)[output][entry]


def print_kinks():
    """The slopes to both sides and minigrad's derivative; and gradcheck on the operation."""
    heads = "from the right  from the left  minigrad  gradcheck, or what it finds broken"
    print(f"{'∂y/∂x of':26} {heads}")
    near, tie = np.array([[3.0, 7.0], [6.0, 1.0]]), np.array([[3.0, 7.0], [7.0, 1.0]])
    for what, f, x, output, entry in (
        ("convolution", convolve, IMAGE, (1, 2), (2, 3)),
        ("max(3, 7, 6, 1): 7", pool, near, (0, 0), (0, 1)),
        ("max(3, 7, 7, 1): first 7", pool, tie, (0, 0), (0, 1)),
        ("max(3, 7, 7, 1): second 7", pool, tie, (0, 0), (1, 0)),
        ("ReLU at 1", mg.relu, np.ones(1), (0,), (0,)),
        ("ReLU at 0", mg.relu, np.zeros(1), (0,), (0,)),
    ):
        right, left, ours = slopes(f, x, output, entry)
        found = str(figures.lesson_02.outcome(mg.gradcheck, f, x)).split(":")[0]
        print(f"{what:26}{right:15g}{left:15g}{ours:10g}  {found}")
    print("gradcheck at the tie, in full:", figures.lesson_02.outcome(mg.gradcheck, pool, tie))


print_kinks()

# %% [markdown]
# ## Padding, and what has no gradient
# - **A maximum is padded with −∞**, as a sum is with 0: padding must not change what is in the
#   window. A border of zeros beats negative pixels; the output is wrong there, and the gradient
#   goes to pixels that do not exist.
# - **Token ids have no gradient.** An id is a row's number, and there is no word 2½ to move to: an
#   id that wants a gradient is refused, and so is a float as an id. Explain the embedding: F as a
#   function of the rows looked up, from x′ = the row of the padding word (by its right number) to
#   x. *Learners trip here:* the gradient *by position* explains a sentence; the one *by row* trains
#   the table, and adds up every place where the word stands.


# %%
def print_padding():
    """Σ_x ∂F/∂x for F = Σ y, where y are the 3×3 maxima of negative pixels in a border."""
    x = mg.Tensor(-1 - IMAGE.reshape(1, 6, 6, 1), requires_grad=True)
    zeros = mg.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    for what, y in (
        ("−∞", mg.max_pool2d(x, 3, stride=1, padding=1)),
        ("0 ", mg.max_pool2d(zeros, 3, stride=1)),
    ):
        y.sum().backward()
        zero = f"{np.sum(y.data == 0):2} of {y.size} windows give 0"
        print(f"padding of {what}: {zero}, and Σ ∂F/∂x = {x.grad.sum():g}")


def print_words():
    """What is refused of ids; then ∂F/∂x for F = Σ relu(filter) over pairs of words."""
    print("ids:", figures.lesson_02.outcome(mg.Tensor, TOKENS, requires_grad=True))
    print("ids as floats:", figures.lesson_02.outcome(mg.embedding, TABLE, TOKENS.astype(float)))
    table = mg.Tensor(TABLE, requires_grad=True)
    embedded = look_up(table).named("embedded")
    responses = mg.conv1d(embedded.reshape(1, 4, 3), WORD_PAIR[:, :, None])
    mg.relu(responses).sum().backward()
    for what, words, grad in (
        ("position", SENTENCE, embedded.grad),
        ("row", VOCABULARY, table.grad),
    ):
        rows = (f"{word} {row}" for word, row in zip(words, grad.astype(int)))
        print(f"∂F/∂x by {what}:", *rows, sep="  ")


print_padding()
print_words()

# %% [markdown]
# ## Exercise 1: back through a maximum
# One channel, no padding. *Learners trip here:* two windows may have the same winner.


# %%
def max_pool_backward(x, size, stride, grad_y):
    """∂F/∂x, (H, W), of the maxima of windows of size × size that begin stride apart.

    ``grad_y`` is ∂F/∂y, one number for each window.
    """
    # exercise: max_pool_backward
    # hint: the window of y[r, c] begins at x[r * stride, c * stride]; loop over r and c
    # hint: np.argmax counts row by row and gives the first of equal entries;
    #       divmod(its answer, size) is row and column
    # solution
    grad_x = np.zeros(x.shape)
    for r, c in np.ndindex(grad_y.shape):
        top, left = r * stride, c * stride
        window = x[top : top + size, left : left + size]
        i, j = divmod(window.argmax(), size)
        grad_x[top + i, left + j] += grad_y[r, c]
    return grad_x
    # end solution


attempt(max_pool_backward)

# %% [markdown]
# ## Exercise 2: back through a convolution
# y[t] = Σ_i x[t · stride + i] · weight[i]. *Learners trip here:* `np.convolve` turns its kernel and
# knows no stride.


# %%
def conv1d_backward(x, weight, stride, grad_y):
    """(∂F/∂x, ∂F/∂weight), shaped like x and like the weight.

    ``grad_y`` is ∂F/∂y, one number for each window.
    """
    # exercise: conv1d_backward
    # hint: y[t] has one term for each i; which x is in it, which weight,
    #       and what is its derivative by each of them?
    # solution
    grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    for t, i in np.ndindex(len(grad_y), len(weight)):
        grad_x[t * stride + i] += grad_y[t] * weight[i]
        grad_weight[i] += grad_y[t] * x[t * stride + i]
    return grad_x, grad_weight
    # end solution


attempt(conv1d_backward)

# %% [markdown]
# ## Exercise 3 (optional): back through a look-up
# *Learners trip here:* `grad_table[tokens] += grad_y` keeps only the last of equal tokens. Try it.


# %%
def embedding_backward(table, tokens, grad_y):
    """∂F/∂table, shaped like it; ``grad_y`` is ∂F/∂y, one row for each token."""
    # exercise: embedding_backward
    # hint: one token after another
    # solution
    grad_table = np.zeros(table.shape)
    for position, token in enumerate(tokens):
        grad_table[token] += grad_y[position]
    return grad_table
    # end solution


attempt(embedding_backward)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `max_pool_backward` with every entry that equals the maximum: *of equal entries the first*. With
#   `=` for `+=`: *adds*.
# - `conv1d_backward` with weight[-1 - i]: *not turned*. With t for t · stride: *windows begin
#   stride apart*.
# - `embedding_backward` by `grad_table[tokens] += grad_y`: *adds*.
# - minigrad's own `Relu.forward`: `x >= 0` for `x > 0`. The table of kinks shows it,
#   `tests/minigrad/test_engine.py` catches it.

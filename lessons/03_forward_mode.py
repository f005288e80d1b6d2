# %% [markdown]
# # Lesson 3: Forward mode
#
# About 40 minutes, after lesson 2 (convolution, pooling, embedding).
# At the end you have written the tangents of two operations and a Jacobian by columns, and know
# what one sweep gives.
#
# **A question first.** An input moves on the straight line x(α) = x′ + α (x − x′), from a baseline
# x′ at α = 0 to x at α = 1. The score F moves with it. How fast, at one α? You could compute the
# network at α and at α + h and divide the change by h. How many of float64's 16 digits does the
# best h get right? Guess, then look at the third panel below.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233): F, x, x′ and α as
# above, y a hidden unit. dy/dα is how fast y moves along the path. In minigrad it is `y.tangent`,
# an array shaped like y.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, figures, two_neurons

TWO_NEURONS = two_neurons.F, two_neurons.X, two_neurons.BASELINE

# %% [markdown]
# ## By hand, then in one sweep
# y₁ = relu(x₁ + 2 x₂ − 1), y₂ = relu(3 x₁ − x₂), F = y₁ · y₂, from x′ = (0, 0) to x = (1, 1).
# Beside every value stands its tangent. A line needs the values and tangents of lines above it,
# nothing else: that is forward mode. Put a breakpoint into `by_hand` and into `sweep`.


# %%
def by_hand(alpha):
    """(y₁, dy₁/dα, y₂, dy₂/dα, F, dF/dα), line by line."""
    x1, dx1, x2, dx2 = alpha, 1.0, alpha, 1.0  # dx/dα = x − x′, here (1, 1)
    z1, dz1 = x1 + 2 * x2 - 1, dx1 + 2 * dx2  # tangents add; the number −1 does not move
    z2, dz2 = 3 * x1 - x2, 3 * dx1 - dx2
    y1, dy1 = (z1, dz1) if z1 > 0 else (0.0, 0.0)  # asleep, it stands still
    y2, dy2 = (z2, dz2) if z2 > 0 else (0.0, 0.0)
    F, dF = y1 * y2, dy1 * y2 + y1 * dy2  # both factors move
    return y1, dy1, y2, dy2, F, dF


def sweep(F, x, baseline, alphas, direction=None):
    """One forward sweep without a tape: x, the named tensors and F by name, with tangents.

    Each has a row for every α; ``direction`` is dx/dα, x − x′ unless told.
    """
    direction = x - baseline if direction is None else direction
    alpha = np.reshape(alphas, (-1, *(1,) * (x.ndim - 1)))
    tangent = np.repeat(direction, len(alphas), axis=0)
    x_alpha = mg.Tensor(baseline + alpha * (x - baseline), tangent=tangent)
    with mg.watch_layers() as hidden, mg.no_grad():
        score = F(x_alpha)
    return {"x": x_alpha, **hidden.tensors, "F": score}


def print_two_neurons():
    """Every value and tangent by hand and by one sweep, and a central difference for dF/dα."""
    alphas, h = np.array([0.2, 1 / 3, 0.5, 0.8]), 1e-4
    hand = [by_hand(alpha) for alpha in alphas]
    swept, ahead, behind = (sweep(*TWO_NEURONS, alphas + step) for step in (0, h, -h))
    difference = (ahead["F"].data - behind["F"].data) / (2 * h)
    figures.lesson_03.print_table(alphas, swept["y"], swept["F"], hand, difference)


print_two_neurons()

# %% [markdown]
# *Learners trip here:*
# - A tensor without a tangent is constant: the weights, and what is made from `y.data` or
#   `y.detach()` (motion lost).
# - Tangents add where terms meet (z₁). Gradients add elsewhere: where one tensor is used several
#   times.
# - A ReLU at exactly 0. At α = 1/3 the slope of F is 0 on the left and 2 on the right; minigrad
#   takes relu′(0) = 0 in both modes; the difference says 1. A single point does not change an
#   integral over α.
# - `y.tangent` is dy/dα, `y.grad` is ∂F/∂y. Both are shaped like y; lesson 6 multiplies them.
#
# ## A small convolutional network
# x is the drawn picture with an orange disc, x′ the same ground without it: the picture's leftmost
# column, repeated. On the path only the disc's pixels move. Which units of the layers move?

# %%
RNG = np.random.default_rng(6)
CONV = RNG.standard_normal((3, 3, 3, 4))
DEEP = RNG.standard_normal((3, 3, 4, 6)) / 8
SCORE = RNG.standard_normal(6)


def averages(x):
    """x → conv → pooled → deep → average over positions: six numbers a picture, smooth in x."""
    conv = mg.softplus(mg.conv2d(x, CONV, padding="same")).named("conv")
    pooled = mg.avg_pool2d(conv, 2).named("pooled")
    deep = mg.tanh(mg.conv2d(pooled, DEEP, padding="same")).named("deep")
    return deep.mean(axis=(1, 2)).named("average")


def small_network(x):
    """The score F of every picture."""
    return averages(x) @ SCORE


PICTURE = figures.drawn_picture(24)
GROUND = np.repeat(PICTURE[:, :, :1], 24, axis=2)
SMALL_NETWORK = small_network, PICTURE, GROUND


def print_motion(F, x, baseline):
    """How many units move at α = 0.5; and the mean slope of F over the path.

    The slope is taken in the right direction and in two others.
    """
    for name, y in sweep(F, x, baseline, [0.5]).items():
        print(f"{name:8} {np.count_nonzero(y.tangent):5} of {y.size:5} units move")
    F_baseline, F_x = sweep(F, x, baseline, (0, 1))["F"].data
    print(f"F(x) − F(x′) = {F_x - F_baseline:.4f}, and ∫ dF/dα dα in the direction")
    midpoints = (np.arange(200) + 0.5) / 200
    for name, direction in {"x − x′": x - baseline, "x": x, "1": np.ones_like(x)}.items():
        score = sweep(F, x, baseline, midpoints, direction)["F"]
        print(f"  {name:6} is {score.tangent.mean():.4f}")


print_motion(*SMALL_NETWORK)

# %% [markdown]
# A unit moves only if its window meets the disc, so each kernel widens what moves; an average over
# positions moves whole. *Learners trip here:* **the direction is x − x′**, not x and not 1. With
# the two neurons all three are (1, 1), so no mistake shows there; here it does.
#
# ## How good is a difference?
# A one-sided difference errs by about h, since F(α) is bent, plus 10⁻¹⁶ / h, since two nearly equal
# numbers are subtracted: some 8 digits at best, half of them. A central one errs by about h² plus
# 10⁻¹⁶ / h. The **complex step** Im F(x(α + ih)) / h subtracts nothing, so h may be tiny, but F
# must be smooth and take complex numbers. The tangent needs no h.


# %%
def errors(path, alpha, h):
    """For every h, how far two differences and the complex step are from the tangent.

    The errors are relative to the tangent.
    """
    steps = (0 * h, h, -h, 1j * h)
    here, ahead, behind, aside = (sweep(*path, alpha + step)["F"] for step in steps)
    one_sided = (ahead.data - here.data) / h
    central = (ahead.data - behind.data) / (2 * h)
    complex_step = aside.data.imag / h
    return [np.abs(estimate / here.tangent - 1) for estimate in (one_sided, central, complex_step)]


figure = figures.lesson_03.draw(sweep, errors, TWO_NEURONS, SMALL_NETWORK)
figures.save(figure, "03_forward_mode.png")

# %% [markdown]
# ## Forward against reverse
# Let f take n numbers to m. Its Jacobian J has m rows and n columns. One forward sweep gives **Jv**
# for a direction v (`mg.jvp`): for a unit vector, a column. One backward sweep gives **Jᵀu**
# (`mg.vjp`): for a unit vector, a row. Both read the same J, so **⟨u, Jv⟩ = ⟨Jᵀu, v⟩** for all u
# and v. No difference is taken: the check is sharp to rounding.


# %%
def print_both_modes(f, x):
    """⟨u, Jv⟩ and ⟨Jᵀu, v⟩ for the averages; and how many sweeps all of J takes."""
    rng = np.random.default_rng(0)
    v, u = rng.standard_normal(x.shape), rng.standard_normal((1, 6))
    Jv, JTu = mg.jvp(f, (x,), (v,))[1], mg.vjp(f, x)[1](u)[0]
    print(f"⟨u, Jv⟩ = {(u * Jv).sum():.12f}\n⟨Jᵀu, v⟩ = {(JTu * v).sum():.12f}")
    print(f"all of J, {u.size} × {x.size}: {x.size} forward sweeps or {u.size} backward sweeps")


print_both_modes(averages, PICTURE)

# %% [markdown]
# ## Exercise 1: a product of which both factors move
# *Learners trip here:* a matrix product does not commute; a factor that stands still is a constant.


# %%
def matmul_jvp(a, da, b, db):
    """The tangent of ``a @ b``, where a has the tangent da and b has the tangent db."""
    # exercise: matmul_jvp
    # hint: the product rule: first a moves and b stands still, then the other way round
    # solution
    return da @ b + a @ db
    # end solution


attempt(matmul_jvp)

# %% [markdown]
# ## Exercise 2: the `jvp` of softmax
# Every y depends on every x of its row, so the tangents of a row mix, and no row with another.


# %%
def softmax_jvp(y, dx):
    """The tangent of y = softmax(x) over the last axis, given y, (..., n), and the tangent of x."""
    # exercise: softmax_jvp
    # hint: log y_i = x_i − log Σ_j exp(x_j); take the tangent of both sides
    # solution
    return y * (dx - (y * dx).sum(axis=-1, keepdims=True))
    # end solution


attempt(softmax_jvp)

# %% [markdown]
# ## Exercise 3: a Jacobian by columns
# *Learners trip here:* a forward sweep gives a column, so the columns must be put side by side.


# %%
def jacobian_by_columns(f, x):
    """J, (m, n), of f from a Tensor (n,) to a Tensor (m,), at the array x, by n forward sweeps."""
    # exercise: jacobian_by_columns
    # hint: mg.jvp(f, (x,), (v,)) gives f(x) and Jv; which v picks one column?
    #       See np.eye and np.stack
    # solution
    columns = [mg.jvp(f, (x,), (unit,))[1] for unit in np.eye(len(x))]
    return np.stack(columns, axis=1)
    # end solution


attempt(jacobian_by_columns)

# %% [markdown]
# ## The second factor of Eq. 3
# Conductance is Cond^y = ∫₀¹ ∂F/∂y · **dy/dα** dα. One forward sweep gave the second factor for
# every unit of every named tensor; reverse mode would need a sweep for each unit. With the first
# factor it is the other way round: F is one number, so one backward sweep gives all ∂F/∂y. At
# α = 0.5 the two neurons have ∂F/∂y = (y₂, y₁) = (1, 0.5) and dy/dα = (3, 2): 1 · 3 + 0.5 · 2 = 4,
# the dF/dα of the table. Lesson 6 goes on from here.
#
# ## What to break
# One change at a time: run the file, read what fails, put it back.
# - `matmul_jvp` as (a + da) @ (b + db) − a @ b: *linearity in the tangents*. As da @ db: *a factor
#   that stands still*.
# - `softmax_jvp` without the sum: *tangents sum to 0*. With the wrong sign: only *⟨u, Jv⟩ = ⟨Jᵀu,
#   v⟩* notices.
# - `jacobian_by_columns` with axis=0: *a row for each output*. By differences: *one forward sweep a
#   column*.
# - In `sweep`, `direction = x`: F(x) − F(x′) is not the integral any more, and in the third panel
#   every h errs. Why do the table and the first two panels stay as they were?

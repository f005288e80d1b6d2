# %% [markdown]
# # Lesson 6: Conductance by the chain rule
#
# About 60 minutes, after lesson 4 (integrated gradients); forward mode is from lesson 3.
# At the end you have written Eq. 2 and Eq. 3, and they are exact where a pencil can check them.
#
# **A question first.** Two neurons are multiplied:
#
#     y₁ = relu(x₁ + 2 x₂ − 1)      y₂ = relu(3 x₁ − x₂)      F = y₁ · y₂
#
# At x = (1, 1) they are alike: y₁ = y₂ = 2 and ∂F/∂y₁ = ∂F/∂y₂ = 2. At x′ = (0, 0) both are 0, and
# so are both gradients. On the way F rises from 0 to 4. Does each neuron deserve half of the 4?
# Guess, then read on.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233). F is the score, x the
# input, x′ the baseline, x(α) = x′ + α (x − x′) the path, α from 0 to 1, y a hidden unit:
#
#     Cond_i^y = (x_i − x′_i) ∫₀¹ ∂F/∂y · ∂y/∂x_i dα           (Eq. 2: what input i does through y)
#     Cond^y   = Σ_i Cond_i^y = ∫₀¹ ∂F/∂y · dy/dα dα           (Eq. 3: what y does)
#
# Eq. 3 has this last form because dy/dα = Σ_i ∂y/∂x_i · (x_i − x′_i): the chain rule along the
# path.

# %%
import numpy as np

import minigrad as mg
from lessons import figures, figures_06
from lessons.checking import attempt, require, require_equal
from lessons.two_neurons import BASELINE, BY_INPUT, CONDUCTANCE, F, X
from minigrad.attribution import (
    conductance,
    conductance_by_definition,
    explain_unit,
    integrated_gradients,
    quadrature,
)
from minigrad.attribution.definition import jacobians

# %% [markdown]
# ## By pencil
# Here both inputs are α, so y₁ = relu(3α − 1), asleep until α = 1/3, and y₂ = 2α. From 1/3 on:
#
#     unit   ∂F/∂y         dy/dα   product    its integral from 1/3 to 1
#     y₁     y₂ = 2α       3       6α         [3α²]       = 3 − 1/3      = 8/3
#     y₂     y₁ = 3α − 1   2       6α − 2     [3α² − 2α]  = 1 − (−1/3)   = 4/3
#
# Before 1/3 both products are 0, since dy₁/dα and ∂F/∂y₂ = y₁ are. Together 4 = F(x) − F(x′), but
# not by halves: on the way y₁ rises faster, and its factor y₂ is the larger one. The ends of the
# path do not show this.
#
# ## One α, three numbers
# `look` is the engine's core in four lines. `one_term` is one term of Eq. 3: put a breakpoint on
# its `return`.


# %%
def look(F, x, baseline, alpha):
    """The layer "y" at x(α), with ∂F/∂y in ``y.grad`` and dy/dα in ``y.tangent``, both shaped (1,
    units).
    """
    x_alpha = mg.Tensor(baseline + alpha * (x - baseline), tangent=x - baseline)
    with mg.watch_layers() as hidden:
        F(x_alpha).sum().backward()
    return hidden.tensors["y"]


def one_term(F, x, baseline, alpha, weight, unit):
    """One term of Eq. 3 with its factors."""
    y = look(F, x, baseline, alpha)
    dF_dy = y.grad[0, unit]  # reverse mode: what F gains per unit of y
    dy_dalpha = y.tangent[0, unit]  # forward mode: how fast y moves when all inputs move together
    product = dF_dy * dy_dalpha
    weighted = weight * product
    return weight, dF_dy, dy_dalpha, product, weighted


figures_06.print_terms(one_term, (0.25, 0.75), weight=1 / 6)

# %% [markdown]
# *Learners trip here:*
# - **What is differentiated by what?** ∂F/∂y asks F about y, as if y were an input and the other
#   units of its layer stood still. ∂y/∂x_i asks y about one input, dy/dα about all inputs together.
#   None of them is ∂F/∂x_i.
# - **Forgetting x − x′.** Here it is (1, 1), so the mistake changes nothing; the checks below use
#   another path.
#
# ## The integral, as a ledger
# A rule of lesson 4 gives the points α and their weights. With six midpoints the kink at 1/3 falls
# between two cells, and within a cell each product is a straight line, which the midpoint
# integrates exactly: the last sum must be 8/3. For both neurons at once `conductance` keeps the
# factors as arrays (steps, 1, units): look into `RESULT.terms["y"]`.

# %%
STEPS, RULE = 6, "midpoint"
RESULT = conductance(F, X, BASELINE, steps=STEPS, rule=RULE, keep_terms=True)
print(explain_unit(F, X, BASELINE, layer="y", unit=0, steps=STEPS, rule=RULE))
print(f"both neurons {RESULT['y'][0]}, by pencil {CONDUCTANCE[0]} and {CONDUCTANCE[1]}\n")
figures_06.print_methods(F, X, BASELINE, (3, 6, 20, 21, 22, 200), CONDUCTANCE)

# %% [markdown]
# *Learners trip here:* **the paper's formula and the telescoped form differ at finite steps.** Both
# tend to 8/3 and 4/3. Do three steps of the second by pencil: Δy₁ = 0, 1, 1 meets ∂F/∂y₁ = 0, 2/3,
# 4/3. And more steps are not always better: 22 are worse than 20, for it counts how the points
# (here Gauss–Legendre's) fall about the kink.
#
# ## The matrix of factors
# Eq. 2 is a matrix, inputs × units. Its columns sum to Eq. 3. Its rows sum to integrated gradients
# (Eq. 1), because F depends on x only through this layer. The sums in the picture are not added up
# from the cells: each comes from its own function.


# %%
def draw_lesson():
    """Eq. 2 with its sums; beside it the two factors of Eq. 3 over α, for both neurons."""
    by_input = conductance_by_definition(F, X, BASELINE, layer="y", steps=STEPS, rule=RULE)[0]
    _, slopes = jacobians(F, mg.Tensor(0.75 * X, requires_grad=True), "y")
    through_inputs = integrated_gradients(F, X, BASELINE, steps=STEPS, rule=RULE)[0]
    curves = conductance(F, X, BASELINE, steps=600, rule=RULE, keep_terms=True).terms["y"]
    figures.save(
        figures_06.draw(RESULT, by_input, slopes, through_inputs, curves),
        "06_matrix_of_factors.png",
    )


draw_lesson()

# %% [markdown]
# *Learners trip here:* **what a negative sign means.** x₂ has −2/3 through y₂: raising x₂ lowers y₂
# (∂y₂/∂x₂ = −1) while ∂F/∂y₂ is positive. The sign belongs to this score, this path and this way
# through the network. It does not make x₂ bad: its row sums to +10/9.
#
# ## The wrong score, and nothing but zeros
# The same two neurons under other scores. With a second class at score 0, the softmax makes
# sigmoid(F) of F.

# %%
SCORES = {
    "F": F,
    "sigmoid(F)": lambda x: mg.sigmoid(F(x)),
    "sigmoid(1000 F)": lambda x: mg.sigmoid(1000 * F(x)),
}
figures_06.print_scores(SCORES, X, BASELINE, RULE)

# %% [markdown]
# *Learners trip here:*
# - **Logit or probability?** Both are complete, each for its own score. The softmax mixes in the
#   other classes and damps what happens where it is nearly sure: y₁ gets 71 % of the sum and not 67
#   %. The paper's F (reported) is the score before it.
# - **All zeros** has two causes, and F(x) − F(x′) tells which. If it is 0 too, the path does not
#   move. If not, F rises between two points of the rule and is flat at all of them: a saturated
#   softmax. Explain the logit.
#
# ## Exercise 1: the chain rule by hand
# The products ∂F/∂y · dy/dα of a layer at one α, if all you have is ∂y/∂x_i.


# %%
def term(dF_dy, dy_dx, x, baseline):
    """∂F/∂y · dy/dα of every unit: (units,). dF_dy is (units,), dy_dx (units, inputs), x and x′ are
    (inputs,).
    """
    # exercise: term
    # hint: first dy/dα = Σ_i ∂y/∂x_i · (x_i − x′_i), one number for each unit; then unit by unit
    # solution
    return dF_dy * (dy_dx @ (x - baseline))
    # end solution


def check_term(term):
    for broken, *given, expected in (
        (
            "insensitivity (a unit that does not move has no share)",
            [3],
            [[0, 0]],
            [1, 1],
            [0, 0],
            [0],
        ),
        ("the path (x_i − x′_i belongs in the sum)", [1], [[1]], [5], [2], [3]),
        ("one number for each unit", [1, 1, 1], [[1], [1], [1]], [1], [0], [1, 1, 1]),
        (
            "product before sum (each input meets its own x_i − x′_i)",
            [1],
            [[1, -1]],
            [1, -1],
            [0, 0],
            [2],
        ),
        ("each unit meets its own gradient", [1, -1], [[1], [-1]], [1], [0], [1, 1]),
    ):
        got = term(*(np.array(factor, float) for factor in given))
        said = f"For (∂F/∂y, ∂y/∂x, x, x′) = {given} it gave {got}, not {expected}."
        require(
            np.shape(got) == np.shape(expected), "one number for each unit", said, got, expected
        )
        require_equal(got, expected, broken, said)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    factors = jacobians(F, mg.Tensor(baseline + 0.75 * (x - baseline), requires_grad=True), "y")
    y, got = look(F, x, baseline, 0.75), term(*factors, x[0], baseline[0])
    said = f"{got} is not {y.grad[0]} · {y.tangent[0]}."
    require_equal(got, (y.grad * y.tangent)[0], "reverse mode · forward mode", said)


attempt(check_term, term)

# %% [markdown]
# ## Exercise 2: the integral
# Eq. 3 for one unit of the layer "y", on networks whose conductance is known exactly. *Learners
# trip here:* y(α) bends, so (y(x) − y(x′)) · ∫ ∂F/∂y dα is something else; and a unit that is 0 at
# both ends may count.


# %%
def conductance_of_unit(F, x, baseline, unit, alphas, weights):
    """Cond^y of one unit: a number. ``look`` gives what is needed at one α."""
    # exercise: conductance_of_unit
    # hint: a running sum of terms, each from its own α with its own weight; unit u is y.grad[0, u]
    # solution
    total = 0.0
    for alpha, weight in zip(alphas, weights):
        layer = look(F, x, baseline, alpha)
        total += weight * layer.grad[0, unit] * layer.tangent[0, unit]
    return total
    # end solution


def check_conductance_of_unit(conductance_of_unit):
    mid, gauss = "midpoint", "gauss_legendre"
    # each rule is exact for its integrand
    for broken, network, x, baseline, unit, rule, expected in (
        (
            "insensitivity (this y does not move)",
            lambda x: (0 * x + 3).named("y")[:, 0],
            1,
            0,
            0,
            (2, mid),
            0,
        ),
        (
            "weights that sum to 1 (F = y = x)",
            lambda x: (1 * x).named("y")[:, 0],
            1,
            0,
            0,
            (2, mid),
            1,
        ),
        (
            "product before sum (y = (x, −x))",
            lambda x: (x @ [[1.0, -1.0]]).named("y") @ [1.0, -1.0],
            1,
            0,
            0,
            (2, mid),
            1,
        ),
        (
            "insensitivity (F does not depend on this y)",
            lambda x: (x @ [[1.0, 1.0]]).named("y")[:, 0],
            1,
            0,
            1,
            (2, mid),
            0,
        ),
        (
            "the path (F = y = 2x, from x′ to x)",
            lambda x: (2 * x).named("y")[:, 0],
            4,
            1,
            0,
            (2, mid),
            6,
        ),
        (
            "saturation (y = 2x, F = min(y, 1))",
            lambda x: mg.minimum((2 * x).named("y"), 1.0)[:, 0],
            1,
            0,
            0,
            (4, mid),
            1,
        ),
        (
            "overshoot (y = x, F = max(y − 1, 0))",
            lambda x: mg.relu((1 * x).named("y") - 1)[:, 0],
            1.1,
            0,
            0,
            (11, mid),
            0.1,
        ),
        (
            "linearity (F = 2x² − 3y, y = x³)",
            lambda x: (x ** [2.0, 3.0]).named("y") @ [2.0, -3.0],
            1,
            0,
            1,
            (2, gauss),
            -3,
        ),
        ("wrong sign (y = −x, F = −y)", lambda x: -(-x).named("y")[:, 0], 1, 0, 0, (2, mid), 1),
        (
            "curved path (y = x², F = y²)",
            lambda x: ((x * x).named("y") ** 2)[:, 0],
            1,
            0,
            0,
            (2, gauss),
            1,
        ),
        (
            "zero at both ends (F = x y)",
            lambda x: (x * mg.minimum(x, 1 - x).named("y"))[:, 0],
            1,
            0,
            0,
            (4, mid),
            -0.25,
        ),
        (
            "the rule's own weights (y = x, F = y⁴)",
            lambda x: ((1 * x).named("y") ** 4)[:, 0],
            1,
            0,
            0,
            (3, gauss),
            1,
        ),
    ):
        got = conductance_of_unit(
            network, np.array([[float(x)]]), np.array([[float(baseline)]]), unit, *quadrature(*rule)
        )
        require(
            np.shape(got) == (),
            "one number for one unit",
            f"For unit {unit} it gave {got}, of shape {np.shape(got)}.",
        )
        require_equal(
            got,
            expected,
            broken,
            f"For unit {unit}, x = {x}, x′ = {baseline} it gave {got}, not {expected}.",
        )


attempt(check_conductance_of_unit, conductance_of_unit)

# %% [markdown]
# ## Exercise 3: the matrix
# Eq. 2 for every pair. *Learners trip here:* where inputs and units are equally many, a factor
# along the wrong axis goes unseen.


# %%
def matrix_of_eq2(dF_dy, dy_dx, weights, x, baseline):
    """Cond_i^y: (inputs, units). dF_dy is (points, units), dy_dx (points, units, inputs), weights
    (points,), x (inputs,).
    """
    # exercise: matrix_of_eq2
    # hint: loops over points, inputs and units are fine; np.einsum says the same in one line
    # solution
    integral = np.einsum("k,ku,kui->iu", weights, dF_dy, dy_dx)
    return (x - baseline)[:, None] * integral
    # end solution


def check_matrix_of_eq2(matrix_of_eq2):
    for broken, *given, expected in (
        ("each input's own x_i − x′_i", [[1]], [[[1, 1]]], [1], [2, 5], [1, 1], [[1], [4]]),
        (
            "insensitivity (no share where y does not depend on x_i)",
            [[1]],
            [[[0, 1]]],
            [1],
            [1, 1],
            [0, 0],
            [[0], [1]],
        ),
        ("each unit meets its own gradient", [[1, -1]], [[[1], [-1]]], [1], [1], [0], [[1, 1]]),
        (
            "each input's own x_i − x′_i",
            [[1, 1]],
            [[[1, 1], [1, 1]]],
            [1],
            [2, 5],
            [1, 1],
            [[1, 1], [4, 4]],
        ),
        (
            "weights that sum to 1 (a constant is integrated exactly)",
            [[1], [1]],
            [[[1]], [[1]]],
            [0.5, 0.5],
            [1],
            [0],
            [[1]],
        ),
        (
            "product before integral (at each α)",
            [[0], [2]],
            [[[0]], [[2]]],
            [0.5, 0.5],
            [1],
            [0],
            [[2]],
        ),
        ("the rule's own weights", [[0], [4]], [[[1]], [[1]]], [0.25, 0.75], [1], [0], [[3]]),
    ):
        got = matrix_of_eq2(*(np.array(factor, float) for factor in given))
        shaped, said = np.shape(got) == np.shape(expected), f"For ∂y/∂x = {given[1]} it gave {got}."
        require(shaped, "a row for each input, a column for each unit", said, got, expected)
        require_equal(
            got,
            expected,
            broken,
            f"For (∂F/∂y, ∂y/∂x, weights, x, x′) = {given} it gave {got}, not {expected}.",
        )
    alphas, weights = quadrature(STEPS, RULE)
    factors = zip(
        *(jacobians(F, mg.Tensor(alpha * X, requires_grad=True), "y") for alpha in alphas)
    )
    got, expected = (
        matrix_of_eq2(*map(np.array, factors), weights, X[0], BASELINE[0]),
        np.array(BY_INPUT, float),
    )
    require_equal(got, expected, "Eq. 2 of the two neurons", f"It gave {got}, not {expected}.")


attempt(check_matrix_of_eq2, matrix_of_eq2)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `term` without `x − baseline`: *the path*. Without `dF_dy`: *each unit meets its own gradient*.
# - `conductance_of_unit` without the tangent: *insensitivity*. 0 if y(x) is 0: *zero at both ends*.
#   As (y(x) − y(x′)) · ∫ ∂F/∂y dα: *curved path*. Weights times (n − 1)/n: *weights that sum to 1*.
# - `matrix_of_eq2` without x − x′: *each input's own x_i − x′_i*. Factors integrated, then
#   multiplied: *product before integral*.

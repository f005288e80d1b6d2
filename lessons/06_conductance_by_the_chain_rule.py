# %% [markdown]
# # Lesson 6: Conductance by the chain rule
#
# About 70 minutes, after lesson 4 (integrated gradients); forward mode is from lesson 3.
# At the end you have written Eq. 2 and Eq. 3, and Eq. 3 once more as an area that knows its error.
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
from lessons import attempt, figures, two_neurons
from minigrad.attribution import (
    conductance,
    conductance_by_definition,
    explain_unit,
    integrated_gradients,
)
from minigrad.attribution.definition import jacobians

F, X, BASELINE = two_neurons.F, two_neurons.X, two_neurons.BASELINE
CONDUCTANCE = two_neurons.CONDUCTANCE  # 8/3 and 4/3, by pencil below

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
    """The layer "y" at x(α), with ∂F/∂y in ``y.grad`` and dy/dα in ``y.tangent``.

    Both are shaped (1, units).
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


figures.lesson_06.print_terms(one_term, (0.25, 0.75), weight=1 / 6)

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
figures.lesson_06.print_methods(F, X, BASELINE, (3, 6, 20, 21, 22, 200), CONDUCTANCE)

# %% [markdown]
# *Learners trip here:* **the paper's formula and the telescoped form differ at finite steps.** Both
# tend to 8/3 and 4/3. Do three steps of the second by pencil: Δy₁ = 0, 1, 1 meets ∂F/∂y₁ = 0, 2/3,
# 4/3. And more steps are not always better: 22 are worse than 20, for it counts how the points
# (here Gauss–Legendre's) fall about the kink.
#
# ## The same as an area over y
# dy/dα · dα is dy. So Eq. 3 is also Cond^y = ∫ ∂F/∂y dy, the area under ∂F/∂y drawn over y itself:
#
#     y₁ from 0 to 2     ∂F/∂y₁ = y₂ = ⅔ (y₁ + 1)                   ⅔ (2 + 2)               = 8/3
#     y₂ from 0 to 2     ∂F/∂y₂ = y₁ = 0 to y₂ = ⅔, then 3/2 y₂ − 1   (3 − 2) − (1/3 − 2/3) = 4/3
#
# From one point of the path to the next it is a trapezoid, and needs no forward mode:
#
#     ½ (∂F/∂y at the left point + ∂F/∂y at the right point) · (y_right − y_left)
#
# **Why Δy beats dy/dα · Δα at a kink.** Let y₁ wake somewhere between α = 0.3 and 0.4. At the left
# end dy₁/dα is 0, at the right end 3, and the mean of the two is right only if it wakes in the
# middle. Δy₁ is right wherever it wakes: it was there. What remains is the doubt of lesson 4 about
# ∂F/∂y, half the difference of its ends times Δy. `conductance` adds it up for every filter and
# gives it as ``error``.


# %%
def draw_areas():
    """∂F/∂y of both neurons over y, and the trapezoids between six points of the path."""
    six = conductance(F, X, BASELINE, steps=np.linspace(0, 1, 6))
    looks = [look(F, X, BASELINE, alpha) for alpha in six.points]
    y, dF_dy = (np.concatenate(rows) for rows in zip(*((at.data, at.grad) for at in looks)))
    figures.save(figures.lesson_06.draw_areas(y, dF_dy, six), "06_area_over_y.png")


draw_areas()
figures.lesson_06.print_errors(F, X, BASELINE, (5, 6, 8, 20, 80), CONDUCTANCE)
AUTO = conductance(F, X, BASELINE, steps="auto", tolerance=0.01)
print(f"{AUTO} with the {len(AUTO.points)} points that 1 % asks for\n")

# %% [markdown]
# *Learners trip here:* **where y stands still there is no area**, however much ∂F/∂y changes: y₁
# sleeps at 0 while its gradient climbs to ⅔, a wall without a floor. And where y turns back, the
# way back counts negative.
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
    figure = figures.lesson_06.draw(RESULT, by_input, slopes, through_inputs, curves)
    figures.save(figure, "06_matrix_of_factors.png")


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
figures.lesson_06.print_scores(SCORES, X, BASELINE, RULE)

# %% [markdown]
# *Learners trip here:*
# - **Logit or probability?** Both are complete, each for its own score. The softmax mixes in the
#   other classes and damps what happens where it is nearly sure: y₁ gets 71 % of the sum and not
#   67 %. The paper's F (reported) is the score before it.
# - **All zeros** has two causes, and F(x) − F(x′) tells which. If it is 0 too, the path does not
#   move. If not, F rises between two points of the rule and is flat at all of them: a saturated
#   softmax. Explain the logit.
#
# ## Exercise 1: the chain rule by hand
# The products ∂F/∂y · dy/dα of a layer at one α, if all you have is ∂y/∂x_i.


# %%
def term(dF_dy, dy_dx, x, baseline):
    """∂F/∂y · dy/dα of every unit: (units,).

    dF_dy is (units,), dy_dx (units, inputs), x and x′ are (inputs,).
    """
    # exercise: term
    # hint: first dy/dα = Σ_i ∂y/∂x_i · (x_i − x′_i), one number for each unit;
    #       then unit by unit
    # solution
    return dF_dy * (dy_dx @ (x - baseline))
    # end solution


attempt(term)

# %% [markdown]
# ## Exercise 2: the integral
# Eq. 3 for one unit of the layer "y", on networks whose conductance is known exactly. *Learners
# trip here:* y(α) bends, so (y(x) − y(x′)) · ∫ ∂F/∂y dα is something else; and a unit that is 0 at
# both ends may count.


# %%
def conductance_of_unit(F, x, baseline, unit, alphas, weights):
    """Cond^y of one unit: a number. ``look`` gives what is needed at one α."""
    # exercise: conductance_of_unit
    # hint: a running sum of terms, each from its own α with its own weight;
    #       unit u is y.grad[0, u]
    # solution
    total = 0.0
    for alpha, weight in zip(alphas, weights):
        layer = look(F, x, baseline, alpha)
        total += weight * layer.grad[0, unit] * layer.tangent[0, unit]
    return total
    # end solution


attempt(conductance_of_unit)

# %% [markdown]
# ## Exercise 3: the matrix
# Eq. 2 for every pair. *Learners trip here:* where inputs and units are equally many, a factor
# along the wrong axis goes unseen.


# %%
def matrix_of_eq2(dF_dy, dy_dx, weights, x, baseline):
    """Cond_i^y: (inputs, units).

    dF_dy is (points, units), dy_dx (points, units, inputs), weights (points,), x (inputs,).
    """
    # exercise: matrix_of_eq2
    # hint: loops over points, inputs and units are fine; np.einsum says the same in one line
    # solution
    integral = np.einsum("k,ku,kui->iu", weights, dF_dy, dy_dx)
    return (x - baseline)[:, None] * integral
    # end solution


attempt(matrix_of_eq2)

# %% [markdown]
# ## Exercise 4: the area over y
# Eq. 3 of all units from points along the path, without any dy/dα. *Learners trip here:* no weights
# and no α: the points may lie anywhere.


# %%
def area_over_y(dF_dy, y):
    """Cond^y of every unit: (units,), from ∂F/∂y and y at the points of the path, (points, units).

    The first point is x′, the last x.
    """
    # exercise: area_over_y
    # hint: dF_dy[:-1] are the left ends of the panels, dF_dy[1:] the right ones
    # solution
    return ((dF_dy[:-1] + dF_dy[1:]) / 2 * np.diff(y, axis=0)).sum(axis=0)
    # end solution


attempt(area_over_y)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `term` without `x − baseline`: *the path*. Without `dF_dy`: *each unit meets its own gradient*.
# - `conductance_of_unit` without the tangent: *insensitivity*. 0 if y(x) is 0: *zero at both ends*.
#   As (y(x) − y(x′)) · ∫ ∂F/∂y dα: *curved path*. Weights times (n − 1)/n: *weights that sum to 1*.
# - `matrix_of_eq2` without x − x′: *each input's own x_i − x′_i*. Factors integrated, then
#   multiplied: *product before integral*.
# - `area_over_y` with `abs(np.diff(y))`: *the way back*. With `dF_dy[:-1]` alone, the telescoped
#   form: *both ends of a panel*. With Δy · the mean of all ∂F/∂y: *each panel's own Δy*.

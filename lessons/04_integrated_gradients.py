# %% [markdown]
# # Lesson 4: Integrated gradients
#
# About 50 minutes, after lesson 3 (forward mode).
# At the end you have written Eq. 1 for any rule, a rule of your own, and the doubt that it has of
# itself.
#
# **A question first.** The two neurons again: y₁ = relu(x₁ + 2 x₂ − 1), y₂ = relu(3 x₁ − x₂),
# F = y₁ · y₂. On the way from x′ = (0, 0) to x = (1, 1) the score rises from 0 to 4. At x its
# gradient is (8, 2). How much of the 4 is due to x₁, how much to x₂? By the gradient it would be 8
# and 2, together 10. Scaled down to 4: 3.2 and 0.8? Guess, then take a pencil.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233): F is the score, x the
# input, x′ the baseline, x(α) = x′ + α (x − x′) the path, α from 0 to 1. What input i counts for is
#
#     IG_i = (x_i − x′_i) ∫₀¹ ∂F(x(α))/∂x_i dα           (Eq. 1)

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, boat, figures, two_neurons
from minigrad.attribution import ClassScore, integrated_gradients

F, X, BASELINE = two_neurons.F, two_neurons.X, two_neurons.BASELINE
EXACT = [sum(row) for row in two_neurons.BY_INPUT]  # 26/9 and 10/9, by pencil below
SEED = 3  # of the drawn picture: change it

# %% [markdown]
# ## By pencil
# On this path both inputs are α. Until α = 1/3 neuron y₁ sleeps and both slopes are 0; then
# y₁ = 3α − 1 and y₂ = 2α:
#
#     ∂F/∂x₁ = y₂ · 1 + y₁ · 3    = 11α − 3     its integral from 1/3 to 1:   44/9 − 2   = 26/9
#     ∂F/∂x₂ = y₂ · 2 + y₁ · (−1) = α + 1                                     4/9 + 2/3  = 10/9
#
# Here x_i − x′_i = 1, so these are IG₁ and IG₂. Together they are 36/9 = **4, what F has gained**.
# That is no accident:
#
#     dF/dα = Σ_i ∂F/∂x_i · (x_i − x′_i)        the chain rule at one α: the tangent of F, lesson 3
#     F(x) − F(x′) = ∫₀¹ dF/dα dα = Σ_i IG_i    integrated: completeness
#
# ## One α at a time
# `look` is all that the network is asked for. Put a breakpoint into it.


# %%
def look(F, points):
    """F and ∂F/∂x at some points, one a row: (rows,), and an array shaped like the points."""
    x_alpha = mg.Tensor(points, requires_grad=True)
    score = F(x_alpha)
    score.sum().backward()  # every row has a score of its own, so this is each row's gradient
    return score.data, x_alpha.grad


def rises(F, x, baseline, alphas):
    """F along the path, (points,); and the part of each input in dF/dα, (points, *inputs).

    The part of input i is ∂F/∂x_i · (x_i − x′_i).
    """
    alpha = np.reshape(alphas, (-1, *(1,) * (x.ndim - 1))).astype(x.dtype)
    eights = np.array_split(alpha, range(8, len(alpha), 8))
    seen = [look(F, baseline + eight * (x - baseline)) for eight in eights]
    score, dF_dx = (np.concatenate(rows) for rows in zip(*seen))
    return score, dF_dx * (x - baseline)


def slope(F, x, baseline, alpha):
    """dF/dα by forward mode, which knows nothing of ∂F/∂x."""
    x_alpha = mg.Tensor(baseline + alpha * (x - baseline), tangent=x - baseline)
    return F(x_alpha).tangent[0]


def print_two_neurons():
    """F, the parts of both inputs, their sum, and dF/dα found the other way."""
    alphas = (0.2, 0.4, 0.6, 0.8, 1.0)
    score, parts = rises(F, X, BASELINE, alphas)
    slopes = [slope(F, X, BASELINE, alpha) for alpha in alphas]
    figures.lesson_04.print_path(alphas, score, parts, slopes)


print_two_neurons()

# %% [markdown]
# *Learners trip here:*
# - **The gradient at x alone** answers another question: what if x moved a little from where it is?
#   In the last row 8 and 2 sum to 10. Where F is flat at x (F = min(2x, 1) at x = 1) it is 0,
#   though x made the whole score: saturation.
# - **Forgetting x − x′.** ∫ ∂F/∂x_i dα is a slope, score per unit of x_i. Only times the change is
#   it score. Here the change is (1, 1), so the mistake does not show; for pixels it is a factor of
#   up to 255, another for each.
#
# ## The integral as a sum
# A **quadrature rule** is a list of points and weights: ∫₀¹ g dα ≈ Σ_k weight_k · g(α_k);
# `quadrature` gives several. `integrated_gradients` is minigrad's Eq. 1: `look` at a few α
# together, a weighted sum, and at the end times x − x′.

# %%
RULES = {"left": [20], "trapezoid": [20], "midpoint": [3, 4, 19, 20, 21, 200]}
figures.lesson_04.print_rules(F, X, BASELINE, EXACT, RULES)

# %% [markdown]
# *Learners trip here:* **more steps are not always better.** Three midpoints are exact: the jump at
# 1/3 falls between two cells, and within a cell both slopes are straight lines. 4, 20 and even 200
# midpoints are not.
#
# A rule has **order** p if its error falls like 1/stepsᵖ. For smooth dF/dα left has order 1,
# trapezoid and midpoint 2; Gauss–Legendre outruns every power. Where a ReLU or a maximum switches,
# dF/dα jumps. The cell with the jump errs by up to its width times the jump: order 1, and ragged,
# for it counts where in the cell the jump falls.
#
# ## A rule that knows its error
# Between two neighbouring points, a **panel** of width h, g is known at the ends only. The
# trapezoid takes their mean, h · (g_left + g_right) / 2. Let g keep its left value, jump once,
# nobody knows where, and keep its right value. Then the area is anything from h · g_left to
# h · g_right, and the panel errs by at most its **doubt**
#
#     e = h · |g_right − g_left| / 2
#
# Three numbers that we have anyway say how wrong the fourth can be, and where: the next point
# belongs into the panel with the largest doubt. The panels err independently of each other, up or
# down, so together they come to less than Σ e, about √(Σ e² / 3).

# %%
figures.lesson_04.print_doubts(F, X, BASELINE, (10, 20, 40, 80, 160))

# %% [markdown]
# Even points err by about 1/points, now a little more, now a little less. Where each point goes
# into the panel with the largest doubt, twice the points err by a quarter: the order that the jump
# had taken away is back.
#
# *Learners trip here:*
# - **A doubt is no bound on what nobody saw.** Let g rise and fall again between two points: both
#   ends agree, e = 0, and the panel is wrong. So a rule that places its points begins with several.
# - **Where g is smooth the doubt is too large**: a slope that rises evenly gives e > 0 where the
#   trapezoid is exact. That costs points, not truth.
#
# ## A picture
# A small Inception scores a drawn sailboat; x′ is the black picture, so along the path the light is
# turned up. The figure has F, then its slope, whose area is what F gains from x′ to x, then that
# area divided among the pixels.


# %%
def draw_lesson():
    """Above the two neurons and the errors of rules, below the boat and its attribution."""
    model, sailboat, scene = boat.example(SEED)
    x, baseline = model.preprocess(scene.draw()), model.baseline()
    neurons = figures.lesson_04.walk(rises, F, X, BASELINE)
    picture = figures.lesson_04.walk(rises, sailboat, x, baseline)
    attribution = integrated_gradients(sailboat, x, baseline, steps=200)[0]
    figure = figures.lesson_04.draw(neurons, picture, attribution, scene)
    figures.save(figure, "04_integrated_gradients.png")


draw_lesson()

# %% [markdown]
# ## The wrong score, and nothing but zeros
# The same boat under other scores. Each is complete for itself, so completeness cannot tell which
# of them you meant. How well do 50 points do for a network of many ReLUs? Compare Σ IG with
# F(x) − F(x′).


# %%
def print_other_scores():
    """The score, two probabilities, and a path that does not move."""
    model, sailboat, scene = boat.example(SEED)
    x, baseline = model.preprocess(scene.draw()), model.baseline()
    cases = {"score": (sailboat, x, baseline), "score, with x′ = x": (sailboat, x, x)}
    for k in (1, 1000):
        probability = ClassScore(lambda x, k=k: mg.softmax(k * model(x)), sailboat.labels)
        cases[f"softmax({k} · scores)"] = (probability, x, baseline)
    figures.lesson_04.print_scores(cases, scene)


print_other_scores()

# %% [markdown]
# *Learners trip here:* **logit or probability?** The softmax mixes in the other classes and damps
# what is nearly sure. The paper's F is the score before it. **Nothing but zeros** has two causes,
# and F(x) − F(x′) tells which. If it is 0 too, the path does not move. If not, F jumps between
# points of the rule and is flat at all of them: a **saturated softmax**.
#
# ## Exercise 1: a quadrature rule
# *Learners trip here:* n points have n − 1 panels between them. Captum's `riemann_trapezoid`
# divides by n: its weights sum to (n − 1)/n, and every attribution is too small by that factor.


# %%
def trapezoid_rule(steps):
    """(alphas, weights), each (steps,), of points evenly from 0 to 1.

    On each panel g counts as the straight line between its ends.
    """
    # exercise: trapezoid_rule
    # hint: a panel of width h adds h · (g at its left end + g at its right end) / 2:
    #       how often does each point occur?
    # solution
    alphas = np.linspace(0, 1, steps)
    weights = np.full(steps, 1 / (steps - 1))
    weights[[0, -1]] /= 2
    return alphas, weights
    # end solution


attempt(trapezoid_rule)

# %% [markdown]
# ## Exercise 2: Eq. 1, for any gradient function and any rule


# %%
def integrate_gradients(gradient, x, baseline, alphas, weights):
    """IG of every input, shaped like x; ``gradient(point)`` is ∂F/∂x there, shaped like x too."""
    # exercise: integrate_gradients
    # hint: a running sum of weighted gradients, each at its own x(α).
    #       What stands before the integral in Eq. 1?
    # solution
    integral = 0.0
    for alpha, weight in zip(alphas, weights):
        integral = integral + weight * gradient(baseline + alpha * (x - baseline))
    return (x - baseline) * integral
    # end solution


attempt(integrate_gradients)

# %% [markdown]
# ## Exercise 3: the doubt
# The points need not be even any more. *Learners trip here:* each panel has its own width.


# %%
def doubts(alphas, g):
    """e of every panel, (points − 1,); alphas and g, the integrand there, are (points,)."""
    # exercise: doubts
    # hint: np.diff gives all widths, and all changes of g; a doubt is never negative
    # solution
    return abs(np.diff(alphas) * np.diff(g)) / 2
    # end solution


attempt(doubts)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `trapezoid_rule` with 1/steps: *weights that sum to 1*. With all weights equal: only the *order
#   of convergence* notices.
# - `integrate_gradients` without x − x′, or times x: *no share*. With the gradient at x alone:
#   *sensitivity*. Along α x: *the path begins at x′*.
# - `doubts` with 1 / (points − 1) for the widths: *each panel's own width*. Without the 2: only
#   the *jump at an end* notices.

# %% [markdown]
# # Lesson 8: Every layer sums the same
#
# About 55 minutes, after lesson 6 (conductance by the chain rule).
# At the end you have seen that all layers share the same sum at every α, found the cuts for which
# it holds, and know what it does not promise.
#
# **A question first.** A picture passes through five layers on its way to a score. Add up the
# conductance of all units of each layer. Which layer has the highest total, an early one or a late
# one? Guess, then run.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233). F is the score of one
# class (reported: before the softmax), x the picture, x′ the baseline (here black), x(α) = x′ + α
# (x − x′) the path, α from 0 to 1, y a hidden unit. Reverse mode gives ∂F/∂y (`y.grad`), forward
# mode dy/dα (`y.tangent`). Its conductance is Cond^y = ∫₀¹ ∂F/∂y · dy/dα dα (Eq. 3).

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, embedded, figures, googlenet, small_inception
from minigrad.attribution import conductance, quadrature

CUTS = small_inception.CUTS

# %% [markdown]
# ## The network
# A small Inception with random weights: what follows holds for every network, trained or not. Its
# layer `mixed` has four branches side by side, and every tensor inside has a name, for example
# `mixed/reduce3x3`. It is `SmallInception` in `lessons/networks/small_inception.py`:
#
#                ┌ 1x1 ───────────┐
#     x → stem → ┼ reduce3x3, 3x3 ┼ → mixed → deep → average → hidden → F
#                ├ reduce5x5, 5x5 ┤
#                └ pool ──────────┘

# %% [markdown]
# ## At every single α
# A **cut** is a set of tensors that every way from x to F crosses exactly once. F then depends on x
# through the units y of the cut and through nothing else, and three lines are the whole lesson:
#
#     F(x(α)) = G(y(α))                    G is the rest of the network
#     dF/dα   = Σ_y ∂F/∂y · dy/dα          the chain rule for G
#     the left side does not know which cut you chose, so the right side cannot depend on it
#
# No integral, no approximation: equal to rounding, at each α. Put a breakpoint into `walk` and
# look.


# %%
def moving(x, baseline, alphas):
    """x(α) for every α, one row each, with its tangent dx/dα = x − x′."""
    alpha = np.reshape(alphas, (-1, *(1,) * (x.ndim - 1)))
    velocity = np.repeat(x - baseline, len(alphas), axis=0)
    return mg.Tensor(baseline + alpha * (x - baseline), tangent=velocity)


def walk(F, x, baseline, alphas):
    """One sweep forward and one back for all α: F(x(α)), and the named tensors as they leave them.

    Each of these has ∂F/∂y in ``.grad`` and dy/dα in ``.tangent``, a row for each α.
    """
    with mg.watch_layers() as hidden:
        score = F(moving(x, baseline, alphas))
        score.sum().backward()  # every row has a score of its own, so this is each row's gradient
    return score, hidden.tensors


score, hidden = walk(*small_inception.example(), np.linspace(0.1, 0.9, 5))
figures.print_slopes(conductance(*small_inception.example(), layers=CUTS, steps=5), CUTS)

# %% [markdown]
# ## Hence one shared error
# The total of a cut is Σ_k weight_k · dF/dα(α_k): that one function, at the same α with the same
# weights. It misses F(x) − F(x′) by a **one-dimensional quadrature error** in which no layer
# occurs. No layer is more complete than another, and none has the highest total. *Learners trip
# here:*
# - The form matters. `method="difference", rule="left"`, the telescoped form, sums
#   ∂F/∂y · (y(αₖ₊₁) − y(αₖ)). At finite steps that is not the chain rule, and each layer has its
#   own error. Why is it exact for `hidden`? (F is linear in it.)
# - Logit or probability? Conservation holds for both: completeness cannot tell which of them you
#   explained.
# - More steps are not always better: where a ReLU or a maximum switches, dF/dα jumps, and the
#   points of a rule fall luckily or not. Compare the two lower panels; they need no layer, only
#   `slope`.

# %%
STEPS = np.unique(np.geomspace(2, 256, 29).astype(int))
RULES = ("left", "trapezoid", "midpoint", "gauss_legendre")


def both_forms(F, x, baseline, layers):
    """Conductance by the chain rule and by the telescoped form, in 20 steps."""
    path = {"layers": layers, "steps": 20}
    by_chain_rule = conductance(F, x, baseline, method="chain_rule", **path)
    telescoped = conductance(F, x, baseline, method="difference", rule="left", **path)
    return by_chain_rule, telescoped


def slope(F, x, baseline, alphas):
    """dF/dα at every α, by forward mode alone: no layer, no backward."""
    with mg.no_grad():
        return F(moving(x, baseline, alphas)).tangent


def residual(F, x, baseline, steps, rule):
    """|Σ_k weight_k · dF/dα(α_k) − (F(x) − F(x′))| / |F(x) − F(x′)|."""
    alphas, weights = quadrature(steps, rule)
    F_baseline, F_x = F(moving(x, baseline, (0, 1))).data
    total = weights @ slope(F, x, baseline, alphas)
    return abs(total - (F_x - F_baseline)) / abs(F_x - F_baseline)


def residuals(F, x, baseline):
    """For each rule the residual at every number of steps."""
    return {rule: [residual(F, x, baseline, n, rule) for n in STEPS] for rule in RULES}


def draw_lesson():
    """One curve, five equal totals, and their shared residual with kinks and without."""
    kinked = small_inception.example()
    smooth = small_inception.example(mg.softplus, mg.avg_pool2d)
    alphas = np.linspace(0, 1, 1001)
    figure = figures.lesson_08.draw(
        conductance(*kinked, steps=20),
        curve=(alphas, slope(*kinked, alphas)),
        kinked=residuals(*kinked),
        smooth=residuals(*smooth),
        steps=STEPS,
    )
    figures.save(figure, "08_every_layer_sums_the_same.png")


figures.print_totals(*both_forms(*small_inception.example(), CUTS), CUTS)
draw_lesson()

# %% [markdown]
# ## Complete is not accurate
# A right sum can be a sum of wrong numbers. Two filters, and a bump p that the one adds and the
# other takes away again:
#
#     p = relu(2x − 1)      y₁ = x + p      y₂ = −p      F = y₁ + y₂ = x
#
# From x′ = 0 to x = 1 the filters move by 2 and by −1, and ∂F/∂y is 1, so these are their
# conductances. p cancels in F: dF/dα is 1 at every α, and **every rule is complete, however few
# its points**. Of a filter that says nothing. What does is the filter's own ``error`` (lessons 4
# and 6): half of how much its integrand changes from point to point.


# %%
def F_with_bump(x):
    """F = y₁ + y₂ = x, for each row of x (N, 1); the layer "y" is (N, 2)."""
    bump = mg.relu(2 * x - 1)
    y = mg.concatenate([x + bump, -bump], axis=1).named("y")
    return y.sum(axis=1)


figures.print_accuracy(
    conductance(F_with_bump, np.ones((1, 1)), np.zeros((1, 1)), steps=steps, rule=rule)
    for rule, steps in (("left", 4), ("trapezoid", 4), ("gauss_legendre", 5), ("left", 64))
)

# %% [markdown]
# *Learners trip here:*
# - **Reading completeness as an error bar.** GoogLeNet explained a photo of a spider with 50
#   Gauss–Legendre points: each layer's sum was right to 5 %, the filters of the worst layer to
#   15 %. With 100 points for a cockroach the sums were right to 0.2 %, the filters to 8 %: errors
#   of both signs, and luck. Ask for `relative_error`, the filters' own, and let it place the
#   points: with `steps="auto"` some 40 are within 5 % in every layer.
# - **Reading the filters' error as a bound.** The first line is off by 0.5 and says 0.35. It is an
#   estimate, from the points that were looked at.

# %% [markdown]
# ## Exercise 1: the sum over a layer
# Write what the first table shows, for one named tensor. *Learners trip here:* each row is another
# α.


# %%
def layer_slope(y):
    """Σ_y ∂F/∂y · dy/dα over the units of one named tensor: an array, one number for each row."""
    # exercise: layer_slope
    # hint: y.grad and y.tangent have the same shape, (rows, ...): what happens unit by unit,
    #       what row by row? hidden["mixed"], from above, is such a y
    # solution
    return (y.grad * y.tangent).reshape(len(y), -1).sum(axis=1)
    # end solution


attempt(layer_slope)

# %% [markdown]
# ## Exercise 2: find the cut
# Which set of named tensors with `mixed/reduce3x3` in it sums to F(x) − F(x′)? *Learners trip
# here:* parallel branches are a cut only together, and a tensor and its successor count the same
# change twice.


# %%
def find_cut():
    """The names of a cut that contains "mixed/reduce3x3", as a list."""
    # exercise: find_cut
    # hint: print(*small_inception.ways(), sep="\n") and tick off every way exactly once
    # solution
    return ["mixed/1x1", "mixed/reduce3x3", "mixed/reduce5x5", "mixed/pool"]
    # end solution


attempt(find_cut)

# %% [markdown]
# ## Exercise 3: the integral
# From the factors at every α to a total. *Learners trip here:* y(α) is curved, so (y(x) − y(x′)) ·
# ∫ ∂F/∂y dα is something else; and the weights of a rule must sum to 1.


# %%
def layer_total(dF_dy, dy_dalpha, weight):
    """Σ_y Cond^y of one layer: a number. The factors are (points, units), the weights (points,)."""
    # exercise: layer_total
    # hint: first the integrand at each point, as in exercise 1; then the weights, as they come
    # solution
    return weight @ (dF_dy * dy_dalpha).sum(axis=1)
    # end solution


attempt(layer_total)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `layer_slope` without the tangent: *insensitivity*. Sums before the product: *product before
#   sum*.
# - `find_cut` without the pool branch: *no way round the cut*. With `mixed` added: *no way crosses
#   twice*.
# - `layer_total` with weights · (n − 1)/n: *weights that sum to 1*. With Δy · ∫ ∂F/∂y dα: *the
#   curved path*.

# %% The same on the embedded Inception, and on GoogLeNet
examples = [embedded.example]
if googlenet.available():
    examples.append(googlenet.example)
for example_of in examples:
    F, x, baseline, layers = example_of()
    figures.print_totals(*both_forms(F, x, baseline, layers), layers)
    runs = [conductance(F, x, baseline, layers=layers, steps=steps) for steps in (50, 100)]
    truth = conductance(F, x, baseline, layers=layers, steps="auto", tolerance=0.01)
    figures.print_filters_errors(runs, truth, layers)

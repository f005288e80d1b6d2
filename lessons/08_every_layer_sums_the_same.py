# %% [markdown]
# # Lesson 8: Every layer sums the same
#
# About 45 minutes, after lesson 6 (conductance by the chain rule).
# At the end you have seen that all layers share the same sum at every α, and found the cuts for
# which it holds.
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
import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from lessons import attempt, embedded, figures, googlenet
from minigrad.attribution import ClassScore, conductance, quadrature

CUTS = ("stem", "mixed", "deep", "average", "hidden")
BRANCHES = {
    "1×1": ("1x1",),
    "3×3": ("reduce3x3", "3x3"),
    "5×5": ("reduce5x5", "5x5"),
    "pool": ("pool",),
}

# %% [markdown]
# ## The network
# A small Inception with random weights: what follows holds for every network, trained or not. Its
# layer `mixed` has four branches side by side, and every tensor inside has a name, for example
# `mixed/reduce3x3`.


# %%
class SmallInception(mg.Module):
    """stem → mixed → deep → average over positions → hidden → four scores, in float64."""

    def __init__(self, activation, pool):
        rng = np.random.default_rng(239)
        sizes = {"stem": (3, 6, 3), "1x1": (6, 4, 1), "reduce3x3": (6, 3, 1), "3x3": (3, 6, 3), "reduce5x5": (6, 2, 1),
                 "5x5": (2, 3, 5), "pool": (6, 3, 1), "deep": (16, 16, 3)}  # fmt: skip
        self.conv = {
            name: mg.layers.Conv2d(*size, padding="same", rng=rng) for name, size in sizes.items()
        }
        self.hidden, self.scores = (
            mg.layers.Linear(16, 12, rng=rng),
            mg.layers.Linear(12, 4, rng=rng),
        )
        self.activation, self.pool = activation, pool
        for parameter in self.astype(np.float64).requires_grad(False).parameters():
            if parameter.ndim == 1:  # with zero biases F(αx) = α F(x): a path without a single kink
                parameter.data = 0.3 * rng.standard_normal(parameter.shape)

    def forward(self, x):
        stem = self.pool(self.activation(self.conv["stem"](x)), 2).named("stem")
        branches = []
        for branch in BRANCHES.values():
            y = self.pool(stem, 3, stride=1, padding=1) if branch == ("pool",) else stem
            for part in branch:
                y = self.activation(self.conv[part](y)).named(f"mixed/{part}")
            branches.append(y)
        mixed = mg.concatenate(branches, axis=-1).named("mixed")
        deep = self.activation(self.conv["deep"](self.pool(mixed, 2))).named("deep")
        average = deep.mean(axis=(1, 2)).named("average")
        return self.scores(self.activation(self.hidden(average)).named("hidden"))


def example(activation=mg.relu, pool=mg.max_pool2d):
    """F, x and x′: one score of the network, a drawn picture and the black one."""
    return (
        ClassScore(SmallInception(activation, pool), 1),
        figures.drawn_picture(16),
        np.zeros((1, 16, 16, 3)),
    )


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
    return mg.Tensor(
        baseline + alpha * (x - baseline), tangent=np.repeat(x - baseline, len(alphas), axis=0)
    )


figures.print_slopes(conductance(*example(), layers=CUTS, steps=5), CUTS)

# %% [markdown]
# ## Hence one shared error
# The total of a cut is Σ_k weight_k · dF/dα(α_k): that one function, at the same α with the same
# weights. It misses F(x) − F(x′) by a **one-dimensional quadrature error** in which no layer
# occurs. No layer is more complete than another, and none has the highest total. *Learners trip
# here:*
# - The form matters. `method="difference"`, the telescoped form, sums ∂F/∂y · (y(αₖ₊₁) − y(αₖ)). At
#   finite steps that is not the chain rule, and each layer has its own error. Why is it exact for
#   `hidden`? (F is linear in it.)
# - Logit or probability? Conservation holds for both: completeness cannot tell which of them you
#   explained.
# - More steps are not always better: where a ReLU or a maximum switches, dF/dα jumps, and the
#   points of a rule fall luckily or not. Compare the two lower panels; they need no layer, only
#   `slope`.

# %%
figures.print_totals(
    *(
        conductance(*example(), layers=CUTS, steps=20, method=method)
        for method in ("chain_rule", "difference")
    ),
    CUTS,
)
STEPS, RULES = (
    np.unique(np.geomspace(2, 256, 29).astype(int)),
    ("left", "trapezoid", "midpoint", "gauss_legendre"),
)


def slope(F, x, baseline, alphas):
    """dF/dα at every α, by forward mode alone: no layer, no backward."""
    with mg.no_grad():
        return F(moving(x, baseline, alphas)).tangent


def residual(F, x, baseline, steps, rule):
    """|Σ_k weight_k · dF/dα(α_k) − (F(x) − F(x′))| / |F(x) − F(x′)|."""
    alphas, weights = quadrature(steps, rule)
    F_baseline, F_x = F(moving(x, baseline, (0, 1))).data
    return abs(weights @ slope(F, x, baseline, alphas) - (F_x - F_baseline)) / abs(F_x - F_baseline)


def draw_lesson():
    """One curve and five equal totals; then the shared residual of a network with kinks and of a
    smooth one.
    """
    figure, ((curve, bars), below) = plt.subplots(2, 2, figsize=(12, 9), layout="constrained")
    result, alpha = conductance(*example(), steps=20), np.linspace(0, 1, 1001)
    curve.plot(
        alpha, slope(*example(), alpha), "k-", linewidth=1, label="dF/dα, by forward mode alone"
    )
    figures.draw_slopes(curve, result, CUTS, "Five layers, one curve")
    branches = {branch: f"mixed/{parts[-1]}" for branch, parts in BRANCHES.items()}
    figures.draw_totals(
        bars, result, CUTS, "Five equal totals, one shared error (20 steps)", {"mixed": branches}
    )
    titles = (
        "ReLU and maxima: no rule keeps its order",
        "softplus and means: every rule has its order",
    )
    for axis, title, case in zip(below, titles, (example(), example(mg.softplus, mg.avg_pool2d))):
        figures.draw_residuals(
            axis, title, {rule: [residual(*case, n, rule) for n in STEPS] for rule in RULES}, STEPS
        )
    figures.save(figure, "08_every_layer_sums_the_same.png")


draw_lesson()

# %% [markdown]
# ## Exercise 1: the sum over a layer
# Write what the first table shows, for one named tensor. *Learners trip here:* each row is another
# α.


# %%
def layer_slope(y):
    """Σ_y ∂F/∂y · dy/dα over the units of one named tensor: an array with one number for each row."""
    # exercise: layer_slope
    # hint: y.grad and y.tangent have the same shape, (rows, ...): what happens unit by unit, what
    #       row by row?
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
    # hint: print(*ways(), sep="\n") and tick off every way exactly once
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
for example_of in (embedded.example, *([googlenet.example] if googlenet.available() else [])):
    *F_x_baseline, layers = example_of()
    figures.print_totals(
        *(
            conductance(*F_x_baseline, layers=layers, steps=20, method=method)
            for method in ("chain_rule", "difference")
        ),
        layers,
    )

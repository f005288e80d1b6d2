# %% [markdown]
# # Lesson 8: Conductance by the chain rule
#
# About 60 minutes, after lesson 6 (integrated gradients); tangents are from lesson 5.
# At the end you have written the conductance of a hidden unit, and divided it among the inputs.
#
# **A question first.** Our two neurons:
#
# ```math
# y₁ = relu(x₁ + 2 · x₂ − 1)
# y₂ = relu(3 · x₁ − x₂)
# F = y₁ · y₂
# ```
#
# On the way from x′ = (0, 0) to x = (1, 1) the score F rises from 0 to 4. At x the neurons are
# alike, y₁ = y₂ = 2, and at x′ both are 0. Does each neuron deserve half of the 4? Write your guess
# down.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, figures, two_neurons
from lessons.figures.lesson_08 import draw_factors, draw_matrix, print_terms, try_sum
from minigrad.attribution import explain_unit

F = two_neurons.F
X = two_neurons.X
BASELINE = two_neurons.BASELINE

# %% [markdown]
# ## Who did what
# A coloured cell of this picture says what one input added to the score through one neuron. The sum
# of a row stands at its right, the sum of a column below it.

# %%
picture = draw_matrix()
figures.save(picture, "08_matrix_of_factors.png")

# %% [markdown]
# The sum of a row is known from lesson 6: the integrated gradient of that input. The sum of a
# column is new. It is what the neuron did for the score, and is called its **conductance**,
# Cond(y). These are three equations of one paper ("How Important Is a Neuron?", arXiv 1805.12233):
# Eq. 1 for the rows, Eq. 3 for the columns, and Eq. 2, Cond(i, y), for the cells.
#
# ```math
# Cond(y) = ∫₀¹ ∂F/∂y · dy/dα dα
# Cond(i, y) = (x_i − x′_i) · ∫₀¹ ∂F/∂y · ∂y/∂x_i dα
# ```
#
# They need three derivatives. None of them is ∂F/∂x_i:
#
# | | what moves | what stands still | who is asked how much it gains |
# | --- | --- | --- | --- |
# | ∂F/∂y | one unit y | the other units of its layer | the score F |
# | dy/dα | all inputs together, along the path | nothing | the unit y |
# | ∂y/∂x_i | one input | the other inputs | the unit y |
#
# ## By pencil
# On this path both inputs are α, so y₁ = relu(3α − 1) and y₂ = 2α. Take the middle, α = 1/2. There
# y₁ = 1/2 and y₂ = 1. The last question asks for the product in Eq. 3.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: F = y₁ · y₂ is y₁ · 1 here: what does F gain if y₁ grows by 1 and y₂ stands still?
    # hint: near α = 1/2 the neuron y₁ is awake, so it is 3α − 1. How much for each unit of α?
    # hint: for y₂ both factors at this one α: what each unit of y₂ is worth, times its speed
    # solution
    "∂F/∂y₁": 1,
    "dy₁/dα": 3,
    "∂F/∂y₂ · dy₂/dα": 1,
    # end solution
}

attempt(PENCIL, lesson=8)

# %% [markdown]
# <details><summary>In the picture y₁ did twice as much as y₂. Why? Answer first, then unfold.
# </summary>
#
# On this part of the path y₁ rises faster, 3 against 2, and each unit of it is worth more, 1
# against 1/2. At both ends the neurons are alike, so the ends do not show it.
#
# </details>
#
# ## One α in code
# `look` runs the network at one α. The tangent x − x′ goes in with the input, and forward mode
# computes dy/dα. Then `backward` computes ∂F/∂y. `watch_layers` keeps the tensor that the network
# has named "y", so that we can read both.


# %%
def look(F, x, baseline, alpha):
    """The layer "y" at x(α): y.data, ∂F/∂y in y.grad, dy/dα in y.tangent, each (1, units)."""
    change = x - baseline
    x_alpha = mg.Tensor(baseline + alpha * change, tangent=change)
    with mg.watch_layers() as hidden:
        score = F(x_alpha)
        score.backward()
    return hidden.tensors["y"]


def term(y):
    """What Eq. 3 integrates, at the α of `look`: one number for each unit, shaped like y."""
    # exercise: term
    # hint: reverse mode has put ∂F/∂y into y.grad, forward mode dy/dα into y.tangent
    # hint: unit by unit: NumPy multiplies arrays entry by entry
    # solution
    return y.grad * y.tangent
    # end solution


attempt(term)

# %% [markdown]
# Each row of the table is one α: first y₁, then y₂. Find your three numbers.

# %%
print_terms(look, term)

# %% [markdown]
# At α = 1/4 both products are 0, for two reasons. y₁ sleeps, so it does not move. And y₂ moves, but
# F does not depend on it there: ∂F/∂y₂ = y₁ = 0. If one factor of a unit is 0 on the whole path,
# its conductance is 0. This is called **insensitivity**.
#
# ## The whole path
# Each panel of the figure is one neuron. The two broken lines are its factors, the black line is
# their product, and the area under the black line is Cond(y).

# %%
curves = draw_factors()
figures.save(curves, "08_two_factors.png")

# %% [markdown]
# To add up the area, cut the path into six equal cells, and take the product in the middle of each.
# Its **weight** is the width of the cell, 1/6. The table is for y₁, which minigrad calls y[0]; each
# row is one cell:

# %%
ledger = explain_unit(F, X, BASELINE, layer="y", unit=0, steps=6, rule="midpoint")
print(ledger)

# %% [markdown]
# Six cells are enough here: the kink lies between two cells, and inside a cell the product is a
# straight line. Write this sum for any points and weights.


# %%
def conductance_of_unit(F, x, baseline, unit, alphas, weights):
    """Cond(y) of one unit of the layer "y": a number."""
    total = 0.0
    for alpha, weight in zip(alphas, weights):
        # exercise: conductance_of_unit
        # hint: `look` has all factors at this α; those of unit u are in y.grad[0, u] and
        #       y.tangent[0, u]
        # hint: add one term of Eq. 3 to total, with the weight of this α
        # solution
        layer = look(F, x, baseline, alpha)
        total += weight * layer.grad[0, unit] * layer.tangent[0, unit]
        # end solution
    return total


attempt(conductance_of_unit)
try_sum(conductance_of_unit)

# %% [markdown]
# <details><summary>Break it: add up ∂F/∂y alone, and return total · 2, because both neurons move
# from 0 to 2. Predict, run, then unfold.</summary>
#
# The integrals of ∂F/∂y₁ and ∂F/∂y₂ are 1 and 2/3, so you get 2 and 4/3. y₂ is right, because it
# moves evenly. y₁ moves only where ∂F/∂y₁ is large: its **path is curved**, and the mean of a
# product is not the product of the means. So first the product, then the integral.
#
# </details>
#
# ## One input at a time
# In dy/dα all inputs move together. The chain rule takes them one by one:
#
# ```math
# dy/dα = Σ_i ∂y/∂x_i · (x_i − x′_i)
# ```
#
# This sum is called a **directional derivative**. Because of it the cells of a column add up to
# Cond(y).


# %%
def directional_derivative(dy_dx, x, baseline):
    """dy/dα of every unit: (units,), for any number of units and of inputs.

    dy_dx is (units, inputs), x and x′ are (inputs,).
    """
    # exercise: directional_derivative
    # hint: for one unit: multiply its row of dy_dx and x − x′ entry by entry, then add up
    # hint: for all units at once NumPy has matrix @ vector
    # solution
    return dy_dx @ (x - baseline)
    # end solution


attempt(directional_derivative)

# %% [markdown]
# Now the cells, without the sum over i. At every point of the path you have ∂F/∂y and ∂y/∂x_i.


# %%
def matrix_of_eq2(dF_dy, dy_dx, weights, x, baseline):
    """Cond(i, y) of every pair: (inputs, units), for any number of both, and of points.

    dF_dy is (points, units), dy_dx (points, units, inputs), weights (points,), x (inputs,).
    """
    # exercise: matrix_of_eq2
    # hint: begin with np.zeros and three loops, over points k, units u and inputs i. What does
    #       dF_dy[k, u] · dy_dx[k, u, i] add to the cell [i, u], and with which weight?
    # hint: shorter: dy_dx[k].T is (inputs, units), and dy_dx[k].T * dF_dy[k] multiplies each
    #       column by its unit's ∂F/∂y; add these up over the points, each times weights[k]
    # hint: x_i − x′_i belongs to row i: (x - baseline)[:, np.newaxis] is a column
    # solution
    integral = sum(weights[k] * dy_dx[k].T * dF_dy[k] for k in range(len(weights)))
    return (x - baseline)[:, np.newaxis] * integral
    # end solution


attempt(matrix_of_eq2)

# %% [markdown]
# ## Stop inside it
# In `look`, forward mode comes first, then `backward`. The replay on the course's site has every
# step of the six cells: forward, tangent, backward, product. Or type in a terminal:
#
#     $ python -m pdb lessons/08_conductance_by_the_chain_rule.py
#     (Pdb) from minigrad import Tensor
#     (Pdb) tbreak Tensor.backward
#     (Pdb) c                                 to the first call of backward
#     (Pdb) up                                to look, which calls it
#     (Pdb) p alpha, x_alpha.tangent          0.25, and x − x′
#     (Pdb) p hidden.tensors["y"].tangent     dy/dα: y₁ sleeps, y₂ moves
#     (Pdb) p hidden.tensors["y"].grad        None: ∂F/∂y is not there yet
#     (Pdb) down                              back to backward
#     (Pdb) r                                 run it to its end
#     (Pdb) up
#     (Pdb) p hidden.tensors["y"].grad        ∂F/∂y
#     (Pdb) q
#
# ## Before you go on
# At every α, conductance multiplies what F gains per unit of y by how fast y moves, and it
# integrates the product. A cell of Eq. 2 does this for one input, times x_i − x′_i. **The answer to
# the question**: no. y₁ has 8/3, y₂ 4/3.
#
# <details><summary>x₂ has −2/3 through y₂. Is x₂ bad?</summary>
#
# No. Raising x₂ lowers y₂ (∂y₂/∂x₂ = −1), while ∂F/∂y₂ is positive. The sign belongs to this score,
# this path and this way through the network. Both ways together give x₂ +10/9.
#
# </details>
#
# <details><summary>Here x − x′ is (1, 1). Which mistake does that hide?</summary>
#
# To forget it. The integral in a cell is a slope: score per unit of x_i. It must be multiplied by
# the change x_i − x′_i.
#
# </details>
#
# <details><summary>Every conductance is 0. What can be the cause?</summary>
#
# Look at F(x) − F(x′). If it is 0 too, perhaps x is x′. If it is not, F is flat at all your points
# and rises between them. That happens to a probability that is nearly sure: sigmoid(1000 · F) gives
# 0 and 0, though it rises by 1/2. Explain the score before the softmax, the logit; the paper's F
# (reported) is that score.
#
# </details>
#
# Lesson 9 asks how wrong such a sum is. Lesson 10 compares conductance with three rivals.

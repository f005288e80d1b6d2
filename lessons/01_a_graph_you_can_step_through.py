# %% [markdown]
# # Lesson 1: A graph you can step through
#
# About 40 minutes, the first lesson: you need Python and ∂F/∂x, nothing else.
# At the end you have written the product rule and the loop of reverse mode, and stopped in both
# with a debugger.
#
# **A question first.** A program computes one number F from a million inputs. You want all ∂F/∂x.
# To nudge one input after the other costs a million runs. How many runs' worth of work does it
# take? Guess; the answer stands at "Backward".
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233): F is the score, x an
# input, y a hidden unit. Our network fits on paper: two inputs, two neurons, one product (relu(z)
# is z if z > 0, else 0):
#
#     y₁ = relu(x₁ + 2 x₂ − 1)      y₂ = relu(3 x₁ − x₂)      F = y₁ · y₂

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, figures, two_neurons
from minigrad import autodiff
from minigrad.functions.broadcasting import sum_to_shape

# Change it, run again, look at the picture.
# At (1, 1) both neurons are 2: what would that hide? At (1, -1) one sleeps.
X = (2.0, 1.0)

# %% [markdown]
# ## Forward: computing leaves a trace
# Each line of `F` applies one **operation** (add, multiply, relu …) to tensors and makes a new
# tensor. The new one remembers its maker: `tensor.creator` is the operation,
# `tensor.creator.inputs` the tensors it was applied to. Followed from F to x, these references are
# the **graph**. It is made by running; nobody draws it up beforehand. `.named(...)` gives a tensor
# a name and asks minigrad to keep its gradient. What is printed below twice, x₁ and x₂, is used
# twice. The constants 1, 2 and 3 ask for no gradient and are left out.


# %%
def F(x1, x2):
    """The score, one operation a line, so that a debugger can stop between any two."""
    a = (2 * x2).named("a")
    b = (x1 + a).named("b")
    z1 = (b - 1).named("z₁")
    y1 = mg.relu(z1).named("y₁")
    c = (3 * x1).named("c")
    z2 = (c - x2).named("z₂")
    y2 = mg.relu(z2).named("y₂")
    return (y1 * y2).named("F")


def score_at(point):
    """F with its graph, at (x₁, x₂); float64, and both inputs ask for their gradient."""
    x1 = mg.Tensor(np.float64(point[0]), requires_grad=True, name="x₁")
    x2 = mg.Tensor(np.float64(point[1]), requires_grad=True, name="x₂")
    return F(x1, x2)


mg.print_graph(score_at(X))

# %% [markdown]
# ## Backward: one question for each operation
# An operation knows nothing of the network. It answers one question: *if F changes by ∂F/∂(output)
# for each unit of my output, by how much for each unit of my inputs?* The chain rule is the answer,
# ∂F/∂(output) × ∂(output)/∂(input), and the last factor is the operation's own, its local slope.
# For a product y₁ · y₂ the local slopes are y₂ and y₁: **the product rule**. Reverse mode begins
# with ∂F/∂F = 1 and asks every operation once, the last one first. That is one walk back, the work
# of a few forward runs, whether x has two entries or a million. And a tensor that is used twice
# changes F in two ways: **the two contributions add**. Find x₁ and x₂ below.


# %%
def steps_back(output):
    """Reverse mode, step by step, the last operation first.

    For every operation (tensor, ∂F/∂tensor, [(input, local slope) …]): the tensor it made, and how
    that depends on each of its inputs.
    """
    tape = autodiff.topological_order(output)
    gradient = autodiff.gradients(output, wanted=tape)
    for tensor in tape:
        if tensor.creator is not None:
            # asked with 1, an operation answers with its local slopes
            ones = np.ones(tensor.shape)
            slopes = autodiff.gradients_of_inputs(tensor.creator, ones, tensor)
            yield tensor, gradient[tensor], slopes


figures.lesson_01.print_steps(steps_back(score_at(X)))
figures.lesson_01.draw_graph(steps_back(score_at(X)))

# %% [markdown]
# ## Stop inside it
# The loop that did this is `gradients` in `minigrad/autodiff.py`, a dozen lines: read it now. Then
# stop in it where it asks an operation, on the line with `gradients_of_inputs`. In an editor: a
# breakpoint there, then "Debug the current file". Or in a terminal in the repository, with the file
# and the line that the cell below prints (run it first):
#
#     $ python -m pdb lessons/01_a_graph_you_can_step_through.py
#     (Pdb) b …/minigrad/autodiff.py:…, tensor.name == "F"
#                                           stop there when it is the turn of F = y₁ · y₂
#     (Pdb) c                               run until then
#     (Pdb) p grad, len(order)              ∂F/∂F = 1, and ten tensors in the graph
#     (Pdb) p tensor.creator                multiply: its inputs y₁ and y₂, and the a and b it saved
#     (Pdb) tbreak tensor.creator.backward  stop once in what this operation answers
#     (Pdb) c                               the product rule, one line for each factor
#     (Pdb) p self.a, self.b, grad_output   3, 5 and 1 (at x = (2, 1))
#     (Pdb) r                               run it to its end: it returns 5 and 3
#     (Pdb) q                               leave
#
# Without a debugger, `with mg.trace(): score_at(X).backward()` prints every step.

# %%
figures.lesson_01.print_breakpoint()

# %% [markdown]
# ## Is it right? Ask the definition
# A derivative is the limit of differences, so nudge x₁ and look. `(F(x + h) − F(x)) / h` errs by
# about h · F″/2, the **central** difference `(F(x + h) − F(x − h)) / 2h` by about h² · F‴/6. Below
# some h both get worse, for the digits that the two scores share cancel, and about 10⁻¹⁶ / h is
# lost. *Learners trip here:*
# - Smaller is not better. In float64 h ≈ 10⁻⁵ suits a central difference. In float32 h ≈ 10⁻² does,
#   for five digits.
# - At a kink (z = 0 in a relu) no difference need be right: F may have no derivative there.
#   minigrad takes relu′(0) = 0.
# - Our F is quadratic between its kinks, where a central difference is exact for any h (why?). So
#   the right panel has softplus, log(1 + eᶻ), in place of relu.


# %%
def by_difference(f, inputs, position, h=1e-5):
    """∂f/∂(one input) by central differences, shaped like that input.

    f takes arrays, the inputs, and gives a number.
    """
    slope = np.zeros(inputs[position].shape)
    for entry in np.ndindex(slope.shape):
        above = [array.copy() for array in inputs]
        below = [array.copy() for array in inputs]
        above[position][entry] += h
        below[position][entry] -= h
        slope[entry] = (f(*above) - f(*below)) / (2 * h)
    return slope


figures.lesson_01.draw_differences(score_at, X, by_difference)

# %% [markdown]
# ## Whole arrays, and a second time
# Networks work on arrays: `two_neurons.F` is our network in five operations. A gradient has **the
# shape of its tensor**: one ∂F for each entry. And the **second backward is right**, the same as
# the first, since the sums build up in a dict local to the call and `.grad` is replaced. *Learners
# trip here:* PyTorch adds to `.grad` instead.


# %%
def backward_twice(point):
    """x.grad of the shared network, after one and after two calls of backward."""
    x = mg.Tensor(np.array([point], float), requires_grad=True)
    score = two_neurons.F(x)
    for call in ("first", "second"):
        score.backward()
        print(f"{call} backward: ∂F/∂x = {x.grad}, of shape {x.grad.shape}, as x has it")


backward_twice(X)

# %% [markdown]
# ## Exercise 1: the product rule
# Write the line that the debugger showed. First for equal shapes; then the check asks about
# *broadcasting*: in a · b with shapes (2, 3) and (3,) NumPy uses each entry of b twice. Which rule
# above says what its gradient is?


# %%
def multiply_backward(a, b, grad_output):
    """The pair (∂F/∂a, ∂F/∂b) for output = a · b, entry by entry.

    a, b and grad_output, which is ∂F/∂(output), are arrays.
    """
    # exercise: multiply_backward
    # hint: ∂F/∂(output) times the local slope: by how much does a · b grow when a grows by 1?
    # hint: for broadcasting, sum_to_shape(gradient, shape) adds up the entries
    #       that are copies of one
    # solution
    return sum_to_shape(grad_output * b, a.shape), sum_to_shape(grad_output * a, b.shape)
    # end solution


attempt(multiply_backward)

# %% [markdown]
# ## Exercise 2: the loop
# Reverse mode itself, without opening `gradients` again. *Learners trip here:* a tensor used twice
# gets two contributions, and NumPy's `+=` changes an array that another tensor's gradient may
# share.


# %%
def all_gradients(order):
    """{tensor: ∂F/∂tensor} for all tensors of ``order``.

    F is the first of them, and each tensor stands before those it was made from.
    """
    # exercise: all_gradients
    # hint: a dict made in this call, beginning as {order[0]: an array of ones of its shape}
    # hint: tensor.creator (None for a leaf) has .inputs and .backward(grad_output):
    #       one gradient for each input
    # solution
    dF_d = {order[0]: np.ones(order[0].shape)}
    for output in order:
        operation = output.creator
        if operation is not None:
            contributions = operation.backward(dF_d[output])
            for parent, passed in zip(operation.inputs, contributions):
                dF_d[parent] = dF_d[parent] + passed if parent in dF_d else passed
    return dF_d
    # end solution


attempt(all_gradients)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `multiply_backward` with a and b swapped: *product rule*. Without grad_output: *chain rule*.
#   Without `sum_to_shape`: *shape of the gradient*.
# - `all_gradients` that replaces: *adds when a tensor is used twice*. With `+=`: *nothing is
#   changed in place*. With the sums kept in `tensor.grad`: *second backward right*.

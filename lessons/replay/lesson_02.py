"""Lesson 2, replayed: the whole graph of the two neurons, one operation a line."""

import minigrad as mg
from lessons.figures.lesson_02 import score_of

x1 = mg.Tensor(2.0, requires_grad=True, name="x₁")
x2 = mg.Tensor(1.0, requires_grad=True, name="x₂")
F = score_of(x1, x2)
F.backward()
print("∂F/∂x₁ and ∂F/∂x₂:", x1.grad, x2.grad)

"""Lesson 1, replayed: its first graph, walked back by a loop; then a tensor that is used twice."""

import minigrad as mg

x = mg.Tensor(2.0, requires_grad=True, name="x")
z = mg.Tensor(5.0, requires_grad=True, name="z")
y = (3 * x).named("y")
F = (y * z).named("F")
F.backward()
print("∂F/∂z, ∂F/∂x:", z.grad, x.grad)

# y is used twice: its two contributions add, and only then it is y's turn.
x = mg.Tensor(2.0, requires_grad=True, name="x")
y = (3 * x).named("y")
F = (y + y * y).named("F")
F.backward()
print("∂F/∂x:", x.grad)

"""Lesson 8, replayed: Eq. 3 for both neurons, with the six midpoints of the lesson's table."""

from lessons import two_neurons
from minigrad.attribution import conductance

F = two_neurons.F
X = two_neurons.X
BASELINE = two_neurons.BASELINE
found = conductance(F, X, BASELINE, steps=6, rule="midpoint", batch_size=1)
print("Cond(y):", found["y"])

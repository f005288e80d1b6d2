"""Lesson 8, replayed: Eq. 3 for both neurons, with the six midpoints of the lesson's table."""

from lessons.networks.two_neurons import BASELINE, F, X
from minigrad.attribution import conductance

found = conductance(F, X, BASELINE, steps=6, rule="midpoint", batch_size=1)
print("Cond(y):", found["y"])

"""Lesson 6, replayed: Eq. 1 for the two neurons, with four midpoints on the path."""

from lessons.networks.two_neurons import BASELINE, F, X
from minigrad.attribution import integrated_gradients

IG = integrated_gradients(F, X, BASELINE, steps=4, rule="midpoint", batch_size=1)
print("minigrad:", IG)

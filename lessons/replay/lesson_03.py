"""Lesson 3, replayed: a drawn picture through the embedded Inception, up to the probabilities."""

import minigrad as mg
import models
from models.scenes import random_scene

model = models.load("mini-inception")
scene = random_scene("sailboat", seed=3)
picture = scene.draw()
x = model.preprocess(picture)  # the picture as the network sees it
with mg.watch_layers() as hidden:
    scores = model(x)
print("probabilities:", scores.softmax())

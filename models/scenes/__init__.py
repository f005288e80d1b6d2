"""Pictures that the project draws itself: scenes of twenty classes, and one large sailboat.

A scene is drawn from a seed, and knows its parts: it can be drawn again without the funnel, all
else the same to the pixel, and it can be set before another background. That is what makes claims
about a filter ("it looks at funnels") measurable.
"""

from models.scenes.backgrounds import BACKGROUNDS
from models.scenes.catalogue import CLASSES, GROUPS, PARTS
from models.scenes.large_sailboat import sailboat
from models.scenes.scene import SIDE, Scene, draw_scenes, random_scene
from models.scenes.sheet import contact_sheet

__all__ = [
    "BACKGROUNDS",
    "CLASSES",
    "GROUPS",
    "PARTS",
    "SIDE",
    "Scene",
    "contact_sheet",
    "draw_scenes",
    "random_scene",
    "sailboat",
]

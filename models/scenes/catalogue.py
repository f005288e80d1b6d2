"""The twenty classes, in four groups of five."""

from models.scenes.animals import ANIMALS
from models.scenes.buildings import BUILDINGS
from models.scenes.vehicles import LAND_VEHICLES
from models.scenes.vessels import WATER_VESSELS

DRAWINGS = WATER_VESSELS | LAND_VEHICLES | ANIMALS | BUILDINGS
CLASSES = tuple(DRAWINGS)
PARTS = {name: drawing.parts for name, drawing in DRAWINGS.items()}
GROUPS = {
    "water vessels": tuple(WATER_VESSELS),
    "land vehicles": tuple(LAND_VEHICLES),
    "animals": tuple(ANIMALS),
    "buildings": tuple(BUILDINGS),
}

"""Attribution: how much each input and each hidden unit counts for a score.

`conductance` is the heart; `integrated_gradients` is where it comes from, `rivals` are
what the paper compares it with, `ablation` is how they are judged.
"""

from .ablation import ablate
from .conductance import conductance
from .definition import conductance_by_definition
from .integrated_gradients import conductance_map, conductance_maps, integrated_gradients
from .measures import MEASURES, MORE_MEASURES, measures_per_filter
from .path.straight import StraightPath
from .path.quadrature import quadrature
from .result import Attribution
from .rivals import (
    activation,
    gradient_times_activation,
    gradient_times_difference,
    influence_times_difference,
    internal_influence,
    layer_integrated_gradients,
)
from .score import ClassScore
from .unit import UnitLedger, explain_unit

# fmt: off
__all__ = [
    "conductance", "conductance_by_definition", "conductance_map", "conductance_maps",
    "integrated_gradients", "explain_unit", "UnitLedger", "Attribution", "ClassScore",
    "activation", "gradient_times_activation", "gradient_times_difference", "internal_influence",
    "influence_times_difference", "layer_integrated_gradients",
    "measures_per_filter", "MEASURES", "MORE_MEASURES", "ablate", "quadrature", "StraightPath",
]

"""To see it happen: `trace`, `check_finite`, graphs."""

from .checks import check_finite
from .graph import draw_graph, print_graph
from .tracing import trace

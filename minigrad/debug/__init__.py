"""To see it happen: `trace`, `check_finite`, graphs, and a debugger that skips the plumbing.

``python -m minigrad.debug SCRIPT`` runs a script under that debugger; ``mg.debug.set_trace()``
on a line of your own starts it there.
"""

from .checks import check_finite, check_unchanged
from .graph import draw_graph, print_graph, shown_graph
from .stepping import PLUMBING, Pdb, run_script, set_trace
from .tracing import trace

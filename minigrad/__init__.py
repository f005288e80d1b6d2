"""minigrad: automatic differentiation one can read, and the conductance of every hidden unit.

Every operation states what it computes (``forward``), how a gradient flows back
(``backward``) and how a tangent flows forward (``jvp``). Conductance is the product of
the two, integrated along a path: see `minigrad.attribution`.
"""

from .tensor import Tensor
from .functions import *
from .operators import equal
from .autodiff import jvp, vjp
from .recording import no_grad, watch_layers
from .machine.parallel import predict
from .debug.gradcheck import gradcheck
from .machine import blas
from . import debug, layers, optim
from .debug import check_finite, check_unchanged, draw_graph, print_graph, shown_graph, trace
from .module import Module, Parameter
from .weights import load_weights, save_weights

blas.hold_to_one_thread()

"""minigrad: automatic differentiation one can read, and the conductance of every hidden unit.

Every operation states what it computes (``forward``), how a gradient flows back
(``backward``) and how a tangent flows forward (``jvp``). Conductance is the product of
the two, integrated along a path: see `minigrad.attribution`.
"""

from .tensor import Tensor  # first: everything else is made of it
from .autodiff import jvp, vjp
from .functions import *
from .parallel import predict
from .debug import trace
from .recording import check_finite, no_grad, watch_layers
from .gradcheck import gradcheck
from .graph import draw_graph, print_graph
from . import layers, optim
from .module import Module, Parameter
from .weights import load_weights, save_weights

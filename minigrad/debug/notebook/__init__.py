"""What Jupyter shows of a Tensor, a Function, a trace, an Attribution, its Terms and a graph.

Each class has a ``_repr_html_`` of one line that calls a function of this room; nothing here
is imported before. The HTML asks for no network and runs no script, its colours stand on a
light page as on a dark one, and no operation of minigrad is applied to make it. Where a page
lets no SVG through (a notebook that is not trusted), the numbers and the heat maps remain.
"""

from .attributions import attribution_html, terms_html
from .graphs import graph_html
from .objects import function_html, tensor_html, tensor_in_treescope, trace_html

"""Networks that came as a graph: the steps as data, the `Module` that walks them, its pictures."""

from .network import GraphNetwork

__all__ = ["GraphNetwork"]

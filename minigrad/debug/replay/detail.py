"""What a step of a replay holds beside its norms: `Detail`, and of each tensor a `Seen`."""

from dataclasses import dataclass, field

from .snapshot import Snapshot


@dataclass(frozen=True)
class Seen:
    """One tensor of a step: which it is, and what it held.

    Attributes
    ----------
    number : int
        The same for one tensor in all steps of a block.
    name : str or None
    role : {"parameter", "leaf", "constant", "result"}
    made_by : str or None
        The operation that made it.
    argument : str
        What the operation calls it; "out" is what comes out.
    value : Snapshot
    tangent : Snapshot or None
    """

    number: int
    name: str
    role: str
    made_by: str
    argument: str
    value: Snapshot
    tangent: Snapshot


@dataclass(frozen=True)
class Detail:
    """What `minigrad.debug.tracing.Step` holds beside its norms when arrays are kept.

    Attributes
    ----------
    sweep : int
        Which sweep, forward or backward, the step belongs to.
    alphas : tuple of float or None
        The points of a path that the rows are at.
    tensors : tuple of Seen
        The inputs, then the output.
    function : type or None
        The operation's class.
    attributes : dict of str to str
        What the operation was made with: axis, stride.
    depth : int
        How many operations of the block lie behind the output, one after another.
    modules : tuple of (int, str)
        The calls of modules around it, outermost first: a number and a title.
    begins : bool
        Whether a backward sweep begins with the step.
    grad_output : Snapshot or None
        Going backward, dF/d(output).
    contributions, sums : tuple of (Snapshot or None)
        Going backward, what each input is given, and the sum of all that it was given so far.
    product : dict
        Of a product along a path: the ``name`` of the layer, ``weights`` (points,), and arrays
        (points, N, ...) ``dF_dy``, ``dy``, ``term`` and ``running``, the sum up to each point. Of a
        large layer, ``folded``, only the last two, by filter: (points, 1, filters). ``way`` is
        "chain rule", "line integral", "sum" of one factor, or "final", what multiplies a whole
        integral.
    """

    sweep: int
    alphas: tuple = None
    tensors: tuple = ()
    function: type = None
    attributes: dict = field(default_factory=dict)
    depth: int = 0
    modules: tuple = ()
    begins: bool = False
    grad_output: Snapshot = None
    contributions: tuple = ()
    sums: tuple = ()
    product: dict = field(default_factory=dict)

"""What a step holds for a replay: which tensors, their arrays made small, the sums so far.

Nothing of a network is held: tensors are known by numbers, and of an array is kept what
can be looked at, all of a small one and of a large one a few numbers and a picture.
"""

import inspect
from collections import Counter
from functools import partial
from itertools import count
from weakref import ref

import numpy as np

from ...machine.backend import to_numpy
from ..graph import name_in
from .detail import Detail, Seen
from .snapshot import ALL, snapshot, strongest_channel

MOST_STEPS, MOST_ALIKE = 1000, 25  # more, and more rounds of a loop, are not kept


class ByIdentity:
    """A dictionary that tells its keys, tensors, apart by `is`, and keeps none of them alive."""

    def __init__(self):
        self.found = {}

    def __contains__(self, key):
        return id(key) in self.found

    def __getitem__(self, key):
        return self.found[id(key)][1]

    def __setitem__(self, key, value):
        self.found[id(key)] = ref(key, partial(self.forget, id(key))), value

    def forget(self, number, _=None):
        """Drop what was kept of a tensor that is gone."""
        self.found.pop(number, None)


class Recorder:
    """Makes the `Detail` of every step; one for each traced block."""

    def __init__(self):
        self.numbers, self.channels = ByIdentity(), ByIdentity()
        self.unused = count()
        self.forward = ByIdentity()  # by output, the tensors of its forward step
        self.sums = ByIdentity()  # of the backward sweep that runs: dF/d(tensor) so far
        self.calls, self.depths = ByIdentity(), ByIdentity()
        self.kept = Counter()
        self.totals = {}  # of a walk: by layer the last α and the sum so far
        self.alphas, self.sweep, self.direction = None, -1, None
        self.begins, self.closed = False, set()

    def is_too_many(self, kind, operation, applied_at, detail):
        """Whether a step is one too many of all, or of those that do the same on one line.

        What is deeper in a network does not do the same, though it may be on that line.
        """
        group = kind == "product"
        like = kind, operation, applied_at, detail.depth, *detail.attributes.values()
        if self.kept[group] >= MOST_STEPS or (self.kept[like] >= MOST_ALIKE and not group):
            return True
        self.kept.update((group, like))
        return False

    def turn(self, direction):
        """Note which way a step goes: where that changes a sweep begins."""
        if direction != self.direction:
            self.direction, self.sweep = direction, self.sweep + 1

    def locate(self, alphas):
        """What follows is at these points."""
        self.alphas = None if alphas is None else tuple(map(float, alphas))
        self.direction = None

    def made(self, function, output):
        """The `Detail` of a forward step, or of a tangent's."""
        self.turn("forward")
        if output not in self.forward:
            self.forward[output] = self.tensors_of(function, output)
            behind = [self.depths[one] for one in function.inputs if one in self.depths]
            self.depths[output] = 1 + max(behind, default=0)
        return self.detail(function, output)

    def named(self, tensor):
        """The `Detail` of a tensor that has become a layer."""
        return Detail(max(self.sweep, 0), self.alphas, (self.seen(tensor, "out"),))

    def add_up(self, function, output, grad_output, grad_inputs):
        """Take the contributions of a backward step into the sums; every step must be told."""
        number = self.number(output)
        self.begins = output not in self.sums or number in self.closed
        if self.begins:
            self.sums, self.closed = ByIdentity(), set()
            self.direction = None
        self.turn("backward")
        self.closed.add(number)
        self.sums.forget(id(output))
        for tensor, grad in zip(function.inputs, grad_inputs):
            if grad is not None:  # in the order in which `autodiff.gradients` adds
                self.sums[tensor] = self.sums[tensor] + grad if tensor in self.sums else grad

    def went_back(self, function, output, grad_output, grad_inputs):
        """The `Detail` of a backward step."""
        if output not in self.forward:  # applied before the block
            self.forward[output] = self.tensors_of(function, output)
        contributions, sums = [], []
        for tensor, grad in zip(function.inputs, grad_inputs):
            known = grad is not None
            contributions.append(self.small(tensor, grad) if known else None)
            sums.append(self.small(tensor, self.sums[tensor]) if known else None)
        back = self.begins, self.small(output, grad_output), tuple(contributions), tuple(sums)
        return self.detail(function, output, *back)

    def tensors_of(self, function, output):
        """The tensors of a step as they are now: the inputs, then the output."""
        pairs = zip((*function.inputs, output), arguments_of(function))
        return tuple(self.seen(*pair) for pair in pairs)

    def detail(self, function, output, *back):
        """A step of an operation."""
        attributes = {}
        for name, parameter in inspect.signature(type(function).__init__).parameters.items():
            text = as_text(vars(function).get(name))
            usual = name not in vars(function) or text == as_text(parameter.default)
            if not usual and len(text) <= 60 and " at 0x" not in text:
                attributes[name] = text
        tensors, alphas = self.forward[output], self.alphas
        depth = self.depths[output] if output in self.depths else output.rank
        modules = tuple(self.titles(function.modules))
        about = type(function), attributes, depth, modules
        return Detail(self.sweep, alphas, tensors, *about, *back)

    def product(self, name, alphas, weights, factors, total):
        """The `Detail` of what a walk along a path has added.

        The sum up to each point is worked out here; after the last it is the walk's own.
        """
        factors = [np.array(to_numpy(factor)) for factor in factors]
        final = alphas is None
        if final:  # one product after all points
            factors, alphas = [factor[None] for factor in factors], (1.0,)
        *factors, term = factors
        way = "final" if final else "sum" if not factors else "chain rule"
        way = "line integral" if way == "chain rule" and weights is None else way
        alphas, total = tuple(map(float, alphas)), None if total is None else to_numpy(total)
        folded = term[0].size > ALL
        if folded:  # of a large layer its filters, in the first example
            factors, term = (), by_filter(term)
            total = None if total is None else by_filter(total[None])[0]
        weights = np.ones(len(alphas)) if weights is None else np.asarray(weights, float)
        last, before = self.totals.get(name, (np.inf, 0.0))
        before = 0.0 if final or alphas[0] <= last else before  # another walk
        running = before + np.cumsum(weights.reshape(-1, *(1,) * (term.ndim - 1)) * term, axis=0)
        if total is not None:
            running[-1] = total
        self.totals[name] = alphas[-1], running[-1]
        found = dict(zip(("dF_dy", "dy"), factors), term=term, weights=weights, running=running)
        about = {"name": str(name), "way": way, "folded": folded}
        return Detail(max(self.sweep, 0), alphas, product={**about, **found})

    def seen(self, tensor, argument):
        """A tensor of a step that is made, as it is now."""
        role = "constant" if tensor.made_by is None else "result"
        if tensor.made_by is None and (tensor.requires_grad or tensor.tangent is not None):
            role = "parameter" if tensor.is_parameter else "leaf"
        made_by = tensor.made_by and tensor.made_by[0]
        tangent = None if tensor.tangent is None else self.small(tensor, tensor.tangent)
        value = self.small(tensor, tensor.data)
        return Seen(self.number(tensor), tensor.name, role, made_by, argument, value, tangent)

    def small(self, tensor, array):
        """A snapshot of one of the tensor's arrays: pictures of all of them show one slice."""
        if array.size > ALL and array.ndim > 2 and tensor not in self.channels:
            self.channels[tensor] = strongest_channel(to_numpy(tensor.data))
        channel = self.channels[tensor] if tensor in self.channels else None
        return snapshot(array, channel)

    def number(self, tensor):
        """Which tensor of the block it is."""
        if tensor not in self.numbers:
            self.numbers[tensor] = next(self.unused)
        return self.numbers[tensor]

    def titles(self, calls):
        """Pairs (number, title) of calls of modules, inside each other."""
        for outer, call in zip((None, *calls), calls):
            name = name_in(outer.module, call.module) if outer else ""
            kind = type(call.module).__name__
            title = kind if name in ("", kind) else f"{name} {kind}"
            if call not in self.calls:
                self.calls[call] = next(self.unused)
            yield self.calls[call], title


def as_text(value):
    """What an operation was made with: ``[:, 0]`` for an index, else as Python writes it."""
    parts = value if isinstance(value, tuple) else (value,)
    if not any(isinstance(part, slice) for part in parts):
        return str(value)
    texts = []
    for part in parts:
        if isinstance(part, slice):
            ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
            texts.append(":".join(ends) + (f":{part.step}" if part.step is not None else ""))
        else:
            texts.append("…" if part is Ellipsis else str(part))
    return f"[{', '.join(texts)}]"


def by_filter(array):
    """A layer (points, N, ..., filters) of the first example, summed over the positions."""
    first = array[:, :1]
    return first.reshape(len(first), 1, -1, array.shape[-1]).sum(axis=2)


def arguments_of(function):
    """What the operation's ``forward`` calls its inputs, and "out"."""
    names = []
    for parameter in inspect.signature(type(function).forward).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"input {place}" for place in range(len(function.inputs))]
        else:
            names.append(parameter.name)
    names = names[1:] if names[0] == "self" else names
    return (*names[: len(function.inputs)], "out")

"""Module: a network as an object that finds its own parameters."""

import numpy as np

from .machine.backend import to_backend, to_numpy
from .recording import changed_mode, current_mode
from .tensor import Tensor


class Parameter(Tensor):
    """A tensor that training changes: a leaf that requires a gradient."""

    is_parameter = True

    def __init__(self, data, name=None):
        super().__init__(data, requires_grad=True, name=name)


class Call:
    """One call of a module; what two calls of one module record is kept apart."""

    def __init__(self, module):
        self.module = module

    def __repr__(self):
        return f"a call of {self.module!r}"


class Module:
    """A network, or a part of one: write ``__init__`` and ``forward``.

    Parameters and modules are found by their names: they may be attributes, or stand in
    lists, tuples and dictionaries that are attributes.

    Attributes
    ----------
    training : bool
        Whether layers such as dropout act; see `train` and `eval`.
    """

    training = False

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} has no forward; write one")

    def __call__(self, *inputs, **options):
        # Operations note which call of which module they belong to, for `print_graph`.
        with changed_mode(modules=(*current_mode().modules, Call(self))):
            return self.forward(*inputs, **options)

    def children(self):
        """Pairs (name, Module or Parameter) of what this module holds directly."""
        for name, value in vars(self).items():
            yield from _named_parts(name, value)

    def modules(self):
        """This module and every module inside it, each once."""
        found = [self]
        for module in found:  # the list grows while it is walked
            for _, child in module.children():
                if isinstance(child, Module) and child not in found:
                    found.append(child)
        return found

    def named_parameters(self):
        """Pairs (dotted name, Parameter), in the order in which they were set.

        What stands in two places is listed once, under its first name.
        """
        waiting, seen = [("", self)], set()
        while waiting:
            prefix, part = waiting.pop(0)
            if part in seen:
                continue
            seen.add(part)
            if isinstance(part, Parameter):
                yield prefix, part
                continue
            dotted = prefix + "." if prefix else ""
            waiting[:0] = [(dotted + name, child) for name, child in part.children()]

    def parameters(self):
        """The parameters, as a list."""
        return [parameter for _, parameter in self.named_parameters()]

    def train(self, training=True):
        """Switch to training (dropout acts); returns the module."""
        for module in self.modules():
            module.training = training
        return self

    def eval(self):
        """Switch to evaluation (dropout does nothing); returns the module."""
        return self.train(False)

    def requires_grad(self, asked=True):
        """Whether the parameters ask for a gradient or are constants; returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad = parameter.keeps_grad = asked
        return self

    def to(self, backend):
        """Move the parameters to ``"numpy"`` or ``"cupy"``, in place; returns the module."""
        for parameter in self.parameters():
            parameter.data = to_backend(parameter.data, backend)
            parameter.grad = None
        return self

    def astype(self, dtype):
        """Change the parameters' dtype, float32 or float64, in place; returns the module."""
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise TypeError(
                f"astype: the parameters cannot become {np.dtype(dtype)}, which would lose what "
                "training found; expected float32 or float64"
            )
        for parameter in self.parameters():
            parameter.data = parameter.data.astype(dtype)
            parameter.grad = None
        return self

    def state_dict(self):
        """A copy of every parameter as a NumPy array, by dotted name."""
        named = self.named_parameters()
        return {name: np.array(to_numpy(parameter.data)) for name, parameter in named}

    def load_state_dict(self, state):
        """Copy arrays into the parameters, all of them or, if anything does not fit, none.

        Parameters
        ----------
        state : dict of str to array
            As `state_dict` gives it: the same names and shapes, floating point. Values
            take the parameter's dtype and place.

        Raises
        ------
        ValueError
            Lists what is missing, what is not known, and what has another shape or dtype.
        """
        parameters = dict(self.named_parameters())
        wrong = [f"missing {name!r}" for name in parameters if name not in state]
        wrong += [f"unknown {name!r}" for name in state if name not in parameters]
        for name, array in state.items():
            if name not in parameters:
                continue
            if array.shape != parameters[name].shape:
                wrong.append(f"{name!r} has shape {array.shape}, expected {parameters[name].shape}")
            elif array.dtype.kind != "f":
                wrong.append(f"{name!r} has dtype {array.dtype}, expected floats")
        if wrong:
            first = "; ".join(wrong[:5])
            more = f" (and {len(wrong) - 5} more)" if len(wrong) > 5 else ""
            raise ValueError(f"load_state_dict into {type(self).__name__}: {first}{more}")
        for name, parameter in parameters.items():
            array = np.array(to_numpy(state[name]), dtype=parameter.dtype)
            backend = "numpy" if isinstance(parameter.data, np.ndarray) else "cupy"
            parameter.data = to_backend(array, backend)
        return self

    def __repr__(self):
        count = sum(parameter.size for parameter in self.parameters())
        return f"{type(self).__name__}({count:,} parameters)"


def _named_parts(name, value):
    """Pairs (name, Module or Parameter) inside one attribute."""
    if isinstance(value, (Module, Parameter)):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            yield from _named_parts(f"{name}.{position}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _named_parts(f"{name}.{key}", item)

"""Reverse mode and forward mode as visible loops: topological_order, backward, vjp, jvp."""

from operator import attrgetter

from .machine.backend import get_array_module
from .recording import changed_mode, current_mode, unwatched
from .tensor import Tensor, as_array, data_of, describe


def topological_order(output):
    """The recorded tensors behind ``output``, each before every tensor it was made from.

    Parameters
    ----------
    output : Tensor

    Returns
    -------
    list of Tensor
        ``output`` first, leaves last. No recursion: a chain of 100,000 operations is fine.
    """
    found, waiting, order = {output}, [output], [output]
    while waiting:
        tensor = waiting.pop()
        if tensor.creator is None:
            continue
        for parent, needed in zip(tensor.creator.inputs, tensor.creator.needs_grad):
            if needed and parent not in found:
                found.add(parent)
                waiting.append(parent)
                order.append(parent)
    # A tensor's rank is above the rank of everything it was made from.
    return sorted(order, key=attrgetter("rank"), reverse=True)


def gradients(output, grad_output=None, wanted=None):
    """Reverse mode: the gradient of ``output`` with respect to the tensors behind it.

    Parameters
    ----------
    output : Tensor
    grad_output : array_like, optional
        dF/d(output), shaped like it; 1 if ``output`` is a scalar and this is None.
    wanted : iterable of Tensor, optional
        The tensors to differentiate by: only paths to them are followed. If None, the
        leaves that require a gradient and the named layers.

    Returns
    -------
    dict of Tensor to array
        Tensors that ``output`` does not depend on are absent.
    """
    wanted = None if wanted is None else set(wanted)
    order = topological_order(output)
    relevant = set(order) if wanted is None else tensors_towards(wanted, order)
    dF_d = {output: starting_gradient(output, grad_output)}
    kept = {}
    for tensor in order:
        if tensor not in dF_d:
            continue
        grad = dF_d.pop(tensor)  # complete: everything made from this tensor has been passed
        is_leaf = tensor.creator is None
        if (is_leaf or tensor.keeps_grad) if wanted is None else tensor in wanted:
            kept[tensor] = grad
        if is_leaf or relevant.isdisjoint(tensor.creator.inputs):
            continue
        for parent, grad_input in gradients_of_inputs(tensor.creator, grad, tensor):
            if parent in relevant:
                # A new array, never `+=`: the array may be shared with another tensor's gradient.
                dF_d[parent] = dF_d[parent] + grad_input if parent in dF_d else grad_input
    return kept


def gradients_of_inputs(function, grad_output, output):
    """One step back: pairs (input, dF/d(input)) for the inputs whose gradients are asked for.

    Parameters
    ----------
    function : Function
    grad_output : array
        dF/d(output).
    output : Tensor
        What the function made; for those who watch, `trace` for example.
    """
    try:
        grad_inputs = function.backward(grad_output)
        grad_inputs = checked_gradients(function, grad_inputs)
        for watcher in current_mode().watchers:
            watcher.went_back(function, output, grad_output, grad_inputs)
    except Exception as error:
        error.add_note(function.circumstances("backward"))
        raise
    pairs = zip(function.inputs, grad_inputs)
    return [(tensor, grad_input) for tensor, grad_input in pairs if grad_input is not None]


def checked_gradients(function, grad_inputs):
    """A gradient for each input, of its shape and dtype; None for one that asks for none."""
    count = len(function.inputs)
    if not isinstance(grad_inputs, tuple) or len(grad_inputs) != count:
        raise AssertionError(
            f"{function.name}.backward must return a tuple, one gradient for each of {count} inputs"
        )
    checked = [None] * count
    for argument, tensor in enumerate(function.inputs):
        if not function.needs_grad[argument]:
            continue
        grad_input = grad_inputs[argument]
        if grad_input is None or grad_input.shape != tensor.data.shape:
            given = "no gradient"
            if grad_input is not None:
                given = f"a gradient of shape {grad_input.shape}"
            raise AssertionError(
                f"{function.name}.backward gave {given} for input {argument}, {describe(tensor)}"
            )
        checked[argument] = grad_input.astype(tensor.data.dtype, copy=False)
    return checked


def backward(output, grad_output=None):
    """Compute the gradients of ``output``; write them to ``.grad`` of its leaves and named layers.

    ``.grad`` is replaced, so a second call gives the same gradients again. (PyTorch adds
    to it; to add, differentiate the sum of the losses.)

    Parameters
    ----------
    output : Tensor
    grad_output : array_like, optional
        dF/d(output), shaped like it; 1 for a scalar.

    Raises
    ------
    ValueError
        The tensor is no scalar and ``grad_output`` is missing, or of another shape; or
        nothing behind it asks for a gradient.
    """
    if not output.requires_grad:
        raise ValueError(
            f"backward: nothing behind {describe(output)} asks for a gradient; make a leaf with "
            "requires_grad=True or name a layer with .named(...), outside no_grad()"
        )
    for tensor, grad in gradients(output, grad_output).items():
        tensor.grad = grad.copy()  # the user's own: not a view, and shared with no other tensor


def starting_gradient(output, grad_output):
    """dF/d(output): given, or 1 for a scalar."""
    xp = get_array_module(output.data)
    if grad_output is None:
        if output.size != 1:
            raise ValueError(
                f"backward: {describe(output)} is not a scalar, so the gradient to start from must "
                "be given: pass grad_output of that shape, or reduce it first, with .sum()"
            )
        return xp.ones(output.shape, dtype=output.dtype)
    grad_output = as_array(data_of(grad_output), default=output.dtype)
    get_array_module(output.data, grad_output)  # refuses a mix of NumPy and CuPy
    if grad_output.shape != output.shape:
        raise ValueError(
            f"backward: grad_output has shape {grad_output.shape}, "
            f"but {describe(output)} needs its own shape"
        )
    return grad_output.astype(output.dtype, copy=False)


def tensors_towards(wanted, order):
    """The tensors of ``order`` that are, or were made from, one of ``wanted``."""
    relevant = set(wanted)
    for tensor in reversed(order):
        if tensor.creator is not None and not relevant.isdisjoint(tensor.creator.inputs):
            relevant.add(tensor)
    return relevant


class Pullback:
    """The second result of `vjp`: call it with dF/d(output) to get dF/d(primals)."""

    def __init__(self, output, primals):
        self.output = output
        self.primals = primals

    def __call__(self, grad_output=None):
        found = gradients(self.output, grad_output, wanted=self.primals)
        xp, results = get_array_module(self.output.data), []
        for primal in self.primals:
            # the caller's own: not a view, and shared with no other result
            own = xp.array(found[primal]) if primal in found else xp.zeros_like(primal.data)
            results.append(own)
        return tuple(results)


def vjp(f, *primals):
    """Reverse mode as a function: the vector–Jacobian product of ``f``.

    What is returned is a constant to any derivative outside: there are no second derivatives.

    Parameters
    ----------
    f : callable
        From Tensors to a Tensor.
    *primals : array_like or Tensor
        Where to differentiate.

    Returns
    -------
    output : Tensor
        ``f(*primals)``.
    pullback : Pullback
        ``pullback(u)`` is the tuple of arrays ``Jᵀu``, one for each primal.
    """
    leaves = [Tensor(own_array("vjp", primal), requires_grad=True) for primal in primals]
    # Inside no_grad zeros would be wrong; somebody else's watch_layers is not told.
    with changed_mode(gradients=True, layers=None):
        output = checked_output("vjp", f(*leaves))
    return output, Pullback(output, leaves)


def jvp(f, primals, tangents):
    """Forward mode as a function: the Jacobian–vector product of ``f``.

    What is returned is a constant to any derivative outside: there are no second derivatives.

    Parameters
    ----------
    f : callable
        From Tensors to a Tensor.
    primals, tangents : sequence of array_like
        Where to differentiate and in which direction, one tangent for each primal.

    Returns
    -------
    output : Tensor
        ``f(*primals)``.
    tangent : array
        ``Jv``, shaped like the output.
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError(
            "jvp: primals and tangents are tuples, one for each argument of f: jvp(f, (x,), (v,))"
        )
    if len(primals) != len(tangents):
        raise ValueError(
            f"jvp: {len(primals)} primals but {len(tangents)} tangents; give one for each primal"
        )
    direction, moving = object(), []
    for primal, tangent in zip(primals, tangents):
        moving.append(Tensor(own_array("jvp", primal), tangent=data_of(tangent)))
        moving[-1].direction = direction
    with unwatched():
        output = checked_output("jvp", f(*moving))
    if output.direction is not direction:  # it does not depend on what moves here
        return output, get_array_module(output.data).zeros_like(output.data)
    tangent = output.tangent.copy()  # the caller's own
    output.tangent = output.direction = None
    return output, tangent


def own_array(operation, primal):
    """A copy of a primal, so that nothing which is returned changes with the caller's array."""
    if isinstance(primal, Tensor) and primal.tangent is not None:
        raise NotImplementedError(
            f"{operation}: {describe(primal)} moves: it carries the tangent of a derivative "
            "outside, which would not go through this one. minigrad has no second derivatives; "
            "give its .data, if it is meant to be a constant here"
        )
    return as_array(data_of(primal)).copy()


def checked_output(operation, output):
    """What f returned, if it is a Tensor."""
    if not isinstance(output, Tensor):
        raise TypeError(
            f"{operation}: f returned {type(output).__name__}; "
            "expected a Tensor, made by operations of minigrad"
        )
    return output

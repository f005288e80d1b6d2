"""Wrong answers to lesson 1."""

LOOP = """{start}
    for output in {order}:
        if output.creator is not None:
            for parent, passed in {steps}:
                {add}
    return {found}"""
RIGHT = {
    "start": "dF_d = {order[0]: np.ones(order[0].shape)}",
    "order": "order",
    "steps": "zip(output.creator.inputs, output.creator.backward(dF_d[output]))",
    "add": "dF_d[parent] = dF_d.get(parent, 0) + passed",
    "found": "dF_d",
}
# Another way through the graph, that takes a tensor as soon as it has any contribution.
WALK = """dF_d, waiting, seen = {{order[0]: np.ones(order[0].shape)}}, [order[0]], set()
    while waiting:
        output = waiting.{}
        if output.creator is not None:
            for parent, passed in zip(output.creator.inputs, output.creator.backward(dF_d[output])):
                dF_d[parent] = dF_d.get(parent, 0) + passed
                waiting.extend({{parent}} - seen)
                seen.add(parent)
    return dF_d"""


def loop(**wrong):
    """The right loop of all_gradients with some of its lines exchanged."""
    return LOOP.format(**RIGHT | wrong)


MULTIPLY_BACKWARD = {
    "each factor's own value": ("return grad_output * a, grad_output * b", "product rule"),
    "the product itself": ("return grad_output * a * b, grad_output * a * b", "product rule"),
    "a sum's gradients": ("return grad_output, grad_output", "product rule"),
    "the local slopes alone": (
        "return sum_to_shape(b + 0 * a, a.shape), sum_to_shape(a + 0 * b, b.shape)",
        "chain rule",
    ),
    "∂F/∂(output) added": ("return b + grad_output - 1, a + grad_output - 1", "chain rule"),
    "the output's shape": ("return grad_output * b, grad_output * a", "shape of the gradient"),
    "summed to a number": (
        "return (grad_output * b).sum(), (grad_output * a).sum()",
        "shape of the gradient",
    ),
    "copies averaged": (
        "mean = lambda g, shape: sum_to_shape(g, shape) * (np.prod(shape) / g.size)\n"
        "    return mean(grad_output * b, a.shape), mean(grad_output * a, b.shape)",
        "adds when an entry is used twice",
    ),
    "the first copy only": (
        "column = lambda g, like: g[:, :1] if like.shape[-1] == 1 else g[: len(like)]\n"
        "    first = lambda g, like: g[0] if like.ndim < 2 < g.size else column(g, like)\n"
        "    return first(grad_output * b, a), first(grad_output * a, b)",
        "adds when an entry is used twice",
    ),
    "product in place": (
        "grad_a = grad_output * b\n    grad_output *= a\n    return grad_a, grad_output",
        "nothing is changed in place",
    ),
    "one gradient, not two": ("return grad_output * b", "a pair"),
    "nothing returned": ("grad_a, grad_b = grad_output * b, grad_output * a", "a pair"),
}

ALL_GRADIENTS = {
    "from the score's value": (loop(start="dF_d = {order[0]: order[0].data}"), "∂F/∂F = 1"),
    "from zero": (loop(start="dF_d = {order[0]: np.zeros(order[0].shape)}"), "∂F/∂F = 1"),
    "every operation asked with 1": (
        loop(steps="zip(output.creator.inputs, output.creator.backward(np.ones(output.shape)))"),
        "chain rule",
    ),
    "the last contribution only": (
        loop(add="dF_d[parent] = passed"),
        "adds when a tensor is used twice",
    ),
    "the first contribution only": (
        loop(add="dF_d.setdefault(parent, passed)"),
        "adds when a tensor is used twice",
    ),
    "the first input only": (
        loop(steps="zip(output.creator.inputs[:1], output.creator.backward(dF_d[output]))"),
        "adds when a tensor is used twice",
    ),
    "from the leaves": (
        loop(order="[tensor for tensor in reversed(order) if tensor in dF_d]"),
        "reaches every tensor",
    ),
    "added in place": (
        loop(
            add="if parent in dF_d: dF_d[parent] += passed\n"
            "                else: dF_d[parent] = passed"
        ),
        "nothing is changed in place",
    ),
    "sums kept in .grad": (
        loop(
            start="order[0].grad = np.ones(order[0].shape)",
            steps="zip(output.creator.inputs, output.creator.backward(output.grad))",
            add="parent.grad = passed if parent.grad is None else parent.grad + passed",
            found="{tensor: tensor.grad for tensor in order}",
        ),
        "second backward right",
    ),
    "a stack instead of the order": (WALK.format("pop()"), "complete before it is passed on"),
    "a queue instead of the order": (WALK.format("pop(0)"), "complete before it is passed on"),
}

EXERCISES = {"multiply_backward": MULTIPLY_BACKWARD, "all_gradients": ALL_GRADIENTS}

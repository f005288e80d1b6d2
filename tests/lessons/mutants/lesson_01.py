"""Wrong answers to lesson 1."""

PAIRS = "for input, passed in zip(operation.inputs, answers):\n                "

PENCIL = {
    "the value for the slope": ('{"∂F/∂y": 6, "∂F/∂z": 6, "∂F/∂x": 15}', "∂F/∂y"),
    "its own value": ('{"∂F/∂y": 5, "∂F/∂z": 5, "∂F/∂x": 15}', "∂F/∂z"),
    "one step of two": ('{"∂F/∂y": 5, "∂F/∂z": 6, "∂F/∂x": 3}', "∂F/∂x"),
    "slopes added": ('{"∂F/∂y": 5, "∂F/∂z": 6, "∂F/∂x": 8}', "∂F/∂x"),
    "one wrong and two not tried": ('{"∂F/∂y": ..., "∂F/∂z": ..., "∂F/∂x": 3}', "∂F/∂x"),
}

WALK_BACK = {
    "nothing is passed": ("pass", "reaches every tensor"),
    "what is known is not looked up": (
        PAIRS + "waiting[input] = receive(None, passed)",
        "receive is told what is known",
    ),
    "receive is not asked": (
        PAIRS + "waiting[input] = waiting.get(input, 0) + passed",
        "receive decides",
    ),
    "the first input alone": (
        "waiting[operation.inputs[0]] = receive(None, answers[0])",
        "reaches every tensor",
    ),
    "the gradient of the output for every input": (
        PAIRS + "waiting[input] = receive(waiting.get(input), found[tensor])",
        "the chain rule",
    ),
    "answers in the wrong order": (
        "for input, passed in zip(operation.inputs, answers[::-1]):\n"
        "                waiting[input] = receive(waiting.get(input), passed)",
        "the chain rule",
    ),
}

RECEIVE = {
    "the new one": ("return passed", "contributions add"),
    "the old one": ("return passed if known is None else known", "contributions add"),
    "a mean": ("return passed if known is None else (known + passed) / 2", "contributions add"),
    "a product": ("return passed if known is None else known * passed", "contributions add"),
    "begins with 1": (
        "return 1 + passed if known is None else known + passed",
        "the first contribution as it comes",
    ),
    "entry by entry, which an array of shape () has not": (
        "return passed if known is None else [a + b for a, b in zip(known, passed)]",
        "",
    ),
    "in place": (
        "if known is None: return passed\n    known += passed\n    return known",
        "nothing is changed in place",
    ),
}

PICK = {
    "first come": ("return next(iter(waiting))", "complete before it is passed on"),
    "last come": ("return list(waiting)[-1]", "complete before it is passed on"),
    "the lowest rank": (
        "return min(waiting, key=lambda tensor: tensor.rank)",
        "complete before it is passed on",
    ),
    "the largest value": (
        "return min(waiting, key=lambda tensor: tensor.item())",
        "complete before it is passed on",
    ),
    "nobody, where all ranks are 0": (
        "best, winner = 0, None\n    for tensor in waiting:\n"
        "        if tensor.rank > best: best, winner = tensor.rank, tensor\n    return winner",
        "always one of those that wait",
    ),
    "stops where all ranks are 0": (
        "best = 0\n    for tensor in waiting:\n"
        "        if tensor.rank > best: best, winner = tensor.rank, tensor\n    return winner",
        "",
    ),
    "the rank for the tensor": (
        "return max(tensor.rank for tensor in waiting)",
        "complete before it is passed on",
    ),
}

EXERCISES = {"PENCIL": PENCIL, "walk_back": WALK_BACK, "receive": RECEIVE, "pick": PICK}

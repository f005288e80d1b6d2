"""What the tensors of an ONNX graph are called here: as people read it, by module if known."""


def name_of(node, operation):
    """What the tensor that a node makes is called: by its module if that is known."""
    if node.module:
        return without_repetition([node.module, node.operation])
    return readable(node.outputs[0], operation)


def readable(name, operation):
    """A tensor's name as people read it.

    PyTorch's "/layer1/layer1.0/relu/Relu_output_0" is layer1.0.relu; a bare number has the
    operation before it, conv2d_123.
    """
    name = "".join(char if char.isprintable() else "?" for char in name)[:120]
    if name.startswith("/"):
        name = without_repetition(name.strip("/").removesuffix("_output_0").split("/"))
    return f"{operation}_{name}" if name.isdigit() or not name else name


def without_repetition(scopes):
    """The modules of a path, outermost first, each said once, and the operation if it is new."""
    kept = [
        scope
        for scope, inner in zip(scopes, [*scopes[1:], ""])
        if not inner.startswith(f"{scope}.")
    ]
    *modules, operation = kept
    if modules and modules[-1].rpartition(".")[2].startswith(operation.lower()):
        kept = modules
    return ".".join(kept)

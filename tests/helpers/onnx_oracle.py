"""Every tensor of an ONNX graph, by onnxruntime and by minigrad."""

from pathlib import Path

import numpy as np

import minigrad as mg
from models.convert import onnx
from models.convert.messages import message_class
from models.graph import GraphNetwork


def by_onnxruntime(path, x):
    """All tensors that nodes make, by name: (N, ...) in ONNX's order of axes."""
    import onnxruntime

    model = message_class("onnx", "ModelProto").FromString(Path(path).read_bytes())
    names = [name for node in model.graph.node for name in node.output if name]
    del model.graph.output[:]
    for name in names:
        model.graph.output.add(name=name)
    everything = Path(path).with_name("everything.onnx")  # beside the file's external data
    everything.write_bytes(model.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # as the file says it, nothing fused or folded
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(everything), options)
    return dict(zip(names, session.run(names, {session.get_inputs()[0].name: x})))


def by_minigrad(path, x):
    """The tensors that are steps of ours, under ONNX's names and in ONNX's order of axes."""
    translation = onnx.translate(Path(path))
    values = dict(translation.values)
    graph, weights = translation.graph()
    network = GraphNetwork(graph, weights).requires_grad(False)
    x = np.ascontiguousarray(np.moveaxis(x, 1, -1)) if x.ndim > 2 else x
    with mg.watch_layers() as layers:
        network(mg.Tensor(x))
    found = {}
    # what an Expand makes may be left to the arithmetic that reads it, which is compared
    expanded = {node.outputs[0] for node in translation.file.nodes if node.operation == "Expand"}
    for name, value in values.items():
        if name not in expanded and value.name in layers.tensors:
            found[name] = in_onnx_order(layers.tensors[value.name].data, value)
    return found


def in_onnx_order(array, value):
    """One of our tensors as ONNX has it."""
    if value.flat is not None:
        channels, height, width = value.flat
        picture = array.reshape(-1, height, width, channels)
        return picture.transpose(0, 3, 1, 2).reshape(len(array), -1)
    return array.transpose(np.argsort(value.order))


def worst_difference(path, x):
    """The largest difference of a tensor, relative to the tensor's largest entry; how many."""
    theirs, ours = by_onnxruntime(path, x), by_minigrad(path, x)
    worst = 0.0
    for name, array in ours.items():
        assert array.shape == theirs[name].shape, (name, array.shape, theirs[name].shape)
        scale = max(abs(theirs[name]).max(), 1e-3)  # onnxruntime's sigmoid is 0 below -18
        worst = max(worst, float(abs(array - theirs[name]).max() / scale))
    return worst, len(ours)

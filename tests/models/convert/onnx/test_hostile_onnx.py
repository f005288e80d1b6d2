"""ONNX files that are broken, hostile, or of networks that cannot be converted: one line each."""

import os

import numpy as np
import pytest

from minigrad import load_weights
from models.convert import ConversionError, convert
from models.convert.messages import message_class
from tests.helpers.files.hostile import assert_refused, check_converted_or_refused
from tests.helpers.files.onnx_writer import OnnxWriter, kernel, make_external

RNG = np.random.default_rng(0)


def network(opset=13, shape=("N", 3, 8, 8)):
    """A network that converts: convolution, ReLU, mean over positions, a linear layer."""
    writer = OnnxWriter(shape, opset)
    conv = writer.node("Conv", ["x", writer.weight(kernel(RNG, 4, 3, 3, 3), "kernel")])
    relu = writer.node("Relu", [conv])
    mean = writer.node("GlobalAveragePool", [relu])
    flat = writer.node("Flatten", [mean])
    return writer, writer.node("Gemm", [flat, writer.weight(kernel(RNG, 4, 5), "matrix")])


def edited(tmp_path, edit):
    """The file of the network above with one thing changed."""
    writer, output = network()
    writer.graph.output.add(name=output)
    edit(writer)
    return writer.save(tmp_path / "net.onnx")


def nodes(writer):
    return {node.op_type: node for node in writer.graph.node}


def weight(writer, name="kernel"):
    return next(tensor for tensor in writer.graph.initializer if tensor.name == name)


def absurd_size(writer):
    weight(writer).dims[0] = 2**60


def negative_size(writer):
    weight(writer).dims[0] = -4


def claims_two_gigabytes(writer):
    weight(writer).dims[:] = [2**14, 2**14, 2, 1]


def too_few(writer):
    weight(writer).raw_data = weight(writer).raw_data[:-4]


def no_numbers(writer):
    weight(writer).ClearField("raw_data")


def poisoned(writer):
    array = np.frombuffer(weight(writer).raw_data, np.float32).copy()
    array[3] = np.nan
    weight(writer).raw_data = array.tobytes()


def beyond_float32(writer):
    tensor = weight(writer, "matrix")
    tensor.data_type, tensor.raw_data = 11, np.full(20, 1e300).tobytes()


def eight_bits(writer):
    weight(writer).data_type = 3
    weight(writer).raw_data = bytes(4 * 27)


def four_bits(writer):
    weight(writer).data_type = 22


def twice(writer):
    writer.graph.initializer.add().CopyFrom(weight(writer))


def output_twice(writer):
    nodes(writer)["GlobalAveragePool"].output[0] = nodes(writer)["Relu"].output[0]


def circle(writer):
    nodes(writer)["Conv"].input[0] = nodes(writer)["Gemm"].output[0]


def missing_input(writer):
    nodes(writer)["Relu"].input[0] = "nowhere"


def missing_output(writer):
    writer.graph.output[0].name = "nowhere"


def no_output(writer):
    del writer.graph.output[:]


def two_inputs(writer):
    writer.add_input("mask", (1, 8))


def no_input(writer):
    del writer.graph.input[:]


def no_nodes(writer):
    del writer.graph.node[:]


def absurd_picture(writer):
    for dim in writer.graph.input[0].type.tensor_type.shape.dim[2:]:
        dim.dim_value = 2**40


def picture_too_large(writer):
    for dim in writer.graph.input[0].type.tensor_type.shape.dim[2:]:
        dim.dim_value = 2**20


def open_channels(writer):
    dim = writer.graph.input[0].type.tensor_type.shape.dim[1]
    dim.dim_value, dim.dim_param = 0, "C"


def flat_input(writer):
    del writer.graph.input[0].type.tensor_type.shape.dim[:]


def huge_padding(writer):
    node = nodes(writer)["Conv"]
    node.attribute.add(name="pads", type=7, ints=[2**40] * 4)


def zero_stride(writer):
    nodes(writer)["Conv"].attribute.add(name="strides", type=7, ints=[0, 1])


def wrong_channels(writer):
    weight(writer).dims[:] = [4, 27, 1, 1]


def old_opset(writer):
    writer.model.opset_import[0].version = 6


def other_domain(writer):
    nodes(writer)["Relu"].domain = "com.example"


def sparse(writer):
    writer.graph.sparse_initializer.add()


def constant_of_shape(writer):
    shape = writer.weight(np.array([2**40, 2**20], np.int64))
    nodes(writer)["Gemm"].input[1] = writer.node("ConstantOfShape", [shape])
    made = writer.graph.node[-1]
    writer.graph.node.insert(0, made)
    del writer.graph.node[-1]


def without_numbers(writer):
    shape = writer.weight(np.array([4, 5], np.int64))
    nodes(writer)["Gemm"].input[1] = writer.node("ConstantOfShape", [shape])
    made = writer.graph.node[-1]
    writer.graph.node.insert(0, made)
    del writer.graph.node[-1]


def examples_mixed(writer):
    nodes(writer)["Flatten"].attribute.add(name="axis", type=2, i=0)


def in_training(writer):
    numbers = [writer.weight(np.ones(4, np.float32)) for _ in range(4)]
    before = nodes(writer)["Relu"]
    conv = before.input[0]
    before.op_type = "BatchNormalization"
    before.input[:] = [conv, *numbers]
    before.attribute.add(name="training_mode", type=2, i=1)


def softmax_of_nothing(writer):
    writer.graph.output[0].name = writer.node("Softmax", [])


def not_a_number(writer):
    nodes(writer)["Relu"].op_type = "LeakyRelu"
    nodes(writer)["LeakyRelu"].attribute.add(name="alpha", type=1, f=float("nan"))


def many_parts(writer):
    parts = writer.node("Split", ["x"], outputs=5000, axis=1)
    writer.graph.output[0].name = writer.node("GlobalAveragePool", [parts[0]])


def in_three_axes(writer):
    """As PyTorch writes nn.LocalResponseNorm."""
    slices = writer.node("Unsqueeze", ["x", writer.weight([1])])
    pool = writer.node("AveragePool", [slices], kernel_shape=[3, 1, 1])
    writer.graph.output[0].name = pool


def optimised(writer):
    nodes(writer)["Conv"].domain = "com.microsoft"


def exact_gelu(writer):
    writer.graph.output[0].name = writer.node("Gelu", [writer.graph.output[0].name])


CASES = {
    "softmax of nothing": (softmax_of_nothing, "Softmax", "missing"),
    "an attribute of NaN": (not_a_number, "options are not numbers"),
    "more parts than channels": (many_parts, "Split", "sizes"),
    "local response norm of PyTorch": (in_three_axes, "nn.LocalResponseNorm"),
    "optimised by onnxruntime": (optimised, "com.microsoft:Conv", "ORT_ENABLE_BASIC"),
    "exact GELU": (exact_gelu, "approximate='tanh'"),
    "absurd size": (absurd_size, "'kernel'", "absurd"),
    "negative size": (negative_size, "'kernel'", "absurd"),
    "two gigabytes": (claims_two_gigabytes, "2147483648 bytes"),
    "too few": (too_few, "holds 107 numbers"),
    "no numbers": (no_numbers, "holds 0 numbers"),
    "NaN": (poisoned, "holds NaN"),
    "beyond float32": (beyond_float32, "beyond float32"),
    "8 bits": (eight_bits, "whole numbers (int8)"),
    "4 bits": (four_bits, "data type 22"),
    "initializer twice": (twice, "same name"),
    "output twice": (output_twice, "made twice"),
    "circle": (circle, "in a circle"),
    "missing input": (missing_input, "'nowhere'", "missing"),
    "missing output": (missing_output, "no node makes the output 'nowhere'"),
    "no output": (no_output, "no output"),
    "two inputs": (two_inputs, "2 inputs ('x', 'mask')"),
    "no input": (no_input, "0 inputs"),
    "no nodes": (no_nodes, "without nodes"),
    "absurd picture": (absurd_picture, "absurd"),
    "picture too large": (picture_too_large, "too large"),
    "open channels": (open_channels, "leaves axis 1 open"),
    "no shape": (flat_input, "expected pictures"),
    "huge padding": (huge_padding, "Conv ('Conv0')", "pads"),
    "stride 0": (zero_stride, "strides [0, 1]"),
    "channels": (wrong_channels, "3 channels go in"),
    "old opset": (old_opset, "opset 6"),
    "other domain": (other_domain, "com.example:Relu"),
    "sparse": (sparse, "sparse"),
    "a constant beyond memory": (constant_of_shape, "ConstantOfShape"),
    "graph without numbers": (without_numbers, "graph without its numbers"),
    "examples mixed": (examples_mixed, "would not stay apart"),
    "in training": (in_training, "model.eval()"),
}


@pytest.mark.parametrize("edit, words", [(case[0], case[1:]) for case in CASES.values()], ids=CASES)
def test_one_thing_wrong(edit, words, tmp_path):
    assert_refused(edited(tmp_path, edit), tmp_path / "out", *words)


def test_all_that_is_not_supported_is_said_at_once(tmp_path):
    writer = OnnxWriter()
    weight = writer.weight(kernel(RNG, 3, 1, 3, 3))
    name = "x"
    for number in range(3):
        name = writer.node("Conv", [name, weight], group=3, name=f"depthwise {number}")
    name = writer.node("Resize", [name], name="larger")
    name = writer.node("Conv", [name, writer.weight(kernel(RNG, 3, 3, 3, 3))], dilations=[2, 2])
    name = writer.node("ArgMax", [name])
    words = (
        "Conv ('depthwise 0', 'depthwise 1' and 1 more): a convolution in groups",
        "Resize ('larger'): minigrad has no interpolation",
        "dilations [2, 2]",
        "ArgMax",
    )
    with pytest.raises(ConversionError) as refusal:
        convert(writer.save(tmp_path / "net.onnx", name), tmp_path / "net.npz")
    assert "\n" not in str(refusal.value)
    for word in words:
        assert word in str(refusal.value)
    assert not (tmp_path / "net.npz").exists()


def test_a_quantised_network(tmp_path):
    writer = OnnxWriter()
    scale, zero = writer.weight(np.float32(0.1)), writer.weight(np.int8(0))
    quantised = writer.node("QuantizeLinear", ["x", scale, zero])
    plain = writer.node("DequantizeLinear", [quantised, scale, zero])
    path = writer.save(tmp_path / "net.onnx", writer.node("Relu", [plain]))
    assert_refused(path, tmp_path / "out", "QuantizeLinear", "quantised", "in float32")


def test_a_file_cut_off_anywhere(tmp_path):
    writer, output = network()
    data = writer.save(tmp_path / "whole.onnx", output).read_bytes()
    for length in [1, 2, 5, *np.linspace(10, len(data) - 1, 25).astype(int)]:
        (tmp_path / "net.onnx").write_bytes(data[:length])
        assert_refused(tmp_path / "net.onnx", tmp_path / "out")


def test_a_file_with_a_byte_changed_anywhere(tmp_path):
    writer, output = network()
    data = bytearray(writer.save(tmp_path / "whole.onnx", output).read_bytes())
    rng = np.random.default_rng(1)
    for at in rng.integers(0, len(data), 60):
        before, data[at] = data[at], rng.integers(256)
        (tmp_path / "net.onnx").write_bytes(data)
        check_converted_or_refused(tmp_path / "net.onnx", tmp_path / "net.npz")
        data[at] = before


def test_a_pointer_in_the_place_of_the_file(tmp_path):
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 28020232\n"
    (tmp_path / "net.onnx").write_text(text, encoding="utf-8")
    assert_refused(tmp_path / "net.onnx", tmp_path / "out", "Git LFS")


# ---- numbers in another file ----


def external(tmp_path, **changes):
    """The network with its numbers in weights.bin, and an entry of the first array changed."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    writer, output = network()
    path = writer.save(folder / "net.onnx", output)
    model = make_external(path)
    for entry in model.graph.initializer[0].external_data:
        entry.value = changes.get(entry.key, entry.value)
    path.write_bytes(model.SerializeToString())
    return path


def test_numbers_beside_the_file_are_read(tmp_path):
    writer, output = network()
    path = writer.save(tmp_path / "net.onnx", output)
    convert(path, tmp_path / "whole.npz")
    make_external(path)
    convert(path, tmp_path / "beside.npz")
    whole, beside = (load_weights(tmp_path / f"{name}.npz")[0] for name in ("whole", "beside"))
    assert len(whole) == len(beside) > 0
    for name, array in whole.items():
        np.testing.assert_array_equal(beside[name], array)


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"location": "/etc/hostname"}, ("not the name of a file beside it",)),
        ({"location": "../secret.bin"}, ("not the name of a file beside it",)),
        ({"location": "below/../../secret.bin"}, ("not the name of a file beside it",)),
        ({"location": "..\\secret.bin"}, ("not the name of a file beside it",)),
        ({"location": "C:secret.bin"}, ("not the name of a file beside it",)),
        ({"location": ""}, ("not the name of a file beside it",)),
        ({"location": "nothing.bin"}, ("'nothing.bin'", "not there")),
        ({"location": "a\0b"}, ("not there",)),
        ({"location": "."}, ("not there",)),
        ({"offset": "1000000"}, ("ends before byte",)),
        ({"offset": "-4"}, ("ends before byte",)),
        ({"length": "4"}, ("4 bytes; its shape takes 432",)),
        ({"length": "four"}, ("no number",)),
    ],
)
def test_numbers_that_are_said_to_be_elsewhere(changes, words, tmp_path):
    (tmp_path / "secret.bin").write_bytes(bytes(10_000))
    assert_refused(external(tmp_path, **changes), tmp_path / "out", *words)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_leads_away(tmp_path):
    path = external(tmp_path)
    weights = path.parent / "weights.bin"
    weights.rename(tmp_path / "weights.bin")
    weights.symlink_to(tmp_path / "weights.bin")
    assert_refused(path, tmp_path / "out", "symbolic link", "copy the file itself")
    weights.unlink()
    (path.parent / "below").symlink_to(tmp_path)
    model = message_class("onnx", "ModelProto").FromString(path.read_bytes())
    model.graph.initializer[0].external_data[0].value = "below/weights.bin"
    path.write_bytes(model.SerializeToString())
    assert_refused(path, tmp_path / "out", "symbolic link")

"""Writing a graph as ONNX, channels first.

Pictures run through the network as (batch, channels, height, width), which ONNX operators want. A value is turned back
to TensorFlow's order only where its numbers are read in a row, at a reshape. Shapes are known throughout, so what a
network computes from shapes alone becomes a constant here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.conversion.graph import Constant, Graph, Node
from models.errors import ModelRefused

OPSET: Final = 13
IR_VERSION: Final = 8
"""Both fixed, and the producer too: the same network gives the same bytes with any release of `onnx`."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value of the ONNX graph.

    Attributes:
        name: its name there.
        shape: its shape as TensorFlow sees it, (batch, height, width, channels) for a picture.
        channels_first: whether it lies as (batch, channels, height, width) in the ONNX graph.
    """

    name: str
    shape: tuple[int, ...]
    channels_first: bool


Value: TypeAlias = Tensor | Constant


def write(graph: Graph, names: Mapping[str, str], metadata: Mapping[str, str]) -> bytes:
    """Give the ONNX file of a graph; the same bytes for the same graph.

    Args:
        graph: what `models.conversion.folding.fold` gave. Four-dimensional inputs become channels first.
        names: what to call inputs and outputs in the ONNX graph, by their names in `graph`.
        metadata: further properties to write into the file.
    Raises:
        ModelRefused: an operation that this converter does not know, by name, or a use of one that it does not know.
    """
    writer = _Writer(graph, names)
    for node in graph.nodes.values():
        writer.add(node)
    model = writer.model()
    helper.set_model_props(model, dict(sorted(metadata.items())))
    onnx.checker.check_model(model, full_check=True)
    serialized: bytes = model.SerializeToString(deterministic=True)
    return serialized


class _Writer:
    """Collects ONNX nodes and initializers while a graph is walked in reading order.

    Names from the graph get a slash before them, so that the names asked for at its ends are free.
    """

    def __init__(self, graph: Graph, names: Mapping[str, str]) -> None:
        self._graph = graph
        self._names = names
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}
        self._channels_last: dict[str, str] = {}
        self._values: dict[str, Value] = dict(graph.constants)
        for name, shape in graph.inputs.items():
            self._values[name] = Tensor(names[name], shape, channels_first=len(shape) == 4)

    def add(self, node: Node) -> None:
        """Write one operation."""
        rule = RULES.get(node.op)
        if rule is None:
            raise ModelRefused(f"operation {node.op} of node {node.name} cannot be converted")
        self._values[node.name] = rule(self, node)

    def model(self) -> onnx.ModelProto:
        """Give the whole model, its inputs and outputs under the names asked for."""
        inputs = [self._input(name) for name in self._graph.inputs]
        outputs = [self._output(name) for name in self._graph.outputs]
        graph = helper.make_graph(self._nodes, "linli", inputs, outputs, list(self._initializers.values()))
        return helper.make_model(
            graph,
            producer_name="linli-models",
            producer_version="1",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )

    def value(self, name: str) -> Value:
        """Give what a node's input holds."""
        return self._values[name]

    def tensor(self, node: Node, index: int = 0) -> Tensor:
        """Give a node's input that must be computed at run time."""
        value = self._values[node.inputs[index]]
        if not isinstance(value, Tensor):
            raise ModelRefused(f"input {index} of {node.op} {node.name} is a constant, which cannot be converted")
        return value

    def constant(self, node: Node, index: int) -> Constant:
        """Give a node's input that must be known now."""
        value = self._values[node.inputs[index]]
        if isinstance(value, Tensor):
            raise ModelRefused(f"input {index} of {node.op} {node.name} is no constant, which cannot be converted")
        return value

    def emit(self, op: str, name: str, inputs: list[str], **attributes: int | list[int]) -> str:
        """Append one ONNX node, and give what its value is called."""
        return self._append(op, f"/{name}", inputs, attributes)

    def store(self, name: str, array: NDArray[np.generic]) -> str:
        """Put an array into the file, once under each name, and give what it is called."""
        inside = f"/{name}"
        self._initializers.setdefault(inside, numpy_helper.from_array(np.ascontiguousarray(array), inside))
        return inside

    def in_reading_order(self, tensor: Tensor) -> str:
        """Give the value's name in TensorFlow's order, transposing it at most once."""
        if not tensor.channels_first:
            return tensor.name
        if tensor.name not in self._channels_last:
            order: dict[str, int | list[int]] = {"perm": [0, 2, 3, 1]}
            name = f"{tensor.name}/channels_last"
            self._channels_last[tensor.name] = self._append("Transpose", name, [tensor.name], order)
        return self._channels_last[tensor.name]

    def _append(self, op: str, name: str, inputs: list[str], attributes: Mapping[str, int | list[int]]) -> str:
        node = helper.make_node(op, inputs, [name], name=name)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in sorted(attributes.items()))
        self._nodes.append(node)
        return name

    def _input(self, name: str) -> onnx.ValueInfoProto:
        shape = self._graph.inputs[name]
        if len(shape) == 4:
            shape = (shape[0], shape[3], shape[1], shape[2])
        return helper.make_tensor_value_info(self._names[name], TensorProto.FLOAT, shape)

    def _output(self, name: str) -> onnx.ValueInfoProto:
        value = self._values[name]
        given = self.in_reading_order(value) if isinstance(value, Tensor) else self.store(name, value)
        public = self._append("Identity", self._names[name], [given], {})
        return helper.make_tensor_value_info(public, TensorProto.FLOAT, value.shape)


def _convolution(writer: _Writer, node: Node) -> Tensor:
    picture, weights = writer.tensor(node), writer.constant(node, 1)
    if node.attributes.get("data_format", "NHWC") != "NHWC" or not picture.channels_first:
        raise ModelRefused(f"{node.op} {node.name} reads a picture in an order that cannot be converted")
    if set(_ints(node, "dilations", (1, 1, 1, 1))) != {1}:
        raise ModelRefused(f"{node.op} {node.name} is dilated, which cannot be converted")
    kernel_h, kernel_w, channels_in, last = weights.shape
    strides = _ints(node, "strides", (1, 1, 1, 1))[1:3]
    depthwise = node.op == "DepthwiseConv2dNative"
    channels_out = channels_in * last if depthwise else last
    # Depthwise weights are (h, w, channel, multiple): output channel = channel · multiples + multiple.
    if depthwise:
        arranged = weights.transpose(2, 3, 0, 1).reshape(channels_out, 1, kernel_h, kernel_w)
    else:
        arranged = weights.transpose(3, 2, 0, 1)
    inputs = [picture.name, writer.store(f"{node.name}/kernel", arranged)]
    if len(node.inputs) == 3:
        inputs.append(writer.store(f"{node.name}/offset", writer.constant(node, 2)))
    tops, bottoms, height = _padding(node, picture.shape[1], kernel_h, strides[0])
    lefts, rights, width = _padding(node, picture.shape[2], kernel_w, strides[1])
    name = writer.emit(
        "Conv",
        node.name,
        inputs,
        group=channels_in if depthwise else 1,
        kernel_shape=[kernel_h, kernel_w],
        pads=[tops, lefts, bottoms, rights],
        strides=list(strides),
    )
    return Tensor(name, (picture.shape[0], height, width, channels_out), channels_first=True)


def _padding(node: Node, size: int, kernel: int, stride: int) -> tuple[int, int, int]:
    """Give padding before, padding after and the size that comes out, as TensorFlow's padding names mean them."""
    padding = node.attributes.get("padding")
    if padding == "VALID":
        return 0, 0, (size - kernel) // stride + 1
    if padding != "SAME":
        raise ModelRefused(f"padding {padding} of {node.op} {node.name} cannot be converted")
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + kernel - size)
    return total // 2, total - total // 2, out


def _binary(onnx_op: str) -> Callable[[_Writer, Node], Tensor]:
    def rule(writer: _Writer, node: Node) -> Tensor:
        left, right = writer.tensor(node), writer.value(node.inputs[1])
        if isinstance(right, Tensor):
            if right.shape != left.shape or right.channels_first != left.channels_first:
                raise ModelRefused(f"{node.op} {node.name} joins values of unlike shapes, which cannot be converted")
            operand = right.name
        else:
            spread = _across_channels(right) if left.channels_first else right
            operand = writer.store(f"{node.name}/operand", spread)
        name = writer.emit(onnx_op, node.name, [left.name, operand])
        return Tensor(name, left.shape, left.channels_first)

    return rule


def _across_channels(constant: Constant) -> Constant:
    """Lay a constant that TensorFlow spreads over the last axis so that ONNX spreads it over the second."""
    spread = constant.reshape((1,) * (4 - constant.ndim) + constant.shape)
    return spread.transpose(0, 3, 1, 2)


def _relu6(writer: _Writer, node: Node) -> Tensor:
    source = writer.tensor(node)
    bounds = [writer.store(f"constant/{bound}", np.array(bound, np.float32)) for bound in (0, 6)]
    name = writer.emit("Clip", node.name, [source.name, *bounds])
    return Tensor(name, source.shape, source.channels_first)


def _reshape(writer: _Writer, node: Node) -> Tensor:
    source = writer.tensor(node)
    wanted = tuple(int(size) for size in writer.constant(node, 1))
    shape = np.empty(source.shape, np.bool_).reshape(wanted).shape  # numpy works out -1 and refuses what cannot be
    target = writer.store(f"{node.name}/shape", np.array(wanted, np.int64))
    name = writer.emit("Reshape", node.name, [writer.in_reading_order(source), target])
    return Tensor(name, shape, channels_first=False)


def _concat(writer: _Writer, node: Node) -> Tensor:
    parts = [writer.tensor(node, index) for index in range(len(node.inputs) - 1)]
    axis = int(writer.constant(node, len(parts)))
    shape = list(parts[0].shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    name = writer.emit("Concat", node.name, [writer.in_reading_order(part) for part in parts], axis=axis)
    return Tensor(name, tuple(shape), channels_first=False)


def _shape(writer: _Writer, node: Node) -> Constant:
    return np.array(writer.tensor(node).shape, np.int32)


def _strided_slice(writer: _Writer, node: Node) -> Constant:
    """Take one number of a shape: all that slices are used for between a network's input and its outputs here."""
    source, begin, _end, stride = (writer.constant(node, index) for index in range(4))
    masks = {key: value for key, value in node.attributes.items() if key.endswith("_mask")}
    if masks.pop("shrink_axis_mask", 0) != 1 or any(masks.values()) or begin.shape != (1,) or stride.tolist() != [1]:
        raise ModelRefused(f"StridedSlice {node.name} takes more than one number, which cannot be converted")
    return np.array(source[int(begin[0])], np.int32)


def _pack(writer: _Writer, node: Node) -> Constant:
    parts = [writer.constant(node, index) for index in range(len(node.inputs))]
    if node.attributes.get("axis", 0) != 0:
        raise ModelRefused(f"Pack {node.name} stacks along another axis than the first, which cannot be converted")
    return np.stack(parts).astype(np.int32)


def _ints(node: Node, name: str, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    value = node.attributes.get(name, otherwise)
    if not isinstance(value, tuple):
        raise ModelRefused(f"{name} of {node.op} {node.name} is no list of numbers")
    return value or otherwise


RULES: Final[Mapping[str, Callable[[_Writer, Node], Value]]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2dNative": _convolution,
    "Add": _binary("Add"),
    "Mul": _binary("Mul"),
    "Relu6": _relu6,
    "Reshape": _reshape,
    "ConcatV2": _concat,
    "Shape": _shape,
    "StridedSlice": _strided_slice,
    "Pack": _pack,
}
"""What this converter knows, by TensorFlow's names; `folding` writes the other names of sums and norms as these."""

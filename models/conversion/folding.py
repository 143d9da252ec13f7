"""Rewriting a graph so that fewer operations give the same values.

Training leaves scales and shifts behind each convolution. Multiplied into its weights once, they cost nothing at run
time. All arithmetic is elementwise in float64 and rounded once, so that every machine gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from models.conversion.graph import Constant, Graph, Node

CONVOLUTIONS: Final = frozenset({"Conv2D", "DepthwiseConv2dNative"})


def fold(graph: Graph) -> Graph:
    """Give an equal graph in which every convolution carries its scale in its weights and its shift as a bias.

    A folded convolution has three inputs: the picture, the weights and the bias, one number a channel.
    """
    folding = _Folding(graph)
    for step in (folding.split_batch_norm, folding.name_sums_alike, folding.move_shift_to_convolution, folding.absorb):
        folding.apply(step)
    return folding.graph()


class _Folding:
    def __init__(self, graph: Graph) -> None:
        self._source = graph
        self._nodes: dict[str, Node] = dict(graph.nodes)
        self._constants: dict[str, Constant] = dict(graph.constants)
        self._readers = graph.readers()

    def apply(self, step: Callable[[Node], None]) -> None:
        """Let one step look at each node, in reading order, and count the readers anew."""
        for name in list(self._nodes):
            if name in self._nodes:
                step(self._nodes[name])
        self._readers = self.graph().readers()

    def graph(self) -> Graph:
        """Give the graph as rewritten so far, without what nobody reads any more."""
        rewritten = replace(self._source, nodes=self._nodes, constants=self._constants)
        readers = rewritten.readers()
        return replace(rewritten, constants={k: v for k, v in self._constants.items() if readers[k]})

    def split_batch_norm(self, node: Node) -> None:
        """Write an inference batch norm as a scale and a shift: y = x·s + (beta − mean·s), s = gamma / √(var + ε)."""
        if node.op != "FusedBatchNorm":
            return
        x, *rest = node.inputs
        gamma, beta, mean, variance = (self._constants[name].astype(np.float64) for name in rest)
        scale = gamma / np.sqrt(variance + float(node.attributes["epsilon"]))  # type: ignore[arg-type]
        scale_name, shift_name, scaled = (f"{node.name}/{part}" for part in ("scale", "shift", "scaled"))
        self._constants[scale_name] = scale.astype(np.float32)
        self._constants[shift_name] = (beta - mean * scale).astype(np.float32)
        self._insert_before(node.name, Node(scaled, "Mul", (x, scale_name)))
        self._nodes[node.name] = Node(node.name, "Add", (scaled, shift_name))

    def name_sums_alike(self, node: Node) -> None:
        """Call a sum of two `Add`, whatever the training library called it, its constant second."""
        is_sum = node.op in {"Add", "AddV2", "BiasAdd"} or (node.op == "AddN" and len(node.inputs) == 2)
        if is_sum or node.op == "Mul":
            inputs = tuple(sorted(node.inputs, key=lambda name: name in self._constants))
            self._nodes[node.name] = Node(node.name, "Add" if is_sum else "Mul", inputs)

    def move_shift_to_convolution(self, node: Node) -> None:
        """Write (convolution + other) + shift as (convolution + shift) + other, so that the shift can be absorbed."""
        if node.op != "Add" or node.inputs[1] not in self._constants:
            return
        inner = self._nodes.get(node.inputs[0])
        if inner is None or inner.op != "Add" or self._readers[inner.name] != 1:
            return
        convolution = next((name for name in inner.inputs if self._is_private_convolution(name)), None)
        if convolution is None:
            return
        other = next(name for name in inner.inputs if name != convolution)
        self._nodes[inner.name] = Node(inner.name, "Add", (convolution, node.inputs[1]))
        self._nodes[node.name] = Node(node.name, "Add", (inner.name, other))

    def absorb(self, node: Node) -> None:
        """Take a scale or shift by a constant, one number a channel, into the convolution it follows."""
        if node.op not in {"Add", "Mul"} or node.inputs[1] not in self._constants:
            return
        if not self._is_private_convolution(node.inputs[0]):
            return
        convolution = self._nodes[node.inputs[0]]
        constant = self._constants[node.inputs[1]]
        factor = constant.astype(np.float64).reshape(-1)
        weights = self._constants[convolution.inputs[1]].astype(np.float64)
        channels = weights.shape[3] if convolution.op == "Conv2D" else weights.shape[2] * weights.shape[3]
        if factor.size != channels or constant.shape[-1] != channels:
            return
        bias = self._bias_of(convolution, channels)
        if node.op == "Add":
            bias = bias + factor
        else:
            bias = bias * factor
            weights = weights * factor.reshape((1, 1, 1, -1) if convolution.op == "Conv2D" else weights.shape[2:])
        self._replace_convolution(convolution, node.name, weights, bias)

    def _bias_of(self, convolution: Node, channels: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        if len(convolution.inputs) == 3:
            return self._constants[convolution.inputs[2]].astype(np.float64)
        return np.zeros(channels)

    def _replace_convolution(
        self,
        convolution: Node,
        name: str,
        weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        bias: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> None:
        """Put the convolution, with new weights, in the place of the node that scaled or shifted it."""
        self._constants[f"{name}/weights"] = weights.astype(np.float32)
        self._constants[f"{name}/bias"] = bias.astype(np.float32)
        inputs = (convolution.inputs[0], f"{name}/weights", f"{name}/bias")
        self._nodes[name] = replace(convolution, name=name, inputs=inputs)
        del self._nodes[convolution.name]

    def _is_private_convolution(self, name: str) -> bool:
        node = self._nodes.get(name)
        return node is not None and node.op in CONVOLUTIONS and self._readers[name] == 1

    def _insert_before(self, place: str, node: Node) -> None:
        self._readers[node.name] = 1
        nodes: dict[str, Node] = {}
        for name, present in self._nodes.items():
            if name == place:
                nodes[node.name] = node
            nodes[name] = present
        self._nodes = nodes

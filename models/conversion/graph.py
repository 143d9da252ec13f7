"""A network as a graph of named operations, read from one format and written to another."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Constant: TypeAlias = NDArray[np.float32 | np.int32]
Attribute: TypeAlias = int | float | bool | str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation; it gives one value, known by the node's name. `op` is TensorFlow's name for it."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """The part of a network between its inputs and outputs.

    Attributes:
        inputs: name and shape of each input, in TensorFlow's order (batch, height, width, channels).
        nodes: by name, each after those it reads.
        constants: by name.
        outputs: the names of what the network gives; nodes or constants.
    """

    inputs: Mapping[str, tuple[int, ...]]
    nodes: Mapping[str, Node]
    constants: Mapping[str, Constant]
    outputs: tuple[str, ...]

    def readers(self) -> Counter[str]:
        """Count who reads each value; an output of the graph counts as one reader."""
        reads = Counter(source for node in self.nodes.values() for source in node.inputs)
        reads.update(self.outputs)
        return reads

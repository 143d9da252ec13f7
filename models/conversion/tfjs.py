"""Reading a TensorFlow.js graph model: `model.json` and the weight files beside it.

Format: the `tfjs-graph-model` of the TensorFlow.js converter, a GraphDef as JSON and a manifest that lays all weights
end to end over the files. Control edges (`^name`) order side effects, and there are none between tensors: left out.
"""

import math
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.conversion.graph import Attribute, Constant, Graph, Node
from models.errors import ModelRefused

WEIGHTS_LIMIT_BYTES: Final = 512 * 2**20
"""Largest set of weights read into memory."""

_DTYPES: Final[dict[str, np.dtype[np.float32 | np.int32]]] = {
    "float32": np.dtype(np.float32),
    "int32": np.dtype(np.int32),
}

# A GraphDef has many fields that say nothing here, so these boundary models ignore what they do not name.
_lenient = ConfigDict(extra="ignore", frozen=True)

Dimension = Annotated[int, Field(ge=0, le=2**24)]


class _IntList(BaseModel):
    model_config = _lenient
    i: list[int] = []


class _AttributeValue(BaseModel):
    model_config = _lenient
    i: int | None = None
    f: float | None = None
    b: bool | None = None
    s: list[int] | None = None
    list: _IntList | None = None

    def plain(self) -> Attribute | None:
        """Give the one value that is set, text decoded; none for types and shapes, which nothing here needs."""
        if self.s is not None:
            return bytes(self.s).decode("ascii")
        if self.list is not None:
            return tuple(self.list.i)
        return next((value for value in (self.b, self.i, self.f) if value is not None), None)


class _NodeDef(BaseModel):
    model_config = _lenient
    name: str
    op: str
    input: list[str] = []
    attr: dict[str, _AttributeValue] = {}


class _Topology(BaseModel):
    model_config = _lenient
    node: list[_NodeDef]


class _Weight(BaseModel):
    # Quantised weights would have one field more, which this converter does not read: closed, so that it says so.
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    shape: list[Dimension] = Field(max_length=8)
    dtype: Literal["float32", "int32"]


class _WeightGroup(BaseModel):
    model_config = _lenient
    paths: list[str]
    weights: list[_Weight]


class _ModelFile(BaseModel):
    model_config = _lenient
    topology: _Topology = Field(alias="modelTopology")
    weights: list[_WeightGroup] = Field(alias="weightsManifest")


def read(model_json: Path, inputs: dict[str, tuple[int, ...]], outputs: tuple[str, ...]) -> Graph:
    """Read the part of a graph model that leads from `inputs` to `outputs`.

    Args:
        model_json: the topology; the weight files lie beside it under the names it gives.
        inputs: values to cut the graph at, each with its shape (batch, height, width, channels).
        outputs: values to keep.
    Raises:
        ModelRefused: not such a file, weights missing or of another size, or a value that does not exist.
    """
    try:
        file = _ModelFile.model_validate_json(model_json.read_bytes())
    except ValidationError as error:
        raise ModelRefused(
            f"{model_json.name} is not a TensorFlow.js graph model: {error.errors()[0]['msg']}"
        ) from error
    constants: dict[str, Constant] = {}
    for group in file.weights:
        constants |= _read_weights(group, model_json.parent)
    definitions = {node.name: node for node in file.topology.node}
    nodes: dict[str, Node] = {}
    used: dict[str, Constant] = {}
    for name in _in_reading_order(definitions, set(inputs), outputs):
        if name in constants:
            used[name] = constants[name]
        else:
            nodes[name] = _node(definitions[name])
    return Graph(inputs, nodes, used, outputs)


def _read_weights(group: _WeightGroup, folder: Path) -> dict[str, Constant]:
    data = b"".join((folder / PurePosixPath(path).name).read_bytes() for path in group.paths)
    if len(data) > WEIGHTS_LIMIT_BYTES:
        raise ModelRefused(f"the weights take {len(data)} bytes, more than {WEIGHTS_LIMIT_BYTES}")
    constants: dict[str, Constant] = {}
    start = 0
    for weight in group.weights:
        count = math.prod(weight.shape)
        end = start + count * _DTYPES[weight.dtype].itemsize
        if end > len(data):
            raise ModelRefused(f"the weight files end before {weight.name}: {len(data)} bytes, {end} needed")
        constants[weight.name] = np.frombuffer(data, _DTYPES[weight.dtype], count, start).reshape(weight.shape)
        start = end
    if start != len(data):
        raise ModelRefused(f"the weight files hold {len(data)} bytes, the model describes {start}")
    return constants


def _in_reading_order(definitions: dict[str, _NodeDef], inputs: set[str], outputs: tuple[str, ...]) -> list[str]:
    """Order what `outputs` need, each after what it reads; depth first, without recursion, refusing a cycle."""
    order: list[str] = []
    state: dict[str, bool] = dict.fromkeys(inputs, True)  # False while its inputs are being visited
    stack = list(reversed(outputs))
    while stack:
        name = stack[-1]
        if name not in definitions and name not in inputs:
            raise ModelRefused(f"the model has no value {name}")
        if state.get(name) is None:
            state[name] = False
            waiting = [source for source in _sources(definitions[name]) if not state.get(source)]
            if any(source in state for source in waiting):
                raise ModelRefused(f"the model has a cycle at {name}")
            stack.extend(reversed(waiting))
            continue
        stack.pop()
        if not state[name]:
            state[name] = True
            order.append(name)
    return order


def _sources(definition: _NodeDef) -> tuple[str, ...]:
    return tuple(name.removesuffix(":0") for name in definition.input if not name.startswith("^"))


def _node(definition: _NodeDef) -> Node:
    plain = {key: value.plain() for key, value in definition.attr.items()}
    attributes = {key: value for key, value in plain.items() if value is not None}
    return Node(definition.name, definition.op, _sources(definition), attributes)

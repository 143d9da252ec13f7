"""Small networks of the shapes that decoders expect, and a zoo to put them in."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

Shape: TypeAlias = Sequence[int | str]
MakeNetwork: TypeAlias = Callable[..., Path]
DescribeModel: TypeAlias = Callable[..., Path]


@pytest.fixture
def make_network(tmp_path: Path) -> MakeNetwork:
    """Make an ONNX file whose outputs are zeros of the shapes given, whatever it is shown."""

    def make(
        shape: Shape = (1, 3, 64, 64), outputs: dict[str, Shape] | None = None, properties: dict[str, str] | None = None
    ) -> Path:
        nodes, values = [], []
        for name, out in (outputs or {"output": (1, 84, 7)}).items():
            zeros = np.zeros([side if isinstance(side, int) else 1 for side in out], np.float32)
            nodes.append(helper.make_node("Constant", [], [name], value=numpy_helper.from_array(zeros)))
            values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(out)))
        image = helper.make_tensor_value_info("images", TensorProto.FLOAT, list(shape))
        opset = [helper.make_opsetid("", 13)]
        model = helper.make_model(helper.make_graph(nodes, "toy", [image], values), ir_version=8, opset_imports=opset)
        helper.set_model_props(model, properties or {})
        path = tmp_path / "toy.onnx"
        onnx.save(model, path)
        return path

    return make


@pytest.fixture
def describe(tmp_path: Path) -> DescribeModel:
    """Write a manifest with one local YOLOX model of two classes, changed as asked for."""

    def write(**changes: Any) -> Path:
        network = tmp_path / "toy.onnx"
        row: dict[str, Any] = {
            "id": "toy",
            "task": "vehicle",
            "title": "a toy",
            "licence": "none",
            "source": {"kind": "local", "path": "toy.onnx"},
            "sha256": hashlib.sha256(network.read_bytes()).hexdigest() if network.exists() else "0" * 64,
            "decoder": "yolox",
            "classes": ["car", "person"],
            "outputs": ["output"],
            "input": {"name": "images", "size": [64, 64], "colour": "bgr", "fit": "letterbox"},
        }
        row |= changes
        lines = [f"{key} = {_toml(value)}" for key, value in row.items() if value is not None]
        path = tmp_path / "toy.toml"
        path.write_text("[[model]]\n" + "\n".join(lines) + "\n")
        return path

    return write


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)

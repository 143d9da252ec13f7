"""The converter against the numpy reference, on small models that use each operation in each way it is used."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from models.conversion import convert
from models.errors import ModelRefused
from models.session import Session
from tests.unit.models.tfjs_reference import Array, Reference, convolution, write_model

RANDOM = np.random.default_rng(7)
NAMES = {"x": "image", "y": "out"}


def weights(*shape: int) -> Array:
    return RANDOM.normal(0, 0.5, shape).astype(np.float32)


Nodes = list[tuple[str, str, list[str], dict[str, Any]]]
Case = tuple[str, tuple[int, ...], Nodes, dict[str, Array], dict[str, int]]

RESHAPE_BY_SHAPE: Nodes = [
    ("conv", "Conv2D", ["x", "w"], convolution()),
    ("shape", "Shape", ["conv"], {}),
    ("batch", "StridedSlice", ["shape", "zero", "one", "one"], {"shrink_axis_mask": {"i": "1"}}),
    ("to", "Pack", ["batch", "minus", "four"], {"axis": {"i": "0"}}),
    ("flat", "Reshape", ["conv", "to"], {}),
    ("y", "ConcatV2", ["flat", "flat", "axis"], {}),
]

CASES: list[Case] = [
    # name, input, nodes, weights, ONNX operations that are left
    (
        "stride 1, odd kernel, SAME",
        (1, 7, 5, 3),
        [("y", "Conv2D", ["x", "w"], convolution())],
        {"w": weights(3, 3, 3, 4)},
        {"Conv": 1, "Transpose": 1},
    ),
    (
        "stride 2 on an even picture pads after",
        (1, 8, 6, 3),
        [("y", "Conv2D", ["x", "w"], convolution(2))],
        {"w": weights(3, 3, 3, 4)},
        {"Conv": 1, "Transpose": 1},
    ),
    (
        "stride 2 on an odd picture pads both sides",
        (1, 9, 7, 3),
        [("y", "Conv2D", ["x", "w"], convolution(2))],
        {"w": weights(3, 3, 3, 4)},
        {"Conv": 1, "Transpose": 1},
    ),
    (
        "VALID",
        (1, 9, 8, 3),
        [("y", "Conv2D", ["x", "w"], convolution(2, "VALID"))],
        {"w": weights(3, 2, 3, 4)},
        {"Conv": 1, "Transpose": 1},
    ),
    (
        "depthwise, two outputs a channel",
        (1, 6, 6, 3),
        [("y", "DepthwiseConv2dNative", ["x", "w"], convolution())],
        {"w": weights(3, 3, 3, 2)},
        {"Conv": 1, "Transpose": 1},
    ),
    (
        "scale, shift and clip fold into a depthwise convolution",
        (1, 6, 6, 3),
        [
            ("conv", "DepthwiseConv2dNative", ["x", "w"], convolution(2)),
            ("scaled", "Mul", ["scale", "conv"], {}),
            ("shifted", "Add", ["scaled", "shift"], {}),
            ("y", "Relu6", ["shifted"], {}),
        ],
        {"w": weights(3, 3, 3, 2), "scale": weights(6), "shift": weights(6)},
        {"Conv": 1, "Clip": 1, "Transpose": 1},
    ),
    (
        "batch norm and bias fold into a convolution",
        (1, 6, 6, 3),
        [
            ("conv", "Conv2D", ["x", "w"], convolution()),
            ("biased", "BiasAdd", ["conv", "bias"], {}),
            ("y", "FusedBatchNorm", ["biased", "gamma", "beta", "mean", "var"], {"epsilon": {"f": 0.001}}),
        ],
        {
            "w": weights(1, 1, 3, 5),
            "bias": weights(5),
            "gamma": weights(5),
            "beta": weights(5),
            "mean": weights(5),
            "var": np.abs(weights(5)),
        },
        {"Conv": 1, "Transpose": 1},
    ),
    (
        "a shift after a residual sum folds into the convolution",
        (1, 6, 6, 3),
        [
            ("conv", "Conv2D", ["x", "w"], convolution()),
            ("sum", "AddN", ["conv", "x"], {"N": {"i": "2"}}),
            ("y", "Add", ["shift", "sum"], {}),
        ],
        {"w": weights(1, 1, 3, 3), "shift": weights(3)},
        {"Conv": 1, "Add": 1, "Transpose": 1},
    ),
    (
        "a convolution that two read keeps its own scale",
        (1, 6, 6, 3),
        [
            ("conv", "Conv2D", ["x", "w"], convolution()),
            ("scaled", "Mul", ["conv", "scale"], {}),
            ("y", "Add", ["scaled", "conv"], {}),
        ],
        {"w": weights(1, 1, 3, 3), "scale": weights(3)},
        {"Conv": 1, "Mul": 1, "Add": 1, "Transpose": 1},
    ),
    (
        "a scale that differs along the width stays",
        (1, 4, 3, 3),
        [("conv", "Conv2D", ["x", "w"], convolution()), ("y", "Mul", ["conv", "scale"], {})],
        {"w": weights(1, 1, 3, 3), "scale": weights(3, 1)},
        {"Conv": 1, "Mul": 1, "Transpose": 1},
    ),
    (
        "a reshape worked out from shapes is a constant, its picture transposed once",
        (1, 4, 3, 3),
        RESHAPE_BY_SHAPE,
        {
            "w": weights(1, 1, 3, 8),
            "zero": np.array([0], np.int32),
            "one": np.array([1], np.int32),
            "minus": np.array(-1, np.int32),
            "four": np.array(4, np.int32),
            "axis": np.array(1, np.int32),
        },
        {"Conv": 1, "Reshape": 1, "Concat": 1, "Transpose": 1},
    ),
]


@pytest.mark.parametrize(
    ("shape", "nodes", "constants", "left"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_the_converted_model_gives_what_the_reference_gives(
    shape: tuple[int, ...], nodes: Nodes, constants: dict[str, Array], left: dict[str, int], tmp_path: Path
) -> None:
    source = write_model(tmp_path, nodes, constants)
    data = convert(source, {"x": shape}, NAMES, {})
    (tmp_path / "m.onnx").write_bytes(data)
    picture = RANDOM.uniform(-1, 1, shape).astype(np.float32)
    (expected,) = Reference(source).run(["y"], {"x": picture})
    (found,) = Session(tmp_path / "m.onnx").run(["out"], {"image": np.ascontiguousarray(picture.transpose(0, 3, 1, 2))})
    np.testing.assert_allclose(found, expected, atol=2e-5)
    operations = Counter(node.op_type for node in onnx.load_from_string(data).graph.node)
    assert operations - Counter({"Identity": 1}) == left


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    _, shape, nodes, constants, _ = CASES[-1]
    first = write_model(tmp_path / "one", nodes, constants)
    second = write_model(tmp_path / "two", nodes, constants)
    properties = {"b": "2", "a": "1"}
    assert convert(first, {"x": shape}, NAMES, properties) == convert(second, {"x": shape}, NAMES, properties)


def test_a_constant_can_be_an_output(tmp_path: Path) -> None:
    anchors = weights(1, 5, 4)
    source = write_model(tmp_path, [("y", "Relu6", ["x"], {})], {"anchors": anchors})
    data = convert(source, {"x": (1, 4, 4, 3)}, {**NAMES, "anchors": "anchors"}, {})
    (tmp_path / "m.onnx").write_bytes(data)
    np.testing.assert_array_equal(Session(tmp_path / "m.onnx").constant("anchors"), anchors)


def _edit(change: Callable[[Any], None]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        data = json.loads(path.read_text())
        change(data)
        path.write_text(json.dumps(data))

    return apply


def _set(*keys: Any, to: Any) -> Callable[[Path], None]:
    def change(data: Any) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = to

    return _edit(change)


def _no_json(path: Path) -> None:
    path.write_text("{")


Y = ("modelTopology", "node", -1)
WEIGHT = ("weightsManifest", 0, "weights", 0)
DAMAGE: list[tuple[str, Callable[[Path], None], str]] = [
    ("unknown operation", _set(*Y, "op", to="Softplus"), "operation Softplus of node y cannot be converted"),
    ("dilated", _set(*Y, "attr", "dilations", "list", "i", to=["1", "2", "2", "1"]), "dilated"),
    ("channels first", _set(*Y, "attr", "data_format", "s", to=list(b"NCHW")), "order that cannot be converted"),
    ("unknown padding", _set(*Y, "attr", "padding", "s", to=list(b"EXPLICIT")), "padding EXPLICIT"),
    ("quantised", _set(*WEIGHT, "quantization", to={"dtype": "uint8"}), "not a TensorFlow.js graph model"),
    ("weights of another type", _set(*WEIGHT, "dtype", to="complex64"), "not a TensorFlow.js graph model"),
    ("weights larger than the files", _set(*WEIGHT, "shape", to=[3, 3, 3, 400]), "weight files end before w"),
    ("weights smaller than the files", _set(*WEIGHT, "shape", to=[3, 3, 3, 3]), "the model describes 324"),
    ("absurdly large weights", _set(*WEIGHT, "shape", to=[2**40]), "not a TensorFlow.js graph model"),
    ("a cycle", _set(*Y, "input", to=["y", "w"]), "cycle at y"),
    ("a missing value", _set(*Y, "input", to=["z", "w"]), "no value z"),
    ("no JSON", _no_json, "not a TensorFlow.js graph model"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "reason"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE])
def test_what_cannot_be_converted_is_refused_by_name(
    damage: Callable[[Path], None], reason: str, tmp_path: Path
) -> None:
    source = write_model(tmp_path, [("y", "Conv2D", ["x", "w"], convolution())], {"w": weights(3, 3, 3, 4)})
    damage(source)
    with pytest.raises(ModelRefused, match=reason):
        convert(source, {"x": (1, 6, 6, 3)}, NAMES, {})


def test_a_path_in_the_model_file_does_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    source = write_model(tmp_path / "in", [("y", "Conv2D", ["x", "w"], convolution())], {"w": weights(1, 1, 3, 4)})
    for name in ("a.bin", "b.bin"):
        (tmp_path / "in" / name).rename(tmp_path / name)
    _set("weightsManifest", 0, "paths", to=["../a.bin", "../b.bin"])(source)
    with pytest.raises(FileNotFoundError):
        convert(source, {"x": (1, 6, 6, 3)}, NAMES, {})

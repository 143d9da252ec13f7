"""A TensorFlow.js graph model computed with numpy alone, straight from its file and as TensorFlow's documents say.

Shares no line with the converter, folds nothing and stays in TensorFlow's order, so that both can only agree when both
are right. `write_model` makes small models of the same form.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Reference:
    """Computes any value of a model from given values of others."""

    def __init__(self, model_json: Path) -> None:
        data = json.loads(model_json.read_text())
        self._nodes = {node["name"]: node for node in data["modelTopology"]["node"]}
        self._known: dict[str, Array] = {}
        for group in data["weightsManifest"]:
            blob = b"".join((model_json.parent / path).read_bytes() for path in group["paths"])
            at = 0
            for weight in group["weights"]:
                count = math.prod(weight["shape"])
                self._known[weight["name"]] = np.frombuffer(blob, weight["dtype"], count, at).reshape(weight["shape"])
                at += 4 * count

    def run(self, outputs: Sequence[str], given: Mapping[str, Array]) -> list[Array]:
        known = {**self._known, **given}
        return [self._value(name, known) for name in outputs]

    def _value(self, name: str, known: dict[str, Array]) -> Array:
        if name not in known:
            node = self._nodes[name]
            inputs = [self._value(source, known) for source in node["input"]]
            known[name] = getattr(self, f"_{node['op'].lower()}")(node.get("attr", {}), *inputs)
        return known[name]

    def _conv2d(self, attr: Any, x: Array, w: Array) -> Array:
        return np.asarray(np.einsum("bijhwc,hwco->bijo", _patches(attr, x, w), w, optimize=True))

    def _depthwiseconv2dnative(self, attr: Any, x: Array, w: Array) -> Array:
        out = np.asarray(np.einsum("bijhwc,hwcm->bijcm", _patches(attr, x, w), w, optimize=True))
        return out.reshape(*out.shape[:3], -1)

    def _fusedbatchnorm(self, attr: Any, *inputs: Array) -> Array:
        x, gamma, beta, mean, variance = inputs
        return np.asarray(gamma * (x - mean) / np.sqrt(variance + attr["epsilon"]["f"]) + beta)

    def _add(self, _: Any, a: Array, b: Array) -> Array:
        return a + b

    _biasadd = _addn = _addv2 = _add

    def _mul(self, _: Any, a: Array, b: Array) -> Array:
        return a * b

    def _relu6(self, _: Any, x: Array) -> Array:
        return np.clip(x, 0, 6)

    def _shape(self, _: Any, x: Array) -> Array:
        return np.array(x.shape)

    def _stridedslice(self, _: Any, x: Array, begin: Array, end: Array, stride: Array) -> Array:
        return np.asarray(x[begin[0] : end[0] : stride[0]][0])

    def _pack(self, _: Any, *parts: Array) -> Array:
        return np.stack(parts)

    def _reshape(self, _: Any, x: Array, shape: Array) -> Array:
        return x.reshape(shape)

    def _concatv2(self, _: Any, *parts: Array) -> Array:
        return np.concatenate(parts[:-1], axis=int(parts[-1]))


def _patches(attr: Any, x: Array, w: Array) -> Array:
    """Give what each output pixel looks at, shape (b, rows, columns, kernel h, kernel w, channels)."""
    _, stride_h, stride_w, _ = (int(number) for number in attr["strides"]["list"]["i"])
    if bytes(attr["padding"]["s"]) == b"SAME":
        x = np.pad(
            x, ((0, 0), _same(x.shape[1], w.shape[0], stride_h), _same(x.shape[2], w.shape[1], stride_w), (0, 0))
        )
    windows = np.lib.stride_tricks.sliding_window_view(x, (w.shape[0], w.shape[1]), axis=(1, 2))
    return windows[:, ::stride_h, ::stride_w].transpose(0, 1, 2, 4, 5, 3)


def _same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's SAME: as many outputs as size / stride rounded up, the odd pixel of padding after."""
    needed = kernel - stride if size % stride == 0 else kernel - size % stride
    return max(needed, 0) // 2, max(needed, 0) - max(needed, 0) // 2


def write_model(
    folder: Path, nodes: Sequence[tuple[str, str, list[str], dict[str, Any]]], weights: Mapping[str, Array]
) -> Path:
    """Write a model: nodes as (name, op, inputs, attributes), and its weights in two files."""
    folder.mkdir(parents=True, exist_ok=True)
    blob = b"".join(np.ascontiguousarray(array).tobytes() for array in weights.values())
    (folder / "a.bin").write_bytes(blob[: len(blob) // 2])
    (folder / "b.bin").write_bytes(blob[len(blob) // 2 :])
    constants = [{"name": name, "op": "Const", "input": [], "attr": {}} for name in weights]
    described = [{"name": k, "shape": list(v.shape), "dtype": str(v.dtype)} for k, v in weights.items()]
    others = [{"name": n, "op": op, "input": inputs, "attr": attr} for n, op, inputs, attr in nodes]
    path = folder / "model.json"
    path.write_text(
        json.dumps(
            {
                "modelTopology": {"node": constants + others, "library": {}, "versions": {}},
                "weightsManifest": [{"paths": ["a.bin", "b.bin"], "weights": described}],
            }
        )
    )
    return path


def convolution(strides: int = 1, padding: str = "SAME") -> dict[str, Any]:
    """Attributes of a convolution as a GraphDef in JSON writes them."""
    return {
        "strides": {"list": {"i": ["1", str(strides), str(strides), "1"], "s": [], "f": []}},
        "dilations": {"list": {"i": ["1", "1", "1", "1"]}},
        "padding": {"s": list(padding.encode())},
        "data_format": {"s": list(b"NHWC")},
        "T": {"type": 1},
    }

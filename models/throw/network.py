"""The classifier's network, once for training (PyTorch) and once as the ONNX file that gateways run.

About 37,000 weights: two convolutions over the path, two over the crops, and what both say of it beside the facts.
It is written out by hand rather than exported, so that nothing but these operators is in the file.
"""

from typing import Final

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (its usual name)

from models.throw.classifier import CHANNELS, CROP, CROPS, FACTS, STEPS

OPSET: Final = 17
PATH_1, PATH_2, CROP_1, CROP_2, HIDDEN_1, HIDDEN_2 = 32, 48, 12, 24, 96, 32
LEFT: Final = (STEPS - 4) // 2  # steps after the first convolution
LAST: Final = (LEFT - 2) // 2  # … and after the second
TOLD: Final = PATH_2 * LAST + CROP_2 * 2 + len(FACTS)

SHAPES: Final[dict[str, tuple[int, ...]]] = {
    "path1": (PATH_1, len(CHANNELS), 5),
    "path2": (PATH_2, PATH_1, 3),
    "crop1": (CROP_1, 1, 3, 3),
    "crop2": (CROP_2, CROP_1, 3, 3),
    "hidden1": (HIDDEN_1, TOLD),
    "hidden2": (HIDDEN_2, HIDDEN_1),
    "out": (1, HIDDEN_2),
}
Weights = dict[str, Tensor]


def fresh(seed: int, middle: Tensor, spread: Tensor) -> Weights:
    """Weights to begin with (He et al. 2015), and the facts' middles and spreads, shape (len(FACTS),) each."""
    chance = torch.Generator().manual_seed(seed)
    weights: Weights = {"middle": middle, "spread": spread}
    for name, shape in SHAPES.items():
        inputs = torch.Size(shape[1:]).numel()
        weights[name] = (torch.randn(shape, generator=chance) * (2.0 / inputs) ** 0.5).requires_grad_()
        weights[f"{name}_bias"] = torch.zeros(shape[0]).requires_grad_()
    return weights


def logits(weights: Weights, path: Tensor, facts: Tensor, crops: Tensor, *, drop: float = 0.0) -> Tensor:
    """What the network says: (n,), above 0 for a fall. Inputs as `Shown`, n of each; `drop`: share of it left out."""
    of_path = F.relu(F.conv1d(path, weights["path1"], weights["path1_bias"], stride=2))
    of_path = F.relu(F.conv1d(of_path, weights["path2"], weights["path2_bias"], stride=2)).flatten(1)
    each = crops.reshape(-1, 1, CROP, CROP)
    each = F.max_pool2d(F.relu(F.conv2d(each, weights["crop1"], weights["crop1_bias"])), 2)
    each = F.relu(F.conv2d(each, weights["crop2"], weights["crop2_bias"])).mean(dim=(2, 3))
    each = each.reshape(-1, CROPS, CROP_2)
    of_crops = torch.cat([each.mean(dim=1), each.amax(dim=1)], dim=1)
    of_facts = (facts - weights["middle"]) / weights["spread"]
    told = F.dropout(torch.cat([of_path, of_crops, of_facts], dim=1), drop, training=drop > 0)
    hidden = F.relu(F.linear(told, weights["hidden1"], weights["hidden1_bias"]))
    hidden = F.dropout(hidden, drop, training=drop > 0)
    hidden = F.relu(F.linear(hidden, weights["hidden2"], weights["hidden2_bias"]))
    return F.linear(hidden, weights["out"], weights["out_bias"])[:, 0]


def written(weights: Weights, about: dict[str, str]) -> onnx.ModelProto:
    """The same network as an ONNX file; `about` goes into its properties."""
    constants = [numpy_helper.from_array(value.detach().numpy(), name) for name, value in weights.items()]
    constants += [
        numpy_helper.from_array(torch.tensor(shape).numpy(), name)
        for name, shape in (("each", (-1, 1, CROP, CROP)), ("together", (-1, CROPS, CROP_2)))
    ]
    make = helper.make_node
    nodes = [
        make("Conv", ["path", "path1", "path1_bias"], ["p1"], strides=[2]),
        make("Relu", ["p1"], ["p2"]),
        make("Conv", ["p2", "path2", "path2_bias"], ["p3"], strides=[2]),
        make("Relu", ["p3"], ["p4"]),
        make("Flatten", ["p4"], ["of_path"]),
        make("Reshape", ["crops", "each"], ["c0"]),
        make("Conv", ["c0", "crop1", "crop1_bias"], ["c1"]),
        make("Relu", ["c1"], ["c2"]),
        make("MaxPool", ["c2"], ["c3"], kernel_shape=[2, 2], strides=[2, 2]),
        make("Conv", ["c3", "crop2", "crop2_bias"], ["c4"]),
        make("Relu", ["c4"], ["c5"]),
        make("ReduceMean", ["c5"], ["c6"], axes=[2, 3], keepdims=0),
        make("Reshape", ["c6", "together"], ["c7"]),
        make("ReduceMean", ["c7"], ["c8"], axes=[1], keepdims=0),
        make("ReduceMax", ["c7"], ["c9"], axes=[1], keepdims=0),
        make("Sub", ["facts", "middle"], ["f1"]),
        make("Div", ["f1", "spread"], ["of_facts"]),
        make("Concat", ["of_path", "c8", "c9", "of_facts"], ["told"], axis=1),
        make("Gemm", ["told", "hidden1", "hidden1_bias"], ["h1"], transB=1),
        make("Relu", ["h1"], ["h2"]),
        make("Gemm", ["h2", "hidden2", "hidden2_bias"], ["h3"], transB=1),
        make("Relu", ["h3"], ["h4"]),
        make("Gemm", ["h4", "out", "out_bias"], ["logit"], transB=1),
        make("Sigmoid", ["logit"], ["score"]),
    ]
    value = helper.make_tensor_value_info
    inputs = [
        value("path", TensorProto.FLOAT, ["n", len(CHANNELS), STEPS]),
        value("facts", TensorProto.FLOAT, ["n", len(FACTS)]),
        value("crops", TensorProto.FLOAT, ["n", CROPS, CROP, CROP]),
    ]
    graph = helper.make_graph(nodes, "throw", inputs, [value("score", TensorProto.FLOAT, ["n", 1])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    helper.set_model_props(model, about)
    onnx.checker.check_model(model, full_check=True)
    return model

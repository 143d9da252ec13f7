"""From TensorFlow.js graph models to ONNX, with numpy and `onnx` alone."""

from collections.abc import Mapping
from pathlib import Path

from models.conversion.folding import fold
from models.conversion.tfjs import read
from models.conversion.writer import write


def convert(
    model_json: Path,
    inputs: Mapping[str, tuple[int, ...]],
    names: Mapping[str, str],
    metadata: Mapping[str, str],
) -> bytes:
    """Convert the part of a TensorFlow.js graph model between its inputs and outputs.

    Args:
        model_json: the topology; the weight files lie beside it.
        inputs: values to cut the graph at, each with its shape (batch, height, width, channels).
        names: the ONNX name of each input and of each output wanted.
        metadata: properties to write into the file.
    Returns:
        the ONNX file: inputs (batch, channels, height, width), outputs in TensorFlow's order; the same bytes each time.
    Raises:
        ModelRefused: not such a model, or an operation this converter does not know, by name.
    """
    outputs = tuple(name for name in names if name not in inputs)
    return write(fold(read(model_json, dict(inputs), outputs)), names, metadata)

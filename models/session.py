"""Running ONNX files on the processor."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (  # type: ignore[import-untyped]
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
)
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as NotSupported

from models.errors import ModelRefused

_ERRORS_ONLY = 3


class Session:
    """One network, loaded and ready.

    Args:
        path: an ONNX file whose hash has been checked.
        threads: cores one run may use, ≥ 1. Its threads sleep between runs instead of spinning: on a gateway many
            cameras share few cores.

    Raises:
        ModelRefused: ONNX Runtime cannot load the file; the sentence gives its reason.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, NotSupported) as error:
            raise ModelRefused(f"{path.name} is no network that can be run: {error}") from error

    @property
    def inputs(self) -> dict[str, tuple[int | str, ...]]:
        """Shape of each input by name; a side that may vary is a word."""
        return {value.name: _shape(value) for value in self._session.get_inputs()}

    @property
    def outputs(self) -> dict[str, tuple[int | str, ...]]:
        """Shape of each output by name; a side that may vary is a word."""
        return {value.name: _shape(value) for value in self._session.get_outputs()}

    @property
    def metadata(self) -> dict[str, str]:
        """Properties written into the file."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def run(self, outputs: Sequence[str], inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Run the network once and give the outputs asked for, in that order."""
        return [np.asarray(value, np.float32) for value in self._session.run(list(outputs), inputs)]

    def constant(self, output: str) -> NDArray[np.float32]:
        """Give an output that does not depend on the input, by running the network on zeros."""
        shapes = {name: [side if isinstance(side, int) else 1 for side in shape] for name, shape in self.inputs.items()}
        zeros = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        return self.run([output], zeros)[0]


def _shape(value: ort.NodeArg) -> tuple[int | str, ...]:
    return tuple("any" if side is None else side for side in value.shape)

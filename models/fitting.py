"""Whether a network is what its manifest row says: the shapes of its ends and its class list."""

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from models.decoders.ctc import Columns
from models.decoders.nanodet import BINS, NanoDetPlusDecoder
from models.decoders.yolox import YoloxDecoder
from models.errors import ModelRefused
from models.manifest import Model
from models.session import Session

CLASSES_PROPERTY: Final = "classes"
"""ONNX property in which this program writes the class list of what it converts: a JSON list of names."""

CHARACTERS_PROPERTY: Final = "character"
"""ONNX property in which PaddleOCR's exports list a text network's characters after the blank, one a line."""

Shape: TypeAlias = tuple[int | None, ...]
"""None where any size will do."""


def require_fit(model: Model, session: Session) -> None:
    """Refuse a network whose input, outputs or class list are not what its row says.

    Raises:
        ModelRefused: the sentence names the model and the end or list that differs.
    """
    free = model.input.fit == "within"
    sides: Shape = (None, None) if free else model.input.size
    _require_shape(model, "input", model.input.name, (None if free else 1, 3, *sides), session.inputs)
    _require_class_list(model, session.metadata)
    _require_class_count(model, session.outputs)
    for name, shape in zip(model.outputs, _output_shapes(model), strict=False):
        _require_shape(model, "output", name, shape, session.outputs)
    if model.features:
        _require_shape(model, "output", model.features, (1, None, None, None), session.outputs)
    if len(model.outputs) != len(_output_shapes(model)):
        raise ModelRefused(
            f"{model.id}: decoder {model.decoder} reads {len(_output_shapes(model))} outputs, "
            f"the manifest names {len(model.outputs)}"
        )


def text_columns(model: Model, session: Session) -> Columns:
    """Say where a text network's answer holds the plate alphabet, by the file's own list or by the row's.

    Raises:
        ModelRefused: the list does not fit the answer.
    """
    listed = session.metadata.get(CHARACTERS_PROPERTY)
    characters = listed.split("\n") if listed else model.classes
    width = session.outputs[model.outputs[0]][2]
    try:
        return Columns.of(characters, width if isinstance(width, int) else 1 + len(characters))
    except ValueError as error:
        raise ModelRefused(f"{model.id}: {error}") from error


def _require_shape(
    model: Model, end: str, name: str, wanted: Shape, found: Mapping[str, tuple[int | str, ...]]
) -> None:
    if name not in found:
        raise ModelRefused(f"{model.id}: no {end} is called {name}; there are {', '.join(found)}")
    shape = found[name]
    alike = len(shape) == len(wanted) and all(
        want is None or size == want or isinstance(size, str) for size, want in zip(shape, wanted, strict=True)
    )
    if not alike:
        raise ModelRefused(f"{model.id}: {end} {name} has shape {_words(shape)}, expected {_words(wanted)}")


def _require_class_list(model: Model, metadata: Mapping[str, str]) -> None:
    written = metadata.get(CLASSES_PROPERTY)
    if written is not None and written != json.dumps(model.classes):
        raise ModelRefused(f"{model.id}: the class list in the file is another than the manifest's")


def _require_class_count(model: Model, outputs: Mapping[str, tuple[int | str, ...]]) -> None:
    """Say that the class list is wrong where only that makes an output's shape wrong."""
    if model.decoder not in _CLASS_AXES:
        return
    name, axis, others = _CLASS_AXES[model.decoder]
    if name >= len(model.outputs):
        return
    shape = outputs.get(model.outputs[name], ())
    size = shape[axis] if len(shape) == 3 else None
    if isinstance(size, int) and size != len(model.classes) + others:
        raise ModelRefused(
            f"{model.id}: the network gives {size - others} classes, the manifest's class list has {len(model.classes)}"
        )


_CLASS_AXES: Final[Mapping[str, tuple[int, int, int]]] = {
    "ssd": (1, 2, 0),
    "yolox": (0, 2, 5),
    "nanodet-plus": (0, 1, 4 * BINS),
    "clp": (1, 2, 1),
}
"""For each decoder: which output's which axis counts classes, and how many other numbers stand on that axis. Readers
of text are not here: their characters may be listed in the file."""


def _output_shapes(model: Model) -> tuple[Shape, ...]:
    return _OUTPUT_SHAPES[model.decoder](model)


_OUTPUT_SHAPES: Final[Mapping[str, Callable[[Model], tuple[Shape, ...]]]] = {
    "ssd": lambda model: ((1, None, 1, 4), (1, None, len(model.classes)), (1, None, 4)),
    "yolox": lambda model: ((1, YoloxDecoder(model.input.size).cells, 5 + len(model.classes)),),
    "nanodet-plus": lambda model: (
        (1, len(model.classes) + 4 * BINS, NanoDetPlusDecoder(model.input.size, len(model.classes)).cells),
    ),
    "clp": lambda _: ((None, None, 4), (None, None, 2), (None, None, 8)),
    "ctc": lambda _: ((None, None, None),),
}


def _words(shape: tuple[int | str | None, ...]) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"

"""What a camera's perception keeps over a restart, as versioned JSON."""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.perception.appearance import Appearance
from edge.perception.slots import Slots
from edge.values import Box, Detection

MAX_MEMORY_BYTES: Final = 1024 * 1024  # 128 slots, 64 candidates and 100 detections come to about 200 KB


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the vehicle of a slot or candidate looked, and in which box."""

    box: Box
    looks: Appearance


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that perception of one camera needs to go on."""

    __pydantic_config__ = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    slots: Slots
    places: dict[str, Remembered]
    picture: Appearance | None
    detections: tuple[Detection, ...]
    looked_s: float | None
    version: Literal[1] = 1


_MEMORY: Final = TypeAdapter(Memory)


def dump(memory: Memory) -> bytes:
    """Write a memory; the same memory gives the same bytes."""
    return _MEMORY.dump_json(memory)


def load(raw: bytes, camera: str) -> Memory:
    """Read what `dump` wrote.

    Raises:
        ValueError: damaged, too long, of another version or of another camera.
    """
    if len(raw) > MAX_MEMORY_BYTES:
        raise ValueError(f"{len(raw)} bytes; a camera's memory has at most {MAX_MEMORY_BYTES}")
    try:
        memory = _MEMORY.validate_json(raw)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"not a camera's memory of version 1: {fault['msg']}") from None
    if memory.slots.camera != camera:
        raise ValueError(f"the memory is of camera {memory.slots.camera!r}, not of {camera!r}")
    return memory

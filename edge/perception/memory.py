"""What a camera's perception keeps over a restart, as versioned JSON."""

from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.perception.appearance import Appearance
from edge.perception.stays import Slots
from edge.values import Box, Detection

MAX_MEMORY_BYTES: Final = 2 * 1024 * 1024  # 128 slots, 64 candidates and 100 detections come to about 900 KB


@dataclass(frozen=True, slots=True)
class Remembered:
    """How a place looked, and in which box."""

    box: Box
    looks: Appearance


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that perception of one camera needs to go on.

    Attributes:
        places: how the vehicles of slots and candidates looked, by name or key; those that left, by their stay's.
        grounds: how places looked without a vehicle, by slot's name or candidate's key.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    slots: Slots
    places: dict[str, Remembered]
    picture: Appearance | None
    detections: tuple[Detection, ...]
    looked_s: float | None
    grounds: dict[str, Remembered] = field(default_factory=dict)
    version: Literal[2] = 2


OLD: Final = b',"version":1}'
NEW: Final = b',"version":2}'
_MEMORY: Final = TypeAdapter(Memory)


def blank(camera: str, *, slots_from: int = 0) -> Memory:
    """Nothing seen yet. Slots numbered up to `slots_from` are taken."""
    return Memory(Slots(camera, made=slots_from), places={}, picture=None, detections=(), looked_s=None)


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
        memory = _MEMORY.validate_json(_brought_up(raw))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"not a camera's memory of version 2: {fault['msg']}") from None
    if memory.slots.camera != camera:
        raise ValueError(f"the memory is of camera {memory.slots.camera!r}, not of {camera!r}")
    return memory


def _brought_up(raw: bytes) -> bytes:
    """Version 1 had fewer fields, and all that were added have a value for what is not known."""
    return raw.removesuffix(OLD) + NEW if raw.endswith(OLD) else raw

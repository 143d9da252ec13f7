"""What a camera's perception keeps over a restart, as versioned JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.config import Zone
from edge.perception.appearance import Appearance
from edge.perception.eye import HERE
from edge.perception.stance import Stance, begun
from edge.perception.stays import Slots
from edge.perception.wear import Diary
from edge.values import Box, Detection

MAX_MEMORY_BYTES: Final = 4 * 1024 * 1024  # 128 slots, 64 candidates and 8 covers a picture come to 3 MB
MAX_COVERS: Final = 8  # of a picture; where more is before a place, it counts as covered all over


@dataclass(frozen=True, slots=True)
class Remembered:
    """How a place looked, in which box, and what stood or passed before it then and tells nothing of it."""

    box: Box
    looks: Appearance
    covers: tuple[Box, ...] = ()


def remembered(box: Box, looks: Appearance, before: Iterable[Box]) -> Remembered:
    """Picture a place, with those of the boxes before it that hide some of it."""
    covers = tuple(other for other in before if other.shared(box))
    return Remembered(box, looks, covers if len(covers) <= MAX_COVERS else (box,))


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that perception of one camera needs to go on.

    Attributes:
        places: how the vehicles of slots and candidates looked, by name or key; those that left, by their stay's.
        grounds: how places looked without a vehicle, by slot's name or candidate's key.
        faces: how each slot's place looked at the latest look, whatever stood there.
        diaries: how long-standing vehicles change from day to day, by stay.
        stance: how the camera stands to its first view, in whose coordinates everything is.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    slots: Slots
    places: dict[str, Remembered]
    picture: Appearance | None
    detections: tuple[Detection, ...]
    looked_s: float | None
    grounds: dict[str, Remembered] = field(default_factory=dict)
    faces: dict[str, Remembered] = field(default_factory=dict)
    diaries: dict[str, Diary] = field(default_factory=dict)
    stance: Stance = field(default_factory=Stance)
    version: Literal[1, 2, 3] = 3


_MEMORY: Final = TypeAdapter(Memory)


def blank(camera: str, *, slots_from: int = 0) -> Memory:
    """Nothing seen yet. Slots numbered up to `slots_from` are taken."""
    return Memory(Slots(camera, made=slots_from), places={}, picture=None, detections=(), looked_s=None)


def in_view(memory: Memory, zones: Sequence[Zone]) -> Memory:
    """Go on with a configuration's zones.

    Zones drawn anew were drawn in what the camera shows now: that is the first view then, and places known by another
    one are known no more.
    """
    stance = begun(memory.stance, zones)
    if stance is memory.stance:
        return memory
    if memory.stance.shift == HERE and not memory.stance.moved_away:
        return replace(memory, stance=stance)
    return replace(blank(memory.slots.camera, slots_from=memory.slots.made), stance=stance)


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
        memory = _brought_up(_MEMORY.validate_json(raw))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"not a camera's memory of version 1 to 3: {fault['msg']}") from None
    if memory.slots.camera != camera:
        raise ValueError(f"the memory is of camera {memory.slots.camera!r}, not of {camera!r}")
    return memory


def _brought_up(memory: Memory) -> Memory:
    """Version 1 had fewer fields, and what was added has a value for the unknown; 2 told changes on another scale."""
    return memory if memory.version == 3 else replace(memory, version=3, diaries={})

"""Faces: how each place looked a moment ago, whatever stood there, to be compared with the next look."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from edge.perception.appearance import Cells, clear_cells, similarity
from edge.perception.eye import Eye
from edge.perception.memory import Remembered, remembered
from edge.perception.places import FITS, passers
from edge.perception.stays import Slot, Slots
from edge.perception.steadiness import STEADY
from edge.values import Box, Detection

LEAST_SHOWN: Final = 0.15  # of a place, to say that it is as it was


def faces(slots: Slots, eye: Eye) -> Iterator[tuple[str, Remembered]]:
    """Picture every place, with what passes before it now."""
    moving = passing(slots, eye.detections)
    for slot in slots.slots:
        looks = replace(eye.looks(slot.box), embedding=None)
        yield slot.name, remembered(slot.box, looks, passers(slot.box, moving))


def passing(slots: Slots, detections: Sequence[Detection]) -> tuple[Detection, ...]:
    """What was detected and is no standing vehicle."""
    standing = [slot.box for slot in slots.slots if slot.stay]
    return tuple(found for found in detections if not any(found.box.overlap(box) >= FITS for box in standing))


def stillness(slot: Slot, face: Remembered, eye: Eye, moving: Sequence[Detection]) -> tuple[float | None, bool]:
    """Likeness of a place to its face, None if too little of it shows; and whether it is untouched all over."""
    now, in_view = eye.looks(face.box), seen_cells(face.box, eye)
    whole = similarity(face.looks, now, in_view)
    if whole is not None and whole >= STEADY:
        return whole, True
    shown = clear_cells(face.box, (*passers(slot.box, moving), *face.covers)) & in_view
    return (similarity(face.looks, now, shown) if shown.mean() >= LEAST_SHOWN else None), False


def seen_cells(box: Box, eye: Eye) -> Cells:
    """Which cells of a box's grid lie in the picture at all."""
    return ~clear_cells(box, [eye.shown])

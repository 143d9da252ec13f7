"""How places look now compared with what is remembered of their vehicles: where pixels become `PlaceLook`s."""

from collections.abc import Mapping
from typing import Final

from edge.perception.appearance import LEAST_CELLS, clear_cells, describe, similarity
from edge.perception.memory import Memory, Remembered
from edge.perception.places import FITS, passers
from edge.perception.slots import PlaceLook, Slot, Slots, Stay
from edge.values import Box, Detection, Frame, Image, Presence

WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)


def compare(memory: Memory, image: Image, detections: tuple[Detection, ...]) -> dict[str, PlaceLook]:
    """Look at the place of every standing vehicle and candidate."""
    looks = {
        slot.name: _look(memory, slot, slot.stay, image, detections)
        for slot in memory.slots.slots
        if slot.stay and slot.name in memory.places
    }
    for candidate in memory.slots.candidates:
        if known := memory.places.get(candidate.key):
            cells = clear_cells(known.box, passers(known.box, detections))
            looks[candidate.key] = PlaceLook(similarity(known.looks, describe(image, known.box), cells))
    return looks


def _look(memory: Memory, slot: Slot, stay: Stay, image: Image, detections: tuple[Detection, ...]) -> PlaceLook:
    """Compare over the cells that only this vehicle fills.

    Neighbours that stood when it was remembered, and what passes before it now, say nothing about it.
    """
    known = memory.places[slot.name]
    neighbours = [(other.box, other.stay) for other in memory.slots.slots if other.stay and other is not slot]
    old = [box for box, other in neighbours if other.entered.at_s <= stay.pictured_s]
    new = [
        box  # one that is itself not seen may be gone and hides nobody
        for box, other in neighbours
        if other.presence is Presence.SEEN and other.entered.at_s > stay.pictured_s
    ]
    moving = [found for found in detections if not any(found.box.overlap(box) >= FITS for box, _ in neighbours)]
    unpassed = clear_cells(known.box, passers(slot.box, moving))
    own = clear_cells(known.box, old)
    if int(own.sum()) < LEAST_CELLS:
        return PlaceLook(unpassed=float(unpassed.mean()))
    shown = own & unpassed & clear_cells(known.box, new)
    likeness = similarity(known.looks, describe(image, known.box), shown)
    return PlaceLook(likeness, int(shown.sum()) / int(own.sum()), float(unpassed.mean()))


def remember(places: Mapping[str, Remembered], slots: Slots, frame: Frame) -> dict[str, Remembered]:
    """Picture the vehicles that this look showed well; forget those that are there no more."""
    now_s = frame.moment.at_s
    standing = [(slot.name, slot.box, slot.stay.pictured_s) for slot in slots.slots if slot.stay]
    waiting = [(one.key, one.box, one.last.at_s) for one in slots.candidates]
    return {
        name: Remembered(box, describe(frame.image, box)) if pictured_s == now_s else places[name]
        for name, box, pictured_s in (*standing, *waiting)
        if pictured_s == now_s or name in places
    }

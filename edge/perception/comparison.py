"""How places look now compared with what is remembered of their vehicles: where pixels become `PlaceLook`s."""

from collections.abc import Mapping
from typing import Final

from edge.perception.appearance import LEAST_CELLS, clear_cells, describe, similarity
from edge.perception.memory import Memory, Remembered
from edge.perception.places import FITS, passers, widened
from edge.perception.slots import PlaceLook, Slot, Slots, Stay
from edge.values import Box, Detection, Frame, Presence

NEIGHBOUR_S: Final = 30.0  # what has stood beside or before a vehicle for so long belongs to the picture
WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)


def compare(memory: Memory, frame: Frame, detections: tuple[Detection, ...]) -> dict[str, PlaceLook]:
    """Look at the place of every standing vehicle and candidate."""
    looks = {
        slot.name: _look(memory, slot, slot.stay, frame, detections)
        for slot in memory.slots.slots
        if slot.stay and slot.name in memory.places
    }
    for candidate in memory.slots.candidates:
        if known := memory.places.get(candidate.key):
            cells = clear_cells(known.box, passers(known.box, detections))
            looks[candidate.key] = PlaceLook(similarity(known.looks, describe(frame.image, known.box), cells))
    return looks


def _look(memory: Memory, slot: Slot, stay: Stay, frame: Frame, detections: tuple[Detection, ...]) -> PlaceLook:
    """Compare over the cells that only this vehicle fills.

    Standing neighbours say nothing about it, and nor does what passes before it now. How much is in view is reckoned
    without the neighbours that belong to the picture; one that came just now may be passing yet.
    """
    known = memory.places[slot.name]
    neighbours = [(other.box, other.stay) for other in memory.slots.slots if other.stay and other is not slot]
    belongs_s = max(stay.pictured_s, frame.moment.at_s - NEIGHBOUR_S)
    old = [_cover(box, other, stay) for box, other in neighbours if other.entered.at_s <= belongs_s]
    new = [
        widened(box)  # one that is itself not seen may be gone and hides nobody
        for box, other in neighbours
        if other.presence is Presence.SEEN and other.entered.at_s > belongs_s
    ]
    moving = [found for found in detections if not any(found.box.overlap(box) >= FITS for box, _ in neighbours)]
    unpassed = clear_cells(known.box, passers(slot.box, moving))
    own = clear_cells(known.box, old)
    if int(own.sum()) < LEAST_CELLS:
        return PlaceLook(unpassed=float(unpassed.mean()))
    shown = own & unpassed & clear_cells(known.box, new)
    likeness = similarity(known.looks, describe(frame.image, known.box), shown)
    return PlaceLook(likeness, int(shown.sum()) / int(own.sum()), float(unpassed.mean()))


def _cover(box: Box, neighbour: Stay, stay: Stay) -> Box:
    """What a neighbour covers: its box if it is in the vehicle's picture already, else with its shadow and edges."""
    return box if neighbour.entered.at_s <= stay.pictured_s else widened(box)


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

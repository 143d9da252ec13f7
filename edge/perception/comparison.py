"""How places look now compared with what is remembered of their vehicles: where pixels become `PlaceLook`s."""

from collections.abc import Mapping
from typing import Final

from edge.perception.appearance import LEAST_CELLS, Cells, clear_cells, similarity
from edge.perception.eye import Eye
from edge.perception.memory import Memory, Remembered
from edge.perception.places import FITS, passers, widened
from edge.perception.slots import PlaceLook, Slot, Slots, Stay
from edge.values import Box, Presence

NEIGHBOUR_S: Final = 30.0  # what has stood beside or before a vehicle for so long belongs to the picture


def compare(memory: Memory, eye: Eye) -> dict[str, PlaceLook]:
    """Look at the place of every standing vehicle and candidate."""
    looks = {
        slot.name: _look(memory, slot, slot.stay, eye)
        for slot in memory.slots.slots
        if slot.stay and slot.name in memory.places
    }
    for candidate in memory.slots.candidates:
        if known := memory.places.get(candidate.key):
            cells = clear_cells(known.box, passers(known.box, eye.detections)) & seen_cells(known.box, eye)
            looks[candidate.key] = PlaceLook(similarity(known.looks, eye.looks(known.box), cells))
    return looks


def seen_cells(box: Box, eye: Eye) -> Cells:
    """Which cells of a box's grid lie in the picture at all."""
    return ~clear_cells(box, [eye.shown])


def _look(memory: Memory, slot: Slot, stay: Stay, eye: Eye) -> PlaceLook:
    """Compare over the cells that only this vehicle fills.

    Standing neighbours say nothing about it, and nor does what passes before it now. How much is in view is reckoned
    without the neighbours that belong to the picture; one that came just now may be passing yet.
    """
    known = memory.places[slot.name]
    neighbours = [(other.box, other.stay) for other in memory.slots.slots if other.stay and other is not slot]
    belongs_s = max(stay.pictured_s, eye.moment.at_s - NEIGHBOUR_S)
    old = [_cover(box, other, stay) for box, other in neighbours if other.entered.at_s <= belongs_s]
    new = [
        widened(box)  # one that is itself not seen may be gone and hides nobody
        for box, other in neighbours
        if other.presence is Presence.SEEN and other.entered.at_s > belongs_s
    ]
    moving = [found for found in eye.detections if not any(found.box.overlap(box) >= FITS for box, _ in neighbours)]
    unpassed = clear_cells(known.box, passers(slot.box, moving)) & seen_cells(known.box, eye)
    own = clear_cells(known.box, old)
    if int(own.sum()) < LEAST_CELLS:
        return PlaceLook(unpassed=float(unpassed.mean()))
    shown = own & unpassed & clear_cells(known.box, new)
    likeness = similarity(known.looks, eye.looks(known.box), shown)
    return PlaceLook(likeness, int(shown.sum()) / int(own.sum()), float(unpassed.mean()))


def _cover(box: Box, neighbour: Stay, stay: Stay) -> Box:
    """What a neighbour covers: its box if it is in the vehicle's picture already, else with its shadow and edges."""
    return box if neighbour.entered.at_s <= stay.pictured_s else widened(box)


def remember(places: Mapping[str, Remembered], slots: Slots, eye: Eye) -> dict[str, Remembered]:
    """Picture the vehicles that this look showed well; forget those that are there no more."""
    now_s = eye.moment.at_s
    standing = [(slot.name, slot.box, slot.stay.pictured_s) for slot in slots.slots if slot.stay]
    waiting = [(one.key, one.box, one.last.at_s) for one in slots.candidates]
    return {
        name: Remembered(box, eye.looks(box)) if pictured_s == now_s else places[name]
        for name, box, pictured_s in (*standing, *waiting)
        if pictured_s == now_s or name in places
    }

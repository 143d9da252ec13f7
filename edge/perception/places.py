"""Geometry of places: whether a box is a standing vehicle's own, shares its ground, or merely stands before it."""

from collections.abc import Iterable, Sequence
from typing import Final

from edge.perception.detection import same_object
from edge.values import Box, Detection

FITS: Final = 0.5  # overlap of a slot's box with a detection of its vehicle: boxes of one small car jitter down to this
GROUND_ACROSS: Final = 0.25  # two vehicles whose feet are nearer than this, in widths of the smaller …
GROUND_DEEP: Final = 0.2  # … and in heights, cannot both stand
BEHIND: Final = 0.3  # … and so far apart in heights one stands behind the other, however much their boxes overlap
SPILL: Final = 0.1  # a detection's box is out by so much of its size at each side


def match(places: Sequence[Box], found: Sequence[Box], least: float = FITS) -> dict[int, int]:
    """Pair places with detections one to one, best overlap first; index of place → index of detection."""
    overlaps = ((place.overlap(box), i, j) for i, place in enumerate(places) for j, box in enumerate(found))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted((row for row in overlaps if row[0] >= least), key=lambda row: (-row[0], row[1], row[2])):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def same_ground(one: Box, other: Box) -> bool:
    """Whether two vehicles with these boxes would stand on one another's ground, so that only one of them is there."""
    width = min(one.x2 - one.x1, other.x2 - other.x1)
    height = min(one.y2 - one.y1, other.y2 - other.y1)
    across, deep = abs(one.foot[0] - other.foot[0]), abs(one.foot[1] - other.foot[1])
    if same_object(one, other) or (one.overlap(other) >= FITS and deep <= BEHIND * height):
        return True
    return across <= GROUND_ACROSS * width and deep <= GROUND_DEEP * height


def passers(place: Box, detections: Iterable[Detection]) -> tuple[Box, ...]:
    """Boxes of what may stand before a place: persons, and vehicles on other ground, widened by what a box is out."""
    return tuple(
        widened(found.box) for found in detections if found.vehicle is None or not same_ground(place, found.box)
    )


def widened(box: Box) -> Box:
    """A box with what a detector's box may be out: shadows and edges of whatever stands in it."""
    across, down = SPILL * (box.x2 - box.x1), SPILL * (box.y2 - box.y1)
    return Box(max(0.0, box.x1 - across), max(0.0, box.y1 - down), min(1.0, box.x2 + across), min(1.0, box.y2 + down))


def blend(old: Box, new: Box, share: float) -> Box:
    """Move a box towards another; `share` is the new one's weight, 0 to 1."""
    keep = 1.0 - share
    return Box(
        keep * old.x1 + share * new.x1,
        keep * old.y1 + share * new.y1,
        keep * old.x2 + share * new.x2,
        keep * old.y2 + share * new.y2,
    )

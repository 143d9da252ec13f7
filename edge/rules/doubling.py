"""Double parking: which standing vehicle another one shuts in, by how their boxes lie in the picture."""

from collections.abc import Sequence
from typing import Final

from edge.config import Zone
from edge.rules.zones import contains
from edge.values import Box, Presence, Sighting

BEFORE: Final = 0.5  # of the narrower one's width: less leaves room to steer out past it
REACH: Final = 1.0  # of the taller one's height, between the feet: farther apart there is another car's length between


def shut_in(sighting: Sighting, sightings: Sequence[Sighting], zone: Zone, zones: Sequence[Zone]) -> Sighting | None:
    """The stay that a vehicle shuts in; of several, the one that it stands before most. None without `in_front_of`.

    It stands on the lane when its foot is in this zone, and the other one behind it when that one's foot is in a zone
    that this one lies in front of; then the boxes must overlap in width, and the feet be no farther apart than a
    vehicle is tall in the picture. Whether the lane lies nearer to the camera than the berths does not matter. A
    vehicle behind may be hidden: that is how it looks from the lane.

    Args:
        sightings: all of the look, with `sighting` among them or not.
        zones: all of the camera.
    """
    if not zone.in_front_of or not contains(zone.polygon, sighting.box.foot):
        return None
    polygons = [other.polygon for other in zones if other.id in zone.in_front_of]
    behind = [
        other
        for other in sightings
        if other.stay != sighting.stay
        and other.presence in {Presence.SEEN, Presence.HIDDEN}
        and any(contains(polygon, other.box.foot) for polygon in polygons)
        and before(sighting.box, other.box) >= BEFORE
    ]
    return max(behind, key=lambda other: (before(sighting.box, other.box), other.stay), default=None)


def before(box: Box, other: Box) -> float:
    """How much of the narrower box's width lies before the other, 0 to 1; 0 if their feet are too far apart."""
    taller = max(box.y2 - box.y1, other.y2 - other.y1)
    if abs(box.y2 - other.y2) > REACH * taller:
        return 0.0
    shared = min(box.x2, other.x2) - max(box.x1, other.x1)
    return max(0.0, shared) / min(box.x2 - box.x1, other.x2 - other.x1)

"""Zones: whether a point lies in a polygon, and membership that does not flicker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from edge.config import Zone

Point = tuple[float, float]

ON_EDGE: Final = 1e-9  # of the picture: nearer than this to an edge is on it, and on it is inside


def contains(polygon: Sequence[Point], point: Point) -> bool:
    """Whether a point lies in a polygon or on its edge. Self-crossing polygons follow the even-odd rule.

    Args:
        polygon: corners in order, either way round, fractions of the picture; the last is joined to the first.
    Source: crossing number (Shimrat 1962, ACM algorithm 112), half-open at the corners.
    """
    edges = list(zip(polygon, (*polygon[1:], polygon[0]), strict=True))
    if any(_on(edge, point) for edge in edges):
        return True
    x, y = point
    crossings = (
        (bx - ax) * (y - ay) / (by - ay) + ax > x
        for (ax, ay), (bx, by) in edges
        if (ay > y) != (by > y)  # half-open: a corner on the ray counts for one of its two edges
    )
    return sum(crossings) % 2 == 1


def _on(edge: tuple[Point, Point], point: Point) -> bool:
    (ax, ay), (bx, by) = edge
    along_x, along_y, off_x, off_y = bx - ax, by - ay, point[0] - ax, point[1] - ay
    squared = along_x * along_x + along_y * along_y
    share = min(max((off_x * along_x + off_y * along_y) / squared, 0.0), 1.0) if squared else 0.0
    away_x, away_y = off_x - share * along_x, off_y - share * along_y
    return away_x * away_x + away_y * away_y <= ON_EDGE * ON_EDGE


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a vehicle counts as in a zone, and how many looks in a row have spoken against it."""

    inside: bool = False
    against: int = 0


def moved(member: Membership, zone: Zone, foot: Point) -> Membership:
    """Take one look at the vehicle's foot: it enters after `enter_after` looks in a row, leaves after `leave_after`."""
    if contains(zone.polygon, foot) == member.inside:
        return replace(member, against=0)
    against = member.against + 1
    needed = zone.leave_after if member.inside else zone.enter_after
    return Membership(not member.inside) if against >= needed else replace(member, against=against)

"""Zones: what lies in a polygon, and membership that does not flicker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from edge.config import Zone
from edge.values import Box

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


def shared(polygon: Sequence[Point], box: Box) -> float:
    """The area that a polygon and a box share, as a fraction of the picture.

    Args:
        polygon: as in `contains`; one that crosses itself gives nothing sensible.
    Source: Sutherland and Hodgman 1974; a concave polygon may fall into pieces joined by edges without area.
    """
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    if box.x2 <= min(xs) or max(xs) <= box.x1 or box.y2 <= min(ys) or max(ys) <= box.y1:
        return 0.0  # most pairs of a car park's vehicles and berths
    inside = polygon
    for axis, edge, sign in ((0, box.x1, 1), (0, box.x2, -1), (1, box.y1, 1), (1, box.y2, -1)):
        inside = _clipped(inside, axis, edge, sign)
    return area(inside)


def _clipped(polygon: Sequence[Point], axis: int, edge: float, sign: int) -> list[Point]:
    """What of a polygon lies on the side of a line across `axis` at `edge` that `sign` points to."""
    kept: list[Point] = []
    for a, b in zip(polygon, (*polygon[1:], *polygon[:1]), strict=True):
        off_a, off_b = sign * (a[axis] - edge), sign * (b[axis] - edge)
        if off_a >= 0:
            kept.append(a)
        if (off_a >= 0) != (off_b >= 0):
            share = off_a / (off_a - off_b)
            kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
    return kept


def area(polygon: Sequence[Point]) -> float:
    """A polygon's area as a fraction of the picture, by the shoelace formula."""
    if len(polygon) < 3:
        return 0.0
    pairs = zip(polygon, (*polygon[1:], polygon[0]), strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2

"""The polygon test on edges and corners, and membership that does not flicker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.parking import ZoneKind
from edge.config import Zone
from edge.rules.zones import Membership, area, contains, moved, shared
from edge.values import Box

SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
HOLLOW = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0), (0.6, 0.4), (0.4, 0.4), (0.4, 1.0), (0.0, 1.0))
SLANTED = ((0.1, 0.1), (0.9, 0.3), (0.7, 0.9))
DOUBLED = ((0.2, 0.2), (0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.8, 0.8), (0.2, 0.8))
BOW = ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0))

POINTS = [
    ("in the middle", SQUARE, (0.5, 0.5), True),
    ("outside right", SQUARE, (0.9, 0.5), False),
    ("outside left, at a corner's height", SQUARE, (0.1, 0.2), False),
    ("outside right, at a corner's height", SQUARE, (0.9, 0.8), False),
    ("on the upper edge", SQUARE, (0.5, 0.2), True),
    ("on the lower edge", SQUARE, (0.5, 0.8), True),
    ("on the left edge", SQUARE, (0.2, 0.33), True),
    ("on the right edge", SQUARE, (0.8, 0.71), True),
    ("on a corner", SQUARE, (0.8, 0.8), True),
    ("a hair outside", SQUARE, (0.8 + 1e-6, 0.5), False),
    ("rounding off an edge", SQUARE, (0.1 + 0.7, 0.3), True),
    ("in the notch", HOLLOW, (0.5, 0.7), False),
    ("above the notch", HOLLOW, (0.5, 0.3), True),
    ("at the notch's height, beside", HOLLOW, (0.2, 0.4), True),
    ("on a slanted edge", SLANTED, (0.5, 0.2), True),
    ("just off a slanted edge", SLANTED, (0.5, 0.199), False),
    ("a corner that stands there twice", DOUBLED, (0.5, 0.5), True),
    ("in one half of a bow", BOW, (0.9, 0.5), True),
    ("beside a bow's knot", BOW, (0.5, 0.2), False),
]


@pytest.mark.parametrize(("polygon", "point", "inside"), [row[1:] for row in POINTS], ids=[row[0] for row in POINTS])
def test_contains(polygon: tuple[tuple[float, float], ...], point: tuple[float, float], inside: bool) -> None:
    assert contains(polygon, point) is inside
    assert contains(tuple(reversed(polygon)), point) is inside
    assert contains((*polygon[2:], *polygon[:2]), point) is inside


unit = st.floats(0, 1, allow_nan=False)


spans = st.tuples(unit, unit).map(sorted)


@given(spans, spans, st.tuples(unit, unit))
def test_a_rectangle_contains_what_lies_between_its_sides(
    across: list[float], down: list[float], point: tuple[float, float]
) -> None:
    (x1, x2), (y1, y2), (x, y) = across, down, point
    near = min(abs(x - x1), abs(x - x2), abs(y - y1), abs(y - y2)) < 1e-8
    inside = x1 < x < x2 and y1 < y < y2
    assert near or contains(((x1, y1), (x2, y1), (x2, y2), (x1, y2)), (x, y)) is inside


@given(unit, unit, unit)
def test_points_made_on_an_edge_are_inside(share: float, along: float, across: float) -> None:
    corners = ((0.0, 0.0), (0.3 + along / 2, 0.1), (0.2, 0.3 + across / 2))
    (ax, ay), (bx, by) = corners[1], corners[2]
    assert contains(corners, (ax + share * (bx - ax), ay + share * (by - ay)))


INERTIA = [
    # name,                         in (i) or out (o), inside after each look (1) or not (0)
    ("enters after two", "ii", "01"),
    ("a flicker in does not enter", "ioioio", "000000"),
    ("leaves after three", "iiooo", "01110"),
    ("a flicker out does not leave", "iiooioo", "0111111"),
    ("comes back", "iioooii", "0111001"),
]


@pytest.mark.parametrize(("looks", "expected"), [row[1:] for row in INERTIA], ids=[row[0] for row in INERTIA])
def test_membership(looks: str, expected: str) -> None:
    zone = Zone(id="lane", kind=ZoneKind.FIRE_LANE, polygon=SQUARE, enter_after=2, leave_after=3)
    member, said = Membership(), ""
    for look in looks:
        member = moved(member, zone, (0.5, 0.5) if look == "i" else (0.1, 0.5))
        said += "1" if member.inside else "0"
    assert said == expected


COVERED = [
    # name,               polygon,                                       box,                     share
    ("all of it", [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)], Box(0, 0, 1, 1), 1.0),
    ("half of it", [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)], Box(0.3, 0, 1, 1), 0.5),
    ("a corner of it", [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)], Box(0.3, 0.3, 1, 1), 0.25),
    ("nothing of it", [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)], Box(0.5, 0.5, 1, 1), 0.0),
    ("a box inside", [(0.0, 0.0), (0.4, 0.0), (0.4, 0.4), (0.0, 0.4)], Box(0.1, 0.1, 0.3, 0.3), 0.25),
    ("a triangle, cut", [(0.0, 0.0), (0.4, 0.0), (0.0, 0.4)], Box(0.2, 0, 1, 1), 0.25),
    ("an L, its two arms cut", [(0, 0), (0.4, 0), (0.4, 0.2), (0.2, 0.2), (0.2, 0.4), (0, 0.4)],
     Box(0.1, 0.1, 0.4, 0.4), 5 / 12),
    ("the other way round", [(0.2, 0.4), (0.4, 0.4), (0.4, 0.2), (0.2, 0.2)], Box(0.3, 0, 1, 1), 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("polygon", "box", "share"), [row[1:] for row in COVERED], ids=[row[0] for row in COVERED])
def test_how_much_of_a_zone_lies_in_a_box(polygon: list[tuple[float, float]], box: Box, share: float) -> None:
    assert shared(polygon, box) == pytest.approx(share * area(polygon))

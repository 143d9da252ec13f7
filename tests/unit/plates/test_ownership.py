"""Whose a plate is, and who would show one."""

import pytest

from edge.perception.ownership import is_own, shows_plate
from edge.values import Box

CAR = Box(0.40, 0.40, 0.60, 0.60)
BEHIND = Box(0.50, 0.30, 0.70, 0.55)
BEFORE = Box(0.50, 0.50, 0.70, 0.75)


def plate(x: float, y: float, wide: float = 0.05) -> Box:
    return Box(x - wide / 2, y - 0.01, x + wide / 2, y + 0.01)


OWN = [
    # name,                                 plate,            others,    own
    ("low on the car", plate(0.45, 0.55), [], True),
    ("at its middle", plate(0.45, 0.50), [], True),
    ("at its roof: of one behind", plate(0.45, 0.42), [], False),
    ("beside it", plate(0.65, 0.55), [], False),
    ("as wide as the car", plate(0.50, 0.55, 0.15), [], False),
    ("in the box of one before it", plate(0.55, 0.55), [BEFORE], False),
    ("low, and in the box of one behind", plate(0.55, 0.52), [BEHIND], True),
    ("high, and in the box of one behind", plate(0.55, 0.48), [BEHIND], False),
]


@pytest.mark.parametrize(("label", "found", "others", "own"), OWN, ids=[row[0] for row in OWN])
def test_whose_a_plate_is(label: str, found: Box, others: list[Box], own: bool) -> None:
    assert is_own(found, CAR, others) is own


SHOWS = [
    # name,                             box,                         others,        shows
    ("from its front, near", Box(0.4, 0.4, 0.5, 0.6), [], True),
    ("from its side", Box(0.3, 0.4, 0.6, 0.6), [], False),
    ("far away", Box(0.4, 0.4, 0.47, 0.55), [], False),
    ("cut by the left edge", Box(0.0, 0.4, 0.1, 0.6), [], False),
    ("cut by the lower edge", Box(0.4, 0.8, 0.5, 1.0), [], False),
    ("somebody stands before it", Box(0.4, 0.4, 0.5, 0.6), [Box(0.44, 0.5, 0.47, 0.62)], False),
    ("somebody stands beside it", Box(0.4, 0.4, 0.5, 0.6), [Box(0.5, 0.5, 0.55, 0.62)], True),
]


@pytest.mark.parametrize(("label", "box", "others", "shows"), SHOWS, ids=[row[0] for row in SHOWS])
def test_who_would_show_a_plate(label: str, box: Box, others: list[Box], shows: bool) -> None:
    assert shows_plate(box, others, width=1920, height=1080) is shows

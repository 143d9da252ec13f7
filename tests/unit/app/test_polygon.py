"""Which polygons cross themselves, and where."""

import pytest

from edge.polygon import crossing

SQUARE = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]
SOUND = [
    ("a triangle", [(0.1, 0.1), (0.9, 0.1), (0.5, 0.9)]),
    ("a square", SQUARE),
    ("a square the other way round", SQUARE[::-1]),
    ("the first corner again at the end", [*SQUARE, SQUARE[0]]),
    ("a corner written twice", [SQUARE[0], *SQUARE]),
    ("a corner on a straight edge", [(0.1, 0.1), (0.5, 0.1), (0.9, 0.1), (0.5, 0.9)]),
    ("a bent lane", [(0, 0), (1, 0), (1, 1), (0.9, 1), (0.9, 0.1), (0, 0.1)]),
    ("64 corners", [(n / 32, 0.4) for n in range(32)] + [(n / 32, 0.6) for n in reversed(range(32))]),
]
CROSSED = [
    ("a bow tie", [(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)], ((1, 2), (3, 4))),
    ("the last edge", [(0.1, 0.1), (0.9, 0.1), (0.5, -0.1), (0.5, 0.9)], ((1, 2), (3, 4))),
    ("a crossing in a corner", [(0, 0), (0.5, 0.5), (1, 1), (1, 0), (0, 1)], ((1, 2), (4, 5))),
    ("a corner visited twice", [(0, 0), (0.5, 0.5), (1, 0), (1, 1), (0.5, 0.5), (0, 1)], ((1, 2), (4, 5))),
    ("a corner on another edge", [(0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)], ((1, 2), (3, 4))),
    ("numbers of corners as written", [(0, 0), (0, 0), (1, 1), (1, 1), (1, 0), (0, 1)], ((1, 3), (5, 6))),
]


@pytest.mark.parametrize("corners", [case[1] for case in SOUND], ids=[case[0] for case in SOUND])
def test_a_border_that_goes_round_once(corners: list[tuple[float, float]]) -> None:
    assert crossing(corners) is None


@pytest.mark.parametrize(("corners", "edges"), [case[1:] for case in CROSSED], ids=[case[0] for case in CROSSED])
def test_a_border_that_crosses_itself_is_named(
    corners: list[tuple[float, float]], edges: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    assert crossing(corners) == edges

"""Where the border of a polygon crosses itself. Such a polygon has no clear inside."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final, TypeAlias

PARTS: Final = 1_000_000  # of the picture's width or height: whole numbers, so that a touch is told exactly

Spot: TypeAlias = tuple[int, int]
Edge: TypeAlias = tuple[int, int, Spot, Spot]  # numbers of its two corners, where they lie


def crossing(corners: Sequence[tuple[float, float]]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The first two edges that cross or touch though they are not neighbours, each by its corners' numbers from 1.

    Args:
        corners: (n, 2), fractions of width and height in order along the border; the last is joined to the first. A
            corner written twice in a row, or the first one again at the end, counts once.
    """
    edges = _edges(corners)
    for (i, first), (j, second) in combinations(enumerate(edges), 2):
        neighbours = j - i == 1 or (i == 0 and j == len(edges) - 1)
        if not neighbours and _meet(first[2], first[3], second[2], second[3]):
            return first[:2], second[:2]
    return None


def _edges(corners: Sequence[tuple[float, float]]) -> list[Edge]:
    spots = [(round(x * PARTS), round(y * PARTS)) for x, y in corners]
    kept = [number for number, spot in enumerate(spots) if spot != spots[number - 1]]
    following = [*kept[1:], *kept[:1]]
    return [(a + 1, b + 1, spots[a], spots[b]) for a, b in zip(kept, following, strict=True)]


def _meet(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    """Whether the lines a-b and c-d have a spot in common."""
    across = _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0
    return across and all(_overlap(a[axis], b[axis], c[axis], d[axis]) for axis in (0, 1))


def _side(a: Spot, b: Spot, c: Spot) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _overlap(a: int, b: int, c: int, d: int) -> bool:
    return max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d))

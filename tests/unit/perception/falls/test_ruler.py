"""Places on a façade with a grid."""

import numpy as np
import pytest

from edge.config import Grid
from edge.perception.falls.ruler import GridRuler
from tests.unit.perception.falls.drawn import CORNERS, FLOOR_M, GRID, HEIGHT, PPM, WIDTH

LEANING = ((0.3, 0.1), (0.7, 0.1), (0.9, 0.9), (0.1, 0.9))


def test_corners_are_the_plane_s_corners() -> None:
    grid = Grid(corners=LEANING, floors=(3, 12), columns=6)
    ruler = GridRuler(grid, WIDTH, HEIGHT)
    found = ruler.place(np.array(LEANING) * (WIDTH, HEIGHT))
    assert found == pytest.approx(np.array([(0, 29), (6, 29), (6, 0), (0, 0)]), abs=1e-3)
    assert ruler.ground_m == pytest.approx(2 * 2.9)


def test_a_metre_is_longer_where_the_wall_is_nearer() -> None:
    ruler = GridRuler(Grid(corners=LEANING, floors=(1, 10), columns=6), WIDTH, HEIGHT)
    high, low = ruler.pixels_per_metre(np.array([(320.0, 60.0), (320.0, 420.0)]))
    assert low > 1.5 * high
    even = GridRuler(GRID, WIDTH, HEIGHT).pixels_per_metre(np.array([(320.0, 60.0), (320.0, 420.0)]))
    assert even == pytest.approx([PPM, PPM], rel=1e-3)


@pytest.mark.parametrize(
    ("floors", "metres", "floor"),
    [
        ((1, 13), 0.1, 1),
        ((1, 13), 2.5 * FLOOR_M, 3),
        ((1, 13), 99.0, 13),  # above what is drawn
        ((1, 13), -5.0, 1),
        ((-2, 3), 0.5 * FLOOR_M, -2),
        ((-2, 3), 1.5 * FLOOR_M, -1),
        ((-2, 3), 2.5 * FLOOR_M, 1),  # there is no floor 0
        ((-2, 3), 4.5 * FLOOR_M, 3),
    ],
)
def test_floors(floors: tuple[int, int], metres: float, floor: int) -> None:
    grid = Grid(corners=CORNERS, floors=floors, columns=4, floor_height=FLOOR_M)
    assert GridRuler(grid, WIDTH, HEIGHT).floor(metres) == floor


def test_columns() -> None:
    ruler = GridRuler(GRID, WIDTH, HEIGHT)
    assert [ruler.column(at) for at in (-0.1, 0.0, 7.9, 8.0)] == [None, 1, 8, None]

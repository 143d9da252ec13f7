"""Which part of a picture is the window that something came from."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.config import Facade
from edge.evidence.window import launch_window
from edge.trajectory import Curve, FloorBy, Floors
from tests.unit.evidence.falls import fall

SIZE = (1000, 800)
WHOLE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
SLANTED = [[0.2, 0.1], [0.8, 0.2], [0.9, 0.9], [0.1, 0.9]]

CELLS = [
    # name,                  floors,    columns, floor, column, the cell's pixels
    ("bottom left",          (1, 8),    10,      1,     1,      (100, 640, 180, 720)),
    ("top right",            (1, 8),    10,      8,     10,     (820, 80, 900, 160)),
    ("no floor 0",           (-1, 3),   10,      -1,    1,      (100, 560, 180, 720)),
    ("above it",             (-1, 3),   10,      1,     1,      (100, 400, 180, 560)),
    ("all one window",       (5, 5),    1,       5,     1,      (100, 80, 900, 720)),
    ("a column too many",    (1, 8),    10,      1,     99,     (820, 640, 900, 720)),
]  # fmt: skip


def facade(corners: list[list[float]], floors: tuple[int, int], columns: int) -> Facade:
    grid = {"corners": corners, "floors": floors, "columns": columns}
    return Facade.model_validate({"id": "front", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "grid": grid})


@pytest.mark.parametrize(
    ("floors", "columns", "floor", "column", "cell"), [row[1:] for row in CELLS], ids=[r[0] for r in CELLS]
)
def test_a_grid_tells_the_cell(
    floors: tuple[int, int], columns: int, floor: int, column: int, cell: tuple[int, int, int, int]
) -> None:
    found = launch_window(facade(WHOLE, floors, columns), fall(floor=floor, column=column), SIZE)
    assert np.abs(np.array(found) - cell).max() <= 1


def test_of_a_slanted_cell_only_what_is_surely_its_own_is_shown() -> None:
    found = launch_window(facade(SLANTED, (1, 4), 4), fall(floor=4, column=1), SIZE)
    left, top, right, bottom = found
    drawn = np.array(SLANTED, np.float32) * np.array(SIZE, np.float32)
    back = cv2.getPerspectiveTransform(drawn, np.array([(0, 0), (4, 0), (4, 4), (0, 4)], np.float32))
    corners = np.array([[(left, top), (right, top), (right, bottom), (left, bottom)]], np.float32)
    cells = cv2.perspectiveTransform(corners, back)
    assert cells.min() > -0.02
    assert cells.max() < 1.02
    assert (right - left) * (bottom - top) > 0.5 * 120 * 120


@pytest.mark.parametrize(
    "change", [{"floors": None}, {"column": None}, {"floors": Floors(30, 30, 30, FloorBy.PHYSICS)}]
)
def test_without_a_cell_it_is_a_storey_around_the_launch(change: dict[str, object]) -> None:
    thing = replace(fall(x=500.0, y=300.0, until_y=700.0, pixels_per_metre=20.0), **change)  # type: ignore[arg-type]
    assert launch_window(facade(WHOLE, (1, 8), 10), thing, SIZE) == (470, 270, 530, 330)


def test_at_the_edge_it_is_cut() -> None:
    thing = fall(x=2.0, y=1.0, until_y=700.0, pixels_per_metre=20.0, floor=None)
    assert launch_window(facade(WHOLE, (1, 8), 10), thing, SIZE) == (0, 0, 32, 31)


@pytest.mark.parametrize(("pixels_per_metre", "side"), [(0.1, 16), (1000.0, 160)])
def test_its_size_is_bounded(pixels_per_metre: float, side: int) -> None:
    thing = fall(x=500.0, y=300.0, until_y=700.0, pixels_per_metre=20.0, floor=None)
    curve = Curve(0.0, 1.0, np.array([0.0, 1.0]), np.array([500.0, 500.0]), np.array([300.0, 700.0]))
    scale = replace(thing.pixels_per_metre, value=pixels_per_metre)
    x1, y1, x2, y2 = launch_window(facade(WHOLE, (1, 8), 10), replace(thing, curve=curve, pixels_per_metre=scale), SIZE)
    assert (x2 - x1, y2 - y1) == (side, side)

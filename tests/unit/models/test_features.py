"""How things look, cell by cell: what a box is told to hold."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.detection import Detections, FeatureMap, Seen

# Two rows of three cells; each cell answers in a channel of its own, so that a description shows whose it is.
GRID = FeatureMap(np.eye(6, dtype=np.float32).reshape(2, 3, 6))
THIRD = 1 / 3

BOXES: list[tuple[str, tuple[float, float, float, float], list[float]]] = [
    # name, box, how much of each cell
    ("all", (0, 0, 1, 1), [1, 1, 1, 1, 1, 1]),
    ("one cell", (0, 0, THIRD, 0.5), [1, 0, 0, 0, 0, 0]),
    ("a small box in one cell", (0.4, 0.6, 0.41, 0.61), [0, 0, 0, 0, 1, 0]),
    ("half of two cells", (THIRD / 2, 0, THIRD * 1.5, 0.5), [1, 1, 0, 0, 0, 0]),
    ("three quarters and one", (THIRD / 4, 0, 2 * THIRD, 0.5), [0.75, 1, 0, 0, 0, 0]),
    ("by area in both ways", (THIRD / 2, 0.25, 2 * THIRD, 1), [0.25, 0.5, 0, 0.5, 1, 0]),
    ("empty, in the middle", (0.5, 0.75, 0.5, 0.75), [0, 0, 0, 0, 1, 0]),
    ("a line across", (0, 0.25, 1, 0.25), [1, 1, 1, 0, 0, 0]),
    ("empty, in the last corner", (1, 1, 1, 1), [0, 0, 0, 0, 0, 1]),
    ("empty, in the first corner", (0, 0, 0, 0), [1, 0, 0, 0, 0, 0]),
    ("beyond the border", (2 * THIRD, 0.5, 9, 9), [0, 0, 0, 0, 0, 1]),
    ("before the border", (-9, -9, THIRD, 0.5), [1, 0, 0, 0, 0, 0]),
    ("outside, right", (2, 0, 3, 0.5), [0, 0, 1, 0, 0, 0]),
    ("outside, above left", (-3, -3, -2, -2), [1, 0, 0, 0, 0, 0]),
    ("inside out", (0.9, 0.9, 0.1, 0.1), [0, 0, 0, 0, 0, 1]),
]


@pytest.mark.parametrize(("box", "cells"), [case[1:] for case in BOXES], ids=[case[0] for case in BOXES])
def test_a_box_is_the_mean_of_its_cells_by_area(box: tuple[float, float, float, float], cells: list[float]) -> None:
    found = GRID.pool(*box)
    expected = np.array(cells) / np.linalg.norm(cells)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.dtype == np.float32


def test_a_picture_of_one_cell_has_one_look() -> None:
    only = FeatureMap(np.array([[[3, 4]]], np.float32))
    for box in ((0, 0, 1, 1), (0.2, 0.2, 0.2, 0.2), (1, 1, 1, 1), (5, 5, 6, 6)):
        np.testing.assert_allclose(only.pool(*box), [0.6, 0.8])


def test_a_network_that_says_nothing_gives_nothing() -> None:
    found = FeatureMap(np.zeros((2, 2, 5), np.float32)).pool(0, 0, 1, 1)
    assert found.tolist() == [0] * 5


@pytest.mark.parametrize("edge", [float("nan"), float("inf"), -float("inf")])
def test_an_edge_that_is_no_number_is_refused(edge: float) -> None:
    with pytest.raises(ValueError, match="a box's edges are fractions"):
        GRID.pool(0, edge, 1, 1)


def test_like_things_point_the_same_way_however_large() -> None:
    random = np.random.default_rng(3)
    look: NDArray[np.float32] = random.normal(size=96).astype(np.float32)
    grid = np.zeros((19, 19, 96), np.float32)
    grid[2:5, 2:5], grid[10:12, 10:16] = look, 3 * look
    features = FeatureMap(grid)
    small, large = features.pool(2 / 19, 2 / 19, 5 / 19, 5 / 19), features.pool(10 / 19, 10 / 19, 16 / 19, 12 / 19)
    assert float(small @ large) == pytest.approx(1)
    assert small.nbytes <= 512


def test_a_model_need_not_tell() -> None:
    assert Seen(Detections.none()).features is None

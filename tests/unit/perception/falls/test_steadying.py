"""A shaken camera's pictures are laid on one another; a turned camera's, a light's and a passing thing's are not."""

import cv2
import numpy as np
import pytest

from edge.perception.falls.detector import FallDetector
from edge.perception.falls.steadying import MOST, Steadier
from edge.trajectory import Fall, Verdict
from tests.unit.perception.falls.drawn import GRID, dropped, facade, frames, wall


def moved(plane: np.ndarray, x: float, y: float) -> np.ndarray:
    height, width = plane.shape
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float64)
    return cv2.warpAffine(plane, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def off(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference away from the rim."""
    return float(np.abs(one.astype(float) - other.astype(float))[40:-40, 40:-40].mean())


@pytest.fixture
def soft() -> np.ndarray:
    return cv2.GaussianBlur(wall(2), (0, 0), 3.0).astype(np.uint8)


@pytest.mark.parametrize(("x", "y"), [(0.6, 0.0), (0.0, -1.7), (3.0, 2.0), (-6.0, 4.0)])
def test_a_shift_is_taken_out(x: float, y: float, soft: np.ndarray) -> None:
    steadier = Steadier()
    for _ in range(5):
        steadier.steady(soft)
    shaken = moved(soft, x, y)
    assert off(steadier.steady(shaken), soft) < 0.35 * off(shaken, soft)


def test_a_still_picture_is_handed_on_as_it_is(soft: np.ndarray) -> None:
    steadier = Steadier()
    steadier.steady(soft)
    assert steadier.steady(soft) is soft


def test_light_is_no_shift(soft: np.ndarray) -> None:
    steadier = Steadier()
    steadier.steady(soft)
    brighter = np.clip(soft.astype(int) + 30, 0, 255).astype(np.uint8)
    assert steadier.steady(brighter) is brighter


def test_a_wall_without_edges_is_left_alone() -> None:
    steadier = Steadier()
    plain = np.full((480, 640), 120, np.uint8)
    steadier.steady(plain)
    assert steadier.steady(plain) is plain


def test_a_turned_camera_shows_what_it_shows(soft: np.ndarray) -> None:
    steadier = Steadier()
    steadier.steady(soft)
    turned = moved(soft, 4 * MOST, 0)
    for _ in range(3):
        steadier.steady(turned)
    assert off(steadier.steady(turned), turned) < 1.0


def test_a_fall_is_seen_from_a_mast_in_the_wind() -> None:
    rng, detector = np.random.default_rng(4), FallDetector(facade(grid=GRID))
    verdicts: list[Verdict] = []
    for number, (at_s, luma) in enumerate(frames(dropped(1.5), seconds=5.0)):
        sway = 2.5 * np.sin(0.9 * number), 1.5 * np.cos(0.7 * number)
        verdicts += detector.observe(moved(luma, *(sway + rng.normal(0, 0.3, 2))), at_s)
    verdicts += detector.finish()
    assert len([one for one in verdicts if isinstance(one, Fall)]) == 1

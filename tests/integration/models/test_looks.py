"""How things look to the vehicle detector's own backbone, on footage: which car is which, in changed light."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.detection import FeatureMap
from models.zoo import Zoo
from tests.integration.models.conftest import frame_of

VEHICLE = "ssdlite-mobilenetv2-coco"
Image = NDArray[np.uint8]
Box = tuple[float, float, float, float]

# Read off the pictures, in pixels of 576 × 996: the white saloon behind, the black car and a white car in front.
SALOON_150, BLACK_150 = (40, 203, 300, 430), (358, 150, 530, 305)
SALOON_300, BLACK_450 = (46, 172, 304, 390), (395, 190, 570, 378)
ROAD_960: Box = (0.08, 0.42, 0.55, 0.72)


@pytest.fixture(scope="module")
def footage(shared_dir: Path) -> Path:
    path = shared_dir / "media" / "street_parking.mp4"
    if not path.exists():
        pytest.skip(f"no footage: {path} is not there")
    return path


@pytest.fixture(scope="module")
def look(zoo: Zoo) -> Callable[[Image], FeatureMap]:
    detector = zoo.vehicle_detector(VEHICLE)

    def features(image: Image) -> FeatureMap:
        seen = detector.look(image).features
        assert seen is not None
        return seen

    return features


def parked(street: Image, car: Image, box: Box = ROAD_960) -> Image:
    """A car put into a street's picture."""
    height, width = street.shape[:2]
    x1, x2, y1, y2 = (
        round(part * side) for part, side in zip((*box[::2], *box[1::2]), (width,) * 2 + (height,) * 2, strict=True)
    )
    picture = street.copy()
    picture[y1:y2, x1:x2] = cv2.resize(car, (x2 - x1, y2 - y1), interpolation=cv2.INTER_AREA)
    return picture


def cut(image: Image, box: tuple[int, int, int, int]) -> Image:
    x1, y1, x2, y2 = box
    return image[y1:y2, x1:x2]


def test_the_map_covers_the_picture_and_a_description_is_small(zoo: Zoo, footage: Path) -> None:
    picture = frame_of(footage, 150)
    detector = zoo.vehicle_detector(VEHICLE, threshold=0.5)
    seen = detector.look(picture)
    assert seen.features is not None
    assert seen.features.grid.shape == (19, 19, 96)
    assert seen.features.pool(0.1, 0.1, 0.5, 0.5).nbytes <= 512
    again = detector.detect(picture)
    for ours, theirs in zip((seen.detections.boxes, seen.detections.scores), (again.boxes, again.scores), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_later_look_does_not_change_an_earlier_one(footage: Path, look: Callable[[Image], FeatureMap]) -> None:
    first = look(frame_of(footage, 150))
    before = first.grid.copy()
    look(frame_of(footage, 450))
    np.testing.assert_array_equal(first.grid, before)


LIGHTS: list[tuple[str, Callable[[Image], Image], float]] = [
    # name, what the light does, least likeness to plain light
    ("plain", lambda image: image, 0.99),
    ("darker", lambda image: (image * 0.5).astype(np.uint8), 0.86),
    ("brighter", lambda image: np.clip(image * 1.5, 0, 255).astype(np.uint8), 0.86),
    ("gamma", lambda image: (255 * (image / 255) ** 1.7).astype(np.uint8), 0.9),
    ("evening", lambda image: np.clip(image * np.array([0.8, 1, 1.2]), 0, 255).astype(np.uint8), 0.84),
    ("no colour", lambda image: image.mean(axis=2, keepdims=True).repeat(3, axis=2).astype(np.uint8), 0.8),
]


@pytest.mark.parametrize(("light", "least"), [case[1:] for case in LIGHTS], ids=[case[0] for case in LIGHTS])
def test_a_car_looks_like_itself_in_other_light_and_unlike_another_in_its_place(
    light: Callable[[Image], Image], least: float, footage: Path, look: Callable[[Image], FeatureMap]
) -> None:
    street = frame_of(footage, 960)
    saloon, black = cut(frame_of(footage, 150), SALOON_150), cut(frame_of(footage, 450), BLACK_450)
    before = look(parked(street, saloon)).pool(*ROAD_960)
    x1, y1, x2, y2 = ROAD_960
    same = look(light(parked(street, saloon))).pool(x1 + 0.01, y1 - 0.01, x2 - 0.01, y2 + 0.01)
    other = look(light(parked(street, black))).pool(*ROAD_960)
    assert float(before @ same) > least
    assert float(before @ other) < float(before @ same) - 0.1


def test_the_cars_of_the_street_are_told_apart_over_seconds(footage: Path, look: Callable[[Image], FeatureMap]) -> None:
    def described(frame: int, box: tuple[int, int, int, int]) -> NDArray[np.float32]:
        x1, y1, x2, y2 = box
        return look(frame_of(footage, frame)).pool(x1 / 576, y1 / 996, x2 / 576, y2 / 996)

    saloon, later_saloon = described(150, SALOON_150), described(300, SALOON_300)
    black, later_black = described(150, BLACK_150), described(450, BLACK_450)
    worst_same = min(float(saloon @ later_saloon), float(black @ later_black))
    best_other = max(float(one @ two) for one in (saloon, later_saloon) for two in (black, later_black))
    assert worst_same > best_other + 0.1

"""Cameras and façades: what a scene says follows from one camera, and lies where a façade's settings allow it."""

import cv2
import numpy as np
import pytest

from models.throw.simulation import FAMILIES, Family, Scene, Weather
from models.throw.simulation.camera import Camera
from models.throw.simulation.scenery import (
    LOWEST_GROUND,
    RESOLUTIONS,
    Setting,
    column_at,
    floor_at,
    point_on,
    scene,
)

SCENES = [
    (family, scene(family, family.rng(number), Setting())) for family in FAMILIES.values() for number in range(25)
]
every_scene = pytest.mark.parametrize(("family", "place"), SCENES)


def rectangle(place: Scene) -> np.ndarray:
    right = place.left + place.columns * place.column_width
    top, bottom = place.floors[1] * place.floor_height, (place.floors[0] - 1) * place.floor_height
    return np.array([[place.left, top], [right, top], [right, bottom], [place.left, bottom]])


def test_a_level_camera_sees_what_pythagoras_says() -> None:
    camera = Camera(position=(0.0, 2.0, 10.0), pitch=0.0, yaw=0.0, roll=0.0, focal=1000.0, centre=(960.0, 540.0))
    seen = camera.project(np.array([[1.0, 2.0, 0.0], [0.0, 5.0, 0.0], [0.0, 2.0, 20.0]]))
    assert seen[0] == pytest.approx([1060.0, 540.0, 10.0])
    assert seen[1] == pytest.approx([960.0, 240.0, 10.0])
    assert seen[2, 2] < 0  # behind it


def test_looking_up_and_back_again() -> None:
    camera = Camera(position=(1.0, 2.0, 18.0), pitch=42.0, yaw=5.0, roll=-1.0, focal=1200.0, centre=(640.0, 360.0))
    points = np.array([[0.0, 20.0, 0.5], [4.0, 12.0, 3.0], [-5.0, 30.0, 0.0]])
    seen = camera.project(points)
    assert camera.world(seen[:, :2], seen[:, 2]) == pytest.approx(points)
    assert camera.wall_depth(seen[2:, :2]) == pytest.approx(seen[2:, 2])


@every_scene
def test_the_corners_are_those_of_a_true_homography(family: Family, place: Scene) -> None:
    size = np.array([place.width, place.height])
    plane = rectangle(place)
    by_homography = cv2.perspectiveTransform(plane[None].astype(np.float64), place.camera.homography())[0]
    assert (np.array(place.corners) * size - 0.5) == pytest.approx(by_homography, abs=1e-6)
    # The four corners alone give every other window back, as commissioning needs it.
    drawn = cv2.getPerspectiveTransform(plane.astype(np.float32), (np.array(place.corners) * size).astype(np.float32))
    inside = plane.mean(axis=0) + np.array([0.7, 1.3])
    expected = place.camera.project(np.array([[*inside, 0.0]]))[0, :2] + 0.5
    found = cv2.perspectiveTransform(inside[None, None], drawn.astype(np.float64))[0, 0]
    assert found == pytest.approx(expected, abs=0.2)


@every_scene
def test_a_scene_lies_within_what_settings_allow(family: Family, place: Scene) -> None:
    assert (place.width, place.height) in RESOLUTIONS
    assert 12 <= place.fps <= 30
    assert 3 <= len(place.polygon) <= 64
    assert all(0 <= value <= 1 for point in (*place.polygon, *place.corners) for value in point)
    assert 0 < place.ground <= LOWEST_GROUND
    assert 1 <= place.floors[0] < place.floors[1] <= place.storeys
    assert 3 <= place.columns <= 100
    assert 2 <= place.floor_height <= 8
    assert 0 < place.exposure_s <= 1 / place.fps
    assert place.wall in family.walls


@every_scene
def test_the_ground_is_where_the_camera_sees_the_facades_foot(family: Family, place: Scene) -> None:
    foot = place.camera.project(np.zeros((1, 3)))[0]
    assert place.ground * place.height == pytest.approx(foot[1])


def test_scales_are_those_of_such_cameras() -> None:
    middles = [(place, np.array([[*rectangle(place).mean(axis=0), 0.0]])) for _, place in SCENES]
    scales = [place.camera.focal / place.camera.project(middle)[0, 2] for place, middle in middles]
    assert min(scales) > 10
    assert max(scales) < 110
    assert 25 < np.median(scales) < 45


def test_wishes_are_kept() -> None:
    family = FAMILIES["training"]
    place = scene(family, family.rng(3), Setting(resolution=(1280, 720), night=True, weather=Weather.SNOW))
    assert (place.width, place.height, place.night, place.weather) == (1280, 720, True, Weather.SNOW)


def test_floors_and_columns_count_from_one() -> None:
    place = SCENES[0][1]
    for floor_number in (1, 2, 17):
        for column in (1, place.columns):
            x, y = point_on(place, floor_number, column + 0.5, 1.2)
            assert (floor_at(place, y), column_at(place, x)) == (floor_number, column)
    assert column_at(place, place.left - 0.1) == 0

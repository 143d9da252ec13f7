"""A façade seen straight on, without a simulator: 24 pixels a metre, six floors of 2.9 m."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.edge_cost.stream import encode
from models.throw.simulation import Clip, ObjectKind, Scene, Throw, Weather
from models.throw.simulation.bodies import Look
from models.throw.simulation.camera import Camera

FPS = 25.0
WIDTH, HEIGHT = 640, 480
FAR, FOCAL = 40.0, 960.0  # metres, pixels: 24 pixels a metre
MIDDLE_M = 10.0  # the camera floats at this height, so that it looks straight on


@pytest.fixture
def scene() -> Scene:
    camera = Camera((0.0, MIDDLE_M, FAR), pitch=0.0, yaw=0.0, roll=0.0, focal=FOCAL, centre=(WIDTH / 2, HEIGHT / 2))
    places = np.array([(-10.0, 17.4, 0.0), (10.0, 17.4, 0.0), (10.0, 0.0, 0.0), (-10.0, 0.0, 0.0)])
    seen = camera.project(places)[:, :2] / (WIDTH, HEIGHT)
    a, b, c, d = ((float(x), float(y)) for x, y in seen)
    return Scene(
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        camera=camera,
        polygon=((0.05, 0.02), (0.95, 0.02), (0.95, 0.98), (0.05, 0.98)),
        corners=(a, b, c, d),
        floors=(1, 6),
        storeys=6,
        columns=5,
        floor_height=2.9,
        column_width=4.0,
        left=-10.0,
        ground=d[1],
        night=False,
        weather=Weather.CLEAR,
        wall="panels",
        reveal=40.0,
        light=140.0,
        window=(0.5, 0.5),
        trees=(),
        photograph=None,
        wind=(0.0, 0.0, 0.0),
        exposure_s=0.005,
        blur=0.6,
        noise_sigma=1.0,
        codec="h264",
        bitrate_kbit=2000,
        gop_s=2.0,
    )


@pytest.fixture
def throw(scene: Scene) -> Throw:
    """A brick that falls from the fifth floor a second after the beginning, without drag."""
    launch_m, left_m = 13.5, -3.0
    lasts_s = (2 * launch_m / 9.81) ** 0.5
    path = [(1.0 + s, left_m, launch_m - 9.81 * s * s / 2, 0.0) for s in np.arange(0.0, lasts_s, 0.01)]
    frames = range(26, 25 + int(lasts_s * FPS))
    fallen = np.array([(left_m, launch_m - 9.81 * (frame / FPS - 1) ** 2 / 2, 0.0) for frame in frames])
    boxes = [(float(x) - 3, float(y) - 3, float(x) + 3, float(y) + 3) for x, y, _ in scene.camera.project(fallen)]
    return Throw(
        kind=ObjectKind.BRICK,
        look=Look(0.25, 0.12),
        floor=5,
        column=2,
        start_s=1.0,
        height_m=launch_m,
        path=tuple(path),
        frames=tuple(frames),
        boxes=tuple(boxes),
        peaks=(60.0,) * len(frames),
        area=18.0,
    )


@pytest.fixture
def clip(scene: Scene, throw: Throw) -> Clip:
    return Clip("judging", 3, scene, seconds=4.0, throws=(throw,), confusers=(), strength=1.0)


@pytest.fixture
def film(tmp_path: Path) -> Callable[[Clip], Path]:
    """Draws a clip's throw on a wall with noise, and encodes it."""
    return lambda clip: _film(tmp_path / "clip.mp4", clip)


def _film(path: Path, clip: Clip) -> Path:
    (throw,) = clip.throws
    boxes = dict(zip(throw.frames, throw.boxes, strict=True))
    rng = np.random.default_rng(2)
    wall = cv2.resize(rng.integers(60, 150, (24, 32), np.uint8), (clip.scene.width, clip.scene.height)).astype(float)
    pictures = []
    for frame in range(clip.frame_count):
        picture = wall + rng.normal(0.0, 1.5, wall.shape)
        if frame in boxes:
            x1, y1, x2, y2 = (round(value) for value in boxes[frame])
            cv2.rectangle(picture, (x1, y1), (x2 - 1, y2 - 1), 230.0, -1)
        grey = np.full((clip.scene.height // 2, clip.scene.width), 128, np.uint8)
        pictures.append(np.concatenate([picture.clip(16, 235).astype(np.uint8), grey]))
    encode(pictures, path, (clip.scene.width, clip.scene.height))
    return path

"""Façades and cameras, drawn by chance: where a camera stands, what of the façade it sees, how it is set."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.camera import Camera
from models.throw.simulation.family import Family
from models.throw.simulation.scene import Point, Scene, Weather

Resolution = tuple[int, int]

RESOLUTIONS: Final[tuple[Resolution, ...]] = ((1280, 720), (1920, 1080), (2304, 1296), (2592, 1520))
RATES_FPS: Final = (12.0, 15.0, 20.0, 25.0, 30.0)
OFTEN: Final = (0.1, 0.2, 0.15, 0.45, 0.1)  # 25 is what cameras on 50 Hz mains send unless told otherwise
BITRATE: Final = {720: (1000, 2048), 1080: (2048, 4096), 1296: (3072, 5120), 1520: (3072, 6144)}
"""kbit/s of H.264, by the picture's height: from the common makers' recommended to their default setting."""
HEVC_SHARE: Final = 0.55  # H.265 is set to about half of it
LOWEST_GROUND: Final = 2.9  # of the picture's height: a façade's setting allows up to 3
EDGE: Final = 0.015  # of the picture, kept free round the rectangle
FEWEST: Final = 3  # floors and columns
TRIES: Final = 200
STOREYS: Final = (6, 34)
BESIDE_M: Final = 1.5  # how far beside the rectangle falls are looked for


@dataclass(frozen=True, slots=True)
class Setting:
    """What a caller asks of a scene; None leaves it to chance."""

    resolution: Resolution | None = None
    night: bool | None = None
    weather: Weather | None = None
    near: bool | None = None
    photograph: str | None = None


@dataclass(frozen=True, slots=True)
class _Lattice:
    """The rectangle of floors and columns that a camera sees whole."""

    floors: tuple[int, int]
    columns: int
    left: float
    corners: tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class _Building:
    """A building before a camera: a floor's height, a column's width, metres; where its foot is in the picture."""

    camera: Camera
    lattice: _Lattice
    storey: float
    column: float
    ground: float
    storeys: int


def scene(family: Family, rng: np.random.Generator, wanted: Setting) -> Scene:
    """Draw a scene whose rectangle of at least three floors and columns lies in the picture.

    Raises:
        ValueError: the family's ranges leave no such scene.
    """
    size = wanted.resolution or RESOLUTIONS[int(rng.integers(len(RESOLUTIONS)))]
    near = bool(rng.random() < 0.6) if wanted.near is None else wanted.near
    for _ in range(TRIES):
        camera = _camera(family, rng, size, near=near)
        storey, column = float(rng.uniform(*family.floor_height)), float(rng.uniform(*family.column))
        ground = float(camera.project(np.array([[0.0, 0.0, 0.0]]))[0, 1]) / size[1]
        storeys = int(rng.integers(*STOREYS))
        lattice = _lattice(camera, size, (storey, column, float(rng.uniform(-0.5, 0.5)) * column), storeys)
        if lattice is not None and 0 < ground <= LOWEST_GROUND:
            building = _Building(camera, lattice, storey, column, ground, storeys)
            return _set(family, rng, wanted, size, building)
    raise ValueError(f"family {family.name} has no camera that sees {FEWEST} floors and columns")


def _camera(family: Family, rng: np.random.Generator, size: Resolution, *, near: bool) -> Camera:
    view = float(rng.uniform(*family.view)) * (1.0 if near else 0.7)
    top = float(rng.uniform(*(family.near_top if near else family.far_top)))
    return Camera(
        position=(0.0, float(rng.uniform(1.0, 3.5)), float(rng.uniform(*(family.near if near else family.far)))),
        pitch=top - view / 2,
        yaw=float(rng.normal(0, 4)),
        roll=float(rng.normal(0, 0.8)),
        focal=size[1] / 2 / float(np.tan(np.radians(view / 2))),
        centre=((size[0] - 1) / 2, (size[1] - 1) / 2),
    )


def _lattice(camera: Camera, size: Resolution, measures: tuple[float, float, float], storeys: int) -> _Lattice | None:
    storey, column, offset = measures
    middle = _middle(camera)
    levels = np.arange(storeys + 1)
    up = camera.project(np.column_stack([np.full(storeys + 1, middle), levels * storey, np.zeros(storeys + 1)]))
    seen = levels[(up[:, 2] > 0) & (up[:, 1] > EDGE * size[1]) & (up[:, 1] < (1 - EDGE) * size[1])]
    if len(seen) < FEWEST + 1:
        return None
    low, high = int(seen.min()), int(seen.max())
    best: _Lattice | None = None
    for left in range(-10, 1):
        for right in range(1, 11):
            edges = (middle + offset + left * column, middle + offset + right * column)
            quad = np.array([[edges[0], high], [edges[1], high], [edges[1], low], [edges[0], low]])
            corners = _corners(camera, size, quad * [1.0, storey])
            if corners is not None and right - left >= FEWEST and (best is None or right - left > best.columns):
                best = _Lattice((low + 1, high), right - left, float(edges[0]), corners)
    return best


def _middle(camera: Camera) -> float:
    """Where on the façade the camera's line of sight arrives: x, metres."""
    ahead = camera.rotation[2]
    return float(camera.position[0] - ahead[0] / ahead[2] * camera.position[2])


def _corners(camera: Camera, size: Resolution, quad: NDArray[np.float64]) -> tuple[Point, Point, Point, Point] | None:
    seen = camera.project(np.column_stack([quad, np.zeros(4)]))
    fractions = (seen[:, :2] + 0.5) / size
    if seen[:, 2].min() <= 0 or fractions.min() < EDGE or fractions.max() > 1 - EDGE:
        return None
    first, second, third, fourth = ((float(x), float(y)) for x, y in fractions)
    return first, second, third, fourth


def _set(
    family: Family,
    rng: np.random.Generator,
    wanted: Setting,
    size: Resolution,
    building: _Building,
) -> Scene:
    camera, lattice, storey, column = building.camera, building.lattice, building.storey, building.column
    night = bool(rng.random() < 0.35) if wanted.night is None else wanted.night
    weathers = tuple(Weather)
    weather = wanted.weather or weathers[int(rng.choice(4, p=(0.4, 0.3, 0.18, 0.12)))]
    fps = float(rng.choice(RATES_FPS, p=OFTEN))
    codec: Literal["h264", "hevc"] = "hevc" if rng.random() < 0.25 else "h264"
    bitrate = rng.uniform(*BITRATE.get(size[1], BITRATE[1080])) * (HEVC_SHARE if codec == "hevc" else 1.0)
    return Scene(
        width=size[0],
        height=size[1],
        fps=fps,
        camera=camera,
        polygon=polygon(camera, size, (lattice.left, column * lattice.columns, building.storeys * storey)),
        corners=lattice.corners,
        floors=lattice.floors,
        columns=lattice.columns,
        floor_height=storey,
        column_width=column,
        left=lattice.left,
        ground=building.ground,
        storeys=building.storeys,
        night=night,
        weather=weather,
        wall=family.walls[int(rng.integers(len(family.walls)))],
        reveal=float(rng.uniform(*family.reveal)) * (0.3 if night else 1.0),
        light=float(rng.uniform(*(family.dark if night else family.light))),
        window=(float(rng.uniform(*family.window[0])), float(rng.uniform(*family.window[1]))),
        trees=_trees(rng, camera),
        photograph=wanted.photograph,
        wind=_wind(family, rng, weather),
        exposure_s=_exposure(rng, weather, fps, night=night),
        blur=float(rng.uniform(0.5, 0.85)),
        noise_sigma=float(rng.uniform(1.8, 4.5) if night else rng.uniform(0.7, 2.0)),
        codec=codec,
        bitrate_kbit=round(float(bitrate)),
        gop_s=float(rng.choice((1.0, 2.0, 4.0), p=(0.3, 0.5, 0.2))),
    )


def polygon(camera: Camera, size: Resolution, facade: tuple[float, float, float]) -> tuple[Point, ...]:
    """Where falls are looked for: the façade from the ground up, a little wider, as far as it is in the picture.

    Args:
        facade: its left edge, its width and its height, metres.
    Returns:
        3 to 8 corners, fractions of the picture.
    """
    left, width, height = facade
    heights = np.linspace(0.0, height + BESIDE_M, 61)
    sides = []
    for x in (left - BESIDE_M, left + width + BESIDE_M):
        seen = camera.project(np.stack([np.full(61, x), heights, np.zeros(61)], axis=1))
        ahead = seen[seen[:, 2] > 1.0]
        sides.append(ahead[[0, -1], :2])
    quad = np.array([sides[0][1], sides[1][1], sides[1][0], sides[0][0]], np.float32)
    frame = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    _, common = cv2.intersectConvexConvex(quad, frame)
    fractions = np.clip(common.reshape(-1, 2) / size, 0.0, 1.0)
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in fractions)


def _trees(rng: np.random.Generator, camera: Camera) -> tuple[Point, ...]:
    """Trees before the façade that reach into the picture from below, in some scenes."""
    if rng.random() < 0.55:
        return ()
    bottom = np.radians(camera.pitch) - np.arctan(camera.centre[1] / camera.focal)
    lowest = camera.position[1] + camera.position[2] * 0.7 * float(np.tan(bottom))
    half = camera.position[2] * camera.centre[0] / camera.focal
    count = int(rng.integers(1, 4))
    places = rng.uniform(-half, half, count).tolist()
    return tuple((x, max(3.0, lowest + float(rng.uniform(0.5, 4.0)))) for x in places)


def _wind(family: Family, rng: np.random.Generator, weather: Weather) -> tuple[float, float, float]:
    mean = float(rng.uniform(*family.wind)) * (1.3 if weather in {Weather.RAIN, Weather.SNOW} else 1.0)
    direction = float(rng.choice((-1.0, 1.0)))
    # The wall turns the wind along itself.
    return direction * mean, float(rng.normal(0, 0.15)) * mean, 0.2 + mean * float(rng.uniform(*family.gust))


def _exposure(rng: np.random.Generator, weather: Weather, fps: float, *, night: bool) -> float:
    """Seconds: by the light, never longer than a frame."""
    if night:
        return min(float(rng.choice((1 / 25, 1 / 30, 1 / 50))), 1 / fps)
    slowest = 1 / 100 if weather is Weather.CLEAR else 1 / 50
    return float(np.exp(rng.uniform(np.log(1 / 500), np.log(slowest))))


def point_on(scene: Scene, floor_number: int, column: float, up_m: float) -> tuple[float, float]:
    """Where on the façade: x and y in metres, `column` from 1 with its fraction, `up_m` above that floor's slab."""
    return scene.left + (column - 1) * scene.column_width, (floor_number - 1) * scene.floor_height + up_m


def floor_at(scene: Scene, height_m: float) -> int:
    """The floor at a height above the ground; floor 1 stands on it."""
    return floor(height_m / scene.floor_height) + 1


def column_at(scene: Scene, x: float) -> int:
    """The column at x metres, from the left, from 1; 0 or less and more than there are beside the rectangle."""
    return ceil((x - scene.left) / scene.column_width)


def top_of_picture(scene: Scene) -> float:
    """How high up the façade the picture reaches at its middle, metres; at most the roof."""
    elevation = scene.camera.pitch + float(np.degrees(np.arctan(scene.camera.centre[1] / scene.camera.focal)))
    reach = scene.camera.position[2] * float(np.tan(np.radians(min(elevation, 82.0))))
    return min(scene.storeys * scene.floor_height, scene.camera.position[1] + reach)

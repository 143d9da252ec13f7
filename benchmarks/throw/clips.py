"""The simulator's clips as the benchmark needs them: a façade as an installer draws it, and the truth of each fall."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.throw.measures import Box
from edge.config import Facade, Grid
from edge.trajectory import Point
from models.throw.simulation import Clip, FlightTrack, Scene, Throw

LOWEST_GROUND: Final = 3.0  # in heights of the picture: as far as a façade's ground may be drawn below it
SIZES: Final = ((6.0, "< 6 px"), (12.0, "6–12 px"), (30.0, "12–30 px"), (100.0, "30–100 px"))
LARGEST: Final = "> 100 px"
SIZE_NAMES: Final = (*(name for _, name in SIZES), LARGEST)


@dataclass(frozen=True, slots=True)
class TrueFall:
    """One fall as it was.

    Attributes:
        kind: of what fell.
        floor: from which it came; there is no floor 0. `column`: its window's; None beside the grid.
        boxes: pixels, by the number of the frame, in frames in which it is seen.
        area: of the thing unblurred, pixels, median.
        pixels_per_metre: of height, where it passes, median over the frames.
    """

    kind: str
    floor: int
    column: int | None
    boxes: Mapping[int, Box]
    area: float
    pixels_per_metre: float


def facade_of(scene: Scene) -> Facade:
    """The façade as it is drawn in commissioning. Storeys are left at their default height: nobody measures them."""
    return Facade(
        id="facade",
        polygon=scene.polygon,
        ground=min(scene.ground, LOWEST_GROUND),
        grid=Grid(corners=scene.corners, floors=scene.floors, columns=scene.columns),
    )


def without_grid(facade: Facade) -> Facade:
    """The same façade where nobody drew its windows."""
    return facade.model_copy(update={"grid": None})


def true_fall(throw: Throw, scene: Scene) -> TrueFall:
    """A fall's truth."""
    return TrueFall(
        kind=throw.kind.value,
        floor=throw.floor,
        column=throw.column if 1 <= throw.column <= scene.columns else None,
        boxes=dict(zip(throw.frames, throw.boxes, strict=True)),
        area=throw.area,
        pixels_per_metre=pixels_per_metre(throw, scene),
    )


def true_falls(clip: Clip) -> list[TrueFall]:
    """The truth of a clip. What nobody could see a picture of cannot be found: it is no fall of this clip."""
    return [fall for throw in clip.throws if (fall := true_fall(throw, clip.scene)).boxes]


def pixels_per_metre(throw: Throw, scene: Scene) -> float:
    """How long a metre of height is in the picture along a fall: its median, over what lies before the camera."""
    places = np.array(throw.path, np.float64)[:, 1:]
    lower, upper = scene.camera.project(places), scene.camera.project(places + np.array([0.0, 1.0, 0.0]))
    ahead = (lower[:, 2] > 0) & (upper[:, 2] > 0)
    return float(np.median(np.hypot(*(upper - lower)[ahead, :2].T)))


def size_name(area: float) -> str:
    """The class of size of a thing of so many pixels."""
    return next((name for below, name in SIZES if area < below), LARGEST)


def times_of(clip: Clip) -> list[float]:
    """When each picture was taken, seconds from the first."""
    return [frame / clip.scene.fps for frame in range(clip.frame_count)]


def points_of(track: FlightTrack) -> tuple[Point, ...]:
    """A simulated track as a tracker would hand it on."""
    columns = (track.t, *track.xy.T, *track.extent.T, np.square(track.size), track.contrast)
    return tuple(
        Point(float(t), float(x), float(y), max(1.0, float(w)), max(1.0, float(h)), max(1.0, float(area)), float(grey))
        for t, x, y, w, h, area, grey in zip(*columns, strict=True)
    )


def describe(clip: Clip) -> str:
    """What was filmed, in a line."""
    scene = clip.scene
    light = "night" if scene.night else "day"
    codec = f"{scene.codec} {scene.bitrate_kbit} kbit/s"
    return f"{scene.width}×{scene.height} at {scene.fps:g} fps, {codec}, {scene.weather}, {light}, {clip.seconds:g} s"


def light_of(scene: Scene) -> str:
    """Day or night."""
    return "night" if scene.night else "day"


def resolution_of(scene: Scene) -> str:
    """Width and height."""
    return f"{scene.width}x{scene.height}"


__all__ = [
    "SIZE_NAMES",
    "TrueFall",
    "describe",
    "facade_of",
    "light_of",
    "pixels_per_metre",
    "points_of",
    "resolution_of",
    "size_name",
    "times_of",
    "true_fall",
    "true_falls",
    "without_grid",
]

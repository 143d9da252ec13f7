"""What a clip is shot of: camera, façade, weather, encoder."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from models.throw.simulation.camera import Camera
from models.throw.simulation.family import Wall

Point = tuple[float, float]


class Weather(StrEnum):
    """The four weathers of FADE (Tu et al., IEEE TIFS 2025, arXiv 2408.05750)."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    RAIN = "rain"
    SNOW = "snow"


class Confuser(StrEnum):
    """What moves or changes and is no fall of a thrown thing."""

    BIRD = "bird"
    LEAF = "leaf"
    LAUNDRY = "laundry"
    RAIN = "rain"
    SNOW = "snow"
    LIGHTS = "lights"
    SHAKE = "shake"
    EXPOSURE = "exposure"
    INFRARED = "infrared"
    TREES = "trees"
    REFLECTION = "reflection"
    SPIDER = "spider"
    INSECT = "insect"
    DRIP = "drip"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Scene:
    """One camera before one façade.

    Attributes:
        width, height: of the picture, pixels. `fps`: frames a second.
        camera: where it stands and looks; everything below follows from it.
        polygon: where falls are looked for, fractions of the picture.
        corners: of the rectangle of `floors` and `columns`: top left, top right, bottom right, bottom left; fractions.
        floors: lowest and highest in the rectangle, both included; floor 1 stands on the ground.
        floor_height, column_width: metres.
        left: x of the rectangle's left edge, metres.
        ground: where the façade meets the ground, fraction of the picture's height; above 1 below the picture.
        storeys: of the building; its roof may lie above the picture.
        wall, reveal, light: what the façade is made of; its windows' darkness and its brightness, grey levels.
        window: width and height of a window in parts of its column and floor.
        trees: x of the middle and height of each tree before the façade, metres.
        photograph: name of the photograph whose pieces texture the wall; none for a wall drawn by rule.
        wind: mean along x and z, and its spread, m/s.
        exposure_s: how long one picture is exposed. `blur`: of the lens, pixels, one sigma.
        noise_sigma: of the sensor, grey levels. `codec`, `bitrate_kbit`, `gop_s`: of the encoder.
    """

    width: int
    height: int
    fps: float
    camera: Camera
    polygon: tuple[Point, ...]
    corners: tuple[Point, Point, Point, Point]
    floors: tuple[int, int]
    columns: int
    floor_height: float
    column_width: float
    left: float
    ground: float
    storeys: int
    night: bool
    weather: Weather
    wall: Wall
    reveal: float
    light: float
    window: Point
    trees: tuple[Point, ...]
    photograph: str | None
    wind: tuple[float, float, float]
    exposure_s: float
    blur: float
    noise_sigma: float
    codec: Literal["h264", "hevc"]
    bitrate_kbit: int
    gop_s: float

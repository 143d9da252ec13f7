"""Façades: where a camera that looks up watches for things that fall or are thrown, and what is kept of a fall."""

from typing import Annotated, Final

from pydantic import Field, field_validator, model_validator

from contract.identifiers import Slug
from contract.settings import Section
from edge.config.measures import Point, Polygon, Seconds

LOWEST: Final = -3  # floors: basements open to a light well
HIGHEST: Final = 200  # above the tallest building there is, 163 floors
MIN_TURN: Final = 1e-6  # of the picture, doubled: less is a straight line
MIB: Final = 1024 * 1024

Floor = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
FloorHeight = Annotated[float, Field(ge=2, le=8, allow_inf_nan=False)]  # metres


class Grid(Section):
    """A façade's windows, drawn in commissioning. It tells floor and window whatever the perspective."""

    corners: tuple[Point, Point, Point, Point] = Field(
        description="of the windows' rectangle: top left, top right, bottom right, bottom left"
    )
    floors: tuple[Floor, Floor] = Field(
        description="lowest and highest floor inside the corners, both included; there is no floor 0: below 1 comes -1"
    )
    columns: int = Field(ge=1, le=100, description="windows side by side")
    floor_height: FloorHeight = Field(default=2.9, description="metres")

    @field_validator("corners")
    @classmethod
    def _in_order(cls, corners: tuple[Point, Point, Point, Point]) -> tuple[Point, Point, Point, Point]:
        (left, top), (right, top_right), (low_right, bottom_right), (low_left, bottom_left) = corners
        apart = left < right and low_left < low_right and top < bottom_left and top_right < bottom_right
        if not (apart and _convex(corners)):
            raise ValueError(
                "四个角依次写左上、右上、右下、左下，围成一个没有凹角的四边形 "
                "the corners are, in order, top left, top right, bottom right and bottom left, and none is dented in"
            )
        return corners

    @field_validator("floors")
    @classmethod
    def _rising(cls, floors: tuple[int, int]) -> tuple[int, int]:
        if floors[0] > floors[1] or 0 in floors:
            raise ValueError(
                "先写最低层，再写最高层；没有第 0 层，1 层以下是 -1 "
                "the lowest floor comes first, then the highest; there is no floor 0: below 1 comes -1"
            )
        return floors


class Facade(Section):
    """A part of the picture, before a building, in which falls are looked for."""

    id: Slug
    name: str = Field(default="", max_length=80)
    polygon: Polygon = Field(description="corners as fractions of width and height")
    ignore: tuple[Polygon, ...] = Field(
        default=(), max_length=16, description="polygons that are left out: a road, a tree, a flag"
    )
    ground: float | None = Field(
        default=None,
        ge=0,
        le=3,
        allow_inf_nan=False,
        description="the height at which things meet the ground, as a fraction of the picture's from its top; "
        "above 1: below the picture; default: the polygon's lowest corner",
    )
    floor_height: FloorHeight = Field(default=2.9, description="metres; counts where there is no grid")
    grid: Grid | None = None

    @model_validator(mode="after")
    def _ground_lies_below(self) -> "Facade":
        if self.ground_line <= min(y for _, y in self.polygon):
            raise ValueError(
                "ground 要在 polygon 的最高点以下，数越大越靠下 "
                "ground lies below the highest corner of the polygon; the larger the number, the lower"
            )
        return self

    @property
    def ground_line(self) -> float:
        """Where things meet the ground: a fraction of the picture's height from its top, 0 to 3."""
        return max(y for _, y in self.polygon) if self.ground is None else self.ground


class Throws(Section):
    """Things that fall or are thrown 高空抛物: what is kept of a fall, and how it is told from a bird."""

    clip_before: Seconds = Field(default=10.0, ge=5, le=30, description="how much of the time before a fall is kept")
    clip_after: Seconds = Field(default=5.0, ge=2, le=15, description="… and after it")
    ring_bytes: int = Field(
        default=48 * MIB, ge=8 * MIB, le=256 * MIB, description="memory, for each camera, that holds what was just seen"
    )
    classifier: bool = Field(default=True, description="ask the classifier, beside physics, whether it is a fall")


def _convex(corners: tuple[Point, ...]) -> bool:
    """Whether the border turns clockwise, as the picture shows it, at each corner."""
    following = zip(corners, (*corners[1:], *corners[:1]), (*corners[2:], *corners[:2]), strict=True)
    return all((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > MIN_TURN for a, b, c in following)

"""Thrown objects 高空抛物: a thing fell or was thrown from a building, and the film of it that follows."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from contract.envelope import Closed, Data, Envelope, Lane
from contract.identifiers import Place, Slug
from contract.parking import Unit

Floor = Annotated[int, Field(ge=-3, le=200)]
Pixels = Annotated[int, Field(ge=1, le=16_384)]


class FloorBy(StrEnum):
    """What a floor is told by."""

    GRID = "grid"  # the façade's floors and columns, drawn in commissioning
    PHYSICS = "physics"  # gravity as the ruler


class FloorEstimate(Closed):
    """From which floor. There is no floor 0: below 1 comes -1."""

    low: Floor = Field(description="with `high`: meant to hold the floor nine times of ten")
    likely: Floor
    high: Floor
    by: FloorBy

    @model_validator(mode="after")
    def _in_order(self) -> "FloorEstimate":
        if not self.low <= self.likely <= self.high or 0 in {self.low, self.likely, self.high}:
            raise ValueError("low ≤ likely ≤ high, and there is no floor 0")
        return self


class Estimate(Closed):
    """A measure with the interval that is meant to hold it nine times of ten."""

    low: float = Field(ge=0)
    value: float = Field(ge=0)
    high: float = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> "Estimate":
        if not self.low <= self.value <= self.high:
            raise ValueError("low ≤ value ≤ high")
        return self


class PathPoint(Closed):
    """Where a thing was seen."""

    s: float = Field(ge=0, le=60, description="seconds since `began_at`")
    x: Unit = Field(description="of the picture's width")
    y: Unit = Field(description="of the picture's height, downwards")
    size: Unit = Field(
        description="its longer side, with the blur of its motion, as a fraction of the picture's height"
    )


class ThrownData(Data):
    """What was seen of one fall, and what follows from it."""

    camera: Slug
    facade: Slug
    facade_name: str = Field(default="", max_length=80)
    fall: Place = Field(description="joins a fall with its clip, within `epoch`, camera and façade")
    began_at: AwareDatetime = Field(description="first seen")
    ended_at: AwareDatetime = Field(description="last seen")
    floor: FloorEstimate | None = Field(description="null: nothing can be said")
    column: int | None = Field(
        ge=1, le=100, description="the window's, from the left; null without a grid or beside it"
    )
    height_m: Estimate = Field(description="of the launch above the ground")
    fell_m: Estimate = Field(description="how far down it was seen to fall")
    speed_m_s: float = Field(ge=0, description="at the end")
    horizontal_m_s: float = Field(ge=0, description="along the façade")
    metres_per_pixel: float = Field(gt=0, description="in the middle of the fall")
    picture_size: tuple[Pixels, Pixels] = Field(description="width and height of the camera's picture, pixels")
    score: Unit = Field(description="how sure")
    path: tuple[PathPoint, ...] = Field(min_length=3, max_length=120)
    words_zh: str = Field(min_length=1, max_length=300)
    words_en: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _in_order(self) -> "ThrownData":
        if self.began_at > self.ended_at:
            raise ValueError("ended_at: not before began_at")
        times = [point.s for point in self.path]
        if any(after <= before for before, after in pairwise(times)):
            raise ValueError("path: its times rise from one point to the next")
        return self


class ThrownClipData(Data):
    """The film of a fall: its evidence."""

    camera: Slug
    facade: Slug
    fall: Place


class ObjectThrown(Envelope):
    """A thing fell or was thrown before a façade; its evidence is one picture of the whole fall."""

    type: Literal["object.thrown.v1"] = "object.thrown.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: ThrownData


class ObjectThrownClip(Envelope):
    """The film of a fall, from some seconds before it to some after; it follows once they are recorded."""

    type: Literal["object.thrown.clip.v1"] = "object.thrown.clip.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: ThrownClipData

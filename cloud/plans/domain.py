"""A community's plan as a picture, and places on it as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MAX_PLACES: Final = 2_000  # of one community
MAX_NAME: Final = 200  # characters of what a place is of


class PlaceKind(StrEnum):
    """What stands at a place."""

    CAMERA = "camera"  # named gateway/camera
    ZONE = "zone"  # named gateway/camera/zone
    DEVICE = "device"  # named gateway/device


@dataclass(frozen=True, slots=True)
class Plan:
    """A community's plan; the picture itself comes by its hash."""

    community: str
    sha256: str
    media_type: str
    width: int  # pixels
    height: int
    simulated: bool  # drawn for a demonstration
    kept_at: datetime
    kept_by: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: `x` and `y` in [0, 1] of the plan's width and height, from its upper left corner."""

    kind: PlaceKind
    name: str
    x: float
    y: float


class NoPlan(Exception):
    """What was given is no picture of a plan; `zh` and `en` say why, for the person who gave it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh: Final = zh
        self.en: Final = en


class TooMany(Exception):
    """A community has as many places as it may have."""

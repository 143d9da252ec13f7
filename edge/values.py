"""What passes between the stages of a gateway. All frozen; boxes and points are fractions of the picture.

    Frame → Look → Sighting → Finding

Two clocks run beside each other. `at_s` is the camera's own timeline in seconds: it never goes back, counts through
restarts, and all durations come from it. `seen_at` is the wall clock, told to people and as good as `trust` says.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.berth import BerthState
from contract.envelope import ClockTrust, PictureKind
from contract.parking import Outcome, Rule, VehicleClass, ZoneKind
from contract.plates import Permit, PermitKind, PermitState, Plate, PlateKind, PlateState
from contract.vehicle import Sign

Image = NDArray[np.uint8]  # (h, w, 3), BGR, 0–255
Luma = NDArray[np.float32]  # (h, w), 0–255


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks."""

    at_s: float
    seen_at: datetime
    trust: ClockTrust


class RawPicture(Protocol):
    """A picture as its decoder gave it, converted when somebody looks. Any thread may ask."""

    @property
    def image(self) -> Image:
        """The whole picture, (h, w, 3) uint8 BGR; converted once."""
        ...

    def small(self, side: int) -> Image:
        """The picture shrunk until its longer side is `side` pixels at most, (h, w, 3) uint8 BGR."""
        ...

    def grey(self, side: int) -> Luma:
        """The same in grey: (h, w) float32, 0–255."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture of a camera.

    Attributes:
        picture: (h, w, 3) uint8 BGR, or what becomes it: most looks need the small picture alone.
    """

    camera: str
    moment: Moment
    picture: Image | RawPicture

    @property
    def image(self) -> Image:
        """The picture, (h, w, 3) uint8 BGR; nobody writes into it."""
        return self.picture if isinstance(self.picture, np.ndarray) else self.picture.image

    def small(self, side: int) -> Image:
        """The picture shrunk until its longer side is `side` pixels at most, (h, w, 3) uint8 BGR; never enlarged.

        It costs less than `image`. How the picture is held changes a value by a level or two, of 255.
        """
        return shrunk(self.picture, side) if isinstance(self.picture, np.ndarray) else self.picture.small(side)

    def grey(self, side: int) -> Luma:
        """The small picture in grey, (h, w) float32, 0–255; at a quarter of its cost."""
        return grey(shrunk(self.picture, side)) if isinstance(self.picture, np.ndarray) else self.picture.grey(side)


def shrunk(image: Image, side: int) -> Image:
    """Average a BGR picture down until its longer side is `side` pixels at most; never enlarged."""
    height, width = image.shape[:2]
    return np.asarray(cv2.resize(image, small_size(width, height, side), interpolation=cv2.INTER_AREA), np.uint8)


def grey(image: Image) -> Luma:
    """A BGR picture in grey."""
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)


def small_size(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height, each ≥ 1, of a picture shrunk until its longer side is `side` pixels at most."""
    scale = min(1.0, side / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, as fractions of the picture's width and height: 0 ≤ x1 < x2 ≤ 1, 0 ≤ y1 < y2 ≤ 1, y downwards."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def foot(self) -> tuple[float, float]:
        """The middle of the lower edge: where a vehicle touches the ground."""
        return (self.x1 + self.x2) / 2, self.y2

    @property
    def area(self) -> float:
        """Fraction of the picture, 0 to 1."""
        return (self.x2 - self.x1) * (self.y2 - self.y1)

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def covered_by(self, other: "Box") -> float:
        """The fraction of this box that lies in `other`, 0 to 1."""
        return self.shared(other) / self.area if self.area else 0.0

    def shared(self, other: "Box") -> float:
        """Area of the intersection, as a fraction of the picture."""
        width = min(self.x2, other.x2) - max(self.x1, other.x1)
        height = min(self.y2, other.y2) - max(self.y1, other.y1)
        return width * height if width > 0 and height > 0 else 0.0


PERSON = "person"


@dataclass(frozen=True, slots=True)
class Detection:
    """One object that the detector found in one frame. `label` is a `VehicleClass` value or `person`."""

    label: str
    score: float
    box: Box

    @property
    def vehicle(self) -> VehicleClass | None:
        """The vehicle's class, or None for anything that is no vehicle."""
        return VehicleClass(self.label) if self.label in set(VehicleClass) else None


class Presence(StrEnum):
    """How sure a look is that the vehicle of a slot still stands there."""

    SEEN = "seen"  # detected, or its place looks as it did when it was last detected
    HIDDEN = "hidden"  # something stands before it, or the picture tells nothing
    MISSED = "missed"  # its place is in view and looks different: may have left
    LEFT = "left"  # missed often enough to say so


@dataclass(frozen=True, slots=True)
class Wear:
    """How much a standing vehicle and what lies around it have changed from day to day, 0 (not at all) to 1.

    `days` is how many days are compared: 0 where there are too few pictures in like light to say. `own` and `around`
    are means of them, but `own` is its latest change if that is more.
    """

    days: int
    own: float
    around: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look says of one standing vehicle.

    `entered` is the first look that saw it here; it came at most `entered_within_s` earlier. `last_seen` is the last
    look that was SEEN; `first_missed` the first of the MISSED looks that followed, set only with MISSED and LEFT.
    `returns` is the earlier stay in this slot of what looks like the same vehicle. `plate` and `permit` are put in by
    whoever reads plates and keeps lists; None where nobody does.
    """

    slot: str
    stay: str
    vehicle: VehicleClass
    score: float
    box: Box
    presence: Presence
    now: Moment
    entered: Moment
    entered_within_s: float
    last_seen: Moment
    first_missed: Moment | None = None
    returns: str | None = None
    wear: Wear | None = None
    plate: Plate | None = None
    permit: Permit | None = None


class FindingKind(StrEnum):
    """What a rule has to say."""

    OPENED = "opened"
    MILESTONE = "milestone"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's word on one stay in one zone, to be published as an event."""

    kind: FindingKind
    zone: str
    sighting: Sighting
    dwell_s: float
    limit_s: float
    milestone_s: float | None = None
    rule: Rule = Rule.DWELL
    behind: str | None = None


class Stage(StrEnum):
    """How far the word on a zombie vehicle has come."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    MILESTONE = "milestone"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class HeldSign:
    """A sign of disuse that holds, in words with the figures it rests on, at most 200 characters each."""

    sign: Sign
    words_zh: str
    words_en: str


@dataclass(frozen=True, slots=True)
class ZombieFinding:
    """The zombie rule's word on one stay. `moved` matters for CLEARED alone: it left, rather than lost its signs."""

    stage: Stage
    zone: str
    sighting: Sighting
    standing_s: float
    limit_s: float
    signs: tuple[HeldSign, ...]
    milestone_s: float | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """One piece of evidence as it leaves the gateway: a JPEG, already masked when the settings say so.

    `sealed` is the frame it was made from, unmasked and encrypted to the community's key; None where none is set.
    """

    kind: PictureKind
    taken: Moment
    jpeg: bytes
    masked: bool
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a camera says when asked to look again at a stay."""

    outcome: Outcome
    reason: str
    looks: int


__all__ = [
    "PERSON",
    "Answer",
    "BerthState",
    "Box",
    "ClockTrust",
    "Detection",
    "Finding",
    "FindingKind",
    "Frame",
    "HeldSign",
    "Image",
    "Luma",
    "Moment",
    "Outcome",
    "Permit",
    "PermitKind",
    "PermitState",
    "Picture",
    "PictureKind",
    "Plate",
    "PlateKind",
    "PlateState",
    "Presence",
    "Rule",
    "Sighting",
    "Sign",
    "Stage",
    "VehicleClass",
    "Wear",
    "ZombieFinding",
    "ZoneKind",
    "grey",
    "shrunk",
    "small_size",
]

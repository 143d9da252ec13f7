"""Parking: a vehicle stood where it may not, still stands, has left; and the answer to a request to look again."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from contract.envelope import Data, Envelope, Lane
from contract.identifiers import EventId, Place, Slug
from contract.plates import Permit, Plate


class ZoneKind(StrEnum):
    """What a zone is for; the cloud maps it to the city's own event class."""

    FIRE_LANE = "fire_lane"
    ROAD = "road"
    GREEN = "green"
    GATE_MOUTH = "gate_mouth"
    BERTH = "berth"
    LIFT_LOBBY = "lift_lobby"
    PATH = "path"


class VehicleClass(StrEnum):
    """Vehicles that detectors tell apart."""

    CAR = "car"
    TRUCK = "truck"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"


Unit = Annotated[float, Field(ge=0, le=1)]


class Rule(StrEnum):
    """Which rule a parking event comes from."""

    DWELL = "dwell"
    NO_PERMIT = "no_permit"
    DOUBLE_PARKED = "double_parked"


class StayData(Data):
    """What every event about a standing vehicle says of its stay."""

    camera: Slug
    zone: Slug
    zone_kind: ZoneKind
    zone_name: str = Field(default="", max_length=80)
    slot: Place = Field(description="the place, as the gateway keeps it")
    stay: Place = Field(description="one vehicle's stay in the slot")
    vehicle: VehicleClass
    score: Unit = Field(description="the detector's confidence at its best look")
    box: tuple[Unit, Unit, Unit, Unit] = Field(description="x1 y1 x2 y2 as fractions of the picture")
    entered_at: AwareDatetime
    entered_within_s: float = Field(
        ge=0, description="the entry lies at most this long before `entered_at`: the gap to the look before"
    )
    plate: Plate | None = None
    permit: Permit | None = None
    returns: Place | None = Field(
        default=None, description="an earlier stay of what looks like the same vehicle in the same slot"
    )

    @model_validator(mode="after")
    def _box_has_area(self) -> "StayData":
        x1, y1, x2, y2 = self.box
        if not (x1 < x2 and y1 < y2):
            raise ValueError("box: x1 < x2 and y1 < y2")
        return self


class ParkingData(StayData):
    """What every parking event says beside the stay."""

    rule: Rule = Rule.DWELL
    behind: Place | None = Field(default=None, description="the stay that a double-parked vehicle shuts in")
    dwell_s: float = Field(ge=0, description="by the monotonic clock")
    limit_s: float = Field(ge=0, description="the dwell allowed in this zone for this vehicle at this time")


class OpenedData(ParkingData):
    """The vehicle has stood longer than it may."""


class MilestoneData(ParkingData):
    """The vehicle still stands after a further time of note."""

    milestone_s: float = Field(gt=0)


class ClearedData(ParkingData):
    """The vehicle has left. It left between `last_seen_at` and `missed_at`."""

    last_seen_at: AwareDatetime
    missed_at: AwareDatetime


class Outcome(StrEnum):
    """What a gateway saw when asked to look again."""

    GONE = "gone"
    STILL_THERE = "still_there"
    CANNOT_SEE = "cannot_see"


class VerificationData(Data):
    """The answer to a `look` command."""

    command: EventId
    camera: Slug
    zone: Slug
    slot: Place
    stay: Place
    outcome: Outcome
    reason: str = Field(default="", max_length=200, description="why it could not see, or what it saw")
    looks: int = Field(ge=0, le=1000, description="fresh looks the answer rests on")


class ParkingOpened(Envelope):
    """A vehicle has stood longer than it may here."""

    type: Literal["parking.opened.v1"] = "parking.opened.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: OpenedData


class ParkingMilestone(Envelope):
    """It still stands after a further time of note."""

    type: Literal["parking.milestone.v1"] = "parking.milestone.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: MilestoneData


class ParkingCleared(Envelope):
    """It has left."""

    type: Literal["parking.cleared.v1"] = "parking.cleared.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: ClearedData


class ParkingVerification(Envelope):
    """The answer to a request to look again."""

    type: Literal["parking.verification.v1"] = "parking.verification.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: VerificationData

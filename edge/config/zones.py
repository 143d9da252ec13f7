"""Zones: parts of the picture in which vehicles may not stand, or not for long."""

from datetime import time
from typing import Final, Literal

from pydantic import Field, field_validator, model_validator

from contract.identifiers import Slug
from contract.parking import VehicleClass, ZoneKind
from contract.plates import PermitKind
from contract.settings import Section
from edge.config.measures import Polygon, Seconds

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Period(Section):
    """When standing is allowed in a zone. A period that ends before it starts runs over midnight."""

    days: tuple[Day, ...] = Field(default=DAYS, min_length=1)
    start: time
    end: time


NON_MOTOR: Final = (VehicleClass.MOTORCYCLE, VehicleClass.BICYCLE)
OF_KIND: Final[dict[str, dict[str, object]]] = {  # what is usual in a kind of zone, where the file says nothing
    ZoneKind.FIRE_LANE: {"dwell": 180.0},  # long enough to set somebody down, no longer
    ZoneKind.LIFT_LOBBY: {"vehicles": NON_MOTOR},
    ZoneKind.PATH: {"vehicles": NON_MOTOR},
}


class Zone(Section):
    """A part of the picture with a rule."""

    id: Slug
    name: str = Field(default="", max_length=80)
    kind: ZoneKind
    polygon: Polygon = Field(description="corners as fractions of width and height")
    dwell: Seconds = 300.0
    dwell_by_class: dict[VehicleClass, Seconds] = Field(default_factory=dict)
    vehicles: tuple[VehicleClass, ...] = Field(
        default=(VehicleClass.CAR, VehicleClass.TRUCK, VehicleClass.BUS), min_length=1
    )
    milestones: tuple[Seconds, ...] = Field(default=(3600.0, 86_400.0), max_length=16)
    allowed: tuple[Period, ...] = Field(default=(), max_length=32, description="when standing is allowed")
    permits: tuple[PermitKind, ...] = Field(
        default=(),
        max_length=3,
        description="vehicles with a valid permit of these kinds may stand as long as they like",
    )
    permit_only: bool = Field(
        default=False, description="only a vehicle that is known to have no valid permit is told, and told as such"
    )
    in_front_of: tuple[Slug, ...] = Field(
        default=(), max_length=64, description="zones that a vehicle here shuts in: only then it is double-parked"
    )
    zombies: bool = Field(default=True, description="whether zombie vehicles are looked for here")
    enter_after: int = Field(default=2, ge=1, le=20, description="looks in a row inside before it counts as entered")
    leave_after: int = Field(
        default=3, ge=1, le=20, description="looks in a row outside or gone before it counts as left"
    )

    @model_validator(mode="before")
    @classmethod
    def _usual_of_its_kind(cls, given: object) -> object:
        if not isinstance(given, dict) or not isinstance(given.get("kind"), str):
            return given
        return {**OF_KIND.get(given["kind"], {}), **given}

    @model_validator(mode="after")
    def _berth_says_how_long(self) -> "Zone":
        if self.kind is ZoneKind.BERTH and "dwell" not in self.model_fields_set:
            raise ValueError(
                '车位本来就是停车的，请写明允许停多久，例如 dwell = "7d" '
                'a berth is made to stand in: say how long one may, for example dwell = "7d"'
            )
        return self

    @model_validator(mode="after")
    def _limits_are_of_watched_vehicles(self) -> "Zone":
        idle = [vehicle.value for vehicle in self.dwell_by_class if vehicle not in self.vehicles]
        if idle:
            raise ValueError(f"dwell_by_class: {idle[0]} 不在本区域的 vehicles 里 is not among the zone's vehicles")
        return self

    @model_validator(mode="after")
    def _permits_are_of_some_kind(self) -> "Zone":
        if self.permit_only and not self.permits:
            raise ValueError(
                'permit_only: 请在 permits 里写明认哪几种许可，例如 permits = ["resident"] '
                'say in permits whose permits count, for example permits = ["resident"]'
            )
        return self

    @field_validator("milestones")
    @classmethod
    def _rising(cls, milestones: tuple[float, ...]) -> tuple[float, ...]:
        if list(milestones) != sorted(set(milestones)) or (milestones and milestones[0] <= 0):
            raise ValueError("各个时长要从小到大，都大于 0 milestones rise from one to the next and are above 0")
        return milestones

"""Berths 泊位: which are free, for the city's parking dispatch."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from contract.envelope import Closed, Data, Envelope, Lane
from contract.identifiers import Slug
from contract.parking import VehicleClass


class BerthState(StrEnum):
    """Whether a vehicle may come."""

    FREE = "free"
    TAKEN = "taken"
    UNKNOWN = "unknown"  # out of view: hidden, dark, the camera moved or lost


class Berth(Closed):
    """One berth now. `came` and `left` count since `counted_since` of the event and never fall within one."""

    zone: Slug
    name: str = Field(default="", max_length=80)
    state: BerthState
    since: AwareDatetime
    vehicle: VehicleClass | None = None
    came: int = Field(ge=0)
    left: int = Field(ge=0)


class OccupancyData(Data):
    """All berths of one camera: whole each time, for telemetry may be dropped."""

    camera: Slug
    counted_since: AwareDatetime
    berths: tuple[Berth, ...] = Field(min_length=1, max_length=64)


class BerthOccupancy(Envelope):
    """Which berths of a camera are free; sent when one changes and each quarter hour."""

    type: Literal["berth.occupancy.v1"] = "berth.occupancy.v1"
    lane: Literal[Lane.TELEMETRY] = Lane.TELEMETRY
    data: OccupancyData

"""Suspected zombie vehicles as documents."""

from datetime import datetime
from typing import Self

from cloud.cases.domain import Suspect
from cloud.console.documents import Closed
from contract.plates import Permit, Plate
from contract.vehicle import SignHeld


class SuspectOut(Closed):
    """A vehicle that may become a zombie vehicle. It is no case and asks nobody to do anything."""

    community: str
    gateway: str
    camera: str
    zone: str
    zone_kind: str
    zone_name: str
    slot: str
    stay: str
    vehicle: str
    entered_at: datetime
    entered_within_s: float
    standing_s: float
    limit_s: float
    signs: tuple[SignHeld, ...]
    plate: Plate | None
    permit: Permit | None
    clock: str
    odd_time: bool
    simulated: bool
    told_at: datetime

    @classmethod
    def of(cls, suspect: Suspect) -> Self:
        return cls(**{name: getattr(suspect, name) for name in cls.model_fields})


class SuspectsOut(Closed):
    """Those suspected now, the longest standing first."""

    suspects: tuple[SuspectOut, ...]

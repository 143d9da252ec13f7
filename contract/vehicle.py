"""Zombie vehicles 僵尸车: suspected, confirmed, still there, gone."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from contract.envelope import Closed, Envelope, Lane
from contract.parking import StayData


class Sign(StrEnum):
    """What, beside standing for days, says that nobody uses a vehicle."""

    PLATE_MISSING = "plate_missing"
    PLATE_UNREADABLE = "plate_unreadable"
    UNTOUCHED = "untouched"  # it hardly changes while its surroundings do: cover or dust
    PERMIT_EXPIRED = "permit_expired"


class SignHeld(Closed):
    """A sign that holds, in words with the figures it rests on."""

    sign: Sign
    words_zh: str = Field(min_length=1, max_length=200)
    words_en: str = Field(min_length=1, max_length=200)


class ZombieData(StayData):
    """A vehicle that has not moved for days, and why nobody seems to use it."""

    standing_s: float = Field(ge=0, description="by the monotonic clock, through restarts")
    limit_s: float = Field(ge=0, description="the days after which the stage is said, in seconds")
    signs: tuple[SignHeld, ...] = Field(min_length=1, max_length=8)


class ZombieMilestoneData(ZombieData):
    """It still stands after a further week."""

    milestone_s: float = Field(gt=0)


class ZombieClearedData(ZombieData):
    """It left between `last_seen_at` and `missed_at`; or its signs have gone, and then both are the event's time."""

    last_seen_at: AwareDatetime
    missed_at: AwareDatetime
    moved: bool = Field(description="whether it left; false: it stands, but no sign holds any more")


class ZombieSuspected(Envelope):
    """A vehicle has stood for days and shows signs of disuse."""

    type: Literal["vehicle.zombie.suspected.v1"] = "vehicle.zombie.suspected.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: ZombieData


class ZombieConfirmed(Envelope):
    """It has stood for as long as the community says makes a zombie vehicle, and still shows them."""

    type: Literal["vehicle.zombie.confirmed.v1"] = "vehicle.zombie.confirmed.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: ZombieData


class ZombieMilestone(Envelope):
    """A confirmed one still stands after a further week."""

    type: Literal["vehicle.zombie.milestone.v1"] = "vehicle.zombie.milestone.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: ZombieMilestoneData


class ZombieCleared(Envelope):
    """A suspected or confirmed one is none any more."""

    type: Literal["vehicle.zombie.cleared.v1"] = "vehicle.zombie.cleared.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: ZombieClearedData

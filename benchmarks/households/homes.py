"""Simulated homes: who lives there, with which appliances and meters. Every figure is an assumption, not a survey."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

# Rules and their limits were chosen on tuning homes alone (10,000 to 10,699). 20,000 to 20,199 judged the first rules
# for welfare, 30,000 to 30,199 these, once each: rules that are changed after that are judged on others.
SEEDS: Final = {"tuning": 10_000, "judging": 30_000}


class Kind(StrEnum):
    """Who lives there; all but families live alone."""

    ELDER = "elder"
    WORKER = "worker"
    STUDENT = "student"
    FAMILY = "family"


SHARES: Final = {Kind.ELDER: 0.45, Kind.WORKER: 0.2, Kind.STUDENT: 0.1, Kind.FAMILY: 0.25}


@dataclass(frozen=True, slots=True)
class Home:
    """One home.

    Attributes:
        seed: of all that happens there.
        step_l: the water register's step, litres.
        wake_h, sleep_h: of a usual day; `sleep_h` may be past 24.
        thrift: factor of all water used, flushing by bucket where it is low.
        diligence: chance that a journey is put into the calendar.
        tank: electric water heater with a tank that reheats by itself.
        induction, bike, cooling: cooks with electricity, charges a bike, has an air conditioner.
        fish_w: of a fish tank's lamp, from 10 to 20 o'clock; mostly 0.
        standby_w, fridge_w: drawn all the time, and by the refrigerator while it runs.
        lost: share of door openings that never arrive.
    """

    kind: Kind
    seed: int
    step_l: int
    wake_h: float
    sleep_h: float
    thrift: float
    diligence: float
    tank: bool
    induction: bool
    bike: bool
    cooling: bool
    fish_w: float
    standby_w: float
    fridge_w: float
    lost: float

    @property
    def alone(self) -> bool:
        """Whether welfare is watched for."""
        return self.kind is not Kind.FAMILY


HOURS: Final = {Kind.ELDER: (6.0, 21.4), Kind.WORKER: (7.0, 23.4), Kind.STUDENT: (9.3, 25.0), Kind.FAMILY: (6.6, 22.8)}


def home(family: str, number: int) -> Home:
    """The home of a number within a family of seeds."""
    seed = SEEDS[family] + number
    rng = np.random.default_rng([seed, 0])
    kind = list(SHARES)[int(np.searchsorted(np.cumsum(list(SHARES.values())), rng.random()))]
    wake_h, sleep_h = HOURS[kind]
    return Home(
        kind,
        seed,
        step_l=10 if rng.random() < 0.3 else 1,
        wake_h=wake_h + rng.normal(0, 0.6),
        sleep_h=sleep_h + rng.normal(0, 0.6),
        thrift=float(np.clip(rng.lognormal(0, 0.35), 0.35, 2.5)),
        diligence=float(np.clip(rng.normal(0.5, 0.25), 0, 1)),
        tank=rng.random() < 0.4,
        induction=rng.random() < 0.5,
        bike=rng.random() < 0.2,
        cooling=rng.random() < 0.8,
        fish_w=rng.uniform(25, 90) if rng.random() < 0.08 else 0.0,
        standby_w=rng.uniform(8, 45),
        fridge_w=rng.uniform(80, 140),
        lost=float(min(0.1, rng.lognormal(np.log(0.008), 0.7))),
    )

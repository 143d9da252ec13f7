"""Which weeks are run: how many of which kind, and how long."""

from dataclasses import dataclass
from typing import Final

from benchmarks.parking.noise import Noise

APART: Final = 1000  # seeds of one kind lie so far from the next kind's
SINGLE: Final = tuple(kind for kind in Noise if kind is not Noise.ALL)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run.

    Attributes:
        together: camera-weeks with all noise together: what is judged.
        single: camera-weeks of each single kind of noise.
        days: length of a camera-week; shorter ones are counted as parts of a week.
        lots: simulated lots with zombie vehicles and lookalikes.
    """

    together: int
    single: int
    days: float
    lots: int


FULL: Final = Plan(together=100, single=1, days=7.0, lots=24)
QUICK: Final = Plan(together=3, single=1, days=0.2, lots=1)


@dataclass(frozen=True, slots=True)
class Task:
    """One week to run; `number` counts within its family."""

    family: str
    noise: Noise
    number: int
    days: float


def tasks(plan: Plan, family: str) -> list[Task]:
    """All weeks of a plan, longest first."""
    kinds = [(Noise.ALL, plan.together), *((kind, plan.single) for kind in SINGLE)]
    return [
        Task(family, kind, APART * order + i, plan.days)
        for order, (kind, count) in enumerate(kinds)
        for i in range(count)
    ]


def kind_of(number: int) -> Noise:
    """The kind of noise that a week's number belongs to."""
    kinds = (Noise.ALL, *SINGLE)
    return kinds[min(number // APART, len(kinds) - 1)]

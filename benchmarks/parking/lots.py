"""Zombie vehicles: simulated months of a lot."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.parking.plan import Plan
from benchmarks.parking.report import ZombieFigures


@dataclass(frozen=True, slots=True)
class LotTask:
    family: str
    number: int


@dataclass(frozen=True, slots=True)
class LotOutcome:
    looks: int


def lot_tasks(plan: Plan, family: str) -> list[LotTask]:
    return []


def run_lot(task: LotTask) -> LotOutcome:
    return LotOutcome(0)


def zombie_figures(lots: Sequence[LotOutcome]) -> ZombieFigures:
    return ZombieFigures(vehicles=0, lookalikes=0, zombie_recall=None, zombie_false=0, by_kind={})

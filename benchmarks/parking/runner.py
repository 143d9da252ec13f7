"""Runs weeks beside one another, one process a core."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

import cv2

from benchmarks.machine import describe
from benchmarks.parking.family import FAMILIES
from benchmarks.parking.lots import LotOutcome, LotTask, lot_tasks, run_lot, zombie_figures
from benchmarks.parking.noise import Noise
from benchmarks.parking.plan import Plan, Task, tasks
from benchmarks.parking.report import Figures, Report, figures, in_order, missed
from benchmarks.parking.street import build
from benchmarks.parking.week import Week
from benchmarks.parking.witness import Outcome, Witness

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Done:
    """One week that was run."""

    task: Task
    outcome: Outcome
    looks: int


def run_week(task: Task) -> Done:
    """Run one camera-week from its number: the same number gives the same outcome."""
    street = build(FAMILIES[task.family], task.noise, task.number, days=task.days)
    witness = Witness(street)
    week = Week(street, witness)
    week.run()
    return Done(task, witness.outcome, week.looks)


def run_all(plan: Plan, family: str, progress: Progress, workers: int | None = None) -> Report:
    """Run a plan; `progress` is told what was done and which share of all."""
    started = time.monotonic()
    jobs: list[Task | LotTask] = [*tasks(plan, family), *lot_tasks(plan, family)]
    weeks: list[Done] = []
    lots: list[LotOutcome] = []
    for i, done in enumerate(_each(jobs, workers or len(os.sched_getaffinity(0))), 1):
        if isinstance(done, Done):
            weeks.append(done)
        else:
            lots.append(done)
        progress(f"{i} of {len(jobs)} runs", i / len(jobs))
    return _report(family, weeks, lots, time.monotonic() - started)


def _each(jobs: Sequence[Task | LotTask], workers: int) -> Iterator[Done | LotOutcome]:
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_alone) as pool:
        for future in as_completed([pool.submit(_run, job) for job in jobs]):
            yield future.result()


def _run(job: Task | LotTask) -> Done | LotOutcome:
    return run_week(job) if isinstance(job, Task) else run_lot(job)


def _alone() -> None:
    cv2.setNumThreads(1)  # each process has a core of its own


def _report(family: str, weeks: Sequence[Done], lots: Sequence[LotOutcome], seconds: float) -> Report:
    by_kind: dict[Noise, list[Done]] = {}
    for done in weeks:
        by_kind.setdefault(done.task.noise, []).append(done)
    kinds = {kind.value: _figures(by_kind[kind]) for kind in in_order(by_kind)}
    zombies = zombie_figures(lots)
    together = kinds[Noise.ALL.value]
    return Report(
        family=family,
        dwell_within_one_look=together.dwell_within_one_look,
        switches_per_1000_stays=together.switches_per_1000_stays,
        false_openings_per_camera_week=together.false_openings_per_camera_week,
        swaps_told_apart=together.swaps_told_apart,
        zombie_recall=zombies.zombie_recall,
        zombie_false=zombies.zombie_false,
        camera_weeks=together.camera_weeks,
        stays=together.stays,
        looks=together.looks,
        seconds=round(seconds, 1),
        targets_missed=missed(together, zombies),
        kinds=kinds,
        zombies=zombies,
        machine=describe(("numpy", "opencv-python-headless")),
    )


def _figures(done: Sequence[Done]) -> Figures:
    weeks = sum(one.task.days for one in done) / 7
    return figures([one.outcome for one in done], weeks, sum(one.looks for one in done))

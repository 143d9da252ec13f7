"""Runs homes beside one another, one process a core."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from benchmarks.households.homes import SEEDS
from benchmarks.households.judging import Outcome, judged
from benchmarks.households.life import Task, run
from benchmarks.households.report import Report, report
from benchmarks.machine import describe

Progress = Callable[[int, int], None]


def run_home(task: Task) -> Outcome:
    """Run and judge one home; the same task gives the same outcome."""
    return judged(run(task))


def run_all(family: str, homes: int, days: int, progress: Progress, workers: int | None = None) -> Report:
    """Run homes 0 to `homes` of a family; `progress` is told how many of all are done."""
    started = time.monotonic()
    tasks = [Task(family, number, days) for number in range(homes)]
    outcomes: list[Outcome] = []
    count = workers or len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(run_home, task) for task in tasks]):
            outcomes.append(future.result())
            progress(len(outcomes), homes)
    return report(
        outcomes,
        family=family,
        seeds=f"{SEEDS[family]} to {SEEDS[family] + homes - 1}",
        days=days,
        seconds=time.monotonic() - started,
        machine=describe(("numpy", "pydantic")),
    )

"""Runs jobs beside one another, one process a core, and keeps what came of each as soon as it is known."""

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from benchmarks.throw.judging import run
from benchmarks.throw.plan import Job
from benchmarks.throw.results import Keep, Result

Progress = Callable[[str, float], None]


def run_all(jobs: Sequence[Job], keep: Keep, progress: Progress, workers: int | None = None) -> list[Result]:
    """Run what is not kept yet; return what came of all, also of what was kept before.

    Ctrl-C ends the processes where they are. What was done until then stays in `keep`.

    Args:
        progress: is told what was done and which share of all.
    """
    done = {result.key for result in keep.results}
    todo = [job for job in jobs if job.key not in done]
    for i, result in enumerate(_each(todo, workers or len(os.sched_getaffinity(0))), len(jobs) - len(todo) + 1):
        keep.add(result)
        progress(f"{i} of {len(jobs)} runs", i / len(jobs))
    wanted = {job.key for job in jobs}
    return [result for result in keep.results if result.key in wanted]


def _each(jobs: Sequence[Job], workers: int) -> Iterable[Result]:
    with TemporaryDirectory(prefix="linli-throw-") as scratch:
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_alone)
        try:
            for future in as_completed([pool.submit(run, job, Path(scratch)) for job in jobs]):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _alone() -> None:
    cv2.setNumThreads(1)  # each process has a core of its own
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C reaches every process of a terminal: these end without words

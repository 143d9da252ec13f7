"""How long a model takes for one picture on this machine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.zoo import Zoo

WARM_UP_RUNS = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """What one model took, picture in to answer out.

    Attributes:
        model_id: which model.
        median_ms: of all runs.
        slowest_ms: of all runs.
        threads: cores it could use.
    """

    model_id: str
    median_ms: float
    slowest_ms: float
    threads: int


def measure(zoo: Zoo, model_id: str, *, runs: int, threads: int) -> Timing:
    """Time one model on a picture of 1920 × 1080, made of coarse noise so that there is something to look at.

    Raises:
        ModelMissing, ModelRefused: as the zoo does.
    """
    look = _look(zoo, model_id, threads)
    picture = _picture()
    for _ in range(WARM_UP_RUNS):
        look(picture)
    took_ms = [_time_ms(look, picture) for _ in range(runs)]
    return Timing(model_id, statistics.median(took_ms), max(took_ms), threads)


def _look(zoo: Zoo, model_id: str, threads: int) -> Callable[[NDArray[np.uint8]], object]:
    task = zoo.model(model_id).task
    if task == "plate-text":
        return zoo.plate_reader(model_id, threads=threads).read
    if task == "plate":
        return zoo.plate_detector(model_id, threads=threads).detect
    return zoo.vehicle_detector(model_id, threads=threads).detect


def _picture() -> NDArray[np.uint8]:
    coarse = np.random.default_rng(1).integers(0, 256, (27, 48, 3), np.uint8)
    return np.ascontiguousarray(coarse.repeat(40, axis=0).repeat(40, axis=1))


def _time_ms(look: Callable[[NDArray[np.uint8]], object], picture: NDArray[np.uint8]) -> float:
    started = time.perf_counter()
    look(picture)
    return (time.perf_counter() - started) * 1000

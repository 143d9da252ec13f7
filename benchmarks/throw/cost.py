"""What watching a 1080p stream costs in CPU time, and a 4 MP stream in memory."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.edge_cost.stream import FPS, Stream, encode, repeat
from benchmarks.throw.perception import detector
from benchmarks.throw.report import CostFigures
from benchmarks.throw.watching import lumas
from edge.config import Facade
from models.throw.simulation import JUDGING, frames, throw_clip

FULL_HD: Final = (1920, 1080)
FOUR_MP: Final = (2592, 1520)
NUMBER: Final = 0  # of the clip that is filmed
NOISE: Final = 2.5  # grey levels, one sigma, on top of the simulator's own: as a cheap sensor by evening
GRAINS: Final = 7  # different planes of noise, each moved about
POLYGON: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.7), (0.0, 0.7))  # 70 % of the picture
LOOP_S: Final = 8
QUICK_LOOP_S: Final = 3
LOOPS: Final = 4

FACADE: Final = Facade(id="facade", polygon=POLYGON)
Progress = Callable[[str, float], None]


def cost(rounds: int, progress: Progress, *, quick: bool = False) -> CostFigures:
    """Measure; `rounds` ≥ 1. Nothing else should run on this machine meanwhile."""
    seconds = QUICK_LOOP_S if quick else LOOP_S
    with TemporaryDirectory(prefix="linli-throw-") as folder:
        progress("filming for cost", 0.0)
        stream = film(Path(folder), FULL_HD, seconds, 1 if quick else LOOPS)
        bare: list[float] = []
        whole: list[float] = []
        decode(stream.path), watch(stream.path)  # what is set up once in a program's life is not counted
        for i in range(rounds):
            progress("measuring cost", i / rounds)
            bare.append(_cpu_s(lambda: decode(stream.path)))
            whole.append(_cpu_s(lambda: watch(stream.path)))
        progress("measuring memory", 1.0)
        large = film(Path(folder), FOUR_MP, QUICK_LOOP_S if quick else LOOP_S, 1)
        megabytes, bits_per_s = memory_mb(large.path), stream.bits_per_s
    return CostFigures(
        core_fraction=round(median(whole) / stream.seconds, 4),
        decode_fraction=round(median(bare) / stream.seconds, 4),
        over_decode=round(median(one / other for one, other in zip(whole, bare, strict=True)), 4),
        rounds=rounds,
        seconds=stream.seconds,
        kilobits_per_s=bits_per_s // 1000,
        memory_mb=megabytes,
    )


def film(folder: Path, size: tuple[int, int], seconds: int, times: int) -> Stream:
    """Film a façade with noise, 25 frames a second at 4 Mbit/s, and put the film behind itself."""
    loop = folder / f"loop-{size[0]}.mp4"
    encode(islice(noisy(size), FPS * seconds), loop, size)
    return repeat(loop, folder / f"{size[0]}.mp4", times)


def noisy(size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Pictures of a clip again and again, I420, shape (3 h / 2, w), each with other noise."""
    rng = np.random.default_rng(1)
    grains = [rng.normal(0.0, NOISE, (size[1], size[0])).astype(np.int16) for _ in range(GRAINS)]
    grey = np.full((size[1] // 2, size[0]), 128, np.uint8)
    pictures = list(islice(frames(throw_clip(JUDGING, NUMBER, resolution=size)), FPS * LOOP_S))
    for picture, grain in zip(cycle(pictures), cycle(grains), strict=False):
        shift = (int(rng.integers(size[1])), int(rng.integers(size[0])))
        noise = np.roll(grain, shift, axis=(0, 1))
        # luma as cameras code it, 16 to 235
        coded = picture.astype(np.int16) * 219 // 255 + 16 + noise
        yield np.concatenate([coded.clip(16, 235).astype(np.uint8), grey])


def decode(path: Path) -> int:
    """Bare decoding with PyAV in one thread; returns the number of pictures."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        return sum(1 for _ in container.decode(video=0))


def watch(path: Path) -> int:
    """Decode and detect in one thread; returns how many verdicts there were."""
    cv2.setNumThreads(1)
    eye = detector(FACADE)
    return sum(len(eye.observe(plane, at_s)) for at_s, plane in lumas(path))


def memory_mb(path: Path) -> float:
    """Peak resident memory of a fresh process that watches a file with a full ring, 10⁶ bytes."""
    command = [sys.executable, "-m", "benchmarks.throw.memory", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    return float(done.stdout)


def _cpu_s(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before

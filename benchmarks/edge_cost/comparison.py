"""The contestants in turn, round after round, so that a busy machine disturbs all of them alike."""

import gc
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2

from benchmarks.edge_cost import gateway, growth, stream
from benchmarks.edge_cost.cost import Contestant, Cost
from benchmarks.edge_cost.everyframe import EveryFrame
from benchmarks.edge_cost.gateway import Gateway
from benchmarks.edge_cost.keyframes import KeyFrames
from benchmarks.edge_cost.plan import Plan
from benchmarks.edge_cost.report import GATEWAY, HEADLINE, KEY_FRAMES, SUPERVISION, Report, Round
from benchmarks.edge_cost.stream import Stream
from benchmarks.edge_cost.street import Traffic
from benchmarks.machine import describe
from edge.app import parts
from models.packages import Progress, silent

PACKAGES: Final = ("av", "numpy", "onnxruntime", "opencv-python-headless", "supervision")

Entered = Mapping[Traffic, Mapping[str, Contestant]]


def compare(plan: Plan, progress: Progress = silent) -> Report:
    """Measure everything.

    Raises:
        models.errors.FetchFailed, models.errors.ModelRefused: the footage could not be brought.
        edge.errors.Misconfigured: a model is missing.
        NothingMeasured: a contestant did not do its work.
        FleetFailed: a gateway of several cameras ended badly.
    """
    machine = describe(PACKAGES)
    loops = stream.loops(plan.size, progress)
    with _one_thread(), tempfile.TemporaryDirectory(prefix="linli-benchmark-") as made:
        folder = Path(made)
        short = {each: stream.repeat(loop, folder / f"{each}-short.mp4", 1) for each, loop in loops.items()}
        times = {Traffic.STILL: plan.loops + plan.settled_loops, Traffic.BUSY: plan.loops}
        whole = {each: stream.repeat(loop, folder / f"{each}.mp4", times[each]) for each, loop in loops.items()}
        measure(enter(short, replace(plan, peer_s=plan.warm_up_s)), 1, "warming up", progress)
        rounds = measure(enter(whole, plan), plan.rounds, "round", progress)
        fleets = growth.measure(whole[HEADLINE], plan, progress)
        return Report.of(rounds, fleets, plan=plan, stream=whole[HEADLINE], machine=machine)


def enter(streams: Mapping[Traffic, Stream], plan: Plan) -> Entered:
    """Set up every contestant for every stream."""
    settings = gateway.config(Path("unused"), dwell_s=plan.dwell_s)
    detector = parts.detector(settings)
    return {
        traffic: {
            GATEWAY: Gateway(one, dwell_s=plan.dwell_s, settled_from_s=plan.loops * stream.LOOP_S),
            SUPERVISION: EveryFrame(one, detector, settings.cameras[0], seconds=plan.peer_s),
            KEY_FRAMES: KeyFrames(one),
        }
        for traffic, one in streams.items()
    }


def measure(entered: Entered, rounds: int, what: str, progress: Progress = silent) -> dict[Traffic, list[Round]]:
    """Run everyone in turn, `rounds` times; `what` is what progress calls it."""
    measured: dict[Traffic, list[Round]] = {traffic: [] for traffic in entered}
    turns = [(traffic, name) for _ in range(rounds) for traffic, each in entered.items() for name in each]
    costs: dict[str, Cost] = {}
    for done, (traffic, name) in enumerate(turns):
        progress(f"{what}: {name}, {traffic} street", done / len(turns))
        gc.collect()
        costs[name] = entered[traffic][name]()
        if len(costs) == len(entered[traffic]):
            measured[traffic].append(costs)
            costs = {}
    progress("done", 1.0)
    return measured


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let OpenCV use one thread, as the networks do and as the decoders do."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)

"""How cost and memory grow with the cameras: gateways of one to sixteen, all running at the same time."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import ValidationError

from benchmarks.edge_cost.fleet import Fleet
from benchmarks.edge_cost.plan import Plan
from benchmarks.edge_cost.stream import Stream
from models.packages import Progress, silent

CAMERAS: Final = (1, 4, 8, 16)
SLACK_S: Final = 120.0  # to start, on a machine that others keep busy, and to end
ROOT: Final = Path(__file__).parents[2]

Fleets = Sequence[Mapping[int, Fleet]]
"""For each round what each number of cameras cost."""


class FleetFailed(Exception):
    """A gateway of several cameras did not run to its end."""


def measure(stream: Stream, plan: Plan, progress: Progress = silent) -> Fleets:
    """Run one gateway for each of `CAMERAS`, all at once and as often as planned.

    Raises:
        FleetFailed: one of them ended badly, or not at all.
    """
    return [_round(stream, plan, number, progress) for number in range(plan.fleet_rounds)]


def _round(stream: Stream, plan: Plan, number: int, progress: Progress) -> dict[int, Fleet]:
    seconds = plan.fleet_warm_up_s + plan.fleet_s
    started = time.monotonic()
    with ExitStack() as stack:
        running = {cameras: _start(stream, plan, cameras, stack) for cameras in CAMERAS}
        while (spent := time.monotonic() - started) < seconds:
            progress(f"{sum(CAMERAS)} cameras at once", (number + spent / seconds) / plan.fleet_rounds)
            time.sleep(min(0.5, seconds - spent))
        return {cameras: _ended(process) for cameras, process in running.items()}


def _start(stream: Stream, plan: Plan, cameras: int, stack: ExitStack) -> "subprocess.Popen[str]":
    what = (str(stream.path), str(cameras), str(plan.fleet_warm_up_s), str(plan.fleet_s))
    command = (sys.executable, "-m", "benchmarks.edge_cost.fleet", *what)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


def _ended(process: "subprocess.Popen[str]") -> Fleet:
    try:
        told, errors = process.communicate(timeout=SLACK_S)
    except subprocess.TimeoutExpired:
        raise FleetFailed(f"a gateway of several cameras has not ended {SLACK_S:.0f} s after its time") from None
    try:
        return Fleet.model_validate_json(told.splitlines()[-1])
    except (IndexError, ValidationError):
        last = (errors.strip().splitlines() or ["nothing was said"])[-1]
        raise FleetFailed(f"a gateway of several cameras ended with {process.returncode}: {last}") from None


def exponent(cameras: Sequence[int], costs: Sequence[float]) -> float:
    """The slope in log-log: 1 is a straight line through the origin, 2 is four times as much for twice as many."""
    return float(np.polyfit(np.log(cameras), np.log(costs), 1)[0])


def line(cameras: Sequence[int], costs: Sequence[float]) -> tuple[float, float, float]:
    """The straight line of least squares: what each more adds, what there is without any, and R² of the fit."""
    each, base = (float(value) for value in np.polyfit(cameras, costs, 1))
    rest = np.asarray(costs) - (each * np.asarray(cameras) + base)
    spread = float(np.var(costs))
    return each, base, 1.0 - float(np.var(rest)) / spread if spread else 1.0

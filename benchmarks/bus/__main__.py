"""`python -m benchmarks.bus`: see `--help`."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.bus import codec, terminal
from benchmarks.bus.cycles import FORMS, Cycle, Load, cycles
from benchmarks.bus.line import METERS, NothingMeasured
from benchmarks.bus.plot import svg
from benchmarks.bus.report import Report, report
from benchmarks.bus.table import show
from benchmarks.machine import describe

PACKAGES: Final = ("dlt645",)

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        quarters: with meters known as dead, of which the worst counts.
        meters, times: read in real time, so often.
        rounds, repeats: of the codecs; all exchanges of a cycle so often in each round.
    """

    quarters: int
    meters: int
    times: int
    rounds: int
    repeats: int


FULL: Final = Plan(quarters=8, meters=METERS, times=3, rounds=9, repeats=40)
QUICK: Final = Plan(quarters=1, meters=8, times=2, rounds=3, repeats=10)


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="A slice of it: under half a minute.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write the figures as an SVG picture here.", dir_okay=False)] = None,
) -> None:
    """Read 64 simulated meters over a line of 2400 and 9600 baud, and compare with the least time the line needs.

    The last line on standard output is one JSON object. `over_line_time` 1 is the line's own minimum: the smaller the
    better. `codec_over_peer` is throughput, ours ÷ the PyPI package `dlt645`: the larger the better. Exit 1 where a
    target is missed, which is named. `over_line_time_real` is no target: it has this machine's delays in it.

    Examples:
    - `python -m benchmarks.bus --quick`
    - `python -m benchmarks.bus --plot docs/images/bus.svg`
    - `python -m benchmarks.bus | tail -1 | jq .over_line_time_8_dead`
    """
    if plot and not plot.parent.is_dir():
        _fail(f"--plot {plot}: there is no folder {plot.parent}", code=2)
    logging.getLogger("firmware_bridge").setLevel(logging.ERROR)  # that simulated meters are dead is no news
    try:
        found = _measured(QUICK if quick else FULL)
    except NothingMeasured as error:
        _fail(str(error), code=1)
    show(found, Console())
    if plot:
        plot.write_text(svg(found), encoding="utf-8")
    print(found.model_dump_json())
    if found.targets_missed:
        _fail(f"missed: {'; '.join(found.targets_missed)}", code=1)


def _measured(plan: Plan) -> Report:
    began, machine = time.monotonic(), describe(PACKAGES)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        lines = [(form, load) for form in FORMS for load in Load]
        task = bar.add_task("线路 lines", total=len(lines) + 2)
        measured: list[Cycle] = []
        for form, load in lines:
            measured += cycles(form, load, plan.quarters)
            bar.advance(task)
        bar.update(task, description="伪终端 pseudo-terminal, real time")
        real = [terminal.cycle(plan.meters) for _ in range(plan.times)]
        bar.update(task, description="编解码 codec", advance=1)
        speed = codec.compare(plan.rounds, plan.repeats)
    return report(measured, real, speed, seconds=time.monotonic() - began, machine=machine)


def _fail(words: str, *, code: int) -> NoReturn:
    Console(stderr=True).print(f"bus: {words}", markup=False, highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()

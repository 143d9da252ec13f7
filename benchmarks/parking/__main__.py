"""`python -m benchmarks.parking`: see `--help`."""

from pathlib import Path
from typing import Annotated, NoReturn

import cv2
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from benchmarks.parking.family import FAMILIES
from benchmarks.parking.lots import FIRST, LotTask, run_lot
from benchmarks.parking.plan import FULL, QUICK, Plan, Task, kind_of
from benchmarks.parking.plot import svg
from benchmarks.parking.report import Report
from benchmarks.parking.runner import run_all, run_week
from benchmarks.parking.table import show

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="A slice of it: under a minute.")] = False,
    family: Annotated[str, typer.Option(help="judging, or tuning for whoever tunes perception.")] = "judging",
    explain: Annotated[
        int | None, typer.Option(min=0, help="Run one week by its number and tell truth and verdict of each failure.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the figures as an SVG picture here.", dir_okay=False)] = None,
    together: Annotated[int | None, typer.Option(min=1, help="Camera-weeks with all noise together.")] = None,
    single: Annotated[int | None, typer.Option(min=0, help="Camera-weeks of each single kind of noise.")] = None,
    days: Annotated[float | None, typer.Option(min=0.05, max=35, help="Length of a camera-week.")] = None,
    lots: Annotated[int | None, typer.Option(min=0, help="Simulated lots with zombie vehicles.")] = None,
) -> None:
    """Judge parking on simulated camera-weeks whose truth is known: dwell, identity, false openings, zombie vehicles.

    The last line on standard output is one JSON object. Exit 1 where a target is missed, which is named.

    Examples:
    - `python -m benchmarks.parking --quick`
    - `python -m benchmarks.parking --plot docs/images/parking.svg`
    - `python -m benchmarks.parking --family tuning --together 4 --single 1 --days 2`
    - `python -m benchmarks.parking --family tuning --explain 3`: week 3 of all together; 1000 + n is the first kind
      of the table, 2000 + n the second, and so on; 500000 + n is a lot
    """
    if family not in FAMILIES:
        _fail(f"--family {family}: {' or '.join(FAMILIES)}", code=2)
    if plot and not plot.parent.is_dir():
        _fail(f"--plot {plot}: there is no folder {plot.parent}", code=2)
    usual = QUICK if quick else FULL
    plan = Plan(
        usual.together if together is None else together,
        usual.single if single is None else single,
        usual.days if days is None else days,
        usual.lots if lots is None else lots,
    )
    if explain is not None:
        _explain(family, explain, plan.days)
        return
    report = _measured(plan, family)
    show(report, Console())
    if plot:
        plot.write_text(svg(report), encoding="utf-8")
    print(report.model_dump_json())
    if report.targets_missed:
        _fail(f"missed: {'; '.join(report.targets_missed)}", code=1)


def _measured(plan: Plan, family: str) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("preparing", total=1.0)

        def progress(step: str, done: float) -> None:
            bar.update(task, description=step, completed=done)

        return run_all(plan, family, progress)


def _explain(family: str, number: int, days: float) -> None:
    cv2.setNumThreads(1)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    if number >= FIRST:
        lot = run_lot(LotTask(family, number))
        console.print(f"{family} {number}: a lot, {lot.looks} looks, {', '.join(sorted(lot.vehicles))}")
        for words in lot.failures:
            console.print(f"  {words}")
        return
    task = Task(family, kind_of(number), number, days)
    done = run_week(task)
    console.print(
        f"{family} {number}: {task.noise.value}, {days:g} days, {done.looks} looks, {done.outcome.stays} stays"
    )
    for words in done.outcome.failures:
        console.print(f"  {words}")
    console.print(f"{dict(done.outcome.said)}; {len(done.outcome.failures)} failures")


def _fail(words: str, *, code: int) -> NoReturn:
    Console(stderr=True).print(f"parking: {words}", markup=False, highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()

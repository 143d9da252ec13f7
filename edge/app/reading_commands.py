"""`linli-edge readings`: what meters showed before this gateway read them."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from edge.app import parts
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.past_readings import Imported, PastReading, read_past, take_past
from edge.config import Config, load
from edge.errors import Misconfigured
from edge.health import Clock
from edge.values import ClockTrust

readings_app = typer.Typer(no_args_is_help=True, help="Readings of meters. 表计读数")

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The gateway's TOML file.")]
CsvFile = Annotated[
    Path,
    typer.Argument(help="A CSV: meter, at, value, and if known voltage_v, current_a, power_kw; m³ and kWh."),
]


@readings_app.command("import")
def import_readings(source: CsvFile, config: ConfigFile) -> None:
    """带入历史读数 Take in what another system has read of these meters in the last 31 days.

    Charts and rules then begin with it; stop the gateway first. Done again it goes on where it was.

    Example: `linli-edge readings import readings.csv --config gateway.toml`
    """
    settings = load(config)
    readings = read_past(source, settings, datetime.now(UTC))
    done = asyncio.run(_take(readings, settings))
    console = Console(highlight=False)
    console.print(f"{source.name}: 带入 {done.taken} 个读数 readings taken in", markup=False)
    if done.known:
        console.print(f"  {done.known} 个早于已知读数，未用 lie before what is known already: left out")


async def _take(readings: tuple[PastReading, ...], settings: Config) -> Imported:
    disk = parts.disk(settings, parts.signing_key(settings))
    clock = Clock(settings.gateway.clock_synced)
    now = clock.moment()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        if now.trust is ClockTrust.UNSYNCED:
            raise Misconfigured("时钟不可信，读数无法对上时间 the clock cannot be believed: gateway.clock_synced")
        with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
            task = bar.add_task("readings", total=len(readings))
            ledger = Ledger(disk.outbox, wake=lambda: None)
            return await take_past(
                readings, settings, ledger, now, progress=lambda done: bar.update(task, completed=done)
            )
    finally:
        disk.outbox.close()
        disk.store.close()

"""`linli-edge permits`: a community's lists on this gateway."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from contract.sheets import normalised
from edge.app.parts import open_folder, signing_key
from edge.config import Config, load
from edge.permits import Hasher, Origin, Sheet, Storage, open_register, read_sheet
from edge.permits.matching import is_searchable
from edge.permits.storage import Unreadable
from edge.values import ClockTrust, Moment, Permit, PermitState, Plate, PlateState

ASKED_AT_ONCE: Final = 1000  # lines of standard input
WORDS: Final = {
    PermitState.VALID: "有效 valid",
    PermitState.EXPIRED: "已过期 expired",
    PermitState.NOT_NOW: "未开始或不在时段 not now",
    PermitState.NONE: "不在名单 on no list",
    PermitState.UNSURE: "无法判断 cannot be told",
}
ORIGINS: Final = {
    Origin.SETTINGS: "配置 settings",
    Origin.IMPORTED: "导入 imported",
    Origin.CLOUD: "云端 cloud",
}

permits_app = typer.Typer(no_args_is_help=True, help="Lists of vehicles that may stand. 车辆许可名单")

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The gateway's TOML file.")]
CsvFile = Annotated[Path, typer.Argument(help="A CSV: plate, kind, from, until, days, hours; Chinese headings too.")]


@permits_app.command("import")
def import_list(source: CsvFile, config: ConfigFile) -> None:
    """Take in a list. It is kept hashed, so the CSV can be deleted; one of the same file name is replaced.

    A running gateway uses it from its next start.

    Example: `linli-edge permits import permits.csv --config gateway.toml`
    """
    settings = load(config)
    sheet = read_sheet(source, settings.gateway.timezone)
    open_folder(settings.gateway.data, "gateway.data")
    storage, hasher = _storage(settings)
    storage.write(hasher.hashed(sheet.permits, name=sheet.name, origin=Origin.IMPORTED, made_at=datetime.now(UTC)))
    console = Console(highlight=False)
    _tell(sheet, console)
    console.print("网关下次启动时生效，CSV 可以删除 in force from the gateway's next start; the CSV may be deleted")


@permits_app.command()
def check(source: CsvFile, config: ConfigFile) -> None:
    """Say whether a list is right, and what is not; nothing is kept.

    Example: `linli-edge permits check permits.csv --config gateway.toml`
    """
    _tell(read_sheet(source, load(config).gateway.timezone), Console(highlight=False))


@permits_app.command()
def show(config: ConfigFile) -> None:
    """Name the lists on this gateway and how many permits each has; the plates themselves are not kept.

    Example: `linli-edge permits show --config gateway.toml`
    """
    storage, _ = _storage(load(config))
    table = Table("名单 list", "来源 from", "数量 permits", "时间 made")
    faults = []
    for kept in storage.all():
        if isinstance(kept, Unreadable):
            faults.append(str(kept))
        else:
            made = f"{kept.made_at.astimezone():%Y-%m-%d %H:%M}"
            table.add_row(kept.name, ORIGINS[kept.origin], str(len(kept.permits)), made)
    console = Console(highlight=False)
    console.print(table)
    for fault in faults:
        console.print(fault, markup=False, soft_wrap=True)
    raise typer.Exit(1 if faults else 0)


@permits_app.command()
def remove(name: Annotated[str, typer.Argument(help="Its file name, as `show` gives it.")], config: ConfigFile) -> None:
    """Forget a list; one that the settings name comes back at the next start while its file is there.

    Example: `linli-edge permits remove permits.csv --config gateway.toml`
    """
    storage, _ = _storage(load(config))
    if not storage.remove(name):
        Console(highlight=False).print(f"没有这个名单 no list is called so: {name}", markup=False)
        raise typer.Exit(1)


@permits_app.command()
def ask(config: ConfigFile) -> None:
    """Say what the lists have for plates given on standard input, one a line; `?` for a character that is not known.

    Not as an argument: a shell keeps what is typed. Exit code 1 where one of them may not stand.

    Example: `linli-edge permits ask --config gateway.toml`
    """
    settings = load(config)
    now = datetime.now(UTC)
    key = signing_key(settings)
    register = open_register(
        settings.plates, data=settings.gateway.data, key=key, timezone=settings.gateway.timezone, now=now, keep=False
    )
    moment = Moment(0.0, now, ClockTrust.SYNCED)
    allowed = True
    for line in sys.stdin.readlines(ASKED_AT_ONCE * 16)[:ASKED_AT_ONCE]:
        text = normalised(line)
        permit = register.permit(_plate(text), moment)
        allowed &= permit is None or permit.state in {PermitState.VALID, PermitState.UNSURE}
        sys.stdout.write(f"{text}\t{_worded(permit)}\n")
    raise typer.Exit(0 if allowed else 1)


def _plate(text: str) -> Plate | None:
    return Plate(state=PlateState.READ, text=text, looks=1) if is_searchable(text) else None


def _worded(permit: Permit | None) -> str:
    if permit is None:
        return "没有名单 there are no lists"
    return f"{WORDS[permit.state]}{f' ({permit.kind.value})' if permit.kind else ''}"


def _storage(settings: Config) -> tuple[Storage, Hasher]:
    hasher = Hasher.of(signing_key(settings))
    return Storage(settings.gateway.data, hasher), hasher


def _tell(sheet: Sheet, console: Console) -> None:
    console.print(f"{sheet.name}: {len(sheet.permits)} 个许可 permits", markup=False)
    if sheet.unread:
        console.print(f"  没有用到的列 columns left unread: {', '.join(sheet.unread)}", markup=False)

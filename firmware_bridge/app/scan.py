"""`linli-bridge scan`: which meters are on a line, at which speed and parity."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from firmware_bridge.app.ports import FAILED, Named, port_of, run
from firmware_bridge.app.survey import Seen, Skipped, survey
from firmware_bridge.drivers.search import Conflict, Found, Noise
from firmware_bridge.transports import Port, SerialFormat, TcpPort

# What meters leave the factory with, most usual first: common knowledge.
USUAL_FORMATS: Final = ("2400-8E1", "9600-8E1", "1200-8E1", "4800-8E1", "9600-8N1", "2400-8N1", "4800-8N1", "1200-8N1")

Forms = Annotated[
    list[str] | None, typer.Option("--format", "-f", help="Only these; else the usual. 只试这些速率与校验")
]


def scan(port: Named = None, form: Forms = None) -> None:
    """搜表 Find meters: tries speeds and parities, then searches the addresses, with a progress bar.

    What was found is shown at once, and in a table at the end; also after Ctrl-C. A TCP gateway has its own speed and
    parity, so none are tried there: the format shown is the one this assumed.

    Exit code 1: there is no meter, the line is lost, or it was interrupted. 2: a setting is wrong.

    Example: `linli-bridge scan --port /dev/serial/by-id/usb-FTDI_FT232R-if00-port0`

    Example: `linli-bridge scan --port /dev/ttyUSB0 --format 2400-8E1 --format 9600-8E1`

    Example: `linli-bridge scan --port 192.168.1.20:4001`
    """
    seen: list[Seen] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    try:
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
            run(_survey(port, form or USUAL_FORMATS, bar, seen))
    except typer.Exit:
        if seen:
            _show(seen, "未完成 not finished: 已找到的 found so far")
        raise
    _show(seen)
    if not any(isinstance(one.what, Found | Conflict) for one in seen):
        typer.echo("没有找到表计 no meter found")
        raise typer.Exit(FAILED)


async def _survey(name: str | None, formats: Sequence[str], bar: Progress, seen: list[Seen]) -> None:
    """Fill `seen` as meters are found, so that it is there also when this ends early."""
    forms = [SerialFormat.parse(each) for each in formats]
    tried = _tried(port_of(name, forms[0]), forms)
    async for one in survey(partial(port_of, name), tried, partial(_tell, bar, bar.add_task(""))):
        if isinstance(one, Skipped):
            bar.console.print(f"跳过 skipped {one.form}：串口不接受 the port does not take it", highlight=False)
        else:
            seen.append(one)
            bar.console.print(f"{_words(one)}  {one.form}", highlight=False, markup=False)


def _tried(port: Port, forms: Sequence[SerialFormat]) -> Sequence[SerialFormat]:
    """Of a TCP gateway, whose speed is set there, the slowest: it only says how long answers may take."""
    return [max(forms, key=lambda form: form.byte_s)] if isinstance(port, TcpPort) else forms


def _tell(bar: Progress, task: TaskID, what: str, done: int, of: int) -> None:
    bar.update(task, description=what, completed=done, total=of)


def _words(seen: Seen) -> str:
    match seen.what:
        case Found(device=device):
            return device
        case Conflict(suffix=suffix):
            return f"✗ 地址冲突 several meters have …{suffix}"
        case Noise(suffix=suffix):
            return f"✗ 有干扰，未搜索 noise, not searched{suffix and ': …'}{suffix}"


def _show(seen: Sequence[Seen], title: str | None = None) -> None:
    if not seen:
        return
    table = Table(title=title)
    for heading in ("表计\nmeter", "速率与校验\nformat"):
        table.add_column(heading, overflow="fold")
    for one in seen:
        table.add_row(_words(one), str(one.form))
    Console(highlight=False, markup=False).print(table)

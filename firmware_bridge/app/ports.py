"""Lines as people name them, and what becomes of a command whose line is lost."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.transports import Line, Port, SerialFormat, SerialPort, TcpPort, stable_paths

T = TypeVar("T")
FAILED = 1
MISCONFIGURED = 2

Named = Annotated[
    str | None,
    typer.Option("--port", "-P", help="A path, best /dev/serial/by-id/…, or host:port of a TCP gateway. 串口或网关"),
]
Formed = Annotated[str, typer.Option("--format", "-f", help="Such as 2400-8E1 or 9600-8N1. 速率与校验")]


def port_of(name: str | None, form: SerialFormat) -> Port:
    """Read `--port`; without one, the only adapter that is plugged in.

    Raises:
        Misconfigured: it is neither a path nor host:port, or there is not exactly one adapter.
    """
    if name is None:
        return SerialPort(_only_adapter(), form)
    if "/" in name:
        return SerialPort(Path(name), form)
    host, colon, port = name.rpartition(":")
    if not (host and colon and port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        raise Misconfigured(f"--port {name}: 应为路径或 host:port；a path such as /dev/serial/by-id/… or host:port")
    return TcpPort(host.strip("[]"), int(port), form)


@asynccontextmanager
async def opened(port: Port) -> AsyncIterator[Line]:
    """Open a line, and close it again.

    Raises:
        LineLost, Misconfigured: as `Port.open`.
    """
    line = await port.open()
    try:
        yield line
    finally:
        await line.close()


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command: exit code 1 if its line is lost, 2 if a setting is wrong, with the reason on standard error."""
    try:
        return asyncio.run(main)
    except LineLost as error:
        typer.echo(f"线路不可用 line lost: {error}", err=True)
        raise typer.Exit(FAILED) from None
    except Misconfigured as error:
        typer.echo(f"设置有误 wrong setting: {error}", err=True)
        raise typer.Exit(MISCONFIGURED) from None
    except KeyboardInterrupt:
        raise typer.Exit(FAILED) from None


def _only_adapter() -> Path:
    adapters = stable_paths()
    if len(adapters) == 1:
        return adapters[0]
    told = "\n".join(f"  {path}" for path in adapters) or "  （没有串口适配器 no serial adapter is plugged in）"
    raise Misconfigured(f"请用 --port 指定线路 name the line with --port:\n{told}")

"""`linli-bridge decode`: paste hexadecimal, get a table of every byte."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from firmware_bridge.app.decoding import WORDS, LineProtocol, explain, guess
from firmware_bridge.app.explanation import Explanation
from firmware_bridge.app.hexadecimal import LONGEST, NotHexadecimal, bytes_of
from firmware_bridge.codecs.cjt188 import PROFILES, STANDARD_2004

NO_FRAME = 1

Pasted = Annotated[
    list[str] | None, typer.Argument(help="Hexadecimal, with or without blanks; without it, standard input. 十六进制")
]
Spoken = Annotated[LineProtocol | None, typer.Option("--protocol", "-p", help="Which one; else it is guessed. 规约")]
Model = Annotated[str, typer.Option(help=f"Of a CJ/T 188 meter: {', '.join(PROFILES)}. 水气热表型号")]


def decode(text: Pasted = None, protocol: Spoken = None, profile: Model = STANDARD_2004.name) -> None:
    """解析报文 Say what bytes mean: each as part of a frame, or as garbage with its reason.

    Exit code 1: there is no sound frame among them.

    Example: `linli-bridge decode 68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16`
    """
    if profile not in PROFILES:
        raise typer.BadParameter(f"--profile {profile}: 应为 one of {', '.join(PROFILES)}")
    data = _data(" ".join(text) if text else sys.stdin.read(8 * LONGEST))
    if protocol:
        spoken, parts = protocol, explain(data, protocol, PROFILES[profile])
    else:
        spoken, parts = guess(data, PROFILES[profile])
    console = Console(highlight=False, markup=False)
    console.print(_table(spoken, parts))
    if not any(part.is_frame for part in parts):
        console.print("没有完好的帧 no sound frame")
        raise typer.Exit(NO_FRAME)


def _data(text: str) -> bytes:
    try:
        data = bytes_of(text)
    except NotHexadecimal as error:
        raise typer.BadParameter(str(error)) from None
    if not data:
        raise typer.BadParameter("没有字节 no bytes: paste hexadecimal, such as 68 AA AA AA AA AA AA 68 13 00 DF 16")
    return data


def _table(spoken: LineProtocol, parts: tuple[Explanation, ...]) -> Table:
    table = Table(title=WORDS[spoken], show_lines=True)
    table.add_column("位置\nat", justify="right")
    table.add_column("字节\nbytes", max_width=47)
    table.add_column("含义\nmeaning", overflow="fold")
    at = 0
    for part in parts:
        mark = "" if part.is_frame else "✗ "
        table.add_row(str(at), part.raw.hex(" ").upper(), "\n".join((mark + part.what, *part.details)))
        at += len(part.raw)
    return table

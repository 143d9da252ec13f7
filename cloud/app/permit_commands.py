"""`linli-cloud permits …`: which vehicles may stand."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, ConfigFile, work
from cloud.errors import Misconfigured
from cloud.permits.service import ListRefused
from contract.sheets import MAX_SHEET_BYTES, NoSheet

permits = typer.Typer(no_args_is_help=True, help="Which vehicles may stand.")


@permits.callback()
def _permits() -> None:
    """Which vehicles may stand."""


@permits.command("import")
def import_permits(
    file: Annotated[Path, typer.Argument(help="A CSV with a line of headings: 车牌 plate, 种类 kind, 开始 from …")],
    community: Annotated[str, typer.Option(help="The community's name, as in gateway.toml.")],
    replace: Annotated[bool, typer.Option(help="The list is this file from now on.")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """Take in a community's list of permits; its gateways fetch it by themselves.

    Examples: `linli-cloud permits import permits.csv --community lantian`, with `--replace` for a whole new list
    """
    raw = _read(file)

    async def job(parts: Parts) -> None:
        try:
            done = await parts.permits.take_in(community, raw, replace=replace, by=f"cli:{getpass.getuser()}")
        except (NoSheet, ListRefused) as error:
            raise Misconfigured(f"{file}: {error}") from None
        typer.echo(f"{done.lines} permits taken in; the list of {community} has {done.total} now")
        if done.unread:
            typer.echo(f"columns not read: {', '.join(done.unread)}", err=True)

    work(config, job)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_SHEET_BYTES + 1)
    except OSError as error:
        raise Misconfigured(f"{file}: cannot be read ({error.strerror})") from None

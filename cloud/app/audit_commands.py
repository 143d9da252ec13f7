"""`linli-cloud audit …`: who saw and did what, and whether the log still holds what was written."""

import re
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, NO, ConfigFile, day, work
from cloud.audit.log import MAX_LIST, AuditLog, Checked, Head

audit = typer.Typer(no_args_is_help=True, help="The audit log: who saw and did what.")


@audit.command()
def check(
    anchor: Annotated[
        str | None, typer.Option(help="What `audit head` printed earlier: it tells whether the end was cut off.")
    ] = None,
    config: ConfigFile = DEFAULT,
) -> None:
    """Go through the whole chain; name the first entry that is not as it was written, and exit with 1.

    Examples: `linli-cloud audit check`, `linli-cloud audit check --anchor 4711:9f86d081…`
    """
    noted = None if anchor is None else _head(anchor)

    async def job(parts: Parts) -> Checked:
        return await _go_through(AuditLog(parts.engine), noted)

    last = work(config, job)
    if last.fault is not None:
        typer.echo(f"审计记录被改动 the audit log was tampered with: {last.fault}", err=True)
        raise SystemExit(NO)
    typer.echo(f"{last.seq} entries, all as they were written")


async def _go_through(log: AuditLog, noted: Head | None) -> Checked:
    last = Checked(0)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("核对 checking", total=await log.count())
        async for last in log.check(noted):
            progress.update(task, completed=last.seq)
    return last


@audit.command()
def head(config: ConfigFile = DEFAULT) -> None:
    """Print the latest entry's number and hash; note it elsewhere, and give it to `audit check --anchor` later.

    Example: `linli-cloud audit head >> /mnt/elsewhere/anchors.txt`
    """

    async def job(parts: Parts) -> None:
        typer.echo(str(await AuditLog(parts.engine).head()))

    work(config, job)


@audit.command("list")
def list_entries(
    actor: Annotated[str | None, typer.Option(help="A user's name, or cli:NAME.")] = None,
    object_: Annotated[str | None, typer.Option("--object", help="case/ID, user/NAME, organisation/ID …")] = None,
    since: Annotated[datetime | None, typer.Option(help="From then on, in this machine's time.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIST)] = 50,
    config: ConfigFile = DEFAULT,
) -> None:
    """Show entries, the newest first.

    Example: `linli-cloud audit list --actor wang.fang --since 2026-11-01`
    """

    async def job(parts: Parts) -> None:
        begin = None if since is None else since.astimezone()
        found = await AuditLog(parts.engine).list(actor=actor, about=object_, since=begin, limit=limit)
        for entry in found:
            detail = ", ".join(f"{name}: {text}" for name, text in entry.detail.items())
            typer.echo(f"{entry.seq}  {day(entry.at)}  {entry.actor}  {entry.what}  {entry.about}  {detail}".rstrip())

    work(config, job)


def _head(text: str) -> Head:
    found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
    if found is None:
        raise typer.BadParameter("a number, a colon and 64 hexadecimal digits, as `audit head` prints them")
    return Head(int(found[1]), found[2])

"""`linli-cloud quarantine …`: messages that were not understood or not believed."""

from typing import Annotated, Final

import typer

from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, NO, ConfigFile, day, work
from cloud.ingest.quarantine import Held
from cloud.ingest.reception import Reception

MAX_SHOWN: Final = 1000

quarantine = typer.Typer(no_args_is_help=True, help="Messages that were not understood or not believed.")


@quarantine.command("list")
def list_held(
    config: ConfigFile = DEFAULT,
    limit: Annotated[int, typer.Option(min=1, max=MAX_SHOWN, help="At most so many.")] = 50,
) -> None:
    """Show what waits, the latest first.

    Example: `linli-cloud quarantine list --limit 10`
    """

    async def job(parts: Parts) -> None:
        for held in await parts.quarantine.list(limit=limit):
            typer.echo(_line(held))
        typer.echo(f"{await parts.quarantine.count()} waiting")

    work(config, job)


@quarantine.command()
def replay(
    ids: Annotated[list[int], typer.Argument(help="Numbers as `list` shows them.")], config: ConfigFile = DEFAULT
) -> None:
    """Take messages in again: after their gateway was registered, or this program upgraded.

    Example: `linli-cloud quarantine replay 12 13`
    """

    async def job(parts: Parts) -> int:
        reception = Reception(parts.engine, parts.cases, meters=parts.intake)
        settled = 0
        for held in ids:
            done = await parts.quarantine.replay(held, reception.retake)
            typer.echo(f"{held}: {'taken in' if done else 'still not understood, or not there'}")
            settled += done
        return settled

    if work(config, job) < len(ids):
        raise typer.Exit(NO)


def _line(held: Held) -> str:
    times = f" ×{held.times}" if held.times > 1 else ""
    return f"{held.id:>8}  {day(held.last_at)}{times}  {held.reason.value}  {held.topic}  {held.size} B  {held.detail}"

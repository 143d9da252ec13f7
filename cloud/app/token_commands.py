"""`linli-cloud token …`: how other systems ask without a person's password."""

from datetime import timedelta
from typing import Annotated

import typer

from cloud.accounts.tokens import LASTS
from cloud.app.parts import Parts, now
from cloud.app.shell import DEFAULT, ConfigFile, day, operator, work

tokens = typer.Typer(no_args_is_help=True, help="Access tokens of other systems, such as the city's hotline.")

Name = Annotated[str, typer.Argument(help="Which system it is for: 1 to 63 of a-z, 0-9 and '-'.")]


@tokens.command()
def add(
    name: Name,
    config: ConfigFile = DEFAULT,
    organisation: Annotated[str | None, typer.Option(help="Whose communities it sees; all there are without.")] = None,
    days: Annotated[int, typer.Option(help="How long it is good.", min=1, max=731)] = LASTS.days,
) -> None:
    """Make a token and print it, this once. It reads cases and hands in reports as an integrator does.

    Example: `linli-cloud token add hotline-12345 --organisation jiangbin`
    """

    async def job(parts: Parts) -> None:
        text = await parts.tokens.add(name, by=operator(), organisation=organisation, lasts=timedelta(days=days))
        typer.echo(text)
        typer.echo(f"{name}: shown this once; send it as `Authorization: Bearer …`", err=True)

    work(config, job)


@tokens.command("list")
def list_tokens(config: ConfigFile = DEFAULT) -> None:
    """Show which there are, and when each was used last.

    Example: `linli-cloud token list`
    """

    async def job(parts: Parts) -> None:
        for each in await parts.tokens.list():
            state = "good" if each.is_good(now()) else "revoked" if each.revoked_at else "expired"
            place, ends = each.organisation or "-", day(each.revoked_at or each.expires_at)
            typer.echo(f"{each.name:<40} {place:<24} {state:<8} until {ends}  used {day(each.used_at)}")

    work(config, job)


@tokens.command()
def revoke(name: Name, config: ConfigFile = DEFAULT) -> None:
    """End a token at once.

    Example: `linli-cloud token revoke hotline-12345`
    """

    async def job(parts: Parts) -> None:
        await parts.tokens.revoke(name, by=operator())
        typer.echo(f"{name} opens nothing any more")

    work(config, job)

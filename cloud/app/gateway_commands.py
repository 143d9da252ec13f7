"""`linli-cloud gateway …`: whose events are believed."""

from typing import Annotated

import typer

from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, NO, ConfigFile, day, operator, work
from cloud.errors import Misconfigured

gateways = typer.Typer(no_args_is_help=True, help="Whose events are believed.")

Community = Annotated[str, typer.Argument(help="The community's name, as in gateway.toml.")]
Gateway = Annotated[str, typer.Argument(help="The gateway's id, as in gateway.toml.")]


@gateways.command()
def add(
    community: Community,
    gateway: Gateway,
    key: Annotated[str, typer.Argument(help="Its public key: base64 of 32 bytes, as `linli-edge key` shows it.")],
    config: ConfigFile = DEFAULT,
) -> None:
    """Let a gateway in, or give one another key.

    Example: `linli-cloud gateway add lantian gw-east 3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=`
    """

    async def job(parts: Parts) -> None:
        try:
            added = await parts.devices.register(community, gateway, key, by=operator())
        except ValueError as error:
            raise Misconfigured(f"gateway add: {error}") from None
        typer.echo(f"{added.community}/{added.gateway} is let in with key {added.keyid}")

    work(config, job)


@gateways.command("list")
def list_gateways(config: ConfigFile = DEFAULT) -> None:
    """Show who there is and when each was last heard.

    Example: `linli-cloud gateway list`
    """

    async def job(parts: Parts) -> None:
        for each in await parts.devices.list():
            state = "revoked" if each.revoked_at else each.presence.value
            name = f"{each.community}/{each.gateway}"
            typer.echo(f"{name:<40} {state:<8} key {each.keyid}  last heard {day(each.last_seen)}  {each.software}")

    work(config, job)


@gateways.command()
def revoke(community: Community, gateway: Gateway, config: ConfigFile = DEFAULT) -> None:
    """Believe nothing more of a gateway.

    Example: `linli-cloud gateway revoke lantian gw-east`
    """

    async def job(parts: Parts) -> bool:
        return await parts.devices.revoke(community, gateway, by=operator())

    if not work(config, job):
        typer.echo(f"there is no gateway {community}/{gateway}, or it is revoked already", err=True)
        raise typer.Exit(NO)
    typer.echo(f"{community}/{gateway} is not believed any more")

"""`linli-cloud organisation …`: the tree that says who sees what."""

from pathlib import Path
from typing import Annotated

import typer

from cloud.accounts.organisation_file import MAX_BYTES, read_organisations
from cloud.accounts.organisations import Given, Kind
from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, ConfigFile, operator, work
from cloud.errors import Misconfigured

organisations = typer.Typer(no_args_is_help=True, help="The tree of organisations: who sees what.")

Id = Annotated[str, typer.Argument(help="1 to 63 of a-z, 0-9 and '-'.")]


@organisations.command()
def add(  # noqa: PLR0917 - a command's options
    organisation: Id,
    kind: Annotated[Kind, typer.Option(help="What it is.")],
    name: Annotated[str, typer.Option(help="Its name in Chinese.")],
    name_en: Annotated[str, typer.Option(help="Its name in English; the Chinese one without.")] = "",
    parent: Annotated[str | None, typer.Option(help="The one above; without, it is the top of a tree.")] = None,
    community: Annotated[str | None, typer.Option(help="Of a community: its name in gateway.toml.")] = None,
    config: ConfigFile = DEFAULT,
) -> None:
    """Add an organisation, or give it another name.

    Example: `linli-cloud organisation add lantian --kind community --name 蓝天小区 --parent river --community lantian`
    """
    given = Given(organisation, kind, parent, name, name_en, community)

    async def job(parts: Parts) -> None:
        await parts.organisations.put([given], by=operator())
        typer.echo(f"{organisation} is there")

    work(config, job)


@organisations.command("list")
def list_organisations(config: ConfigFile = DEFAULT) -> None:
    """Show the tree.

    Example: `linli-cloud organisation list`
    """

    async def job(parts: Parts) -> None:
        for each in await parts.organisations.list():
            named = f"{each.name_zh} {each.name_en}" if each.name_en != each.name_zh else each.name_zh
            gateways = f" gateways' community {each.community}" if each.community else ""
            typer.echo(f"{'  ' * each.depth}{each.id}  {each.kind.value}  {named}{gateways}")

    work(config, job)


@organisations.command()
def move(
    organisation: Id,
    to: Annotated[str | None, typer.Argument(help="The one above from now on; without, the top.")] = None,
    config: ConfigFile = DEFAULT,
) -> None:
    """Put an organisation with all under it somewhere else; who sees what follows at once.

    Example: `linli-cloud organisation move lantian jiangnan`
    """

    async def job(parts: Parts) -> None:
        await parts.organisations.move(organisation, to, by=operator())
        typer.echo(f"{organisation} stands under {to or 'nobody'} from now on")

    work(config, job)


@organisations.command("import")
def import_organisations(
    file: Annotated[Path, typer.Argument(help="A CSV with headings (编号 id, 类别 kind, …), or a .toml.")],
    config: ConfigFile = DEFAULT,
) -> None:
    """Take in a whole tree; all of it or, where a line is wrong, nothing.

    Example: `linli-cloud organisation import organisations.csv`
    """
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Misconfigured(f"{file}: cannot be read ({error.strerror})") from None
    given = read_organisations(raw, is_toml=file.suffix.casefold() == ".toml")

    async def job(parts: Parts) -> None:
        typer.echo(f"{await parts.organisations.put(given, by=operator())} organisations taken in")

    work(config, job)

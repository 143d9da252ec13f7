"""The cloud's command line."""

import asyncio
import logging
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from cloud.app import serve as serving
from cloud.app.audit_commands import audit
from cloud.app.gateway_commands import gateways
from cloud.app.organisation_commands import organisations
from cloud.app.original_command import original
from cloud.app.parts import parts_of
from cloud.app.permit_commands import permits
from cloud.app.privacy_commands import privacy
from cloud.app.quarantine_commands import quarantine
from cloud.app.sealing_command import sealing_key
from cloud.app.shell import DEFAULT, ConfigFile, told_kindly
from cloud.app.token_commands import tokens
from cloud.app.user_commands import users
from cloud.config import load
from cloud.db import migrate as bring_up_to_date
from cloud.ingest.key import load_or_make
from contract.signatures import key_id, public_text

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # what a service says goes into a log
    rich_markup_mode="markdown",
    help="Linli 邻里 cloud.",
)
key_app = typer.Typer(no_args_is_help=True, help="The cloud's own key.")
config_app = typer.Typer(no_args_is_help=True, help="Write and check configuration files.")
app.add_typer(users, name="user")
app.add_typer(organisations, name="organisation")
app.add_typer(audit, name="audit")
app.add_typer(tokens, name="token")
app.add_typer(gateways, name="gateway")
app.add_typer(permits, name="permits")
app.add_typer(quarantine, name="quarantine")
app.add_typer(privacy, name="privacy")
app.add_typer(original, name="original")
app.add_typer(key_app, name="key")
app.add_typer(config_app, name="config")
app.command("sealing-key")(sealing_key)

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more.")]


@app.command()
def serve(
    config: ConfigFile = DEFAULT,
    ingest: Annotated[bool, typer.Option(help="Take events in, too.")] = True,
    notify: Annotated[bool, typer.Option(help="Send messages, too.")] = True,
    verbose: Verbose = False,
) -> None:
    """Run the console, the ingest and the notifier in one process, until stopped.

    Examples: `linli-cloud serve --config /etc/linli/cloud.toml`, `linli-cloud serve --no-ingest`
    """
    _tell(verbose)
    asyncio.run(serving.run(parts_of(load(config)), web=True, ingest=ingest, notify=notify))


@app.command()
def ingest(config: ConfigFile = DEFAULT, verbose: Verbose = False) -> None:
    """Run the ingest alone; any number of them share the work.

    Example: `linli-cloud ingest --config /etc/linli/cloud.toml`
    """
    _tell(verbose)
    asyncio.run(serving.run(parts_of(load(config)), web=False, ingest=True))


@app.command()
def notify(config: ConfigFile = DEFAULT, verbose: Verbose = False) -> None:
    """Send messages about cases, and nothing else; any number of them share the work.

    Example: `linli-cloud notify --config /etc/linli/cloud.toml`
    """
    _tell(verbose)
    asyncio.run(serving.run(parts_of(load(config)), web=False, ingest=False, notify=True))


@app.command()
def migrate(config: ConfigFile = DEFAULT) -> None:
    """Bring the database to this program's version; nothing happens when it is there already.

    Example: `linli-cloud migrate --config /etc/linli/cloud.toml`
    """
    bring_up_to_date(load(config).database.address())
    typer.echo("the database is at this program's version")


@key_app.command("show")
def show_key(config: ConfigFile = DEFAULT) -> None:
    """Print the public key that gateways check receipts and commands with; made at the first call.

    Example: `linli-cloud key show`, then put it into gateway.toml
    """
    key = load_or_make(load(config).key).public_key()
    typer.echo(public_text(key))
    typer.echo(f"key id {key_id(key)}", err=True)


@config_app.command()
def example() -> None:
    """Print a file with every setting explained.

    Example: `linli-cloud config example > cloud.toml`
    """
    sys.stdout.write(files("cloud.app").joinpath("example.toml").read_text(encoding="utf-8"))


@config_app.command()
def check(config: Annotated[Path, typer.Argument(help="The cloud's TOML file.")]) -> None:
    """Say whether a file is right, and what is not. Reaches for nothing.

    Example: `linli-cloud config check cloud.toml`
    """
    settings = load(config)
    sources = ", ".join(source.url for source in settings.source)
    typer.echo(f"{config}: right. Console at {settings.listen}, events from {sources}, times in {settings.timezone}")


def _tell(verbose: bool) -> None:
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("sse_starlette", "asyncio", "nats", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def main() -> None:
    """Run the program."""
    with told_kindly():
        app()


if __name__ == "__main__":
    main()

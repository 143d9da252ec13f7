"""`linli-cloud user …`: who may use the console."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cloud.accounts import Role
from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, ConfigFile, day, work
from cloud.errors import Misconfigured

MAX_FILE: Final = 4096

users = typer.Typer(no_args_is_help=True, help="Who may use the console.")

Name = Annotated[str, typer.Argument(help="2 to 40 letters, digits, '.', '-' or '_'; Chinese ones too.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="A file whose first line is the password; '-' reads it from standard input. Asked for without."),
]


@users.command()
def add(
    name: Name,
    config: ConfigFile = DEFAULT,
    password_file: PasswordFile = None,
    role: Annotated[Role, typer.Option(help="lead: sees and changes the list of permits, too.")] = Role.STAFF,
) -> None:
    """Add a user.

    Examples: `linli-cloud user add wang.fang`, `linli-cloud user add li.lei --role lead --password-file secret.txt`
    """
    password = _password(password_file)

    async def job(parts: Parts) -> None:
        user = await parts.accounts.add(name, password, role)
        typer.echo(f"{user.name} may log in")

    work(config, job)


@users.command()
def password(name: Name, config: ConfigFile = DEFAULT, password_file: PasswordFile = None) -> None:
    """Give a user another password and end all open sessions; one who was revoked may log in again.

    Example: `linli-cloud user password wang.fang`
    """
    given = _password(password_file)

    async def job(parts: Parts) -> None:
        await parts.accounts.set_password(name, given)
        typer.echo(f"{name} has another password")

    work(config, job)


@users.command("list")
def list_users(config: ConfigFile = DEFAULT) -> None:
    """Show who there is.

    Example: `linli-cloud user list`
    """

    async def job(parts: Parts) -> None:
        for user in await parts.accounts.list():
            state = "revoked" if user.revoked_at else "active"
            typer.echo(
                f"{user.name:<40} {user.role.value:<6} {state:<8} since {day(user.revoked_at or user.created_at)}"
            )

    work(config, job)


@users.command()
def role(
    name: Name, role: Annotated[Role, typer.Argument(help="staff or lead.")], config: ConfigFile = DEFAULT
) -> None:
    """Say what a user needs to see: `staff` works cases, `lead` sees and changes the list of permits, too.

    Example: `linli-cloud user role li.lei lead`
    """

    async def job(parts: Parts) -> None:
        await parts.accounts.set_role(name, role)
        typer.echo(f"{name} is {role.value} from now on")

    work(config, job)


@users.command()
def revoke(name: Name, config: ConfigFile = DEFAULT) -> None:
    """Shut a user out at once, open sessions included.

    Example: `linli-cloud user revoke wang.fang`
    """

    async def job(parts: Parts) -> None:
        await parts.accounts.revoke(name)
        typer.echo(f"{name} may not log in any more")

    work(config, job)


def _password(file: Path | None) -> str:
    if file is None:
        return str(typer.prompt("Password 密码", hide_input=True, confirmation_prompt="Again 再来一次"))
    try:
        text = sys.stdin.readline(MAX_FILE) if str(file) == "-" else _first_line(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"--password-file: {file} cannot be read ({type(error).__name__})") from None
    return text.rstrip("\r\n")


def _first_line(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return lines.readline(MAX_FILE)

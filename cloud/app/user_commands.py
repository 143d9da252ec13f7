"""`linli-cloud user …`: who may use the console."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cloud.accounts import Role
from cloud.app.parts import Parts
from cloud.app.shell import DEFAULT, ConfigFile, day, operator, work
from cloud.errors import Misconfigured

MAX_FILE: Final = 4096
MAX_SUBJECT: Final = 255  # characters, as OpenID Connect Core 1.0 bounds it

users = typer.Typer(no_args_is_help=True, help="Who may use the console.")

Name = Annotated[str, typer.Argument(help="2 to 40 letters, digits, '.', '-' or '_'; Chinese ones too.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="A file whose first line is the password; '-' reads it from standard input. Asked for without."),
]


Organisation = Annotated[
    str | None, typer.Option(help="Where the user belongs: they see it and all below it. Without: everything there is.")
]
Everywhere = Annotated[
    bool, typer.Option(help="Belongs to no organisation and sees everything, although there are some.")
]


@users.command()
def add(  # noqa: PLR0917 - a command's options
    name: Name,
    config: ConfigFile = DEFAULT,
    password_file: PasswordFile = None,
    role: Annotated[Role, typer.Option(help="What the user is there for.")] = Role.STAFF,
    organisation: Organisation = None,
    everywhere: Everywhere = False,
    oidc: Annotated[
        str | None, typer.Option(help="Comes by single sign-on, which calls the user so; no password.")
    ] = None,
) -> None:
    """Add a user.

    Examples: `linli-cloud user add wang.fang`, `linli-cloud user add li.lei --role lead --organisation lantian`
    """
    password = None if oidc is not None else _password(password_file)

    async def job(parts: Parts) -> None:
        await _placed(parts, organisation, everywhere=everywhere)
        if password is None:
            subject = _subject(parts, oidc or "")
            await parts.accounts.add_signed_on(name, subject, role, organisation=organisation, by=operator())
        else:
            await parts.accounts.add(name, password, role, organisation=organisation, by=operator())
        typer.echo(f"{name} may log in and sees {organisation or 'everything'}")

    work(config, job)


@users.command()
def place(
    name: Name,
    organisation: Organisation = None,
    everywhere: Everywhere = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """Say where a user belongs; open sessions see by it at once.

    Example: `linli-cloud user place li.lei --organisation lantian`
    """

    async def job(parts: Parts) -> None:
        await _placed(parts, organisation, everywhere=everywhere)
        user = await parts.accounts.get(name)
        await parts.accounts.place(user.name, user.role, organisation, by=operator())
        typer.echo(f"{user.name} sees {organisation or 'everything'} from now on")

    work(config, job)


@users.command()
def reset_second_factor(name: Name, config: ConfigFile = DEFAULT) -> None:
    """Take away the second factor of one who lost telephone and recovery codes; open sessions end.

    Example: `linli-cloud user reset-second-factor wang.fang`
    """

    async def job(parts: Parts) -> None:
        await parts.accounts.second_factors.reset(name, by=operator())
        typer.echo(f"{name} logs in with the password alone until there is another second factor")

    work(config, job)


@users.command()
def seal_second_factors(config: ConfigFile = DEFAULT) -> None:
    """Seal what an earlier version left of second factors in clear; each is sealed when it is next used, anyway.

    Example: `linli-cloud user seal-second-factors`
    """

    async def job(parts: Parts) -> None:
        sealed = await parts.accounts.second_factors.seal_all()
        typer.echo(f"{sealed} sealed; none lies in clear")

    work(config, job)


@users.command()
def password(name: Name, config: ConfigFile = DEFAULT, password_file: PasswordFile = None) -> None:
    """Give a user another password and end all open sessions; one who was revoked may log in again.

    Example: `linli-cloud user password wang.fang`
    """
    given = _password(password_file)

    async def job(parts: Parts) -> None:
        await parts.accounts.set_password(name, given, by=operator())
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
            more = [user.organisation or "everything", *(["second factor"] if user.has_second_factor else [])]
            more += [f"oidc {user.subject.rpartition(' ')[2]}"] if user.subject else []
            more += ["by rule"] if user.by_rule else []
            since = day(user.revoked_at or user.created_at)
            typer.echo(f"{user.name:<40} {user.role.value:<10} {state:<8} since {since}  {', '.join(more)}")

    work(config, job)


@users.command()
def role(
    name: Name, role: Annotated[Role, typer.Argument(help="What the user is there for.")], config: ConfigFile = DEFAULT
) -> None:
    """Say what a user is there for: `staff` works cases, `lead` dispatches and keeps the list of permits, too.

    Example: `linli-cloud user role li.lei lead`
    """

    async def job(parts: Parts) -> None:
        await parts.accounts.set_role(name, role, by=operator())
        typer.echo(f"{name} is {role.value} from now on")

    work(config, job)


@users.command()
def revoke(name: Name, config: ConfigFile = DEFAULT) -> None:
    """Shut a user out at once, open sessions included.

    Example: `linli-cloud user revoke wang.fang`
    """

    async def job(parts: Parts) -> None:
        await parts.accounts.revoke(name, by=operator())
        typer.echo(f"{name} may not log in any more")

    work(config, job)


@users.command()
def readmit(name: Name, config: ConfigFile = DEFAULT) -> None:
    """Let a revoked user in again: by the password they had, or by single sign-on.

    Example: `linli-cloud user readmit chen`
    """

    async def job(parts: Parts) -> None:
        await parts.accounts.readmit(name, by=operator())
        typer.echo(f"{name} may log in again")

    work(config, job)


@users.command()
def end_sessions(name: Name, config: ConfigFile = DEFAULT) -> None:
    """End all of a user's open sessions, for a lost telephone; the user may log in again.

    Example: `linli-cloud user end-sessions wang.fang`
    """

    async def job(parts: Parts) -> None:
        ended = await parts.accounts.end_sessions(name, by=operator())
        typer.echo(f"{ended} sessions of {name} ended")

    work(config, job)


async def _placed(parts: Parts, organisation: str | None, *, everywhere: bool) -> None:
    """Let nobody see everything by an option that was forgotten."""
    if organisation is not None and everywhere:
        raise Misconfigured("--organisation, --everywhere: one of both")
    if organisation is None and not everywhere and await parts.organisations.list():
        raise Misconfigured("--organisation: where does the user belong? `--everywhere` for one who sees everything")


def _subject(parts: Parts, subject: str) -> str:
    """What the table of users calls one who comes by single sign-on."""
    if parts.config.oidc is None:
        raise Misconfigured("--oidc: there is no [oidc] in the configuration")
    if not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
        raise Misconfigured(f"--oidc: 1 to {MAX_SUBJECT} printable characters")
    return f"{parts.config.oidc.issuer} {subject}"


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

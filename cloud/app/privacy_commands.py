"""`linli-cloud privacy …`: what is due for deletion, what may not be deleted, and what somebody wants erased."""

import sys
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cloud.accounts import Role
from cloud.app.parts import Parts, now
from cloud.app.shell import DEFAULT, NO, ConfigFile, day, operator, work
from cloud.cases.domain import Actor, Refused
from cloud.db import reading
from cloud.errors import Misconfigured
from cloud.evidence.disposal import Looked
from cloud.ingest.erasing import Messages
from cloud.privacy import repository
from cloud.privacy.domain import Unknown, checked_reason
from cloud.privacy.erasure import Erased, Eraser, Plan
from cloud.privacy.holds import HoldService
from cloud.privacy.keeper import Done

privacy = typer.Typer(no_args_is_help=True, help="What is deleted, what is not, and what is erased on request.")

MAX_SHOWN: Final = 20  # names of missing files
STDIN: Final = "-"

Number = Annotated[str, typer.Argument(help="The case's number, LL-20261121-0001.")]
Reason = Annotated[str, typer.Option(help="Why: 4 to 500 characters. It is kept in the audit log.")]


@privacy.command()
def due(
    config: ConfigFile = DEFAULT,
    delete: Annotated[bool, typer.Option(help="Delete it now, not when `serve` or `ingest` next looks.")] = False,
) -> None:
    """Show what is due for deletion; with `--delete` delete it 到期清理.

    Examples: `linli-cloud privacy due`, `linli-cloud privacy due --delete`
    """

    async def job(parts: Parts) -> None:
        keeper = parts.keeper()
        found = await keeper.due()
        typer.echo(f"due: {found.pictures} pictures and films, {found.originals} originals of {found.cases} cases")
        typer.echo(f"     {found.bytes} bytes, less what another case needs")
        if not delete:
            return
        total = Done()
        with _progress() as progress:
            task = progress.add_task("deleting")
            async for done in keeper.steps():
                total += done
                progress.update(task, description=f"{total.pictures} pictures, {total.files} files")
        typer.echo(
            f"deleted: {total.pictures} pictures and originals, {total.files} files, {total.plates} plates, "
            f"{total.messages} messages, {total.suspicions} suspicions, {total.uploads} uploads nobody went on with"
        )

    work(config, job)


@privacy.command()
def sweep(config: ConfigFile = DEFAULT) -> None:
    """Compare store and database: take away files that no row tells of, and say which rows have no file 清查证据库.

    Files younger than a week are left alone. Rows without a file are never deleted: look whether the store is the
    right one, and bring it back from a backup. Exit code 1 where there are any.

    Example: `linli-cloud privacy sweep`
    """

    async def job(parts: Parts) -> int:
        disposal, looked, missing = parts.disposal(), Looked(), list[str]()
        with _progress() as progress:
            task = progress.add_task("files")
            async for looked in disposal.sweep():
                progress.update(task, description=f"{looked.files} files, {looked.strays} of nobody's")
            task = progress.add_task("rows")
            async for names in disposal.missing():
                missing += names
                progress.update(task, description=f"rows without a file: {len(missing)}")
        typer.echo(f"{looked.files} files; {looked.strays} of nobody's taken away ({looked.stray_bytes} bytes)")
        for name in missing[:MAX_SHOWN]:
            typer.echo(f"no file: {name}", err=True)
        if missing:
            typer.echo(f"{len(missing)} pictures have no file: is this the right store?", err=True)
        return len(missing)

    if work(config, job):
        raise typer.Exit(NO)


@privacy.command()
def hold(number: Number, reason: Reason, config: ConfigFile = DEFAULT) -> None:
    """Let nothing of a case be deleted 法律保留.

    Example: `linli-cloud privacy hold LL-20261121-0001 --reason 法院调取`
    """
    _change(number, reason, config, place=True)


@privacy.command()
def release(number: Number, reason: Reason, config: ConfigFile = DEFAULT) -> None:
    """Lift a hold: what is due is deleted again 解除保留.

    Example: `linli-cloud privacy release LL-20261121-0001 --reason 法院已结案`
    """
    _change(number, reason, config, place=False)


@privacy.command()
def holds(config: ConfigFile = DEFAULT) -> None:
    """Show the holds that stand.

    Example: `linli-cloud privacy holds`
    """

    async def job(parts: Parts) -> None:
        for number, each in await HoldService(parts.engine, clock=now).listed():
            typer.echo(f"{number}  {day(each.placed_at)}  {each.placed_by}  {each.reason}")

    work(config, job)


@privacy.command()
def erase(
    plate: Annotated[str, typer.Option(help="The plate, 苏A12345; `-` reads it from standard input.")],
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only what would go is shown.")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """Erase a plate because somebody asks for it 应申请删除车牌 (PIPL, article 47).

    Ended cases lose it with all their pictures and keep a line that says so; open cases and cases on hold keep it.
    Exit code 1 where there is nothing that would go.

    Example: `linli-cloud privacy erase --plate 苏A12345 --reason 本人申请`
    """
    wanted, why = _plate(sys.stdin.readline() if plate == STDIN else plate), _reason(reason)

    async def job(parts: Parts) -> bool:
        eraser = Eraser(parts.engine, Messages(), clock=now)
        plan = await eraser.plan(wanted)
        _show(plan)
        if plan.is_nothing or not yes:
            return not plan.is_nothing
        done = Erased()
        with _progress() as progress:
            task = progress.add_task("erasing")
            async for done in eraser.erase(wanted, why, by=operator()):
                progress.update(task, description=f"{done.cases} cases, {done.looked} messages looked through")
        typer.echo(f"erased: {done.cases} cases, {done.pictures} pictures, {done.messages} messages emptied")
        while await parts.disposal().clear(limit=MAX_SHOWN):
            pass
        return True

    if not work(config, job):
        raise typer.Exit(NO)


def _change(number: str, reason: str, config: ConfigFile, *, place: bool) -> None:
    by = Actor(operator(), Role.STREET)

    async def job(parts: Parts) -> None:
        service = HoldService(parts.engine, clock=now)
        async with reading(parts.engine) as connection:
            case_id = await repository.id_of(connection, number)
        try:
            if case_id is None:
                raise Unknown
            await (service.place if place else service.lift)(case_id, reason, by=by)
        except Unknown:
            raise Misconfigured(f"privacy: there is no case {number}") from None
        except Refused as error:
            raise Misconfigured(f"privacy: {error.en}") from None
        typer.echo(f"{number} {'is on hold' if place else 'is on hold no more'}")

    work(config, job)


def _reason(text: str) -> str:
    try:
        return checked_reason(text)
    except Refused as error:
        raise Misconfigured(f"privacy: --reason: {error.en}") from None


def _plate(text: str) -> str:
    """A plate as cases hold it. What is wrong never repeats it.

    Raises:
        Misconfigured: it can be no plate.
    """
    plate = "".join(letter for letter in text.upper() if letter not in " ·・.-\n")
    if not 5 <= len(plate) <= 9 or not plate.replace("?", "").isalnum():
        raise Misconfigured("privacy erase: --plate is 5 to 9 letters and digits, 苏A12345 for example")
    return plate


def _show(plan: Plan) -> None:
    typer.echo(f"cases that have ended: {len(plan.ended)}, with {plan.pictures} pictures, films and originals")
    for found in plan.ended:
        typer.echo(f"  {found.number}  {found.community}")
    for found in plan.held:
        typer.echo(f"on hold, stays: {found.number}")
    typer.echo(f"open cases, stay until they have ended: {plan.open}")
    typer.echo(f"suspicions that are over: {plan.suspicions}; that stand, and stay: {plan.suspected}")
    typer.echo(f"messages in quarantine: {plan.refused}; messages of gateways are looked through when it is done")
    if plan.permits:
        typer.echo(f"lists of permits: {plan.permits} entries stay; take them off the list on the page of permits")


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))

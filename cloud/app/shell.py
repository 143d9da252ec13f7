"""What the commands share: the configuration's option, one piece of work on the database, how failures are told."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from cloud.accounts import AccountError
from cloud.app.parts import Parts, parts_of
from cloud.config import load
from cloud.errors import CloudError, Misconfigured

NO: Final = 1  # the answer is no, or the world is in the way
PERSON_MUST_FIX: Final = 2

ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", envvar="LINLI_CLOUD_CONFIG", help="The cloud's TOML file.", show_default=True)
]
DEFAULT: Final = Path("cloud.toml")

T = TypeVar("T")


def work(config: Path, job: Callable[[Parts], Awaitable[T]]) -> T:
    """Do one thing with the parts and close them.

    Raises:
        Misconfigured: the configuration cannot be used.
    """

    async def do() -> T:
        parts = parts_of(load(config))
        try:
            return await job(parts)
        finally:
            await parts.engine.dispose()

    return asyncio.run(do())


@contextmanager
def told_kindly() -> Iterator[None]:
    """Turn what a person can understand into a sentence and an exit code; a bug keeps its traceback."""
    try:
        yield
    except BaseException as error:
        known = _known(error)
        if known is None:
            raise
        typer.echo(f"linli-cloud: {known}", err=True)
        fixable = isinstance(known, Misconfigured | AccountError)
        raise SystemExit(PERSON_MUST_FIX if fixable else NO) from None


def _known(error: BaseException) -> BaseException | None:
    """The error to tell, out of a group too; nothing when a bug is among them."""
    if not isinstance(error, BaseExceptionGroup):
        return error if isinstance(error, CloudError | AccountError) else None
    known = [_known(each) for each in error.exceptions]
    return known[0] if all(known) else None


def operator() -> str:
    """Who works at this machine, for the audit log."""
    return f"cli:{getpass.getuser()}"


def day(at: datetime | None) -> str:
    """A time in a table of the terminal, in the machine's own zone."""
    return "-" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"

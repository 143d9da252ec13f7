"""One program of the box: how it is started, when it is ready, how it is ended."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.onebox import launch

_LAUNCHER: Final = str(Path(launch.__file__))


@dataclass(frozen=True, slots=True)
class Account:
    """Another user to run a program as."""

    uid: int
    gid: int


async def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A program and what its supervisor must know.

    Attributes:
        name: of its log file, and what the terminal calls it.
        command: program by path, and arguments; no secret stands in them.
        ready: whether it can be used now; asked again and again, must return within seconds.
        prepare: done before each start.
        stop_signal: asks it to end in good order.
        death_signal: what the kernel sends it when the supervisor is gone.
        ready_within_s: a part that needs longer is ended and started again.
        stop_within_s: a part that needs longer to end is killed.
    """

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[bool]]
    prepare: Callable[[], Awaitable[None]] = _nothing
    account: Account | None = None
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    ready_within_s: float = 30.0
    stop_within_s: float = 10.0

    def launch_command(self) -> list[str]:
        """The command with the launcher before it."""
        return launched(self.command, self.account, self.death_signal)


def launched(command: tuple[str, ...], account: Account | None, death_signal: signal.Signals) -> list[str]:
    """Put the launcher before a command: its process ends with this one and runs as `account`."""
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    words = (os.getpid(), int(death_signal), uid, gid)
    return [sys.executable, "-I", "-S", _LAUNCHER, *map(str, words), *command]


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """A command that runs a module of this installation."""
    return (sys.executable, "-P", "-u", "-m", module, *arguments)

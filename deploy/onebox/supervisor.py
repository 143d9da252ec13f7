"""Keeps parts running: starts them one after the other, starts what died again, ends all in reverse order."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from deploy.onebox.errors import PartFailed
from deploy.onebox.logs import LogFile
from deploy.onebox.part import Part

T = TypeVar("T")

MISCONFIGURED_EXIT: Final = 2  # the programs' word for "a person must fix it": starting again would not help
MAX_FAILURES: Final = 8  # starts in a row that end before the part has been ready for a while
HEALTHY_S: Final = 20.0
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0
_ASK_EVERY_S: Final = 0.1
_CHUNK_BYTES: Final = 16 * 1024


class Teller(Protocol):
    """Told what happens to the parts, on change alone."""

    def ready(self, part: str, seconds: float) -> None:
        """Hear that a part can be used, so long after it was started."""
        ...

    def died(self, part: str, how: str, pause_s: float) -> None:
        """Hear that a part ended by itself, how, and after which pause it is started again."""
        ...

    def stopped(self, part: str) -> None:
        """Hear that a part was ended in good order."""
        ...


@dataclass(slots=True)
class _Kept:
    """A part under supervision."""

    part: Part
    log: LogFile
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    keeper: asyncio.Task[None] | None = None
    restarts: int = 0


class Supervisor:
    """Runs parts until told to stop. Use `supervising`, which ends them whatever happens."""

    def __init__(self, logs: Path, teller: Teller) -> None:
        self._logs = logs
        self._teller = teller
        self._kept: dict[str, _Kept] = {}  # in the order of their start
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, part: Part) -> None:
        """Start a part and return when it is ready.

        Raises:
            PartFailed: it could not be started; the text holds its last lines.
        """
        kept = _Kept(part, LogFile(self._logs / f"{part.name}.log"))
        self._kept[part.name] = kept
        kept.keeper = asyncio.create_task(self._keep(kept), name=f"keep {part.name}")
        kept.keeper.add_done_callback(self._hear)
        await self.guard(kept.ready.wait())

    async def guard(self, work: Coroutine[object, object, T]) -> T:
        """Do `work` while the parts run.

        Raises:
            PartFailed: a part failed for good in the meantime; `work` was cancelled.
        """
        task = asyncio.create_task(work)
        try:
            either: list[asyncio.Future[Any]] = [task, self._failed]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done() and not task.done():
                self._failed.result()
            return await task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, PartFailed):
                await task

    async def stop(self, name: str) -> None:
        """End a part in good order; kill it when that takes too long. Nothing happens where it is not there."""
        kept = self._kept.pop(name, None)
        if kept is None or kept.keeper is None:
            return
        kept.stopping.set()
        await asyncio.wait({kept.keeper})
        kept.log.close()
        self._teller.stopped(name)

    async def stop_all(self) -> None:
        """End all parts, the last one started first."""
        for name in reversed(list(self._kept)):
            await self.stop(name)
        if not self._failed.cancel() and not self._failed.cancelled():
            self._failed.exception()  # nobody asks any more, so it must not complain of not having been heard

    def process_ids(self) -> dict[str, int]:
        """Which process each running part is."""
        return {name: kept.process.pid for name, kept in self._kept.items() if kept.process is not None}

    def restarts(self, name: str) -> int:
        """How often a part had to be started again."""
        return self._kept[name].restarts

    async def _keep(self, kept: _Kept) -> None:
        """Start the part whenever it is not running."""
        failures = 0
        while not kept.stopping.is_set():
            started = time.monotonic()
            how, misconfigured = await self._run_once(kept)
            if kept.stopping.is_set():
                return
            failures = 1 if time.monotonic() - started > HEALTHY_S else failures + 1
            if failures > MAX_FAILURES or (misconfigured and not kept.restarts):
                self._give_up(kept, how)
                return
            kept.restarts += 1
            pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (failures - 1))
            self._teller.died(kept.part.name, how, pause_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(kept.stopping.wait(), pause_s)

    async def _run_once(self, kept: _Kept) -> tuple[str, bool]:
        """Start the part and stay until it has ended; say how, and whether a person must mend it."""
        await kept.part.prepare()
        started = time.monotonic()
        process = kept.process = await asyncio.create_subprocess_exec(
            *kept.part.launch_command(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **kept.part.environment},
            cwd="/",  # wherever it runs as: a place it may enter
            start_new_session=True,  # Ctrl-C is the supervisor's to hear
        )
        reader = asyncio.create_task(_keep_words(process, kept.log))
        watcher = asyncio.create_task(self._watch(kept, started))
        watcher.add_done_callback(self._hear)
        try:
            ended = asyncio.create_task(process.wait())
            stop = asyncio.create_task(kept.stopping.wait())
            await asyncio.wait({ended, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
        finally:
            watcher.cancel()
            await _end(process, kept.part)
            kept.process = None
            await reader
        code = process.returncode
        return (_how(code), code == MISCONFIGURED_EXIT)

    async def _watch(self, kept: _Kept, started: float) -> None:
        """Tell when the part is ready; kill it when that takes too long, so that it is started anew."""
        while time.monotonic() - started < kept.part.ready_within_s:
            if await kept.part.ready():
                kept.ready.set()
                self._teller.ready(kept.part.name, time.monotonic() - started)
                return
            await asyncio.sleep(_ASK_EVERY_S)
        kept.log.write(f"not ready within {kept.part.ready_within_s:.0f} s\n".encode())
        if kept.process is not None:
            _send(kept.process, signal.SIGKILL)

    def _hear(self, task: asyncio.Task[None]) -> None:
        """Let a bug out: what a keeper or a watcher did not expect ends the box."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._failed.done():
            self._failed.set_exception(error)

    def _give_up(self, kept: _Kept, how: str) -> None:
        lines = "\n".join(f"  {line}" for line in kept.log.last_lines())
        text = (
            f"{kept.part.name} {how}；无法继续运行，最后几行日志  it cannot be kept running; its last lines, from "
            f"{kept.log.path}:\n{lines}"
        )
        if not self._failed.done():
            self._failed.set_exception(PartFailed(text))


@asynccontextmanager
async def supervising(logs: Path, teller: Teller) -> AsyncIterator[Supervisor]:
    """Give a supervisor; when the block ends, however it ends, all its parts are ended."""
    supervisor = Supervisor(logs, teller)
    try:
        yield supervisor
    finally:
        await supervisor.stop_all()


async def _keep_words(process: asyncio.subprocess.Process, log: LogFile) -> None:
    assert process.stdout is not None  # noqa: S101 - asked for above
    while chunk := await process.stdout.read(_CHUNK_BYTES):
        log.write(chunk)


async def _end(process: asyncio.subprocess.Process, part: Part) -> None:
    if process.returncode is not None:
        return
    _send(process, part.stop_signal)
    try:
        await asyncio.wait_for(process.wait(), part.stop_within_s)
    except TimeoutError:
        _send(process, signal.SIGKILL)
        await process.wait()


def _send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


def _how(code: int | None) -> str:
    if code is None or code >= 0:
        return f"自行结束，代码 {code}  ended with code {code}"
    name = signal.Signals(-code).name
    return f"被 {name} 终止  was ended by {name}"

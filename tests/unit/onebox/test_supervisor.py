"""The supervisor with small real processes: it starts, starts again, gives up, and ends them."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from deploy.onebox import supervisor as supervision
from deploy.onebox.errors import PartFailed
from deploy.onebox.part import Part
from deploy.onebox.supervisor import supervising

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


@dataclass
class Notebook:
    """What the supervisor told."""

    lines: list[str] = field(default_factory=list)

    def ready(self, part: str, seconds: float) -> None:
        self.lines.append(f"{part} ready")

    def died(self, part: str, how: str, pause_s: float) -> None:
        self.lines.append(f"{part} {how}, {pause_s:g}")

    def stopped(self, part: str) -> None:
        self.lines.append(f"{part} stopped")


def program(name: str, code: str, tmp_path: Path, **more: object) -> Part:
    """A part that is ready once its log says `up`."""

    async def ready() -> bool:
        log = tmp_path / f"{name}.log"
        return log.exists() and b"up" in log.read_bytes()

    return Part(name, (sys.executable, "-c", code), ready, **more)  # type: ignore[arg-type]


async def until(condition: Callable[[], bool], within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        await asyncio.sleep(0.02)


async def test_parts_start_in_order_and_end_in_reverse(tmp_path: Path) -> None:
    told = Notebook()
    async with supervising(tmp_path, told) as box:
        await box.start(program("a", SLEEPER, tmp_path))
        await box.start(program("b", SLEEPER, tmp_path))
        ids = box.process_ids()
    assert told.lines == ["a ready", "b ready", "b stopped", "a stopped"]
    assert not any(psutil.pid_exists(pid) for pid in ids.values())


async def test_a_killed_part_is_started_again(tmp_path: Path) -> None:
    told = Notebook()
    async with supervising(tmp_path, told) as box:
        await box.start(program("a", SLEEPER, tmp_path))
        first = box.process_ids()["a"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: box.process_ids().get("a", first) != first)
        await until(lambda: told.lines.count("a ready") == 2)
        assert box.restarts("a") == 1
    assert told.lines[1] == "a 被 SIGKILL 终止  was ended by SIGKILL, 0.2"


async def test_pauses_grow_and_the_last_lines_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervision, "LONGEST_PAUSE_S", 0.04)
    monkeypatch.setattr(supervision, "MAX_FAILURES", 4)
    told = Notebook()
    async with supervising(tmp_path, told) as box:
        with pytest.raises(PartFailed, match=r"代码 3  ended with code 3；无法继续运行(.|\n)*no such table"):
            await box.start(program("a", "print('no such table'); raise SystemExit(3)", tmp_path))
    pauses = [line.rpartition(", ")[2] for line in told.lines if "ended" in line]
    assert pauses == ["0.01", "0.02", "0.04", "0.04"]


async def test_what_a_person_must_fix_is_not_tried_again(tmp_path: Path) -> None:
    told = Notebook()
    async with supervising(tmp_path, told) as box:
        with pytest.raises(PartFailed, match="a typo"):
            await box.start(program("a", "print('a typo'); raise SystemExit(2)", tmp_path))
    assert told.lines == ["a stopped"]


async def test_a_part_that_is_never_ready_is_started_anew(tmp_path: Path) -> None:
    told = Notebook()
    part = program("a", "import time; time.sleep(600)", tmp_path, ready_within_s=0.3)
    async with supervising(tmp_path, told) as box:
        start = asyncio.create_task(box.start(part))
        await until(lambda: "a 被 SIGKILL 终止  was ended by SIGKILL, 0.2" in told.lines)
        start.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await start
    assert b"not ready within" in (tmp_path / "a.log").read_bytes()


async def test_a_deaf_part_is_killed(tmp_path: Path) -> None:
    async with supervising(tmp_path, Notebook()) as box:
        await box.start(program("a", DEAF, tmp_path, stop_within_s=0.3))
        pid = box.process_ids()["a"]
    assert not psutil.pid_exists(pid)


async def test_work_is_cancelled_when_a_part_fails_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "MAX_FAILURES", 1)
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    async with supervising(tmp_path, Notebook()) as box:
        await box.start(program("a", "import time; print('up', flush=True); time.sleep(0.5)", tmp_path))
        with pytest.raises(PartFailed):
            await box.guard(work())
    assert cancelled.is_set()


async def test_a_bug_in_a_ready_check_comes_out(tmp_path: Path) -> None:
    async def broken() -> bool:
        raise ZeroDivisionError

    check: Callable[[], Awaitable[bool]] = broken
    async with supervising(tmp_path, Notebook()) as box:
        with pytest.raises(ZeroDivisionError):
            await box.start(Part("a", (sys.executable, "-c", SLEEPER), check))


ORPHANAGE = """
import asyncio, sys
from pathlib import Path
from deploy.onebox.part import Part
from deploy.onebox.supervisor import supervising
from tests.unit.onebox.test_supervisor import Notebook, SLEEPER, program

async def main():
    async with supervising(Path(sys.argv[1]), Notebook()) as box:
        await box.start(program("a", SLEEPER, Path(sys.argv[1])))
        print(box.process_ids()["a"], flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def test_no_part_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANAGE, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as box:
        assert box.stdout is not None
        child = psutil.Process(int(box.stdout.readline()))
        box.kill()
        box.wait()
        _, alive = psutil.wait_procs([child], timeout=5)
    assert not alive

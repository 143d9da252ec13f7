"""The driver against the board's real program, over a pseudo-terminal."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from firmware_bridge.buses import BoardLine, Seen
from firmware_bridge.codecs.bridge import Event, HelloReply, Setting, Source
from firmware_bridge.drivers import Board, Program, UpdateFailed
from firmware_bridge.errors import DeviceFault, LineLost, Refused
from firmware_bridge.firmware.signing import development_key, signature
from firmware_bridge.transports import DescriptorLine
from tests.firmware.qemu import Qemu
from tests.firmware.toolchain import Builder

NEW = (0, 2, 7)
SOON_S = 30.0


@asynccontextmanager
async def plugged(qemu: Qemu, stored: int = 0) -> AsyncIterator[Board]:
    line = DescriptorLine(os.dup(qemu.line), "board")
    yield Board(line, stored)
    await line.close()


async def gather(board: Board, enough: Callable[[list[Event]], bool]) -> list[Event]:
    """Take events and acknowledge them until there are enough."""
    taken: list[Event] = []
    async with asyncio.timeout(SOON_S):
        while not enough(taken):
            with suppress(DeviceFault):  # the machine is busy
                await board.state()
                events = await board.events(0.1)
                if events:
                    taken += events
                    await board.acknowledge(events[-1])
    return taken


async def hello(board: Board) -> HelloReply:
    async with asyncio.timeout(SOON_S):
        while True:
            with suppress(DeviceFault):
                return await board.hello()


def loops(events: list[Event]) -> list[int]:
    return [event.value for event in events if event.source is Source.LOOP]


async def test_events_over_a_restart_each_once(qemu: Qemu) -> None:
    qemu.start()
    async with plugged(qemu) as board:
        assert (await hello(board)).next_event >= 1
        qemu.drive(b"\1")
        first = await gather(board, lambda events: loops(events) == [1])
    qemu.kill()
    qemu.start(b"\0")
    async with plugged(qemu, stored=first[-1].number) as board:
        await hello(board)
        second = await gather(board, lambda events: loops(events) == [0])
        assert (await board.state()).queued == 0
    numbers = [event.number for event in first + second]
    assert numbers == list(range(1, len(numbers) + 1))


@dataclass(frozen=True, slots=True)
class Socket:
    """A port that is there while the board is on."""

    qemu: Qemu
    name: str = "board"

    async def open(self) -> DescriptorLine:
        if self.qemu.line < 0:
            raise LineLost("board: off")
        return DescriptorLine(os.dup(self.qemu.line), self.name)


async def test_the_task_of_a_board_goes_on_over_a_power_cut(qemu: Qemu) -> None:
    """Each event once, and its standing says when it was gone."""
    taken: list[Event] = []

    async def take(seen: Seen) -> None:
        taken.extend(seen.events)

    async def wait_for(happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON_S):
            while not happened():  # noqa: ASYNC110  # the board is another process
                await asyncio.sleep(0.05)

    line = BoardLine(Socket(qemu), stored=0, take=take, clock=lambda: datetime.now(UTC), draw=lambda: 0.0)
    qemu.start()
    working = asyncio.create_task(line.run())
    await wait_for(lambda: line.standing.live is True)
    qemu.drive(b"\1")
    await wait_for(lambda: loops(taken) == [1])
    qemu.kill()
    await wait_for(lambda: line.standing.live is False)
    qemu.start(b"\0")
    await wait_for(lambda: loops(taken) == [1, 0])
    working.cancel()
    await asyncio.wait([working])
    assert [event.number for event in taken] == list(range(1, len(taken) + 1))


async def test_settings_and_self_test(qemu: Qemu) -> None:
    qemu.start()
    async with plugged(qemu) as board:
        await hello(board)
        assert await board.setting(Setting.DEBOUNCE_MS) == 30
        await board.set_setting(Setting.DEBOUNCE_MS, 50)
        assert await board.setting(Setting.DEBOUNCE_MS) == 50
        with pytest.raises(Refused, match="bad value"):
            await board.set_setting(Setting.DEBOUNCE_MS, 1)
        assert await board.self_test() == 0


async def test_an_update_and_one_with_a_wrong_signature(qemu: Qemu, builder: Builder) -> None:
    folder = builder.make("lm3s6965evb", f"VERSION={'.'.join(map(str, NEW))}")
    image = (folder / "lm3s6965evb" / "program.bin").read_bytes()
    good = signature(image, development_key())
    wrong = bytes([good[0] ^ 1]) + good[1:]
    seen: list[tuple[int, int]] = []
    qemu.start()
    async with plugged(qemu) as board:
        await hello(board)
        with pytest.raises(UpdateFailed, match="signature wrong"):
            await board.update(Program(image, NEW, wrong))
        await board.update(Program(image, NEW, good), lambda done, size: seen.append((done, size)))
        await board.restart()
        async with asyncio.timeout(SOON_S):
            while (told := await hello(board)).slot == 0:
                continue
    assert (told.major, told.minor, told.patch) == NEW
    assert seen[-1] == (len(image), len(image))

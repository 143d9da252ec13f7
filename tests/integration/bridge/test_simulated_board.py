"""`linli-bridge simulate --board`: the simulation and the real program pass the same tests, over a pseudo-terminal."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_bridge.codecs.bridge import Event, HelloReply, Setting, Source
from firmware_bridge.drivers import Board
from firmware_bridge.errors import DeviceFault, Refused
from firmware_bridge.simulators.emulated_board import missing
from firmware_bridge.transports import SerialFormat, SerialPort

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOON_S = 60.0
KINDS = [
    pytest.param("--no-qemu", id="simulated"),
    pytest.param("--qemu", id="qemu", marks=pytest.mark.skipif(bool(missing()), reason=f"apt-get install {missing()}")),
]
Say = Callable[[str], None]


@asynccontextmanager
async def started(kind: str, link: Path) -> AsyncIterator[tuple[Board, Say]]:
    command = (sys.executable, "-m", "firmware_bridge", "simulate", "--board", kind, "--link", str(link))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    inputs = process.stdin
    try:
        async with asyncio.timeout(SOON_S):
            said = (await process.stdout.readline()).decode()
        assert "虚构" in said
        line = await SerialPort(link, SerialFormat.parse("115200-8N1")).open()
        yield Board(line), lambda words: inputs.write(f"{words}\n".encode())
        await line.close()
    finally:
        process.terminate()
        await process.wait()


async def hello(board: Board) -> HelloReply:
    async with asyncio.timeout(SOON_S):
        while True:
            with suppress(DeviceFault):
                return await board.hello()


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


def of(events: list[Event], source: Source) -> list[tuple[int, int]]:
    return [(event.value, event.counter) for event in events if event.source is source]


@pytest.mark.parametrize("kind", KINDS)
async def test_inputs_become_events_each_once_with_the_time_that_was_set(kind: str, tmp_path: Path) -> None:
    async with started(kind, tmp_path / "board") as (board, say):
        assert (await hello(board)).oldest_event == 1
        await board.set_time(NOW)
        say("door 1")
        first = await gather(board, lambda events: len(of(events, Source.DOOR)) == 1)
        say("door 0")
        second = await gather(board, lambda events: len(of(events, Source.DOOR)) == 1)
        say("fire_lane 1")
        third = await gather(board, lambda events: len(of(events, Source.FIRE_LANE)) == 1)
        state = await board.state()
    events = first + second + third
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert events[0].source is Source.BOOT
    assert of(events, Source.DOOR) == [(1, 1), (0, 1)]
    assert (state.inputs, state.door_count, state.queued, state.dropped) == (0b1000, 1, 0, 0)
    assert all(0 <= event.at_s - NOW.timestamp() < SOON_S for event in second)


async def test_settings_outputs_and_self_test_of_the_simulation(tmp_path: Path) -> None:
    """Those of the real program are in test_board_in_qemu."""
    async with started("--no-qemu", tmp_path / "board") as (board, _):
        await hello(board)
        assert await board.setting(Setting.DEBOUNCE_MS) == 30
        await board.set_setting(Setting.DEBOUNCE_MS, 50)
        assert await board.setting(Setting.DEBOUNCE_MS) == 50
        with pytest.raises(Refused, match="bad value"):
            await board.set_setting(Setting.DEBOUNCE_MS, 1)
        assert await board.self_test() == 0
        await board.set_output(1, 1)
        assert (await board.state()).outputs == 0b10

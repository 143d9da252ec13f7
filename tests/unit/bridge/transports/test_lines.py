"""One suite for all kinds of lines."""

import asyncio
import errno
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.transports import Line, TcpLine, TcpPort
from tests.unit.bridge.transports.ends import KINDS, PLAIN, Ends

SOON_S = 5.0  # for what must happen; only a failing test waits so long


@pytest.fixture(params=KINDS)
async def ends(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ends]:
    async with KINDS[request.param](tmp_path) as both:
        yield both


async def receive(line: Line, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := await line.read(SOON_S)):
        data += piece
    return data


async def write_on(line: Line) -> None:
    """TCP tells a loss only with the second write."""
    for _ in range(100):
        await line.write(b"\x68")
        await asyncio.sleep(0.01)


async def test_every_byte_passes_both_ways(ends: Ends) -> None:
    data = bytes(range(256)) * 2
    for source, target in ((ends.near, ends.far), (ends.far, ends.near)):
        await source.write(data)
        assert await receive(target, len(data)) == data


async def test_silence_is_told_after_its_time_and_not_before(ends: Ends) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await ends.near.read(0.05) == b""
    assert loop.time() - began >= 0.045


async def test_what_came_while_the_machine_stalled_is_no_silence(ends: Ends) -> None:
    """The time is over and the bytes are there in the same turn of the loop."""

    async def stall() -> None:
        await ends.far.write(b"\x68")
        time.sleep(0.5)  # noqa: ASYNC251  # that is what stalls

    reading = asyncio.create_task(ends.near.read(0.4))
    await asyncio.sleep(0.01)
    stalling = asyncio.create_task(stall())
    assert await reading == b"\x68"
    await stalling


async def test_bytes_are_told_at_once(ends: Ends) -> None:
    await ends.far.write(b"\x68")
    began = asyncio.get_running_loop().time()
    assert await ends.near.read(SOON_S) == b"\x68"
    assert asyncio.get_running_loop().time() - began < SOON_S / 2


async def test_a_reader_that_waits_is_woken(ends: Ends) -> None:
    reading = asyncio.create_task(ends.near.read(SOON_S))
    await asyncio.sleep(0)
    await ends.far.write(b"\x16")
    assert await reading == b"\x16"


async def test_a_silent_read_loses_nothing_that_comes_later(ends: Ends) -> None:
    assert await ends.near.read(0.01) == b""
    await ends.far.write(b"\x01\x02")
    assert await receive(ends.near, 2) == b"\x01\x02"


@pytest.mark.parametrize("ends", ["serial", "tcp"], indirect=True)  # the memory has the time of a byte: half a minute
async def test_more_than_the_system_buffers(ends: Ends) -> None:
    """Of a pseudo-terminal 4 KiB; the writer waits for room."""
    data = bytes(range(256)) * 128
    writing = asyncio.create_task(ends.near.write(data))
    assert await receive(ends.far, len(data)) == data
    await writing


async def test_a_broken_line_is_lost_for_readers_and_writers(ends: Ends) -> None:
    await ends.break_far()
    with pytest.raises(LineLost):
        await ends.near.read(SOON_S)
    with pytest.raises(LineLost):
        await write_on(ends.near)


async def test_a_waiting_reader_hears_of_the_loss(ends: Ends) -> None:
    reading = asyncio.create_task(ends.near.read(SOON_S))
    await asyncio.sleep(0)
    await ends.break_far()
    with pytest.raises(LineLost):
        await reading


async def test_closing_twice_does_nothing(ends: Ends) -> None:
    await ends.near.close()
    await ends.near.close()
    with pytest.raises(LineLost):
        await ends.near.write(b"\x68")


def test_the_time_of_a_byte(ends: Ends) -> None:
    assert ends.near.byte_s == PLAIN.byte_s == 10 / 9600


@pytest.mark.parametrize("host", ["a..b", "x" * 64])
async def test_what_is_no_host(host: str) -> None:
    with pytest.raises(Misconfigured, match="no host"):
        await TcpPort(host, 4001).open()


async def test_a_gateway_that_answers_no_keepalive_is_lost(tmp_path: Path) -> None:
    """The system says so by a TimeoutError, which is no silence."""
    async with KINDS["tcp"](tmp_path) as both:
        line = both.near
        assert isinstance(line, TcpLine)
        line._reader.set_exception(TimeoutError(errno.ETIMEDOUT, "Connection timed out"))
        with pytest.raises(LineLost, match="timed out"):
            await line.read(0.01)

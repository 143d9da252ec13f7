"""A far end that answers as it was told to, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from firmware_bridge.codecs.dlt645 import Address, Control, Decoder, Frame, ReadReply, meaning, read
from firmware_bridge.errors import LineLost
from firmware_bridge.sessions import Patience, Session
from firmware_bridge.transports import Line, NullModem, Wear
from tests.unit.bridge.virtual_time import run

T = TypeVar("T")

ENERGY = 0x00010000
METER = Address("000000000161")
OTHER = Address("000000000162")
REQUEST = read(METER, ENERGY).raw
PATIENCE = Patience(answer_s=0.5, silence_s=0.1, gap_s=0.03)


def reply(address: Address = METER, identifier: int = ENERGY, value: bytes = b"\x26\0\0\0") -> bytes:
    return Frame(address, Control(0x11, reply=True), identifier.to_bytes(4, "little") + value).raw


Said = tuple[float, bytes]
"""After how many seconds, what."""


async def station(line: Line, answers: Sequence[Sequence[Said]], heard: list[float]) -> None:
    """Wait for a request, say the next of the answers; then nothing any more."""
    decoder, script = Decoder(), iter(answers)
    with suppress(LineLost):
        while True:
            for item in decoder.feed(await line.read(3600.0)):
                if isinstance(item, Frame) and not item.control.reply:
                    heard.append(asyncio.get_running_loop().time())
                    for wait_s, said in next(script, ()):
                        await asyncio.sleep(wait_s)
                        await line.write(said)


def take(frame: Frame) -> bytes | None:
    said = meaning(frame)
    mine = isinstance(said, ReadReply) and (frame.address, said.identifier) == (METER, ENERGY)
    return said.data if mine and isinstance(said, ReadReply) else None


def talk(
    answers: Sequence[Sequence[Said]],
    main: Callable[[Session[Frame], NullModem, list[Frame]], Awaitable[T]],
    wear: Wear | None = None,
    patience: Patience = PATIENCE,
) -> tuple[T, list[float], float]:
    """Run `main` against a station; returns its result, when requests were heard, and how long it took."""

    async def scene() -> tuple[T, list[float], float]:
        modem, heard, overheard = NullModem(wear or Wear(), seed=1), list[float](), list[Frame]()
        answering = asyncio.create_task(station(modem.far, answers, heard))
        session = Session[Frame](modem.near, Decoder, patience, overheard=overheard.append)
        result = await main(session, modem, overheard)
        took = asyncio.get_running_loop().time()
        await modem.near.close()
        await answering
        return result, heard, took

    return run(scene())

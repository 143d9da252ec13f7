"""Simulated devices that share a line."""

import asyncio
import random
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, Generic, Protocol, TypeVar

from firmware_bridge.codecs.garbage import Framed, Garbage
from firmware_bridge.sessions import Decoder
from firmware_bridge.simulators.faults import Faults
from firmware_bridge.transports import Line

F = TypeVar("F", bound=Framed)
F_contra = TypeVar("F_contra", bound=Framed, contravariant=True)

SILENCE_S: Final = 0.1  # after which a frame that is not complete will not be


class Simulator(Protocol[F_contra]):
    """A simulated device."""

    @property
    def faults(self) -> Faults: ...

    def answer(self, frame: F_contra) -> bytes | None:
        """Answer a frame; None for what is not for this device."""


Said = tuple[Faults, bytes]


class Listening(Protocol):
    """Devices of one protocol on a line."""

    def hear(self, data: bytes) -> list[list[Said]]:
        """Take what came, nothing for a silence; for each frame what devices answer to it."""


class Station(Generic[F]):
    """Devices that speak what `decoder` reads."""

    def __init__(self, decoder: Decoder[F], devices: Sequence[Simulator[F]]) -> None:
        self._decoder = decoder
        self._devices = devices

    def hear(self, data: bytes) -> list[list[Said]]:
        items = self._decoder.feed(data) if data else self._decoder.flush()
        return [self._answers(item) for item in items if not isinstance(item, Garbage)]

    def _answers(self, frame: F) -> list[Said]:
        answers = ((device.faults, device.answer(frame)) for device in self._devices)
        return [(faults, answer) for faults, answer in answers if answer is not None]


async def serve(line: Line, stations: Sequence[Listening], seed: int = 0) -> None:
    """Answer on a line until it is lost. Devices that answer at once collide.

    Raises:
        LineLost: the line is gone.
    """
    draw = random.Random(seed)  # noqa: S311  # faults, not secrets
    while True:
        data = await line.read(SILENCE_S)
        for station in stations:
            for answers in station.hear(data):
                await _answer(line, answers, draw)


async def _answer(line: Line, said: Sequence[Said], draw: random.Random) -> None:
    spoilt = [(faults.delay_s, faults.spoil(answer, draw)) for faults, answer in said]
    answers = [(delay_s, answer) for delay_s, answer in spoilt if answer]
    if answers:
        await asyncio.sleep(max(delay_s for delay_s, _ in answers))
        await line.write(_collided([answer for _, answer in answers]))


def _collided(answers: Sequence[bytes]) -> bytes:
    """Two drivers on one pair of wires: the lower level wins, as on most adapters; one alone is whole."""
    out = bytearray()
    for column in zip_longest(*answers, fillvalue=0xFF):
        level = 0xFF
        for byte in column:
            level &= byte
        out.append(level)
    return bytes(out)

"""A null modem in memory, worse than any cable if asked to be: for tests, benchmarks and simulated lines."""

import asyncio
import random
from dataclasses import dataclass
from typing import Final

from firmware_bridge.transports.inbox import Inbox


@dataclass(frozen=True, slots=True)
class Wear:
    """What is wrong with a cable.

    Attributes:
        loss: share of bytes that vanish, 0 to 1.
        noise: share of bytes that change.
        delay_s: until the first byte of a write comes out.
        byte_s: time of a byte, as a serial line has it; 0: all at once.
        echo: who writes hears it, as two-wire adapters give it.
        longest_piece: bytes that arrive at once; 0: as they were written.
    """

    loss: float = 0.0
    noise: float = 0.0
    delay_s: float = 0.0
    byte_s: float = 0.0
    echo: bool = False
    longest_piece: int = 0


GOOD: Final = Wear()


class NullModem:
    """Two lines, `near` and `far`; what is written into one comes out of the other. The same seed, the same faults."""

    def __init__(self, wear: Wear = GOOD, seed: int = 0) -> None:
        self._wear = wear
        self._random = random.Random(seed)  # noqa: S311  # faults, not secrets
        near, far = Inbox("memory:near"), Inbox("memory:far")
        self.near = MemoryLine(self, "memory:near", near, far)
        self.far = MemoryLine(self, "memory:far", far, near)

    @property
    def byte_s(self) -> float:
        return self._wear.byte_s

    def carry(self, data: bytes, source: Inbox, target: Inbox, free_at: float) -> float:
        """Schedule the arrival of bytes; returns when the cable is free again in that direction."""
        loop = asyncio.get_running_loop()
        at = max(loop.time(), free_at)
        size = self._wear.longest_piece or len(data) or 1
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            at += len(piece) * self._wear.byte_s
            if self._wear.echo:
                _deliver(loop, at, source, piece)
            _deliver(loop, at + self._wear.delay_s, target, self._worn(piece))
        return at

    def cut(self) -> None:
        """Pull the cable: both ends are lost."""
        for line in (self.near, self.far):
            line.inbox.lose("线缆被拔出 the cable was pulled")

    def _worn(self, data: bytes) -> bytes:
        kept = (byte for byte in data if self._random.random() >= self._wear.loss)
        return bytes(
            byte ^ self._random.randrange(1, 256) if self._random.random() < self._wear.noise else byte for byte in kept
        )


class MemoryLine:
    """One end of a `NullModem`."""

    def __init__(self, modem: NullModem, name: str, inbox: Inbox, other: Inbox) -> None:
        self.name = name
        self.inbox = inbox
        self._modem = modem
        self._other = other
        self._free_at = 0.0

    @property
    def byte_s(self) -> float:
        return self._modem.byte_s

    async def write(self, data: bytes) -> None:
        self.inbox.check()
        self._free_at = self._modem.carry(data, self.inbox, self._other, self._free_at)

    async def read(self, within_s: float) -> bytes:
        return await self.inbox.take(within_s)

    async def close(self) -> None:
        self.inbox.lose("已关闭 closed")
        self._other.lose("对端已关闭 the other end is closed")


def _deliver(loop: asyncio.AbstractEventLoop, at: float, inbox: Inbox, data: bytes) -> None:
    if at <= loop.time():
        inbox.put(data)
    else:
        loop.call_at(at, inbox.put, data)

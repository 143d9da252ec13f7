"""Bytes that came and were not read yet."""

import asyncio
from typing import Final

from firmware_bridge.errors import LineLost

LONGEST: Final = (
    65536  # bytes; more than a minute at 9600 baud. What nobody reads for so long is dropped, oldest first.
)


class Inbox:
    """Bytes from a callback to whoever waits for them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bytes = bytearray()
        self._lost: str | None = None
        self._changed = asyncio.Event()

    def put(self, data: bytes) -> None:
        self._bytes += data
        del self._bytes[:-LONGEST]
        self._changed.set()

    def lose(self, why: str) -> None:
        """Say that no more will come; the first reason stays."""
        self._lost = self._lost or why
        self._changed.set()

    def check(self) -> None:
        """Tell whether the line is still there.

        Raises:
            LineLost: it is not.
        """
        if self._lost is not None:
            raise LineLost(f"{self._name}: {self._lost}")

    async def take(self, within_s: float) -> bytes:
        """As `Line.read`."""
        if not self._bytes:
            self.check()
            self._changed.clear()
            try:
                async with asyncio.timeout(within_s):
                    await self._changed.wait()
            except TimeoutError:
                if not self._bytes:  # they may have come at once with the end of the time, on a machine that stalls
                    return b""
            if not self._bytes:
                self.check()
        data = bytes(self._bytes)
        self._bytes.clear()
        return data

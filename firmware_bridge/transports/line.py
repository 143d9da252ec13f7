"""What every line of bytes can do."""

from typing import Protocol


class Line(Protocol):
    """An open line. One task at a time writes and reads it, as only one may speak on RS-485."""

    @property
    def name(self) -> str:
        """For people: the path of the adapter, or host and port."""

    @property
    def byte_s(self) -> float:
        """Seconds that a byte takes on the wire; 0 where that is not known."""

    async def write(self, data: bytes) -> None:
        """Return once the bytes are handed over; they may still be on their way for `len(data) * byte_s`.

        Raises:
            LineLost: the line takes no bytes any more.
        """

    async def read(self, within_s: float) -> bytes:
        """Return what has come, as soon as anything has; nothing if the line is silent for `within_s` seconds.

        Raises:
            LineLost: the line is gone, and all that came before has been read.
        """

    async def close(self) -> None:
        """Give the line back; a second time does nothing."""


class Port(Protocol):
    """Where a line is to be had, again and again: after an adapter was unplugged it comes back here."""

    @property
    def name(self) -> str: ...

    async def open(self) -> Line:
        """Open the line.

        Raises:
            LineLost: there is no such adapter or gateway now.
            Misconfigured: it does not take these settings.
        """

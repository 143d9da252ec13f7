"""The decoder of protocols whose frames tell their length: DL/T 645, CJ/T 188, which begin with 68, and others."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from firmware_bridge.codecs.garbage import Framed, Garbage, Reason

START: Final = 0x68
END: Final = 0x16
WAKE_UP: Final = 0xFE  # what a sender puts before a frame so that a sleeping receiver wakes
_RUNS: Final = re.compile(rb"\xfe+|[^\xfe]+")
_START: Final = re.compile(rb"\x68")

F = TypeVar("F", bound=Framed)


@dataclass(frozen=True, slots=True)
class Found(Generic[F]):
    """A frame begins here and takes `length` bytes."""

    frame: F
    length: int


@dataclass(frozen=True, slots=True)
class Fault:
    """No frame begins here; `length` is how many bytes it would have taken, as far as that can be told."""

    reason: Reason
    length: int = 1


def unsound(buffer: bytearray, at: int, end: int) -> Fault | None:
    """What is wrong with how the bytes from `at` to `end` close, by a sum modulo 256 and an end byte; None: nothing."""
    if sum(buffer[at : end - 2]) & 0xFF != buffer[end - 2]:
        return Fault(Reason.BAD_CHECKSUM, end - at)
    return Fault(Reason.BAD_END, end - at) if buffer[end - 1] != END else None


Judge = Callable[[bytearray, int], Found[F] | Fault | None]
"""Look at a buffer from a start byte on: a frame, why there is none, or None while more bytes are needed.

It must decide within a fixed number of bytes: that bounds the memory and the time of a `Scanner`.
"""


@dataclass(slots=True)
class _Waste:
    reason: Reason
    start: int
    end: int


class Scanner(Generic[F]):
    """Incremental parser: survives split, merged and damaged input.

    After a bad frame the search goes on at its second byte, so a good frame that begins inside a bad one is found.
    Until then, bytes of the bad one carry its reason. Between calls fewer bytes are kept than the longest frame has.
    """

    def __init__(self, judge: Judge[F], starts: re.Pattern[bytes] = _START) -> None:
        """Take what looks at a start byte, and a pattern of one byte for where to look."""
        self._judge = judge
        self._starts = starts
        self._buffer = bytearray()
        self._blame = Reason.NOISE
        self._blamed = 0  # of the bytes from here on, so many would have belonged to a bad frame

    def feed(self, data: bytes) -> list[F | Garbage]:
        """Take any slice of the line; return what it completed, in line order."""
        self._buffer += data
        return self._scan(final=False)

    def flush(self) -> list[F | Garbage]:
        """Give up waiting: return the rest, which may hold good frames behind a false start."""
        return self._scan(final=True)

    def _scan(self, *, final: bool) -> list[F | Garbage]:
        buffer, at = self._buffer, 0
        out: list[F | _Waste] = []
        while at < len(buffer):
            begin = self._starts.search(buffer, at)
            start = begin.start() if begin else len(buffer)
            self._waste(out, at, start)
            at = start
            if at == len(buffer):
                break
            verdict = self._judge(buffer, at)
            if isinstance(verdict, Found):
                out.append(verdict.frame)
                self._blamed = 0
                at += verdict.length
                continue
            if verdict is None and not final:
                break
            self._accuse(verdict or Fault(Reason.CUT_OFF, len(buffer) - at))
            self._waste(out, at, at + 1)
            at += 1
        items = [
            Garbage(bytes(buffer[item.start : item.end]), item.reason) if isinstance(item, _Waste) else item
            for item in out
        ]
        del buffer[:at]
        return items

    def _accuse(self, fault: Fault) -> None:
        if not self._blamed:
            self._blame, self._blamed = fault.reason, fault.length

    def _waste(self, out: list[F | _Waste], start: int, end: int) -> None:
        """Account for bytes without a frame: first those of a bad frame, then wake-up bytes and noise."""
        blamed = min(self._blamed, end - start)
        self._blamed -= blamed
        if blamed:
            _add(out, self._blame, start, start + blamed)
            start += blamed
        for run in _RUNS.finditer(self._buffer[start:end]):
            reason = Reason.WAKE_UP if run[0][0] == WAKE_UP else Reason.NOISE
            _add(out, reason, start + run.start(), start + run.end())


def _add(out: "list[F | _Waste]", reason: Reason, start: int, end: int) -> None:
    last = out[-1] if out else None
    if isinstance(last, _Waste) and last.reason is reason:
        last.end = end
    else:
        out.append(_Waste(reason, start, end))

"""Finding the board's frames in a line."""

from firmware_bridge.codecs.bridge.cobs import DELIMITER
from firmware_bridge.codecs.bridge.frame import LONGEST_FRAME, Frame
from firmware_bridge.codecs.garbage import Garbage, Reason


class Decoder:
    """Incremental parser: survives split, merged and damaged input.

    A zero ends every frame, so a bad one costs what stands before its zero and nothing behind it. Between calls fewer
    bytes are kept than the longest frame has.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._too_long = False  # what comes until the next zero belongs to something longer than any frame

    def feed(self, data: bytes) -> list[Frame | Garbage]:
        """Take any slice of the line; return what it completed, in line order."""
        out: list[Frame | Garbage] = []
        start = 0
        while (zero := data.find(DELIMITER, start)) >= 0:
            out.append(self._ended(data[start:zero]))
            start = zero + 1
        self._buffer += data[start:]
        if self._too_long or len(self._buffer) >= LONGEST_FRAME:
            out += self._drop(Reason.TOO_LONG)
            self._too_long = True
        return out

    def flush(self) -> list[Frame | Garbage]:
        """Give up waiting for a zero: return the rest as cut off."""
        out = self._drop(Reason.CUT_OFF)
        self._too_long = False
        return out

    def _ended(self, tail: bytes) -> Frame | Garbage:
        coded = bytes(self._buffer) + tail
        verdict = Reason.TOO_LONG if self._too_long else Frame.from_coded(coded)
        self._buffer.clear()
        self._too_long = False
        return Garbage(coded + bytes([DELIMITER]), verdict) if isinstance(verdict, Reason) else verdict

    def _drop(self, reason: Reason) -> list[Frame | Garbage]:
        raw = bytes(self._buffer)
        self._buffer.clear()
        return [Garbage(raw, reason)] if raw else []

"""Seconds along a stream by its own time stamps, which may be missing, go back or jump."""

from fractions import Fraction
from typing import Final

from edge.sources.opening import VideoPacket

MAX_STEP_S: Final = 60.0  # a longer step is a broken counter, not time that has passed: nobody is fined for it
DEFAULT_STEP_S: Final = 0.04


class Timeline:
    """Starts at 0 with the first packet and never goes back."""

    def __init__(self, rate: Fraction | None) -> None:
        """Take the stream's pictures per second as the step wherever a stamp is missing or wrong."""
        self._step_s = float(1 / rate) if rate else DEFAULT_STEP_S
        self._longest_s = max(MAX_STEP_S, 3 * self._step_s)  # a time-lapse has a picture in minutes
        self._shift_s: float | None = None
        self._at_s = -self._step_s

    def place(self, packet: VideoPacket) -> float:
        """Return the packet's place in seconds. Packets are given in decoding order."""
        stamp = packet.dts if packet.dts is not None else packet.pts
        return self.at(None if stamp is None else float(stamp * packet.time_base))

    def at(self, stamp_s: float | None) -> float:
        """Return the place of a time stamp; after a jump time goes on by one step."""
        expected = self._at_s + self._step_s
        if stamp_s is None:
            self._at_s = expected
        else:
            self._at_s = self._shifted(stamp_s, expected)
        return self._at_s

    def _shifted(self, stamp_s: float, expected: float) -> float:
        if self._shift_s is None:
            self._shift_s = expected - stamp_s
        at_s = stamp_s + self._shift_s
        if self._at_s <= at_s <= self._at_s + self._longest_s:
            return at_s
        self._shift_s = expected - stamp_s
        return expected

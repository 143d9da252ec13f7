"""Seconds along a stream by its own time stamps, which may be missing, go back or jump."""

from fractions import Fraction
from typing import Final

from edge.sources.opening import VideoPacket

MAX_STEP_S: Final = 60.0  # a longer step is a broken counter, not time that has passed: nobody is fined for it
REORDER_S: Final = 1.0  # pictures are decoded before others that are shown earlier, by up to 16 of them
DEFAULT_STEP_S: Final = 0.04


class Timeline:
    """Starts at 0 with the first packet and never goes back. The packets are of one stream, so of one time base."""

    def __init__(self, rate: Fraction | None) -> None:
        """Take the stream's pictures per second as the step wherever a stamp is missing or wrong."""
        self._step_s = float(1 / rate) if rate else DEFAULT_STEP_S
        self._longest_s = max(MAX_STEP_S, 3 * self._step_s)  # a time-lapse has a picture in minutes
        self._tick: tuple[int, int] | None = None  # a fraction is made anew each time a packet is asked for it
        self._shift_s: float | None = None
        self._at_s = -self._step_s

    def place(self, packet: VideoPacket) -> float:
        """Return the packet's place in seconds. Packets are given in decoding order."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        if self._tick is None:
            self._tick = packet.time_base.as_integer_ratio()
        seconds, ticks = self._tick
        return self.at(None if stamp is None else stamp * seconds / ticks)

    def at(self, stamp_s: float | None) -> float:
        """Return the place of a time stamp; after a jump time goes on by one step."""
        expected_s = self._at_s + self._step_s
        if stamp_s is None:
            self._at_s = expected_s
            return expected_s
        if self._shift_s is None or not self._is_near(stamp_s + self._shift_s):
            self._shift_s = expected_s - stamp_s
        self._at_s = max(self._at_s, stamp_s + self._shift_s)
        return self._at_s

    def _is_near(self, at_s: float) -> bool:
        return self._at_s - REORDER_S <= at_s <= self._at_s + self._longest_s

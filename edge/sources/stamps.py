"""From a stream's own time stamps to a camera's timeline, for falls: gravity is measured by them.

How packets arrive says little: a network holds some back and brings the next ones at once. So the distance of two
pictures is that of their stamps, and arrival only says where on the timeline the stream lies, corrected so slowly that
no fall notices. What a broken counter makes of it:

- A stamp that is missing: the packet comes a step after the one before.
- A jump, forward or back: the stamps are anchored anew at the arrival, or in a recording a step after the one before.
  `Placed.jumped` says so, for the distance to the picture before is not to be relied on.
- A stamp that goes back by more than pictures are reordered is a jump, whether or not packets lie unread.
- A stamp that repeats or goes back a little: two pictures of one time. Who takes the pictures drops the second.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from edge.sources.timeline import DEFAULT_STEP_S, MAX_STEP_S, REORDER_S

AHEAD_S: Final = 0.5  # no picture comes before it was taken: the counter runs wild, or what was first was held up
LAG_S: Final = 1.5  # behind its arrival: the reader does not keep up, or where it waits for packets, the counter jumped
SLEW: Final = 500e-6  # of the time passed, as adjtime(3) corrects a clock; it changes a measured gravity by 0.1 %


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a packet's picture lies.

    Attributes:
        at_s: seconds on the timeline; packets come in decoding order, so it may go back by a few pictures.
        jumped: its distance to the one before is made up.
        stamped: whether the packet said its time.
        behind: the reader does not keep up: it came more than `LAG_S` late, or it is one of those read at once since.
    """

    at_s: float
    jumped: bool = False
    stamped: bool = True
    behind: bool = False


class LiveStamps:
    """Of a camera that sends now."""

    def __init__(self, rate: Fraction | None) -> None:
        """Take the stream's pictures per second as the step wherever a stamp is missing."""
        self._step_s = float(1 / rate) if rate else DEFAULT_STEP_S
        self._last_s: float | None = None  # the stamp before
        self._shift_s = 0.0
        self._behind = False

    def place(self, stamp_s: float | None, now_s: float, *, idle: bool) -> Placed:
        """Place the next packet.

        Args:
            stamp_s: its presentation time in seconds, None where it has none.
            now_s: its arrival on the camera's timeline.
            idle: whether the reader had to wait for it, so that nothing lies unread before now.
        """
        last_s, stamped = self._last_s, stamp_s is not None
        if last_s is None:
            return self._anchored(stamp_s or 0.0, now_s, jumped=False, stamped=stamped)
        stamp_s = last_s + self._step_s if stamp_s is None else stamp_s
        ahead_s = stamp_s + self._shift_s - now_s
        if ahead_s > AHEAD_S or (idle and ahead_s < -LAG_S) or stamp_s < last_s - REORDER_S:
            return self._anchored(stamp_s, now_s, jumped=True, stamped=stamped)
        most_s = SLEW * min(max(stamp_s - last_s, 0.0), REORDER_S)
        self._shift_s -= min(max(ahead_s, -most_s), most_s)
        self._last_s = stamp_s
        self._behind = not idle and (self._behind or ahead_s < -LAG_S)
        return Placed(stamp_s + self._shift_s, stamped=stamped, behind=self._behind)

    def _anchored(self, stamp_s: float, now_s: float, *, jumped: bool, stamped: bool) -> Placed:
        self._last_s, self._shift_s = stamp_s, now_s - stamp_s
        return Placed(now_s, jumped=jumped, stamped=stamped)


class RecordedStamps:
    """Of a recording: its first packet lies at 0."""

    def __init__(self, rate: Fraction | None) -> None:
        """As `LiveStamps`."""
        self._step_s = float(1 / rate) if rate else DEFAULT_STEP_S
        self._longest_s = max(MAX_STEP_S, 3 * self._step_s)
        self._newest_s = -self._step_s
        self._shift_s: float | None = None

    def place(self, stamp_s: float | None) -> Placed:
        """Place the next packet by its presentation time in seconds, None where it has none."""
        next_s, first = self._newest_s + self._step_s, self._shift_s is None
        if stamp_s is None:
            self._newest_s = next_s
            return Placed(next_s, stamped=False)
        at_s = next_s if self._shift_s is None else stamp_s + self._shift_s
        jumped = not self._newest_s - REORDER_S <= at_s <= self._newest_s + self._longest_s
        if first or jumped:
            at_s, self._shift_s = next_s, next_s - stamp_s
        self._newest_s = max(self._newest_s, at_s)
        return Placed(at_s, jumped=jumped)

"""When a device is due, and when one that fails is asked again. Pure: the time and the draw are handed in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_MOST_DOUBLINGS: Final = 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Aligned to the clock: with a period of 15 minutes at :00, :15, :30, :45 of every hour.

    Attributes:
        period: between two turns.
        spread: each turn is later by a part of this, so that all gateways of a city do not speak at once.
        rest: pause after a failure; it doubles with each further one in a row.
        longest_rest: no pause is longer.

    Raises:
        ValueError: a time is not positive, or the spread not shorter than the period.
    """

    period: timedelta
    spread: timedelta = timedelta(0)
    rest: timedelta = timedelta(minutes=1)
    longest_rest: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if min(self.period, self.rest, self.longest_rest) <= timedelta(0) or not (
            timedelta(0) <= self.spread < self.period
        ):
            raise ValueError(f"{self}: times are positive and the spread is shorter than the period")

    def next_turn(self, after: datetime, draw: float) -> datetime:
        """Give the first turn that is later; `after` with its zone, `draw` in [0, 1)."""
        turns = (after - _EPOCH) // self.period + 1
        return (_EPOCH + turns * self.period + draw * self.spread).astimezone(after.tzinfo)

    def again(self, after: datetime, failures: int, draw: float) -> datetime:
        """Give the time to ask one again that failed so often in a row, from 1; spread over the upper half."""
        doubled: timedelta = self.rest * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
        pause: timedelta = min(doubled, self.longest_rest) * (0.5 + 0.5 * draw)
        return after + pause

    def is_due(self, due: datetime, now: datetime) -> bool:
        """Whether the time has come, or lies so far ahead that the clock must have been set back since."""
        return due <= now or due - now > self.period + self.spread + self.longest_rest


QUARTER: Final = Rhythm(timedelta(minutes=15), spread=timedelta(seconds=30))
"""As readings are taken: the quarter hours of GB/T meters, with half a minute of spread."""

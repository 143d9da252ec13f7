"""What of a lane is committed: ranges of sequence numbers, and what a receipt says of them."""

from dataclasses import dataclass
from typing import Final

from contract.downlink import MAX_MISSING, Missing
from contract.envelope import Lane

MAX_RANGES: Final = 1024  # a lane with more holes than this gets no more of them until some are filled


@dataclass(frozen=True, slots=True)
class LaneKey:
    """One sequence: a lane of one life of a gateway's store."""

    community: str
    gateway: str
    epoch: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Received:
    """Committed sequence numbers.

    Args:
        ranges: (first, last) of each run, both included, rising, neither touching nor overlapping.
    """

    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def committed(self) -> int:
        """Everything from 1 to here is committed; 0: not even the first."""
        return self.ranges[0][1] if self.ranges and self.ranges[0][0] == 1 else 0

    def holds(self, number: int) -> bool:
        """Whether a sequence number is committed."""
        return any(first <= number <= last for first, last in self.ranges)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The first `MAX_MISSING` holes below what has come."""
        ends = [0, *(last for _, last in self.ranges)]
        holes = zip(ends, (first for first, _ in self.ranges), strict=False)
        found = [Missing(first=end + 1, last=first - 1) for end, first in holes if first - end > 1]
        return tuple(found[:MAX_MISSING])

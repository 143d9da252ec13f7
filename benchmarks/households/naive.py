"""The baseline: an alarm whenever less than 0.01 m³ was used in so many hours, and nothing else is asked."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from edge.rules.metering.readings import Reading

LEAST: Final = Decimal("0.01")


@dataclass(slots=True)
class Naive:
    """One household; told anew only after it was over."""

    hours: float
    seen: deque[Reading] = field(default_factory=deque)
    raised: bool = False

    def read(self, reading: Reading) -> datetime | None:
        """Take the next reading in order; when an alarm opens, its time."""
        self.seen.append(reading)
        span_s = self.hours * 3600 - 120  # readings come some seconds early or late
        while len(self.seen) > 1 and (reading.at - self.seen[1].at).total_seconds() >= span_s:
            self.seen.popleft()
        if (reading.at - self.seen[0].at).total_seconds() < span_s:
            return None
        little = reading.value - self.seen[0].value < LEAST
        opened, self.raised = little and not self.raised, little
        return reading.at if opened else None

"""Hours of the day, in local time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start`, included, until `end`, not included; an end at or before the start is on the next day."""

    start: time
    end: time

    @property
    def over_midnight(self) -> bool:
        """Whether the end is on the day after the start; with both the same it is a whole day."""
        return self.end <= self.start

    def hold(self, at: datetime, zone: tzinfo) -> bool:
        """Whether a moment lies within them, on whatever day."""
        local = at.astimezone(zone).time()
        if self.over_midnight:
            return local >= self.start or local < self.end
        return self.start <= local < self.end

    def hold_on(self, weekday: int, at: datetime, zone: tzinfo) -> bool:
        """Whether a moment lies within those that begin on a weekday, 0 being Monday."""
        local = at.astimezone(zone)
        if local.weekday() == weekday and local.time() >= self.start:
            return self.over_midnight or local.time() < self.end
        return self.over_midnight and local.weekday() == (weekday + 1) % 7 and local.time() < self.end

    def over_at(self, at: datetime, zone: tzinfo) -> datetime:
        """The first moment from `at` on that does not lie within them; a whole day never ends: a day later."""
        if not self.hold(at, zone):
            return at
        local = at.astimezone(zone)
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        return datetime.combine(day, self.end, zone).astimezone(at.tzinfo)

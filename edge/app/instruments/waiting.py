"""Readings of one meter between the line and the next batch; kept on disk, so that a restart loses none."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter

from contract.metering import Origin
from edge.devices.shown import Shown
from edge.rules import keeping

MAX_WAITING: Final = 128  # readings: two months of days and an hour of minutes
MAX_DAYS: Final = 62  # that DL/T 645 meters keep
MIDNIGHT: Final = timedelta(minutes=30)  # a reading so soon after it tells the beginning of a day
MAX_STATE_BYTES: Final = 128 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """One reading and how it was got."""

    shown: Shown
    origin: Origin


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has come of a meter since the last batch.

    Attributes:
        kept: at most `MAX_WAITING`, in the order in which they came; the oldest give way.
        failed: turns in which it could not be read.
        known_to: the last day whose beginning is known; None: it was never read.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    kept: tuple[Kept, ...] = ()
    failed: int = 0
    known_to: date | None = None
    version: Literal[1] = 1

    def with_reading(self, one: Shown, local: datetime, origin: Origin) -> "Waiting":
        """Add a reading at its turn; `local` is its time at the place."""
        began = local - datetime.combine(local.date(), time(), local.tzinfo) < MIDNIGHT
        known_to = local.date() if began or self.known_to is None else self.known_to
        return replace(self, kept=(*self.kept, Kept(one, origin))[-MAX_WAITING:], known_to=known_to)

    def with_failure(self) -> "Waiting":
        """Count a turn in which nothing could be read."""
        return replace(self, failed=self.failed + 1)

    def with_freezes(self, days: tuple[tuple[date, Shown], ...], today: date) -> "Waiting":
        """Add what the meter kept of days that lack, each with the day that it began; others are passed over."""
        since = self.known_to or today
        lacking = sorted(((day, one) for day, one in days if since < day <= today), key=lambda dated: dated[0])
        kept = tuple(Kept(one, Origin.FREEZE) for _, one in lacking)
        known_to = lacking[-1][0] if lacking else self.known_to
        return replace(self, kept=(*self.kept, *kept)[-MAX_WAITING:], known_to=known_to)

    def days_lacking(self, today: date) -> int:
        """How many of the last days lack their beginning, at most as many as a meter keeps."""
        return 0 if self.known_to is None else min(max(0, (today - self.known_to).days), MAX_DAYS)

    def emptied(self) -> "Waiting":
        """The same after a batch was told."""
        return Waiting(known_to=self.known_to)

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _WAITING.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Waiting":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        return keeping.read(_WAITING, raw, what="readings that wait, version 1", at_most=MAX_STATE_BYTES)


_WAITING: Final = TypeAdapter(Waiting)

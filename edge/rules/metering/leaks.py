"""Leak: since the last half hour without use, each of the day's 48 half hours was seen with use.

A half hour that is not known neither ends the run nor counts: it must be seen on the next day. So no number of missing
readings makes a leak, and one that is missing only delays it. It ends after two half hours without use that follow each
other, of those that are known.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from edge.rules.metering.slots import DAY_SLOTS, SlotUse

ALL: Final = (1 << DAY_SLOTS) - 1
DRY_SLOTS: Final = 2  # that end it; ours


@dataclass(frozen=True, slots=True)
class Leak:
    """What is known.

    Attributes:
        begun: first half hour of the run; None without one.
        seen_to: the last half hour that was taken.
        used: one bit for each half hour of the day (UTC) that was seen with use in this run.
        dry: half hours without use since the last with use, up to 2.
        least, total: in one known half hour of the run, and in all of them; m³.
        raised: first half hour of the run that it was raised for; None while it is not.
    """

    begun: int | None = None
    seen_to: int | None = None
    used: int = 0
    dry: int = 0
    least: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    raised: int | None = None


def judged(leak: Leak, slot: SlotUse) -> tuple[Leak, Literal["opened", "cleared"] | None]:
    """Take the next half hour that is told; older ones are passed over."""
    if leak.seen_to is not None and slot.index <= leak.seen_to:
        return leak, None
    if leak.seen_to is not None and slot.index - leak.seen_to > DAY_SLOTS:
        leak = Leak(raised=leak.raised)  # after a day without a word the run is begun anew
    leak = replace(leak, seen_to=slot.index)
    if slot.use is None:
        return leak, None
    return _used(leak, slot.index, slot.use) if slot.use > 0 else _dry(leak)


def _used(leak: Leak, index: int, use: Decimal) -> tuple[Leak, Literal["opened"] | None]:
    leak = replace(
        leak,
        begun=index if leak.begun is None else leak.begun,
        used=leak.used | 1 << index % DAY_SLOTS,
        dry=0,
        least=use if leak.begun is None else min(leak.least, use),
        total=use if leak.begun is None else leak.total + use,
    )
    if leak.raised is not None or leak.used != ALL:
        return leak, None
    return replace(leak, raised=leak.begun), "opened"


def _dry(leak: Leak) -> tuple[Leak, Literal["cleared"] | None]:
    dry = min(leak.dry + 1, DRY_SLOTS)
    if leak.raised is not None and dry >= DRY_SLOTS:
        return Leak(seen_to=leak.seen_to, dry=dry), "cleared"
    return Leak(seen_to=leak.seen_to, dry=dry, raised=leak.raised), None

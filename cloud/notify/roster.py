"""Who is on duty: a weekly table, with a substitute for who is away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from cloud.notify.domain import Destination, Duty


def on_duty(
    roster: Sequence[Duty], destinations: Mapping[str, Destination], now: datetime, zone: tzinfo
) -> tuple[str, ...]:
    """Ids of those who are told now; empty where nobody is on duty or all are away.

    The end of a duty belongs to who comes next. Who is away, off, or takes no messages is stood in for by the
    substitute; where that one is not there either, a destination that merely takes no messages stays.
    """
    told: dict[str, None] = {}
    for duty in roster:
        if duty.hours.hold_on(duty.weekday, now, zone):
            who = _reached(duty, destinations, now)
            if who is not None:
                told[who] = None
    return tuple(told)


def _reached(duty: Duty, destinations: Mapping[str, Destination], now: datetime) -> str | None:
    there = [
        destinations[each]
        for each in (duty.destination, duty.substitute)
        if each is not None and each in destinations and destinations[each].is_there(now)
    ]
    best = next((each for each in there if each.failing_since is None), there[0] if there else None)
    return None if best is None else best.id

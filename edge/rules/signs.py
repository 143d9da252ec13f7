"""Signs of disuse: what a look at a standing vehicle says of each, when a sign holds, and in which words it is told.

No single look decides. Looks that show a sign fill a balance of time, looks that show the contrary empty it, and looks
that cannot tell leave it alone; a sign holds once the balance is full, and lets go once it is empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final
from zoneinfo import ZoneInfo

from contract.parking import VehicleClass
from edge.values import ClockTrust, HeldSign, Moment, PermitKind, PermitState, PlateState, Sighting, Sign, Wear

LOOKS_AT_LEAST: Final = 6  # looks that fill or empty a balance at least: none counts for more than the sixth part
PLATE_LOOKS: Final = 10  # a word on a plate that rests on fewer looks is no word yet: people walk by, lamps dazzle
READ_COUNTS: Final = 2.0  # a plate that is read by day is readable, though a winter night hides it for 15 hours
PLATED: Final = frozenset({VehicleClass.CAR, VehicleClass.TRUCK, VehicleClass.BUS})  # a bicycle has none to miss

# Measured on simulated lots (`benchmarks/parking/lots.py`, tuning lots 0 to 31): from day to day a vehicle under dust
# changes by 0.05, by 0.10 in one day of twenty; the least clean one by 0.14, by less than 0.11 in one of twenty, and in
# its mean by no less than 0.116. What lies around changes by 0.079 at least.
WEAR_DAYS: Final = 3  # two days may have had the same weather
SURE_DAYS: Final = 4  # with fewer, washed a day ago it may have changed by half a day's reflections only
STILL: Final = 0.10  # own change up to which a vehicle is untouched
SURELY_STILL: Final = 0.083  # … where days are few
TOUCHED: Final = 0.12  # … from which it is not; between the two nobody can tell
LIVELY: Final = 0.07  # change around it from which something goes on there; below it stillness means nothing
CLEARLY: Final = 1.0  # … and the surroundings change so many times as much as the vehicle


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of one sign on one stay, with the figures of the latest look that showed it.

    Attributes:
        balance_s: seconds of looks that showed it, less those of looks that showed the contrary; 0 to what makes it
            hold.
        since: the look with which the balance began.
        looks: that the word on the plate rests on.
        permit: the kind of the permit that has expired.
    """

    sign: Sign
    since: Moment
    balance_s: float = 0.0
    holds: bool = False
    looks: int = 0
    wear: Wear | None = None
    permit: PermitKind | None = None


def read(sign: Sign, sighting: Sighting) -> bool | None:
    """Whether one look shows a sign (True) or the contrary (False); None if it cannot tell."""
    match sign:
        case Sign.PLATE_MISSING:
            return _plate_is(PlateState.MISSING, sighting)
        case Sign.PLATE_UNREADABLE:
            return _plate_is(PlateState.UNREADABLE, sighting)
        case Sign.UNTOUCHED:
            return _untouched(sighting.wear)
        case Sign.PERMIT_EXPIRED:
            if sighting.permit is None or sighting.permit.state is PermitState.UNSURE:
                return None
            return sighting.permit.state is PermitState.EXPIRED


def _plate_is(state: PlateState, sighting: Sighting) -> bool | None:
    plate = sighting.plate
    if sighting.vehicle not in PLATED or plate is None or plate.state is PlateState.UNKNOWN:
        return None
    if plate.state is PlateState.READ:
        return False
    return plate.state is state if plate.looks >= PLATE_LOOKS else None


def _untouched(wear: Wear | None) -> bool | None:
    if wear is None or wear.days < WEAR_DAYS:
        return None
    if wear.own >= TOUCHED:
        return False
    bound = STILL if wear.days >= SURE_DAYS else SURELY_STILL
    still = wear.own <= bound and wear.around >= max(LIVELY, CLEARLY * wear.own)
    return True if still else None


def advance(
    traces: Sequence[Trace], sighting: Sighting, signs: Sequence[Sign], *, passed_s: float, needed_s: float
) -> tuple[Trace, ...]:
    """Take one look that sees the vehicle.

    Args:
        signs: those that are looked for; traces of others stay as they are, but hold no more.
        passed_s: seconds since the look before, ≥ 0.
        needed_s: balance that makes a sign hold, seconds > 0.
    """
    known = {trace.sign: trace for trace in traces}
    share_s = min(max(0.0, passed_s), needed_s / LOOKS_AT_LEAST)
    for sign in signs:
        shown = read(sign, sighting)
        trace = known.get(sign) or (Trace(sign, sighting.now) if shown else None)
        if trace is not None and shown is not None:
            known[sign] = _weighed(trace, sighting, share_s if shown else -share_s * _against(trace), needed_s)
    return tuple(trace if trace.sign in signs else replace(trace, holds=False) for trace in known.values())


def _against(trace: Trace) -> float:
    """How much a look counts that shows the contrary. A sign that holds lets go as slowly as it came to."""
    return READ_COUNTS if trace.sign is Sign.PLATE_UNREADABLE and not trace.holds else 1.0


def _weighed(trace: Trace, sighting: Sighting, change_s: float, needed_s: float) -> Trace:
    """Fill or empty the balance. Six sixths may come to a little less than the whole, so the ends are rounded."""
    balance_s = min(max(0.0, trace.balance_s + change_s), needed_s)
    full, empty = balance_s > needed_s * (1 - 1e-9), balance_s < needed_s * 1e-9
    holds = full or (trace.holds and not empty)
    if not read(trace.sign, sighting):
        return replace(trace, balance_s=balance_s, holds=holds)
    return replace(
        trace,
        since=sighting.now if trace.balance_s < needed_s * 1e-9 else trace.since,
        balance_s=balance_s,
        holds=holds,
        looks=sighting.plate.looks if sighting.plate else 0,
        wear=sighting.wear,
        permit=sighting.permit.kind if sighting.permit else None,
    )


def tell(trace: Trace, timezone: str) -> HeldSign:
    """A sign in words with the figures it rests on, each at most 200 characters.

    Args:
        timezone: IANA name, for the day since which it has been seen; no day is told by a clock that was never set.
    """
    words_zh, words_en = _words(trace)
    if trace.since.trust is ClockTrust.UNSYNCED:
        return HeldSign(trace.sign, words_zh, words_en)
    day = trace.since.seen_at.astimezone(UTC).astimezone(ZoneInfo(timezone)).date().isoformat()
    return HeldSign(trace.sign, f"{words_zh}（{day} 起）", f"{words_en} (since {day})")


PERMITS: Final = {
    None: ("", ""),
    PermitKind.RESIDENT: ("业主", "resident's "),
    PermitKind.VISITOR: ("访客", "visitor's "),
    PermitKind.SERVICE: ("作业车", "service "),
}


def _words(trace: Trace) -> tuple[str, str]:
    match trace.sign:
        case Sign.PLATE_MISSING:
            return f"近 {trace.looks} 次查看都没有看到车牌", f"no number plate in the last {trace.looks} looks"
        case Sign.PLATE_UNREADABLE:
            return (
                f"近 {trace.looks} 次查看都有车牌，但号码认不出，可能被遮挡、弄脏或损坏",
                f"a number plate in the last {trace.looks} looks that could not be read: covered, dirty or damaged",
            )
        case Sign.UNTOUCHED:
            wear = trace.wear or Wear(0, 0.0, 0.0)
            own, around = f"{wear.own:.0%}", f"{wear.around:.0%}"
            return (
                f"对比 {wear.days} 天的画面，车身几乎没有变化（{own}），周围有变化（{around}），可能盖着车衣或积了灰",
                f"over {wear.days} days it hardly changed ({own}) while its surroundings did ({around}): "
                "covered or dusty, it may be",
            )
        case Sign.PERMIT_EXPIRED:
            kind_zh, kind_en = PERMITS[trace.permit]
            return f"名单上的{kind_zh}许可已过期", f"its {kind_en}permit on the list has expired"

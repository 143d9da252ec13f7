"""Welfare: somebody who lives alone uses nothing, though nothing says that they went out.

Water alone accuses too many who are on a journey. So the door is asked whether somebody is at home, electricity whether
somebody is about, and the calendar whether an absence was announced. Three ways lead to an alarm:

- early: at home by the door, less than 0.01 m³ in 12 h, no electricity beyond the appliances' own, and at these hours
  this household is otherwise seen to use water;
- by a day: at home or perhaps at home by the door, or no door contact is heard; less than 0.01 m³ in 24 h;
- by ten days: the door says out, nothing was announced, nothing was used for so long.

An announced absence counts unless the door says that somebody is at home. An opened door or used water ends the alarm.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import log
from typing import Final

from contract.metering import Witness
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase
from edge.rules.metering.history import MAX_SLOTS, STILL_SLOTS, Habits, learnt, night_slots
from edge.rules.metering.home import Arrived, Household
from edge.rules.metering.looks import LIT_SLOTS, Look, kept, light_of, looked
from edge.rules.metering.presence import Light, Presence
from edge.rules.metering.running import settled, stood
from edge.rules.metering.slots import DAY_SLOTS, SLOT_S, begin_of, end_of, index_of
from edge.rules.metering.telling import Seen, raised, stirred
from edge.rules.metering.welfare import Away, WelfareSettings
from edge.rules.metering.whereabouts import present

SET_BACK: Final = 4  # half hours; a clock set back by more begins anew
KNOWN: Final = 0.8  # of the half hours, from which electricity can be judged
MOST_SURE: Final = 0.9  # no half hour alone is taken to be surer than this


def step(
    state: Household, arrived: Arrived, *, away: Sequence[Away], now: datetime, settings: WelfareSettings
) -> tuple[Household, tuple[AlarmFinding, ...]]:
    """Advance by what has come, or by nothing, on a timer of at most a quarter hour.

    Args:
        away: all announced absences that are known now.
        now: the gateway's clock.
    Returns:
        the new state, and findings in order of time.
    """
    to = index_of(now - timedelta(seconds=settings.wait_s))  # not yet over, or not yet known
    state = _on_time(state, to)
    state = kept(state, arrived)
    findings: list[AlarmFinding] = []
    for index in range(to if state.next is None else state.next, to):
        state, found = _judged(state, index, arrived.door_to, away, settings)
        state = stood(state)
        findings += found
    return replace(state, next=to if state.next is None else max(state.next, to)), tuple(findings)


def _on_time(state: Household, to: int) -> Household:
    """Begin anew after a clock that was set back, and after two weeks in which the gateway was off."""
    if state.next is None or -SET_BACK <= to - state.next <= MAX_SLOTS:
        return state
    return Household(state.household, raised=None if state.raised is None else min(state.raised, to))


def _judged(
    state: Household, index: int, door_to: datetime | None, away: Sequence[Away], settings: WelfareSettings
) -> tuple[Household, list[AlarmFinding]]:
    """Take one half hour: what is learnt, who is at home, how long it has been quiet, and whether that is an alarm."""
    if index % DAY_SLOTS == 0:
        state = replace(state, habits=_habits(state, index, settings))
    state, look = looked(state, index, door_to, settings)
    state = present(state, look, settings)
    if look.openings:
        state = replace(state, opened=index, left_wh=None)
    state = settled(replace(state, halves=(*state.halves[-MAX_SLOTS + 1 :], look.half)), index, settings)
    sign = look.half.alive or look.openings > 0
    excused = state.presence is not Presence.INSIDE and any(_covers(one, index) for one in away)
    if excused and not sign:
        state = replace(state, presence=Presence.AWAY)  # until something is used or opened
    if sign or excused or state.quiet is None:
        return _stirred(state, look, settings)
    state = replace(state, surprise=state.surprise + _surprise(state.habits, index))
    if state.raised is not None or (look.half.water_l is None and not look.half.carried_l):
        return state, []
    return _quiet(state, look, settings)


def _habits(state: Household, index: int, settings: WelfareSettings) -> Habits:
    night = night_slots(begin_of(index), settings.timezone)
    return learnt(state.halves, index - 1, night, settings.margin_wh)


def _covers(away: Away, index: int) -> bool:
    return away.since < end_of(index) and begin_of(index) < away.until


def _surprise(habits: Habits, index: int) -> float:
    if not habits.expected:
        return 0.0
    return -log(1 - min(MOST_SURE, habits.expected[index % DAY_SLOTS]))


def _stirred(state: Household, look: Look, settings: WelfareSettings) -> tuple[Household, list[AlarmFinding]]:
    """Silence begins anew, and an alarm that stands ends."""
    since, at = state.raised, end_of(look.index)
    state = replace(state, quiet=look.index + 1, surprise=0.0, raised=None)
    if since is None:
        return state, []
    used_l = (look.half.water_l or 0.0) + look.half.carried_l if look.half.alive else None
    words = stirred(at, look.openings, used_l, timezone=settings.timezone)
    began = begin_of(min(since, look.index))
    return state, [AlarmFinding(AlarmKind.WELFARE, Phase.CLEARED, state.household, at, began, words)]


def _quiet(state: Household, look: Look, settings: WelfareSettings) -> tuple[Household, list[AlarmFinding]]:
    """Raise the alarm if it has been quiet for long enough."""
    if state.quiet is None:
        return state, []
    quiet_s = (look.index + 1 - state.quiet) * SLOT_S
    if state.presence is Presence.AWAY:
        alarm = quiet_s >= settings.long_s and _little(state, settings.long_s, settings)
    elif quiet_s >= settings.day_s:
        alarm = _little(state, settings.day_s, settings)
    else:
        alarm = quiet_s >= settings.early_s and _early(state, settings)
    if not alarm:
        return state, []
    finding = _finding(state, look, quiet_s, settings)
    return replace(state, raised=state.quiet), [finding]


def _early(state: Household, settings: WelfareSettings) -> bool:
    return (
        state.presence is Presence.INSIDE
        and state.surprise >= settings.surprise
        and _dark(state, settings.early_s) is True
        and _little(state, settings.early_s, settings)
    )


def _little(state: Household, span_s: float, settings: WelfareSettings) -> bool:
    """Whether less was used than a person does, for all that the register's step leaves unsure of a drip."""
    unsure_l = span_s / SLOT_S * settings.step_l / STILL_SLOTS if state.drip.mean_l else 0.0
    return _used_l(state, span_s) < settings.least_l + unsure_l


def _used_l(state: Household, span_s: float) -> float:
    """Litres over the drip in the last half hours: as it was then or as it is now, for taps begin and end to drip."""
    halves = state.halves[-int(span_s // SLOT_S) :]
    then_l = sum(half.over_l + half.carried_l for half in halves)
    now_l = sum((half.water_l or 0.0) + half.carried_l for half in halves) - state.drip.mean_l * len(halves)
    return min(then_l, now_l)


def _dark(state: Household, span_s: float) -> bool | None:
    """Whether nobody used electricity, beyond what runs by itself; None: too little is known to say."""
    halves = state.halves[-int(span_s // SLOT_S) :]
    if not state.habits.idle_wh or sum(half.energy_wh is not None for half in halves) < KNOWN * len(halves):
        return None
    spans = (halves[i : i + LIT_SLOTS] for i in range(len(halves) - LIT_SLOTS + 1))
    return all(light_of(span) is Light.DARK for span in spans)


def _finding(state: Household, look: Look, quiet_s: float, settings: WelfareSettings) -> AlarmFinding:
    """The alarm with what bears it out and what could not be asked."""
    dark = _dark(state, settings.early_s if quiet_s < settings.day_s else settings.day_s)
    opened = None if state.opened is None else begin_of(state.opened)
    seen = Seen(quiet_s, _used_l(state, min(quiet_s, settings.long_s)), state.presence, opened, dark)
    witnesses = {Witness.DOOR: _door(state.presence), Witness.ELECTRICITY: dark}
    return AlarmFinding(
        AlarmKind.WELFARE,
        Phase.OPENED,
        state.household,
        end_of(look.index),
        begin_of(state.quiet or look.index),
        raised(seen, end_of(look.index), timezone=settings.timezone),
        corroborated=tuple(witness for witness, says in witnesses.items() if says is True),
        missing=tuple(witness for witness, says in witnesses.items() if says is None),
    )


def _door(presence: Presence) -> bool | None:
    return None if presence in {Presence.UNKNOWN, Presence.PERHAPS} else presence is Presence.INSIDE

"""What a half hour of a household tells about whether somebody is at home."""

from dataclasses import replace

from edge.rules.alarms import zone
from edge.rules.metering.history import EVEN_L, STILL_SLOTS, Half
from edge.rules.metering.home import Household
from edge.rules.metering.looks import Look, unknown
from edge.rules.metering.presence import moved
from edge.rules.metering.slots import SLOT_S, begin_of
from edge.rules.metering.welfare import WelfareSettings


def present(state: Household, look: Look, settings: WelfareSettings) -> Household:
    """Take the next half hour, which is not in `state.halves` yet."""
    silent_s = 0 if state.quiet is None else (look.index - state.quiet) * SLOT_S
    visited = look.index if look.openings and silent_s >= settings.visit_s else state.visited
    presence = moved(
        state.presence,
        look.crossings,
        used=_inside(state, look, settings),
        light=look.light,
        visit=visited is not None and (look.index - visited) * SLOT_S <= settings.stay_s,
        late=look.openings > 0 and _late(look.index, settings),
    )
    return replace(state, presence=presence, visited=visited)


def _late(index: int, settings: WelfareSettings) -> bool:
    since, to = settings.late
    hour = begin_of(index).astimezone(zone(settings.timezone)).hour
    return hour >= since or hour < to


def _inside(state: Household, look: Look, settings: WelfareSettings) -> bool:
    """Whether the water of a half hour tells that somebody is at home: no machine that they left running.

    Nor what was used in a gap in which the door was opened as well.
    """
    if not look.half.alive or look.crossings or state.opened is None:
        return look.half.alive
    known = look.half.water_l is not None and not look.half.carried_l
    gap = 0 if known else unknown(state)
    since_s = (look.index - gap - state.opened) * SLOT_S
    if since_s > settings.tell_s and _lone(state, look.half, settings):
        return False
    if since_s >= settings.machine_s:
        return True
    return known and all(_small(half, settings) for half in (look.half, *state.halves[state.opened - look.index :]))


def _lone(state: Household, half: Half, settings: WelfareSettings) -> bool:
    """Whether it is one step of a register so coarse that a drip moves it now and then."""
    if settings.step_l <= EVEN_L or (half.water_l or 0.0) + half.carried_l > settings.step_l:
        return False
    return not any(one.alive for one in state.halves[-STILL_SLOTS:])


def _small(half: Half, settings: WelfareSettings) -> bool:
    return half.water_l is not None and not half.carried_l and half.water_l < settings.machine_l

"""What runs by itself in a household, and what was taken for somebody until it had run for long enough to show."""

from dataclasses import replace
from typing import Final

from edge.rules.metering.history import EVEN_L, STILL_SLOTS, dripped, even
from edge.rules.metering.home import Household, Stood
from edge.rules.metering.presence import Presence
from edge.rules.metering.welfare import WelfareSettings

STOOD_SLOTS: Final = 2 * STILL_SLOTS  # what begins to run shows six hours later, and over gaps later still
DRY_SLOTS: Final = 2  # half hours on end without any use, between which nothing ran


def stood(state: Household) -> Household:
    """Remember how a half hour left it."""
    return replace(state, stood=(*state.stood[-STOOD_SLOTS + 1 :], Stood(state.presence, state.quiet)))


def settled(state: Household, index: int, settings: WelfareSettings) -> Household:
    """What runs without anybody; where it runs evenly, nobody has used anything since it does.

    Args:
        index: of the last of `state.halves`; not yet in `state.stood`.
    """
    drip = even(state.halves, settings.step_l)
    if drip is None:
        return replace(state, drip=dripped(state.halves, state.drip, settings.step_l))
    state = replace(state, drip=drip)
    if even(state.halves[-STILL_SLOTS - 1 : -1], settings.step_l) is None and (count := _run(state, index)):
        return _undone(state, index, count)
    since = max(index + 1 - STILL_SLOTS, -1 if state.opened is None else state.opened + 1)
    return replace(state, quiet=since if state.quiet is None else min(since, state.quiet))


def _run(state: Household, index: int) -> int:
    """For how many half hours no more was used than runs now, back to an opened door or an hour without any use."""
    shut = index - (-1 if state.opened is None else state.opened)
    most_l, dry, count = state.drip.most_l + EVEN_L, 0, 0
    for i, half in enumerate(reversed(state.halves[-STOOD_SLOTS:]), 1):
        dry = dry + 1 if half.water_l == 0 else 0
        more = (half.water_l or 0.0) > most_l or half.carried_l > most_l * STILL_SLOTS
        if more or dry == DRY_SLOTS or i > min(shut, len(state.stood)):
            break
        count = i if half.alive else count
    return count


def _undone(state: Household, index: int, count: int) -> Household:
    """As if nobody had used anything in the last half hours."""
    mean_l, before = state.drip.mean_l, state.stood[-count]
    run = (replace(one, alive=False, over_l=max(0.0, (one.water_l or 0.0) - mean_l)) for one in state.halves[-count:])
    return replace(
        state,
        halves=(*state.halves[:-count], *run),
        presence=state.presence if state.presence is Presence.UNKNOWN else before.presence,
        quiet=index + 1 - count if before.quiet is None else before.quiet,
    )

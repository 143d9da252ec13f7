"""Since when a place looks the same from look to look: unless it changes, no vehicle comes, goes or gives way there.

Likeness from one look to the next says what likeness to a picture of yesterday cannot: that nothing happened here
since. Light that goes over the whole view changes all places at once; what comes or goes changes one. A place that
nobody looked at for a while, or that something passed before, is steady since that ended.
"""

from dataclasses import replace
from typing import Final

from edge.perception.stays import Look, Slot, Stay, Steady
from edge.values import Moment

STEADY: Final = 0.8  # likeness to the look before from which a place is the same
RESTS: Final = 0.85  # … from which a vehicle in it does not even creep
CALM: Final = 0.95  # … and nothing begins to come before it
BLIND_S: Final = 10.0  # after so long without a word nobody knows what happened
SCENE: Final = 0.8  # likeness of the whole picture to the look before below which the light changed, if no place tells


def steadied(slot: Slot, look: Look, looked_s: float | None) -> Slot:
    """Take one look at a place, and at what was surely in it: where all is untouched, that is there yet.

    Args:
        looked_s: the look before, None if this is the first.
    """
    place, now, before = look.places.get(slot.name), look.now, slot.steady
    watched = before is not None and now.at_s - before.told_s < BLIND_S
    if before and watched and place and place.still is not None and place.still >= STEADY:
        stay = slot.stay
        if stay and place.untouched and before.since.at_s <= stay.there_s:
            stay = replace(stay, held_s=now.at_s)
        return replace(slot, steady=replace(before, told_s=now.at_s), stay=stay)
    within_s = 0.0 if looked_s is None else max(0.0, now.at_s - looked_s)
    told = place is not None and place.still is not None
    alone = watched and told and not changed_together(look, slot.name)
    return replace(slot, steady=Steady(now, within_s, now.at_s, alone))


def lasted(slot: Slot, now: Moment, *, visible: bool) -> Slot:
    """Take a look without news: a still picture goes on as it was, a dark one may hide anything."""
    if slot.steady is None:
        return slot
    return replace(slot, steady=replace(slot.steady, told_s=now.at_s, since=slot.steady.since if visible else now))


def gap_s(slot: Slot, stay: Stay, now: Moment) -> float:
    """Seconds in which a vehicle was not surely there nor its place the same: in a few, none gives way to another."""
    steady = slot.steady
    since_s = steady.since.at_s if steady and steady.told_s == now.at_s else now.at_s
    return since_s - stay.there_s


def changed_together(look: Look, name: str) -> bool:
    """Whether most other places changed at this look too: by light, then."""
    others = _others(look, name)
    if len(others) < 2:
        return look.scene is not None and look.scene < SCENE
    return 2 * sum(still < STEADY for still in others) > len(others)


def drifts(look: Look, name: str) -> bool:
    """Whether most other places do not rest either: it is the camera that moves, or the light, and no vehicle."""
    others = _others(look, name)
    return len(others) >= 2 and 2 * sum(still < RESTS for still in others) > len(others)


def _others(look: Look, name: str) -> list[float]:
    return [place.still for key, place in look.places.items() if key != name and place.still is not None]

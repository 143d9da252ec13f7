"""Slots: a standing vehicle keeps one identity by place and looks.

    detection → candidate (a box that stays where it is) → slot `{camera}.s{n}` with stay `{slot}.{k}`

A pure step: no pixels, no clock. How a place looks compared with its vehicle is worked out before (`PlaceLook`), so
that thirty days can be walked in a second. What one look says of one standing vehicle:

    detected  place looks           look says
    yes       alike, unknown        SEEN
    yes       less alike than usual HIDDEN for some looks: it may be moving off; then SEEN
    yes       another of its kind   as unlike, if it was not seen for a while
    yes       half alike, half not  HIDDEN for some looks: something undetected stands before it; then SEEN
    yes       unlike                MISSED if there was time for an exchange; HIDDEN, later SEEN if its place has looked
                                    the same from look to look since it was there, or the box fits badly: light, or
                                    something before it
    no        mostly covered        HIDDEN, does not count towards leaving, unless a vehicle behind it is detected whole
    no        alike                 SEEN if the detector finds it now and then, or surely alike; else HIDDEN; MISSED if
                                    it was never found often: a false box; HIDDEN if it is another of its kind and there
                                    was time for an exchange
    no        as bare ground        in structure or to a network: MISSED; LEFT after `leave_looks` of them over
                                    `leave_time`, and more where it is seldom detected
    no        in between            HIDDEN, MISSED after twenty minutes; so too if all of the light has changed
    no        half alike, half not  HIDDEN, MISSED after twenty minutes
    no        a little alike, no kin  as the next
    no        unlike, nor as ground HIDDEN, MISSED after five minutes: something undetected stands before it
    no        faintly, once missed  HIDDEN, MISSED after twenty minutes
    no        unlike, ground unknown  MISSED; LEFT as above; HIDDEN if a network sees some vehicle there

What nobody sees has also left once another, seen to come, stands on its ground and does not fit its place (`settling`).
"""

from dataclasses import replace
from typing import Final

from edge.config import Camera
from edge.perception.candidates import advance
from edge.perception.judging import judge
from edge.perception.places import match, same_ground
from edge.perception.settling import FORGET_S, MAX_SLOTS, settle, tidy
from edge.perception.stays import ALIKE, STILL, UNLIKE, Look, PlaceLook, Slot, Slots, Stay, sighting
from edge.perception.steadiness import lasted, steadied
from edge.values import Detection, Moment, Presence, Sighting

SCENE_CHANGED: Final = 0.5  # likeness of the whole picture below which no place tells anything against its memory


def step(state: Slots, look: Look, camera: Camera) -> tuple[Slots, tuple[Sighting, ...]]:
    """Advance by one look.

    Returns:
        the new state, and a sighting for every standing vehicle in order of slots; LEFT once.
    """
    if not look.visible or look.still:
        return idle(state, look.now, visible=look.visible)
    relit = look.now.at_s if look.scene is not None and look.scene < SCENE_CHANGED else state.relit_s
    places = tuple(steadied(slot, look, state.looked_s) for slot in state.slots)
    state = replace(state, relit_s=relit, slots=places)
    vehicles = tuple(found for found in look.detections if found.vehicle is not None)
    state, free = _judge_all(state, look, vehicles, camera)
    changed, moving = (_less_like(look, bound) for bound in (UNLIKE, STILL))
    moving = frozenset() if relit == look.now.at_s else moving
    told = {key for key, place in look.places.items() if place.likeness is not None}
    candidates = advance(
        state.candidates,
        free,
        look.now,
        looked_s=state.looked_s,
        changed=changed,
        moving=moving,
        alike=frozenset(told - _less_like(look, STILL)),
    )
    state = settle(replace(state, candidates=candidates, looked_s=look.now.at_s), look)
    sightings = tuple(sighting(slot, slot.stay, look.now) for slot in state.slots if slot.stay)
    return tidy(state, look.now), sightings


def idle(state: Slots, now: Moment, *, visible: bool) -> tuple[Slots, tuple[Sighting, ...]]:
    """Take a look without news: a dark picture hides everything, a still one repeats what was said."""
    places = (lasted(slot, now, visible=visible) for slot in state.slots)
    slots = tuple(replace(slot, stay=slot.stay and _repeat(slot.stay, now, visible=visible)) for slot in places)
    sightings = tuple(sighting(slot, slot.stay, now) for slot in slots if slot.stay)
    looked_s = now.at_s if visible else state.looked_s
    return tidy(replace(state, slots=slots, looked_s=looked_s), now), sightings


def _less_like(look: Look, bound: float) -> frozenset[str]:
    """Keys whose place looks less as it did than so."""
    return frozenset(key for key, place in look.places.items() if place.likeness is not None and place.likeness < bound)


def _repeat(stay: Stay, now: Moment, *, visible: bool) -> Stay:
    if not visible:
        return replace(stay, presence=Presence.HIDDEN)
    return replace(stay, last_seen=now) if stay.presence is Presence.SEEN else stay


def _judge_all(
    state: Slots, look: Look, vehicles: tuple[Detection, ...], camera: Camera
) -> tuple[Slots, tuple[Detection, ...]]:
    """Give every standing vehicle its word; return the detections that are nobody's."""
    occupied = [i for i, slot in enumerate(state.slots) if slot.stay]
    pairs = match([state.slots[i].box for i in occupied], [found.box for found in vehicles])
    slots = list(state.slots)
    used: set[int] = set()
    for position, i in enumerate(occupied):
        hit = vehicles[pairs[position]] if position in pairs else None
        if hit is not None and not same_ground(slots[i].box, hit.box):  # it stands before the place
            hit = None
        slots[i] = judge(slots[i], hit, look, state.relit_s, camera)
        stay = slots[i].stay
        if hit is not None and stay is not None and stay.presence is Presence.SEEN:
            used.add(pairs[position])
    seen = [vehicles[j].box for j in sorted(used)]
    free = (found for j, found in enumerate(vehicles) if j not in used)
    return replace(state, slots=tuple(slots)), tuple(
        found for found in free if not any(same_ground(found.box, box) for box in seen)
    )


__all__ = ["ALIKE", "FORGET_S", "MAX_SLOTS", "UNLIKE", "Look", "PlaceLook", "Slot", "Slots", "Stay", "idle", "step"]

"""Where a vehicle comes to stand: candidates become stays, in the slot that is there or in a new one."""

from dataclasses import replace
from typing import Final

from edge.perception.candidates import Candidate, is_ripe
from edge.perception.places import match, same_ground
from edge.perception.stays import ALIKE, MANY, PROVEN_HITS, Look, PlaceLook, Slot, Slots, Stay
from edge.values import Moment, Presence

MAX_SLOTS: Final = 128  # of one camera: more vehicles than a picture shows with a usable size
FORGET_S: Final = 86_400.0  # a place that was empty for a day is no place any more
UNARRIVED_HITS: Final = 12  # detections wanted of what stood before anything was detected: it may be no vehicle
UNARRIVED_SHARE: Final = 0.4  # … of the looks since


def settle(state: Slots, look: Look) -> Slots:
    """Turn ripe candidates into stays where no other vehicle stands on that ground."""
    waiting: list[Candidate] = []
    for candidate in state.candidates:
        placed = _place(state, candidate, look.now) if _may_stand(state, candidate, look) else None
        if placed is None:
            waiting.append(candidate)
        else:
            state = placed
    return replace(state, candidates=tuple(waiting))


def _may_stand(state: Slots, candidate: Candidate, look: Look) -> bool:
    if not is_ripe(candidate, look.now):
        return False
    looks = candidate.hits + candidate.misses
    ground = look.places.get(candidate.key, PlaceLook()).ground
    bare = ground is not None and ground >= ALIKE  # what came is gone, if anything came at all
    if (bare or candidate.arrived is False) and candidate.hits < max(UNARRIVED_HITS, UNARRIVED_SHARE * looks):
        return False
    return not any(
        slot.stay and slot.stay.presence is not Presence.LEFT and same_ground(slot.box, candidate.box)
        for slot in state.slots
    )


def _place(state: Slots, candidate: Candidate, now: Moment) -> Slots | None:
    """Give a candidate a stay in the slot that is there, else in a new one; None if there is no room or not yet."""
    fitting = match([slot.box for slot in state.slots], [candidate.box])
    if fitting:
        i = next(iter(fitting))
        slot = state.slots[i]
        if slot.stay:  # it says LEFT in this look: the next stay begins with the next look
            return None
        return replace(state, slots=(*state.slots[:i], _occupied(slot, candidate, now), *state.slots[i + 1 :]))
    slots = _with_room(state.slots)
    if slots is None:
        return None
    made = state.made + 1
    slot = Slot(f"{state.camera}.s{made}", candidate.box, 0, None)
    return replace(state, made=made, slots=(*slots, _occupied(slot, candidate, now)))


def _with_room(slots: tuple[Slot, ...]) -> tuple[Slot, ...] | None:
    """The slots with one place free: the one that has been empty longest goes; None if a vehicle stands in each."""
    if len(slots) < MAX_SLOTS:
        return slots
    empty = [slot for slot in slots if slot.stay is None]
    if not empty:
        return None
    oldest = min(empty, key=lambda slot: slot.empty_since_s)
    return tuple(slot for slot in slots if slot is not oldest)


def _occupied(slot: Slot, candidate: Candidate, now: Moment) -> Slot:
    stay = Stay(
        name=f"{slot.name}.{slot.stays + 1}",
        votes=candidate.votes,
        score=candidate.score,
        entered=candidate.first,
        entered_within_s=candidate.first_within_s,
        last_seen=now,
        pictured_s=now.at_s,
        support=candidate.hits / (candidate.hits + candidate.misses),
        hits=min(candidate.hits, PROVEN_HITS),
        tries=min(candidate.hits + candidate.misses, MANY),
        arrived=candidate.arrived is True,
    )
    return replace(slot, box=candidate.box, stays=slot.stays + 1, stay=stay)


def tidy(state: Slots, now: Moment) -> Slots:
    """Empty the slots whose vehicle was said to have left, forget those long empty."""
    emptied = (
        _emptied(slot, slot.stay, now) if slot.stay and slot.stay.presence is Presence.LEFT else slot
        for slot in state.slots
    )
    kept = tuple(slot for slot in emptied if slot.stay or now.at_s - slot.empty_since_s < FORGET_S)
    return replace(state, slots=kept)


def _emptied(slot: Slot, stay: Stay, now: Moment) -> Slot:
    return replace(slot, stay=None, empty_since_s=now.at_s, last=stay.name, last_seen_s=stay.last_seen.at_s)

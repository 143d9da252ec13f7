"""Where a vehicle comes to stand: candidates become stays, in the slot that is there or in a new one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from edge.perception.appearance import clear_cells
from edge.perception.candidates import UNARRIVED_HITS, Candidate, is_ripe, outweighing
from edge.perception.places import FITS, same_ground
from edge.perception.stays import ALIKE, MANY, PROVEN_HITS, Look, PlaceLook, Slot, Slots, Stay
from edge.values import Box, Moment, Presence

MAX_SLOTS: Final = 128  # of one camera: more vehicles than a picture shows with a usable size
FORGET_S: Final = 86_400.0  # a place that was empty for a day is no place any more
UNARRIVED_SHARE: Final = 0.4  # of the looks since must detect what stood before anything was detected
OUSTING_HITS: Final = 6  # detections of one that came, on the ground of another that nobody sees any more
BARER: Final = 0.15  # its picture is one of ground, unless the place is more like it than like ground by so much
SHOWN: Final = 0.25  # of a vehicle behind others: less cannot be detected


def settle(state: Slots, look: Look) -> Slots:
    """Turn ripe candidates into stays where no other vehicle stands on that ground."""
    waiting: list[Candidate] = []
    for candidate in state.candidates:
        if _may_stand(cleared := _cleared(state, candidate, look), candidate, look):
            state = cleared
            placed = _place(state, candidate, look.now)
        else:
            placed = None
        if placed is None:
            waiting.append(candidate)
        else:
            state = placed
    return replace(state, candidates=tuple(waiting))


def _cleared(state: Slots, candidate: Candidate, look: Look) -> Slots:
    """Let those go that nobody has seen since something that was seen to come began to stand on their ground."""
    if candidate.hits < OUSTING_HITS or not candidate.stays_put or not is_ripe(candidate, look.now):
        return state
    return replace(state, slots=tuple(_ousted(slot, candidate) for slot in state.slots))


def _ousted(slot: Slot, candidate: Candidate) -> Slot:
    stay = slot.stay
    if stay is None or stay.presence is Presence.SEEN or stay.there_s >= candidate.first.at_s:
        return slot
    if slot.box.overlap(candidate.box) >= FITS or not same_ground(slot.box, candidate.box):
        return slot  # another opinion on this vehicle, or one that stands before it
    first = stay.first_missed or stay.doubted or candidate.first
    return replace(slot, stay=replace(stay, presence=Presence.LEFT, first_missed=first))


def _may_stand(state: Slots, candidate: Candidate, look: Look) -> bool:
    if not is_ripe(candidate, look.now):
        return False
    looks = candidate.hits + candidate.misses
    place = look.places.get(candidate.key, PlaceLook())
    empty = _is_bare(place) or (place.through and candidate.arrived is not True)
    if (empty or candidate.arrived is False) and candidate.hits < max(UNARRIVED_HITS, UNARRIVED_SHARE * looks):
        return False
    if candidate.arrived is None and candidate.hits < outweighing(candidate.unseen):
        return False
    if clear_cells(candidate.box, _before(state, candidate)).mean() < SHOWN:
        return False
    return not any(
        slot.stay and slot.stay.presence is not Presence.LEFT and _excludes(slot.box, candidate.box)
        for slot in state.slots
    )


def _is_bare(place: PlaceLook) -> bool:
    """Whether a candidate's place shows its ground: what came is gone, if anything came at all."""
    return place.ground is not None and place.ground >= max(ALIKE, (place.likeness or 0.0) - BARER)


def _before(state: Slots, candidate: Candidate) -> Iterator[Box]:
    """What stands before a candidate; who is not seen may have gone, if so many detections say so."""
    sure = candidate.hits >= UNARRIVED_HITS
    for slot in state.slots:
        if slot.stay and slot.box.y2 > candidate.box.y2 and (slot.stay.presence is Presence.SEEN or not sure):
            yield slot.box


def _excludes(standing: Box, box: Box) -> bool:
    """Whether a box is on the ground of what stands, or another opinion on it rather than something before it."""
    return same_ground(standing, box) or (standing.overlap(box) >= FITS and standing.y2 >= box.y2)


def _place(state: Slots, candidate: Candidate, now: Moment) -> Slots | None:
    """Give a candidate a stay in the slot that is there, else in a new one; None if there is no room or not yet."""
    fitting = slot_of(candidate.box, state.slots)
    if fitting is not None:
        i, slot = state.slots.index(fitting), fitting
        if slot.stay:  # it says LEFT in this look: the next stay begins with the next look
            return None
        return replace(state, slots=(*state.slots[:i], _occupied(slot, candidate, now), *state.slots[i + 1 :]))
    slots = _with_room(state.slots)
    if slots is None:
        return None
    made = state.made + 1
    slot = Slot(f"{state.camera}.s{made}", candidate.box, 0, None)
    return replace(state, made=made, slots=(*slots, _occupied(slot, candidate, now)))


def slot_of(box: Box, slots: Sequence[Slot]) -> Slot | None:
    """The slot in whose place a vehicle with this box stands: the one that it fits best, on the same ground."""
    fitting = [slot for slot in slots if slot.box.overlap(box) >= FITS and same_ground(slot.box, box)]
    return max(fitting, key=lambda slot: slot.box.overlap(box), default=None)


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

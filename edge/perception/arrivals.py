"""When a vehicle came: looks before its first detection asked whether they show it already, or its place without it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from edge.perception.appearance import Appearance, Cells, clear_cells, similarity
from edge.perception.candidates import Candidate
from edge.perception.eye import Eye
from edge.perception.faces import seen_cells
from edge.perception.grounds import covered_ground
from edge.perception.memory import Memory, Remembered
from edge.perception.places import FITS, passers, same_ground
from edge.perception.settling import slot_of
from edge.perception.stays import ALIKE, STILL, Slot, Slots, standing
from edge.values import Box, Moment

UNARRIVED_LOOKS: Final = 4  # before the first detection that show the place as it is now: it came before, or is nothing
SAME_PLACE: Final = 0.65  # overlap of a candidate with a slot from which what is known of the slot is true of it
OWN: Final = 0.6  # … and this part of its ground nothing stands before
STEADY: Final = 0.8  # likeness of two looks at a place between which nothing moved there


@dataclass(frozen=True, slots=True)
class Arrival:
    """What looks before a first detection tell.

    Attributes:
        first: the first look that shows the vehicle; at the latest the one that detected it.
        within_s: how much earlier it may have come; None if no look before tells.
        arrived, unseen: as of `Candidate`.
        ground: the place without it; None if no two looks show that.
    """

    first: Moment
    within_s: float | None
    arrived: bool | None
    ground: Remembered | None
    unseen: int = 0


def dated(memory: Memory, slots: Slots, eye: Eye, past: Sequence[Eye]) -> tuple[Slots, dict[str, Remembered]]:
    """Ask the looks before about every candidate that is new.

    Returns:
        the slots, and how places look without a vehicle, by slot's name or candidate's key.
    """
    kept = dict(memory.grounds)
    candidates: list[Candidate] = []
    for one in slots.candidates:
        if one.first.at_s != eye.moment.at_s:  # neither new nor begun anew
            candidates.append(one)
            continue
        slot = slot_of(one.box, slots.slots)
        others = [box for box in standing(slots) if not same_ground(box, one.box)]
        found = arrival(one.box, eye, past, not_before_s=_taken_until_s(slot), others=others)
        ground = memory.grounds.get(slot.name) if slot else None
        if slot and ground and _shows(slot, slots, ground, one):
            found = _seen_to_come(found, slot, ground, eye, standing(slots, slot.name))
        within_s = one.first_within_s if found.within_s is None or _is_latest(found, eye, past) else found.within_s
        candidates.append(
            replace(one, first=found.first, first_within_s=within_s, arrived=found.arrived, unseen=found.unseen)
        )
        if found.ground:
            kept[one.key] = found.ground
        else:
            kept.pop(one.key, None)
    return replace(slots, candidates=tuple(candidates)), kept


def _shows(slot: Slot, slots: Slots, ground: Remembered, candidate: Candidate) -> bool:
    """Whether a slot's place is the candidate's, and little of it is behind something that stands."""
    before = [other for other in standing(slots, slot.name) if other.y2 > slot.box.y2]
    return slot.box.overlap(candidate.box) >= SAME_PLACE and bool(clear_cells(ground.box, before).mean() >= OWN)


def _seen_to_come(found: Arrival, slot: Slot, ground: Remembered, eye: Eye, others: Sequence[Box]) -> Arrival:
    """Ask a slot whose ground is known, and does not show any more, since when it has looked as it does now.

    Its place may be the same from look to look though a vehicle came, if what came covered nearly all of it at once:
    then its ground was seen meanwhile, and nothing is told.
    """
    covered, surely = covered_ground(ground, eye, others)
    if not covered:
        return found
    steady = slot.steady if slot.stay is None else None
    told = steady is not None and (surely or steady.alone) and slot.bare_s < steady.since.at_s
    if found.ground is None and (found.arrived is not False or told):
        found = replace(found, arrived=True, ground=ground)
    if told and steady and steady.told_s == eye.moment.at_s and steady.since.at_s < found.first.at_s:
        found = replace(found, first=steady.since, within_s=steady.within_s)
    return found


def _is_latest(found: Arrival, eye: Eye, past: Sequence[Eye]) -> bool:
    """Whether it was not there at the latest look: still ones since, which are not kept, show that too."""
    return found.first == eye.moment and found.within_s == eye.moment.at_s - past[-1].moment.at_s


def _taken_until_s(slot: Slot | None) -> float:
    """Until when another vehicle was seen in the place of a candidate."""
    if slot is None:
        return float("-inf")
    return slot.stay.last_seen.at_s if slot.stay else slot.last_seen_s if slot.last else float("-inf")


def arrival(box: Box, eye: Eye, past: Sequence[Eye], *, not_before_s: float, others: Sequence[Box] = ()) -> Arrival:
    """Go back look by look for as long as the place looks as it does now; a look that cannot tell is passed over.

    Args:
        past: looks before this one, oldest first.
        not_before_s: until then something else is known to have stood there.
        others: standing vehicles: what changes where they stand tells nothing of this one.
    """
    now, own = eye.looks(box), clear_cells(box, others)
    earlier = [one for one in past if not_before_s < one.moment.at_s < eye.moment.at_s]
    first, alike = eye.moment, 0
    for i in reversed(range(len(earlier))):
        likeness = _likeness(box, now, earlier[i], own)
        if likeness is not None and likeness < STILL:
            bare = _bare(box, now, earlier[: i + 1], own)
            came = bare or _bare(box, now, earlier[: i + 1], own, others)
            ground = Remembered(box, bare) if bare else None
            return Arrival(first, first.at_s - earlier[i].moment.at_s, True if came else None, ground, alike)
        if likeness is not None:
            first, alike = earlier[i].moment, alike + 1
    gap_s = earlier[1].moment.at_s - earlier[0].moment.at_s if len(earlier) > 1 else 0.0
    return Arrival(first, gap_s if alike else None, False if alike >= UNARRIVED_LOOKS else None, None, alike)


def _likeness(box: Box, looks: Appearance, earlier: Eye, own: Cells) -> float | None:
    """Of all of the place that nothing passed before, if that is unchanged; else of what only this vehicle fills."""
    cells, before = clear_cells(box, passers(box, earlier.detections)) & seen_cells(box, earlier), earlier.looks(box)
    whole = similarity(looks, before, cells)
    return whole if whole is None or whole >= STILL else similarity(looks, before, cells & own)


def _bare(
    box: Box, vehicle: Appearance, earlier: Sequence[Eye], own: Cells, others: Sequence[Box] = ()
) -> Appearance | None:
    """The place as two looks in a row show it, unlike the vehicle, and with nothing before it but `others`: the newest.

    Beside others it is seen to have been another, but not pictured as ground: who stood there may be missed twice.
    """
    free = [one.looks(box) for one in earlier if not _is_passed(box, one, others)]
    for before, after in reversed(list(pairwise(free))):
        steady = (similarity(before, after, own) or 0.0) >= STEADY
        if steady and (similarity(vehicle, after, own) or 0.0) < ALIKE:
            return after
    return None


def _is_passed(box: Box, look: Eye, others: Sequence[Box]) -> bool:
    """Whether something is detected in a place that is none of those who stand beside it."""
    boxes = (found.box for found in look.detections if found.box.shared(box))
    return any(all(one.overlap(other) < FITS for other in others) for one in boxes)

"""Grounds: how places look without a vehicle, kept fresh while they are empty.

Structure alone does not know bare ground again once the light has changed. What the detector's network makes of it
does: with the shipped detector, footage lit anew by gamma, shadow, lamp or rain has a ground that is 0.25 to 1.0 akin
to itself (half of the values over 0.67), and a vehicle that is -0.25 to 0.25 akin to ground.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from edge.perception.appearance import Appearance, clear_cells, kinship, similarity
from edge.perception.eye import Eye
from edge.perception.memory import Remembered, remembered
from edge.perception.places import match, same_ground
from edge.perception.stays import ALIKE, UNLIKE, Slot, Slots, standing
from edge.values import Box

BARE_LOOKS: Final = 6  # before this one, without a detection at an empty place: then this one shows bare ground
AKIN: Final = 0.4  # kinship from which a place may be bare; of a vehicle to ground it is less
SURELY_AKIN: Final = 0.5  # … from which it is followed in another light
UNCOVERED: Final = 0.97  # of a picture of ground, for a network's word on it
UNCHANGED_S: Final = 10.0  # … and so long unchanged: one that comes slowly would be followed into it
ALONE: Final = 0.8  # of a place, apart from what other vehicles fill of it, for a network's word on it
IN_VIEW: Final = 0.7  # of an empty place, to be pictured


def ground_kinship(ground: Remembered, eye: Eye, others: Sequence[Box]) -> float | None:
    """How akin a network finds a place to its ground now; None where it cannot tell.

    Args:
        others: other vehicles that stand: where they fill some of the place, a vehicle there is akin to it as well.
    """
    if clear_cells(ground.box, ground.covers).mean() < UNCOVERED:
        return None
    if clear_cells(ground.box, others).mean() < ALONE:
        return None
    return kinship(ground.looks, eye.looks(ground.box))


def ground_likeness(ground: Remembered, eye: Eye, others: Sequence[Box]) -> float | None:
    """How like its ground a place is in structure now, where no other vehicle stands."""
    return similarity(ground.looks, eye.looks(ground.box), clear_cells(ground.box, (*ground.covers, *others)))


def bareness(vehicle: Appearance, now: Appearance, ground: Remembered, eye: Eye, others: Sequence[Box]) -> float | None:
    """As `PlaceLook.bareness`: -1 for what is not akin to its ground at all, though it may be neither."""
    akin = ground_kinship(ground, eye, others)
    if akin is None:
        return None
    return akin - (kinship(vehicle, now) or 0.0) if akin >= AKIN else -1.0


def covered_ground(ground: Remembered, eye: Eye, others: Sequence[Box]) -> tuple[bool, bool]:
    """Whether a place does not show its ground any more, and whether a network says so, which light does not fool."""
    akin = ground_kinship(ground, eye, others)
    if akin is not None:
        return akin < AKIN, True
    likeness = ground_likeness(ground, eye, others)
    return likeness is not None and likeness < UNLIKE, False


def bared(slots: Slots, known: Mapping[str, Remembered], eye: Eye) -> Slots:
    """Note which empty places show their ground now."""
    return replace(slots, slots=tuple(_shown_bare(slot, slots, known.get(slot.name), eye) for slot in slots.slots))


def _shown_bare(slot: Slot, slots: Slots, ground: Remembered | None, eye: Eye) -> Slot:
    if slot.stay or ground is None or not _shows(ground, eye, standing(slots, slot.name)):
        return slot
    return replace(slot, bare_s=eye.moment.at_s)


def _shows(ground: Remembered, eye: Eye, others: Sequence[Box]) -> bool:
    akin = ground_kinship(ground, eye, others)
    return akin >= AKIN if akin is not None else (ground_likeness(ground, eye, others) or 0.0) >= ALIKE


def grounds(
    known: Mapping[str, Remembered], before: Slots, slots: Slots, eye: Eye, past: Sequence[Eye]
) -> Iterator[tuple[str, Remembered]]:
    """Picture empty places that little stands before; a candidate that became a stay hands on what it had.

    Args:
        known: by slot's name or candidate's key.
        before: the slots before this look, with the candidates that became stays at it.
    """
    keys = {one.key for one in slots.candidates}
    yield from ((key, ground) for key, ground in known.items() if key in keys)
    had = {slot.name for slot in before.slots if slot.stay}
    for slot in slots.slots:
        ground = known.get(slot.name)
        if slot.stay and slot.name not in had:
            ground = _handed_on(known, before, slot) or ground
        if slot.stay is None and _is_bare(slot, (*past[-BARE_LOOKS:], eye)):
            ground = _followed(slot, ground, eye, standing(slots))
        if ground:
            yield slot.name, ground


def _followed(slot: Slot, ground: Remembered | None, eye: Eye, others: Sequence[Box]) -> Remembered | None:
    """Follow changes of bare ground; what is neither like nor akin to it may be a vehicle that nothing detects.

    So may what changed while all around stayed as it was: that was no light, and only structure can tell.
    """
    steady = slot.steady
    if steady is None or steady.told_s != eye.moment.at_s or eye.moment.at_s - steady.since.at_s < UNCHANGED_S:
        return ground
    before = (box for box in others if box.y2 > slot.box.y2)
    present = remembered(slot.box, eye.looks(slot.box), (*(found.box for found in eye.detections), *before))
    if ground is None:
        return present
    cells = clear_cells(ground.box, (*present.covers, *ground.covers, *others))
    if (similarity(ground.looks, eye.looks(ground.box), cells) or 0.0) >= ALIKE:
        return present
    if steady.alone:
        return ground
    return present if (ground_kinship(ground, eye, others) or 0.0) >= SURELY_AKIN else ground


def _handed_on(known: Mapping[str, Remembered], before: Slots, slot: Slot) -> Remembered | None:
    keys = [one.key for one in before.candidates if one.key in known]
    pairs = match([slot.box], [known[key].box for key in keys])
    return known[keys[pairs[0]]] if pairs else None


def _is_bare(slot: Slot, looks: Sequence[Eye]) -> bool:
    """Whether so many looks detected nothing in an empty place that no vehicle stands there undetected."""
    return len(looks) > BARE_LOOKS and all(
        look.moment.at_s >= slot.empty_since_s
        and not any(same_ground(found.box, slot.box) for found in look.detections)
        and clear_cells(slot.box, [found.box for found in look.detections]).mean() >= IN_VIEW
        for look in looks
    )

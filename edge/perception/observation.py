"""One look judged: places compared with their vehicles' looks, slots stepped, looks remembered anew. No pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from edge.config import Camera
from edge.perception import slots as judged
from edge.perception.appearance import WHOLE, Appearance, clear_cells, kinship, similarity
from edge.perception.arrivals import Arrival, arrival
from edge.perception.candidates import Candidate
from edge.perception.comparison import compare
from edge.perception.eye import Eye
from edge.perception.memory import Memory, Remembered
from edge.perception.places import match, widened
from edge.perception.slots import step
from edge.perception.stays import ALIKE, UNLIKE, Look, Slot, Slots
from edge.perception.wear import Diary, Page, is_due, ring_cells, ring_of, written
from edge.values import Moment, Presence, Sighting

TWIN: Final = 0.8  # likeness of two looks at the same vehicle, parked twice
KIN: Final = 0.97  # … to a network,
TWIN_OF_KIN: Final = 0.5  # and then in structure
SHOWN: Final = 0.9  # of a vehicle that is pictured for its diary
BARE_LOOKS: Final = 6  # before this one, without a detection at an empty place: then this one shows bare ground


def observe(memory: Memory, eye: Eye, camera: Camera, past: Sequence[Eye] = ()) -> tuple[Memory, tuple[Sighting, ...]]:
    """Judge a look that was detected on.

    Args:
        past: the looks before that were detected on, oldest first; the caller keeps a few. A vehicle that was detected
            just now is looked for in them, so that its stay begins with the first look that showed it.
    Returns:
        the new memory, and a sighting for every standing vehicle; LEFT once.
    """
    look = Look(eye.moment, eye.detections, compare(memory, eye, past), _scene(memory, eye))
    slots, sightings = step(memory.slots, look, camera)
    slots, grounds = _arrivals(memory, slots, eye, past)
    slots, sightings = _returned(memory, slots, sightings, eye)
    diaries = dict(_diaries(memory, slots, look, eye))
    slots = _worn(slots, diaries)
    kept = replace(
        memory,
        slots=slots,
        places=dict(_pictured(memory, slots, eye)),
        picture=eye.whole,
        detections=eye.detections,
        looked_s=eye.moment.at_s,
        diaries=diaries,
        grounds=dict(_grounds(grounds, memory.slots, slots, eye, past)),
    )
    return kept, sightings


def _scene(memory: Memory, eye: Eye) -> float | None:
    """Likeness of the whole picture to the look before; none at all if the camera was moved since."""
    if memory.picture is None:
        return None
    if memory.stance.shifted_s == eye.moment.at_s:
        return 0.0
    objects = [found.box for found in (*memory.detections, *eye.detections)]
    return similarity(memory.picture, eye.whole, clear_cells(WHOLE, objects))


def idle(memory: Memory, moment: Moment, *, visible: bool) -> tuple[Memory, tuple[Sighting, ...]]:
    """Take a look without news: a picture that tells nothing hides everything, a still one repeats what was said."""
    slots, sightings = judged.idle(memory.slots, moment, visible=visible)
    return replace(memory, slots=slots), sightings


def _arrivals(memory: Memory, slots: Slots, eye: Eye, past: Sequence[Eye]) -> tuple[Slots, dict[str, Remembered]]:
    """Ask the looks before about every candidate that is new; what they show of its place without it is kept."""
    grounds = dict(memory.grounds)
    candidates: list[Candidate] = []
    for one in slots.candidates:
        if one.first.at_s != eye.moment.at_s:  # neither new nor begun anew
            candidates.append(one)
            continue
        found = arrival(one.box, eye, past, not_before_s=_taken_until_s(slots, one))
        if found.ground is None and found.arrived is not False and (bare := _known_bare(memory, slots, one, eye)):
            found = replace(found, arrived=True, ground=bare)
        within_s = one.first_within_s if found.within_s is None or _is_latest(found, eye, past) else found.within_s
        candidates.append(replace(one, first=found.first, first_within_s=within_s, arrived=found.arrived))
        if found.ground:
            grounds[one.key] = found.ground
        else:
            grounds.pop(one.key, None)
    return replace(slots, candidates=tuple(candidates)), grounds


def _is_latest(found: Arrival, eye: Eye, past: Sequence[Eye]) -> bool:
    """Whether it was not there at the latest look: still ones since, which are not kept, show that too."""
    return found.first == eye.moment and found.within_s == eye.moment.at_s - past[-1].moment.at_s


def _known_bare(memory: Memory, slots: Slots, candidate: Candidate, eye: Eye) -> Remembered | None:
    """The ground of the slot where a candidate stands, if that shows no more."""
    fitting = match([slot.box for slot in slots.slots], [candidate.box])
    bare = memory.grounds.get(slots.slots[next(iter(fitting))].name) if fitting else None
    likeness = similarity(bare.looks, eye.looks(bare.box)) if bare else None
    return bare if likeness is not None and likeness < UNLIKE else None


def _taken_until_s(slots: Slots, candidate: Candidate) -> float:
    """Until when another vehicle was seen where a candidate stands."""
    fitting = match([slot.box for slot in slots.slots], [candidate.box])
    if not fitting:
        return float("-inf")
    slot = slots.slots[next(iter(fitting))]
    return slot.stay.last_seen.at_s if slot.stay else slot.last_seen_s if slot.last else float("-inf")


def _pictured(memory: Memory, slots: Slots, eye: Eye) -> Iterator[tuple[str, Remembered]]:
    """Picture the vehicles that this look showed well; keep the latest that left each slot; forget all others."""
    now_s = eye.moment.at_s
    standing = [(slot.name, slot.box, slot.stay.pictured_s) for slot in slots.slots if slot.stay]
    waiting = [(one.key, one.box, one.last.at_s) for one in slots.candidates]
    for name, box, pictured_s in (*standing, *waiting):
        if pictured_s == now_s:
            yield name, Remembered(box, eye.looks(box))
        elif name in memory.places:
            yield name, memory.places[name]
    for slot in slots.slots:
        if slot.last:
            left = memory.places.get(slot.last) or (memory.places.get(slot.name) if _left(slot, eye) else None)
            if left:
                yield slot.last, left


def _left(slot: Slot, eye: Eye) -> bool:
    return slot.stay is None and slot.empty_since_s == eye.moment.at_s


def _grounds(
    grounds: dict[str, Remembered], before: Slots, slots: Slots, eye: Eye, past: Sequence[Eye]
) -> Iterator[tuple[str, Remembered]]:
    """Picture empty places that nothing stands before; a candidate that became a stay hands on what it had."""
    keys = {one.key for one in slots.candidates}
    yield from ((key, ground) for key, ground in grounds.items() if key in keys)
    had = {slot.name for slot in before.slots if slot.stay}
    for slot in slots.slots:
        known = grounds.get(slot.name)
        if slot.stay and slot.name not in had:
            known = _handed_on(grounds, before, slot) or known
        if slot.stay is None and _is_bare(slot, (*past[-BARE_LOOKS:], eye)):
            known = _pictured_bare(slot, known, eye)
        if known:
            yield slot.name, known


def _pictured_bare(slot: Slot, known: Remembered | None, eye: Eye) -> Remembered:
    """Follow slow changes of bare ground; what is quite unlike it may be a vehicle that nothing detects."""
    if known and (similarity(known.looks, eye.looks(known.box)) or 0.0) < ALIKE:
        return known
    return Remembered(slot.box, replace(eye.looks(slot.box), embedding=None))


def _handed_on(grounds: dict[str, Remembered], before: Slots, slot: Slot) -> Remembered | None:
    keys = [one.key for one in before.candidates if one.key in grounds]
    pairs = match([slot.box], [grounds[key].box for key in keys])
    return grounds[keys[pairs[0]]] if pairs else None


def _is_bare(slot: Slot, looks: Sequence[Eye]) -> bool:
    """Whether so many looks detected nothing over an empty place that no vehicle stands there undetected."""
    return len(looks) > BARE_LOOKS and all(
        look.moment.at_s >= slot.empty_since_s and not any(found.box.shared(slot.box) for found in look.detections)
        for look in looks
    )


def _returned(
    memory: Memory, slots: Slots, sightings: tuple[Sighting, ...], eye: Eye
) -> tuple[Slots, tuple[Sighting, ...]]:
    """Link the stays that begin with this look to the one before in the slot, if it looks like the same vehicle."""
    had = {slot.stay.name for slot in memory.slots.slots if slot.stay}
    back = {
        slot.stay.name: slot.last
        for slot in slots.slots
        if slot.stay and slot.stay.name not in had and slot.last in memory.places
        if _is_same(memory.places[slot.last].looks, eye.looks(slot.box))
    }
    if not back:
        return slots, sightings
    linked = tuple(
        replace(slot, stay=replace(slot.stay, returns=back[slot.stay.name]))
        if slot.stay and slot.stay.name in back
        else slot
        for slot in slots.slots
    )
    return replace(slots, slots=linked), tuple(
        replace(one, returns=back[one.stay]) if one.stay in back else one for one in sightings
    )


def _is_same(one: Appearance, other: Appearance) -> bool:
    """Whether two vehicles, each filling its box, look like the same one parked twice."""
    likeness, kin = similarity(one, other) or 0.0, kinship(one, other)
    return likeness >= TWIN if kin is None else kin >= KIN and likeness >= TWIN_OF_KIN


def _diaries(memory: Memory, slots: Slots, look: Look, eye: Eye) -> Iterator[tuple[str, Diary]]:
    """Write a page for every vehicle that is in full view, once a day; forget those that are gone."""
    for slot in slots.slots:
        if slot.stay is None:
            continue
        diary = memory.diaries.get(slot.stay.name)
        place = look.places.get(slot.name)
        shown = slot.stay.presence is Presence.SEEN and place is not None and min(place.clear, place.unpassed) >= SHOWN
        if shown and is_due(diary, eye.moment.at_s):
            box = diary.page.box if diary else slot.box
            ring = ring_of(box)
            page = Page(eye.moment.at_s, box, eye.looks(box), ring, eye.looks(ring), eye.whole)
            others = [other.box for other in slots.slots if other.stay] + [found.box for found in eye.detections]
            diary = written(diary, page, ring_cells(ring, tuple(widened(other) for other in others)))
        if diary:
            yield slot.stay.name, diary


def _worn(slots: Slots, diaries: dict[str, Diary]) -> Slots:
    return replace(
        slots,
        slots=tuple(
            replace(slot, stay=replace(slot.stay, wear=diaries[slot.stay.name].wear))
            if slot.stay and slot.stay.name in diaries
            else slot
            for slot in slots.slots
        ),
    )

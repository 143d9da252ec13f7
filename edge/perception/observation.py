"""One look judged: places compared with their vehicles' looks, slots stepped, looks remembered anew. No pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from edge.config import Camera
from edge.perception import slots as judged
from edge.perception.appearance import WHOLE, Appearance, clear_cells, kinship, similarity
from edge.perception.arrivals import dated
from edge.perception.comparison import compare
from edge.perception.eye import Eye
from edge.perception.faces import faces
from edge.perception.grounds import bared, grounds
from edge.perception.memory import Memory, Remembered, remembered
from edge.perception.places import widened
from edge.perception.slots import step
from edge.perception.stays import Look, Slot, Slots
from edge.perception.wear import Diary, Page, aimed, bits_of, is_at_hour, is_due, is_lit, ring_cells, ring_of, written
from edge.values import Box, Moment, Presence, Sighting

TWIN: Final = 0.8  # likeness of two looks at the same vehicle, parked twice
KIN: Final = 0.97  # … to a network,
TWIN_OF_KIN: Final = 0.5  # and then in structure
SHOWN: Final = 0.9  # of a vehicle that is pictured for its diary
RESTED_S: Final = 600.0  # a diary begins then: the first looks may show the vehicle still rolling to its place


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
    slots, known = dated(memory, slots, eye, past)
    slots, sightings = _returned(memory, slots, sightings, eye)
    slots = bared(slots, known, eye)
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
        grounds=dict(grounds(known, memory.slots, slots, eye, past)),
        faces=dict(faces(slots, eye)),
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


def _pictured(memory: Memory, slots: Slots, eye: Eye) -> Iterator[tuple[str, Remembered]]:
    """Picture the vehicles that this look showed well; keep the latest that left each slot; forget all others."""
    now_s = eye.moment.at_s
    standing = [(slot.name, slot.box, slot.stay.pictured_s) for slot in slots.slots if slot.stay]
    waiting = [(one.key, one.box, one.last.at_s) for one in slots.candidates]
    for name, box, pictured_s in (*standing, *waiting):
        if pictured_s == now_s:
            yield name, remembered(box, eye.looks(box), _before(slots, name, box))
        elif name in memory.places:
            yield name, memory.places[name]
    for slot in slots.slots:
        if slot.last:
            left = memory.places.get(slot.last) or (memory.places.get(slot.name) if _left(slot, eye) else None)
            if left:
                yield slot.last, left


def _before(slots: Slots, name: str, box: Box) -> Iterator[Box]:
    """What stands before a place and hides part of it."""
    for slot in slots.slots:
        if slot.stay and slot.name != name and slot.box.y2 > box.y2:
            yield slot.box


def _left(slot: Slot, eye: Eye) -> bool:
    return slot.stay is None and slot.empty_since_s == eye.moment.at_s


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
    """Write a page for every vehicle that is in full view, one a day; forget those that are gone."""
    for slot in slots.slots:
        if slot.stay is None:
            continue
        diary = memory.diaries.get(slot.stay.name)
        place = look.places.get(slot.name)
        shown = slot.stay.presence is Presence.SEEN and place is not None and min(place.clear, place.unpassed) >= SHOWN
        rested = diary is not None or eye.moment.at_s - slot.stay.entered.at_s >= RESTED_S
        now_s = eye.moment.at_s
        if shown and rested and is_due(diary, now_s) and is_lit(diary, now_s, eye.whole):
            box = aimed(diary.page, eye.looks) if diary and is_at_hour(diary, now_s) else slot.box
            ring = ring_of(box)
            clear = bits_of(clear_cells(box, _before(slots, slot.name, box)))
            page = Page(now_s, box, _plain(eye.looks(box)), ring, _plain(eye.looks(ring)), eye.whole, clear)
            others = [other.box for other in slots.slots if other.stay] + [found.box for found in eye.detections]
            diary = written(diary, page, ring_cells(ring, tuple(widened(other) for other in others)))
        if diary:
            yield slot.stay.name, diary


def _plain(looks: Appearance) -> Appearance:
    """Looks without what a network made of them: a diary does not ask for it, and two pages a stay take room."""
    return replace(looks, embedding=None)


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

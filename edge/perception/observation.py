"""One look judged: places compared with their vehicles' looks, slots stepped, looks remembered anew. No pixels."""

from collections.abc import Sequence
from dataclasses import replace

from edge.config import Camera
from edge.perception import slots as places_of
from edge.perception.appearance import WHOLE, clear_cells, similarity
from edge.perception.comparison import compare, remember, seen_cells
from edge.perception.eye import Eye
from edge.perception.memory import Memory
from edge.perception.places import passers
from edge.perception.slots import ALIKE, Look, Slot, Slots, Stay, step
from edge.values import Moment, Sighting


def observe(memory: Memory, eye: Eye, camera: Camera, past: Sequence[Eye] = ()) -> tuple[Memory, tuple[Sighting, ...]]:
    """Judge a look that was detected on.

    Args:
        past: the looks before that were detected on, oldest first; the caller keeps a few. A vehicle that stands is
            looked for in them, so that its stay begins with the first look that showed it though nothing detected it.
    Returns:
        the new memory, and a sighting for every standing vehicle; LEFT once.
    """
    objects = [found.box for found in (*memory.detections, *eye.detections)]
    scene = similarity(memory.picture, eye.whole, clear_cells(WHOLE, objects)) if memory.picture else None
    look = Look(eye.moment, eye.detections, compare(memory, eye), scene)
    slots, sightings = step(memory.slots, look, camera)
    slots, sightings = _backdated(memory.slots, slots, sightings, eye, past)
    kept = replace(
        memory,
        slots=slots,
        places=remember(memory.places, slots, eye),
        picture=eye.whole,
        detections=eye.detections,
        looked_s=eye.moment.at_s,
    )
    return kept, sightings


def idle(memory: Memory, moment: Moment, *, visible: bool) -> tuple[Memory, tuple[Sighting, ...]]:
    """Take a look without news: a picture that tells nothing hides everything, a still one repeats what was said."""
    slots, sightings = places_of.idle(memory.slots, moment, visible=visible)
    return replace(memory, slots=slots), sightings


def _backdated(
    before: Slots, slots: Slots, sightings: tuple[Sighting, ...], eye: Eye, past: Sequence[Eye]
) -> tuple[Slots, tuple[Sighting, ...]]:
    """Begin the stays that are new with the first look that already showed their vehicle."""
    known = {slot.stay.name for slot in before.slots if slot.stay}
    new = [slot for slot in slots.slots if slot.stay and slot.stay.name not in known]
    begun = {slot.stay.name: _begun(slot, slot.stay, eye, past) for slot in new if slot.stay}
    if not begun:
        return slots, sightings
    return (
        replace(slots, slots=tuple(replace(slot, stay=_entered(slot.stay, begun)) for slot in slots.slots)),
        tuple(
            replace(one, entered=begun[one.stay][0], entered_within_s=begun[one.stay][1]) if one.stay in begun else one
            for one in sightings
        ),
    )


def _entered(stay: Stay | None, begun: dict[str, tuple[Moment, float]]) -> Stay | None:
    if stay is None or stay.name not in begun:
        return stay
    entered, within_s = begun[stay.name]
    return replace(stay, entered=entered, entered_within_s=within_s)


def _begun(slot: Slot, stay: Stay, eye: Eye, past: Sequence[Eye]) -> tuple[Moment, float]:
    """Go back look by look for as long as the place looks as it does now; a look that cannot tell is passed over."""
    now = eye.looks(slot.box)
    entered, within_s = stay.entered, stay.entered_within_s
    earlier = [one for one in past if one.moment.at_s < stay.entered.at_s]
    for i in reversed(range(len(earlier))):
        cells = clear_cells(slot.box, passers(slot.box, earlier[i].detections)) & seen_cells(slot.box, earlier[i])
        likeness = similarity(now, earlier[i].looks(slot.box), cells)
        if likeness is not None and likeness < ALIKE:
            break
        if likeness is not None:
            entered, within_s = earlier[i].moment, _gap_s(earlier, i)
    return entered, within_s


def _gap_s(looks: Sequence[Eye], i: int) -> float:
    """Seconds from the look before to this one; of the oldest that is kept, as many as to the next."""
    later = max(i, 1)
    return looks[later].moment.at_s - looks[later - 1].moment.at_s if len(looks) > 1 else 0.0

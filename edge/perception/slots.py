"""Slots: a standing vehicle keeps one identity by place and looks.

    detection → candidate (a box that stays where it is) → slot `{camera}.s{n}` with stay `{slot}.{k}`

A pure step: no pixels, no clock. How a place looks compared with its vehicle is worked out before (`PlaceLook`), so
that thirty days can be walked in a second. What one look says of one standing vehicle:

    detected  place looks      look says
    yes       alike, unknown   SEEN
    yes       unlike           MISSED if there was time for an exchange; else light or a passer-by: HIDDEN, later SEEN
    no        mostly covered   HIDDEN, never counts towards leaving
    no        alike            SEEN, while the detector finds the vehicle now and then
    no        in between       HIDDEN, MISSED after minutes; so too when the light of the whole picture has changed
    no        unlike           MISSED; LEFT after `leave_looks` of them over `leave_time`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from contract.parking import VehicleClass
from edge.config import Camera
from edge.perception.candidates import Candidate, advance, is_ripe, vote
from edge.perception.places import blend, match, same_ground
from edge.values import Box, Detection, Moment, Presence, Sighting

MAX_SLOTS: Final = 128  # of one camera: more vehicles than a picture shows with a usable size
FORGET_S: Final = 86_400.0  # a place that was empty for a day is no place any more

ALIKE: Final = 0.6  # likeness from which an undetected vehicle is said to stand; half a car's shift gives less
UNLIKE: Final = 0.3  # … below which it is something else: other cars and bare ground come to 0.0 to 0.2
CLEAR: Final = 0.6  # least part of a place in view that can tell; boxes of passers-by leave shadows and edges
UNCOVERED: Final = 0.9  # … to be remembered as the vehicle's looks
TIGHT: Final = 0.7  # overlap of a detection that shows the vehicle as the place is framed
FOLLOWS: Final = 0.8  # likeness at which slow changes are followed without a detection
SMOOTHING: Final = 0.3  # weight of a new box: steadies by half, and follows a camera that is turned slowly
SCENE_CHANGED: Final = 0.5  # likeness of the whole picture below which no place tells anything against its memory
SWAP_S: Final = 10.0  # one vehicle drives off and another comes to stand: not in less
UNSURE_LOOKS: Final = 20
UNSURE_S: Final = 300.0  # undetected for so long, and not quite alike: then it is missed
SUPPORT_SHARE: Final = 0.05
LEAST_SUPPORT: Final = 0.2  # detected in one look of five: below, likeness alone does not say SEEN


@dataclass(frozen=True, slots=True)
class Stay:
    """One vehicle in a slot.

    Attributes:
        votes: summed scores by class.
        score: the best so far.
        missed, first_missed: looks that count towards leaving.
        unsure, unsure_since_s: looks in a row that could not tell though the place was in view.
        odd, odd_since_s: looks in a row with a vehicle here that does not look like this one.
        support: share of clear looks that detected it, fading over some twenty looks.
        pictured_s: when its looks were last remembered, by `at_s`.
    """

    name: str
    votes: tuple[tuple[VehicleClass, float], ...]
    score: float
    entered: Moment
    entered_within_s: float
    last_seen: Moment
    pictured_s: float
    presence: Presence = Presence.SEEN
    first_missed: Moment | None = None
    missed: int = 0
    unsure: int = 0
    unsure_since_s: float = 0.0
    odd: int = 0
    odd_since_s: float = 0.0
    support: float = 1.0

    @property
    def vehicle(self) -> VehicleClass:
        """The class that most of the evidence names."""
        return max(self.votes, key=lambda vote: vote[1])[0]

    @property
    def settled(self) -> bool:
        """Whether a picture that has not changed since tells nothing new."""
        return not (self.missed or self.unsure or self.odd)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where vehicles stand, now or lately. `stays` counts them; `empty_since_s` holds while there is none."""

    name: str
    box: Box
    stays: int
    stay: Stay | None
    empty_since_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Slots:
    """All places of a camera. `looked_s` is the last look that told anything, `relit_s` the last change of light."""

    camera: str
    made: int = 0
    slots: tuple[Slot, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    looked_s: float | None = None
    relit_s: float | None = None

    @property
    def settled(self) -> bool:
        """Whether a still picture may pass undetected."""
        return not self.candidates and all(slot.stay is None or slot.stay.settled for slot in self.slots)


@dataclass(frozen=True, slots=True)
class PlaceLook:
    """How a place looks, each 0 to 1.

    Attributes:
        likeness: to its vehicle, over what is in view; None if that is too little or nothing is remembered.
        clear: part in view of what was in view when its vehicle was remembered.
        unpassed: part that nothing passes before; standing neighbours do not pass.
    """

    likeness: float | None = None
    clear: float = 1.0
    unpassed: float = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look as slots need it.

    Attributes:
        detections: of this look, each vehicle once; ignored if `still` or not `visible`.
        places: by slot name or candidate key; what is absent is unknown and in view.
        scene: likeness of the whole picture to the look before, None if there was none.
        still: nothing has changed since the last look with detections.
    """

    now: Moment
    detections: tuple[Detection, ...] = ()
    places: Mapping[str, PlaceLook] = field(default_factory=dict)
    scene: float | None = None
    visible: bool = True
    still: bool = False


def step(state: Slots, look: Look, camera: Camera) -> tuple[Slots, tuple[Sighting, ...]]:
    """Advance by one look.

    Returns:
        the new state, and a sighting for every standing vehicle in order of slots; LEFT once.
    """
    if not look.visible or look.still:
        return idle(state, look.now, visible=look.visible)
    relit = look.now.at_s if look.scene is not None and look.scene < SCENE_CHANGED else state.relit_s
    state = replace(state, relit_s=relit)
    vehicles = tuple(found for found in look.detections if found.vehicle is not None)
    state, free = _judge_all(state, look, vehicles, camera)
    candidates = advance(state.candidates, free, look.now, looked_s=state.looked_s, changed=_changed(look))
    state = _settle(replace(state, candidates=candidates, looked_s=look.now.at_s), look.now)
    sightings = tuple(_sighting(slot, slot.stay, look.now) for slot in state.slots if slot.stay)
    return _tidy(state, look.now), sightings


def _changed(look: Look) -> frozenset[str]:
    """Keys whose place does not look as it did."""
    return frozenset(
        key for key, place in look.places.items() if place.likeness is not None and place.likeness < UNLIKE
    )


def idle(state: Slots, now: Moment, *, visible: bool) -> tuple[Slots, tuple[Sighting, ...]]:
    """Take a look without news: a dark picture hides everything, a still one repeats what was said."""
    slots = tuple(replace(slot, stay=slot.stay and _repeat(slot.stay, now, visible=visible)) for slot in state.slots)
    sightings = tuple(_sighting(slot, slot.stay, now) for slot in slots if slot.stay)
    looked_s = now.at_s if visible else state.looked_s
    return _tidy(replace(state, slots=slots, looked_s=looked_s), now), sightings


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
        slots[i] = _judge(slots[i], hit, look, state.relit_s, camera)
        stay = slots[i].stay
        if hit is not None and stay is not None and stay.presence is Presence.SEEN:
            used.add(pairs[position])
    seen = [vehicles[j].box for j in sorted(used)]
    free = (found for j, found in enumerate(vehicles) if j not in used)
    return replace(state, slots=tuple(slots)), tuple(
        found for found in free if not any(same_ground(found.box, box) for box in seen)
    )


def _judge(slot: Slot, hit: Detection | None, look: Look, relit_s: float | None, camera: Camera) -> Slot:
    stay = slot.stay
    if stay is None:
        return slot
    place = look.places.get(slot.name, PlaceLook())
    relit = relit_s is not None and stay.pictured_s < relit_s
    if hit is not None:
        return _found(slot, stay, hit, place, look.now, relit=relit, camera=camera)
    return replace(slot, stay=_unfound(stay, place, look.now, relit=relit, camera=camera))


def _found(
    slot: Slot, stay: Stay, hit: Detection, place: PlaceLook, now: Moment, *, relit: bool, camera: Camera
) -> Slot:
    """A vehicle was detected at the place: this one, unless it looks otherwise and there was time for an exchange."""
    by_light = relit and not (stay.unsure or stay.missed)  # one that was away meanwhile is not known by its place
    if place.likeness is not None and place.likeness < UNLIKE and not by_light:
        stay = replace(stay, odd=stay.odd + 1, odd_since_s=stay.odd_since_s if stay.odd else now.at_s)
        if stay.odd_since_s - stay.last_seen.at_s >= SWAP_S:
            return replace(slot, stay=_miss(stay, now, camera))
        if stay.odd < camera.leave_looks or now.at_s - stay.odd_since_s < camera.leave_time:
            return replace(slot, stay=replace(stay, presence=Presence.HIDDEN))
    return _confirmed(slot, stay, hit, place, now)


def _confirmed(slot: Slot, stay: Stay, hit: Detection, place: PlaceLook, now: Moment) -> Slot:
    """The detection is this vehicle. One that looked odd for long enough is framed and remembered anew."""
    anew = stay.odd >= 1
    framed = anew or hit.box.overlap(slot.box) >= TIGHT
    seen = _see(stay, now, pictured=framed and place.unpassed >= UNCOVERED)
    support = stay.support + SUPPORT_SHARE * (1.0 - stay.support)
    voted = replace(seen, votes=vote(stay.votes, hit), score=max(stay.score, hit.score), support=support)
    return replace(slot, box=blend(slot.box, hit.box, 0.5 if anew else SMOOTHING), stay=voted)


def _unfound(stay: Stay, place: PlaceLook, now: Moment, *, relit: bool, camera: Camera) -> Stay:
    """Nothing was detected at the place: how it looks must tell."""
    if place.clear < CLEAR:
        return replace(stay, presence=Presence.HIDDEN)
    stay = replace(stay, support=stay.support * (1.0 - SUPPORT_SHARE))
    likeness = place.likeness
    if likeness is not None and likeness >= ALIKE:
        if stay.support < LEAST_SUPPORT:
            return replace(stay, presence=Presence.HIDDEN, unsure=0)
        return _see(stay, now, pictured=likeness >= FOLLOWS and place.clear >= UNCOVERED)
    if likeness is not None and likeness < UNLIKE and not relit:
        return _miss(stay, now, camera)
    stay = replace(stay, unsure=stay.unsure + 1, unsure_since_s=stay.unsure_since_s if stay.unsure else now.at_s)
    if stay.unsure >= UNSURE_LOOKS and now.at_s - stay.unsure_since_s >= UNSURE_S:
        return _miss(stay, now, camera)
    return replace(stay, presence=Presence.HIDDEN)


def _see(stay: Stay, now: Moment, *, pictured: bool) -> Stay:
    return replace(
        stay,
        presence=Presence.SEEN,
        last_seen=now,
        first_missed=None,
        missed=0,
        unsure=0,
        odd=0,
        pictured_s=now.at_s if pictured else stay.pictured_s,
    )


def _miss(stay: Stay, now: Moment, camera: Camera) -> Stay:
    first = stay.first_missed or now
    missed = stay.missed + 1
    gone = missed >= camera.leave_looks and now.at_s - first.at_s >= camera.leave_time
    return replace(stay, presence=Presence.LEFT if gone else Presence.MISSED, first_missed=first, missed=missed)


def _settle(state: Slots, now: Moment) -> Slots:
    """Turn ripe candidates into stays where no other vehicle stands on that ground."""
    waiting: list[Candidate] = []
    for candidate in state.candidates:
        blocked = any(
            slot.stay and slot.stay.presence is not Presence.LEFT and same_ground(slot.box, candidate.box)
            for slot in state.slots
        )
        placed = None if blocked or not is_ripe(candidate, now) else _place(state, candidate)
        if placed is None:
            waiting.append(candidate)
        else:
            state = placed
    return replace(state, candidates=tuple(waiting))


def _place(state: Slots, candidate: Candidate) -> Slots | None:
    """Give a candidate a stay in the slot that is there, else in a new one; None if there is no room or not yet."""
    fitting = match([slot.box for slot in state.slots], [candidate.box])
    if fitting:
        i = next(iter(fitting))
        slot = state.slots[i]
        if slot.stay:  # it says LEFT in this look: the next stay begins with the next look
            return None
        return replace(state, slots=(*state.slots[:i], _occupied(slot, candidate), *state.slots[i + 1 :]))
    slots = _with_room(state.slots)
    if slots is None:
        return None
    made = state.made + 1
    slot = Slot(f"{state.camera}.s{made}", candidate.box, 0, None)
    return replace(state, made=made, slots=(*slots, _occupied(slot, candidate)))


def _with_room(slots: tuple[Slot, ...]) -> tuple[Slot, ...] | None:
    """The slots with one place free: the one that has been empty longest goes; None if a vehicle stands in each."""
    if len(slots) < MAX_SLOTS:
        return slots
    empty = [slot for slot in slots if slot.stay is None]
    if not empty:
        return None
    oldest = min(empty, key=lambda slot: slot.empty_since_s)
    return tuple(slot for slot in slots if slot is not oldest)


def _occupied(slot: Slot, candidate: Candidate) -> Slot:
    stay = Stay(
        name=f"{slot.name}.{slot.stays + 1}",
        votes=candidate.votes,
        score=candidate.score,
        entered=candidate.first,
        entered_within_s=candidate.first_within_s,
        last_seen=candidate.last,
        pictured_s=candidate.last.at_s,
    )
    return replace(slot, box=candidate.box, stays=slot.stays + 1, stay=stay)


def _tidy(state: Slots, now: Moment) -> Slots:
    """Empty the slots whose vehicle was said to have left, forget those long empty."""
    emptied = (
        replace(slot, stay=None, empty_since_s=now.at_s) if slot.stay and slot.stay.presence is Presence.LEFT else slot
        for slot in state.slots
    )
    kept = tuple(slot for slot in emptied if slot.stay or now.at_s - slot.empty_since_s < FORGET_S)
    return replace(state, slots=kept)


def _sighting(slot: Slot, stay: Stay, now: Moment) -> Sighting:
    away = stay.presence in {Presence.MISSED, Presence.LEFT}
    return Sighting(
        slot=slot.name,
        stay=stay.name,
        vehicle=stay.vehicle,
        score=stay.score,
        box=slot.box,
        presence=stay.presence,
        now=now,
        entered=stay.entered,
        entered_within_s=stay.entered_within_s,
        last_seen=stay.last_seen,
        first_missed=stay.first_missed if away else None,
    )

"""How places look now compared with what is remembered of them: where pictures of places become `PlaceLook`s."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from edge.perception.appearance import LEAST_CELLS, Appearance, Cells, clear_cells, kinship, similarity
from edge.perception.eye import Eye
from edge.perception.faces import passing, seen_cells, stillness
from edge.perception.grounds import ALONE, bareness, ground_likeness
from edge.perception.memory import Memory, Remembered
from edge.perception.places import FITS, passers, widened
from edge.perception.stays import ALIKE, PlaceLook, Slot, Stay
from edge.values import Box, Detection, Presence

HIDDEN: Final = 0.7  # of a vehicle behind another one: no detector finds what is left …
WHOLE_BOX: Final = 0.7  # … nor frames it so well: overlap with where it stands
NEIGHBOUR_S: Final = 30.0  # what has stood beside or before a vehicle for so long belongs to the picture
OWN: Final = 0.2  # of what a vehicle's picture shows of it, after what came before it since: less tells nothing
UNCOVERED: Final = 0.9  # of a place, for a network's word on its vehicle
MOSTLY_CLEAR: Final = 0.75  # … on whether it shows its ground
SOME_VEHICLE: Final = 0.55  # kinship of a vehicle's picture to what some vehicle fills, where ground tells nothing:
# of real footage a van before a car has 0.47 to 0.77, bare ground -0.05 to 0.35 and in one case 0.46
HALF_SHOWN: Final = 0.3  # of a place, for a half of it to tell
SHOWN: Final = 0.45  # of a vehicle, in a box before it: boxes have empty corners, in which those beside are seen
LINGERS: Final = 0.8  # likeness of the place of something detected just now that says that it is there yet
LINGER_LOOKS: Final = 4
LINGER_S: Final = 30.0
PERSON_LINGERS_S: Final = 300.0  # … of persons, who are no false boxes over vehicles: in a still scene looks are rare


def compare(memory: Memory, eye: Eye, past: Sequence[Eye] = ()) -> dict[str, PlaceLook]:
    """Look at the place of every standing vehicle and candidate."""
    covers = (*eye.detections, *_lingering(memory, eye, past))
    looks = {
        slot.name: _Place(memory, slot, slot.stay, eye, covers).look()
        for slot in memory.slots.slots
        if slot.stay and slot.name in memory.places
    }
    moving = passing(memory.slots, covers)
    for slot in memory.slots.slots:
        if face := memory.faces.get(slot.name):
            still, untouched = stillness(slot, face, eye, moving)
            looks[slot.name] = replace(looks.get(slot.name, PlaceLook()), still=still, untouched=untouched)
    for candidate in memory.slots.candidates:
        if known := memory.places.get(candidate.key):
            cells = clear_cells(known.box, passers(known.box, covers)) & seen_cells(known.box, eye)
            likeness = similarity(known.looks, eye.looks(known.box), cells)
            bare = memory.grounds.get(candidate.key)
            ground = ground_likeness(bare, eye, ()) if bare else None  # that nothing came, all of the place may tell
            looks[candidate.key] = PlaceLook(
                likeness, ground=ground, through=_shows_another(memory, candidate.box, eye)
            )
    return looks


def _shows_another(memory: Memory, box: Box, eye: Eye) -> bool:
    """Whether a vehicle behind a box looks as it did where the box is before it: then the box is empty."""
    for slot in memory.slots.slots:
        known = memory.places.get(slot.name)
        if slot.stay is None or known is None or slot.box.y2 >= box.y2:
            continue
        cells = ~clear_cells(known.box, [box]) & clear_cells(known.box, known.covers)
        if cells.mean() >= SHOWN and (similarity(known.looks, eye.looks(known.box), cells) or 0.0) >= LINGERS:
            return True
    return False


def _lingering(memory: Memory, eye: Eye, past: Sequence[Eye]) -> Iterator[Detection]:
    """What was detected a moment ago and is missed now, while its place looks as it did: it stands there yet."""
    standing = [slot.box for slot in memory.slots.slots if slot.stay]
    for look in reversed(past[-LINGER_LOOKS:]):
        ago_s = eye.moment.at_s - look.moment.at_s
        for found in look.detections:
            if ago_s > (LINGER_S if found.vehicle else PERSON_LINGERS_S):
                continue
            if any(found.box.overlap(one.box) >= FITS for one in eye.detections):
                continue
            own = found.vehicle is not None and any(found.box.overlap(box) >= FITS for box in standing)
            if own or not any(box.shared(found.box) for box in standing):
                continue
            if (similarity(look.looks(found.box), eye.looks(found.box)) or 0.0) >= LINGERS:
                yield found


def _best_half(one: Appearance, other: Appearance, shown: Cells) -> float | None:
    """Likeness of the half, upper, lower, left or right, that is most alike."""
    rows, columns = shown.shape
    halves = (np.s_[: rows // 2, :], np.s_[rows // 2 :, :], np.s_[:, : columns // 2], np.s_[:, columns // 2 :])
    likenesses: list[float] = []
    for half in halves:
        cells = np.zeros_like(shown)
        cells[half] = shown[half]
        likeness = similarity(one, other, cells) if cells.sum() >= HALF_SHOWN * rows * columns else None
        if likeness is not None:
            likenesses.append(likeness)
    return max(likenesses, default=None)


@dataclass(frozen=True, slots=True)
class _Place:
    """One standing vehicle's place in one look.

    Attributes:
        covers: what is detected, or lingers undetected.
    """

    memory: Memory
    slot: Slot
    stay: Stay
    eye: Eye
    covers: tuple[Detection, ...]

    def look(self) -> PlaceLook:
        """Compare over the cells that only this vehicle fills.

        Standing neighbours say nothing about it, and nor does what passes before it now. How much is in view is
        reckoned without the neighbours that belong to the picture; one that came just now may be passing yet.
        """
        known = self.memory.places[self.slot.name]
        unpassed = self._unpassed(known.box)
        free = clear_cells(known.box, known.covers)
        own = clear_cells(known.box, self._old()) & free
        part = float(unpassed.mean())
        least = max(LEAST_CELLS, OWN * int(free.sum()))
        if int(own.sum()) < least:  # those that stand behind it cover nothing
            own = clear_cells(known.box, (box for box in self._old() if box.y2 > self.slot.box.y2)) & free
        through = self._through()
        if int(own.sum()) < least:
            return PlaceLook(clear=0.0, unpassed=part, through=through)
        shown = own & unpassed & clear_cells(known.box, self._new())
        now = self.eye.looks(known.box)
        clear = int(shown.sum()) / int(own.sum())
        kin = kinship(known.looks, now) if min(clear, float(free.mean())) >= UNCOVERED else None
        likeness = similarity(known.looks, now, shown)
        half = _best_half(known.looks, now, shown) if likeness is not None and likeness < ALIKE else likeness
        bare = self._bareness(known, now) if clear >= MOSTLY_CLEAR else None
        return PlaceLook(likeness, clear, part, self._ground(), kin, half, bareness=bare, through=through)

    def _through(self) -> bool:
        """Whether a vehicle behind this one is detected whole, which it would hide."""
        behind = (box for box, _ in self._neighbours() if box.y2 < self.slot.box.y2)
        hidden = [box for box in behind if box.covered_by(self.slot.box) >= HIDDEN]
        found = (one.box for one in self.eye.detections if one.vehicle is not None)
        whole = (box for box in found if box.covered_by(self.slot.box) >= HIDDEN)
        return any(box.overlap(other) >= WHOLE_BOX for box in whole for other in hidden)

    def _bareness(self, known: Remembered, now: Appearance) -> float | None:
        """As `PlaceLook.bareness`; neighbours that fill some of the place would be taken for its vehicle."""
        neighbours = [box for box, _ in self._neighbours()]
        ground = self.memory.grounds.get(self.slot.name)
        told = bareness(known.looks, now, ground, self.eye, neighbours) if ground else None
        if told is not None:
            return told
        kin = kinship(known.looks, now) if clear_cells(known.box, neighbours).mean() >= ALONE else None
        return -kin if kin is not None and kin >= SOME_VEHICLE else None

    def _ground(self) -> float | None:
        bare = self.memory.grounds.get(self.slot.name)
        if bare is None:
            return None
        others = (widened(box) for box, _ in self._neighbours())
        cells = self._unpassed(bare.box) & clear_cells(bare.box, (*others, *bare.covers))
        return similarity(bare.looks, self.eye.looks(bare.box), cells)

    def _neighbours(self) -> Iterator[tuple[Box, Stay]]:
        slots = self.memory.slots.slots
        return ((other.box, other.stay) for other in slots if other.stay and other.name != self.slot.name)

    def _unpassed(self, box: Box) -> Cells:
        neighbours = [box for box, other in self._neighbours() if other.presence is Presence.SEEN]
        moving = [found for found in self.covers if not any(found.box.overlap(one) >= FITS for one in neighbours)]
        return clear_cells(box, passers(self.slot.box, moving)) & seen_cells(box, self.eye)

    def _old(self) -> Iterator[Box]:
        """What neighbours that belong to the picture cover."""
        for box, other in self._neighbours():
            if other.entered.at_s <= self._belongs_s():
                # Its box, if it is in the vehicle's picture already; else with its shadow and edges.
                yield box if other.entered.at_s <= self.stay.pictured_s else widened(box)

    def _new(self) -> Iterator[Box]:
        """What neighbours cover that came just now; one that is itself not seen may be gone and hides nobody."""
        for box, other in self._neighbours():
            if other.presence is Presence.SEEN and other.entered.at_s > self._belongs_s():
                yield widened(box)

    def _belongs_s(self) -> float:
        return max(self.stay.pictured_s, self.eye.moment.at_s - NEIGHBOUR_S)

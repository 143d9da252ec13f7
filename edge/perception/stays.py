"""What slots are made of: places, the stays in them, and what one look says of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contract.parking import VehicleClass
from edge.perception.candidates import Candidate
from edge.values import Box, Detection, Moment, Presence, Sighting, Wear

ALIKE: Final = 0.6  # likeness from which an undetected vehicle is said to stand; half a car's shift gives less
STILL: Final = 0.75  # likeness below which a vehicle in full view moves: by a tenth of its width
UNLIKE: Final = 0.3  # … below which it is something else: other cars and bare ground come to 0.0 to 0.2
PROVEN_HITS: Final = 12  # detections after which it is a vehicle, whatever the detector says later
MANY: Final = 100  # looks beyond which no count goes


@dataclass(frozen=True, slots=True)
class Stay:
    """One vehicle in a slot.

    Attributes:
        votes: summed scores by class.
        score: the best so far.
        hits, tries: looks that detected it, and all that could have, as far as they matter.
        arrived: whether its place was seen without it before: no false box comes so.
        missed, missed_since_s: looks that count towards leaving.
        first_missed: from when on it is missed, once it is.
        doubted: the first look since it was last seen that had its place in view and did not show it.
        unsure, unsure_since_s: looks in a row that could not tell though the place was in view.
        covered: whether the latest look showed too little of the place to tell.
        odd, odd_since_s: looks in a row with a vehicle here that does not look like this one.
        gone: logarithm of the odds that it has gone, 0 while nothing says so.
        held_s: the latest look with a detection just where it stands, or whose place was untouched since it was there:
            no other takes its place in a few seconds.
        support: share of clear looks that detected it, fading over some twenty looks.
        usual, kin: how like it is to its picture from look to look, in structure and to a network, fading.
        pictured_s: when its looks were last remembered, by `at_s`.
        returns: the earlier stay here of what looks like the same vehicle.
        wear: how it and what lies around it have changed from day to day.
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
    missed_since_s: float = 0.0
    doubted: Moment | None = None
    unsure: int = 0
    unsure_since_s: float = 0.0
    covered: bool = False
    odd: int = 0
    odd_since_s: float = 0.0
    gone: float = 0.0
    held_s: float = -1e12
    support: float = 1.0
    hits: int = PROVEN_HITS
    tries: int = PROVEN_HITS
    arrived: bool = False
    usual: float = 1.0
    kin: float = 1.0
    returns: str | None = None
    wear: Wear | None = None

    @property
    def vehicle(self) -> VehicleClass:
        """The class that most of the evidence names."""
        return max(self.votes, key=lambda vote: vote[1])[0]

    @property
    def there_s(self) -> float:
        """When it was there for certain, whatever it looked like."""
        return max(self.held_s, self.last_seen.at_s)

    @property
    def proven(self) -> bool:
        """Whether it is no false box."""
        return self.arrived or self.hits >= PROVEN_HITS

    @property
    def settled(self) -> bool:
        """Whether a picture that has not changed since tells nothing new."""
        return self.proven and (self.covered or not (self.missed or self.unsure or self.odd or self.gone))


@dataclass(frozen=True, slots=True)
class Steady:
    """Since when a place looks the same from look to look, whatever stands there.

    Attributes:
        since, within_s: the first look that showed it so, and how much earlier it may have come to.
        told_s: the latest look that says so.
        alone: whether it changed then while most other places did not: something came or went, it was no light.
    """

    since: Moment
    within_s: float
    told_s: float
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where vehicles stand, now or lately.

    Attributes:
        stays: how many there were so far.
        empty_since_s: holds while there is none.
        last, last_seen_s: the latest stay that has left, and when its vehicle was last seen.
        steady: None before the first look at it.
        bare_s: the latest look that showed its ground.
    """

    name: str
    box: Box
    stays: int
    stay: Stay | None
    empty_since_s: float = 0.0
    last: str | None = None
    last_seen_s: float = 0.0
    steady: Steady | None = None
    bare_s: float = -1e12


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
        ground: to the place without its vehicle, over what is in view; None if that was never seen.
        half: likeness of the half that is most alike: of what something undetected covers in part.
        kin: how alike a network finds it to its vehicle; None where it does not tell.
        still: likeness to the look before, over what nothing passed before in either; None if that is too little.
        untouched: whether all of it is as at the look before, and with it whatever stands before it.
        bareness: how much more a network takes it for its ground than for its vehicle, -1 to 2; None where it cannot
            tell. Light does little to that. Where nobody knows the ground, how surely it takes it for some vehicle,
            below 0, and None where it might be ground as well.
        through: whether a vehicle behind this one is detected whole, which it would hide; of a candidate, whether one
            is seen there as it was.
    """

    likeness: float | None = None
    clear: float = 1.0
    unpassed: float = 1.0
    ground: float | None = None
    kin: float | None = None
    half: float | None = None
    still: float | None = None
    untouched: bool = False
    bareness: float | None = None
    through: bool = False


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


def standing(slots: Slots, apart_from: str = "") -> list[Box]:
    """Where vehicles stand, in all slots but the one of this name."""
    return [slot.box for slot in slots.slots if slot.stay and slot.name != apart_from]


def sighting(slot: Slot, stay: Stay, now: Moment) -> Sighting:
    """What a look says of one stay."""
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
        returns=stay.returns,
        wear=stay.wear,
    )

"""Looking again at a stay: still there, gone, or cannot be seen. Pure; the caller keeps the state and the time.

GONE closes a case, so it is said only of a place that was in view without any vehicle for several looks, or where
another vehicle stands. Whatever is undecided when the time is up goes to a person as CANNOT_SEE.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from edge.config import Zone
from edge.rules.zones import contains
from edge.values import Answer, Box, Detection, Outcome, Presence, Sighting

SEEN_LOOKS: Final = 2
EMPTY_LOOKS: Final = 3
EMPTY_LOOKS_UNKNOWN: Final = 6  # where the slot is forgotten only the detector speaks, and it misses three in ten
COVERS: Final = 0.25  # of the place: a vehicle or person before so much of it leaves the look undecided
BESIDE: Final = 0.5  # overlap with another slot's box from which a detection is that slot's vehicle
HIDES: Final = 0.7
MAX_LOOKS: Final = 1000  # what the contract can tell

STILL_THERE: Final = "车辆仍在原处 the vehicle is still there"
LEFT: Final = "车辆已离开，位置空出 the vehicle has left, its place is empty"
REPLACED: Final = "原位置已是另一辆车 another vehicle stands there now"
NO_PICTURE: Final = "镜头无画面 no picture from the camera"
HIDDEN: Final = "视线被遮挡 something stands before the place"
UNDECIDED: Final = "时间内无法判定 not decided within the time"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A request to look again and what has been seen since.

    Attributes:
        zone: the zone the stay was reported in.
        place: where the slot is (`Scene.place`), or None if it is not known any more.
        started_s: the camera's `at_s` at the request.
        within_s: how long to try, seconds > 0.
        looks, seen, empty: looks taken; with the vehicle seen; since then with its place in view and empty.
        reason: why the latest look did not decide.
    """

    slot: str
    stay: str
    zone: Zone
    place: Box | None
    started_s: float
    within_s: float
    looks: int = 0
    seen: int = 0
    empty: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """One look as a verification needs it: a `View` without its costs. Made with the detector (`force=True`)."""

    at_s: float
    visible: bool
    reason: str
    sightings: Sequence[Sighting]
    detections: Sequence[Detection]


class _Sign(StrEnum):
    """What one look says of the place."""

    SEEN = "seen"
    EMPTY = "empty"
    REPLACED = "replaced"
    NOTHING = "nothing"


def step(inquiry: Inquiry, glance: Glance) -> tuple[Inquiry, Answer | None]:
    """Take one look; an answer ends the inquiry. A look from before the request or after its time says nothing."""
    late = glance.at_s - inquiry.started_s >= inquiry.within_s
    if late or glance.at_s < inquiry.started_s:
        return inquiry, expire(inquiry, glance.at_s)
    sign, reason = _read(inquiry, glance)
    inquiry = replace(inquiry, looks=min(inquiry.looks + 1, MAX_LOOKS), reason=reason)
    if sign is _Sign.SEEN:
        inquiry = replace(inquiry, seen=inquiry.seen + 1, empty=0)
    elif sign is not _Sign.NOTHING:
        inquiry = replace(inquiry, empty=inquiry.empty + 1)
    return inquiry, _answer(inquiry, glance, sign)


def expire(inquiry: Inquiry, at_s: float) -> Answer | None:
    """On a timer, with or without frames: CANNOT_SEE once `within_s` has passed, else None."""
    if at_s - inquiry.started_s < inquiry.within_s:
        return None
    reason = (inquiry.reason or UNDECIDED) if inquiry.looks else NO_PICTURE
    return Answer(Outcome.CANNOT_SEE, reason, inquiry.looks)


def _answer(inquiry: Inquiry, glance: Glance, sign: _Sign) -> Answer | None:
    if inquiry.seen >= SEEN_LOOKS:
        return Answer(Outcome.STILL_THERE, STILL_THERE, inquiry.looks)
    own = _own(inquiry, glance)
    if own is not None and own.presence is not Presence.LEFT:
        return None
    needed = EMPTY_LOOKS if inquiry.place else EMPTY_LOOKS_UNKNOWN
    if inquiry.empty < needed:
        return None
    return Answer(Outcome.GONE, REPLACED if sign is _Sign.REPLACED else LEFT, inquiry.looks)


def _own(inquiry: Inquiry, glance: Glance) -> Sighting | None:
    return next((one for one in glance.sightings if one.stay == inquiry.stay), None)


def _read(inquiry: Inquiry, glance: Glance) -> tuple[_Sign, str]:
    """What a look says, and if nothing, why."""
    if not glance.visible:
        return _Sign.NOTHING, glance.reason or NO_PICTURE
    own = _own(inquiry, glance)
    if own is not None and own.presence is Presence.SEEN:
        return _Sign.SEEN, ""
    if own is not None and own.presence is Presence.HIDDEN:
        return _Sign.NOTHING, HIDDEN
    if any(one.slot == inquiry.slot and one.stay != inquiry.stay for one in glance.sightings):
        return _Sign.REPLACED, ""
    return (_Sign.NOTHING, HIDDEN) if _occupied(inquiry, glance) else (_Sign.EMPTY, "")


def _occupied(inquiry: Inquiry, glance: Glance) -> bool:
    """Whether anything is or stands before the place; without a known place, any vehicle in the zone."""
    place = inquiry.place
    if place is None:
        feet = [found.box.foot for found in glance.detections if found.vehicle is not None]
        feet += [one.box.foot for one in glance.sightings if one.presence is not Presence.LEFT]
        return any(contains(inquiry.zone.polygon, foot) for foot in feet)
    neighbours = [one.box for one in glance.sightings if one.slot != inquiry.slot]
    return any(_covers(found, place, neighbours) for found in glance.detections)


def _covers(found: Detection, place: Box, neighbours: Sequence[Box]) -> bool:
    """A vehicle that stands in a slot of its own only counts if it hides nearly all of the place."""
    beside = any(found.box.overlap(box) >= BESIDE for box in neighbours)
    return max(place.covered_by(found.box), found.box.overlap(place)) >= (HIDES if beside else COVERS)

"""Looking again at a stay: still there, gone, or cannot be seen. Pure; the caller keeps the state and the time."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.config import Zone
from edge.values import Answer, Box, Detection, Sighting


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A request to look again and what has been seen since.

    Attributes:
        zone: the zone the stay was reported in.
        place: where the slot is (`Scene.place`), or None if it is not known any more.
        started_s: the camera's `at_s` at the request.
        within_s: how long to try, seconds > 0.
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


def step(inquiry: Inquiry, glance: Glance) -> tuple[Inquiry, Answer | None]:
    """Take one look; an answer ends the inquiry."""
    raise NotImplementedError


def expire(inquiry: Inquiry, at_s: float) -> Answer | None:
    """On a timer, with or without frames: CANNOT_SEE once `within_s` has passed, else None."""
    raise NotImplementedError

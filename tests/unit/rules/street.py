"""Sightings and zones for the rules' tests: times are seconds from noon in Shanghai."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from contract.parking import VehicleClass, ZoneKind
from contract.plates import Permit, PermitKind, PermitState, Plate, PlateState
from edge.config import Zone
from edge.values import Box, ClockTrust, Moment, Presence, Sighting

START: Final = datetime(2025, 3, 1, 4, tzinfo=UTC)
DAY: Final = 86_400.0
PLACE: Final = Box(0.4, 0.4, 0.6, 0.6)


def moment(at_s: float, trust: ClockTrust = ClockTrust.SYNCED, *, set_back: timedelta = timedelta(0)) -> Moment:
    """A look's moment; `set_back` is how far the wall clock was put back."""
    return Moment(at_s, START + timedelta(seconds=at_s) - set_back, trust)


def square(x1: float, y1: float, x2: float, y2: float) -> tuple[tuple[float, float], ...]:
    """A rectangle's corners."""
    return (x1, y1), (x2, y1), (x2, y2), (x1, y2)


def zone(name: str = "lane", kind: ZoneKind = ZoneKind.FIRE_LANE, **settings: object) -> Zone:
    """A zone about the middle of the picture, unless another polygon is given."""
    base = {"id": name, "kind": kind, "polygon": square(0.3, 0.3, 0.7, 0.7), "dwell": 60, "milestones": ()}
    return Zone.model_validate({**base, **settings})


def sighting(at_s: float, presence: Presence = Presence.SEEN, **changes: Any) -> Sighting:
    """A car that stands in the middle of the picture since the start and is seen, but for the changes."""
    now = moment(at_s)
    seen = Sighting(
        slot="cam.s1",
        stay="cam.s1.1",
        vehicle=VehicleClass.CAR,
        score=0.9,
        box=PLACE,
        presence=presence,
        now=now,
        entered=moment(0),
        entered_within_s=2,
        last_seen=now,
        first_missed=now if presence in {Presence.MISSED, Presence.LEFT} else None,
    )
    return replace(seen, **changes)


def plate(state: PlateState, looks: int = 40) -> Plate:
    """What is known of a plate."""
    return Plate(state=state, text="?AB123" if state is PlateState.READ else None, looks=looks)


def permit(state: PermitState, kind: PermitKind | None = PermitKind.RESIDENT) -> Permit:
    """What the lists say."""
    return Permit(state=state, kind=None if state in {PermitState.NONE, PermitState.UNSURE} else kind)

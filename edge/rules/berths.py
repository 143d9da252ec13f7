"""Berths 泊位: which are free, and how many vehicles came and left.

A vehicle takes a berth when it has stood for a while with a good part of its ground in it. What changes for moments
changes nothing: a passing car has no stay, one that manoeuvres stands too shortly, a vehicle that a look misses stands
until it is said to have left, and a berth is unknown only after it was out of view for a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from contract.berth import BerthState
from contract.parking import VehicleClass, ZoneKind
from edge.config import Zone
from edge.rules.zones import area, contains, shared
from edge.values import Box, Moment, Presence, Sighting

MAX_BERTHS: Final = 64  # zones of one camera
MAX_STAYS: Final = 8  # in one berth: motorcycles in a car's place
MAX_STATE_BYTES: Final = 1024 * 1024

REPORT_EVERY_S: Final = 900.0  # berth.occupancy.v1: each quarter hour
TAKEN_S: Final = 60.0  # standing time from which a vehicle takes a berth: manoeuvres pause for less
FREE_S: Final = 30.0  # … for which a berth must be seen empty
UNSEEN_S: Final = 60.0  # … for which a picture must tell nothing: headlights and rain pass
HIDDEN_S: Final = 600.0  # … for which something must stand before the berth: a van unloading

# A car of 1.8 by 4.5 m in berths of 2.5 by 5.3 m, seen from 10° to 35° above: where it stands in the middle of its own
# berth, at most 0.31 of the lower part of its box lies in a neighbour's, up to 45° aslant; where it stands over the
# line, at least 0.33 lies in either, up to 30° aslant.
GROUND: Final = 0.4  # lower part of a box that stands for the ground under the vehicle
TAKES: Final = 0.32  # of the ground, from which a vehicle takes a berth; it may take two
KEEPS: Final = 0.25  # … and what takes a berth keeps it down to this: boxes breathe
HIDES: Final = 0.70  # of a berth behind a vehicle that stands elsewhere: nobody can tell what is there


@dataclass(frozen=True, slots=True)
class Standing:
    """A vehicle that takes a berth."""

    stay: str
    vehicle: VehicleClass


@dataclass(frozen=True, slots=True)
class Berth:
    """What is known of one berth.

    Attributes:
        since: when it got into `state`.
        came, left: vehicles since counting began.
        standing: those that take it, in the order in which they were found to.
        doubted: what looks have said otherwise since `doubted_since`; None if they agree with `state`.
    """

    zone: str
    state: BerthState
    since: Moment
    came: int = 0
    left: int = 0
    standing: tuple[Standing, ...] = ()
    doubted: BerthState | None = None
    doubted_since: Moment | None = None


@dataclass(frozen=True, slots=True)
class BerthNow:
    """One berth as it is told. `since` is when it got into its state; `came` and `left` never fall."""

    zone: str
    state: BerthState
    since: Moment
    vehicle: VehicleClass | None
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A report: all berths of a camera, in the order of its zones."""

    now: Moment
    counted_since: Moment
    berths: tuple[BerthNow, ...]


@dataclass(frozen=True, slots=True)
class Berths:
    """What is remembered of one camera's berths; `told_s` is the `at_s` of the last report."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    berths: tuple[Berth, ...] = ()
    counted_since: Moment | None = None
    told_s: float | None = None
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _BERTHS.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Berths":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        if len(raw) > MAX_STATE_BYTES:
            raise ValueError(f"{len(raw)} bytes; the state of the berths has at most {MAX_STATE_BYTES}")
        try:
            return _BERTHS.validate_json(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"not the state of berths of version 1: {fault['msg']}") from None


_BERTHS: Final = TypeAdapter(Berths)


def step(
    state: Berths, sightings: Sequence[Sighting], *, visible: bool, now: Moment, zones: Sequence[Zone]
) -> tuple[Berths, Occupancy | None]:
    """Advance by one look, or on a timer without one while a camera is lost.

    Args:
        sightings: all of one look: one for every vehicle that stands.
        visible: whether the picture tells anything; False too while the camera is lost or has been moved, and then
            `sightings` do not matter.
        zones: the camera's; only those of kind berth are told.
    Returns:
        the new state, and what to report: at first, on a change and each quarter of an hour, else None.
    """
    wanted = [zone for zone in zones if zone.kind is ZoneKind.BERTH][:MAX_BERTHS]
    if not wanted:
        return Berths(), None
    state = _fitted(state, wanted, now)
    since = state.counted_since or now
    if visible:
        berths = _looked_at(state.berths, wanted, sightings, now, since)
    else:
        berths = tuple(_settled(berth, BerthState.UNKNOWN, UNSEEN_S, now) for berth in state.berths)
    changed = [_told(berth) for berth in berths] != [_told(berth) for berth in state.berths]
    due = state.told_s is None or now.at_s - state.told_s >= REPORT_EVERY_S
    if not (changed or due):
        return replace(state, berths=berths), None
    report = Occupancy(now, since, tuple(_told(berth) for berth in berths))
    return replace(state, berths=berths, told_s=now.at_s), report


def _fitted(state: Berths, zones: Sequence[Zone], now: Moment) -> Berths:
    """The berths as the file has them. Where one is gone, counting begins anew: else its count might fall one day."""
    known = {berth.zone: berth for berth in state.berths}
    if state.counted_since is None or not set(known) <= {zone.id for zone in zones}:
        known = {name: replace(berth, came=0, left=0) for name, berth in known.items()}
        state = Berths(counted_since=now)
    berths = tuple(known.get(zone.id) or Berth(zone.id, BerthState.UNKNOWN, now) for zone in zones)
    return replace(state, berths=berths)


def _looked_at(
    berths: Sequence[Berth], zones: Sequence[Zone], sightings: Sequence[Sighting], now: Moment, since: Moment
) -> tuple[Berth, ...]:
    there = [one for one in sightings if one.presence is not Presence.LEFT]
    takes = [_taken(one, berths, zones) for one in there]
    looked = []
    for berth, zone in zip(berths, zones, strict=True):
        on_it = [one for one, taken in zip(there, takes, strict=True) if zone.id in taken]
        hidden = not on_it and any(shared(zone.polygon, one.box) >= HIDES * area(zone.polygon) for one in there)
        looked.append(_looked(_counted(berth, on_it, now, since), on_it, now, hidden=hidden))
    return tuple(looked)


def _taken(sighting: Sighting, berths: Sequence[Berth], zones: Sequence[Zone]) -> set[str]:
    """The berths that a standing vehicle takes; one too large for a good part to lie in any takes its foot's."""
    x1, y2, x2 = sighting.box.x1, sighting.box.y2, sighting.box.x2
    ground = Box(x1, y2 - GROUND * (y2 - sighting.box.y1), x2, y2)
    taken = set()
    for berth, zone in zip(berths, zones, strict=True):
        keeps = any(one.stay == sighting.stay for one in berth.standing)
        if shared(zone.polygon, ground) >= (KEEPS if keeps else TAKES) * ground.area:
            taken.add(zone.id)
    return taken or {zone.id for zone in zones if contains(zone.polygon, sighting.box.foot)}


def _looked(berth: Berth, on_it: Sequence[Sighting], now: Moment, *, hidden: bool) -> Berth:
    """What the berth is, by a look that shows something."""
    here = {one.stay for one in berth.standing}
    takers = [one for one in on_it if one.stay in here]
    if takers and all(one.presence is Presence.HIDDEN for one in takers):
        return _settled(berth, BerthState.UNKNOWN, HIDDEN_S, now)
    if takers:
        first = min((one.entered for one in takers), key=lambda entered: entered.at_s)
        return replace(_settled(berth, BerthState.TAKEN, 0.0, now), since=first)
    if on_it:  # it stands there too shortly: neither free nor taken
        return replace(berth, doubted=None, doubted_since=None)
    if hidden:
        return _settled(berth, BerthState.UNKNOWN, HIDDEN_S, now)
    return _settled(berth, BerthState.FREE, FREE_S, now)


def _counted(berth: Berth, on_it: Sequence[Sighting], now: Moment, since: Moment) -> Berth:
    """Who takes the berth now. One that stood there before counting began has not come, but it may leave.

    Whoever follows one that left has come, also where it may have stood there at the first look by its uncertainty.
    """
    here = {one.stay for one in on_it}
    staying = [one for one in berth.standing if one.stay in here]
    known = {one.stay for one in staying}
    new = [one for one in on_it if one.stay not in known and now.at_s - one.entered.at_s >= TAKEN_S]
    new = new[: MAX_STAYS - len(staying)]
    came = sum(berth.left > 0 or one.entered.at_s - one.entered_within_s > since.at_s for one in new)
    return replace(
        berth,
        came=berth.came + came,
        left=berth.left + len(berth.standing) - len(staying),
        standing=(*staying, *(Standing(one.stay, one.vehicle) for one in new)),
    )


def _settled(berth: Berth, said: BerthState, after_s: float, now: Moment) -> Berth:
    """Turn to what looks have said for long enough."""
    if said is berth.state:
        return replace(berth, doubted=None, doubted_since=None)
    began = berth.doubted_since if berth.doubted is said and berth.doubted_since else now
    if now.at_s - began.at_s >= after_s:
        return replace(berth, state=said, since=began, doubted=None, doubted_since=None)
    return replace(berth, doubted=said, doubted_since=began)


def _told(berth: Berth) -> BerthNow:
    vehicle = berth.standing[0].vehicle if berth.standing and berth.state is BerthState.TAKEN else None
    return BerthNow(berth.zone, berth.state, berth.since, vehicle, berth.came, berth.left)

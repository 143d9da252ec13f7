"""Zombie vehicles 僵尸车: one that has not moved for days and shows that nobody uses it.

Suspected → confirmed → a milestone each further week → cleared, each at most once for a stay. Standing is counted by
the monotonic clock alone, from the look that first saw the vehicle to the one that last did, so that a wall clock set
anew changes nothing. Only a look that sees the vehicle can say a stage, and only while a sign of disuse holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.config import Zombie, Zone
from edge.rules.signs import Trace, advance, tell
from edge.rules.zones import contains
from edge.values import HeldSign, Presence, Sighting, Sign, Stage, ZombieFinding

MAX_RECORDS: Final = 256  # twice the slots of a camera: none is dropped for room
MAX_STATE_BYTES: Final = 1024 * 1024
DAY_S: Final = 86_400.0  # that a sign takes to hold or let go: longer than a night in which no plate can be read
SIGN_SHARE: Final = 2  # where suspicion takes less than two days, a sign holds or lets go in half of that time


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one stay.

    Attributes:
        traces: one for each sign that was seen on it.
        zone, stage, limit_s: where it was suspected, the stage told last and the limit of that; None and 0 before.
        told: the signs that held last.
        reached_s: how long it had stood when it was confirmed, then the highest milestone told; 0 before.
    """

    stay: str
    traces: tuple[Trace, ...] = ()
    zone: str | None = None
    stage: Stage | None = None
    limit_s: float = 0.0
    told: tuple[Sign, ...] = ()
    reached_s: float = 0.0

    @property
    def matters(self) -> bool:
        """Whether it says more than a record begun anew would."""
        return self.stage is not None or any(trace.balance_s > 0 for trace in self.traces)


@dataclass(frozen=True, slots=True)
class Zombies:
    """What the rule remembers of one camera's stays: at most 256 records. `looked_s` is the `at_s` of the last look."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    records: tuple[Record, ...] = ()
    looked_s: float | None = None
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _ZOMBIES.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Zombies":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        if len(raw) > MAX_STATE_BYTES:
            raise ValueError(f"{len(raw)} bytes; the zombie rule's state has at most {MAX_STATE_BYTES}")
        try:
            return _ZOMBIES.validate_json(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"not the zombie rule's state of version 1: {fault['msg']}") from None


_ZOMBIES: Final = TypeAdapter(Zombies)


def step(
    state: Zombies, sightings: Sequence[Sighting], *, zones: Sequence[Zone], settings: Zombie, timezone: str
) -> tuple[Zombies, tuple[ZombieFinding, ...]]:
    """Advance by one look.

    Args:
        sightings: all of one look: one for every vehicle that stands. A stay that is not among them is forgotten.
        timezone: IANA name, for the days that are told in words.
    Returns:
        the new state, and findings in order of sightings. Of each stay, suspected, confirmed, every milestone and
        cleared come at most once, in this order. A look after a long gap may say several stages, but of milestones
        the latest only.
    """
    if not sightings:
        return replace(state, records=()), ()
    now_s = sightings[0].now.at_s
    passed_s = now_s - state.looked_s if state.looked_s is not None else 0.0
    known = {record.stay: record for record in state.records}
    records: list[Record] = []
    findings: list[ZombieFinding] = []
    for sighting in sightings:
        one = _One(known.get(sighting.stay, Record(sighting.stay)), sighting, zones, settings, timezone)
        record, said = one.left() if sighting.presence is Presence.LEFT else one.looked(passed_s)
        findings += said
        if record.matters and sighting.presence is not Presence.LEFT:
            records.append(record)
    records.sort(key=lambda record: record.stage is None)  # for want of room what was told is kept first
    return Zombies(tuple(records[:MAX_RECORDS]), now_s), tuple(findings)


def home(sighting: Sighting, zones: Sequence[Zone]) -> Zone | None:
    """The zone that a vehicle is judged in: the first in the file that its foot is in and that looks for zombies."""
    return next(
        (
            zone
            for zone in zones
            if zone.zombies and sighting.vehicle in zone.vehicles and contains(zone.polygon, sighting.box.foot)
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class _One:
    """One stay in one look."""

    record: Record
    sighting: Sighting
    zones: Sequence[Zone]
    settings: Zombie
    timezone: str

    def left(self) -> tuple[Record, list[ZombieFinding]]:
        """It drove off: said if a stage was."""
        return self._cleared(self.record, moved=True)

    def looked(self, passed_s: float) -> tuple[Record, list[ZombieFinding]]:
        """Weigh the signs and say what has become true; a look that does not see the vehicle says nothing."""
        if self.sighting.presence is not Presence.SEEN:
            return self.record, []
        needed_s = min(DAY_S, self.settings.suspected_after / SIGN_SHARE)
        traces = advance(self.record.traces, self.sighting, self.settings.signs, passed_s=passed_s, needed_s=needed_s)
        record = replace(self.record, traces=traces)
        held = tuple(trace.sign for trace in traces if trace.holds)
        return self._risen(record, held) if held else self._cleared(record, moved=False)

    def _risen(self, record: Record, held: tuple[Sign, ...]) -> tuple[Record, list[ZombieFinding]]:
        zone = self._zone()
        if zone is None or not zone.zombies:
            return record, []
        findings: list[ZombieFinding] = []
        record = replace(record, zone=zone.id, told=held) if record.stage else record
        for stage, mark_s in self._reached(record):
            record = self._told(record, stage, mark_s, zone, held)
            findings.append(self._finding(record, zone, milestone_s=mark_s if stage is Stage.MILESTONE else None))
        return record, findings

    def _told(self, record: Record, stage: Stage, mark_s: float, zone: Zone, held: tuple[Sign, ...]) -> Record:
        record = replace(record, zone=zone.id, stage=stage, told=held)
        if stage is Stage.MILESTONE:
            return replace(record, limit_s=self.settings.confirmed_after, reached_s=mark_s)
        reached_s = self._standing_s if stage is Stage.CONFIRMED else 0.0  # a week that was over by then is not told
        return replace(record, limit_s=mark_s, reached_s=reached_s)

    def _reached(self, record: Record) -> list[tuple[Stage, float]]:
        """Stages that the standing time has come to and that were not told, each with its time in seconds."""
        settings, standing_s = self.settings, self._standing_s
        stages: list[tuple[Stage, float]] = []
        if record.stage is None and standing_s >= settings.suspected_after:
            stages.append((Stage.SUSPECTED, settings.suspected_after))
        if record.stage in {None, Stage.SUSPECTED} and standing_s >= settings.confirmed_after:
            stages.append((Stage.CONFIRMED, settings.confirmed_after))
        elif record.stage in {Stage.CONFIRMED, Stage.MILESTONE}:
            weeks = (standing_s - settings.confirmed_after) // settings.milestone_every
            mark_s = settings.confirmed_after + weeks * settings.milestone_every
            if weeks >= 1 and mark_s > record.reached_s:
                stages.append((Stage.MILESTONE, mark_s))
        return stages

    def _cleared(self, record: Record, *, moved: bool) -> tuple[Record, list[ZombieFinding]]:
        zone = self._zone()
        if record.stage in {None, Stage.CLEARED} or zone is None:
            return record, []
        finding = replace(self._finding(record, zone), stage=Stage.CLEARED, moved=moved)
        return replace(record, stage=Stage.CLEARED), [finding]

    def _zone(self) -> Zone | None:
        """Where it was suspected, while that zone is in the file; else where it stands."""
        told = next((zone for zone in self.zones if zone.id == self.record.zone), None)
        return told or home(self.sighting, self.zones)

    @property
    def _standing_s(self) -> float:
        return max(0.0, self.sighting.last_seen.at_s - self.sighting.entered.at_s)

    def _finding(self, record: Record, zone: Zone, milestone_s: float | None = None) -> ZombieFinding:
        return ZombieFinding(
            stage=record.stage or Stage.SUSPECTED,
            zone=zone.id,
            sighting=self.sighting,
            standing_s=self._standing_s,
            limit_s=record.limit_s,
            signs=self._signs(record),
            milestone_s=milestone_s,
        )

    def _signs(self, record: Record) -> tuple[HeldSign, ...]:
        return tuple(tell(trace, self.timezone) for trace in record.traces if trace.sign in record.told)

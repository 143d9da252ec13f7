"""The dwell rule: opened when a vehicle has stood in a zone for as long as it may, milestones, cleared when it left.

Dwell is the time from the look that first saw the vehicle to the look that last did, by the monotonic clock, less the
time in which the zone's timetable allowed it. Only a look that sees the vehicle can open a case or reach a milestone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.config import Zone
from edge.rules.timetable import allowed_s
from edge.rules.zones import Membership, moved
from edge.values import Finding, FindingKind, Moment, Presence, Sighting

MAX_RECORDS: Final = 8192  # 128 slots in 64 zones
MAX_STATE_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One stay in one zone.

    Attributes:
        entered, counted_to: the stay's first look, and the last one that saw the vehicle in the zone.
        allowed_s: time between the two that the timetable allowed.
        opened, closed, limit_s: whether a case was opened and cleared, and with which limit.
        reached_s: the highest milestone told, 0 if none.
    """

    stay: str
    zone: str
    entered: Moment
    counted_to: Moment
    allowed_s: float = 0.0
    member: Membership = field(default_factory=Membership)
    opened: bool = False
    closed: bool = False
    limit_s: float = 0.0
    reached_s: float = 0.0

    @property
    def dwell_s(self) -> float:
        """Time in the zone that counts against the vehicle, seconds ≥ 0."""
        return max(0.0, self.counted_to.at_s - self.entered.at_s - self.allowed_s)

    @property
    def matters(self) -> bool:
        """Whether it says more than a record begun anew would."""
        return self.opened or self.member != Membership()


@dataclass(frozen=True, slots=True)
class Dwell:
    """What the rule remembers of one camera's stays: at most 8192 records."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    records: tuple[Record, ...] = ()
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _DWELL.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Dwell":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        if len(raw) > MAX_STATE_BYTES:
            raise ValueError(f"{len(raw)} bytes; the dwell rule's state has at most {MAX_STATE_BYTES}")
        try:
            return _DWELL.validate_json(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"not the dwell rule's state of version 1: {fault['msg']}") from None


_DWELL: Final = TypeAdapter(Dwell)


def step(
    state: Dwell, sightings: Sequence[Sighting], *, zones: Sequence[Zone], timezone: str
) -> tuple[Dwell, tuple[Finding, ...]]:
    """Advance by one look.

    Args:
        sightings: all of one look: one for every vehicle that stands. A stay that is not among them is forgotten.
        timezone: IANA name, for the zones' timetables.
    Returns:
        the new state, and findings in order of sightings, then zones. Each of opened, cleared and every milestone comes
        at most once for a stay in a zone.
    """
    known = {(record.stay, record.zone): record for record in state.records}
    records: list[Record] = []
    findings: list[Finding] = []
    for sighting in sightings:
        for zone in zones:
            record = known.get((sighting.stay, zone.id)) or _begun(sighting, zone)
            record, said = _advance(record, sighting, zone, timezone)
            findings += said
            if record.matters and sighting.presence is not Presence.LEFT:
                records.append(record)
    return Dwell(tuple(records[:MAX_RECORDS])), tuple(findings)


def _begun(sighting: Sighting, zone: Zone) -> Record:
    return Record(sighting.stay, zone.id, entered=sighting.entered, counted_to=sighting.entered)


def _advance(record: Record, sighting: Sighting, zone: Zone, timezone: str) -> tuple[Record, list[Finding]]:
    if sighting.presence is Presence.LEFT:
        return _left(record, sighting)
    if sighting.presence is not Presence.SEEN:
        return record, []
    record = replace(record, member=moved(record.member, zone, sighting.box.foot))
    if not record.member.inside:
        return _left(record, sighting)
    if record.member.against:  # its foot is outside for the moment: this look neither counts nor judges
        return record, []
    allowed = record.allowed_s + allowed_s(zone.allowed, record.counted_to, sighting.now, timezone)
    return _judged(replace(record, counted_to=sighting.now, allowed_s=allowed), sighting, zone)


def _left(record: Record, sighting: Sighting) -> tuple[Record, list[Finding]]:
    """Say it once if a case was opened; another spell in the same zone is the same stay and opens nothing again."""
    if not record.opened or record.closed:
        return record, []
    finding = Finding(FindingKind.CLEARED, record.zone, sighting, record.dwell_s, record.limit_s)
    return replace(record, closed=True), [finding]


def _judged(record: Record, sighting: Sighting, zone: Zone) -> tuple[Record, list[Finding]]:
    """Open and tell milestones for a vehicle that is seen in the zone."""
    limit_s = zone.dwell_by_class.get(sighting.vehicle, zone.dwell)
    findings: list[Finding] = []
    if not record.opened and sighting.vehicle in zone.vehicles and record.dwell_s >= limit_s:
        record = replace(record, opened=True, limit_s=limit_s)
        findings.append(Finding(FindingKind.OPENED, zone.id, sighting, record.dwell_s, limit_s))
    if record.opened and not record.closed:
        reached = [mark for mark in zone.milestones if max(record.reached_s, record.limit_s) < mark <= record.dwell_s]
        findings += [
            Finding(FindingKind.MILESTONE, zone.id, sighting, record.dwell_s, record.limit_s, mark) for mark in reached
        ]
        record = replace(record, reached_s=max(record.reached_s, *reached)) if reached else record
    return record, findings

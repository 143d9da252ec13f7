"""The dwell rule: opened when a vehicle has stood in a zone for as long as it may, milestones, cleared when it left.

Dwell is the time from the look that first saw the vehicle to the look that last did, by the monotonic clock, less the
time that does not count against it: what the zone's timetable allowed, what a valid permit covered, and in a zone in
front of others the time in which it shut nobody in. Only a look that sees the vehicle can open a case or reach a
milestone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from edge.config import Zone
from edge.rules import permits
from edge.rules.doubling import shut_in
from edge.rules.timetable import allowed_s
from edge.rules.zones import Membership, moved
from edge.values import Finding, FindingKind, Moment, Presence, Rule, Sighting

MAX_RECORDS: Final = 8192  # 128 slots in 64 zones
MAX_STATE_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One stay in one zone.

    Attributes:
        entered, counted_to: the stay's first look, and the last one that saw the vehicle in the zone.
        allowed_s: time between the two that does not count against it.
        opened, closed, limit_s: whether a case was opened and cleared, and with which limit.
        reached_s: the highest milestone told, 0 if none.
        rule, behind: what it was opened for, and the stay that it shut in then.
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
    rule: Rule = Rule.DWELL
    behind: str | None = None

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
            behind = shut_in(sighting, sightings, zone, zones)
            record, said = _advance(record, sighting, zone, behind, timezone)
            findings += said
            if record.matters and sighting.presence is not Presence.LEFT:
                records.append(record)
    return Dwell(tuple(records[:MAX_RECORDS])), tuple(findings)


def _begun(sighting: Sighting, zone: Zone) -> Record:
    return Record(sighting.stay, zone.id, entered=sighting.entered, counted_to=sighting.entered)


def _advance(
    record: Record, sighting: Sighting, zone: Zone, behind: Sighting | None, timezone: str
) -> tuple[Record, list[Finding]]:
    if sighting.presence is Presence.LEFT:
        return _left(record, sighting)
    if sighting.presence is not Presence.SEEN:
        return record, []
    record = replace(record, member=moved(record.member, zone, sighting.box.foot))
    if not record.member.inside:
        return _left(record, sighting)
    if record.member.against:  # its foot is outside for the moment: this look neither counts nor judges
        return record, []
    allowed = record.allowed_s + _excused_s(record, sighting, zone, behind, timezone)
    return _judged(replace(record, counted_to=sighting.now, allowed_s=allowed), sighting, zone, behind)


def _excused_s(record: Record, sighting: Sighting, zone: Zone, behind: Sighting | None, timezone: str) -> float:
    """Seconds since the look before that do not count against the vehicle.

    In front of other zones only the time counts in which somebody is shut in: waiting where nobody wants to get out
    harms nobody, and a vehicle that came first is not guilty of the minutes before the other one was there.
    """
    since, now = record.counted_to, sighting.now
    passed_s = max(0.0, now.at_s - since.at_s)
    if permits.covers(sighting, zone) or (zone.in_front_of and behind is None):
        return passed_s
    if behind is not None and behind.entered.at_s > since.at_s:
        since = behind.entered
    before_s = since.at_s - record.counted_to.at_s
    return min(passed_s, before_s + allowed_s(zone.allowed, since, now, timezone))


def _left(record: Record, sighting: Sighting) -> tuple[Record, list[Finding]]:
    """Say it once if a case was opened; another spell in the same zone is the same stay and opens nothing again."""
    if not record.opened or record.closed:
        return record, []
    return replace(record, closed=True), [_finding(FindingKind.CLEARED, record, sighting)]


def _judged(record: Record, sighting: Sighting, zone: Zone, behind: Sighting | None) -> tuple[Record, list[Finding]]:
    """Open and tell milestones for a vehicle that is seen in the zone."""
    limit_s = zone.dwell_by_class.get(sighting.vehicle, zone.dwell)
    findings: list[Finding] = []
    if not record.opened and record.dwell_s >= limit_s and _accused(sighting, zone, behind):
        rule = Rule.DOUBLE_PARKED if behind else Rule.NO_PERMIT if zone.permit_only else Rule.DWELL
        record = replace(record, opened=True, limit_s=limit_s, rule=rule, behind=behind.stay if behind else None)
        findings.append(_finding(FindingKind.OPENED, record, sighting))
    if record.opened and not record.closed:
        reached = [mark for mark in zone.milestones if max(record.reached_s, record.limit_s) < mark <= record.dwell_s]
        findings += [_finding(FindingKind.MILESTONE, record, sighting, mark) for mark in reached]
        record = replace(record, reached_s=max(record.reached_s, *reached)) if reached else record
    return record, findings


def _accused(sighting: Sighting, zone: Zone, behind: Sighting | None) -> bool:
    """Whether a vehicle that has stood for as long as it may is one that the zone is watched for."""
    if sighting.vehicle not in zone.vehicles or permits.covers(sighting, zone):
        return False
    if zone.in_front_of and behind is None:
        return False
    return not zone.permit_only or permits.lacks(sighting)


def _finding(kind: FindingKind, record: Record, sighting: Sighting, milestone_s: float | None = None) -> Finding:
    return Finding(
        kind,
        record.zone,
        sighting,
        record.dwell_s,
        record.limit_s,
        milestone_s=milestone_s,
        rule=record.rule,
        behind=record.behind,
    )

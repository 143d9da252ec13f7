"""Beside the truth: what perception and rules said, look by look, and at the end what of it was right.

A vehicle truly *stands* from when it is within a tenth of its width of where it comes to rest until it is farther off
than that again. It rolls that last tenth in some 0.7 s, in which nobody can say whether it stands: the true dwell is
anything from rest to rest up to from standing to standing. The *measured dwell* is the middle between the two looks
about its leaving (last seen, first missed) less the middle between the two about its coming (`entered`, and
`entered_within_s` before). *Within one look* means: out of the true range by no more than the larger of the two gaps
between looks about its true ends. Looks are those that were taken, still ones too; one is passed over where something
that stood before the place left less than 60 % of it in view (`strict` counts without passing over).

A measured stay *covers* a true stay when it says SEEN where that vehicle truly stands, in two looks or more, three
seconds apart or more. Of every true stay exactly one of these is told:

    within        one measured stay covers it and nothing else, and its dwell is within one look of the truth
    not found     no measured stay covers it
    split         more than one does
    merged        the one that does covers another true stay too
    came early, came late, left early, left late    its dwell is out by more than a look: the end that is out by more
    unseen        at no three looks of its time could anybody see its place: counted nowhere

An *identity switch* is each measured stay beyond the first that covers one true stay, and each true stay beyond the
first that one measured stay covers. An opening is *false* where nothing stands, where what stands has not stood for the
zone's limit (less 4 s), is not in the zone, or had its opening before. A *swap is told apart* when both vehicles are
covered and no measured stay covers both.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.parking.street import Cover, Stay, Street
from edge.rules.zones import contains
from edge.values import Box, Detection, Finding, FindingKind, Moment, Presence, Sighting

COVERS: Final = 0.4  # overlap of a measured stay's box with a true vehicle's from which it is meant
COVER_LOOKS: Final = 2
COVER_S: Final = 3.0
IN_VIEW: Final = 0.6  # of a place: less in view, and a look tells nothing of it
LEAST_SEEN: Final = 3  # looks in which a stay could be seen, to be counted
SLACK_S: Final = 4.0  # an opening so much before its time is none too early: the looks of two ends
LATE_S: Final = 120.0  # a stay that outlasts a limit by so much must be opened


@dataclass(slots=True)
class Record:
    """One measured stay as it was told. `over`: true stays that it said SEEN of: first and last look, how many."""

    name: str
    box: Box
    entered_s: float
    within_s: float
    last_seen_s: float
    first_missed_s: float | None = None
    left: bool = False
    told_s: float = 0.0
    over: dict[int, list[float]] = field(default_factory=dict)

    @property
    def came_s(self) -> float:
        """The middle between the last look without it and the first with it."""
        return self.entered_s - self.within_s / 2

    def gone_s(self, ends_s: float) -> float:
        """The middle between the last look with it and the first without; the end if it stands to the end."""
        if not self.left:
            return ends_s if self.told_s >= ends_s - 90.0 else self.last_seen_s
        return (self.last_seen_s + (self.first_missed_s or self.told_s)) / 2

    def covered(self) -> list[int]:
        """Numbers of the true stays that it covers."""
        return [
            number
            for number, (first, last, count) in self.over.items()
            if count >= COVER_LOOKS and last - first >= COVER_S
        ]


@dataclass(slots=True)
class Outcome:
    """What came of one camera-week. `failures`: one line each, to be looked at."""

    stays: int = 0
    said: Counter[str] = field(default_factory=Counter)
    strict: int = 0
    splits: int = 0
    merges: int = 0
    openings: int = 0
    missed_openings: int = 0
    due_openings: int = 0
    false_openings: Counter[str] = field(default_factory=Counter)
    swaps: Counter[str] = field(default_factory=Counter)
    told_apart: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Witness:
    """Sees one camera-week with the truth at hand."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._looks: list[float] = []
        self._active: dict[str, Record] = {}
        self.records: list[Record] = []
        self.opened: list[tuple[float, Finding, str]] = []
        self._opened_of: set[tuple[int, str]] = set()
        self.outcome = Outcome()

    def looked(
        self,
        at_s: float,
        detections: Sequence[Detection],
        sightings: Sequence[Sighting],
        there: Sequence[Stay],
        shares: Mapping[int, float],
    ) -> None:
        """Take note of a look that was detected on."""
        self._looks.append(at_s)
        standing = [stay for stay in there if stay.stands_from_s <= at_s <= stay.stands_to_s]
        self._told(at_s, sightings)
        for sighting in sightings:
            if sighting.presence is not Presence.SEEN:
                continue
            stay = meant(sighting.box, standing)
            if stay is not None:
                row = self._active[sighting.stay].over.setdefault(stay.number, [at_s, at_s, 0.0])
                row[1], row[2] = at_s, row[2] + 1

    def stood_still(self, at_s: float) -> None:
        """Take note of a look without news."""
        self._looks.append(at_s)

    def blind(self, start_s: float, end_s: float) -> None:
        """Nothing could be seen."""

    def told(self, at_s: float, sightings: Sequence[Sighting]) -> None:
        """Take note of what a look without news repeated."""
        self._told(at_s, sightings)

    def found(self, findings: Sequence[Finding], moment: Moment) -> None:
        """Judge what the dwell rule opened."""
        for finding in findings:
            if finding.kind is FindingKind.OPENED:
                self._open(finding, moment.at_s)

    def ended(self, ends_s: float) -> None:
        """Compare all with the truth."""
        covering: dict[int, list[Record]] = {stay.number: [] for stay in self._street.stays}
        for record in self.records:
            for number in record.covered():
                covering[number].append(record)
        for record in self.records:
            extra = max(0, len(record.covered()) - 1)
            self.outcome.merges += extra
            if extra:
                self._note(f"merge: {record.name} covers {[self._words(n) for n in record.covered()]}")
        unseen = {stay.number for stay in self._street.stays if self._views(stay) < LEAST_SEEN}
        for stay in self._street.stays:
            if stay.number in unseen:
                self.outcome.said["unseen"] += 1
                continue
            self.outcome.stays += 1
            self.outcome.splits += max(0, len(covering[stay.number]) - 1)
            said = self._verdict(stay, covering[stay.number], ends_s)
            self.outcome.said[said] += 1
            if said != "within":
                told = "; ".join(_told_words(record) for record in covering[stay.number])
                self._note(f"{said}: {self._words(stay.number)} ← {told or 'nothing'}")
            self._count_swap(stay, covering, unseen)
            self._count_missed(stay)

    def _told(self, at_s: float, sightings: Sequence[Sighting]) -> None:
        names = set()
        for one in sightings:
            names.add(one.stay)
            record = self._active.get(one.stay)
            if record is None:
                record = Record(one.stay, one.box, one.entered.at_s, one.entered_within_s, one.last_seen.at_s)
                self._active[one.stay] = record
                self.records.append(record)
            record.box, record.entered_s, record.within_s = one.box, one.entered.at_s, one.entered_within_s
            record.last_seen_s, record.told_s = one.last_seen.at_s, at_s
            record.first_missed_s = one.first_missed.at_s if one.first_missed else None
            record.left = one.presence is Presence.LEFT
        for name in [name for name, record in self._active.items() if name not in names or record.left]:
            del self._active[name]

    def _verdict(self, stay: Stay, records: Sequence[Record], ends_s: float) -> str:
        if not records:
            return "not found"
        if len(records) > 1:
            return "split"
        record = records[0]
        if len(record.covered()) > 1:
            return "merged"
        goes_s = min(stay.stands_to_s, ends_s)
        came, gone = record.came_s, record.gone_s(ends_s)
        out_s = _out_s(
            gone - came, least=min(stay.goes.rest_s, ends_s) - stay.comes.rest_s, most=goes_s - stay.stands_from_s
        )
        ends = stay.stands_from_s, goes_s
        self.outcome.strict += out_s <= max(self._gap(stay, end_s, ends_s, any_look=True) for end_s in ends)
        if out_s <= max(self._gap(stay, end_s, ends_s) for end_s in ends):
            return "within"
        came, gone = came - stay.stands_from_s, gone - goes_s
        if abs(came) >= abs(gone):
            return "came late" if came > 0 else "came early"
        return "left late" if gone > 0 else "left early"

    def _gap(self, stay: Stay, end_s: float, ends_s: float, *, any_look: bool = False) -> float:
        """Between the last look before a moment and the first after it, of those that showed the place."""
        if end_s >= ends_s:
            return 0.0
        i = bisect_left(self._looks, end_s)
        before, after = i - 1, i
        while not any_look and before >= 0 and self._hidden(stay, self._looks[before]):
            before -= 1
        while not any_look and after < len(self._looks) and self._hidden(stay, self._looks[after]):
            after += 1
        first = self._looks[before] if before >= 0 else 0.0
        last = self._looks[after] if after < len(self._looks) else ends_s
        return last - first

    def _hidden(self, stay: Stay, at_s: float) -> bool:
        """Whether something stood or passed before the place, so that little of it was in view."""
        return self._covered(stay, at_s) > 1 - IN_VIEW

    def _covered(self, stay: Stay, at_s: float) -> float:
        share = 0.0
        for other in self._street.stays:
            if (
                other.number != stay.number
                and other.box.y2 > stay.box.y2
                and (other.stands_from_s <= at_s <= other.stands_to_s)
            ):
                share = max(share, stay.box.covered_by(other.box))
        for person in self._street.bystanders:
            if person.starts_s <= at_s <= person.ends_s and person.box.y2 > stay.box.y2:
                share = max(share, stay.box.covered_by(person.box))
        return share

    def _views(self, stay: Stay) -> int:
        start, end = bisect_left(self._looks, stay.stands_from_s), bisect_right(self._looks, stay.stands_to_s)
        seen = 0
        for at_s in self._looks[start:end]:
            seen += not self._hidden(stay, at_s)
            if seen >= LEAST_SEEN:
                break
        return seen

    def _open(self, finding: Finding, at_s: float) -> None:
        self.outcome.openings += 1
        standing = [stay for stay in self._street.stays if stay.stands_from_s <= at_s <= stay.stands_to_s + SLACK_S]
        stay = meant(finding.sighting.box, standing)
        zone = next(zone for zone in self._street.camera.zones if zone.id == finding.zone)
        fault = ""
        if stay is None:
            fault = "nothing stands there"
        elif (stay.number, finding.zone) in self._opened_of:
            fault = "opened before"
        elif at_s - stay.stands_from_s < finding.limit_s - SLACK_S:
            fault = "too early"
        elif not contains(zone.polygon, stay.box.foot):
            fault = "not in the zone"
        if stay is not None:
            self._opened_of.add((stay.number, finding.zone))
        if fault:
            self.outcome.false_openings[fault] += 1
            who = self._words(stay.number) if stay else "nobody"
            self._note(f"false opening ({fault}) at {at_s:.0f} of {finding.sighting.stay} in {finding.zone}: {who}")

    def _count_swap(self, stay: Stay, covering: Mapping[int, list[Record]], unseen: set[int]) -> None:
        if stay.after is None or stay.cover is None or stay.after in unseen:
            return
        cover = stay.cover.value
        self.outcome.swaps[cover] += 1
        before, now = covering[stay.after], covering[stay.number]
        if before and now and not any(one is other for one in before for other in now):
            self.outcome.told_apart[cover] += 1
        else:
            self._note(f"swap not told apart ({cover}): {self._words(stay.after)} → {self._words(stay.number)}")

    def _count_missed(self, stay: Stay) -> None:
        for zone in self._street.camera.zones:
            stood_s = min(stay.stands_to_s, self._street.ends_s) - stay.stands_from_s
            if stood_s >= zone.dwell + LATE_S and contains(zone.polygon, stay.box.foot):
                self.outcome.due_openings += 1
                if (stay.number, zone.id) not in self._opened_of:
                    self.outcome.missed_openings += 1
                    self._note(f"missed opening in {zone.id}: {self._words(stay.number)}")

    def _note(self, words: str) -> None:
        self.outcome.failures.append(words)

    def _words(self, number: int) -> str:
        stay = self._street.stays[number]
        how = f" after {stay.after} {stay.cover.value}" if stay.cover else ""
        return f"#{number}{how} place {stay.place} [{stay.stands_from_s:.1f}, {stay.stands_to_s:.1f}]"


def _out_s(dwell_s: float, *, least: float, most: float) -> float:
    """By how much a dwell is out of what the truth allows: from rest to rest, to from standing to standing."""
    return max(0.0, least - dwell_s, dwell_s - most)


def meant(box: Box, standing: Sequence[Stay]) -> Stay | None:
    """Find the vehicle that a measured stay's box is of; None if it is of none."""
    best = max(standing, key=lambda stay: box.overlap(stay.box), default=None)
    return best if best is not None and box.overlap(best.box) >= COVERS else None


def _told_words(record: Record) -> str:
    return (
        f"{record.name} entered {record.entered_s:.1f} (within {record.within_s:.1f}), last seen "
        f"{record.last_seen_s:.1f}, first missed {record.first_missed_s}, "
        f"{'left' if record.left else 'told'} {record.told_s:.1f}"
    )


__all__ = ["Cover", "Outcome", "Record", "Witness"]

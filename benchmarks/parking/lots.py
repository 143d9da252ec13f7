"""Zombie vehicles: a lot on which some vehicles stand for days, beside the usual coming and going, with all noise.

To keep this short the settings say 2 days to suspicion and 5 to confirmation instead of 7 and 30, a still lot is looked
at every four minutes instead of every minute, fewer pass, and a run lasts six days. All else is as in a camera-week.

Zombie vehicles, all to be confirmed (`zombie_recall`): no plate; a plate nobody can read; a permit that has expired;
dust or a cover, with a plate that is read and a permit that is valid.
Lookalikes, none to be confirmed (`zombie_false` counts them, and whatever else is confirmed before it has truly stood
for the time): a resident's vehicle on a long trip, clean, plate read, permit valid; one under dust that the rain washes
half-way; one without a plate that is driven away half-way and comes back two hours later; one whose plate no look can
read at night.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from benchmarks.parking.family import FAMILIES
from benchmarks.parking.noise import Noise
from benchmarks.parking.picture import CLEAN
from benchmarks.parking.plan import Plan
from benchmarks.parking.report import ZombieFigures
from benchmarks.parking.street import DAY_S, Place, Stay, Street, draw_stay, empty, furnished, occupy
from benchmarks.parking.week import TIMEZONE, Week
from benchmarks.parking.witness import Witness, meant
from contract.plates import Permit, PermitKind, PermitState, Plate, PlateState
from edge.config import Zombie
from edge.rules.zombie import Zombies
from edge.rules.zombie import step as zombie_step
from edge.values import Moment, Sighting, Stage

DAYS: Final = 6.0
STILL_LOOK_S: Final = 240.0
SUSPECTED_S: Final = 2 * DAY_S
CONFIRMED_S: Final = 5 * DAY_S
SETTINGS: Final = Zombie(suspected_after=SUSPECTED_S, confirmed_after=CONFIRMED_S)
FIRST: Final = 500_000  # lots' numbers begin here, so that no lot is a camera-week
DUSTY: Final = 1.5
READS: Final = 40  # looks that a word on a plate rests on, after a while
SLOW_WORD_S: Final = 3600.0  # before, nothing is known of a plate
EARLY_S: Final = 3600.0


class Kind(StrEnum):
    """What a vehicle that stands for days is."""

    NO_PLATE = "no plate"
    UNREADABLE = "unreadable plate"
    EXPIRED = "permit expired"
    DUST = "dust or cover"
    TRIP = "lookalike: long trip"
    WASHED = "lookalike: washed by rain"
    MOVED = "lookalike: moved half-way"
    NIGHTLY = "lookalike: plate dark at night"
    USUAL = "others"

    @property
    def zombie(self) -> bool:
        return self in {Kind.NO_PLATE, Kind.UNREADABLE, Kind.EXPIRED, Kind.DUST}


KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.USUAL)


@dataclass(frozen=True, slots=True)
class LotTask:
    """One lot to run."""

    family: str
    number: int


@dataclass(slots=True)
class LotOutcome:
    """What came of one lot: vehicles and confirmations by kind."""

    vehicles: Counter[str]
    confirmed: Counter[str]
    early: int
    looks: int
    failures: list[str]


def lot_tasks(plan: Plan, family: str) -> list[LotTask]:
    """All lots of a plan."""
    return [LotTask(family, FIRST + i) for i in range(plan.lots)]


def run_lot(task: LotTask) -> LotOutcome:
    """Run one lot from its number: the same number gives the same outcome."""
    street, kinds = lot(task)
    week = LotWeek(street, kinds)
    week.run()
    return week.outcome(kinds)


def zombie_figures(lots: Sequence[LotOutcome]) -> ZombieFigures:
    """Add up lots."""
    vehicles: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for one in lots:
        vehicles.update(one.vehicles)
        confirmed.update(one.confirmed)
    zombies = sum(vehicles[kind] for kind in KINDS if kind.zombie)
    found = sum(confirmed[kind] for kind in KINDS if kind.zombie)
    false = sum(confirmed[kind] for kind in Kind if not kind.zombie) + sum(one.early for one in lots)
    return ZombieFigures(
        vehicles=zombies,
        lookalikes=sum(vehicles[kind] for kind in KINDS if not kind.zombie),
        zombie_recall=round(found / zombies, 5) if zombies else None,
        zombie_false=false,
        by_kind={kind.value: f"{confirmed[kind]} / {vehicles[kind]}" for kind in KINDS},
    )


def lot(task: LotTask) -> tuple[Street, dict[int, Kind]]:
    """Draw a lot: two places, or all but one, are held for days; kinds take turns over the lots. By number of stay."""
    street, rng = empty(FAMILIES[task.family], Noise.ALL, task.number, days=DAYS)
    street.littered = True
    kinds: dict[int, Kind] = {}
    kerb = [place for place in street.places if not place.front]
    for i, place in enumerate(kerb[: max(1, min(2, len(kerb) - 1))]):
        _hold(street, place, KINDS[(2 * task.number + i) % len(KINDS)], kinds, rng)
    for place in street.places:
        if place.number not in {street.stays[number].place for number in kinds}:
            occupy(street, place, rng)
    return furnished(street, rng, passing=0.25), kinds


def _hold(street: Street, place: Place, kind: Kind, kinds: dict[int, Kind], rng: np.random.Generator) -> None:
    """Let one vehicle stand for the whole run; two lookalikes change half-way."""
    comes_s = rng.uniform(300.0, 7200.0)
    half_s = comes_s + 0.5 * CONFIRMED_S
    ends_s = street.ends_s + DAY_S
    dusty = kind in {Kind.DUST, Kind.WASHED}
    leaves_s = half_s if kind in {Kind.WASHED, Kind.MOVED} else ends_s
    first = draw_stay(street, place, comes_s, rng, 9.0, calls=0.0, dwell_s=leaves_s - comes_s)
    gloss = DUSTY if dusty else rng.uniform(0.8, 1.3) * CLEAN
    street.stays.append(replace(first, gloss=gloss))
    kinds[first.number] = kind
    if kind is Kind.WASHED:  # it does not move: the same place, washed from then on
        goes = replace(first.goes, rest_s=ends_s)
        street.stays[-1] = replace(street.stays[-1], washed_s=half_s, goes=goes, stands_to_s=ends_s + goes.near_s)
    if kind is Kind.MOVED:
        back_s = leaves_s + rng.uniform(3600, 10_800)
        again = draw_stay(street, place, back_s, rng, 9.0, calls=0.0, again=first, dwell_s=ends_s - back_s)
        street.stays.append(replace(again, gloss=gloss))
        kinds[again.number] = kind


class LotWeek(Week):
    """Runs a lot: the zombie rule is asked too, and sightings carry what reading plates and lists would have said."""

    def __init__(self, street: Street, kinds: dict[int, Kind]) -> None:
        super().__init__(street, Witness(street), still_look_s=STILL_LOOK_S)
        self._kinds = kinds
        self._zombies = Zombies()
        self._said: list[tuple[int | None, float]] = []

    def judge(self, sightings: Sequence[Sighting], moment: Moment) -> None:
        """Put in plates and permits, then ask both rules."""
        read = [self._read(one, moment.at_s) for one in sightings]
        super().judge(read, moment)
        self._zombies, findings = zombie_step(
            self._zombies, read, zones=self.street.camera.zones, settings=SETTINGS, timezone=TIMEZONE
        )
        for finding in findings:
            if finding.stage is Stage.CONFIRMED:
                stay = self._who(finding.sighting, moment.at_s)
                self._said.append((stay.number if stay else None, moment.at_s))

    def outcome(self, kinds: dict[int, Kind]) -> LotOutcome:
        """Compare what was confirmed with the truth."""
        vehicles: Counter[str] = Counter(kinds[number] for number in kinds if not self._again(number))
        confirmed: Counter[str] = Counter()
        failures, early = [], 0
        for number, at_s in self._said:
            kind = Kind.USUAL if number is None else kinds.get(number, Kind.USUAL)
            stood_s = at_s - self.street.stays[number].stands_from_s if number is not None else 0.0
            confirmed[kind] += 1
            early += kind.zombie and stood_s < CONFIRMED_S - EARLY_S
            if not kind.zombie or stood_s < CONFIRMED_S - EARLY_S:
                failures.append(f"confirmed {kind.value} #{number} at {at_s:.0f} after {stood_s / DAY_S:.2f} days")
        told = {number for number, _ in self._said}
        failures += [
            f"never confirmed: {kind.value} #{n}" for n, kind in kinds.items() if kind.zombie and n not in told
        ]
        words = tuple(f"#{number} " for number in kinds)
        failures += [note for note in self.witness.outcome.failures if any(one in note for one in words)]
        return LotOutcome(vehicles, confirmed, early, self.looks, failures)

    def _again(self, number: int) -> bool:
        return self.street.stays[number].returns is not None

    def _who(self, sighting: Sighting, at_s: float) -> Stay | None:
        return meant(sighting.box, [one for one in self.present(at_s) if one.stands_from_s <= at_s <= one.stands_to_s])

    def _read(self, sighting: Sighting, at_s: float) -> Sighting:
        """What reading and lists say of a vehicle: of another's that the stay is taken for, too."""
        stay = self._who(sighting, at_s)
        kind = self._kinds.get(stay.number, Kind.USUAL) if stay else Kind.USUAL
        stood_s = at_s - stay.stands_from_s if stay else 0.0
        valid = Permit(state=PermitState.VALID, kind=PermitKind.RESIDENT)
        unsure = Permit(state=PermitState.UNSURE)
        if stay is None or stood_s < SLOW_WORD_S:
            return replace(sighting, plate=Plate(state=PlateState.UNKNOWN, looks=0), permit=unsure)
        if kind in {Kind.NO_PLATE, Kind.MOVED}:
            return replace(sighting, plate=Plate(state=PlateState.MISSING, looks=READS), permit=unsure)
        dark = kind is Kind.NIGHTLY and self.dark(at_s)
        if kind is Kind.UNREADABLE or dark:
            return replace(sighting, plate=Plate(state=PlateState.UNREADABLE, looks=READS), permit=unsure)
        text = f"?A{10000 + stay.individual % 89_999}"
        permit = Permit(state=PermitState.EXPIRED, kind=PermitKind.RESIDENT) if kind is Kind.EXPIRED else valid
        return replace(sighting, plate=Plate(state=PlateState.READ, text=text, looks=READS), permit=permit)

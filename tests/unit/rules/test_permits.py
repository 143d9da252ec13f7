"""Permits and berths with a permit only: whom a zone accuses, of what, and whom never."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from contract.parking import ZoneKind
from contract.plates import Permit, PermitKind, PermitState
from edge.config import Period, Zone
from edge.rules.dwell import Dwell, step
from edge.values import Finding, FindingKind, Presence, Rule, Sighting
from tests.unit.rules.street import moment, permit, sighting, zone

VALID, EXPIRED, NONE, UNSURE = (
    permit(state) for state in (PermitState.VALID, PermitState.EXPIRED, PermitState.NONE, PermitState.UNSURE)
)
VISITOR = permit(PermitState.VALID, PermitKind.VISITOR)


def berth(**settings: object) -> Zone:
    """A berth for residents, ten minutes for anybody else."""
    base = {"kind": ZoneKind.BERTH, "dwell": 600, "permits": ("resident",), "permit_only": True}
    return zone("berth", **{**base, **settings})  # type: ignore[arg-type]


def walk(looks: list[tuple[float, Permit | None]], place: Zone) -> list[tuple[float, FindingKind, Rule]]:
    """Looks at one car, each with what is known of its permit then; the state goes through a restart each time."""
    state, told = Dwell(), []
    for at_s, known in looks:
        now = sighting(at_s, permit=known)
        state, findings = step(Dwell.from_bytes(state.to_bytes()), [now], zones=[place], timezone="Asia/Shanghai")
        told += [(at_s, finding.kind, finding.rule) for finding in findings]
    return told


def minutes(last: float, known: Permit | None, first: float = 0) -> list[tuple[float, Permit | None]]:
    return [(60.0 * minute, known) for minute in range(round(first), round(last) + 1)]


OPENED = FindingKind.OPENED
CASES: list[tuple[str, Zone, Permit | None, Rule | None]] = [
    # name,                                            zone,                          permit,   opened for
    ("permit only: on no list", berth(), NONE, Rule.NO_PERMIT),
    ("permit only: expired", berth(), EXPIRED, Rule.NO_PERMIT),
    ("permit only: not at this time", berth(), permit(PermitState.NOT_NOW), Rule.NO_PERMIT),
    ("permit only: valid", berth(), VALID, None),
    ("permit only: not read well enough", berth(), UNSURE, None),
    ("permit only: nobody reads plates", berth(), None, None),
    ("permit only: a valid one of another kind", berth(), VISITOR, None),
    ("permits: on no list", zone(permits=("service",)), NONE, Rule.DWELL),
    ("permits: not read well enough", zone(permits=("service",)), UNSURE, Rule.DWELL),
    ("permits: valid", zone(permits=("resident",)), VALID, None),
    ("permits: a valid one of another kind", zone(permits=("service",)), VALID, Rule.DWELL),
    ("permits: valid, and no time for anybody else", zone(permits=("resident",), dwell=0), VALID, None),
    ("no word of permits: valid all the same", zone(), VALID, Rule.DWELL),
]


@pytest.mark.parametrize(("place", "known", "rule"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_who_is_told_and_of_what(place: Zone, known: Permit | None, rule: Rule | None) -> None:
    told = walk(minutes(30, known), place)
    assert [(kind, of) for _, kind, of in told] == ([(OPENED, rule)] if rule else [])


def test_without_a_permit_it_is_told_when_its_time_is_up() -> None:
    assert walk(minutes(30, NONE), berth()) == [(600, OPENED, Rule.NO_PERMIT)]


def test_what_is_unsure_waits_until_somebody_knows() -> None:
    assert walk([*minutes(40, UNSURE), *minutes(60, NONE, first=41)], berth()) == [(2460, OPENED, Rule.NO_PERMIT)]


def test_time_that_a_permit_covered_does_not_count_once_it_has_run_out() -> None:
    told = walk([*minutes(120, VALID), *minutes(140, EXPIRED, first=121)], berth())
    assert told == [(130 * 60, OPENED, Rule.NO_PERMIT)]


def test_a_permit_found_after_the_case_was_opened_stops_its_milestones() -> None:
    told = walk([*minutes(10, NONE), *minutes(60, VALID, first=11)], berth(milestones=(1200,)))
    assert [kind for _, kind, _ in told] == [OPENED]


def test_a_berth_with_a_timetable_is_everybody_s_in_its_periods_and_permit_holders_outside() -> None:
    shared = berth(allowed=[Period(start=time(12), end=time(14))])  # the walk begins at noon
    assert walk(minutes(200, NONE), shared) == [(130 * 60, OPENED, Rule.NO_PERMIT)]
    assert walk(minutes(200, VALID), shared) == []


def test_it_is_never_opened_twice_and_cleared_for_what_it_was_opened() -> None:
    looks = [sighting(60.0 * minute, permit=NONE) for minute in range(200)]
    looks.append(sighting(12_000, Presence.LEFT, permit=VALID, last_seen=moment(11_940)))
    findings = all_findings(looks, berth())
    assert [(one.kind, one.rule) for one in findings] == [
        (OPENED, Rule.NO_PERMIT),
        (FindingKind.CLEARED, Rule.NO_PERMIT),
    ]


def test_a_clock_that_is_set_back_opens_nothing_again() -> None:
    looks = [sighting(60.0 * minute, permit=NONE) for minute in range(200)]
    back = [replace(one, now=moment(one.now.at_s, set_back=timedelta(days=731))) for one in looks[100:]]
    assert len(all_findings([*looks[:100], *back], berth())) == 1


def all_findings(looks: list[Sighting], place: Zone) -> list[Finding]:
    state = Dwell()
    told: list[Finding] = []
    for look in looks:
        state, findings = step(state, [look], zones=[place], timezone="Asia/Shanghai")
        told += findings
    return told

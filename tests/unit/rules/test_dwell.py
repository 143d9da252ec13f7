"""The dwell rule, walked. A look is its second and a letter.

S seen in the zone, O seen outside, H hidden, M missed, L left. Expected: when, what, and the dwell it tells.
"""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.parking import VehicleClass, ZoneKind
from edge.config import Period, Zone
from edge.rules.dwell import MAX_RECORDS, Dwell, step
from edge.values import Box, ClockTrust, Finding, FindingKind, Moment, Presence, Sighting

IN, OUT = Box(0.4, 0.4, 0.6, 0.6), Box(0.0, 0.0, 0.1, 0.1)
PRESENCE = {"S": Presence.SEEN, "O": Presence.SEEN, "H": Presence.HIDDEN, "M": Presence.MISSED, "L": Presence.LEFT}
START = datetime(2025, 3, 1, 4, tzinfo=UTC)  # noon in Shanghai


def zone(**settings: object) -> Zone:
    base = {"id": "lane", "kind": ZoneKind.FIRE_LANE, "polygon": ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7))}
    return Zone.model_validate({**base, "dwell": 60, "milestones": (100, 200), **settings})


def moment(at_s: float, trust: ClockTrust = ClockTrust.SYNCED) -> Moment:
    return Moment(at_s, START + timedelta(seconds=at_s), trust)


def sighting(
    at_s: float,
    letter: str = "S",
    *,
    entered_s: float = 0,
    last_s: float | None = None,
    vehicle: VehicleClass = VehicleClass.CAR,
    stay: str = "cam.s1.1",
    trust: ClockTrust = ClockTrust.SYNCED,
) -> Sighting:
    presence = PRESENCE[letter]
    seen_s = at_s if presence is Presence.SEEN or last_s is None else last_s
    return Sighting(
        slot=stay.rpartition(".")[0],
        stay=stay,
        vehicle=vehicle,
        score=0.9,
        box=OUT if letter == "O" else IN,
        presence=presence,
        now=moment(at_s, trust),
        entered=moment(entered_s, trust),
        entered_within_s=2,
        last_seen=moment(seen_s, trust),
        first_missed=moment(at_s) if letter in "ML" else None,
    )


def walk(looks: list[tuple[float, str]], *zones: Zone, **settings: object) -> list[tuple[float, str, float]]:
    state, told, last_s = Dwell(), [], 0.0
    for at_s, letter in looks:
        last_s = at_s if letter in "SO" else last_s
        now = sighting(at_s, letter, last_s=last_s, **settings)  # type: ignore[arg-type]
        state, findings = step(state, [now], zones=zones or (zone(),), timezone="Asia/Shanghai")
        assert Dwell.from_bytes(state.to_bytes()) == state
        told += [(at_s, _name(finding), finding.dwell_s) for finding in findings]
    return told


def _name(finding: Finding) -> str:
    return finding.kind.value if finding.milestone_s is None else f"{finding.milestone_s:g}"


WALKS = [
    # name,                                looks,                              findings
    ("stays too long", "0S 30S 61S", "61 opened 61"),
    ("limit is inclusive", "0S 60S", "60 opened 60"),
    ("a second short", "0S 59S 60L", ""),
    ("opened once", "0S 60S 70S 80S", "60 opened 60"),
    ("entry needs two looks", "0O 60S 62S", "62 opened 62"),
    ("hidden opens nothing", "0S 10S 60H 80H", ""),
    ("missed opens nothing", "0S 10S 60M 62M 66L", ""),
    ("seen again after hiding opens", "0S 10S 60H 80S", "80 opened 80"),
    ("cleared with the dwell to the last look", "0S 10S 70S 80M 90L", "70 opened 70, 90 cleared 70"),
    ("milestones once each", "0S 60S 100S 110S 250S 260S", "60 opened 60, 100 100 100, 250 200 250"),
    ("a gap reaches all at once", "0S 2S 250S", "250 opened 250, 250 100 250, 250 200 250"),
    ("hidden reaches no milestone", "0S 60S 120H", "60 opened 60"),
    ("leaves the zone", "0S 60S 62O 64O 66O 68O", "60 opened 60, 66 cleared 60"),
    ("a flicker out is no leaving", "0S 60S 62O 64O 66S", "60 opened 60"),
    ("a flicker out opens nothing", "0S 58S 60O 62S", "62 opened 62"),
    ("back in the zone is not told again", "0S 60S 62O 64O 66O 68S 70S 300S 310L", "60 opened 60, 66 cleared 60"),
    ("never in the zone", "0O 60O 90O 99L", ""),
]


@pytest.mark.parametrize(("looks", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_walk(looks: str, expected: str) -> None:
    told = walk([(float(look[:-1]), look[-1]) for look in looks.split()])
    assert ", ".join(f"{at_s:g} {name} {dwell_s:g}" for at_s, name, dwell_s in told) == expected


def test_limits_by_class_and_classes_that_do_not_matter() -> None:
    looks = [(0.0, "S"), (10.0, "S"), (60.0, "S")]
    lane = zone(dwell_by_class={"bus": 10})
    assert walk(looks, lane, vehicle=VehicleClass.BUS) == [(10, "opened", 10)]
    assert walk(looks, lane, vehicle=VehicleClass.CAR) == [(60, "opened", 60)]
    assert walk(looks, lane, vehicle=VehicleClass.BICYCLE) == []


def test_a_limit_of_nothing_opens_on_entry() -> None:
    assert walk([(0, "S"), (2, "S")], zone(dwell=0)) == [(2, "opened", 2)]


def test_milestones_below_the_limit_are_none() -> None:
    assert walk([(0, "S"), (2, "S"), (300, "S")], zone(dwell=250)) == [(300, "opened", 300)]


def test_every_zone_has_its_own_say() -> None:
    zones = zone(), zone(id="gate", dwell=10)
    assert walk([(0, "S"), (10, "S"), (60, "S"), (70, "L")], *zones) == [
        (10, "opened", 10),
        (60, "opened", 60),
        (70, "cleared", 60),
        (70, "cleared", 60),
    ]


def test_allowed_time_does_not_count() -> None:
    until_one = zone(allowed=[Period(start=time(12), end=time(13))])
    looks = [(float(at_s), "S") for at_s in range(0, 3721, 60)]
    assert walk(looks, until_one)[0] == (3660, "opened", 60)


def test_an_unset_clock_opens_nothing_where_a_timetable_matters() -> None:
    looks = [(0.0, "S"), (60.0, "S"), (90_000.0, "S")]
    assert walk(looks, zone(allowed=[Period(start=time(1), end=time(2))]), trust=ClockTrust.UNSYNCED) == []
    assert walk(looks, zone(), trust=ClockTrust.UNSYNCED)[0] == (60, "opened", 60)


def test_an_entry_before_the_rule_knew_the_stay_counts() -> None:
    assert walk([(500, "S"), (502, "S")], zone(), entered_s=100)[0] == (502, "opened", 402)


def test_a_month_is_exact() -> None:
    looks = [(n * 0.1, "S") for n in range(3)] + [(30 * 86_400.0, "S")]
    assert walk(looks, zone(dwell=30 * 86_400.0, milestones=()))[-1] == (30 * 86_400.0, "opened", 30 * 86_400.0)


def test_what_has_left_or_is_unknown_is_forgotten() -> None:
    state, _ = step(Dwell(), [sighting(0), sighting(0, stay="cam.s2.1")], zones=[zone()], timezone="UTC")
    assert len(state.records) == 2
    state, _ = step(state, [sighting(2, "L")], zones=[zone()], timezone="UTC")
    assert not state.records


def test_records_are_bounded() -> None:
    crowd = [sighting(0, stay=f"cam.s{n}.1") for n in range(130)]
    zones = [zone(id=f"z{n}") for n in range(64)]
    state, _ = step(Dwell(), crowd, zones=zones, timezone="UTC")
    assert len(state.records) == MAX_RECORDS
    assert len(state.to_bytes()) < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "raw", [b"", b"{}x", b'{"records":[],"version":2}', b'{"records":[],"version":1,"more":0}', b" " * 5_000_000]
)
def test_a_damaged_state_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="dwell rule's state"):
        Dwell.from_bytes(raw)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0.5, 50), st.sampled_from("SSSSOHM")), max_size=40))
def test_any_walk_tells_each_thing_once_and_in_order(steps: list[tuple[float, str]]) -> None:
    looks, at_s = [], 0.0
    for gap_s, letter in steps:
        at_s += gap_s
        looks.append((at_s, letter))
    told = walk([*looks, (at_s + 1, "L")])
    names = [name for _, name, _ in told]
    assert len(set(names)) == len(names)
    assert names == [name for name in ("opened", "100", "200", "cleared") if name in names]
    assert (FindingKind.OPENED in names) == (FindingKind.CLEARED in names)
    assert all(dwell_s >= 60 for _, _, dwell_s in told)

"""Zombie vehicles, walked by the hour. A stage is told once, for signs that hold, and by the monotonic clock alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.parking import VehicleClass
from contract.plates import PermitState, PlateState
from edge.config import Zombie, Zone
from edge.rules.zombie import MAX_RECORDS, MAX_STATE_BYTES, Zombies, step
from edge.values import Box, ClockTrust, Presence, Sighting, Sign, Stage, Wear, ZombieFinding
from tests.unit.rules.street import DAY, moment, permit, plate, sighting, square, zone

HOUR = 3600.0
USUAL = Zombie()
MISSING, READ, UNKNOWN = plate(PlateState.MISSING), plate(PlateState.READ), plate(PlateState.UNKNOWN, 0)
UNREADABLE = plate(PlateState.UNREADABLE)
DUSTY, DRIVEN = Wear(days=8, own=0.04, around=0.3), Wear(days=8, own=0.4, around=0.4)


def walk(
    looks: Iterable[Sighting], zones: Iterable[Zone] = (), rule: Zombie = USUAL, *, state: Zombies | None = None
) -> list[ZombieFinding]:
    """Every look, with the state written and read in between as a restart does it."""
    state, places = state or Zombies(), tuple(zones) or (zone(),)
    told: list[ZombieFinding] = []
    for look in looks:
        state = Zombies.from_bytes(state.to_bytes())
        state, findings = step(state, [look], zones=places, settings=rule, timezone="Asia/Shanghai")
        told += findings
    return told


def days(first: float, last: float, *, every_s: float = HOUR, **changes: Any) -> list[Sighting]:
    """Looks from day to day, the last one not included."""
    count = round((last - first) * DAY / every_s)
    return [sighting(first * DAY + n * every_s, **changes) for n in range(count)]


def stages(told: list[ZombieFinding]) -> str:
    """Day and stage, in a line."""
    words = [f"{one.sighting.now.at_s / DAY:.1f} {one.stage.value}" for one in told]
    return ", ".join(words)


LEAVES = [sighting(46 * DAY, Presence.LEFT, plate=MISSING, last_seen=moment(45.5 * DAY))]


def test_a_vehicle_without_a_plate_is_suspected_confirmed_told_each_week_and_cleared() -> None:
    told = walk([*days(0, 46, plate=MISSING), *LEAVES])
    assert stages(told) == ("7.0 suspected, 30.0 confirmed, 37.0 milestone, 44.0 milestone, 46.0 cleared")
    assert [one.limit_s / DAY for one in told] == [7, 30, 30, 30, 30]
    assert [one.milestone_s and one.milestone_s / DAY for one in told] == [None, None, 37, 44, None]
    assert [one.moved for one in told] == [False, False, False, False, True]
    assert told[-1].standing_s == 45.5 * DAY
    assert {sign.sign for one in told for sign in one.signs} == {Sign.PLATE_MISSING}


SIGNS: list[tuple[str, dict[str, Any], str]] = [
    # name,                                       what each look shows,                   told in 8 days
    ("nothing at all", {}, ""),
    ("a plate that is read", {"plate": READ}, ""),
    ("a plate that cannot be read", {"plate": UNREADABLE}, "plate_unreadable"),
    ("no word on the plate yet", {"plate": UNKNOWN}, ""),
    ("too few looks at the plate", {"plate": plate(PlateState.MISSING, 9)}, ""),
    ("dust, while others come and go", {"wear": DUSTY}, "untouched"),
    ("it changes", {"wear": DRIVEN}, ""),
    ("nothing changes anywhere", {"wear": Wear(8, 0.01, 0.05)}, ""),
    ("it changes more than all around", {"wear": Wear(8, 0.09, 0.08)}, ""),
    ("dust on a street with little litter", {"wear": Wear(5, 0.07, 0.08)}, "untouched"),
    ("it changes a little", {"wear": Wear(8, 0.11, 0.9)}, ""),
    ("paint as clean as can be told", {"wear": Wear(8, 0.12, 0.9)}, ""),
    ("few days, and it may have been washed since", {"wear": Wear(3, 0.09, 0.9)}, ""),
    ("few days, and it surely was not", {"wear": Wear(3, 0.08, 0.9)}, "untouched"),
    ("too few days to compare", {"wear": Wear(2, 0.0, 0.5)}, ""),
    ("its permit has expired", {"permit": permit(PermitState.EXPIRED)}, "permit_expired"),
    ("its permit holds at other times", {"permit": permit(PermitState.NOT_NOW)}, ""),
    ("it never had a permit", {"permit": permit(PermitState.NONE)}, ""),
    ("a valid permit", {"permit": permit(PermitState.VALID)}, ""),
    ("nobody knows of a permit", {"permit": permit(PermitState.UNSURE)}, ""),
    ("two signs", {"plate": MISSING, "wear": DUSTY}, "plate_missing untouched"),
    ("a bicycle has no plate to miss", {"plate": MISSING, "vehicle": VehicleClass.BICYCLE}, ""),
    ("a bicycle gathers dust", {"wear": DUSTY, "vehicle": VehicleClass.BICYCLE}, "untouched"),
]


@pytest.mark.parametrize(("shown", "expected"), [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
def test_signs(shown: dict[str, Any], expected: str) -> None:
    told = walk(days(0, 8, **shown), [zone(vehicles=("car", "bicycle"))])
    assert [one.stage for one in told] == ([Stage.SUSPECTED] if expected else [])
    assert " ".join(sign.sign for one in told for sign in one.signs) == expected


def test_a_sign_that_is_not_configured_is_none() -> None:
    only_dust = Zombie(signs=(Sign.UNTOUCHED,))
    assert walk(days(0, 8, plate=MISSING), rule=only_dust) == []
    told = walk(days(0, 8, plate=MISSING, wear=DUSTY), rule=only_dust)
    assert [sign.sign for sign in told[0].signs] == [Sign.UNTOUCHED]


def test_one_bad_reading_neither_makes_nor_clears_a_zombie() -> None:
    sound = days(0, 20, plate=READ)
    sound[24 * 8] = replace(sound[24 * 8], plate=MISSING)
    assert walk(sound) == []
    abandoned = days(0, 20, plate=MISSING)
    abandoned[24 * 10] = replace(abandoned[24 * 10], plate=READ)
    assert stages(walk(abandoned)) == "7.0 suspected"


def test_a_sign_wants_six_looks_however_far_apart() -> None:
    daily = [sighting(n * DAY, plate=MISSING) for n in range(31)]
    assert stages(walk(daily[7:])) == "13.0 suspected, 30.0 confirmed"


def test_a_sign_wants_a_day_however_many_looks() -> None:
    often = days(8, 9.2, every_s=300, plate=MISSING)
    assert stages(walk(often)) == "9.0 suspected"


def test_a_third_of_wrong_readings_is_borne() -> None:
    looks = days(0, 31, plate=MISSING)
    looks[::3] = [replace(look, plate=READ) for look in looks[::3]]
    assert stages(walk(looks)) == "7.0 suspected, 30.0 confirmed"


def test_a_plate_put_back_clears_it_after_a_day_and_for_this_stay() -> None:
    told = walk([*days(0, 10, plate=MISSING), *days(10, 20, plate=READ), *days(20, 40, plate=MISSING)])
    assert stages(told) == "7.0 suspected, 11.0 cleared"
    assert not told[-1].moved
    assert [sign.sign for sign in told[-1].signs] == [Sign.PLATE_MISSING]
    assert told[-1].standing_s == told[-1].sighting.now.at_s


def test_what_cannot_be_told_leaves_a_sign_as_it_is() -> None:
    told = walk([*days(0, 10, plate=MISSING), *days(10, 31, plate=UNKNOWN)])
    assert stages(told) == "7.0 suspected, 30.0 confirmed"


def test_no_stage_without_a_look_that_sees_it() -> None:
    hidden = days(5, 9, presence=Presence.HIDDEN, plate=MISSING)
    told = walk([*days(0, 5, plate=MISSING), *hidden, *days(9, 10, plate=MISSING)])
    assert stages(told) == "9.0 suspected"


def test_it_is_confirmed_late_when_its_sign_comes_late_and_the_weeks_before_are_not_told() -> None:
    late = [*days(0, 40, plate=READ), *days(40, 46, plate=MISSING)]
    told = walk(late)
    assert stages(told).endswith(" 44.0 milestone")
    assert [one.stage for one in told] == [Stage.SUSPECTED, Stage.CONFIRMED, Stage.MILESTONE]


def test_after_a_long_gap_the_latest_week_alone_is_told() -> None:
    told = walk([*days(0, 31, plate=MISSING), *days(60, 61, plate=MISSING)])
    assert stages(told) == "7.0 suspected, 30.0 confirmed, 60.0 milestone"
    assert told[-1].milestone_s == 58 * DAY


def test_one_that_was_never_told_is_not_cleared() -> None:
    assert walk([*days(0, 5, plate=MISSING), sighting(5 * DAY, Presence.LEFT)]) == []


def test_a_clock_that_is_set_back_two_years_changes_nothing_but_the_words() -> None:
    def turned(looks: list[Sighting]) -> list[Sighting]:
        backs = [timedelta(days=731 if n > 100 else 0) for n in range(len(looks))]
        nows = [
            moment(look.now.at_s, ClockTrust.UNSYNCED, set_back=back) for look, back in zip(looks, backs, strict=True)
        ]
        return [replace(look, now=now, last_seen=now) for look, now in zip(looks, nows, strict=True)]

    looks = days(0, 46, plate=MISSING)
    told = walk(turned(looks))
    assert stages(told) == stages(walk(looks))
    assert [one.standing_s for one in told] == [one.standing_s for one in walk(looks)]
    assert "起" not in told[0].signs[0].words_zh
    assert "（2025-03-01 起）" in walk(looks)[0].signs[0].words_zh


def test_the_limit_is_inclusive() -> None:
    told = walk(days(0, 8, plate=MISSING))
    assert told[0].standing_s == 7 * DAY


def test_what_is_unsure_of_a_permit_leaves_the_sign_as_it_is() -> None:
    told = walk([*days(0, 10, permit=permit(PermitState.EXPIRED)), *days(10, 31, permit=permit(PermitState.UNSURE))])
    assert stages(told) == "7.0 suspected, 30.0 confirmed"


def test_a_sign_taken_from_the_file_holds_no_more() -> None:
    state = Zombies()
    for look in days(0, 8, plate=MISSING):
        state, _ = step(state, [look], zones=[zone()], settings=USUAL, timezone="UTC")
    told = walk(days(8, 40, plate=MISSING), rule=Zombie(signs=(Sign.UNTOUCHED,)), state=state)
    assert [(one.stage, one.moved) for one in told] == [(Stage.CLEARED, False)]
    assert [sign.sign for sign in told[0].signs] == [Sign.PLATE_MISSING]


def test_only_signs_that_hold_are_told() -> None:
    told = walk([*days(0, 6.8, plate=MISSING), *days(6.8, 8, plate=MISSING, wear=DUSTY)])
    assert [sign.sign for sign in told[0].signs] == [Sign.PLATE_MISSING]


def test_nights_in_which_no_plate_can_be_read_make_none() -> None:
    looks = [replace(look, plate=UNREADABLE if look.now.at_s % DAY < 11 * HOUR else READ) for look in days(0, 40)]
    assert walk(looks) == []
    few = Zombie.model_validate({"suspected_after": "2d", "confirmed_after": "7d"})
    assert walk(looks, rule=few) == []


def test_nor_do_winter_nights_that_are_longer_than_the_days() -> None:
    looks = [replace(look, plate=READ if look.now.at_s % DAY < 9 * HOUR else UNREADABLE) for look in days(0, 40)]
    assert walk(looks) == []


def test_a_plate_that_is_read_in_the_end_clears_it_after_a_day() -> None:
    assert stages(walk([*days(0, 10, plate=UNREADABLE), *days(10, 20, plate=READ)])) == "7.0 suspected, 11.0 cleared"


def test_dust_that_is_washed_off_clears_it_after_a_day() -> None:
    washed = [*days(0, 10, wear=DUSTY), *days(10, 10.9, wear=Wear(8, 0.12, 0.3)), *days(10.9, 20, wear=DUSTY)]
    assert stages(walk(washed)) == "7.0 suspected"
    clean = [*days(0, 10, wear=DUSTY), *days(10, 20, wear=Wear(8, 0.12, 0.3))]
    assert stages(walk(clean)) == "7.0 suspected, 11.0 cleared"


def test_where_days_are_few_a_sign_wants_less_than_one() -> None:
    hours = Zombie.model_validate({"suspected_after": "7h", "confirmed_after": "14h"})
    told = walk(days(0, 1, every_s=600, plate=MISSING)[18:], rule=hours)
    assert told[0].standing_s == 7 * HOUR


WORDS: list[tuple[dict[str, Any], str, str]] = [
    ({"plate": MISSING}, "近 40 次查看都没有看到车牌", "no number plate in the last 40 looks"),
    ({"plate": UNREADABLE}, "近 40 次查看都有车牌，但号码认不出", "that could not be read"),
    (
        {"wear": DUSTY},
        "对比 8 天的画面，车身几乎没有变化（4%），周围有变化（30%）",
        "over 8 days it hardly changed (4%)",
    ),
    (
        {"permit": permit(PermitState.EXPIRED)},
        "名单上的业主许可已过期",
        "its resident's permit on the list has expired",
    ),
]


@pytest.mark.parametrize(("shown", "words_zh", "words_en"), WORDS)
def test_a_sign_is_told_in_words_with_its_figures(shown: dict[str, Any], words_zh: str, words_en: str) -> None:
    (sign,) = walk(days(0, 8, **shown))[0].signs
    assert sign.words_zh.startswith(words_zh)
    assert words_en in sign.words_en
    assert max(len(sign.words_zh), len(sign.words_en)) <= 200


def test_words_stay_short_with_the_largest_figures() -> None:
    shown: dict[str, Any] = {
        "plate": plate(PlateState.UNREADABLE, 1_000_000),
        "wear": Wear(9999, 0.1, 1.0),
        "permit": permit(PermitState.EXPIRED),
    }
    signs = walk(days(0, 8, **shown))[0].signs
    assert len(signs) == 3
    assert all(len(words) <= 200 for sign in signs for words in (sign.words_zh, sign.words_en))


FAR = square(0.0, 0.0, 0.1, 0.1)
ZONES: list[tuple[str, list[Zone], str]] = [
    # name,                                     zones,                                                  told of
    ("the first that it stands in", [zone("far", polygon=FAR), zone("a"), zone("b")], "a"),
    ("one that looks for zombies", [zone("a", zombies=False), zone("b")], "b"),
    ("one that its kind matters in", [zone("a", vehicles=("bicycle",)), zone("b")], "b"),
    ("none that looks for them", [zone("a", zombies=False)], ""),
    ("in none", [zone("far", polygon=FAR)], ""),
]


@pytest.mark.parametrize(("zones", "expected"), [row[1:] for row in ZONES], ids=[row[0] for row in ZONES])
def test_one_stay_is_told_of_one_zone(zones: list[Zone], expected: str) -> None:
    assert " ".join(one.zone for one in walk(days(0, 8, plate=MISSING), zones)) == expected


def test_a_suspected_one_stays_with_its_zone_until_the_zone_is_gone() -> None:
    looks = days(0, 31, plate=MISSING)
    state = Zombies()
    told: list[ZombieFinding] = []
    for look in looks:
        early = look.now.at_s < 10 * DAY
        zones = [zone("b")] if early else [zone("a"), zone("b")]
        state, findings = step(state, [look], zones=zones, settings=USUAL, timezone="UTC")
        told += findings
    assert [one.zone for one in told] == ["b", "b"]
    _, gone = step(state, LEAVES, zones=[zone("c")], settings=USUAL, timezone="UTC")
    assert [(one.stage, one.zone) for one in gone] == [(Stage.CLEARED, "c")]


def test_settings_name_the_days() -> None:
    quick = Zombie.model_validate({"suspected_after": "2d", "confirmed_after": "3d", "milestone_every": "1d"})
    told = walk(days(0, 5.1, plate=MISSING), rule=quick)
    assert stages(told) == "2.0 suspected, 3.0 confirmed, 4.0 milestone, 5.0 milestone"


def test_two_vehicles_are_two() -> None:
    state = Zombies()
    told: list[ZombieFinding] = []
    for look in days(0, 8, plate=MISSING):
        other = replace(look, slot="cam.s2", stay="cam.s2.1", plate=READ, box=Box(0.3, 0.3, 0.5, 0.5))
        state, findings = step(state, [other, look], zones=[zone()], settings=USUAL, timezone="UTC")
        told += findings
    assert [one.sighting.stay for one in told] == ["cam.s1.1"]


def test_what_is_remembered_is_bounded_and_what_was_told_is_kept_first() -> None:
    state = Zombies()
    for look in days(0, 8, plate=MISSING):
        state, _ = step(state, [look], zones=[zone()], settings=USUAL, timezone="UTC")
    for n in range(2):
        now = moment(8 * DAY + n * HOUR)
        crowd = [
            sighting(now.at_s, stay=f"cam.s{i}.2", entered=now, plate=MISSING, wear=DUSTY) for i in range(MAX_RECORDS)
        ]
        looks = [*crowd, sighting(now.at_s, plate=MISSING)]
        state, _ = step(state, looks, zones=[zone()], settings=USUAL, timezone="UTC")
    assert len(state.records) == MAX_RECORDS
    assert state.records[0].stay == "cam.s1.1"
    assert len(state.to_bytes()) < MAX_STATE_BYTES / 2


@pytest.mark.parametrize(
    "raw", [b"", b"{}x", b'{"records":[],"version":2}', b'{"records":[],"version":1,"more":0}', b" " * 2_000_000]
)
def test_a_damaged_state_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="zombie rule's state"):
        Zombies.from_bytes(raw)


SHOWN: list[Callable[[float], Sighting]] = [
    lambda at_s: sighting(at_s, plate=MISSING),
    lambda at_s: sighting(at_s, plate=MISSING),
    lambda at_s: sighting(at_s, plate=UNREADABLE, wear=DUSTY),
    lambda at_s: sighting(at_s, plate=READ),
    lambda at_s: sighting(at_s, Presence.HIDDEN),
    lambda at_s: sighting(at_s, Presence.MISSED),
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 60.0), st.sampled_from(range(len(SHOWN)))), max_size=80))
def test_any_walk_tells_each_stage_once_and_in_order(steps: list[tuple[float, int]]) -> None:
    looks, hours = [], 0.0
    for gap_h, shown in steps:
        hours += gap_h
        looks.append(SHOWN[shown](hours * HOUR))
    told = walk([*looks, sighting((hours + 1) * HOUR, Presence.LEFT)])
    names = [one.stage for one in told]
    assert [name for name in names if name is not Stage.MILESTONE] == [
        stage for stage in (Stage.SUSPECTED, Stage.CONFIRMED, Stage.CLEARED) if stage in names
    ]
    assert (Stage.SUSPECTED in names) == (Stage.CLEARED in names)
    marks = [one.milestone_s for one in told if one.milestone_s is not None]
    assert marks == sorted(set(marks))
    assert all(one.signs for one in told)

"""Welfare: walks of half hours of somebody who lives alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.metering import Witness
from edge.rules.alarms import AlarmFinding, Phase
from edge.rules.metering import household
from edge.rules.metering.home import MAX_STATE_BYTES, Arrived, Household
from edge.rules.metering.looks import MAX_OPENINGS, MAX_WAITING
from edge.rules.metering.slots import SlotUse, begin_of, index_of
from edge.rules.metering.welfare import Away, WelfareSettings
from tests.unit.rules.metering.walking import START

FIRST = index_of(START)
LIMITS = WelfareSettings()
DAY = 48
USUAL = [6 if 14 <= i % DAY < 44 and i % 3 == 0 else 0 for i in range(DAY)]  # litres; up from 7 to 22 o'clock


def run(
    litres: Sequence[float | None],
    *,
    openings: Sequence[float] = (),
    watts: Sequence[float | None] | float | None = 60,
    away: Sequence[Away] = (),
    dead: bool = False,
    limits: WelfareSettings = LIMITS,
) -> list[AlarmFinding]:
    """Half hours from the first midnight on, each told as it ends; the state goes through bytes at each.

    Args:
        litres: in each; None: not known.
        openings: hours since the first midnight.
        watts: in each, or in all; None: not known.
        dead: whether there is no door contact.
    """
    state, findings = Household("h"), []  # type: ignore[var-annotated]
    opened = [START + timedelta(hours=hour) for hour in openings]
    power = list(watts) if isinstance(watts, Sequence) else [watts] * len(litres)
    for i, used in enumerate(litres):
        index = FIRST + i
        now = begin_of(index + 1) + timedelta(seconds=LIMITS.wait_s)
        energy = power[i]
        arrived = Arrived(
            (SlotUse(index, None if used is None else Decimal(str(used)) / 1000),),
            (SlotUse(index, None if energy is None else Decimal(str(energy)) / 2000),),
            tuple(at for at in opened if begin_of(index) <= at < begin_of(index + 1)),
            None if dead else now,
        )
        state = state if i else replace(state, next=FIRST)
        state, found = household.step(state, arrived, away=away, now=now, settings=limits)
        state = Household.from_bytes(state.to_bytes())
        findings += found
    return findings


def said(findings: Sequence[AlarmFinding]) -> list[tuple[float, str]]:
    return [((one.at - START).total_seconds() / 3600, one.phase.value) for one in findings]


def hours(count: float, litres: float | None = 0) -> list[float | None]:
    return [litres] * int(2 * count)


WALKS = [
    # name, litres, openings, said
    ("a day without water, at home", [6, *hours(24)], [], [(24.5, "opened")]),
    ("half an hour less", [6, *hours(23.5), 6], [], []),
    ("told once however long", [6, *hours(100)], [], [(24.5, "opened")]),
    ("water ends it", [6, *hours(30), 1, 0], [], [(24.5, "opened"), (31, "cleared")]),
    ("less than a litre does not", [6, *hours(30), 0.9, 0], [], [(24.5, "opened")]),
    ("an opened door ends it", [6, *hours(40)], [30.2], [(24.5, "opened"), (30.5, "cleared")]),
    ("a little by day and night is a drip", [6, *([0.5, 0] * 48)], [], [(24.5, "opened")]),
    ("a running toilet is nobody", [6, *([30, 31, 30, 32] * 24)], [], [(24.5, "opened")]),
    (
        "a toilet that runs and stops is nobody from its first minute",
        [6, *([30] * 30), *hours(30)],
        [],
        [(24.5, "opened")],
    ),
    ("… as long as it runs for six hours", [6, *([30] * 11), *hours(30)], [], [(30, "opened")]),
    ("the door opened after the last use", [6, *hours(60)], [12], []),
    ("… for ten days", [6, *hours(300)], [12], [(252.5, "opened")]),
    ("… in the late evening: few set out then", [6, *hours(60)], [19.2], [(43.5, "opened")]),
    ("… or before five in the morning", [6, *hours(60)], [4.9], [(29, "opened")]),
    ("away, and nothing used after coming home", [6, *hours(60)], [8, 18], [(42.5, "opened")]),
    ("away, and somebody looks in after a long silence", [6, *hours(120)], [8, 34, 34.6], []),
    ("… and one of their openings is lost", [6, *hours(120)], [8, 34], []),
    ("… and draws water for the plants", [6, *hours(34), 8, *hours(80)], [8, 34.2, 34.9], []),
    ("… and stays: they have come home", [6, *hours(34.5), 8, 0, 8, *hours(40)], [8, 34.2], [(60.5, "opened")]),
    ("… after an alarm: it is not told again", [6, *hours(120)], [28.2], [(24.5, "opened"), (28.5, "cleared")]),
    ("out with the rubbish, two openings four minutes apart", [6, *hours(40)], [12, 12.07], [(36.5, "opened")]),
    ("a key forgotten, two openings three minutes apart", [6, *hours(40)], [12, 12.05], []),
    ("a toilet begins to run while they are away", [6, *hours(14), 9, *([30, 31] * 40)], [8], []),
    ("… over a gap in the readings", [6, *hours(14), *([30] * 4), None, *([30] * 40)], [8], []),
    ("… begins before they leave", [6, *hours(4.5), *([30] * 70)], [7.2], []),
    ("… is not what somebody used before it", [6, *hours(4.5), 20, *hours(2), *([30] * 70)], [], [(29.5, "opened")]),
    ("… in pulses", [6, *([19, 22, 20, 20] * 20)], [], [(24.5, "opened")]),
    ("a tap begins to drip: its first litre counts", [6, *hours(5), *([1, 0, 0] * 30)], [], [(30, "opened")]),
    (
        "a drip goes on while somebody gets up",
        [*([0, 0, 1, 0, 0, 1, 0, 0, 1, 6] * 6), *([0, 0, 1] * 40)],
        [],
        [(54, "opened")],
    ),
    ("a gap tells nothing", [6, *hours(30, None)], [], []),
    ("a gap that ends without use does", [6, *hours(30, None), 0], [], [(31, "opened")]),
]


@pytest.mark.parametrize(("litres", "openings", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_welfare(litres: list[float | None], openings: list[float], expected: list[tuple[float, str]]) -> None:
    assert said(run(litres, openings=openings)) == expected


def test_without_a_door_contact_a_day_is_told_as_not_borne_out() -> None:
    opened = run([6, *hours(25)], dead=True, watts=None)
    assert said(opened) == [(24.5, "opened")]
    assert opened[0].corroborated == ()
    assert opened[0].missing == (Witness.DOOR, Witness.ELECTRICITY)
    assert "没有门磁数据" in opened[0].words.zh
    assert "too little data" in opened[0].words.en


def test_an_alarm_says_what_bears_it_out() -> None:
    opened = run([*USUAL, *USUAL, *hours(30)])[0]
    assert (opened.corroborated, opened.missing) == ((Witness.DOOR, Witness.ELECTRICITY), ())
    assert "24 小时没有人用水（共 0.000 m³）" in opened.words.zh
    assert "看来人在家" in opened.words.zh
    assert opened.words.en.startswith("nobody used water for 24 h up to 05-06 21:30 (0.000 m³); door: ")


def test_the_calendar_excuses_who_may_have_gone() -> None:
    trip = Away(START + timedelta(hours=3), START + timedelta(hours=80))
    assert run([6, *hours(100)], dead=True, away=[trip]) == []
    assert said(run([6, *hours(110)], dead=True, away=[trip])) == [(104, "opened")]


def test_the_calendar_does_not_excuse_who_is_seen_at_home() -> None:
    trip = Away(START + timedelta(hours=3), START + timedelta(hours=80))
    assert said(run([6, *hours(30)], away=[trip])) == [(24.5, "opened")]
    assert run([6, *hours(60)], openings=[4], away=[trip]) == []


def test_early_where_this_household_always_uses_water_at_these_hours() -> None:
    litres = [*USUAL * 14, *USUAL[:20], *hours(30)]
    early = run(litres, limits=replace(LIMITS, surprise=8))
    last = 14 * 24 + 9.5  # the last use
    assert said(early) == [(last + 12, "opened")]
    assert said(run(litres, limits=replace(LIMITS, surprise=1e9))) == [(last + 24, "opened")]
    assert said(run(litres, limits=replace(LIMITS, surprise=8), watts=None)) == [(last + 24, "opened")]
    lit = [60.0] * (14 * DAY + 20) + [500.0] * 60
    assert said(run(litres, limits=replace(LIMITS, surprise=8), watts=lit)) == [(last + 24, "opened")]


DAYS = [*USUAL * 8, *hours(8), 6, *hours(40)]  # eight days, then the last use at eight o'clock
LAST = 8 * DAY + 16  # half hour of it


def test_a_light_switched_on_after_the_door_tells_that_somebody_is_at_home() -> None:
    dark, lit = [60.0] * len(DAYS), [60.0] * (LAST + 8) + [300.0] * 6 + [60.0] * (len(DAYS) - LAST - 14)
    assert run(DAYS, openings=[200.6], watts=dark) == []
    assert said(run(DAYS, openings=[200.6], watts=lit)) == [(225, "opened")]


def test_a_kettle_after_the_door_tells_so_too_and_a_boiler_that_reheats_does_not() -> None:
    watts = [60.0] * len(DAYS)
    watts[LAST + 4] = 300.0
    assert said(run(DAYS, openings=[200.6], watts=watts)) == [(225, "opened")]
    for day in range(9):
        watts[day * DAY + 6] = 600.0  # at three in the morning
    assert run(DAYS, openings=[200.6], watts=watts) == []


def test_a_lamp_on_a_timer_tells_nobody() -> None:
    watts = [160.0 if 20 <= i % DAY < 40 else 60.0 for i in range(len(DAYS))]
    assert run(DAYS, openings=[200.6], watts=watts) == []


def test_what_was_left_on_leaves_it_open_whether_somebody_is_at_home() -> None:
    left = [60.0] * (LAST + 1) + [300.0] * (len(DAYS) - LAST - 1)
    opened = run(DAYS, openings=[200.6], watts=left)
    assert said(opened) == [(225, "opened")]
    assert opened[0].missing == (Witness.DOOR,)
    assert "说不准人在不在家" in opened[0].words.zh
    trip = Away(START + timedelta(hours=200), START + timedelta(hours=288))
    assert run(DAYS, openings=[200.6], watts=left, away=[trip]) == []


def test_who_is_announced_away_is_away_until_something_tells_otherwise() -> None:
    trip = Away(START + timedelta(hours=1.5), START + timedelta(hours=30))
    litres = [6, *hours(100)]
    assert run(litres, openings=[2, 2.07], away=[trip]) == []
    assert said(run(litres, openings=[2, 2.07])) == [(26.5, "opened")]


AT_HOME = [
    # name, litres from eight o'clock on, door opened at 8.2, told
    ("a machine left running", [6, 30, *hours(60)], False),
    ("a machine that ends", [30, 8, *hours(60)], False),
    ("a machine that begins as they leave", [0, 30, *hours(60)], False),
    ("a toilet in the next half hour", [6, 8, *hours(60)], True),
    ("anything an hour later", [30, 0, 30, *hours(60)], True),
]


@pytest.mark.parametrize(("litres", "told"), [row[1:] for row in AT_HOME], ids=[row[0] for row in AT_HOME])
def test_water_after_the_door_tells_that_somebody_is_at_home_unless_a_machine_draws_it(
    litres: list[float], told: bool
) -> None:
    assert bool(run([6, *hours(7.5), *litres], openings=[8.2])) is told


def test_one_step_of_a_coarse_register_long_after_the_door_tells_nobody() -> None:
    coarse = replace(LIMITS, step_l=10)
    dripping = [6, *hours(16), *([10, *hours(29.5)] * 3)]
    assert run(dripping, openings=[8], limits=coarse) == []
    assert said(run(dripping, openings=[8])) == [
        (41, "opened"),
        (47, "cleared"),
        (71, "opened"),
        (77, "cleared"),
        (101, "opened"),
    ]
    twice = [6, *hours(16), 10, 0, 10, *hours(30)]
    assert said(run(twice, openings=[8], limits=coarse)) == [(42, "opened")]


def test_a_clock_set_back_begins_anew_and_keeps_the_alarm() -> None:
    now = begin_of(FIRST - 200)
    raised = Household("h", next=FIRST, raised=FIRST - 60)
    state, _ = household.step(raised, Arrived(), away=[], now=now, settings=LIMITS)
    assert state.raised is not None
    assert state.next == index_of(now - timedelta(seconds=LIMITS.wait_s))
    water = (SlotUse(index_of(now), Decimal("0.006")),)
    _, found = household.step(state, Arrived(water=water), away=[], now=now + timedelta(hours=1), settings=LIMITS)
    assert [one.phase for one in found] == [Phase.CLEARED]


def test_what_waits_is_bounded() -> None:
    slots = tuple(SlotUse(FIRST + i, Decimal(0)) for i in range(MAX_WAITING + 1))
    openings = tuple(START + timedelta(seconds=i) for i in range(MAX_OPENINGS + 1))
    arrived = Arrived(slots, slots, openings, START)
    state, _ = household.step(Household("h", next=FIRST), arrived, away=[], now=START, settings=LIMITS)
    assert (len(state.water), len(state.energy), len(state.openings)) == (MAX_WAITING, MAX_WAITING, MAX_OPENINGS)


def test_a_full_state_stays_below_its_bound() -> None:
    state = Household("h", next=FIRST)
    for i in range(16 * DAY):
        index = FIRST + i
        slot = SlotUse(index, Decimal("0.123"))
        now = begin_of(index + 1) + timedelta(seconds=LIMITS.wait_s)
        state, _ = household.step(state, Arrived((slot,), (slot,), (), now), away=[], now=now, settings=LIMITS)
    raw = state.to_bytes()
    assert len(raw) < MAX_STATE_BYTES / 8
    assert Household.from_bytes(raw) == state
    with pytest.raises(ValueError, match="not the state of a household"):
        Household.from_bytes(raw[:-1])
    with pytest.raises(ValueError, match="at most"):
        Household.from_bytes(b" " * (MAX_STATE_BYTES + 1))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([None, 0, 0, 0, 0.5, 6, 40]), min_size=60, max_size=200),
    st.lists(st.floats(0, 100), max_size=12),
    st.randoms(use_true_random=False),
)
def test_how_it_arrives_changes_nothing_and_nothing_is_raised_twice(
    litres: list[float | None], openings: list[float], random: Random
) -> None:
    litres = [*litres, *hours(60), 6]
    straight = run(litres, openings=openings)
    last = Phase.CLEARED
    for finding in straight:
        assert finding.phase is not last
        last = finding.phase
    slots = [SlotUse(FIRST + i, None if used is None else Decimal(str(used)) / 1000) for i, used in enumerate(litres)]
    energy = [SlotUse(slot.index, Decimal("0.03")) for slot in slots]
    opened = [START + timedelta(hours=hour) for hour in openings]
    state, findings = Household("h", next=FIRST), []  # type: ignore[var-annotated]
    for begin in range(0, len(litres), 40):  # the gateway was busy for twenty hours, and everything came mixed up
        part = slice(begin, begin + 40)
        water, power = random.sample(slots[part], len(slots[part])), random.sample(energy[part], len(energy[part]))
        doors = [at for at in opened if begin <= index_of(at) - FIRST < begin + 40]
        now = begin_of(slots[part][-1].index + 1) + timedelta(seconds=LIMITS.wait_s)
        arrived = Arrived(tuple(water), tuple(power), tuple(random.sample(doors, len(doors))), now)
        state, found = household.step(state, arrived, away=[], now=now, settings=LIMITS)
        findings += found
    assert findings == straight

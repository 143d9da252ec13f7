"""One meter: each rule as walks, and that order, doubling and restarts change nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.rules.alarms import AlarmFinding
from edge.rules.metering import meter
from edge.rules.metering.meter import MAX_STATE_BYTES, Meter
from edge.rules.metering.readings import MAX_VALUE, Medium, Reading
from edge.rules.metering.settings import ELECTRICITY, GAS, WATER, MeterSettings
from edge.rules.ordering import MAX_WAITING
from tests.unit.rules.metering.walking import (
    WIRED_POWER,
    WIRED_WATER,
    at,
    flowing,
    reading,
    said,
    walk,
    walked,
)

DAY = 48

LEAKS = [
    # name,                             litres in each half hour,                 said
    ("a day of use in each half hour", [2] * 48, [(1440, "leak", "opened")]),
    ("one step of the register is use", [1] * 48, [(1440, "leak", "opened")]),
    ("one half hour less is no day", [2] * 47, []),
    ("one half hour without use", [2] * 30 + [0] + [2] * 47, []),
    ("a day after one without", [2] * 30 + [0] + [2] * 48, [(2370, "leak", "opened")]),
    ("told once however long", [2] * 200, [(1440, "leak", "opened")]),
    ("half an hour without use is not the end", [2] * 48 + [0, 2, 0, 2], [(1440, "leak", "opened")]),
    ("an hour without use is", [2] * 48 + [0, 0], [(1440, "leak", "opened"), (1500, "leak", "cleared")]),
    (
        "told again only for another day",
        [2] * 48 + [0, 0] + [2] * 48,
        [(1440, "leak", "opened"), (1500, "leak", "cleared"), (2940, "leak", "opened")],
    ),
]


@pytest.mark.parametrize(("flows", "expected"), [row[1:] for row in LEAKS], ids=[row[0] for row in LEAKS])
def test_leak(flows: list[float], expected: list[tuple[float, str, str]]) -> None:
    assert said(walk(flowing(flows))) == expected


def test_a_half_hour_that_is_missing_is_waited_for_until_the_next_day() -> None:
    readings = flowing([2] * 100)
    del readings[20]  # half hours 19 and 20 of the day are not known
    assert said(walk(readings)) == [(1440 + 21 * 30, "leak", "opened")]


def test_a_gap_without_use_ends_the_run() -> None:
    readings = [
        *flowing([2] * 40),
        *[replace(one, at=one.at + timedelta(minutes=1290)) for one in flowing([2] * 40, 100.08)],
    ]
    assert said(walk(readings)) == []


def test_a_leak_says_since_when_how_much_and_in_both_languages() -> None:
    opened = walk(flowing([3] * 20 + [2] * 28))[0]
    assert opened.began == at(0)
    assert "05-04 00:00" in opened.words.zh
    assert "05-05 00:00" in opened.words.en
    for words in (opened.words.zh, opened.words.en):
        assert "0.002 m³" in words
        assert "0.116 m³" in words


def test_gas_has_no_leak_rule() -> None:
    assert walk(flowing([2] * 48), replace(GAS, late_s=0)) == []


SINGLE = [
    # name, settings, readings, said
    (
        "burst: half an hour at the limit",
        WIRED_WATER,
        flowing([600, 0, 0]),
        [(30, "burst", "opened"), (60, "burst", "cleared")],
    ),
    ("burst: just under the limit", WIRED_WATER, flowing([599, 0]), []),
    (
        "burst: between the limits it goes on",
        WIRED_WATER,
        flowing([600, 400, 301, 300]),
        [(30, "burst", "opened"), (120, "burst", "cleared")],
    ),
    (
        "burst: two quarter hours together",
        WIRED_WATER,
        flowing([300, 300, 0, 0], every=15),
        [(30, "burst", "opened"), (60, "burst", "cleared")],
    ),
    ("burst: a quarter hour is too short", WIRED_WATER, flowing([300, 0, 300, 0], every=15), []),
    (
        "reverse: run back by the limit, told by the next reading",
        WIRED_WATER,
        [reading(0, 5), reading(30, "4.95"), reading(60, "4.95")],
        [(60, "reverse", "opened")],
    ),
    ("reverse: less than the limit", WIRED_WATER, [reading(0, 5), reading(30, "4.951"), reading(60, "4.951")], []),
    ("reverse: one reading is not believed", WIRED_WATER, [reading(0, 5), reading(30, "4.9"), reading(60, "5.01")], []),
    (
        "reverse: the flag, and a day without it",
        WIRED_WATER,
        [
            reading(0, 5),
            *(reading(m, 5, reverse=m < 90) for m in range(30, 1531, 30)),
        ],
        [(60, "reverse", "opened"), (1530, "reverse", "cleared")],
    ),
    (
        "jump: borne out by the next reading",
        WIRED_WATER,
        [reading(0, 5), reading(30, 80), reading(60, "80.001")],
        [(60, "jump", "opened")],
    ),
    ("jump: one reading alone is nobody's", WIRED_WATER, [reading(0, 5), reading(30, 80), reading(60, "5.001")], []),
    (
        "jump: back to another register",
        WIRED_WATER,
        [reading(0, 500), reading(30, 3), reading(60, 3)],
        [(60, "jump", "opened")],
    ),
    (
        "jump: what the meter can pass is none",
        replace(WIRED_WATER, burst=None),
        [reading(0, 5), reading(60, "8.127")],
        [],
    ),
    (
        "jump: four that fit nothing",
        WIRED_WATER,
        [reading(0, 5), reading(30, 80), reading(60, 300), reading(90, 30), reading(120, 700)],
        [(120, "jump", "opened")],
    ),
    (
        "jump: over after a day of readings that fit",
        WIRED_WATER,
        [reading(0, 5), *(reading(m, 80) for m in range(30, 60 + 1440 + 60, 30))],
        [(60, "jump", "opened"), (60 + 30 + 1440, "jump", "cleared")],
    ),
    (
        "tamper: a second reading must agree",
        WIRED_WATER,
        [reading(0, 5, tamper=True), reading(15, 5, tamper=True)],
        [(15, "tamper", "opened")],
    ),
    (
        "tamper: one status byte is not believed",
        WIRED_WATER,
        [reading(0, 5, tamper=True), reading(15, 5, tamper=False)],
        [],
    ),
    (
        "cover: over after an hour",
        WIRED_WATER,
        [reading(m, 5, cover=m < 20) for m in (0, 15, 30, 60, 89, 90)],
        [(15, "cover", "opened"), (90, "cover", "cleared")],
    ),
    (
        "a gap between readings lets a doubt start anew",
        WIRED_WATER,
        [reading(0, 5, tamper=True), reading(91, 5, tamper=True)],
        [],
    ),
    (
        "battery: over after a day",
        WIRED_WATER,
        [reading(m, 5, battery_low=m < 60) for m in range(0, 1501, 30)],
        [(30, "battery_low", "opened"), (1500, "battery_low", "cleared")],
    ),
    (
        "clock: beyond five minutes, back within four",
        WIRED_POWER,
        [reading(15 * i, i, clock_offset_s=s) for i, s in enumerate([301, -301, 250, 241, 240, 240])],
        [(15, "clock_off", "opened"), (75, "clock_off", "cleared")],
    ),
    ("clock: five minutes are allowed", WIRED_POWER, [reading(15 * i, i, clock_offset_s=300) for i in range(4)], []),
    (
        "load: power beyond the limit for two readings",
        WIRED_POWER,
        [reading(15 * i, i, power_kw=Decimal(kw)) for i, kw in enumerate(["13.21", "13.21", "12", "11.9", "11.9"])],
        [(15, "over_load", "opened"), (60, "over_load", "cleared")],
    ),
    (
        "load: the limit itself is allowed",
        WIRED_POWER,
        [reading(15 * i, i, current_a=Decimal(60)) for i in range(3)],
        [],
    ),
    (
        "load: current beyond its limit",
        WIRED_POWER,
        [reading(15 * i, i, power_kw=Decimal(1), current_a=Decimal("60.1")) for i in range(2)],
        [(15, "over_load", "opened")],
    ),
    (
        "voltage: 235.4 V is allowed",
        WIRED_POWER,
        [reading(15 * i, i, voltage_v=Decimal("235.4")) for i in range(3)],
        [],
    ),
    (
        "voltage: 198.0 V is allowed",
        WIRED_POWER,
        [reading(15 * i, i, voltage_v=Decimal("198.0")) for i in range(3)],
        [],
    ),
    (
        "voltage: above, back below the band",
        WIRED_POWER,
        [reading(15 * i, i, voltage_v=Decimal(v)) for i, v in enumerate(["235.5", "235.5", "234", "233.2", "233.2"])],
        [(15, "voltage", "opened"), (60, "voltage", "cleared")],
    ),
    (
        "voltage: below",
        WIRED_POWER,
        [reading(15 * i, i, voltage_v=Decimal(v)) for i, v in enumerate(["197.9", "197.9", "200.1", "200.2", "200.2"])],
        [(15, "voltage", "opened"), (60, "voltage", "cleared")],
    ),
    (
        "standstill: so many days, and it moves again",
        replace(WIRED_POWER, still_s=86400.0),
        [*(reading(m, 7) for m in range(0, 1441, 60)), reading(1500, "7.01")],
        [(1440, "standstill", "opened"), (1500, "standstill", "cleared")],
    ),
    (
        "standstill: the power shown should have counted",
        WIRED_POWER,
        [reading(60 * i, 7, power_kw=Decimal("0.25")) for i in range(3)],
        [(120, "standstill", "opened")],
    ),
    (
        "standstill: little power may not show yet",
        WIRED_POWER,
        [reading(60 * i, 7, power_kw=Decimal("0.249")) for i in range(3)],
        [],
    ),
    (
        "offline: silent for the limit, back after two readings",
        WIRED_WATER,
        [reading(0, 5), reading(240, 5), reading(270, 5)],
        [(240, "offline", "opened"), (270, "offline", "cleared")],
    ),
    ("offline: just under the limit", replace(WIRED_WATER, paused_s=1e9), [reading(0, 5), reading(239, 5)], []),
]


@pytest.mark.parametrize(
    ("limits", "readings", "expected"), [row[1:] for row in SINGLE], ids=[row[0] for row in SINGLE]
)
def test_single(limits: MeterSettings, readings: list[Reading], expected: list[tuple[float, str, str]]) -> None:
    assert said(walk(readings, replace(limits, paused_s=1e9))) == expected


def test_a_gateway_that_was_off_accuses_no_meter() -> None:
    assert walk([reading(0, 5), reading(1000, 5), reading(1030, 5)]) == []


def test_a_meter_that_is_never_heard_is_offline() -> None:
    state, findings = Meter("m"), []  # type: ignore[var-annotated]
    for minute in range(0, 300, 15):
        state, found, _ = meter.step(state, [], now=at(minute), settings=WIRED_WATER)
        findings += found
    assert said(findings) == [(240, "offline", "opened")]


def test_a_clock_set_back_keeps_alarms_and_does_not_stop_judging() -> None:
    readings = [reading(1000 + 15 * i, 5, tamper=True) for i in range(2)]
    readings += [reading(15 * i, 5, tamper=i < 2) for i in range(9)]
    state, findings = Meter("m"), []  # type: ignore[var-annotated]
    for one in readings:
        state, found, _ = meter.step(state, [one], now=one.at, settings=WIRED_WATER)
        findings += found
    assert said(findings) == [(1015, "tamper", "opened"), (90, "tamper", "cleared")]


def test_words_say_figures_times_and_limits() -> None:
    opened = walk([reading(15 * i, i, voltage_v=Decimal("240.1")) for i in range(2)], WIRED_POWER)[0]
    assert opened.words.zh == "电压 240.1 V（05-04 00:15），允许 198.0 – 235.4 V。"
    assert opened.words.en == "voltage 240.1 V (05-04 00:15), allowed 198.0 – 235.4 V."
    assert opened.began == at(0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("meter", ""),
        ("meter", "m" * 65),
        ("at", at(0).replace(tzinfo=None)),
        ("value", Decimal(-1)),
        ("value", MAX_VALUE + 1),
        ("value", Decimal("NaN")),
        ("voltage_v", Decimal("Infinity")),
        ("power_kw", -MAX_VALUE - 1),
        ("clock_offset_s", float("nan")),
    ],
)
def test_a_reading_out_of_range_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        replace(reading(0, 5), **{field: value})  # type: ignore[arg-type]
    assert replace(reading(0, 5), meter="m" * 64, value=MAX_VALUE, power_kw=-MAX_VALUE).value == MAX_VALUE


def test_a_reading_of_another_meter_is_refused() -> None:
    with pytest.raises(ValueError, match="another meter"):
        meter.step(Meter("other"), [reading(0, 5)], now=at(0), settings=WATER)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_readings_of_one_moment_the_same_one_counts_in_any_order(order: int) -> None:
    come = [reading(0, 5), *[reading(30, "5.001"), reading(30, "5.300")][::order]]
    state, _, _ = meter.step(Meter("m"), come, now=at(30), settings=WIRED_WATER)
    assert (state.register.last, state.register.doubted) == (reading(30, "5.001"), None)
    state, _, _ = meter.step(state, [reading(60, "5.301")], now=at(60), settings=WIRED_WATER)
    assert state.register.last == reading(60, "5.301")
    assert state.taken == at(60)


def test_what_waits_is_bounded_and_counted() -> None:
    readings = [reading(i / 100, 5) for i in range(MAX_WAITING + 1)]
    state, _, _ = meter.step(Meter("m"), readings, now=at(3), settings=WATER)
    assert len(state.waiting) == MAX_WAITING
    assert state.passed_over == 1


def test_readings_of_the_future_and_too_late_are_left_out_and_counted() -> None:
    state, _, _ = meter.step(Meter("m"), [reading(2, 5), reading(1, 5)], now=at(1), settings=WIRED_WATER)
    assert (state.passed_over, state.register.last) == (0, reading(1, 5))
    state, _, _ = meter.step(state, [reading(4.1, 5), reading(1, 6)], now=at(3), settings=WIRED_WATER)
    assert (state.passed_over, state.register.last) == (2, reading(2, 5))


def test_a_state_that_is_damaged_too_long_or_of_another_version_is_refused() -> None:
    raw = Meter("m").to_bytes()
    for broken in (raw[:-1], raw.replace(b'"version":1', b'"version":2'), raw.replace(b'"meter"', b'"metre"')):
        with pytest.raises(ValueError, match="not the state of a meter"):
            Meter.from_bytes(broken)
    with pytest.raises(ValueError, match="at most"):
        Meter.from_bytes(b" " * (MAX_STATE_BYTES + 1))
    assert Meter.from_bytes(b" " * (MAX_STATE_BYTES - len(raw)) + raw) == Meter("m")


@st.composite
def lines(draw: st.DrawFn) -> list[Reading]:
    """A week's readings with whatever a meter can tell, each half hour, some missing."""
    litres, out = 10_000, []
    for i in range(draw(st.integers(2, 120))):
        litres = max(0, litres + draw(st.sampled_from([0, 0, 1, 5, 700, -60, 90_000])))
        if draw(st.integers(0, 9)):
            flags = {name: draw(st.sampled_from([None, False, True])) for name in ("tamper", "battery_low", "reverse")}
            out.append(reading(30 * i, f"{litres / 1000:.3f}", **flags))
    return out


def stepped(arrivals: list[tuple[float, Reading]], minutes: int) -> tuple[list[AlarmFinding], Meter]:
    """Step each 5 minutes with what has arrived by then."""
    state, findings = Meter("m"), []  # type: ignore[var-annotated]
    queue = sorted(arrivals, key=lambda one: one[0])
    for minute in range(0, minutes, 5):
        come = [one for when, one in queue if minute - 5 < when <= minute]
        state, found, _ = meter.step(state, come, now=at(minute), settings=replace(WATER, paused_s=1e9))
        findings += found
    return findings, state


@settings(max_examples=25, deadline=None)
@given(lines(), st.randoms(use_true_random=False))
def test_order_and_doubling_of_readings_change_nothing(readings: list[Reading], random: Random) -> None:
    minutes = 30 * 121
    straight = [((one.at - at(0)).total_seconds() / 60, one) for one in readings]
    late = [(when + random.uniform(0, 14.9), one) for when, one in straight]
    twice = [(when + random.uniform(0, 600), one) for when, one in straight if random.random() < 0.3]
    assert stepped(late + twice, minutes)[0] == stepped(straight, minutes)[0]


@settings(max_examples=25, deadline=None)
@given(lines(), st.integers(0, 120))
def test_a_restart_between_any_two_readings_changes_nothing(readings: list[Reading], cut: int) -> None:
    straight: list[AlarmFinding] = []
    cutting: list[AlarmFinding] = []
    one, two = Meter("m"), Meter("m")
    for i, each in enumerate(readings):
        one, found, slots = meter.step(one, [each], now=each.at, settings=WIRED_WATER)
        straight += found
        two = Meter.from_bytes(two.to_bytes()) if i == cut % len(readings) else two
        two, found, again = meter.step(two, [each], now=each.at, settings=WIRED_WATER)
        cutting += found
        assert slots == again
    assert cutting == straight
    assert one == two


@settings(max_examples=25, deadline=None)
@given(lines())
def test_no_rule_raises_twice_without_clearing(readings: list[Reading]) -> None:
    last: dict[str, str] = {}
    for finding in walk(readings):
        assert last.get(finding.kind, "cleared") != finding.phase
        last[finding.kind] = finding.phase


@settings(max_examples=25, deadline=None)
@given(lines())
def test_half_hours_add_up_to_what_the_register_rose_by(readings: list[Reading]) -> None:
    plausible = [one for one in readings if one.value < 50]
    rises = [max(Decimal(0), b.value - a.value) for a, b in pairwise(plausible)]
    _, slots, state = walked(plausible, replace(WIRED_WATER, back_jump=Decimal(1000), most_flow=Decimal(1000)))
    told = sum((slot.use or Decimal(0)) + slot.carried for slot in slots)
    assert told + state.filling.use + state.filling.carried == sum(rises)
    assert [slot.index for slot in slots] == sorted({slot.index for slot in slots})


def test_every_medium_has_its_usual_limits() -> None:
    assert {MeterSettings.of(medium).medium for medium in Medium} == set(Medium)
    assert ELECTRICITY.medium.unit == "kWh"
    assert WATER.medium.unit == GAS.medium.unit == "m³"

"""Berths, walked look by look: what is told, when, and that what passes by changes nothing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contract.berth import BerthState
from contract.parking import VehicleClass, ZoneKind
from edge.config import Zone
from edge.rules.berths import MAX_STATE_BYTES, MAX_STAYS, REPORT_EVERY_S, BerthNow, Berths, Occupancy, step
from edge.values import Box, Presence, Sighting
from tests.unit.rules.street import moment, sighting, square, zone

FREE, TAKEN, UNKNOWN = BerthState.FREE, BerthState.TAKEN, BerthState.UNKNOWN


def berth(n: int) -> Zone:
    """One of five in a row, each a fifth of the picture wide."""
    return zone(f"b{n}", ZoneKind.BERTH, polygon=square(0.2 * n, 0.4, 0.2 * n + 0.2, 0.7), dwell="7d")


ROW = tuple(berth(n) for n in range(5))
IN_0, IN_1 = Box(0.02, 0.30, 0.18, 0.68), Box(0.22, 0.30, 0.38, 0.68)
ON_BOTH = Box(0.10, 0.30, 0.30, 0.68)
IN_FRONT = Box(0.02, 0.35, 0.18, 0.85)  # stands on the lane before berth 0 and hides it


def car(at_s: float, entered_s: float, box: Box = IN_0, n: int = 1, presence: Presence = Presence.SEEN) -> Sighting:
    """A car that stands since a second."""
    stay = f"cam.s{n}.1"
    return sighting(at_s, presence, slot=f"cam.s{n}", stay=stay, box=box, entered=moment(entered_s))


Street = Callable[[float], Sequence[Sighting] | None]  # what stands at a second; None: nothing can be seen


def walk(street: Street, last_s: float, *, every_s: float = 2, zones: Sequence[Zone] = ROW) -> list[Occupancy]:
    """Look at a street, with a restart between all looks."""
    state = Berths()
    told = []
    for n in range(round(last_s / every_s) + 1):
        at_s = n * every_s
        there = street(at_s)
        state, report = step(
            Berths.from_bytes(state.to_bytes()),
            there or (),
            visible=there is not None,
            now=moment(at_s),
            zones=zones,
        )
        if report:
            told.append(report)
    return told


def changes(told: Sequence[Occupancy], n: int = 0) -> str:
    """What one berth was told to be, whenever that changed."""
    line: list[str] = []
    before: BerthNow | None = None
    for report in told:
        now = report.berths[n]
        if before is None or (now.state, now.came, now.left) != (before.state, before.came, before.left):
            line.append(f"{report.now.at_s:g} {now.state} +{now.came} -{now.left}")
        before = now
    return ", ".join(line)


def here(first_s: float, last_s: float, box: Box = IN_0, n: int = 1, presence: Presence = Presence.SEEN) -> Street:
    """One car from a second to another, told as gone in the look after."""

    def street(at_s: float) -> Sequence[Sighting]:
        if first_s <= at_s < last_s:
            return [car(at_s, first_s, box, n, presence)]
        gone = last_s <= at_s < last_s + 2
        return [car(at_s, first_s, box, n, Presence.LEFT)] if gone else []

    return street


def both(*streets: Street) -> Street:
    return lambda at_s: [one for street in streets for one in street(at_s) or ()]


def test_free_taken_and_free_again_with_counts() -> None:
    told = walk(here(100, 400), 500)
    assert changes(told) == "0 unknown +0 -0, 30 free +0 -0, 160 taken +1 -0, 400 taken +1 -1, 430 free +1 -1"
    taken = next(report.berths[0] for report in told if report.berths[0].state is TAKEN)
    assert (taken.vehicle, taken.since.at_s) == (VehicleClass.CAR, 100)
    assert told[-1].berths[0].vehicle is None
    assert all(report.berths[1].state in {UNKNOWN, FREE} for report in told)


WALKS: list[tuple[str, Street, float, str]] = [
    # name,                       street,                                                 to,   berth 0
    ("a short stop", here(100, 150), 300, "0 unknown +0 -0, 30 free +0 -0"),
    ("it stood there at the start", here(0, 300), 400, "0 unknown +0 -0, 60 taken +0 -0, 300 taken +0 -1, "
     "330 free +0 -1"),
    ("another takes its place at once", both(here(100, 400), here(410, 900, n=2)), 600,
     "0 unknown +0 -0, 30 free +0 -0, 160 taken +1 -0, 400 taken +1 -1, 470 taken +2 -1"),
    ("a neighbour", here(100, 400, IN_1), 300, "0 unknown +0 -0, 30 free +0 -0"),
    ("one over the line", here(100, 400, ON_BOTH), 300, "0 unknown +0 -0, 30 free +0 -0, 160 taken +1 -0"),
    ("one hidden for five minutes", both(here(100, 300), here(300, 600, presence=Presence.HIDDEN)), 200,
     "0 unknown +0 -0, 30 free +0 -0, 160 taken +1 -0"),
    ("missed looks", here(100, 900, presence=Presence.MISSED), 400,
     "0 unknown +0 -0, 30 free +0 -0, 160 taken +1 -0"),
    ("something tall before it", here(100, 1200, IN_FRONT), 800,
     "0 unknown +0 -0, 30 free +0 -0, 700 unknown +0 -0"),
    ("a van before it that unloads", here(100, 600, IN_FRONT), 800, "0 unknown +0 -0, 30 free +0 -0"),
]  # fmt: skip


@pytest.mark.parametrize(("street", "last_s", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_walk(street: Street, last_s: float, expected: str) -> None:
    assert changes(walk(street, last_s)) == expected


def test_one_over_the_line_takes_both() -> None:
    told = walk(here(100, 400, ON_BOTH), 500)
    assert changes(told, 0) == changes(told, 1)
    assert changes(told, 1).endswith("160 taken +1 -0, 400 taken +1 -1, 430 free +1 -1")


def test_what_takes_a_berth_keeps_it_while_its_box_breathes() -> None:
    def street(at_s: float) -> Sequence[Sighting]:
        askew = 0.13 if at_s < 300 else 0.145  # 35, then 27 hundredths of it lie in berth 0
        return [car(at_s, 0, Box(askew, 0.1, askew + 0.2, 0.7))]

    assert changes(walk(street, 600)).endswith("60 taken +0 -0")
    late = walk(lambda at_s: street(at_s + 300), 300)
    assert changes(late) == "0 unknown +0 -0, 30 free +0 -0"


def seen_from(aslant: float, above: float, along: float) -> tuple[tuple[Zone, ...], Box]:
    """Three berths of 2.5 by 5.3 m and a car so many metres along their row, from a camera far away.

    Args:
        aslant, above: degrees between its view and the berths' direction, and the ground.
    """

    def point(x: float, y: float, z: float = 0) -> tuple[float, float]:
        turn, rise = math.radians(aslant), math.radians(above)
        across, away = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
        return 0.3 + across / 30, 0.6 - (away * math.sin(rise) + z * math.cos(rise)) / 30

    floors = [[point(x, y) for x, y in square(2.5 * n, 0, 2.5 * n + 2.5, 5.3)] for n in range(3)]
    car = [point(along + x, 2.65 + y, z) for x in (-0.9, 0.9) for y in (-2.25, 2.25) for z in (0, 1.5)]
    xs, ys = [x for x, _ in car], [y for _, y in car]
    zones = tuple(zone(f"b{n}", ZoneKind.BERTH, polygon=floor, dwell="7d") for n, floor in enumerate(floors))
    return zones, Box(min(xs), min(ys), max(xs), max(ys))


@pytest.mark.parametrize("above", [10, 20, 35])
@pytest.mark.parametrize(
    ("along", "aslant", "expected"),
    [(3.75, turn, ["b1"]) for turn in (-45, -30, 0, 30, 45)] + [(5.0, turn, ["b1", "b2"]) for turn in (-30, 0, 30)],
)
def test_a_car_takes_what_it_stands_on_from_wherever_it_is_seen(
    along: float, aslant: float, above: float, expected: list[str]
) -> None:
    zones, box = seen_from(aslant, above, along)
    told = walk(lambda at_s: [car(at_s, 0, box)], 100, zones=zones)
    assert [one.zone for one in told[-1].berths if one.state is TAKEN] == expected


def test_a_lorry_over_many_berths_takes_the_one_under_its_foot() -> None:
    told = walk(lambda at_s: [car(at_s, 0, Box(0.05, 0.2, 0.95, 0.7))], 100)
    assert [one.zone for one in told[-1].berths if one.state is TAKEN] == ["b2"]


def unseen(first_s: float, last_s: float, street: Street) -> Street:
    return lambda at_s: None if first_s <= at_s < last_s else street(at_s)


def test_a_dark_minute_changes_nothing_and_more_makes_it_unknown() -> None:
    standing = here(0, 2000)
    assert changes(walk(unseen(200, 250, standing), 400)) == "0 unknown +0 -0, 60 taken +0 -0"
    told = walk(unseen(200, 300, standing), 400)
    assert changes(told) == "0 unknown +0 -0, 60 taken +0 -0, 260 unknown +0 -0, 300 taken +0 -0"
    assert next(one.berths[0] for one in told if one.now.at_s == 260).since.at_s == 200


def test_one_hidden_for_long_may_have_gone() -> None:
    def street(at_s: float) -> Sequence[Sighting]:
        return [car(at_s, 0, presence=Presence.HIDDEN if 100 <= at_s < 900 else Presence.SEEN)]

    told = changes(walk(street, 1000))
    assert told == "0 unknown +0 -0, 60 taken +0 -0, 700 unknown +0 -0, 900 taken +0 -0"


def test_one_that_left_while_nothing_could_be_seen_has_left() -> None:
    told = changes(walk(unseen(300, 500, here(100, 400)), 600))
    assert told.endswith("360 unknown +1 -0, 500 unknown +1 -1, 530 free +1 -1")


def test_a_report_each_quarter_hour_by_the_camera_s_own_clock() -> None:
    told = walk(lambda _: [], 3000)
    assert [report.now.at_s for report in told] == [0, 30, 930, 1830, 2730]
    state, _ = step(Berths(), [], visible=True, now=moment(0), zones=ROW)
    back = replace(moment(REPORT_EVERY_S), seen_at=moment(0).seen_at - timedelta(days=731))
    assert step(state, [], visible=True, now=back, zones=ROW)[1] is not None


def test_a_report_is_whole_and_in_the_file_s_order() -> None:
    lane = zone("lane", ZoneKind.ROAD)
    (first, *_) = walk(lambda _: [], 10, zones=(ROW[1], lane, ROW[0]))
    assert [one.zone for one in first.berths] == ["b1", "b0"]
    assert first.counted_since == moment(0)


def test_without_berths_there_is_nothing_to_tell() -> None:
    assert walk(lambda at_s: [car(at_s, 0)], 100, zones=[zone()]) == []


def test_a_berth_taken_from_the_file_starts_the_count_anew_and_one_added_does_not() -> None:
    state = Berths()
    for at_s in range(0, 400, 2):
        state, _ = step(state, here(100, 900)(at_s) or (), visible=True, now=moment(at_s), zones=ROW[:2])
    assert state.berths[0].came == 1
    more, _ = step(state, [], visible=False, now=moment(400), zones=ROW[:3])
    assert (more.berths[0].came, more.counted_since) == (1, moment(0))
    fewer, _ = step(state, [], visible=False, now=moment(400), zones=ROW[:1])
    assert (fewer.berths[0].came, fewer.berths[0].left, fewer.counted_since) == (0, 0, moment(400))


def test_a_change_of_clock_changes_no_state() -> None:
    street = here(100, 400)
    plain, turned = Berths(), Berths()
    for at_s in range(0, 600, 2):
        there = street(at_s) or ()
        plain, _ = step(plain, there, visible=True, now=moment(at_s), zones=ROW)
        back = moment(at_s, set_back=timedelta(days=731 if at_s > 200 else 0))
        turned, _ = step(turned, [replace(one, now=back) for one in there], visible=True, now=back, zones=ROW)
    assert [(one.state, one.came, one.left) for one in plain.berths] == [
        (one.state, one.came, one.left) for one in turned.berths
    ]


def test_what_is_remembered_is_bounded() -> None:
    many = [zone(f"b{n}", ZoneKind.BERTH, polygon=square(0, 0.4, 0.2, 0.7), dwell="7d") for n in range(70)]
    crowd = [car(100, 10, n=n) for n in range(128)]
    state, report = step(Berths(), crowd, visible=True, now=moment(100), zones=many)
    assert report is not None
    assert len(report.berths) == 64
    assert {len(one.standing) for one in state.berths} == {MAX_STAYS}
    assert len(state.to_bytes()) < MAX_STATE_BYTES / 2


@pytest.mark.parametrize(
    "raw", [b"", b"{}x", b'{"berths":[],"version":2}', b'{"berths":[],"version":1,"more":0}', b" " * 2_000_000]
)
def test_a_damaged_state_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"state of (the )?berths"):
        Berths.from_bytes(raw)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 300), st.sampled_from("SSSHML-U")), max_size=60))
@example([(60.0, "S"), (1.0, "L"), (60.0, "S"), (1.0, "L")])
def test_counts_never_fall_and_nobody_leaves_who_was_not_there(steps: list[tuple[float, str]]) -> None:
    presences = {"S": Presence.SEEN, "H": Presence.HIDDEN, "M": Presence.MISSED, "L": Presence.LEFT}
    state, at_s, entered_s, n = Berths(), 0.0, 0.0, 0
    before = (0, 0)
    for gap_s, letter in steps:
        at_s += gap_s
        there = [car(at_s, entered_s, n=n, presence=presences[letter])] if letter in presences else []
        if letter in "L-":
            entered_s, n = at_s, n + 1
        state, _ = step(state, there, visible=letter != "U", now=moment(at_s), zones=ROW[:1])
        one = state.berths[0]
        assert (one.came, one.left) >= before
        assert one.left <= one.came + 1  # one may have stood there before counting began
        before = one.came, one.left

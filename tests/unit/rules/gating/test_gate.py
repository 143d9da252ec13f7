"""One gate: walks of edges, releases and refusals in seconds; what was said at which second."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.rules.alarms import AlarmFinding
from edge.rules.gating import gate
from edge.rules.gating.gate import MAX_REFUSALS, MAX_STATE_BYTES, Gate
from edge.rules.gating.settings import GateSettings
from edge.rules.gating.signals import GateEdge, GateInput, GateSample, GateSignal, Refusal, Release
from edge.rules.ordering import MAX_WAITING

START = datetime(2026, 5, 4, tzinfo=UTC)
LIMITS = replace(GateSettings(), paused_s=1e9)

Said = tuple[float, str, str]


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def signal(second: float, what: str) -> GateSignal:
    """`D` door opens, `d` closes; `B`, `b` beam; `F`, `f` fire-lane loop; `r` release; `x` refusal."""
    inputs = {"d": GateInput.DOOR, "b": GateInput.BEAM, "f": GateInput.FIRE_LANE, "l": GateInput.LOOP}
    if what == "r":
        return Release(at(second))
    if what == "x":
        return Refusal(at(second))
    return GateEdge(at(second), inputs[what.lower()], on=what.isupper())


def passed(second: float) -> list[tuple[float, str]]:
    return [(second, "B"), (second + 1, "b")]


def said(findings: Iterable[AlarmFinding]) -> list[Said]:
    return [((one.at - START).total_seconds(), one.kind.value, one.phase.value) for one in findings]


def walk(signals: Sequence[tuple[float, str]], until: float, limits: GateSettings = LIMITS) -> list[Said]:
    """A step and a sign of life each 20 s and at each signal; the state goes through bytes at each."""
    state, findings = Gate("g"), []  # type: ignore[var-annotated]
    before = -1.0
    for second in sorted({*range(0, int(until) + 1, 20), *(when for when, _ in signals), until}):
        come = [signal(when, what) for when, what in signals if before < when <= second]
        before = second
        state, found = gate.step(state, come, known_to=at(second), now=at(second), settings=limits)
        state = Gate.from_bytes(state.to_bytes())
        findings += found
    return said(findings)


WALKS = [
    # name, signals, until, said
    ("opened and closed on a release", [(0, "r"), (2, "D"), *passed(5), (9, "d")], 200, []),
    (
        "stuck open: two minutes, over when closed for five seconds",
        [(0, "r"), (2, "D"), (200, "d")],
        300,
        [(122, "stuck_open", "opened"), (205, "stuck_open", "cleared")],
    ),
    ("stuck open: a second less", [(0, "r"), (2, "D"), (121.9, "d")], 300, []),
    ("stuck open: a pass begins anew", [(0, "r"), (2, "D"), *passed(99), (219, "d")], 300, []),
    (
        "stuck open: closed for a moment is not closed",
        [(0, "r"), (2, "D"), (200, "d"), (201, "r"), (203, "D")],
        300,
        [(122, "stuck_open", "opened")],
    ),
    (
        "forced: opened without a release",
        [(50, "D"), (60, "d")],
        100,
        [(51, "forced", "opened"), (70, "forced", "cleared")],
    ),
    ("forced: a moment is a bounce", [(50, "D"), (50.9, "d")], 100, []),
    ("forced: a release thirty seconds before", [(0, "r"), (30, "D"), (40, "d")], 100, []),
    ("forced: a release too long before", [(0, "r"), (31, "D"), (40, "d")], 45, [(32, "forced", "opened")]),
    (
        "tailgate: two passes on one release",
        [(0, "r"), (2, "D"), *passed(5), *passed(8), (12, "d")],
        1000,
        [(9, "tailgate", "opened"), (909, "tailgate", "cleared")],
    ),
    ("two passes on two releases", [(0, "r"), (1, "r"), (2, "D"), *passed(5), *passed(8), (12, "d")], 100, []),
    ("a pass while it still stands open", [(0, "r"), (2, "D"), *passed(60), (65, "d")], 100, []),
    ("the beam before a closed gate", [*passed(5), *passed(8)], 100, []),
    (
        "a release that was not used is not kept",
        [(0, "r"), (2, "D"), (40, "d"), (50, "r"), (52, "D"), *passed(55), *passed(58), (60, "d")],
        100,
        [(59, "tailgate", "opened")],
    ),
    (
        "who comes through a forced gate is no tailgater",
        [(50, "D"), *passed(53), (60, "d")],
        100,
        [(51, "forced", "opened"), (70, "forced", "cleared")],
    ),
    (
        "refusals: five in ten minutes",
        [(100 * i, "x") for i in range(5)],
        1400,
        [(400, "refusals", "opened"), (1300, "refusals", "cleared")],
    ),
    ("refusals: four", [(100 * i, "x") for i in range(4)], 700, []),
    ("refusals: the first is more than ten minutes ago", [(150.5 * i, "x") for i in range(5)], 700, []),
    (
        "refusals: the first is just ten minutes ago",
        [(150 * i, "x") for i in range(5)],
        700,
        [(600, "refusals", "opened")],
    ),
    (
        "fire lane: three minutes, over when free for ten seconds",
        [(0, "F"), (200, "f"), (205, "F"), (206, "f")],
        300,
        [(180, "fire_lane", "opened"), (216, "fire_lane", "cleared")],
    ),
    ("fire lane: a second less", [(0, "F"), (179, "f")], 300, []),
]


@pytest.mark.parametrize(("signals", "until", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_gate(signals: list[tuple[float, str]], until: float, expected: list[Said]) -> None:
    assert walk(signals, until) == expected


def test_a_gate_without_a_door_contact_counts_each_pass() -> None:
    limits = replace(LIMITS, door=False)
    assert walk([(0, "r"), *passed(5), *passed(8)], 20, limits) == [(9, "tailgate", "opened")]
    assert walk([(0, "r"), *passed(30), *passed(60)], 70, limits) == [(31, "tailgate", "opened")]


def test_credits_are_bounded() -> None:
    many = [(i / 20, "r") for i in range(20)]
    passes = [one for i in range(11) for one in passed(5 + 2 * i)]
    assert walk([*many, (2, "D"), *passes], 30) == [(26, "tailgate", "opened")]


def test_a_sample_tells_all_inputs_at_once() -> None:
    state, found = gate.step(
        Gate("g"), [GateSample(at(0), door=True, fire_lane=False)], known_to=at(0), now=at(0), settings=LIMITS
    )
    assert state.on == (GateInput.DOOR,)
    state, found = gate.step(state, [GateSample(at(5), door=None)], known_to=at(5), now=at(5), settings=LIMITS)
    assert state.on == (GateInput.DOOR,)
    assert said(found) == [(1, "forced", "opened")]


def test_what_the_board_kept_over_an_hour_is_judged_by_its_times() -> None:
    """A cable was out: the link is told at once, what happened at the gate when it is known, with its own times."""
    state, findings = Gate("g"), []  # type: ignore[var-annotated]
    for second in range(0, 4000, 10):
        alive = second < 100 or second >= 3700
        come = [signal(200, "r"), signal(202, "D"), signal(900, "d")] if second == 3700 else []
        known_to = at(second) if alive else None
        state, found = gate.step(state, come, known_to=known_to, now=at(second), settings=LIMITS)
        findings += found
    assert said(findings) == [
        (150, "link_lost", "opened"),
        (322, "stuck_open", "opened"),
        (905, "stuck_open", "cleared"),
        (3710, "link_lost", "cleared"),
    ]


def test_words_say_what_was_seen() -> None:
    state, _ = gate.step(Gate("g"), [signal(0, "r"), signal(2, "D")], known_to=at(2), now=at(2), settings=LIMITS)
    _, found = gate.step(state, [], known_to=at(130), now=at(130), settings=replace(LIMITS, silent_s=1e9))
    assert found[0].words.zh == "门一直开着，无人通行已 2 分钟（从 05-04 08:00 起）。"
    assert found[0].words.en == "the gate has stood open with nobody passing for 2 min (since 05-04 08:00)."


def test_bounds() -> None:
    come = [Refusal(at(i / 100)) for i in range(MAX_WAITING + 1)]
    state, _ = gate.step(Gate("g"), come, known_to=None, now=at(5), settings=LIMITS)
    assert (len(state.waiting), state.passed_over) == (MAX_WAITING, 1)
    state, _ = gate.step(state, [], known_to=at(5), now=at(5), settings=LIMITS)
    assert len(state.refused) == MAX_REFUSALS


def test_a_state_that_is_damaged_or_too_long_is_refused() -> None:
    raw = Gate("g").to_bytes()
    with pytest.raises(ValueError, match="not the state of a gate"):
        Gate.from_bytes(raw[:-1])
    with pytest.raises(ValueError, match="at most"):
        Gate.from_bytes(b" " * (MAX_STATE_BYTES + 1))


SIGNALS = st.lists(
    st.tuples(st.integers(0, 1500), st.sampled_from([*"DdBbFfLlrx"])), max_size=60, unique_by=lambda one: one[0]
)


@settings(max_examples=40, deadline=None)
@given(SIGNALS, st.randoms(use_true_random=False))
def test_order_doubling_and_when_it_is_handed_on_change_nothing(
    signals: list[tuple[float, str]], random: Random
) -> None:
    straight = walk(sorted(signals), 3000)
    come = [signal(second, what) for second, what in signals]
    come += [one for one in come if random.random() < 0.3]
    random.shuffle(come)
    half = len(come) // 2
    limits = replace(LIMITS, silent_s=1e9)
    state, found = gate.step(Gate("g"), come[:half], known_to=None, now=at(2000), settings=limits)
    state = Gate.from_bytes(state.to_bytes())
    state, more = gate.step(state, come[half:], known_to=at(3000), now=at(3000), settings=limits)
    assert said([*found, *more]) == straight


@settings(max_examples=40, deadline=None)
@given(SIGNALS)
def test_nothing_is_raised_twice_without_clearing(signals: list[tuple[float, str]]) -> None:
    last: dict[str, str] = {}
    for _, kind, phase in walk(sorted(signals), 3000):
        assert last.get(kind, "cleared") != phase
        last[kind] = phase

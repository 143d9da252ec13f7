"""One alarm contact: walks in seconds. `A` alarm, `F` fault, `n` normal, `r` reset."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.gating import SensorKind
from edge.rules.gating import contact
from edge.rules.gating.contact import MAX_STATE_BYTES, Contact
from edge.rules.gating.settings import ContactSettings
from edge.rules.gating.signals import AlarmInput, ContactSignal, ContactState, Reset

START = datetime(2026, 5, 4, tzinfo=UTC)
GAS = replace(ContactSettings.of(SensorKind.GAS), late_s=0, paused_s=1e9)
STATES = {"A": ContactState.ALARM, "F": ContactState.FAULT, "n": ContactState.NORMAL}

Said = tuple[float, str, str]


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def signal(second: float, what: str) -> ContactSignal:
    return Reset(at(second)) if what == "r" else AlarmInput(at(second), STATES[what])


def walk(signals: list[tuple[float, str]], until: int, limits: ContactSettings = GAS) -> list[Said]:
    """A step each 20 s and at each signal; the state goes through bytes at each."""
    state, said = Contact("c"), []
    before = -1.0
    for second in sorted({*range(0, until + 1, 20), *(when for when, _ in signals), until}):
        come = [signal(when, what) for when, what in signals if before < when <= second]
        before = second
        state, found = contact.step(state, come, now=at(second), settings=limits)
        state = Contact.from_bytes(state.to_bytes())
        said += [((one.at - START).total_seconds(), one.kind.value, one.phase.value) for one in found]
    return said


ALARM, OVER = "input_alarm", "cleared"
WALKS = [
    ("a second is an alarm", [(5, "A")], 10, [(6, ALARM, "opened")]),
    ("less is a bounce", [(5, "A"), (5.9, "n")], 10, []),
    ("it stays when the gas is gone", [(5, "A"), (9, "n")], 500, [(6, ALARM, "opened")]),
    ("it stays when it is reset in alarm", [(5, "A"), (9, "r"), (12, "n")], 500, [(6, ALARM, "opened")]),
    (
        "it ends a minute after it is reset and normal",
        [(5, "A"), (9, "n"), (100, "r")],
        500,
        [(6, ALARM, "opened"), (160, ALARM, OVER)],
    ),
    (
        "in alarm again before the minute is over, it needs another reset",
        [(5, "A"), (9, "n"), (100, "r"), (159, "A"), (165, "n")],
        500,
        [(6, ALARM, "opened")],
    ),
    (
        "a fault neither ends an alarm nor counts as normal",
        [(5, "A"), (9, "F"), (50, "r"), (200, "n")],
        500,
        [(6, ALARM, "opened"), (19, "input_fault", "opened"), (260, ALARM, OVER), (260, "input_fault", OVER)],
    ),
    ("a fault needs ten seconds", [(5, "F"), (14.9, "n")], 60, []),
    (
        "a fault ends by itself after a minute",
        [(5, "F"), (20, "n")],
        100,
        [(15, "input_fault", "opened"), (80, "input_fault", OVER)],
    ),
    (
        "silent after an hour, back when heard for a minute",
        [(5, "n"), (3700, "n"), (3760, "n")],
        3800,
        [(3605, "input_silent", "opened"), (3760, "input_silent", OVER)],
    ),
    ("a sign of life is enough", [(600 * i, "n") for i in range(8)], 4500, []),
]


@pytest.mark.parametrize(("signals", "until", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_contact(signals: list[tuple[float, str]], until: int, expected: list[Said]) -> None:
    assert walk(signals, until) == expected


@pytest.mark.parametrize("kind", list(SensorKind))
def test_every_kind_says_what_it_watches(kind: SensorKind) -> None:
    limits = ContactSettings.of(kind)
    state, _ = contact.step(Contact("c"), [signal(0, "A")], now=at(0), settings=limits)
    _, found = contact.step(state, [], now=at(60), settings=limits)
    assert "报警" in found[0].words.zh
    assert kind.value.split("_", maxsplit=1)[0] in found[0].words.en
    assert found[0].began == at(0)


def test_a_clock_set_back_keeps_the_alarm() -> None:
    state, _ = contact.step(Contact("c"), [signal(7200, "A")], now=at(7200), settings=GAS)
    state, found = contact.step(state, [], now=at(7201), settings=GAS)
    assert len(found) == 1
    state, found = contact.step(state, [signal(10, "n"), signal(11, "r")], now=at(11), settings=GAS)
    assert not found
    _, found = contact.step(state, [], now=at(71), settings=GAS)
    assert [one.phase for one in found] == ["cleared"]


def test_a_state_that_is_damaged_or_too_long_is_refused() -> None:
    raw = Contact("c").to_bytes()
    with pytest.raises(ValueError, match="not the state of an alarm contact"):
        Contact.from_bytes(raw[:-1])
    with pytest.raises(ValueError, match="at most"):
        Contact.from_bytes(b" " * (MAX_STATE_BYTES + 1))


SIGNALS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([*"AFnr"])), max_size=25, unique_by=lambda one: one[0]
)


@settings(max_examples=40, deadline=None)
@given(SIGNALS, st.randoms(use_true_random=False))
def test_order_and_doubling_within_the_bound_change_nothing(signals: list[tuple[float, str]], random: Random) -> None:
    limits = replace(GAS, late_s=20)
    late = [(when + random.uniform(0, 19), when, what) for when, what in signals]
    late += [(when + random.uniform(0, 60), when, what) for when, what in signals if random.random() < 0.3]

    def run(arrivals: list[tuple[float, float, str]]) -> list[Said]:
        state, said = Contact("c"), []
        for second in range(600):
            come = [signal(when, what) for arrived, when, what in arrivals if second - 1 < arrived <= second]
            state, found = contact.step(state, come, now=at(second), settings=limits)
            said += [((one.at - START).total_seconds(), one.kind.value, one.phase.value) for one in found]
        return said

    assert run(late) == run([(when, when, what) for when, what in signals])


@settings(max_examples=40, deadline=None)
@given(SIGNALS)
def test_nothing_is_raised_twice_without_clearing(signals: list[tuple[float, str]]) -> None:
    last: dict[str, str] = {}
    for _, kind, phase in walk(sorted(signals), 600):
        assert last.get(kind, "cleared") != phase
        last[kind] = phase

"""The count at the end of a story: each way in which something can be missing or doubled."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.onebox import tally
from deploy.onebox.tally import Arrived, Summary
from edge.outbox import Identity, Outbox

A = ("e" * 16, "alarm")
T = ("e" * 16, "telemetry")
OLD = ("d" * 16, "alarm")
ALL_HERE = Arrived(
    sequences={A: frozenset({1, 2}), T: frozenset({1, 2, 3})},
    events=6,
    opened={"stay-1": 1},
    applied={"event-1": 1, "event-2": 1},
    cases=1,
    verified=1,
    wanted=frozenset({"x", "y"}),
    files=frozenset({"x", "y", "z"}),
)
BOTH = frozenset({1, 2})
GIVEN_OUT = {A: 2, T: 3}

LOST = [
    # name,                                given out,        what came,                                        lost
    ("all is here", GIVEN_OUT, ALL_HERE, 0),
    ("the last one of a lane is missing", {A: 3, T: 3}, ALL_HERE, 1),
    (
        "one in the middle is missing",
        {A: 2, T: 4},
        replace(ALL_HERE, sequences={A: frozenset({1, 2}), T: frozenset({1, 4})}),
        2,
    ),
    ("a lane never came", {**GIVEN_OUT, ("e" * 16, "event"): 2}, ALL_HERE, 2),
    ("given up, whatever was said of it", {A: 2, T: 5}, ALL_HERE, 2),
    ("a hole in a life of the outbox before", GIVEN_OUT, replace(ALL_HERE, sequences={OLD: frozenset({1, 3})}), 6),
    ("a file is missing", GIVEN_OUT, replace(ALL_HERE, files=frozenset({"x"})), 1),
    ("nothing was given out", {}, replace(ALL_HERE, sequences={}), 0),
]


@pytest.mark.parametrize(("given_out", "arrived", "expected"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
def test_lost(given_out: dict[tally.Lane, int], arrived: Arrived, expected: int) -> None:
    assert tally.lost(given_out, arrived) == expected


DOUBLED = [
    ("nothing", ALL_HERE, 0),
    ("a finding applied three times", replace(ALL_HERE, applied={"event-1": 3, "event-2": 1}), 2),
    ("a stay told twice", replace(ALL_HERE, opened={"stay-1": 2}), 1),
]


@pytest.mark.parametrize(("arrived", "expected"), [row[1:] for row in DOUBLED], ids=[row[0] for row in DOUBLED])
def test_duplicated(arrived: Arrived, expected: int) -> None:
    assert tally.duplicated(arrived) == expected


GOOD = Summary(events=9, cases_opened=3, cases_closed_verified=2, lost=0, duplicated=0, evidence=4, seconds=60.0)
FAULTS = [
    ("as it should be", GOOD, []),
    ("a case too few", replace(GOOD, cases_opened=2), ["cases_opened is 2, expected 3"]),
    ("closed by a person", replace(GOOD, cases_closed_verified=0), ["cases_closed_verified is 0, expected 2"]),
    ("lost and doubled", replace(GOOD, lost=1, duplicated=2), ["lost is 1, expected 0", "duplicated is 2, expected 0"]),
    ("nothing counted", replace(GOOD, events=0, evidence=0), ["events is 0", "evidence is 0"]),
]


@pytest.mark.parametrize(("summary", "expected"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_faults_are_named(summary: Summary, expected: list[str]) -> None:
    assert summary.faults() == expected


def test_the_summary_is_made_of_the_parts() -> None:
    assert tally.summary(GIVEN_OUT, ALL_HERE, seconds=61.25) == Summary(
        events=6, cases_opened=1, cases_closed_verified=1, lost=0, duplicated=0, evidence=2, seconds=61.2
    )


def test_the_outbox_says_what_it_gave_out_even_when_it_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    outbox = Outbox(
        path,
        identity=Identity("demo", "gw"),
        key=Ed25519PrivateKey.generate(),
        config_version="0" * 12,
        budget_bytes=2**20,
        reserve_bytes=0,
    )
    epoch = outbox.epoch
    outbox.close()
    with sqlite3.connect(path) as database:  # as if seven alarms had been given out and receipted
        database.execute("update lanes set last = 7 where lane = 'alarm'")
    database.close()
    assert tally.read_outbox(path) == {(epoch, "alarm"): 7, (epoch, "event"): 0, (epoch, "telemetry"): 0}

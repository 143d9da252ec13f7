"""The witness: written-out sightings beside a written-out truth, and what is said of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from benchmarks.parking.family import TUNING
from benchmarks.parking.motion import Move
from benchmarks.parking.noise import Noise
from benchmarks.parking.street import Cover, Stay, Street, build
from benchmarks.parking.textures import DIMENSIONS, Look, Model
from benchmarks.parking.witness import Outcome, Witness
from contract.parking import VehicleClass
from edge.values import Box, ClockTrust, Finding, FindingKind, Moment, Presence, Sighting

NOTHING = Look(np.zeros((4, 4, 5), np.float32), np.zeros(DIMENSIONS, np.float32))
BOX = Box(0.3, 0.3, 0.5, 0.5)
END_S = 1000.0


def moment(at_s: float) -> Moment:
    return Moment(at_s, datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)


def stay(number: int, start_s: float, end_s: float, after: int | None = None) -> Stay:
    """One that stands at once and is off at once: within a hundredth of a second."""
    comes, goes = Move(start_s, 2000.0, 1.0, 0.0), Move(end_s, 2000.0, 1.0, 0.0)
    return Stay(
        number=number,
        place=0,
        box=BOX,
        kind=Model(1, 0),
        individual=number,
        look=NOTHING,
        label=VehicleClass.CAR,
        comes=comes,
        goes=goes,
        stands_from_s=start_s - comes.near_s,
        stands_to_s=end_s + goes.near_s,
        doubt=0.0,
        after=after,
        cover=Cover.IN_VIEW if after is not None else None,
    )


def street(*stays: Stay) -> Street:
    empty = build(TUNING, Noise.CLEAN, 1, days=0.01)
    zone = empty.camera.zones[0].model_copy(
        update={"id": "lane", "polygon": ((0.0, 0.4), (1.0, 0.4), (1.0, 0.6), (0.0, 0.6)), "dwell": 180.0}
    )
    camera = empty.camera.model_copy(update={"zones": (zone,)})
    return replace(empty, ends_s=END_S, camera=camera, stays=list(stays), passers=[], bystanders=[])


def told(
    name: str, at_s: float, entered_s: float, *, presence: Presence = Presence.SEEN, last_s: float | None = None
) -> Sighting:
    return Sighting(
        slot=name.rpartition(".")[0],
        stay=name,
        vehicle=VehicleClass.CAR,
        score=0.9,
        box=BOX,
        presence=presence,
        now=moment(at_s),
        entered=moment(entered_s),
        entered_within_s=2.0,
        last_seen=moment(last_s if last_s is not None else at_s),
        first_missed=moment(last_s + 2) if last_s is not None else None,
    )


Told = tuple[str, float, float, float]  # stay, entered, last seen, and when it is said to have left


def judged(true: Sequence[Stay], measured: Sequence[Told]) -> Outcome:
    """Look every two seconds; each measured stay is told from its entering until it is said to have left."""
    witness = Witness(street(*true))
    for at_s in np.arange(0.0, END_S, 2.0):
        sightings = []
        for name, entered_s, last_s, left_s in measured:
            if entered_s <= at_s <= last_s:
                sightings.append(told(name, at_s, entered_s))
            elif last_s < at_s <= left_s:
                presence = Presence.LEFT if at_s == left_s else Presence.MISSED
                sightings.append(told(name, at_s, entered_s, presence=presence, last_s=last_s))
        witness.looked(float(at_s), (), sightings, true, {})
    witness.ended(END_S)
    return witness.outcome


ONE = (stay(0, 101.0, 401.0),)
TWO = (stay(0, 101.0, 401.0), stay(1, 421.0, 701.0, after=0))
VERDICTS: list[tuple[str, Sequence[Stay], Sequence[Told], dict[str, int], int, int]] = [
    # name, truth, measured, said, splits, merges
    ("right to the look", ONE, [("s1.1", 102, 400, 408)], {"within": 1}, 0, 0),
    ("a look late at one end", ONE, [("s1.1", 104, 400, 408)], {"within": 1}, 0, 0),
    ("two looks late", ONE, [("s1.1", 106, 400, 408)], {"came late": 1}, 0, 0),
    ("out at both ends alike", ONE, [("s1.1", 104, 402, 410)], {"within": 1}, 0, 0),
    ("left two looks early", ONE, [("s1.1", 102, 396, 404)], {"left early": 1}, 0, 0),
    ("left late", ONE, [("s1.1", 102, 420, 430)], {"left late": 1}, 0, 0),
    ("never found", ONE, [], {"not found": 1}, 0, 0),
    ("seen in one look only", ONE, [("s1.1", 102, 102, 110)], {"not found": 1}, 0, 0),
    ("split", ONE, [("s1.1", 102, 200, 208), ("s1.2", 210, 400, 408)], {"split": 1}, 1, 0),
    ("a name used twice is two", ONE, [("s1.1", 102, 200, 208), ("s1.1", 210, 400, 408)], {"split": 1}, 1, 0),
    ("exchange told apart", TWO, [("s1.1", 102, 400, 408), ("s1.2", 422, 700, 708)], {"within": 2}, 0, 0),
    ("exchange overlooked", TWO, [("s1.1", 102, 700, 708)], {"merged": 2}, 0, 1),
    ("stands to the end", (stay(0, 101.0, 2000.0),), [("s1.1", 102, 998, 5000)], {"within": 1}, 0, 0),
    ("too short to be seen", (stay(0, 101.0, 104.5),), [], {"unseen": 1}, 0, 0),
]


@pytest.mark.parametrize(
    ("true", "measured", "said", "splits", "merges"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_every_stay_gets_one_verdict(
    true: Sequence[Stay], measured: Sequence[Told], said: dict[str, int], splits: int, merges: int
) -> None:
    outcome = judged(true, measured)
    assert dict(outcome.said) == said
    assert (outcome.splits, outcome.merges) == (splits, merges)


def test_a_swap_is_told_apart_only_by_two_stays() -> None:
    apart = judged(TWO, [("s1.1", 102, 400, 408), ("s1.2", 422, 700, 708)])
    one = judged(TWO, [("s1.1", 102, 700, 708)])
    lost = judged(TWO, [("s1.1", 102, 400, 408)])
    assert apart.told_apart.total() == apart.swaps.total() == 1
    assert one.told_apart.total() == lost.told_apart.total() == 0


OPENINGS = [
    # name, true stays, when it is opened, fault
    ("in time", ONE, [290.0], []),
    ("before its time", ONE, [200.0], ["too early"]),
    ("nobody there", ONE, [600.0], ["nothing stands there"]),
    ("twice", ONE, [290.0, 300.0], ["opened before"]),
    ("the next one's, who has just come", TWO, [450.0], ["too early"]),
]


@pytest.mark.parametrize(
    ("true", "opened", "faults"), [row[1:] for row in OPENINGS], ids=[str(row[0]) for row in OPENINGS]
)
def test_an_opening_is_false_where_nobody_has_stood_for_so_long(
    true: Sequence[Stay], opened: Sequence[float], faults: list[str]
) -> None:
    witness = Witness(street(*true))
    for at_s in opened:
        finding = Finding(FindingKind.OPENED, "lane", told("s1.1", at_s, 102.0), 180.0, 180.0)
        witness.found([finding], moment(at_s))
    assert list(witness.outcome.false_openings.elements()) == faults
    assert witness.outcome.openings == len(opened)

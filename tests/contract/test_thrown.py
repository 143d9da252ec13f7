"""A thrown object's event at its limits: intervals in order, floors that exist, a path that runs forward."""

import json
from typing import Any

import pytest

from contract.errors import Malformed
from contract.events import parse_event
from contract.throwing import ObjectThrown, ThrownData
from tests.contract.samples import SIG, THROWN, event


def point(s: float, **changes: object) -> dict[str, object]:
    return {"s": s, "x": 0.4, "y": 0.3, "size": 0.006, **changes}


def read(**changes: object) -> ThrownData:
    thrown = event("object.thrown.v1")
    thrown["data"] |= changes
    parsed = parse_event(json.dumps({**thrown, "sig": SIG}).encode())
    assert isinstance(parsed, ObjectThrown)
    return parsed.data


def floors(low: int, likely: int, high: int) -> dict[str, object]:
    return {"low": low, "likely": likely, "high": high, "by": "physics"}


RIGHT = [
    ("nothing is known of floor and window", {"floor": None, "column": None}),
    ("a basement to a first floor", {"floor": floors(-1, 1, 1)}),
    ("the lowest and the highest floor", {"floor": floors(-3, 1, 200)}),
    ("as few points as may be", {"path": [point(n / 10) for n in range(3)]}),
    ("as many points as may be", {"path": [point(n / 10) for n in range(120)]}),
    ("seen once", {"ended_at": THROWN["began_at"]}),
    ("words at their longest", {"words_zh": "层" * 300, "words_en": "w" * 300}),
]


@pytest.mark.parametrize("changes", [case[1] for case in RIGHT], ids=[case[0] for case in RIGHT])
def test_what_can_be_said_of_a_fall_is_read(changes: dict[str, Any]) -> None:
    data = read(**changes).model_dump(mode="json", include=set(changes))
    assert {name: data[name] for name in changes if name != "ended_at"} == {
        name: value for name, value in changes.items() if name != "ended_at"
    }


WRONG = [
    ("floor 0", {"floor": floors(-1, 0, 1)}, "no floor 0"),
    ("an interval that does not hold the floor", {"floor": floors(11, 14, 13)}, "low ≤ likely"),
    ("a floor above the highest", {"floor": floors(1, 2, 201)}, "floor"),
    ("a floor told by nothing known", {"floor": {**floors(1, 2, 3), "by": "guess"}}, "by"),
    ("an interval upside down", {"height_m": {"low": 3, "value": 2, "high": 1}}, "height_m"),
    ("a height below the ground", {"height_m": {"low": -1, "value": 2, "high": 3}}, "height_m"),
    ("two points", {"path": [point(0), point(1)]}, "path"),
    ("a point too many", {"path": [point(n / 10) for n in range(121)]}, "path"),
    ("time that stands still", {"path": [point(0), point(1), point(1)]}, "path"),
    ("time that goes back", {"path": [point(0), point(2), point(1)]}, "path"),
    ("a point off the picture", {"path": [point(0), point(1), point(2, y=1.01)]}, "path"),
    ("over before it began", {"ended_at": "2026-11-21T02:05:00.11Z"}, "ended_at"),
    ("window 0", {"column": 0}, "column"),
    ("a speed below nothing", {"speed_m_s": -0.1}, "speed_m_s"),
    ("no scale", {"metres_per_pixel": 0}, "metres_per_pixel"),
    ("a picture of no width", {"picture_size": [0, 1080]}, "picture_size"),
    ("surer than sure", {"score": 1.01}, "score"),
    ("words too long", {"words_zh": "层" * 301}, "words_zh"),
    ("no words", {"words_en": ""}, "words_en"),
    ("a fall with a path of folders", {"fall": "../f1"}, "fall"),
]


@pytest.mark.parametrize(("changes", "names"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_cannot_be_said_of_a_fall_is_refused_and_named(changes: dict[str, Any], names: str) -> None:
    with pytest.raises(Malformed, match=names):
        read(**changes)

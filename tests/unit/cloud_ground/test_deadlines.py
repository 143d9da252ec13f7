"""The tables of deadlines and of the calendar, at their limits."""

from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from cloud.config import Calendar, Deadline

ROW = {"kind": "parking", "amount": 4, "unit": "working_hours"}
ROWS: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"amount": 1000}, True),
    ({"amount": 1001}, False),
    ({"amount": 0}, False),
    ({"unit": "weeks"}, False),
    ({"kind": "noise"}, False),
    ({"community": "c" * 64}, True),
    ({"community": "c" * 65}, False),
    ({"community": "c/d"}, False),
]
CALENDARS: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"hours": [["08:00", "18:00"]]}, True),
    ({"hours": [["18:00", "08:00"]]}, False),
    ({"hours": [["08:00", "12:00"], ["12:00", "18:00"]]}, False),
    ({"hours": []}, False),
    ({"free": [date(2027, 1, 1)], "worked": [date(2027, 1, 2)]}, True),
    ({"free": [date(2027, 1, 1)], "worked": [date(2027, 1, 1)]}, False),
    ({"hours": [[time(8), time(12)]] * 7}, False),
]


@pytest.mark.parametrize(("given", "fits"), ROWS)
def test_a_deadline(given: dict[str, Any], fits: bool) -> None:
    assert _fits(Deadline, ROW | given) is fits


@pytest.mark.parametrize(("given", "fits"), CALENDARS)
def test_a_calendar(given: dict[str, Any], fits: bool) -> None:
    assert _fits(Calendar, given) is fits


def _fits(model: type[Deadline] | type[Calendar], given: dict[str, Any]) -> bool:
    try:
        model.model_validate(given)
    except ValidationError:
        return False
    return True

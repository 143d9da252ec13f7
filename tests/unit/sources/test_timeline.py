"""Time stamps that are missing, go back or jump."""

from fractions import Fraction

import pytest

from edge.sources.timeline import MAX_STEP_S, Timeline

WALKS = [
    # name,                          stamps,                              places at 10 pictures a second
    ("starts at 0 wherever it is", [5.0, 5.1, 5.2], [0, 0.1, 0.2]),
    ("before 0", [-0.2, -0.1, 0.0], [0, 0.1, 0.2]),
    ("pictures out of order", [0.0, 0.3, 0.1, 0.2, 0.4], [0, 0.3, 0.3, 0.3, 0.4]),
    ("missing", [None, None, None], [0, 0.1, 0.2]),
    ("missing in between", [1.0, None, 1.2], [0, 0.1, 0.2]),
    ("a pause that is real", [0.0, 30.0], [0, 30]),
    ("the longest step", [0.0, MAX_STEP_S], [0, MAX_STEP_S]),
    ("a jump on is not time", [0.0, 93_000.0, 93_000.1], [0, 0.1, 0.2]),
    ("a jump back is not time", [100.0, 100.1, 3.0, 3.1], [0, 0.1, 0.2, 0.3]),
]


@pytest.mark.parametrize(("stamps", "places"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_time_goes_on_and_never_back(stamps: list[float | None], places: list[float]) -> None:
    timeline = Timeline(Fraction(10))
    assert [timeline.at(stamp) for stamp in stamps] == pytest.approx(places)


def test_a_time_lapse_may_take_long_steps() -> None:
    timeline = Timeline(Fraction(1, 300))
    assert [timeline.at(stamp) for stamp in (0.0, 300.0, 900.0)] == [0, 300, 900]


def test_without_a_rate_a_step_is_that_of_25_pictures_a_second() -> None:
    timeline = Timeline(None)
    assert [timeline.at(None) for _ in range(3)] == pytest.approx([0, 0.04, 0.08])

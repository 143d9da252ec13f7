"""Measures as they are written: rounded against whoever is measured."""

import pytest

from cloud.evaluation.figures import OF_CAMERAS, TABLE, Figure, Tally
from cloud.evaluation.measures import BY_NAME, SHOWN

WRITTEN = [
    # what,                     measure,           above,  below, as it is shown
    ("all", "handled_on_time", 8, 8, "100.00 %"),
    ("almost all is not all", "handled_on_time", 99_999, 100_000, "99.99 %"),
    ("hardly any is not none", "rework", 1, 100_000, "0.01 %"),
    ("none", "rework", 0, 100_000, "0.00 %"),
    ("a published year", "handling", 6507, 6523, "99.75 %"),
    ("of nothing", "handling", 0, 0, "—"),
    ("hours", "length", 5400, 2, "0.75 h"),
    ("hours are rounded up", "length", 3601, 1, "1.01 h"),
    ("stars", "stars", 13, 3, "4.33 ★"),
]


@pytest.mark.parametrize(
    ("name", "above", "below", "shown"), [row[1:] for row in WRITTEN], ids=[row[0] for row in WRITTEN]
)
def test_a_value_is_written(name: str, above: float, below: float, shown: str) -> None:
    measure = BY_NAME[name]
    assert measure.bottom is not None
    assert measure.of(Tally({measure.top: above, measure.bottom: below})).text == shown


def test_tallies_add_up() -> None:
    one, two = Tally({Figure.OPENED: 2, Figure.DUE: 1}), Tally({Figure.OPENED: 3})
    assert (Tally.sum([one, two])[Figure.OPENED], Tally.sum([one, two])[Figure.DUE]) == (5, 1)
    assert Tally.sum([])[Figure.DUE] == 0


def test_each_measure_has_a_name_of_its_own_and_each_figure_a_place_in_the_table() -> None:
    assert len(BY_NAME) == len(SHOWN)
    assert set(TABLE) == set(Figure) - OF_CAMERAS

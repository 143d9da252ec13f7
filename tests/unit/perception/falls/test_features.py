"""What the classifier is shown."""

import numpy as np
import pytest

from edge.perception.falls.features import CUT, shown
from edge.perception.falls.motion import measure
from edge.perception.falls.place import Place
from models.throw.classifier import CHANNELS, CROP, CROPS, FACTS, STEPS, Shown
from tests.unit.perception.falls.drawn import GRID, HEIGHT, WIDTH, Way, dropped, facade, trace

WAYS: dict[str, Way] = {
    "a fall": dropped(0.0),
    "a wild thing": lambda t: (300 + 90 * np.sin(20 * t), 60 + 40 * t),
    "upright": lambda t: (300.0, 60 + 2 * t),
}


def of(way: Way, *, grid: bool = True, crops: bool = True, seconds: float = 2.0) -> Shown:
    place = Place.of(facade(grid=GRID if grid else None), WIDTH, HEIGHT)
    return shown(measure(trace(way, seconds=seconds, crops=crops), place))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("grid", [True, False])
def test_shapes_and_bounds(way: Way, grid: bool) -> None:
    told = of(way, grid=grid)
    assert told.path.shape == (len(CHANNELS), STEPS)
    assert told.facts.shape == (len(FACTS),)
    assert told.crops.shape == (CROPS, CROP, CROP)
    for part in (told.path, told.facts, told.crops):
        assert part.dtype == np.float32
        assert np.isfinite(part).all()
    assert 0 <= told.crops.min() <= told.crops.max() <= 1
    assert np.abs(told.path[4:6]).max() <= CUT
    assert told.facts[FACTS.index("grid")] == float(grid)


def test_a_path_begins_at_nought_and_ends_at_one() -> None:
    y = of(dropped(0.0)).path[CHANNELS.index("y")]
    assert y[0] == pytest.approx(0.0)
    assert y[-1] == pytest.approx(1.0)
    assert (np.diff(y) > 0).mean() > 0.9


def test_facts_say_what_they_are_called() -> None:
    facts = dict(zip(FACTS, of(dropped(0.0)).facts, strict=True))
    assert facts["lasted"] == pytest.approx(1.96, abs=0.01)
    assert facts["points"] == pytest.approx(np.log(50), abs=0.01)
    assert facts["seen"] == pytest.approx(1.0, abs=0.01)
    assert facts["gain"] > 5
    assert abs(facts["odds"]) < 2


def test_no_pictures_are_dark_pictures() -> None:
    assert of(dropped(0.0), crops=False).crops.max() == 0

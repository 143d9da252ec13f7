"""Where tracks lead."""

from dataclasses import replace

import numpy as np
import pytest

from edge.perception.falls.leading import DOWN, NOISE_PX, RECENT, lead
from edge.trajectory import Point

FPS = 25.0


def points(count: int, *, down: float = 0.0, gathers: float = 0.0, across: float = 0.0) -> list[Point]:
    at = np.arange(count) / FPS
    return [Point(float(t), 300 + across * t, 100 + down * t + gathers * t * t / 2, 3, 3, 9, 50) for t in at]


def test_a_fall_leads_where_it_falls() -> None:
    whole = points(40, down=50.0, gathers=400.0, across=30.0)
    there = lead([whole[:30]], whole[34].at_s, 1.0)
    assert there.x[0] == pytest.approx(whole[34].x, abs=1.5)
    assert there.y[0] == pytest.approx(whole[34].y, abs=1.5)
    assert there.gap_s[0] == pytest.approx(5 / FPS)


def test_three_points_are_led_down_as_things_fall() -> None:
    whole = points(8, down=50.0, gathers=300.0)
    there = lead([whole[:3]], whole[7].at_s, 1.0)
    assert there.y[0] == pytest.approx(whole[7].y, abs=1.5)  # a straight line would end 6 px above
    assert there.spread[0] > 3.0


@pytest.mark.parametrize("count", [3, 5, RECENT])
def test_a_lead_is_off_by_no_more_than_it_says(count: int) -> None:
    """Of falls as they are known beforehand, seen with the noise that is known: weights that fade only widen it."""
    rng = np.random.default_rng(count)
    off, said = [], []
    for gathers in rng.normal(*DOWN, size=400):
        true = points(count + 3, down=100.0, gathers=float(gathers))
        seen = [replace(one, y=one.y + float(rng.normal(0, NOISE_PX))) for one in true[:count]]
        there = lead([seen], true[-1].at_s, 1.0)
        off.append(there.y[0] - true[-1].y)
        said.append(there.spread[0])
    root = float(np.sqrt(np.mean(np.square(off))))
    assert root < (1 + 3 / np.sqrt(2 * len(off))) * float(np.mean(said))  # three spreads of what 400 tell of a spread


def test_the_better_known_the_narrower() -> None:
    few, more, many = (lead([points(count)], (count + 1) / FPS, 1.0).spread[0] for count in (3, 5, RECENT))
    assert many < more < few


def test_what_flies_level_is_followed_level() -> None:
    there = lead([points(20, across=200.0)], 22 / FPS, 1.0)
    assert there.y[0] == pytest.approx(100.0, abs=1.5)
    assert there.speed[0] == pytest.approx(200.0, rel=0.05)


def test_all_tracks_at_once_are_as_each_alone() -> None:
    tracks = [points(3, down=40.0), points(30, down=90.0, gathers=200.0), points(1)]
    both = lead(tracks, 2.0, 0.7)
    for i, track in enumerate(tracks):
        alone = lead([track], 2.0, 0.7)
        assert (both.x[i], both.y[i], both.spread[i]) == pytest.approx((alone.x[0], alone.y[0], alone.spread[0]))


def test_no_tracks_lead_nowhere() -> None:
    assert lead([], 1.0, 1.0).x.shape == (0,)

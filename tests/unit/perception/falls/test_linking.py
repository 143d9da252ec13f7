"""Specks to tracks."""

import numpy as np
import pytest

from edge.perception.falls.linking import BACK, MAX_KNOWN_GAP_S, MAX_LASTED_S, MAX_POINTS, MAX_TRACKS, Linker, Track
from edge.perception.falls.specks import Specks
from tests.unit.perception.falls.drawn import FPS, HEIGHT, Way, dropped


def specks(at_s: float, places: list[tuple[float, float]], contrast: float = 40.0) -> Specks:
    n = len(places)
    x, y = np.array(places, np.float64).reshape(-1, 2).T
    one = np.ones(n)
    return Specks(at_s, x, y, 3 * one, 3 * one, 9 * one, contrast * one, one)


def linked(ways: list[Way], *, seconds: float = 3.0, missing: tuple[int, ...] = (), rows: int = HEIGHT) -> list[Track]:
    linker = Linker(rows)
    ended: list[Track] = []
    for number in range(round(seconds * FPS)):
        at_s = number / FPS
        places = [place for way in ways if (place := way(at_s)) is not None and place[1] < rows]
        ended += linker.link(specks(at_s, [] if number in missing else places))
    return ended + linker.finish()


def test_one_fall_is_one_track() -> None:
    (track,) = linked([dropped(0.0)])
    assert len(track.points) >= 60
    assert track.crowd == pytest.approx(1.0)


def test_two_falls_side_by_side_stay_two() -> None:
    tracks = linked([dropped(0.0, x=300), dropped(0.1, x=340, sideways=-25.0)])
    assert sorted(len(track.points) > 55 for track in tracks) == [True, True]


@pytest.mark.parametrize(("gap", "count"), [(2, 1), (5, 1), (16, 2)])
def test_it_may_be_hidden_for_a_while(gap: int, count: int) -> None:
    missing = tuple(range(35, 35 + gap))
    assert (gap / FPS < MAX_KNOWN_GAP_S) == (count == 1)
    assert len([track for track in linked([dropped(0.0)], missing=missing) if len(track.points) > 5]) == count


def test_what_goes_up_begins_no_track() -> None:
    assert linked([lambda at_s: (300.0, 400.0 - 60 * at_s)]) == []


def test_specks_without_order_begin_few_tracks() -> None:
    rng, linker = np.random.default_rng(1), Linker(HEIGHT)
    ended: list[Track] = []
    for number in range(250):
        places = [(float(x), float(y)) for x, y in rng.uniform(0, (640, 480), (10, 2))]
        ended += linker.link(specks(number / FPS, places))
    assert sum(len(track.points) >= 6 for track in ended) <= 3


def test_tracks_and_points_are_bounded() -> None:
    def way(i: int) -> Way:
        return lambda at_s: (4.0 + 8.0 * i, 20 + 20 * at_s)

    linker = Linker(HEIGHT)
    for number in range(60):
        at_s = number / FPS
        linker.link(specks(at_s, [place for i in range(120) if (place := way(i)(at_s)) is not None]))
    assert len(linker.finish()) == MAX_TRACKS
    tracks = linked([way(30)], seconds=MAX_POINTS / FPS + 1)
    assert max(len(track.points) for track in tracks) == MAX_POINTS


def test_what_takes_too_long_is_ended() -> None:
    (track, *_) = linked([lambda at_s: (300.0, 20 + 8 * at_s)], seconds=30.0)
    assert track.points[-1].at_s - track.points[0].at_s <= MAX_LASTED_S + 0.1


def test_what_is_kept_of_earlier_frames_is_bounded() -> None:
    linker = Linker(HEIGHT)
    for number in range(50):
        linker.link(specks(number / FPS, [(float(number % 7) * 90, 30.0)]))
    assert len(linker._loose) <= BACK + 1

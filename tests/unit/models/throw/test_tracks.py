"""Confusers as tracks: at the rates they come, within the picture, the same again from the same number."""

import numpy as np
import pytest

from models.throw.simulation import JUDGING, RATES, TRAINING, Confuser, tracks
from models.throw.simulation.tracks import FEWEST, MOST_DAYS

DAYS = 3.0


@pytest.mark.parametrize("confuser", RATES)
def test_tracks_lie_in_their_pictures_and_go_on_in_time(confuser: Confuser) -> None:
    found = list(tracks(JUDGING, 1, confuser, DAYS))
    assert found
    for track in found:
        assert track.confuser is confuser
        assert FEWEST <= len(track.t) == len(track.xy) == len(track.size) == len(track.extent) == len(track.contrast)
        assert (np.diff(track.t) > 0.5 / track.scene.fps).all()
        assert 0 <= track.t[0] < track.t[-1] <= 86_400 + 20
        assert (track.xy > -60).all()
        assert (track.xy < [track.scene.width + 60, track.scene.height + 60]).all()
        assert (track.size > 0).all()
        assert np.abs(track.contrast).max() < 400
    assert {track.day for track in found} <= {0, 1, 2}


@pytest.mark.parametrize("confuser", [Confuser.BIRD, Confuser.LEAF, Confuser.LAUNDRY])
def test_they_come_at_their_rate(confuser: Confuser) -> None:
    days = 12.0
    count = sum(1 for _ in tracks(JUDGING, 2, confuser, days))
    # Days differ by 60 %, and a part of the flights is too faint or too short.
    assert 0.35 * RATES[confuser] < count / days < 1.5 * RATES[confuser]


def test_a_part_of_a_day_has_its_part_of_the_tracks() -> None:
    whole, tenth = (sum(1 for _ in tracks(TRAINING, 3, Confuser.INSECT, days)) for days in (1.0, 0.1))
    assert 0.03 * whole < tenth < 0.25 * whole


def test_the_same_number_gives_the_same_tracks() -> None:
    first, again = (list(tracks(TRAINING, 4, Confuser.BIRD, 1.0)) for _ in range(2))
    other = list(tracks(JUDGING, 4, Confuser.BIRD, 1.0))
    assert [track.t.tolist() for track in first] == [track.t.tolist() for track in again]
    assert [track.xy.tolist() for track in first] == [track.xy.tolist() for track in again]
    assert [track.t.tolist() for track in first] != [track.t.tolist() for track in other]


def test_leaves_sink_and_rain_falls_without_gathering_speed() -> None:
    for track in tracks(JUDGING, 5, Confuser.SNOW, DAYS):
        if len(track.t) < 12:
            continue
        assert track.xy[-1, 1] > track.xy[0, 1] - 30
    sinks = [track.xy[-1, 1] - track.xy[0, 1] for track in tracks(JUDGING, 5, Confuser.LEAF, DAYS)]
    assert np.median(sinks) > 50


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="no tracks"):
        tracks(TRAINING, 1, Confuser.SHAKE, 1.0)
    for days in (0.0, MOST_DAYS * 1.01):
        with pytest.raises(ValueError, match="days"):
            tracks(TRAINING, 1, Confuser.BIRD, days)

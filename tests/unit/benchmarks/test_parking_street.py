"""The simulated street: its truth, and what may be seen of it."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.parking.family import FAMILIES, JUDGING, TUNING
from benchmarks.parking.motion import FAR, STANDS, Move
from benchmarks.parking.noise import Noise
from benchmarks.parking.street import Cover, build
from benchmarks.parking.week import LOOK_EVERY_S, Week
from benchmarks.parking.witness import Witness
from edge.perception.appearance import kinship, similarity
from edge.perception.eye import Eye
from edge.values import Box


def week(noise: Noise, number: int = 3, days: float = 1.0) -> Week:
    street = build(TUNING, noise, number, days=days)
    return Week(street, Witness(street))


def test_the_same_number_gives_the_same_week_and_another_family_another() -> None:
    def stays(family: str) -> list[tuple[int, float, float]]:
        street = build(FAMILIES[family], Noise.ALL, 3, days=1.0)
        return [(stay.place, stay.stands_from_s, stay.stands_to_s) for stay in street.stays]

    assert stays("tuning") == stays("tuning")
    assert stays("tuning") != stays("judging")


def test_families_share_neither_seeds_nor_textures() -> None:
    assert abs(TUNING.first_seed - JUDGING.first_seed) >= 1_000_000
    assert TUNING.ground != JUDGING.ground
    assert TUNING.build != JUDGING.build


@pytest.mark.parametrize("number", range(4))
def test_one_place_holds_one_vehicle_at_a_time_and_numbers_count_up(number: int) -> None:
    street = build(TUNING, Noise.ALL, number, days=3.0)
    assert [stay.number for stay in street.stays] == list(range(len(street.stays)))
    for place in street.places:
        mine = sorted((one for one in street.stays if one.place == place.number), key=lambda one: one.stands_from_s)
        assert all(before.stands_to_s < after.stands_from_s for before, after in pairwise(mine))


def test_similar_vehicles_take_the_place_within_a_minute_behind_every_cover() -> None:
    covers = set()
    for number in range(12):
        street = build(TUNING, Noise.SWAPS, number, days=7.0)
        for stay in street.stays:
            if stay.after is not None:
                before = street.stays[stay.after]
                assert 0 < stay.stands_from_s - before.stands_to_s < 60
                assert (stay.kind, stay.place) == (before.kind, before.place)
                assert stay.individual != before.individual
                covers.add(stay.cover)
    assert covers == set(Cover)


MOVES = [
    ("straight in", Move(100.0, 0.4, 1.0, 0.0)),
    ("stops short, then creeps", Move(100.0, 0.4, 1.0, 0.0, pause=0.5, pause_s=5.0, creep_s=3.0)),
]


@pytest.mark.parametrize("move", [move for _, move in MOVES], ids=[name for name, _ in MOVES])
def test_a_vehicle_is_as_near_as_it_may_be_when_it_counts_as_standing(move: Move) -> None:
    assert move.distance(0.0) == 0.0
    assert move.distance(move.near_s) == pytest.approx(STANDS)
    assert move.distance(move.duration_s) == pytest.approx(FAR)
    far = [move.distance(at_s) for at_s in np.linspace(0, move.duration_s, 50)]
    assert far == sorted(far)


def test_an_eye_shows_looks_and_nothing_of_the_truth() -> None:
    eye = week(Noise.ALL).eye(3600.0)
    shown = {name for name in dir(eye) if not name.startswith("_")}
    asked = {name for name in dir(Eye) if not name.startswith("_")}
    assert shown == asked
    assert eye.moment.at_s == 3600.0


def test_a_place_asked_twice_looks_the_same_and_a_standing_vehicle_hardly_changes() -> None:
    street = build(TUNING, Noise.CLEAN, 3, days=1.0)
    stay = max(street.stays, key=lambda one: one.dwell_s)
    running = Week(street, Witness(street))
    first, second = (running.eye(stay.stands_from_s + 60 + LOOK_EVERY_S * i) for i in range(2))
    width = stay.box.x2 - stay.box.x1
    aside = Box(stay.box.x1 + width / 4, stay.box.y1, min(1.0, stay.box.x2 + width / 4), stay.box.y2)
    assert first.looks(stay.box) == first.looks(stay.box)
    assert (similarity(first.looks(stay.box), second.looks(stay.box)) or 0) > 0.9
    assert (similarity(first.looks(stay.box), second.looks(aside)) or 0) < 0.6
    assert (kinship(first.looks(stay.box), second.looks(stay.box)) or 0) > 0.95


MISSES = [(Noise.CLEAN, 0.0, 0.15), (Noise.MISSES, 0.2, 0.4)]


@pytest.mark.parametrize(("noise", "least", "most"), MISSES)
def test_so_many_looks_miss_a_vehicle_that_stands_in_view(noise: Noise, least: float, most: float) -> None:
    missed = looks = 0
    for number in range(4):
        running = week(noise, number)
        for at_s in np.arange(3600.0, 86_400.0, 300.0):
            eye = running.eye(float(at_s))
            for stay in running.present(float(at_s)):
                if stay.stands_from_s < at_s < stay.stands_to_s and not stay.place:
                    looks += 1
                    missed += not any(found.box.overlap(stay.box) > 0.5 for found in eye.detections)
    assert looks > 200
    assert least <= missed / looks <= most


def test_night_is_grey_and_a_turned_camera_is_put_right_but_for_a_rest() -> None:
    night = week(Noise.NIGHT).eye(16 * 3600.0)  # weeks begin at seven in the morning
    assert np.abs(night.whole.chroma - 128).max() <= 4
    streets = [build(TUNING, Noise.BUMPS, number, days=7.0) for number in range(4)]
    rests = [rest for street in streets for rest in street.rests]
    assert any(street.turned for street in streets)
    assert rests
    assert all(abs(dx) < 0.02 and abs(dy) < 0.02 and abs(scale - 1) < 0.02 for _, dx, dy, scale in rests)

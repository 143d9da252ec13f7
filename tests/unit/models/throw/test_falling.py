"""Falls against what can be written down: Galilei without air, Newton's drag with it."""

from math import cosh, log, sqrt, tanh

import numpy as np
import pytest

from models.throw.simulation import JUDGING, TRAINING, ObjectKind
from models.throw.simulation.bodies import GRAVITY, Body, body_and_look, drop, drop_speed
from models.throw.simulation.fall import CALM, NEAREST, SAMPLE_S, Wind, fall

STILL = (0.0, 0.0, 0.0)


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_thirty_metres_take_two_and_a_half_seconds_in_a_vacuum() -> None:
    path = fall(Body(mass=1.0, drag_area=0.0), (0.0, 30.0, 1.0), STILL, CALM, rng())
    lands = float(np.interp(0.0, path[::-1, 2], path[::-1, 0]))
    assert lands == pytest.approx(sqrt(2 * 30 / GRAVITY), abs=1e-3)
    assert lands == pytest.approx(2.47, abs=0.01)


def test_a_throw_in_a_vacuum_is_a_parabola() -> None:
    path = fall(Body(mass=0.3, drag_area=0.0), (1.0, 40.0, 0.5), (2.0, 3.0, 1.0), CALM, rng())
    t = path[:, 0]
    expected = np.stack([1 + 2 * t, 40 + 3 * t - GRAVITY * t**2 / 2, 0.5 + t], axis=1)
    assert np.abs(path[:, 1:] - expected).max() < 1e-6


@pytest.mark.parametrize("terminal", [2.0, 6.0, 15.0, 40.0])
def test_a_drop_in_still_air_follows_the_hyperbolic_tangent(terminal: float) -> None:
    body = Body(mass=1.0, drag_area=2 * GRAVITY / (1.204 * terminal**2))
    assert body.terminal_speed == pytest.approx(terminal)
    path = fall(body, (0.0, 60.0, 1.0), STILL, CALM, rng(), longest_s=3.0)
    t = path[:, 0]
    fallen = terminal**2 / GRAVITY * np.array([log(cosh(GRAVITY * at / terminal)) for at in t])
    assert np.abs(60.0 - path[:, 2] - fallen).max() < 2e-3
    speed = -np.gradient(path[:, 2], SAMPLE_S)[-2]
    assert speed == pytest.approx(terminal * tanh(GRAVITY * t[-2] / terminal), rel=1e-3)


def test_wind_carries_light_things_and_hardly_heavy_ones() -> None:
    wind = Wind(along=3.0, away=0.0, gust=0.0)
    ends = [fall(Body(mass, 0.05), (0.0, 30.0, 2.0), STILL, wind, rng(), longest_s=3.0)[-1, 1] for mass in (0.02, 2.0)]
    assert ends[0] > 5.0
    assert abs(ends[1]) < 0.2 * ends[0]


def test_nothing_goes_through_the_wall() -> None:
    path = fall(Body(0.5, 0.001), (0.0, 30.0, 0.4), (0.0, 0.0, -3.0), CALM, rng())
    assert path[:, 3].min() >= NEAREST - 1e-9
    assert path[-1, 3] > NEAREST


def test_gusts_have_the_spread_asked_for() -> None:
    air = Wind(along=2.0, away=0.0, gust=1.0).blow(2000.0, rng())
    assert air[:, 0].mean() == pytest.approx(2.0, abs=0.15)
    assert air[:, 0].std() == pytest.approx(1.0, rel=0.1)


def test_kinds_fall_as_such_things_do() -> None:
    def speeds(kind: ObjectKind) -> list[float]:
        return [body_and_look(kind, np.random.default_rng(i), cornered=False)[0].terminal_speed for i in range(60)]

    assert max(speeds(ObjectKind.CLOTH)) < 12  # slow, and a thrown thing all the same
    assert max(speeds(ObjectKind.CIGARETTE)) < 9
    assert min(speeds(ObjectKind.BAG)) < 4
    assert min(speeds(ObjectKind.FRUIT)) > 20
    assert min(speeds(ObjectKind.BRICK)) > 25


@pytest.mark.parametrize(("millimetres", "measured"), [(1.0, 4.03), (2.0, 6.49), (4.0, 8.83), (5.0, 9.09)])
def test_drops_fall_as_gunn_and_kinzer_measured(millimetres: float, measured: float) -> None:
    assert drop_speed(millimetres / 1000) == pytest.approx(measured, rel=0.04)
    assert drop(millimetres / 1000).terminal_speed == pytest.approx(drop_speed(millimetres / 1000))


def test_outlines_differ_between_families() -> None:
    assert TRAINING.outline != JUDGING.outline
    round_, cornered = (body_and_look(ObjectKind.BOX, rng(), cornered=value)[1] for value in (False, True))
    assert round_.corner > 0
    assert cornered.corner == 0

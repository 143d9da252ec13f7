"""The fit of a fall: what it finds, how wide its intervals are, and what it makes of things that do not fall."""

import numpy as np
import pytest

from edge.perception.falls.ballistics import GRAVITY, NINE_OF_TEN, Ballistics, fit
from edge.perception.falls.ruler import ON_THE_PLANE, free_prior

NOISE_M = 0.05


def of(y: np.ndarray, t: np.ndarray) -> Ballistics:
    noise = np.full(len(t), NOISE_M)
    grain = np.random.default_rng(0).normal(0, NOISE_M, len(t))
    return fit(t, y + grain, noise, ON_THE_PLANE)


def integrated(speed: float, drag: float, until_s: float) -> float:
    """Metres fallen, by small steps: another way to the same than the formula's."""
    z, step = 0.0, 1e-4
    for _ in range(round(until_s / step)):
        speed += (GRAVITY - drag * speed * abs(speed)) * step
        z += speed * step
    return z


@pytest.mark.parametrize(
    ("speed", "drag", "until_s"), [(0.0, 1e-3, 2.0), (3.0, 0.05, 1.5), (12.0, 0.4, 1.0), (-2.0, 0.02, 1.5)]
)
def test_the_formula_is_the_integral(speed: float, drag: float, until_s: float) -> None:
    known = Ballistics(0.0, speed, 1.0, 0.0, drag, np.eye(5), 0.0, 0.0, 9)
    assert known.fallen_m(np.array([until_s]))[0] == pytest.approx(integrated(speed, drag, until_s), rel=0.02)


def test_thirty_metres_take_two_and_a_half_seconds() -> None:
    known = Ballistics(0.0, 0.0, 1.0, 0.0, 1e-6, np.eye(5), 0.0, 0.0, 9)
    assert known.fallen_m(np.array([2.474]))[0] == pytest.approx(30.0, abs=0.05)
    assert known.speed_at(2.474) == pytest.approx(24.3, abs=0.1)


def test_a_fall_on_the_plane_is_found() -> None:
    t = np.arange(0, 1.6, 0.04)
    found = of(2.0 * t + 0.5 * GRAVITY * t**2, t)
    assert found.residual < 1.3
    assert found.gain > 400
    assert found.speed == pytest.approx(2.0, abs=0.8)
    assert found.fallen_m(t[-1:])[0] == pytest.approx(2.0 * t[-1] + 0.5 * GRAVITY * t[-1] ** 2, rel=0.06)


def test_a_steady_descent_gains_nothing() -> None:
    t = np.arange(0, 1.6, 0.04)
    assert of(5.0 * t, t).gain < 4


def test_one_wild_point_does_not_bend_it() -> None:
    t = np.arange(0, 1.6, 0.04)
    y = 0.5 * GRAVITY * t**2
    wild = y.copy()
    wild[20] += 3.0
    assert of(wild, t).fallen_m(t[-1:])[0] == pytest.approx(of(y, t).fallen_m(t[-1:])[0], rel=0.02)


def test_gravity_tells_pixels_in_a_metre_and_how_surely() -> None:
    """Nine of ten intervals hold the truth, over scales, perspectives and drags as they come."""
    rng = np.random.default_rng(5)
    inside, errors = 0, []
    for _ in range(200):
        scale, squeeze = float(np.exp(rng.normal(3.2, 0.5))), float(rng.uniform(0, 0.012))
        speed, drag = float(rng.uniform(0, 4)), float(np.exp(rng.normal(-4, 1)))
        t = np.arange(0, rng.uniform(0.7, 2.0), 0.04)
        true = Ballistics(100.0, speed, scale, squeeze, drag, np.eye(5), 0.0, 0.0, 9)
        found = fit(t, true.seen(t) + rng.normal(0, 0.8, len(t)), np.full(len(t), 0.8), free_prior(1080))
        off = abs(np.log(found.scale / scale))
        inside += off <= NINE_OF_TEN * found.covariance[2, 2] ** 0.5
        errors.append(off)
    assert inside >= 170
    assert np.median(errors) < 0.15

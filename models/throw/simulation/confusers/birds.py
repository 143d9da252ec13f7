"""Birds: beating and bounding flight, glides, and dives from a ledge that begin like a fall."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.bodies import GRAVITY, Look
from models.throw.simulation.confusers.place import heading, object_brightness, seen_point
from models.throw.simulation.family import Family
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Scene

STEP_S: Final = 0.02
LENGTHS: Final = (0.13, 0.34)
"""Metres, from a tree sparrow (14 cm) to a domestic pigeon (34 cm)."""
SPEEDS: Final = (6.0, 15.0)
"""m/s: sparrows 7 to 10, pigeons 12 to 16 (C. J. Pennycuick, Modelling the Flying Bird, 2008)."""
SPAN: Final = 2.0  # of the length
FOLDED: Final = 0.22  # of the span
PULL_OUT: Final = (2.0, 4.0)  # g, in which a dive is turned into level flight
WAYS: Final = ("beat", "bound", "glide", "dive", "land")
OFTEN: Final = (0.38, 0.27, 0.12, 0.13, 0.10)
LASTS_S: Final = 8.0


def bird(scene: Scene, family: Family, rng: np.random.Generator, start_s: float) -> Flight:
    """One bird before a façade, somewhere in the picture half a second to two after it starts.

    A beat and a bound are those of U. M. L. Norberg, Vertebrate Flight (1990): wing beats fall with mass to the power
    −1/3, small birds fold their wings between spells and fall as a thrown ball does.
    """
    length = float(rng.uniform(*LENGTHS))
    hertz = float(rng.uniform(*family.beat)) * (0.30 / length) ** 0.7
    way = str(rng.choice(WAYS, p=OFTEN))
    times = np.arange(0.0, LASTS_S, STEP_S)
    velocity, beating = _WAYS[way](family, rng, times)
    where = np.cumsum(velocity * STEP_S, axis=0)
    meets = int(rng.uniform(0.4, 1.6) / STEP_S) if way != "dive" else 0
    where += seen_point(scene, rng) - where[meets]
    where[:, 2] = np.abs(where[:, 2] - 0.15) + 0.15  # a bird does not fly through walls
    wings = 0.35 + 0.65 * np.abs(np.cos(np.pi * hertz * times + rng.uniform(0, 3)))
    look = Look(
        length=length,
        breadth=SPAN * length,
        corner=2.0,
        brightness=object_brightness(scene, rng, float(rng.choice((20, 45, 70, 110, 225)))),
        seed=int(rng.integers(1 << 30)),
    )
    spread = np.where(beating > 0.5, wings, np.where(beating < -0.5, 1.0, FOLDED))
    return Flight(start_s + times, where, look, spread=spread, heading=heading(scene, where))


Way = tuple[NDArray[np.float64], NDArray[np.float64]]  # velocity (n, 3); 1 beats, 0 wings folded, −1 wings held out


def _level(rng: np.random.Generator, times: NDArray[np.float64]) -> NDArray[np.float64]:
    speed, side = float(rng.uniform(*SPEEDS)), float(rng.choice((-1.0, 1.0)))
    turn = rng.normal(0, 0.25) + rng.normal(0, 0.35) * times
    climb = rng.normal(0, 0.12) + rng.normal(0, 0.04) * times
    return np.stack([side * speed * np.cos(turn), speed * np.sin(climb), speed * np.sin(turn) * np.cos(climb)], axis=1)


def _beat(_family: Family, rng: np.random.Generator, times: NDArray[np.float64]) -> Way:
    return _level(rng, times), np.ones(len(times))


def _bound(family: Family, rng: np.random.Generator, times: NDArray[np.float64]) -> Way:
    """Spells of beating, in which it gains the speed upwards that it loses as it falls between them."""
    spell, pause = float(rng.uniform(*family.pass_s)), float(rng.uniform(0.15, 0.45))
    place = np.mod(times + rng.uniform(0, 1), spell + pause)
    beats = place < spell
    lift = np.where(beats, 0.85 * GRAVITY * pause / spell, -0.85 * GRAVITY)
    velocity = _level(rng, times)
    bounce = np.cumsum(lift) * STEP_S
    velocity[:, 1] += bounce - bounce.mean()
    return velocity, beats.astype(float)


def _glide(_family: Family, rng: np.random.Generator, times: NDArray[np.float64]) -> Way:
    velocity = _level(rng, times)
    velocity[:, 1] = -np.hypot(velocity[:, 0], velocity[:, 2]) / rng.uniform(3.0, 9.0)  # glide ratio of small birds
    return velocity, np.full(len(times), -1.0)


def _dive(_family: Family, rng: np.random.Generator, times: NDArray[np.float64]) -> Way:
    """Off a ledge with folded wings, then out of it in an arc of some g, then beating."""
    folded_s = float(rng.uniform(0.25, 1.1))
    fast = GRAVITY * float(rng.uniform(0.7, 1.0)) * folded_s
    leave, side = float(rng.uniform(0.3, 2.5)), float(rng.choice((-1.0, 1.0)))
    radius_rate = float(rng.uniform(*PULL_OUT)) * GRAVITY / max(fast, 2.0)
    bend = np.clip((times - folded_s) * radius_rate, 0.0, np.pi / 2 + rng.uniform(-0.1, 0.4))
    speed = np.where(times < folded_s, fast * times / folded_s, np.maximum(fast, 5.0))
    sideways = leave + speed * np.sin(bend)
    velocity = np.stack([side * sideways, -speed * np.cos(bend), 0.3 * leave * np.ones(len(times))], axis=1)
    beats = np.where(times < folded_s, 0.0, np.where(bend < 1.2, -1.0, 1.0))
    return velocity, beats


def _land(_family: Family, rng: np.random.Generator, times: NDArray[np.float64]) -> Way:
    """In on a slope, slower and slower, then it sits."""
    velocity = _level(rng, times)
    velocity[:, 1] = -float(rng.uniform(0.5, 3.0))
    stays = float(rng.uniform(0.8, 2.0))
    slower = np.clip(1.0 - times / stays, 0.0, 1.0)
    return velocity * slower[:, None], (times < stays).astype(float)


_WAYS: Final = {"beat": _beat, "bound": _bound, "glide": _glide, "dive": _dive, "land": _land}

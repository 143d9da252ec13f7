"""Light on a simulated street: the course of a day, clouds, shadows that wander, lamps, infrared, rain, dirt."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.parking.noise import Noise
from benchmarks.parking.street import DAY_S, Street
from benchmarks.parking.textures import clouds

ROWS: Final = 180
COLUMNS: Final = 320
EPOCH_S: Final = 300.0  # shadows are drawn anew so often
DAWN_H: Final = 6.0
DUSK_H: Final = 18.5
START_H: Final = 7.0  # of day, when a week begins
Field = NDArray[np.float32]  # (ROWS, COLUMNS)


@dataclass(frozen=True, slots=True)
class Weather:
    """The light of one look. `epoch` names it: equal epochs are the same light."""

    epoch: tuple[int, int, bool, bool, bool]
    dark: bool
    infrared: bool
    rain: bool


class Light:
    """All light of a camera-week, drawn by chance; costs little where a street has none of it."""

    def __init__(self, street: Street) -> None:
        rng = street.family.rng(street.seed, salt=1)
        self._noise = street.noise
        self._suns = _switches(rng, street.ends_s, 2400.0) if street.noise.has(Noise.LIGHT) else []
        self._rains = _showers(rng, street) if street.noise.has(Noise.RAIN) else []
        self._dirty_from_s = rng.uniform(0, street.ends_s) if street.noise.has(Noise.RAIN) else float("inf")
        self._shade = np.clip(0.5 + 1.2 * clouds(rng, ROWS, 3 * COLUMNS, int(rng.integers(30, 60))), 0, 1)
        self._lamp = _lamp(rng)
        self.dirt: Final = _dirt(rng)
        self._fields: dict[tuple[int, int, bool, bool, bool], Field] = {}
        self._rng_seed = int(rng.integers(1 << 30))

    def at(self, at_s: float) -> Weather:
        """Say what light there is."""
        hour = (at_s / 3600 + START_H) % 24
        dark = not DAWN_H <= hour < DUSK_H
        lit = self._noise.has(Noise.LIGHT)
        infrared = dark and self._noise.has(Noise.NIGHT)
        rain = any(start <= at_s < end for start, end in self._rains)
        sun = bisect_right(self._suns, at_s)
        slice_ = int(at_s // EPOCH_S) if lit else 0
        return Weather(
            (slice_, sun, infrared or (dark and lit), rain, at_s >= self._dirty_from_s), dark, infrared, rain
        )

    @property
    def steps(self) -> list[float]:
        """When the light changes at once."""
        return [*self._suns, *(edge for span in self._rains for edge in span)]

    @property
    def rains(self) -> list[tuple[float, float]]:
        return self._rains

    def field(self, weather: Weather, at_s: float) -> Field:
        """By how much luma is multiplied at each point of the picture."""
        if (known := self._fields.get(weather.epoch)) is None:
            if len(self._fields) > 4:
                self._fields.clear()
            known = self._fields[weather.epoch] = self._drawn(weather, at_s)
        return known

    def _drawn(self, weather: Weather, at_s: float) -> Field:
        hour = (at_s / 3600 + START_H) % 24
        rng = np.random.default_rng([self._rng_seed, *(int(part) for part in weather.epoch)])
        gain = np.ones((ROWS, COLUMNS), np.float32)
        if weather.infrared:
            gain *= self._lamp
        elif weather.dark and self._noise.has(Noise.LIGHT):
            gain *= 0.35 + 0.65 * self._lamp
        elif self._noise.has(Noise.LIGHT):
            height = np.sin(np.pi * (hour - DAWN_H) / (DUSK_H - DAWN_H))
            sun = (0.15 + 0.85 * height) * (weather.epoch[1] % 2)
            left = int((hour - DAWN_H) / (DUSK_H - DAWN_H) * (2 * COLUMNS - 1))
            gain *= 1 - 0.55 * sun * self._shade[:, left : left + COLUMNS]
        if self._noise.has(Noise.LIGHT) or self._noise.has(Noise.NIGHT):
            gain *= (1.0 / float(gain.mean())) ** 0.85 * rng.uniform(0.93, 1.07)  # the camera's own exposure
        if weather.rain:
            gain *= 0.85
        return np.asarray(gain, np.float32)


def _switches(rng: np.random.Generator, ends_s: float, mean_s: float) -> list[float]:
    """When the sun comes out and goes in, in turn."""
    times, at_s = [], 0.0
    while (at_s := at_s + float(rng.exponential(mean_s))) < ends_s:
        times.append(at_s)
    return times


def _showers(rng: np.random.Generator, street: Street) -> list[tuple[float, float]]:
    mean_s = DAY_S / (2.0 if street.noise is Noise.RAIN else 0.5)
    spans, at_s = [], 0.0
    while (at_s := at_s + float(rng.exponential(mean_s))) < street.ends_s:
        spans.append((at_s, at_s + float(rng.uniform(900, 4 * 3600))))
        at_s = spans[-1][1]
    return spans


def _lamp(rng: np.random.Generator) -> Field:
    """A cone of light: bright in the middle of where it points."""
    ys, xs = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    y, x = rng.uniform(0.35, 0.6) * ROWS, rng.uniform(0.35, 0.65) * COLUMNS
    far = ((ys - y) / (0.7 * ROWS)) ** 2 + ((xs - x) / (0.6 * COLUMNS)) ** 2
    return np.asarray(0.25 + 1.0 * np.exp(-far), np.float32)


def _dirt(rng: np.random.Generator) -> Field:
    """How opaque the lens is at each point, 0 to 0.6: some soft drops."""
    drops = np.zeros((ROWS, COLUMNS), np.float32)
    for _ in range(int(rng.integers(4, 10))):
        centre = int(rng.integers(COLUMNS)), int(rng.integers(ROWS))
        cv2.circle(drops, centre, int(rng.integers(4, 16)), float(rng.uniform(0.25, 0.6)), -1)
    return np.asarray(cv2.GaussianBlur(drops, (0, 0), 3.0), np.float32)

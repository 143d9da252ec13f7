"""A simulated detector: misses, boxes that jitter, false boxes. What it is badly at, it stays badly at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.parking.light import Weather
from benchmarks.parking.noise import Noise
from benchmarks.parking.street import Street
from contract.parking import VehicleClass
from edge.perception.detection import distinct
from edge.values import PERSON, Box, Detection

THRESHOLD: Final = 0.4
BETWEEN_LOOKS: Final = 1.0  # spread of what makes a look miss a vehicle; everything else is in units of it
SLOW: Final = 0.35  # … of what lasts for minutes
SLOW_S: Final = 600.0
MISSED: Final = 0.30  # share of looks that miss a vehicle in full view, all vehicles, night and day together
RARELY: Final = 0.04  # … where misses are not what the week is about
NIGHT: Final = 0.5  # the night takes off so much
RAIN: Final = 0.3
NIGHT_SHARE: Final = 0.5  # of all time; it is given back over the day, so that the share above holds
RAIN_SHARE: Final = 0.08
JITTER: Final = 0.022  # of a box's side, at each edge: spread from look to look …
BIAS: Final = 0.02  # … and for as long as the vehicle stands there
LEAST_IN_VIEW: Final = 0.35  # less of a vehicle is none to the detector
ODDS: Final = {0.30: 0.524, 0.04: 1.751}  # the normal distribution's quantiles


@dataclass(frozen=True, slots=True)
class Target:
    """Something that could be detected. `key` names it for as long as it is there; `doubt` as `Stay.doubt`."""

    key: int
    label: str
    edges: tuple[float, float, float, float]
    share: float
    doubt: float
    moving: bool


@dataclass(slots=True)
class Sticky:
    """A false box that comes again at one place for some looks."""

    box: Box
    looks: int
    score: float


class SimulatedDetector:
    """Detects on one camera-week."""

    def __init__(self, street: Street) -> None:
        self._noise = street.noise
        self._street = street
        self._rng = street.family.rng(street.seed, salt=3)
        share = MISSED if street.noise.has(Noise.MISSES) else RARELY
        doubt = float(np.mean(street.family.doubt))
        self._ease = ODDS[share] * float(np.sqrt(BETWEEN_LOOKS**2 + SLOW**2 + doubt**2))
        self._ease += NIGHT_SHARE * NIGHT * street.noise.has(Noise.NIGHT)
        self._ease += RAIN_SHARE * RAIN * street.noise.has(Noise.RAIN)
        self._slow: dict[tuple[int, int], float] = {}
        self._bias: dict[int, np.ndarray] = {}
        self._sticky: list[Sticky] = []

    def detect(self, targets: Sequence[Target], at_s: float, weather: Weather) -> tuple[Detection, ...]:
        """Say what is seen, in the coordinates of the picture."""
        found = [one for target in targets if (one := self._seen(target, at_s, weather))]
        if self._noise.has(Noise.FALSE_BOXES):
            found += self._false(weather)
        return distinct(found)

    def restarted(self) -> None:
        """Nothing is kept: a false box that lasted does so still, since the picture is the same."""

    def _seen(self, target: Target, at_s: float, weather: Weather) -> Detection | None:
        if target.share < LEAST_IN_VIEW:
            return None
        ease = self._ease - target.doubt - self._slowly(target, at_s)
        ease -= NIGHT * weather.infrared + RAIN * weather.rain + 2.5 * max(0.0, 0.9 - target.share)
        if target.label == PERSON:
            ease = max(ease, 0.8)
        surplus = ease + BETWEEN_LOOKS * float(self._rng.standard_normal())
        if surplus <= 0:
            return None
        box = self._boxed(target)
        score = THRESHOLD + (0.98 - THRESHOLD) * (1 - float(np.exp(-0.6 * surplus)))
        label = target.label
        if label != PERSON and self._rng.random() < 0.05:
            label = VehicleClass.TRUCK if label == VehicleClass.CAR else VehicleClass.CAR
        return Detection(str(label), score, box) if box else None

    def _slowly(self, target: Target, at_s: float) -> float:
        key = target.key, int(at_s // SLOW_S)
        if key not in self._slow:
            if len(self._slow) > 2000:
                self._slow.clear()
            self._slow[key] = SLOW * float(self._rng.standard_normal())
        return self._slow[key]

    def _boxed(self, target: Target) -> Box | None:
        if target.key not in self._bias:
            self._bias[target.key] = BIAS * self._rng.standard_normal(4)
        worse = 1.0 + 1.5 * max(0.0, 0.9 - target.share)
        off = self._bias[target.key] + JITTER * worse * self._rng.standard_normal(4)
        x1, y1, x2, y2 = target.edges
        width, height = x2 - x1, y2 - y1
        return clipped(x1 + off[0] * width, y1 + off[1] * height, x2 + off[2] * width, y2 + off[3] * height)

    def _false(self, weather: Weather) -> list[Detection]:
        rate = 0.03 if self._noise is Noise.FALSE_BOXES else 0.015
        found = []
        if self._rng.random() < rate:
            found.append(Detection(VehicleClass.CAR.value, float(self._rng.uniform(0.4, 0.6)), self._anywhere()))
        if self._rng.random() < rate * 0.07 and not self._sticky:
            looks = int(self._rng.integers(3, 13))
            self._sticky.append(Sticky(self._anywhere(), looks, float(self._rng.uniform(0.42, 0.7))))
        for one in self._sticky:
            one.looks -= 1
            if self._rng.random() < 0.6:
                found.append(Detection(VehicleClass.CAR.value, one.score, self._near(one.box)))
        self._sticky = [one for one in self._sticky if one.looks > 0]
        return found

    def _anywhere(self) -> Box:
        """A box of a vehicle's size, mostly where vehicles stand."""
        places = self._street.places
        model = places[int(self._rng.integers(len(places)))].box
        width, height = model.x2 - model.x1, model.y2 - model.y1
        across, down = self._rng.uniform(0.6, 1.1, 2)
        x, y = self._rng.uniform(0, 1 - width * across), model.y2 + self._rng.normal(0, 0.3) * height
        y = min(max(float(y), height * down + 0.001), 0.999)
        return Box(float(x), y - height * down, float(x) + width * across, y)

    def _near(self, box: Box) -> Box:
        off = 0.03 * self._rng.standard_normal(4)
        width, height = box.x2 - box.x1, box.y2 - box.y1
        return (
            clipped(
                box.x1 + off[0] * width, box.y1 + off[1] * height, box.x2 + off[2] * width, box.y2 + off[3] * height
            )
            or box
        )


def clipped(x1: float, y1: float, x2: float, y2: float) -> Box | None:
    """A box cut to the picture; None where next to nothing is left."""
    box = Box(max(0.0, float(x1)), max(0.0, float(y1)), min(1.0, float(x2)), min(1.0, float(y2)))
    return box if box.x2 - box.x1 > 0.01 and box.y2 - box.y1 > 0.01 else None

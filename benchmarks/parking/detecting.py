"""A simulated detector: misses, boxes that jitter, false boxes. What it is badly at, it stays badly at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.parking.chance import Chance, tick
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
LOOK, MINUTES, STAY, FALSE, ONCE, LASTING, AGAIN = range(7)  # what is asked of chance
MISLABELLED: Final = 0.05
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
        self._chance = Chance(street.family.rng(street.seed, salt=3))
        share = MISSED if street.noise.has(Noise.MISSES) else RARELY
        doubt = float(np.mean(street.family.doubt))
        self._ease = ODDS[share] * float(np.sqrt(BETWEEN_LOOKS**2 + SLOW**2 + doubt**2))
        self._ease += NIGHT_SHARE * NIGHT * street.noise.has(Noise.NIGHT)
        self._ease += RAIN_SHARE * RAIN * street.noise.has(Noise.RAIN)
        self._sticky: list[Sticky] = []

    def detect(self, targets: Sequence[Target], at_s: float, weather: Weather) -> tuple[Detection, ...]:
        """Say what is seen, in the coordinates of the picture."""
        found = [one for target in targets if (one := self._seen(target, at_s, weather))]
        if self._noise.has(Noise.FALSE_BOXES):
            found += self._false(tick(at_s))
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
        between, *jitter = self._chance.normals(5, LOOK, target.key, tick(at_s))
        surplus = ease + BETWEEN_LOOKS * float(between)
        if surplus <= 0:
            return None
        box = self._boxed(target, np.asarray(jitter))
        score = THRESHOLD + (0.98 - THRESHOLD) * (1 - float(np.exp(-0.6 * surplus)))
        label = target.label
        if label != PERSON and self._chance.evens(1, LOOK, target.key, tick(at_s))[0] < MISLABELLED:
            label = VehicleClass.TRUCK if label == VehicleClass.CAR else VehicleClass.CAR
        return Detection(str(label), score, box) if box else None

    def _slowly(self, target: Target, at_s: float) -> float:
        return SLOW * float(self._chance.normals(1, MINUTES, target.key, int(at_s // SLOW_S))[0])

    def _boxed(self, target: Target, jitter: NDArray[np.float64]) -> Box | None:
        worse = 1.0 + 1.5 * max(0.0, 0.9 - target.share)
        off = BIAS * self._chance.normals(4, STAY, target.key) + JITTER * worse * jitter
        x1, y1, x2, y2 = target.edges
        width, height = x2 - x1, y2 - y1
        return clipped(x1 + off[0] * width, y1 + off[1] * height, x2 + off[2] * width, y2 + off[3] * height)

    def _false(self, at: int) -> list[Detection]:
        rate = 0.03 if self._noise is Noise.FALSE_BOXES else 0.015
        once, lasting, lasts, score, sticky_score = (float(one) for one in self._chance.evens(5, FALSE, at))
        found = []
        if once < rate:
            found.append(Detection(VehicleClass.CAR.value, 0.4 + 0.2 * score, self._anywhere(ONCE, at)))
        if lasting < rate * 0.07 and not self._sticky:
            self._sticky.append(Sticky(self._anywhere(LASTING, at), 3 + int(10 * lasts), 0.42 + 0.28 * sticky_score))
        for one in self._sticky:
            one.looks -= 1
            if self._chance.evens(1, AGAIN, at)[0] < 0.6:
                found.append(Detection(VehicleClass.CAR.value, one.score, self._near(one.box, at)))
        self._sticky = [one for one in self._sticky if one.looks > 0]
        return found

    def _anywhere(self, *key: int) -> Box:
        """A box of a vehicle's size, mostly where vehicles stand."""
        places = self._street.places
        across, down, x = (float(one) for one in self._chance.evens(3, *key))
        model = places[self._chance.whole(len(places), *key)].box
        width, height = model.x2 - model.x1, model.y2 - model.y1
        across, down = 0.6 + 0.5 * across, 0.6 + 0.5 * down
        x *= 1 - width * across
        y = model.y2 + 0.3 * height * float(self._chance.normals(1, *key)[0])
        y = min(max(y, height * down + 0.001), 0.999)
        return Box(x, y - height * down, x + width * across, y)

    def _near(self, box: Box, at: int) -> Box:
        off = 0.03 * self._chance.normals(4, AGAIN, at)
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

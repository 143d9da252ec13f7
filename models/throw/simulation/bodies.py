"""Things that fall from homes: how heavy, how large, how much the air holds them back.

Drag coefficients: S. F. Hoerner, Fluid-Dynamic Drag (1965), chapter 3: sphere 0.47, cube 1.05, long cylinder across the
flow 1.2, short one 0.6 to 0.9, flat plate across the flow 1.17; cloth and film, which fold, near the plate's. Sizes are
those of the goods: 330 ml can 66 × 115 mm, 0.5 l PET bottle 65 × 205 mm, brick of GB/T 5101 240 × 115 × 53 mm.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import pi, sqrt
from typing import Final

import numpy as np

from models.throw.simulation.family import Range

GRAVITY: Final = 9.80665
"""m/s², standard gravity (ISO 80000-3)."""
AIR: Final = 1.204
"""kg/m³ at 20 °C and 101.325 kPa (ISO 2533 gives 1.225 at 15 °C)."""


class ObjectKind(StrEnum):
    """Eight kinds, as FADE has eight; cloth and bags fall slowly and are thrown things all the same."""

    BOTTLE = "bottle"
    CAN = "can"
    BAG = "bag"
    CIGARETTE = "cigarette"
    FRUIT = "fruit"
    BOX = "box"
    CLOTH = "cloth"
    BRICK = "brick"


@dataclass(frozen=True, slots=True)
class Build:
    """From what things of one kind are drawn: pairs are least and most.

    Attributes:
        mass: kg, drawn evenly in its logarithm. `length`, `breadth`: metres.
        drag: coefficient over length × breadth × `fill`, the part of that rectangle the thing covers.
        flutter: sideways force in parts of the drag, as limp and flat things have. `corner`: of the outline.
        brightness: grey level by day. `bands`: of its print, grey levels.
        speed: the most it is thrown at, m/s.
    """

    mass: Range
    length: Range
    breadth: Range
    fill: float
    drag: Range
    flutter: float
    corner: float
    brightness: Range
    bands: float
    speed: float


BUILDS: Final = {
    ObjectKind.BOTTLE: Build(
        (0.022, 0.55), (0.18, 0.30), (0.06, 0.085), 0.9, (0.7, 1.1), 0.05, 4.0, (40, 235), 30, 9.0
    ),
    ObjectKind.CAN: Build((0.013, 0.36), (0.09, 0.17), (0.053, 0.068), 1.0, (0.6, 0.9), 0.03, 6.0, (60, 250), 40, 9.0),
    ObjectKind.BAG: Build((0.008, 0.8), (0.18, 0.34), (0.12, 0.26), 0.7, (0.9, 1.25), 0.25, 2.5, (20, 250), 15, 4.0),
    ObjectKind.CIGARETTE: Build(
        (0.0003, 0.0009), (0.025, 0.075), (0.0077, 0.0082), 1.0, (0.9, 1.2), 0.08, 5.0, (215, 255), 20, 5.0
    ),
    ObjectKind.FRUIT: Build((0.06, 0.45), (0.055, 0.10), (0.05, 0.10), 0.79, (0.44, 0.55), 0.0, 2.0, (45, 215), 8, 9.0),
    ObjectKind.BOX: Build((0.05, 1.6), (0.12, 0.36), (0.08, 0.26), 1.0, (0.95, 1.2), 0.06, 8.0, (70, 215), 20, 4.0),
    ObjectKind.CLOTH: Build((0.04, 0.35), (0.25, 0.65), (0.15, 0.42), 0.75, (1.0, 1.3), 0.30, 2.6, (15, 250), 35, 3.0),
    ObjectKind.BRICK: Build((1.4, 2.7), (0.19, 0.24), (0.09, 0.115), 1.0, (1.0, 1.2), 0.02, 8.0, (50, 150), 10, 3.5),
}

FRUIT_DENSITY: Final = 900.0
"""kg/m³: apples 800 to 850, oranges and tomatoes near 1000 (N. N. Mohsenin, Physical Properties of Plant Materials)."""


@dataclass(frozen=True, slots=True)
class Body:
    """What the air and gravity make of a thing.

    Attributes:
        mass: kg. `drag_area`: drag coefficient × area, m², mean over its tumbling; 0 is a fall in a vacuum.
        tumble: how much that changes as it turns, 0 to 1. `rate`: turns a second.
        flutter: sideways force in parts of the drag.
    """

    mass: float
    drag_area: float
    tumble: float = 0.0
    rate: float = 1.0
    flutter: float = 0.0

    @property
    def terminal_speed(self) -> float:
        """The speed at which drag and weight are equal, m/s; infinite without drag."""
        return sqrt(2 * self.mass * GRAVITY / (AIR * self.drag_area)) if self.drag_area else float("inf")


@dataclass(frozen=True, slots=True)
class Look:
    """How one thing appears.

    Attributes:
        length, breadth: metres. `corner`: how square it is: 2 an ellipse, 8 nearly a rectangle; 0 a polygon of `seed`.
        spin: turns a second about the line of sight. `angle`: at launch, degrees. `tumble`: 0 to 1, how much its
            apparent breadth and brightness change as it turns. `rate`: turns a second of that.
        brightness: grey level. `bands`: of the texture across it, grey levels. `seed`: of its outline.
    """

    length: float
    breadth: float
    corner: float = 2.0
    spin: float = 0.0
    angle: float = 0.0
    tumble: float = 0.0
    rate: float = 0.0
    brightness: float = 128.0
    bands: float = 0.0
    seed: int = 0


def body_and_look(kind: ObjectKind, rng: np.random.Generator, *, cornered: bool) -> tuple[Body, Look]:
    """Draw one thing of a kind, as it is by day.

    Args:
        cornered: with a polygon for an outline and bands across, rather than rounded and evenly shaded.
    """
    build = BUILDS[kind]
    length, breadth = rng.uniform(*build.length), rng.uniform(*build.breadth)
    mass = float(np.exp(rng.uniform(*np.log(build.mass))))
    round_ = kind is ObjectKind.FRUIT
    if round_:  # solid and nearly water
        breadth = length * rng.uniform(0.85, 1.0)
        mass = float(FRUIT_DENSITY * pi / 6 * length * breadth**2)
    # A thing that turns shows the air less than its broadside: Cauchy's mean projected area is about 3/4 of it here.
    drag_area = (1.0 if round_ else 0.75) * length * breadth * build.fill * rng.uniform(*build.drag)
    rate = float(rng.uniform(0.5, 5.0)) / (1.0 + 2.0 * length)
    tumble = 0.15 if round_ else float(rng.uniform(0.2, 0.6))
    look = Look(
        length=float(length),
        breadth=float(breadth),
        corner=0.0 if cornered and not round_ else build.corner,
        spin=float(rng.normal(0, 1.2)),
        angle=float(rng.uniform(0, 180)),
        tumble=tumble,
        rate=rate,
        brightness=float(rng.uniform(*build.brightness)),
        bands=float(rng.uniform(0.3, 1.0)) * build.bands if cornered else 0.0,
        seed=int(rng.integers(1 << 30)),
    )
    return Body(mass, float(drag_area), tumble * 0.5, rate, build.flutter), look


def drop_speed(diameter: float) -> float:
    """Terminal speed of a water drop, m/s, for 0.1 to 6 mm in metres: Atlas, Srivastava and Sekhon, Rev. Geophys. 1973.

    The formula is a fit to the measurements of Gunn and Kinzer, J. Meteorology 1949.
    """
    return max(0.1, 9.65 - 10.3 * float(np.exp(-600.0 * diameter)))


def drop(diameter: float) -> Body:
    """A falling drop of water of that diameter in metres, its drag such that its terminal speed is `drop_speed`."""
    mass = 1000.0 * pi / 6 * diameter**3
    return Body(mass, 2 * mass * GRAVITY / (AIR * drop_speed(diameter) ** 2))

"""Two families of streets: one to tune perception with, one to judge it by. Nothing is drawn from both alike.

They differ in seeds and in how a street is drawn: another texture of ground, another build of vehicles, other layouts,
other rates. So a threshold that fits one family by chance is found out by the other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Family:
    """How streets of one family are drawn: pairs are least and most of an even draw.

    Attributes:
        first_seed: the first of its million seeds; a week's own seed is this plus its number.
        ground, build: textures that only this family has.
        kerb: places in the kerb's row. `width`: of a place, fraction of the picture. `pitch`: from place to place, in
            widths: below 1 neighbours cover one another.
        gap_s: mean time that a place stays empty. `calls`: share of short stays.
        doubt: spread between vehicles of how well they are seen, in units of the spread between looks.
        detail: grey levels by which vehicles of one model and colour differ. `settle`: how far off the middle of a
            place one stops, in widths.
        passers: vehicles and persons that pass in an hour of day.
    """

    name: str
    first_seed: int
    ground: str
    build: str
    kerb: tuple[int, int]
    width: Range
    pitch: Range
    gap_s: Range
    calls: Range
    doubt: Range
    detail: Range
    settle: Range
    passers: Range

    def rng(self, number: int, salt: int = 0) -> np.random.Generator:
        """Chance for one week of this family; the same number and salt give the same week."""
        return np.random.default_rng([self.first_seed + number, salt])


TUNING: Final = Family(
    name="tuning",
    first_seed=1_000_000,
    ground="asphalt",
    build="boxes",
    kerb=(2, 4),
    width=(0.15, 0.20),
    pitch=(0.80, 1.05),
    gap_s=(1500.0, 5400.0),
    calls=(0.20, 0.35),
    doubt=(0.35, 0.50),
    detail=(7.0, 11.0),
    settle=(0.02, 0.06),
    passers=(3.0, 7.0),
)
JUDGING: Final = Family(
    name="judging",
    first_seed=2_000_000,
    ground="paving",
    build="curves",
    kerb=(2, 5),
    width=(0.12, 0.22),
    pitch=(0.72, 1.10),
    gap_s=(1200.0, 7200.0),
    calls=(0.15, 0.40),
    doubt=(0.30, 0.55),
    detail=(6.0, 12.0),
    settle=(0.015, 0.07),
    passers=(2.0, 8.0),
)
FAMILIES: Final = {family.name: family for family in (TUNING, JUDGING)}

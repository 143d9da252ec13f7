"""Two families of simulated façades: one to train on, one to judge by. Nothing is drawn from both alike.

They differ in seeds and in how things are drawn: the wall's texture, the windows, the outline and texture of objects,
the crown of a tree, the way birds beat their wings, and the ranges of nearly everything.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

Range = tuple[float, float]
Wall = Literal["tiles", "plaster", "bricks", "panels"]
Outline = Literal["superellipse", "polygon"]
Photograph = Literal["flower.jpg", "china.jpg"]


@dataclass(frozen=True, slots=True)
class Family:
    """How clips of one family are drawn: pairs are least and most of an even draw.

    Attributes:
        first_seed: the first of its million seeds; a clip's own seed is this plus its number.
        walls: what façades are made of. `window`: a window's width and height, in parts of its column and floor.
        outline: of objects: rounded and shaded evenly, or cornered with bands across.
        crown: edge length of a tree's tufts, metres. `photograph`: the one whose pieces may texture walls.
        near: distance of a near camera, metres, and `near_top`: elevation of the picture's upper edge, degrees.
        far, far_top: the same of a camera that stands far off and looks flatter.
        view: vertical angle of view, degrees.
        floor_height, column: metres. `reveal`: how much darker than the wall glass is, grey levels.
        light: grey level of the wall by day. `dark`: at night.
        wind: mean speed, m/s. `gust`: its spread, in parts of the mean.
        push: speed at which things are thrown, m/s; `drop`: share that is dropped rather than thrown.
        beat: wing beats a second of a bird of 0.3 kg. `pass_s`: length of a beating spell in bounding flight, seconds.
        flutter: swings a second of a falling leaf.
        above: share of falls that begin above the picture.
    """

    name: str
    first_seed: int
    walls: tuple[Wall, Wall]
    window: tuple[Range, Range]
    outline: Outline
    crown: Range
    photograph: Photograph
    near: Range
    near_top: Range
    far: Range
    far_top: Range
    view: Range
    floor_height: Range
    column: Range
    reveal: Range
    light: Range
    dark: Range
    wind: Range
    gust: Range
    push: Range
    drop: float
    beat: Range
    pass_s: Range
    flutter: Range
    above: float

    def rng(self, number: int, salt: int = 0) -> np.random.Generator:
        """Chance for one clip of this family; the same number and salt give the same draws.

        Raises:
            ValueError: the number is not one of the family's million.
        """
        if not 0 <= number < SEEDS:
            raise ValueError(f"a clip's number is 0 to {SEEDS - 1}, not {number}")
        return np.random.default_rng([self.first_seed + number, salt])


SEEDS: Final = 1_000_000
TRAINING: Final = Family(
    name="training",
    first_seed=3_000_000,
    walls=("tiles", "plaster"),
    window=((0.36, 0.56), (0.42, 0.56)),
    outline="superellipse",
    crown=(0.25, 0.45),
    photograph="flower.jpg",
    near=(16.0, 29.0),
    near_top=(58.0, 70.0),
    far=(40.0, 68.0),
    far_top=(30.0, 44.0),
    view=(44.0, 62.0),
    floor_height=(2.8, 3.0),
    column=(3.0, 4.2),
    reveal=(25.0, 70.0),
    light=(110.0, 190.0),
    dark=(22.0, 50.0),
    wind=(0.0, 4.0),
    gust=(0.2, 0.5),
    push=(1.0, 6.0),
    drop=0.35,
    beat=(4.5, 7.5),
    pass_s=(0.35, 0.8),
    flutter=(1.2, 3.0),
    above=0.03,
)
JUDGING: Final = Family(
    name="judging",
    first_seed=4_000_000,
    walls=("bricks", "panels"),
    window=((0.45, 0.72), (0.38, 0.62)),
    outline="polygon",
    crown=(0.15, 0.35),
    photograph="china.jpg",
    near=(14.0, 32.0),
    near_top=(56.0, 72.0),
    far=(36.0, 76.0),
    far_top=(28.0, 46.0),
    view=(42.0, 66.0),
    floor_height=(2.75, 3.15),
    column=(2.7, 4.6),
    reveal=(20.0, 80.0),
    light=(95.0, 205.0),
    dark=(18.0, 58.0),
    wind=(0.0, 5.0),
    gust=(0.15, 0.6),
    push=(0.5, 7.0),
    drop=0.30,
    beat=(3.8, 8.5),
    pass_s=(0.25, 1.0),
    flutter=(0.9, 3.6),
    above=0.04,
)
FAMILIES: Final = {family.name: family for family in (TRAINING, JUDGING)}

"""Trees before a façade: crowns of tufts that hide what falls behind them, and that the wind moves."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.family import Family
from models.throw.simulation.scene import Point, Scene
from models.throw.simulation.walls import clouds

LARGEST: Final = 1100  # pixels of a crown's side
SWAY_HZ: Final = (0.25, 0.7)
"""Broad-leaved trees of 8 to 15 m swing at 0.2 to 0.6 times a second (J. R. Moore and D. A. Maguire, Trees 2004)."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A crown as a patch of the picture.

    Attributes:
        left, top: of its patch, pixels; may lie outside the picture.
        texture, mask: shape (h, w), uint8; the mask is 255 where the crown is.
        sway_px: how far its top moves to either side. `hertz`: how often. `phase`: radians.
    """

    left: int
    top: int
    texture: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    sway_px: float
    hertz: float
    phase: float

    def draw(self, picture: NDArray[np.uint8], at_s: float) -> None:
        """Draw it as it stands at a moment, in place."""
        texture, mask = self._at(at_s)
        if (window := self._window(picture)) is not None:
            inside, part = window
            cv2.copyTo(texture[part], mask[part], picture[inside])

    def hides(self, x: float, y: float, at_s: float) -> bool:
        """Whether it stands before a pixel."""
        column, row = round(x) - self.left, round(y) - self.top
        if not (0 <= row < self.mask.shape[0] and 0 <= column < self.mask.shape[1]):
            return False
        return bool(self._at(at_s)[1][row, column])

    def _at(self, at_s: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        if self.sway_px < 0.05:
            return self.texture, self.mask
        rows, columns = self.mask.shape
        slow, quick = np.sin(2 * np.pi * self.hertz * at_s + self.phase), np.sin(11.0 * self.hertz * at_s)
        lean = self.sway_px * float(0.75 * slow + 0.25 * quick)
        shear = np.array([[1.0, -lean / rows, lean], [0.0, 1.0, 0.0]])
        moved = (cv2.warpAffine(side, shear, (columns, rows)) for side in (self.texture, self.mask))
        texture, mask = moved
        return np.asarray(texture, np.uint8), np.asarray(np.where(mask > 127, np.uint8(255), np.uint8(0)))

    def _window(self, picture: NDArray[np.uint8]) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
        rows, columns = self.mask.shape
        x1, y1 = max(0, self.left), max(0, self.top)
        x2, y2 = min(picture.shape[1], self.left + columns), min(picture.shape[0], self.top + rows)
        if x1 >= x2 or y1 >= y2:
            return None
        inside = np.s_[y1:y2, x1:x2]
        return inside, np.s_[y1 - self.top : y2 - self.top, x1 - self.left : x2 - self.left]


def plant(scene: Scene, family: Family, rng: np.random.Generator, *, swaying: float) -> tuple[Tree, ...]:
    """Draw a scene's trees.

    Args:
        swaying: how far their tops move, metres.
    """
    return tuple(_tree(scene, family, rng, place, swaying) for place in scene.trees)


def _tree(scene: Scene, family: Family, rng: np.random.Generator, place: Point, swaying: float) -> Tree:
    x, height = place
    radius = float(rng.uniform(1.6, 3.2))
    away = 0.3 * scene.camera.position[2]
    middle = scene.camera.project(np.array([[x, height - radius, away]]))[0]
    px_m = scene.camera.focal / float(middle[2])
    side = int(min(LARGEST, 2.4 * radius * px_m))
    cells = max(3, int(2.4 * radius / rng.uniform(*family.crown)))
    rows = np.linspace(-1.2, 1.2, side, dtype=np.float32)
    round_ = np.hypot(rows[None, :], rows[:, None])
    solid = clouds((side, side), (cells, cells), rng) * 0.35 + (1.0 - round_) * 2.2 > 0
    level = scene.light * (0.5 if scene.night else 0.42)
    tufts = level * (1.0 + 0.35 * clouds((side, side), (cells * 2, cells * 2), rng))
    return Tree(
        left=round(float(middle[0])) - side // 2,
        top=round(float(middle[1])) - side // 2,
        texture=np.clip(tufts, 3, 240).astype(np.uint8),
        mask=np.asarray(np.where(solid, np.uint8(255), np.uint8(0))),
        sway_px=swaying * px_m,
        hertz=float(rng.uniform(*SWAY_HZ)),
        phase=float(rng.uniform(0, 6)),
    )

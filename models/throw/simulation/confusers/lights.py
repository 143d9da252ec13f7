"""Windows that light up and go dark, a stair's lights that follow someone down, the flicker of a television."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.facade import Window
from models.throw.simulation.scene import Scene
from models.throw.simulation.stage import Stage


@dataclass(frozen=True, slots=True)
class Lamp:
    """One window's light: an actor.

    Attributes:
        left, top: pixels of its patch. `mask`: shape (h, w), uint8, 255 on the glass.
        at_s, levels: shape (n,): from each moment on, so many grey levels are added (or taken off).
    """

    left: int
    top: int
    mask: NDArray[np.uint8]
    at_s: NDArray[np.float64]
    levels: NDArray[np.float64]

    def draw(self, picture: NDArray[np.uint8], at_s: float) -> None:
        """Light the window as it is at a moment, in place."""
        which = int(np.searchsorted(self.at_s, at_s, side="right")) - 1
        level = float(self.levels[which]) if which >= 0 else 0.0
        if not level:
            return
        rows, columns = self.mask.shape
        patch = picture[self.top : self.top + rows, self.left : self.left + columns]
        change = np.full(patch.shape, min(255.0, abs(level)), np.uint8)
        cv2.bitwise_and(change, self.mask, dst=change)
        patch[:] = cv2.add(patch, change) if level > 0 else cv2.subtract(patch, change)


def lamps(stage: Stage, rng: np.random.Generator, seconds: float, count: int) -> tuple[Lamp, ...]:
    """Windows that are switched, one of them a television's, and at times a stair, floor after floor downwards."""
    windows = [window for window in stage.facade.windows if quad(stage.scene, window) is not None]
    if not windows:
        return ()
    chosen = [windows[int(i)] for i in rng.choice(len(windows), min(count, len(windows)), replace=False)]
    made = [_lamp(stage.scene, window, *_switched(window, rng, seconds)) for window in chosen]
    made.append(_lamp(stage.scene, windows[int(rng.integers(len(windows)))], *_television(rng, seconds)))
    if rng.random() < 0.4:
        made += _stair(stage.scene, windows, rng, seconds)
    return tuple(made)


def quad(scene: Scene, window: Window) -> NDArray[np.int32] | None:
    """A window's glass in the picture: shape (4, 2), pixels; None where any of it lies outside."""
    x1, y1, x2, y2 = window.glass
    corners = np.array([[x1, y2, 0.0], [x2, y2, 0.0], [x2, y1, 0.0], [x1, y1, 0.0]])
    seen = scene.camera.project(corners)
    outside = seen[:, 2].min() <= 0 or seen[:, :2].min() < 1
    if outside or seen[:, 0].max() > scene.width - 2 or seen[:, 1].max() > scene.height - 2:
        return None
    return np.asarray(np.round(seen[:, :2]), np.int32)


def _lamp(scene: Scene, window: Window, at_s: NDArray[np.float64], levels: NDArray[np.float64]) -> Lamp:
    corners = quad(scene, window)
    if corners is None:
        raise ValueError("a lamp's window lies in the picture")
    left, top = (int(value) for value in corners.min(axis=0))
    right, bottom = (int(value) for value in corners.max(axis=0))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillConvexPoly(mask, corners - [left, top], 255)
    return Lamp(left, top, mask, at_s, levels)


def _switched(
    window: Window, rng: np.random.Generator, seconds: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    times = np.sort(rng.uniform(0, seconds, int(rng.integers(1, 4))))
    level = -float(rng.uniform(60, 150)) if window.lit else float(rng.uniform(50, 200))
    return times, np.where(np.arange(len(times)) % 2 == 0, level, 0.0)


def _television(rng: np.random.Generator, seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    times = np.cumsum(rng.exponential(0.7, int(seconds * 2) + 4))
    return times, rng.uniform(5, 60, len(times))


def _stair(scene: Scene, windows: list[Window], rng: np.random.Generator, seconds: float) -> list[Lamp]:
    x = windows[int(rng.integers(len(windows)))].glass[0]
    column = sorted((w for w in windows if abs(w.glass[0] - x) < 0.1), key=lambda w: -w.glass[1])
    gap = float(rng.uniform(0.8, 4.0))
    begin = float(rng.uniform(0, 0.4 * seconds))
    return [
        _lamp(scene, window, begin + gap * np.array([i, i + 8.0]), np.array([120.0, 0.0]))
        for i, window in enumerate(column)
    ]

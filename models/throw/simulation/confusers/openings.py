"""A casement or sliding sash that is opened or shut: a pane of another brightness moves over its window."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.confusers.lights import quad
from models.throw.simulation.facade import Window
from models.throw.simulation.scene import Scene
from models.throw.simulation.stage import Stage


@dataclass(frozen=True, slots=True)
class Sash:
    """One sash on its way: an actor.

    Attributes:
        window: whose it is. `begin_s`, `lasts_s`: of its way. `slides`: rather than turns on its hinge.
        shut, open: grey levels of the pane, which turned shows another part of the world.
        inside: grey level of the room behind it.
    """

    scene: Scene
    window: Window
    begin_s: float
    lasts_s: float
    slides: bool
    shut: float
    open: float
    inside: float

    def draw(self, picture: NDArray[np.uint8], at_s: float) -> None:
        """Draw the window as it is at a moment, in place."""
        done = float(np.clip((at_s - self.begin_s) / self.lasts_s, 0.0, 1.0))
        if not done:
            return
        x1, y1, x2, y2 = self.window.glass
        middle = (x1 + x2) / 2
        self._fill(picture, (x1, y1, 0.0), (middle, y2, 0.0), self.inside)
        if self.slides:
            shift = done * (x2 - x1) / 2
            self._fill(picture, (x1 + shift, y1, 0.0), (middle + shift, y2, 0.0), self.shut)
            return
        turn = done * 1.4
        reach = (middle - x1) * np.array([np.cos(turn), np.sin(turn)])
        level = self.shut + (self.open - self.shut) * float(np.sin(turn))
        self._fill(picture, (x1, y1, 0.0), (x1 + float(reach[0]), y2, float(reach[1])), level)

    def _fill(
        self,
        picture: NDArray[np.uint8],
        first: tuple[float, float, float],
        last: tuple[float, float, float],
        level: float,
    ) -> None:
        (x1, y1, z1), (x2, y2, z2) = first, last
        seen = self.scene.camera.project(np.array([[x1, y2, z1], [x2, y2, z2], [x2, y1, z2], [x1, y1, z1]]))
        corners = np.round(seen[:, :2] * 8).astype(np.int32)
        cv2.fillConvexPoly(picture, corners, float(np.clip(level, 0, 255)), cv2.LINE_AA, 3)


def openings(stage: Stage, rng: np.random.Generator, seconds: float, count: int) -> tuple[Sash, ...]:
    """Some windows that are opened in a clip."""
    windows = [window for window in stage.facade.windows if quad(stage.scene, window) is not None]
    chosen = rng.choice(len(windows), min(count, len(windows)), replace=False)
    return tuple(_sash(stage.scene, windows[int(i)], rng, seconds) for i in chosen)


def _sash(scene: Scene, window: Window, rng: np.random.Generator, seconds: float) -> Sash:
    dark = max(5.0, scene.light - scene.reveal)
    return Sash(
        scene=scene,
        window=window,
        begin_s=float(rng.uniform(0.3, max(0.5, seconds - 1.5))),
        lasts_s=float(rng.uniform(0.4, 2.0)),
        slides=bool(rng.random() < 0.6),
        shut=dark * float(rng.uniform(0.9, 1.3)),
        open=dark + (60.0 if scene.night else 150.0) * float(rng.uniform(0.2, 1.0)),
        inside=180.0 if window.lit else 0.7 * dark,
    )

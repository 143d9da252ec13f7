"""A façade drawn in its own plane and seen by the camera: wall, windows, what hangs at them, sky and ground."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.scene import Scene, Weather
from models.throw.simulation.scenery import top_of_picture
from models.throw.simulation.walls import Texture, clouds, piece, wall

Rectangle = tuple[float, float, float, float]  # x1, y1, x2, y2 in metres on the façade, y up

FINEST: Final = 72.0  # pixels a metre of the drawing
LARGEST: Final = 4200  # pixels of its side
LIT: Final = (0.12, 0.45)  # share of windows that are lit at night
SILL: Final = 0.30  # of a storey below a window
GRILLE_M: Final = 0.12  # between bars


@dataclass(frozen=True, slots=True)
class Window:
    """A window's glass on the façade, metres, and whether it is lit."""

    glass: Rectangle
    lit: bool


@dataclass(frozen=True, slots=True)
class Facade:
    """What stands still.

    Attributes:
        picture: shape (h, w), uint8, without trees.
        glass: shape (h, w), uint8: 255 where the picture shows a window's glass.
        windows: those of the rectangle and beside it.
        ends: x of the building's ends, metres.
    """

    picture: NDArray[np.uint8]
    glass: NDArray[np.uint8]
    windows: tuple[Window, ...]
    ends: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The drawing: its left and upper edge in metres, pixels a metre, and its shape."""

    left: float
    top: float
    px_m: float
    shape: tuple[int, int]

    def pixels(self, box: Rectangle) -> tuple[tuple[int, int], tuple[int, int]]:
        """A rectangle's upper left and lower right pixel, both included."""
        x1, x2 = round((box[0] - self.left) * self.px_m), round((box[2] - self.left) * self.px_m)
        y1, y2 = round((self.top - box[3]) * self.px_m), round((self.top - box[1]) * self.px_m)
        return (x1, y1), (max(x1, x2 - 1), max(y1, y2 - 1))

    def to_plane(self) -> NDArray[np.float64]:
        """From the drawing's pixels to metres on the façade: shape (3, 3)."""
        metre = 1 / self.px_m
        half = metre / 2  # a pixel's coordinates are its middle's
        return np.array([[metre, 0, self.left + half], [0, -metre, self.top - half], [0, 0, 1.0]])


def draw(scene: Scene, rng: np.random.Generator, photograph: Path | None = None) -> Facade:
    """Draw a scene's façade as the camera sees it.

    Args:
        photograph: a file whose piece textures the wall; must be given where the scene names one.
    """
    sides = rng.integers(0, 9, 2)
    width = scene.columns * scene.column_width
    ends = (scene.left - sides[0] * scene.column_width, scene.left + width + sides[1] * scene.column_width)
    sheet = _sheet(scene, ends)
    texture = wall(scene.wall, sheet.shape, sheet.px_m, scene.light, rng)
    if photograph is not None:
        texture *= 1.0 + piece(photograph, sheet.shape, rng)
    glass = np.zeros(sheet.shape, np.uint8)
    windows = _fill(_Drawing(scene, sheet, texture, glass, rng), int(sides[0]), int(sides.sum()) + scene.columns)
    size = (scene.width, scene.height)
    view = scene.camera.homography() @ sheet.to_plane()
    behind = _behind(scene, rng)
    drawn = np.clip(texture, 2, 250).astype(np.uint8)
    cv2.warpPerspective(drawn, view, size, dst=behind, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    seen = cv2.warpPerspective(glass, view, size, flags=cv2.INTER_NEAREST)
    return Facade(behind, np.asarray(seen, np.uint8), windows, (float(ends[0]), float(ends[1])))


def _sheet(scene: Scene, ends: tuple[float, float]) -> _Sheet:
    """As fine as the picture shows the façade, and no larger than what of it is in the picture."""
    top = min(scene.storeys * scene.floor_height + 0.8, top_of_picture(scene) * 1.12 + 1.0)
    bottom = max(0.0, (scene.floors[0] - 3) * scene.floor_height)
    nearest = scene.camera.position[2] / np.cos(np.radians(max(0.0, scene.camera.pitch - 20)))
    px_m = min(FINEST, scene.camera.focal / nearest, LARGEST / (top - bottom), LARGEST / (ends[1] - ends[0]))
    rows, columns = int((top - bottom) * px_m), int((ends[1] - ends[0]) * px_m)
    return _Sheet(ends[0], top, float(px_m), (rows, columns))


def _behind(scene: Scene, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Sky, and below the façade's foot ground."""
    shape = (scene.height, scene.width)
    covered = scene.weather is not Weather.CLEAR
    level = rng.uniform(10, 28) if scene.night else rng.uniform(170, 235)
    sky = level * (1.0 + (0.05 if covered else 0.09) * clouds(shape, (5, 9), rng))
    sky += np.linspace(-0.08, 0.08, scene.height, dtype=np.float32)[:, None] * level
    line = scene.camera.project(np.array([[-30.0, 0.0, 0.0], [30.0, 0.0, 0.0]]))
    foot = np.interp(np.arange(scene.width), line[:, 0], line[:, 1]) if line[:, 2].min() > 0 else np.full(shape[1], 1e6)
    if foot.min() < scene.height:
        ground = scene.light * 0.6 * (1.0 + 0.1 * clouds(shape, (40, 30), rng))
        np.copyto(sky, ground, where=np.arange(scene.height)[:, None] >= foot[None, :])
    return np.asarray(np.clip(sky, 2, 250), np.uint8)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A drawing in the making: the wall's texture, where its glass is, and chance."""

    scene: Scene
    sheet: _Sheet
    texture: Texture
    glass: NDArray[np.uint8]
    rng: np.random.Generator

    def rectangle(self, box: Rectangle, level: float) -> None:
        """Fill a rectangle of the façade with a grey level."""
        first, last = self.sheet.pixels(box)
        cv2.rectangle(self.texture, first, last, float(level), cv2.FILLED)


def _fill(drawing: _Drawing, left_columns: int, columns: int) -> tuple[Window, ...]:
    scene, rng = drawing.scene, drawing.rng
    lit_share = float(rng.uniform(*LIT)) if scene.night else 0.0
    habit = rng.random(columns)  # a column's windows are alike: balconies, or plain
    windows = []
    for storey in range(max(0, scene.floors[0] - 4), scene.storeys):
        _slab(drawing, storey)
        for column in range(columns):
            glass = _place(scene, storey, column - left_columns)
            if glass[1] > drawing.sheet.top:
                continue
            lit = bool(rng.random() < lit_share)
            _window(drawing, glass, lit=lit)
            _hang(drawing, glass, float(habit[column]))
            windows.append(Window(glass, lit))
    return tuple(windows)


def _place(scene: Scene, storey: int, column: int) -> Rectangle:
    wide, tall = scene.window[0] * scene.column_width, scene.window[1] * scene.floor_height
    x = scene.left + (column + 0.5) * scene.column_width - wide / 2
    y = (storey + SILL) * scene.floor_height
    return (x, y, x + wide, y + tall)


def _slab(drawing: _Drawing, storey: int) -> None:
    sheet, y = drawing.sheet, storey * drawing.scene.floor_height
    right = sheet.left + sheet.shape[1] / sheet.px_m
    drawing.rectangle((sheet.left, y - 0.06, right, y + 0.06), drawing.scene.light * 0.86)


def _window(drawing: _Drawing, box: Rectangle, *, lit: bool) -> None:
    """Frame, panes, and a curtain behind some."""
    scene, rng = drawing.scene, drawing.rng
    x1, y1, x2, y2 = box
    frame = scene.light * float(rng.uniform(0.7, 1.2))
    drawing.rectangle((x1 - 0.06, y1 - 0.06, x2 + 0.06, y2 + 0.06), frame)
    dark = max(6.0, scene.light - scene.reveal * float(rng.uniform(0.7, 1.3)))
    level = float(rng.uniform(90, 230)) if lit else dark
    panes = int(rng.integers(2, 4))
    step = (x2 - x1) / panes
    drawn = int(rng.integers(0, panes + 1)) if rng.random() < 0.6 else 0
    for pane in range(panes):
        tone = level * (0.75 if lit else 1.35) if pane < drawn else level * float(rng.uniform(0.9, 1.1))
        inner = (x1 + pane * step + 0.03, y1, x1 + (pane + 1) * step - 0.03, y2)
        drawing.rectangle(inner, tone)
        cv2.rectangle(drawing.glass, *drawing.sheet.pixels(inner), 255, cv2.FILLED)


def _hang(drawing: _Drawing, box: Rectangle, habit: float) -> None:
    """What is fixed at windows: a balcony's parapet and rail, a grille, an air conditioner."""
    scene, rng = drawing.scene, drawing.rng
    x1, y1, x2, y2 = box
    if habit < 0.3:
        level = scene.light * (0.8 + 0.4 * habit)
        drawing.rectangle((x1 - 0.3, y1 - 0.75, x2 + 0.3, y1 + 0.1), level)
        drawing.rectangle((x1 - 0.3, y1 + 0.18, x2 + 0.3, y1 + 0.24), level * 0.7)
    elif rng.random() < 0.25:
        for x in np.arange(x1, x2, GRILLE_M).tolist():
            drawing.rectangle((x, y1, x + 0.02, y2), scene.light * 0.9)
    if rng.random() < 0.4:
        side = x2 + 0.12
        level = scene.light * float(rng.uniform(0.95, 1.3))
        drawing.rectangle((side, y1 - 0.35, side + 0.75, y1 + 0.2), level)
        drawing.rectangle((side + 0.1, y1 - 0.28, side + 0.5, y1 + 0.12), level * 0.65)

"""The street as a camera sees it: things painted one over another, farthest first, under the light of the moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.parking.light import COLUMNS, ROWS, Light
from benchmarks.parking.street import DAY_S, Stay, Street
from benchmarks.parking.textures import Look, Vector, clouds, ground, surroundings

Canvas = NDArray[np.uint8]  # (ROWS, COLUMNS, 4): luma, a, b, infrared
GLOSS_STEPS: Final = 8
CLEAN: Final = 11.0  # grey levels: what clean paint and glass reflect
GLOSS_S: Final = 7200.0  # reflections are others after so long
CELLS: Final = 19  # of a side of the shipped detector's feature map
Numbers = NDArray[np.uint8]  # (ROWS, COLUMNS): 0 ground, else 1 + index of the thing in front


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the picture: its looks, and its edges in fractions, which may lie outside."""

    look: Look
    edges: tuple[float, float, float, float]
    still: bool = True

    @property
    def foot(self) -> float:
        return self.edges[3]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture as the sensor would give it without noise.

    Attributes:
        colours: shape (ROWS, COLUMNS, 3), uint8: luma, a, b.
        soft: the same, softened so that points of it are means of areas.
        features: shape (CELLS, CELLS, DIMENSIONS), float32: what a network makes of it, without noise.
        shares: of each thing, which part of it is in view, 0 to 1.
    """

    colours: NDArray[np.uint8]
    soft: NDArray[np.uint8]
    features: NDArray[np.float32]
    shares: tuple[float, ...]


class Painter:
    """Paints the looks of one camera-week; a picture in which nothing moves is painted once."""

    def __init__(self, street: Street, light: Light) -> None:
        rng = street.family.rng(street.seed, salt=2)
        self._light = light
        self._clean: Final = np.asarray(ground(rng, ROWS, COLUMNS, street.family), np.uint8)
        self._street = street
        self._ground, self._day = self._clean, -1
        self._glossed: dict[int, tuple[int, Look]] = {}
        self._around = surroundings(rng)
        self._sized: dict[
            tuple[Look, int, int], tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]
        ] = {}
        self._painted: tuple[tuple[object, ...], Canvas, NDArray[np.float32], tuple[float, ...]] | None = None
        self._lit: tuple[tuple[object, ...], NDArray[np.uint8], NDArray[np.uint8]] | None = None

    def glossed(self, stay: Stay, at_s: float) -> Look:
        """A vehicle with what its paint and glass reflect at this hour."""
        step = int(at_s * GLOSS_STEPS // GLOSS_S)
        known = self._glossed.get(stay.number)
        if known is None or known[0] != step:
            hours, part = divmod(step, GLOSS_STEPS)
            washed = stay.washed_s is not None and at_s >= stay.washed_s
            turn = 0.5 * np.pi * part / GLOSS_STEPS  # one pattern passes slowly into the next, at one strength
            mirrored = np.cos(turn) * _mirrored(stay, hours) + np.sin(turn) * _mirrored(stay, hours + 1)
            mirrored *= CLEAN if washed else stay.gloss
            patch = stay.look.patch.copy()
            for layer, share in ((0, 1.0), (3, 0.6)):
                patch[..., layer] = np.clip(patch[..., layer] + share * mirrored, 5, 250)
            known = self._glossed[stay.number] = (step, replace(stay.look, patch=patch))
        return known[1]

    def _floor(self, at_s: float) -> NDArray[np.uint8]:
        """The empty street of the day."""
        day = int(at_s // DAY_S)
        if self._street.littered and day != self._day:
            rng = self._street.family.rng(self._street.seed, salt=1000 + day)
            luma = self._clean.astype(np.float32)
            for _ in range(70):
                y, x = int(rng.integers(ROWS)), int(rng.integers(COLUMNS))
                luma[y : y + int(rng.integers(2, 9)), x : x + int(rng.integers(3, 16))] += rng.uniform(-40, 40)
            self._day, self._ground = day, np.clip(luma, 5, 250).astype(np.uint8)
        return self._ground

    def paint(self, things: Sequence[Thing], at_s: float, glows: Sequence[tuple[float, float, float]]) -> Shot:
        """Paint one look.

        Args:
            things: farthest first.
            glows: headlights: x and y as fractions, and grey levels.
        """
        weather = self._light.at(at_s)
        key = (id(self._floor(at_s)), *((thing.look, thing.edges) for thing in things))
        if self._painted is None or self._painted[0] != key:
            self._painted = (key, *self._composed(things))
        _, canvas, features, shares = self._painted
        lit_key = (key, weather.epoch)
        if glows or self._lit is None or self._lit[0] != lit_key:
            colours = self._illuminated(canvas, at_s, glows)
            soft = np.asarray(cv2.blur(colours, (3, 3)), np.uint8)
            self._lit = None if glows else (lit_key, colours, soft)
        else:
            _, colours, soft = self._lit
        return Shot(colours, soft, features, shares)

    def _composed(self, things: Sequence[Thing]) -> tuple[Canvas, NDArray[np.float32], tuple[float, ...]]:
        canvas, numbers = self._ground.copy(), np.zeros((ROWS, COLUMNS), np.uint8)
        whole = []
        for number, thing in enumerate(things, 1):
            whole.append(self._paste(canvas, numbers, thing, number))
        counted = np.bincount(numbers.ravel(), minlength=len(things) + 1)[1:]
        shares = tuple(float(seen) / full if full else 0.0 for seen, full in zip(counted, whole, strict=True))
        return canvas, _features(numbers, (self._around, *(thing.look.vector for thing in things))), shares

    def _paste(self, canvas: Canvas, numbers: Numbers, thing: Thing, number: int) -> int:
        """Put a thing over what is there; return how many points all of it would take."""
        x1, y1, x2, y2 = thing.edges
        width, height = max(2, round((x2 - x1) * COLUMNS)), max(2, round((y2 - y1) * ROWS))
        left, top = round(x1 * COLUMNS), round(y1 * ROWS)
        paint, clear, solid = self._in_size(thing.look, width, height)
        cut_x, cut_y = slice(max(0, -left), max(0, COLUMNS - left)), slice(max(0, -top), max(0, ROWS - top))
        paint, clear, solid = paint[cut_y, cut_x], clear[cut_y, cut_x], solid[cut_y, cut_x]
        rows, columns = solid.shape
        if not rows or not columns:
            return width * height
        area = (slice(max(0, top), max(0, top) + rows), slice(max(0, left), max(0, left) + columns))
        canvas[area] = (canvas[area] * clear + paint).astype(np.uint8)
        numbers[area][solid] = number
        return int(self._in_size(thing.look, width, height)[2].sum())

    def _in_size(
        self, look: Look, width: int, height: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        key = look, width, height
        if key not in self._sized:
            if len(self._sized) > 150:
                self._sized.clear()
            size = width, height
            patch = cv2.resize(np.ascontiguousarray(look.patch[..., :4]), size, interpolation=cv2.INTER_AREA)
            shape = cv2.resize(np.ascontiguousarray(look.patch[..., 4]), size, interpolation=cv2.INTER_AREA)
            opacity = np.asarray(shape[..., None], np.float32)
            paint = np.asarray(patch * opacity, np.float32)
            self._sized[key] = paint, np.asarray(1 - opacity, np.float32), np.asarray(opacity[..., 0] > 0.5)
        return self._sized[key]

    def _illuminated(
        self, canvas: Canvas, at_s: float, glows: Sequence[tuple[float, float, float]]
    ) -> NDArray[np.uint8]:
        weather = self._light.at(at_s)
        field = self._light.field(weather, at_s)
        luma = canvas[..., 3 if weather.infrared else 0].astype(np.float32) * field
        for x, y, strength in glows:
            luma += strength * _glow(x, y)
        if weather.rain:
            luma = 0.8 * luma + 25
        if weather.epoch[4]:
            luma += self._light.dirt * (95 - luma)
        colours = np.full((ROWS, COLUMNS, 3), 128, np.uint8)
        np.clip(luma, 0, 255, out=luma)
        colours[..., 0] = luma
        if not weather.infrared:
            colours[..., 1:] = canvas[..., 1:3]
        return colours


def _mirrored(stay: Stay, hours: int) -> NDArray[np.float32]:
    """What paint and glass reflect at a time, of spread about 1."""
    rng = np.random.default_rng([stay.individual, hours])
    rows, columns = stay.look.patch.shape[:2]
    return clouds(rng, rows, columns, 12) + np.float32(0.6) * clouds(rng, rows, columns, 6)


def _features(numbers: Numbers, vectors: Sequence[Vector]) -> NDArray[np.float32]:
    """Features of each cell: of what it shows and, as a network looks farther, of what lies about it."""
    layers = np.stack([numbers == number for number in range(len(vectors))]).astype(np.float32)
    cells = [cv2.resize(layer, (CELLS, CELLS), interpolation=cv2.INTER_AREA) for layer in layers]
    weights = np.stack([cv2.GaussianBlur(cell, (0, 0), 0.6) for cell in cells], axis=-1)
    return np.asarray(weights @ np.stack(vectors), np.float32)


_YS, _XS = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
_REACH: Final = 0.12


def _glow(x: float, y: float) -> NDArray[np.float32]:
    far = ((_XS / COLUMNS - x) / _REACH) ** 2 + ((_YS / ROWS - y) / (1.2 * _REACH)) ** 2
    return np.asarray(np.exp(-far), np.float32)

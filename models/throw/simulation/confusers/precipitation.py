"""Rain and snow near the camera: many alike, each at its own steady speed."""

from dataclasses import dataclass, field
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.bodies import Look, drop_speed
from models.throw.simulation.confusers.insects import APERTURE_M, defocus
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Scene, Weather

Depth = TypeVar("Depth", float, NDArray[np.float64])

BOX_M: Final = (9.0, 7.0, 7.0)
"""Metres along x, y, z before the camera in which drops are followed: farther ones change no pixel by a grey level."""
NEAREST_M: Final = 0.4
MOST_DRAWN: Final = 260  # a picture, the plainest first
FAINTEST: Final = 1.5  # grey levels
SHIFT: Final = 3  # bits of a pixel's fraction, as OpenCV draws lines
RAIN_PER_M3: Final = (6.0, 40.0)
"""Drops above 1.2 mm in a cubic metre: J. S. Marshall and W. McK. Palmer (J. Meteorology 1948), 2 to 20 mm an hour."""
RAIN_M: Final = (0.0012, 0.0040)
SNOW_PER_M3: Final = (8.0, 60.0)
SNOW_M: Final = (0.002, 0.009)
SNOW_SPEED: Final = (0.6, 1.6)
"""m/s, aggregates of 2 to 10 mm: J. D. Locatelli and P. V. Hobbs, J. Geophys. Res. 1974."""
RAIN_LIGHT: Final = 250.0
"""Grey levels: a drop shows the whole sky, far brighter than the wall (K. Garg and S. K. Nayar, IJCV 2007)."""
SNOW_LIGHT: Final = 140.0
LAMP: Final = {Weather.RAIN: 0.15, Weather.SNOW: 0.6}
"""Parts of a wall's whiteness that a drop or a flake throws back at the camera's own lamp at night."""


@dataclass(frozen=True, slots=True)
class Particles:
    """Drops or flakes: an actor.

    Attributes:
        scene: what they fall before.
        start: shape (n, 3), metres from the box's lower corner. `velocity`: (n, 3), m/s. `diameter`: (n,), metres.
        light: grey levels that one adds by day where it hides the wall wholly. `lamp`: at night, in parts of the
            wall's light at the wall's distance; the lamp's light grows towards it with the distance's square.
        canvas: of the picture's size, kept between pictures.
    """

    scene: Scene
    start: NDArray[np.float64]
    velocity: NDArray[np.float64]
    diameter: NDArray[np.float64]
    light: float
    lamp: float
    canvas: NDArray[np.uint8] = field(repr=False)

    def draw(self, picture: NDArray[np.uint8], at_s: float) -> None:
        """Draw the streaks of one exposure, in place."""
        corner = _corner(self.scene)
        first = np.mod(self.start + self.velocity * at_s, BOX_M) + corner
        last = first + self.velocity * self.scene.exposure_s
        camera = self.scene.camera
        ends = np.stack([camera.project(first), camera.project(last)], axis=1)
        depth = ends[:, :, 2].min(axis=1)
        near = np.flatnonzero(depth > NEAREST_M)
        seen, width, light = ends[near], self._width(depth[near]), self._light(ends[near], near)
        inside = (seen[:, 0, 0] > -99) & (seen[:, 0, 0] < self.scene.width + 99)
        inside &= (seen[:, :, 1].max(axis=1) > 0) & (seen[:, :, 1].min(axis=1) < self.scene.height)
        plain = np.flatnonzero(inside & (light >= FAINTEST))
        plain = plain[np.argsort(-light[plain])][:MOST_DRAWN]
        self.canvas[:] = 0
        _lines(self.canvas, seen[plain, :, :2], width[plain], light[plain])
        cv2.add(picture, self.canvas, dst=picture)

    def _width(self, depth: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.scene.camera.focal / depth * (0.001 + APERTURE_M))

    def _light(self, ends: NDArray[np.float64], which: NDArray[np.intp]) -> NDArray[np.float64]:
        """A drop hides a pixel only while it crosses it, and is spread over the width that it is blurred to."""
        scale = self.scene.camera.focal / ends[:, :, 2].mean(axis=1)
        streak = np.hypot(*(ends[:, 1, :2] - ends[:, 0, :2]).T)
        diameter = self.diameter[which]
        blurred = np.maximum(1.0, scale * np.hypot(diameter, APERTURE_M))
        area = np.minimum(np.pi / 4 * (diameter * scale) ** 2, blurred**2)
        light = self.light if not self.scene.night else self._lamp_light(ends[:, :, 2].mean(axis=1))
        return np.asarray(light * area / (blurred * (streak + blurred)))

    def _lamp_light(self, depth: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(_lamp(self.scene, self.lamp, depth))


def rain(scene: Scene, rng: np.random.Generator) -> Particles:
    """Rain as dense and as slanting as the scene has it."""
    count = int(rng.uniform(*RAIN_PER_M3) * np.prod(BOX_M))
    # Marshall and Palmer's sizes: exponential, slope about 2.3 per millimetre at 10 mm an hour.
    diameter = np.clip(RAIN_M[0] + rng.exponential(1 / 2300.0, count), *RAIN_M)
    speed = np.array([drop_speed(float(size)) for size in diameter])
    velocity = np.stack([np.full(count, scene.wind[0]), -speed, np.full(count, 0.5 * scene.wind[1])], axis=1)
    return _particles(scene, rng, velocity, diameter, RAIN_LIGHT)


def snow(scene: Scene, rng: np.random.Generator) -> Particles:
    """Snow: slow, large, each flake with a drift of its own."""
    count = int(rng.uniform(*SNOW_PER_M3) * np.prod(BOX_M))
    diameter = np.clip(SNOW_M[0] + rng.exponential(0.0018, count), *SNOW_M)
    down = rng.uniform(*SNOW_SPEED, count)
    velocity = np.stack([np.full(count, 0.7 * scene.wind[0]), -down, np.zeros(count)], axis=1)
    velocity += rng.normal(0, 0.2, (count, 3)) * [1.0, 0.3, 1.0]
    return _particles(scene, rng, velocity, diameter, SNOW_LIGHT)


def single(scene: Scene, rng: np.random.Generator, start_s: float) -> Flight:
    """One drop or flake by itself, as a tracker may follow it."""
    snows = scene.weather is Weather.SNOW
    depth = float(rng.uniform(0.5, 6.0))
    pixel = np.array([[rng.uniform(0.05, 0.95) * scene.width, rng.uniform(0.0, 0.7) * scene.height]])
    diameter = float(rng.uniform(*(SNOW_M if snows else (0.002, 0.005))))
    speed = float(rng.uniform(*SNOW_SPEED)) if snows else drop_speed(diameter)
    times = np.arange(0.0, 5.0 if snows else 1.5, 0.01)
    sway = 0.06 * np.sin(2 * np.pi * rng.uniform(0.4, 1.5) * times) if snows else np.zeros(len(times))
    drift = scene.wind[0] * (0.7 if snows else 1.0) + float(rng.normal(0, 0.2))
    move = np.stack([drift * times + sway, -speed * times, float(rng.normal(0, 0.2)) * times], axis=1)
    light = (SNOW_LIGHT if snows else RAIN_LIGHT) if not scene.night else _lamp(scene, LAMP[scene.weather], depth)
    look = Look(diameter, diameter, brightness=scene.light + light)
    start = scene.camera.world(pixel, np.array([depth]))
    return Flight(start_s + times, start + move, look, blur=defocus(scene.camera.focal, depth))


def _lamp(scene: Scene, white: float, depth: Depth) -> Depth:
    """Grey levels, far above white close to the lens, that the camera's lamp adds to a thing at a depth in metres."""
    return white * scene.light * (scene.camera.position[2] / depth) ** 2


def _particles(
    scene: Scene,
    rng: np.random.Generator,
    velocity: NDArray[np.float64],
    diameter: NDArray[np.float64],
    light: float,
) -> Particles:
    start = rng.random((len(diameter), 3)) * BOX_M
    canvas = np.zeros((scene.height, scene.width), np.uint8)
    return Particles(scene, start, velocity, diameter, light, LAMP.get(scene.weather, 0.15), canvas)


def _corner(scene: Scene) -> NDArray[np.float64]:
    x, y, z = scene.camera.position
    return np.array([x - BOX_M[0] / 2, y - 0.5, z - NEAREST_M - BOX_M[2]])


def _lines(
    canvas: NDArray[np.uint8], ends: NDArray[np.float64], wide: NDArray[np.float64], bright: NDArray[np.float64]
) -> None:
    """Draw n streaks: `ends` (n, 2, 2) pixels, `wide` (n,) pixels, `bright` (n,) grey levels."""
    places = (np.clip(ends, -3000, 6000) * (1 << SHIFT)).astype(int).tolist()
    widths = np.clip(np.rint(wide), 1, 40).astype(int).tolist()
    levels = np.minimum(255.0, bright).tolist()
    for (first, last), width, level in zip(places, widths, levels, strict=True):
        cv2.line(canvas, first, last, level, width, cv2.LINE_AA, SHIFT)

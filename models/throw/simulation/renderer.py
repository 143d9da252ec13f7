"""From a clip to its pictures, luma only: what stands, what moves, the whole picture's fate, the sensor's noise."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.clip import Clip
from models.throw.simulation.family import FAMILIES
from models.throw.simulation.flyer import Flyer
from models.throw.simulation.play import play, stage_of

NOISE: Final = 301  # salts
GRAIN: Final = 97
ROLL: Final = 96  # pixels by which the noise's bank is larger than the picture on each axis


def frames(clip: Clip) -> Iterator[NDArray[np.uint8]]:
    """Draw a clip's pictures, one at `index / clip.scene.fps` seconds each.

    Returns:
        `clip.frame_count` arrays of shape (height, width), uint8: luma of full range, before encoding.
    Raises:
        models.errors.ModelMissing: the scene is textured with a photograph that was not brought.
    """
    place, cast = stage_of(clip), play(clip)
    falls = tuple(Flyer(place.eye, (throw.flight,)) for throw in clip.throws)
    grain = Grain(clip.scene.noise_sigma, (clip.scene.height, clip.scene.width), clip)
    for index in range(clip.frame_count):
        at_s = index / clip.scene.fps
        picture = place.background.copy()
        for actor in (*cast.wall, *cast.air, *falls, *place.trees, *cast.lens):
            actor.draw(picture, at_s)
        if cast.shake:
            picture = cast.shake.move(picture, at_s)
        if cast.tone:
            picture = cast.tone.apply(picture, at_s)
        grain.add(picture)
        yield picture


class Grain:
    """A sensor's noise, new in each picture.

    Light arrives as Poisson's law has it; a camera's gamma of about 0.45 is close to the square root that makes such
    noise alike at all brightnesses (F. J. Anscombe, Biometrika 1948). So it is one sigma over the whole picture.
    A bank of it larger than the picture is moved about at random: no two pictures of a clip have the same.
    """

    def __init__(self, sigma: float, shape: tuple[int, int], clip: Clip) -> None:
        family = FAMILIES[clip.family]
        self._shape = shape
        self._more, self._less = _bank(family.first_seed, round(sigma, 2), shape)
        self._rng = family.rng(clip.number, NOISE)

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add one picture's noise, in place."""
        top, left = (int(value) for value in self._rng.integers(0, ROLL, 2))
        window = np.s_[top : top + self._shape[0], left : left + self._shape[1]]
        more, less = (self._more, self._less) if self._rng.random() < 0.5 else (self._less, self._more)
        cv2.add(picture, more[window], dst=picture)
        cv2.subtract(picture, less[window], dst=picture)


@lru_cache(maxsize=2)
def _bank(seed: int, sigma: float, shape: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Noise as what it adds and what it takes off: saturating arithmetic of bytes is the quickest there is."""
    rng = np.random.default_rng([seed, GRAIN])
    size = (shape[0] + ROLL, shape[1] + ROLL)
    noise = np.rint(rng.standard_normal(size, dtype=np.float32) * np.float32(sigma)).astype(np.int16)
    return np.maximum(noise, 0).astype(np.uint8), np.maximum(-noise, 0).astype(np.uint8)

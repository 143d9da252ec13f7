"""A simulated look: what perception may ask of it, and nothing of the truth behind it."""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.parking.light import COLUMNS, ROWS
from benchmarks.parking.picture import CELLS, Shot
from benchmarks.parking.textures import DIMENSIONS
from edge.perception import appearance as looks_of
from edge.perception.appearance import WHOLE, Appearance, embed
from edge.values import Box, Detection, Moment
from models.detection import FeatureMap

WIDE: Final = 5.0  # pixels a cell: wider boxes are averaged over all their pixels


@dataclass(frozen=True, slots=True)
class Grain:
    """What the sensor and the network add of their own to one look.

    Attributes:
        bank: noise to cut from, standard normal, shape (n,), shared by all looks.
        at: where in the bank this look's noise begins: the same place asked twice looks the same.
        luma, colour: spreads in grey levels, of a cell of 16 × 24.
        network: spread of a feature, relative to the length of a cell's vector.
        drift: what the light of the moment adds to all features.
    """

    bank: NDArray[np.float32]
    at: int
    luma: float
    colour: float
    network: float
    drift: NDArray[np.float32]


@dataclass(slots=True)
class SimulatedEye:
    """An `Eye` on a simulated street.

    Attributes:
        rest: what is left of a bump after alignment: x and y in fractions, and scale.
    """

    moment: Moment
    detections: tuple[Detection, ...]
    shown: Box
    _shot: Shot
    _grain: Grain
    _rest: tuple[float, float, float] = (0.0, 0.0, 1.0)
    _features: FeatureMap | None = field(default=None, init=False)
    _whole: Appearance | None = field(default=None, init=False)
    _known: dict[Box, Appearance] = field(default_factory=dict, init=False)

    @property
    def whole(self) -> Appearance:
        """The whole picture's looks."""
        if self._whole is None:
            self._whole = Appearance(self._described(WHOLE))
        return self._whole

    def looks(self, box: Box) -> Appearance:
        """How a place looks now."""
        if (known := self._known.get(box)) is None:
            known = self._known[box] = Appearance(self._described(box), self._embedded(box))
        return known

    def _embedded(self, box: Box) -> bytes | None:
        if self._features is None:
            self._features = FeatureMap(self._grid())
        dx, dy, scale = self._rest
        x1, x2 = (scale * x + dx for x in (box.x1, box.x2))
        y1, y2 = (scale * y + dy for y in (box.y1, box.y2))
        return embed(self._features.pool(x1, y1, x2, y2))

    def _described(self, box: Box) -> bytes:
        rows, columns = looks_of.ROWS, looks_of.COLUMNS
        dx, dy, scale = self._rest
        across, down = scale * (box.x2 - box.x1) * COLUMNS / columns, scale * (box.y2 - box.y1) * ROWS / rows
        left, top = (scale * box.x1 + dx) * COLUMNS - 0.5 + across / 2, (scale * box.y1 + dy) * ROWS - 0.5 + down / 2
        if max(across, down) > WIDE:
            patch = cv2.resize(self._shot.colours, (columns, rows), interpolation=cv2.INTER_AREA)
        else:  # points of a softened picture: an area's mean, for boxes that lie between pixels too
            matrix = np.array([[across, 0, left], [0, down, top]], np.float64)
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            patch = cv2.warpAffine(
                self._shot.soft, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE
            )
        return self._grained(np.asarray(patch, np.uint8))

    def _grained(self, patch: NDArray[np.uint8]) -> bytes:
        grain, cells = self._grain, looks_of.ROWS * looks_of.COLUMNS
        coarse = cv2.resize(patch, looks_of.CHROMA, interpolation=cv2.INTER_AREA)[:, :, 1:]
        noise = grain.bank[grain.at : grain.at + cells + coarse.size]
        luma = np.rint(patch[:, :, 0].ravel() + grain.luma * noise[:cells])
        colour = np.rint(coarse.ravel() + grain.colour * noise[cells:])
        both: NDArray[np.uint8] = np.clip(np.concatenate((luma, colour)), 0, 255).astype(np.uint8)
        return both.tobytes()

    def _grid(self) -> NDArray[np.float32]:
        """Features of each cell: of what it shows and, as a network looks farther, of what lies about it."""
        grain = self._grain
        count = CELLS * CELLS * DIMENSIONS
        noise = grain.bank[grain.at : grain.at + count].reshape(CELLS, CELLS, DIMENSIONS)
        return self._shot.features + grain.drift + np.float32(grain.network / np.sqrt(DIMENSIONS)) * noise

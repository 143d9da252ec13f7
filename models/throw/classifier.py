"""The small network that tells falls from what looks like them, and what it is shown."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.session import Session

STEPS: Final = 24  # equal steps of time that a track is told in
CHANNELS: Final = (
    "x",  # of its path's height, from the first point
    "y",
    "dx",  # from step to step
    "dy",
    "off_x",  # what the fit leaves, in spreads, cut off at ±5
    "off_y",
    "size",  # log of pixels lit
    "contrast",  # share of the strongest, by amount
)
FACTS: Final = (
    "lasted",  # seconds
    "points",  # log of their number
    "seen",  # share of frames
    "height",  # log of its path's height, in thousandths of the picture's
    "steep",  # its path's height, as a share of its length
    "residual",  # of the fit, in spreads
    "aside",  # of a parabola sideways, in spreads
    "gain",  # log of how much better than a constant speed the fit is
    "scale",  # log of pixels in a metre, at 1080 rows
    "speed",  # m/s when first seen
    "drag",  # log, 1/m
    "odds",  # spreads by which the grid's scale is off; 0 without one
    "grid",  # 1 with a grid
    "crowd",  # log of specks in its frames
    "area",  # log of pixels lit, median
    "peak",  # log of grey levels, median
    "begins",  # how far inside the façade it was first seen, of the picture's height
    "ends",  # … and would be a moment after it was last seen
)
CROPS: Final = 6  # pictures of it, evenly over its points
CROP: Final = 12  # work pixels a side
MAX_BYTES: Final = 1_000_000
FILE: Final = "throw.onnx"
ID: Final = "throw-1"  # as events name it; another training is another number


@dataclass(frozen=True, slots=True)
class Shown:
    """What the network is shown of one track; all float32.

    Attributes:
        path: shape (len(CHANNELS), STEPS).
        facts: shape (len(FACTS),).
        crops: shape (CROPS, CROP, CROP), 0–1: by how much it stands out; zeros where there are no pictures.
    """

    path: NDArray[np.float32]
    facts: NDArray[np.float32]
    crops: NDArray[np.float32]


class ThrowClassifier:
    """Scores tracks. One run takes well under a millisecond."""

    def __init__(self, path: Path | None = None, *, threads: int = 1) -> None:
        """Load the network that comes with Linli, or another.

        Raises:
            ModelRefused: it cannot be run.
        """
        if path is not None:
            self._session = Session(path, threads=threads)
            return
        with as_file(files(__package__) / FILE) as shipped:
            self._session = Session(shipped, threads=threads)

    def score(self, shown: Shown) -> float:
        """How surely it is a fall, 0 to 1."""
        inputs = {"path": shown.path[None], "facts": shown.facts[None], "crops": shown.crops[None]}
        (score,) = self._session.run(["score"], inputs)
        return float(score.reshape(-1)[0])

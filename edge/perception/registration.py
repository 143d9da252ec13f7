"""How a picture lies to an earlier one of the same view: features matched, checked on the pictures themselves."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.eye import Shift
from edge.values import Frame, Image, grey, shrunk

SIDE: Final = 320  # pixels of a sketch's longer side: a pixel is a third of a percent of the picture
LEAST_SIDE: Final = 48  # pixels of the shorter: less shows no street
FEATURES: Final = 800
RATIO: Final = 0.8  # Lowe's ratio: a match must be so much better than the second best
REACH_PX: Final = 2.0  # how far off a match may be to count
LEAST_INLIERS: Final = 15
LEAST_SHARE: Final = 0.3  # of all matches
TILES: Final = (4, 3)  # across and down
SPREAD_TILES: Final = 4  # of 12: one parked lorry fills fewer
MAX_TURN: Final = 0.06  # radians; more than a bump, and boxes would no longer be boxes
SLID_AGREEMENT: Final = 0.5  # of tiles, for a mere slide: there are no inliers to count
AGREES: Final = 0.4  # correlation of two pictures' edges from which a tile shows the same
BLANK_TILE: Final = 2.0  # mean edge strength in grey levels below which a tile tells nothing

Sketch = NDArray[np.uint8]  # (h, w) grey, the longer side 320 at most
Edges = NDArray[np.float32]
Matrix = NDArray[np.float64]  # (2, 3)


@dataclass(frozen=True, slots=True)
class Registration:
    """How a picture lies to another, and the share of the tiles that agree on it, 0 to 1."""

    shift: Shift
    agreement: float


def sketch(picture: Frame | Image) -> Sketch:
    """Draw a picture small and grey, to be registered and kept."""
    small = picture.grey(SIDE) if isinstance(picture, Frame) else grey(shrunk(picture, SIDE))
    return np.asarray(small.round(), np.uint8)


def registered(reference: Sketch, present: Sketch) -> Registration | None:
    """Find how `present` lies to `reference`; None if the two do not tell.

    A similarity is fitted to matched features (ORB, RANSAC), and a slide to the edges; the one counts on which more of
    the pictures' edges lie on one another. A small turn is passed over: the shift is right at the middle.
    """
    if min(*reference.shape, *present.shape) < LEAST_SIDE:
        return None
    fitted = [matrix for matrix in (_fitted(reference, present), _slid(reference, present)) if matrix is not None]
    words = [Registration(_shift(one, reference, present), _laid(reference, present, one)) for one in fitted]
    return max(words, key=lambda word: word.agreement, default=None)


def _fitted(reference: Sketch, present: Sketch) -> Matrix | None:
    """The similarity that matched features are fitted to."""
    matched = _matched(reference, present)
    if matched is None:
        return None
    fitted, inliers = cv2.estimateAffinePartial2D(*matched, method=cv2.RANSAC, ransacReprojThreshold=REACH_PX)
    matrix = np.asarray(fitted, np.float64)
    if matrix.shape != (2, 3):  # None where no similarity fits
        return None
    kept = matched[0][inliers.ravel().astype(bool)]
    if len(kept) < max(LEAST_INLIERS, LEAST_SHARE * len(matched[0])) or _tiles_of(kept, reference) < SPREAD_TILES:
        return None
    return matrix if abs(float(np.arctan2(matrix[1, 0], matrix[0, 0]))) <= MAX_TURN else None


def _slid(reference: Sketch, present: Sketch) -> Matrix | None:
    """The way that the edges as a whole have slid (phase correlation), where most of them agree on it."""
    if reference.shape != present.shape:
        return None
    window = cv2.createHanningWindow(reference.shape[::-1], cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(_edges(reference), _edges(present), window)
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float64)
    return matrix if _laid(reference, present, matrix) >= SLID_AGREEMENT else None


def _laid(reference: Sketch, present: Sketch, matrix: Matrix) -> float:
    """How well the edges agree with `present` laid on `reference`."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(present, matrix, reference.shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return agreement(reference, np.asarray(back, np.uint8))


def agreement(one: Sketch, other: Sketch) -> float:
    """Share of the tiles with edges in which two pictures' edges lie on one another, 0 to 1; whatever the light."""
    if min(*one.shape, *other.shape) < LEAST_SIDE:
        return 0.0
    if one.shape != other.shape:
        other = np.asarray(cv2.resize(other, one.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    first, second = _edges(one), _edges(other)
    told = [(a, b) for a, b in zip(_tiles(first), _tiles(second), strict=True) if a.mean() >= BLANK_TILE]
    if not told:
        return 0.0
    return sum(_correlation(a, b) >= AGREES for a, b in told) / len(told)


def _matched(one: Sketch, other: Sketch) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Points of `one` and of `other` that look alike, each (n, 2)."""
    finder = cv2.ORB.create(nfeatures=FEATURES, fastThreshold=7)
    level = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(4, 4))
    (points, looks), (others, other_looks) = (finder.detectAndCompute(level.apply(each), None) for each in (one, other))
    if not len(points) or len(others) < 2:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(looks, other_looks, k=2)
    good = [row[0] for row in pairs if len(row) == 2 and row[0].distance < RATIO * row[1].distance]
    if len(good) < LEAST_INLIERS:
        return None
    return (
        np.array([points[match.queryIdx].pt for match in good], np.float32),
        np.array([others[match.trainIdx].pt for match in good], np.float32),
    )


def _tiles_of(points: NDArray[np.float32], picture: Sketch) -> int:
    height, width = picture.shape
    columns = (points[:, 0] / width * TILES[0]).astype(int)
    rows = (points[:, 1] / height * TILES[1]).astype(int)
    return len(set(zip(columns.tolist(), rows.tolist(), strict=True)))


def _shift(matrix: Matrix, reference: Sketch, present: Sketch) -> Shift:
    """The shift that is exact at the middle of the view."""
    height, width = reference.shape
    middle = np.array([width / 2, height / 2, 1.0])
    x, y = matrix @ middle
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0])) * width / present.shape[1]
    return Shift(float(x) / present.shape[1] - scale / 2, float(y) / present.shape[0] - scale / 2, scale)


def _edges(picture: Sketch) -> Edges:
    soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, dx, 1 - dx, scale=0.25) for dx in (1, 0))
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _tiles(picture: Edges) -> list[Edges]:
    return [tile for row in np.array_split(picture, TILES[1]) for tile in np.array_split(row, TILES[0], axis=1)]


def _correlation(one: Edges, other: Edges) -> float:
    first, second = one - one.mean(), other - other.mean()
    spread = float(first.std() * second.std())
    return float((first * second).mean()) / spread if spread > 1e-6 else 0.0

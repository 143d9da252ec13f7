"""What vehicles, persons and ground look like: small pictures drawn by chance, as luma, Lab's a and b, and infrared.

Vehicles of one model and colour share all but a little: what lies behind the windscreen, dirt, reflections, how they
stopped. That little is what tells similar cars apart.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.parking.family import Family

Patch = NDArray[np.float32]  # (h, w, 5): luma, a, b, infrared luma, opacity 0–1
Vector = NDArray[np.float32]  # (DIMENSIONS,)

SIDE: Final = (48, 64)  # rows and columns of a vehicle's patch
DIMENSIONS: Final = 96  # as the shipped detector's features have
PAINTS: Final = (  # luma, a, b; how often
    ((212, 128, 130), 0.36),
    ((165, 128, 128), 0.16),
    ((38, 128, 127), 0.20),
    ((104, 128, 126), 0.12),
    ((86, 172, 150), 0.06),
    ((72, 136, 92), 0.06),
    ((118, 132, 148), 0.04),
)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What one thing looks like: to eyes and to a network. Equal to itself alone."""

    patch: Patch
    vector: Vector


@dataclass(frozen=True, slots=True)
class Model:
    """A model in a colour: what similar cars share."""

    number: int
    paint: int


def model(rng: np.random.Generator) -> Model:
    """Draw a model and a colour."""
    return Model(int(rng.integers(1 << 30)), int(rng.choice(len(PAINTS), p=[share for _, share in PAINTS])))


def vehicle(kind: Model, individual: int, family: Family, detail: float) -> Look:
    """Draw one vehicle: its model's build and paint, and what is its own."""
    shared = np.random.default_rng([kind.number, family.first_seed])
    own = np.random.default_rng([individual, kind.number])
    patch = _body(kind, shared, family)
    _details(patch, own, detail)
    direction = shared.standard_normal(DIMENSIONS) + 0.6 * _of(kind.paint + 11) + 0.35 * own.standard_normal(DIMENSIONS)
    return Look(patch, _unit(direction + 0.95 * _of(1)))


def posed(look: Look, rng: np.random.Generator, *, turn: float) -> Look:
    """The same vehicle as it stopped this time: a little turned, nearer or farther. `turn`: degrees, spread."""
    rows, columns = SIDE
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), rng.normal(0, turn), 1 + rng.normal(0, 0.012))
    matrix[:, 2] = matrix[:, 2] + rng.normal(0, 0.008, 2) * (columns, rows)
    patch = cv2.warpAffine(look.patch, matrix, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Look(np.asarray(patch, np.float32), _unit(look.vector + 0.12 * _unit(rng.standard_normal(DIMENSIONS))))


def person(rng: np.random.Generator) -> Look:
    """A person, standing or walking."""
    rows, columns = 48, 20
    patch = np.zeros((rows, columns, 5), np.float32)
    coat, legs = (rng.uniform(25, 200), rng.uniform(20, 120))
    for edges, luma in (((2, 11, 6, 14), 130.0), ((10, 30, 2, 18), coat), ((29, 47, 4, 16), legs)):
        _ellipse(patch, edges, luma, rng)
    return Look(_soft(patch), _unit(_of(2) * 2 + 0.5 * rng.standard_normal(DIMENSIONS)))


def ground(rng: np.random.Generator, rows: int, columns: int, family: Family) -> NDArray[np.float32]:
    """The empty street: shape (rows, columns, 4): luma, a, b, infrared."""
    base = rng.uniform(85, 135)
    luma = base + clouds(rng, rows, columns, 40) * 14 + clouds(rng, rows, columns, 9) * 7
    if family.ground == "paving":
        step = int(rng.integers(9, 16))
        luma[::step, :] -= 12
        luma[:, :: step + 3] -= 8
    else:
        luma += rng.normal(0, 5, luma.shape)
        luma[int(rows * rng.uniform(0.55, 0.75)) :, ::1] -= 8
    kerb = int(rows * rng.uniform(0.25, 0.4))
    luma[:kerb] += rng.uniform(-35, 35)  # lawn or wall behind
    for _ in range(6):
        y, x = int(rng.integers(0, rows)), int(rng.integers(0, columns))
        luma[y : y + int(rng.integers(2, 10)), x : x + int(rng.integers(5, 40))] += rng.uniform(-30, 30)
    a = np.full_like(luma, 128 + rng.normal(0, 3))
    b = np.full_like(luma, 128 + rng.normal(0, 4))
    a[:kerb] -= rng.uniform(0, 12)
    b[:kerb] += rng.uniform(0, 12)
    infrared = 0.7 * luma + 25
    picture = np.stack([luma, a, b, infrared], axis=-1)
    return np.asarray(np.clip(cv2.GaussianBlur(picture, (3, 3), 0), 5, 250), np.float32)


def surroundings(rng: np.random.Generator) -> Vector:
    """What a network makes of the empty street."""
    return _unit(_of(3) + 0.5 * rng.standard_normal(DIMENSIONS))


def _body(kind: Model, shared: np.random.Generator, family: Family) -> Patch:
    rows, columns = SIDE
    luma, a, b = PAINTS[kind.paint][0]
    sheen = shared.uniform(0.6, 1.0)
    patch = np.empty((rows, columns, 5), np.float32)
    patch[..., 0] = luma * np.linspace(1.08, 0.8 * sheen, rows)[:, None]
    patch[..., 1], patch[..., 2] = a, b
    patch[..., 3] = (0.45 * luma + shared.uniform(30, 100)) * np.linspace(1.05, 0.85, rows)[:, None]
    patch[..., 4] = 0.0
    _outline(patch, shared, family)
    roof, sill = shared.uniform(0.05, 0.28), shared.uniform(0.36, 0.6)
    left, right = shared.uniform(0.05, 0.32), shared.uniform(0.66, 0.95)
    glass = shared.uniform(25, 60)
    _fill(patch, (roof, sill, left, right), (glass, 127, 126, glass + 12))
    if family.build == "curves":
        middle = (left + right) / 2
        _fill(patch, (roof, sill, middle - 0.02, middle + 0.02), (luma * 0.7, a, b, luma * 0.5 + 30))
    _fill(patch, (0.62, 0.74, 0.3, 0.7), (shared.uniform(20, 90), 128, 128, shared.uniform(20, 90)))
    for side in (0.06, 0.78):
        _fill(patch, (0.55, 0.66, side, side + shared.uniform(0.08, 0.17)), (shared.uniform(150, 240), 132, 134, 190))
    for side in (0.08, 0.74):
        _fill(patch, (0.83, 0.99, side, side + 0.17), (28, 128, 128, 30))
    _forms(patch, shared, luma)
    for _ in range(4):
        y, x = shared.uniform(0.1, 0.85), shared.uniform(0.05, 0.8)
        shade = float(np.clip(luma + shared.uniform(-45, 45), 10, 245))
        _fill(patch, (y, y + shared.uniform(0.03, 0.1), x, x + shared.uniform(0.05, 0.25)), (shade, a, b, shade))
    return patch


def _forms(patch: Patch, shared: np.random.Generator, luma: float) -> None:
    """What a model's own curves reflect of sky and street: broad light and shade, the same for all of a model."""
    rows, columns = SIDE
    depth = shared.uniform(0.10, 0.22) * (luma + 60)
    shade = depth * (clouds(shared, rows, columns, 14) + 0.5 * clouds(shared, rows, columns, 7))
    patch[..., 0] += shade
    patch[..., 3] += 0.7 * shade


def _outline(patch: Patch, shared: np.random.Generator, family: Family) -> None:
    """Opacity: a body, narrower at the roof; round in one family and edged in the other."""
    rows, columns = SIDE
    top, shoulder = shared.uniform(0.06, 0.16), shared.uniform(0.36, 0.5)
    mask = np.zeros((rows, columns), np.uint8)
    inset = shared.uniform(0.08, 0.2)
    corners = [(inset, 0.02), (1 - inset, 0.02), (1 - top / 2, shoulder), (1, 0.97), (0, 0.97), (top / 2, shoulder)]
    cv2.fillPoly(mask, [np.array([(x * (columns - 1), y * (rows - 1)) for x, y in corners], np.int32)], 255)
    if family.build == "curves":
        mask = np.asarray(cv2.medianBlur(mask, 11), np.uint8)
    patch[..., 4] = cv2.GaussianBlur(mask.astype(np.float32) / 255, (3, 3), 0)


def _details(patch: Patch, own: np.random.Generator, detail: float) -> None:
    """What is a vehicle's own: plate, things behind glass, dirt and reflections."""
    rows, columns = SIDE
    noise = detail * clouds(own, rows, columns, 5)
    patch[..., 0] += noise
    patch[..., 3] += noise * own.uniform(0.4, 1.2)
    for _ in range(int(own.integers(2, 5))):
        y, x = own.uniform(0.1, 0.8), own.uniform(0.08, 0.8)
        shift = own.choice((-1, 1)) * own.uniform(2.5, 5.0) * detail
        area = patch[
            int(y * rows) : int((y + own.uniform(0.06, 0.16)) * rows),
            int(x * columns) : int((x + own.uniform(0.06, 0.2)) * columns),
        ]
        area[..., 0] += shift
        area[..., 3] += shift * 0.7
    plate = own.uniform(90, 170)
    at = own.uniform(0.40, 0.46)
    _fill(patch, (0.72, 0.78, at, at + 0.14), (plate, 126, own.choice((96.0, 150.0)), plate + 30))
    patch[..., :4] = np.clip(patch[..., :4], 5, 250)


def _fill(patch: Patch, edges: tuple[float, float, float, float], values: tuple[float, ...]) -> None:
    """Paint a rectangle: `edges` top, bottom, left, right as fractions of the patch."""
    rows, columns = patch.shape[:2]
    top, bottom, left, right = edges
    first, last = int(top * rows), max(int(top * rows) + 1, int(bottom * rows))
    patch[first:last, int(left * columns) : int(right * columns), :4] = values


def _ellipse(patch: Patch, edges: tuple[int, int, int, int], luma: float, rng: np.random.Generator) -> None:
    """Paint an ellipse: `edges` top, bottom, left, right in points of the patch."""
    top, bottom, left, right = edges
    ys, xs = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]]
    down, across = (ys - (top + bottom) / 2) / ((bottom - top) / 2), (xs - (left + right) / 2) / ((right - left) / 2)
    tint = 128 + rng.normal(0, 8, 2)
    patch[down**2 + across**2 <= 1] = (luma, tint[0], tint[1], 0.8 * luma + 30, 1.0)


def _soft(patch: Patch) -> Patch:
    patch[..., 4] = cv2.GaussianBlur(patch[..., 4], (3, 3), 0)
    return patch


def clouds(rng: np.random.Generator, rows: int, columns: int, size: int) -> NDArray[np.float32]:
    """Soft noise of spread 1 whose spots are about `size` wide."""
    small = rng.standard_normal((rows // size + 3, columns // size + 3)).astype(np.float32)
    big = cv2.resize(small, (columns + 2 * size, rows + 2 * size), interpolation=cv2.INTER_CUBIC)[
        size : size + rows, size : size + columns
    ]
    return np.asarray(big / max(float(big.std()), 1e-3), np.float32)


def _of(number: int) -> Vector:
    """A fixed direction that a word stands for."""
    return np.asarray(np.random.default_rng([number, 77]).standard_normal(DIMENSIONS), np.float32)


def _unit(vector: NDArray[np.floating]) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)

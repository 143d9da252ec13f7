"""Where tracks should be next: each track's last points, fitted by a parabola that knows of gravity.

Of few points a parabola says little, and a straight line says wrong: a fall gathers speed. So how fast a thing gathers
speed is known beforehand, loosely: downwards between nothing and free fall near the camera, sideways hardly. Eight
points weigh more than that, so a bird that turns is followed round its turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.trajectory import Point

RECENT: Final = 8  # points that tell where a track goes next
FADES_S: Final = 0.2  # in which a point's weight falls to a third: the newest count most
NOISE_PX: Final = 1.0  # spread of a middle, for each 1080 rows; blur and noise
DOWN: Final = (300.0, 400.0)  # pixels a second² for each 1080 rows, middle and spread; 9.8 m/s² at 92 px/m is 900
ASIDE: Final = (0.0, 250.0)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lead:
    """Where n tracks should be at a moment: each of shape (n,).

    Attributes:
        x, y: pixels.
        speed: when last seen, pixels a second.
        gap_s: since they were last seen.
        spread: of the place, pixels, one deviation.
    """

    x: Floats
    y: Floats
    speed: Floats
    gap_s: Floats
    spread: Floats


def lead(tracks: Sequence[Sequence[Point]], at_s: float, scale: float) -> Lead:
    """Say where tracks lead.

    Args:
        tracks: their points, in order of time, at least one each; the last `RECENT` are used.
        scale: rows of the picture / 1080.
    """
    seen = np.zeros((len(tracks), RECENT, 4))  # t, x, y from the last one, weight
    for i, points in enumerate(tracks):
        last, recent = points[-1], points[-RECENT:]
        seen[i, : len(recent)] = [(one.at_s - last.at_s, one.x - last.x, one.y - last.y, 1.0) for one in recent]
    t, gap_s = seen[:, :, 0], at_s - np.array([points[-1].at_s for points in tracks])
    weight = seen[:, :, 3] * np.exp(t / FADES_S) / (NOISE_PX * scale) ** 2
    terms = np.stack([np.ones_like(t), t, t * t / 2], axis=2)
    ahead = np.stack([np.ones_like(gap_s), gap_s, gap_s * gap_s / 2], axis=1)
    seen_square = np.einsum("npi,np,npj->nij", terms, weight, terms)
    seen_square[:, (0, 1), (0, 1)] += 1e-9  # one point tells no speed
    found, spreads = [], []
    for axis, (middle, spread) in ((1, ASIDE), (2, DOWN)):
        known = 1.0 / (spread * scale) ** 2
        square, pull = seen_square.copy(), np.einsum("npi,np,np->ni", terms, weight, seen[:, :, axis])
        square[:, 2, 2] += known
        pull[:, 2] += known * middle * scale
        found.append(np.linalg.solve(square, pull[:, :, None])[:, :, 0])
        spreads.append(np.einsum("ni,nij,nj->n", ahead, np.linalg.inv(square), ahead))
    x, y = ((parts * ahead).sum(axis=1) for parts in found)
    start = np.array([(points[-1].x, points[-1].y) for points in tracks]).reshape(-1, 2)
    return Lead(
        x=start[:, 0] + x,
        y=start[:, 1] + y,
        speed=np.hypot(found[0][:, 1], found[1][:, 1]),
        gap_s=gap_s,
        spread=np.sqrt(np.maximum(*spreads)),
    )

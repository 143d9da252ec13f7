"""What of a fall is to be seen: measured on the stage, without noise."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.throw.simulation.clip import Box
from models.throw.simulation.flyer import Flight
from models.throw.simulation.play import Play
from models.throw.simulation.stage import Stage

SEEN: Final = 3.0  # sigmas of the noise by which a thing must change some pixel to be seen in one picture
LEAST: Final = 6.0  # … and grey levels: of less on a few pixels a camera's encoder leaves nothing
FOLLOWED: Final = 0.5  # share of its pictures in which a thing must be seen: else no person could follow and mark it


@dataclass(frozen=True, slots=True)
class Sight:
    """A thing in one picture: its index, box, greatest change in grey levels, own area in pixels."""

    frame: int
    box: Box
    peak: float
    area: float


def sights(stage: Stage, cast: Play, flight: Flight, seconds: float) -> list[Sight]:
    """Every picture in which a flight lies in the picture and before the trees, whether or not it stands out."""
    fps = stage.scene.fps
    first = max(0, int(np.floor(flight.at_s[0] * fps)) - 1)
    last = min(round(seconds * fps), int(np.ceil(flight.at_s[-1] * fps)) + 1)
    found = (_sight(stage, cast, flight, index) for index in range(first, last))
    return [sight for sight in found if sight is not None]


def plain(stage: Stage, seen: list[Sight]) -> list[Sight]:
    """From the first picture in which a fall is seen to the last; empty where a person could not follow it."""
    enough = max(LEAST, SEEN * stage.scene.noise_sigma)
    clear = [i for i, sight in enumerate(seen) if sight.peak >= enough]
    if len(clear) < FOLLOWED * len(seen) or not clear:
        return []
    return seen[clear[0] : clear[-1] + 1]


def _sight(stage: Stage, cast: Play, flight: Flight, index: int) -> Sight | None:
    at_s = index / stage.scene.fps
    strokes = stage.eye.strokes(flight, at_s)
    mark = stage.eye.stamp(flight, at_s)
    if strokes is None or mark is None or (mark := mark.clipped(stage.scene.width, stage.scene.height)) is None:
        return None
    x, y = float(strokes.x.mean()), float(strokes.y.mean())
    inside = 0 <= x < stage.scene.width and 0 <= y < stage.scene.height
    if not inside or mark.cover.max() <= 0 or stage.hidden(x, y, at_s):
        return None
    rows, columns = mark.cover.shape
    behind = stage.background[mark.top : mark.top + rows, mark.left : mark.left + columns]
    area = float(4 * (strokes.half_length * strokes.half_breadth).mean())
    box = _moved(mark.box(), cast.offset(at_s), (stage.scene.width, stage.scene.height))
    return Sight(index, box, float(np.abs(mark.light - mark.cover * behind).max()), area)


def _moved(box: Box, offset: tuple[float, float], size: tuple[int, int]) -> Box:
    """A box in the picture of a shaken camera."""
    x1, y1, x2, y2 = (
        float(np.clip(value + shift, 0, limit)) for value, shift, limit in zip(box, offset * 2, size * 2, strict=True)
    )
    return x1, y1, x2, y2

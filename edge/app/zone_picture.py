"""A camera's picture with its zones and a grid of tenths: what an installer measures corners on."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.parking import ZoneKind
from edge.config import Point, Zone
from edge.evidence.lettering import Colour, legible, width_of, write
from edge.perception.eye import HERE, Shift
from edge.values import Image

COLOURS: Final = {  # BGR
    ZoneKind.FIRE_LANE: (40, 40, 230),
    ZoneKind.ROAD: (0, 150, 255),
    ZoneKind.GREEN: (60, 180, 60),
    ZoneKind.GATE_MOUTH: (220, 60, 200),
    ZoneKind.BERTH: (220, 140, 30),
    ZoneKind.LIFT_LOBBY: (200, 200, 40),
    ZoneKind.PATH: (40, 210, 210),
}
GRID: Final = (230, 230, 230)
TENTHS: Final = [tenth / 10 for tenth in range(1, 10)]
WHITE: Final = (255, 255, 255)


def draw(image: Image, zones: Sequence[Zone]) -> Image:
    """Draw on a copy: lines at each tenth of width and height with their numbers, zones in their kinds' colours.

    Args:
        image: shape (h, w, 3), uint8, BGR.
    """
    return shade(_with_grid(image.copy()), zones)


def shade(image: Image, zones: Sequence[Zone], shift: Shift = HERE) -> Image:
    """Draw zones in their kinds' colours, with their names, on a copy.

    Args:
        shift: how the picture lies to the view that the zones were drawn in.
    """
    shaded = image.copy()
    drawn = [
        _pixels([(shift.scale * x + shift.dx, shift.scale * y + shift.dy) for x, y in zone.polygon], image)
        for zone in zones
    ]
    for zone, corners in zip(zones, drawn, strict=True):
        cv2.fillPoly(shaded, [corners], COLOURS[zone.kind])
    canvas = np.asarray(cv2.addWeighted(shaded, 0.3, image, 0.7, 0), np.uint8)
    for zone, corners in zip(zones, drawn, strict=True):
        cv2.polylines(canvas, [corners], isClosed=True, color=COLOURS[zone.kind], thickness=2, lineType=cv2.LINE_AA)
        middle = corners.mean(axis=0).astype(int).tolist()
        label(canvas, legible(f"{zone.id} {zone.name}".rstrip()), (middle[0], middle[1]), _size(canvas))
    return canvas


def _with_grid(canvas: Image) -> Image:
    height, width = canvas.shape[:2]
    lines = canvas.copy()
    for tenth in TENTHS:
        x, y = round(tenth * width), round(tenth * height)
        cv2.line(lines, (x, 0), (x, height), GRID, 1)
        cv2.line(lines, (0, y), (width, y), GRID, 1)
    canvas = np.asarray(cv2.addWeighted(lines, 0.5, canvas, 0.5, 0), np.uint8)
    for x, y, tenth in ((round(tenth * width), round(tenth * height), tenth) for tenth in TENTHS):
        label(canvas, f"{tenth:.1f}", (x + 3, 0), _size(canvas))
        label(canvas, f"{tenth:.1f}", (0, y + 3), _size(canvas))
    return canvas


def _size(canvas: Image) -> int:
    return max(14, int(canvas.shape[1]) // 80)


def label(canvas: Image, text: str, place: tuple[int, int], size: int, colour: Colour = WHITE) -> None:
    """Write a line on a dark ground, so that it can be read on any picture; `place` is its top left in pixels."""
    left, top = max(0, place[0]), max(0, place[1])
    right, bottom = left + width_of(text, size) + 4, top + round(1.3 * size)
    cv2.rectangle(canvas, (left, top), (right, bottom), (0, 0, 0), cv2.FILLED)
    write(canvas, text, (left + 2, top + size), size=size, colour=colour)


def _pixels(polygon: Sequence[Point], canvas: Image) -> NDArray[np.int32]:
    height, width = canvas.shape[:2]
    return np.round(np.array(polygon) * (width, height)).astype(np.int32)

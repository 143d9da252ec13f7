"""A camera's picture with its zones and a grid of tenths: what an installer measures corners on."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.parking import ZoneKind
from edge.config import Point, Zone
from edge.values import Image

COLOURS: Final = {  # BGR
    ZoneKind.FIRE_LANE: (40, 40, 230),
    ZoneKind.ROAD: (0, 150, 255),
    ZoneKind.GREEN: (60, 180, 60),
    ZoneKind.GATE_MOUTH: (220, 60, 200),
    ZoneKind.BERTH: (220, 140, 30),
}
GRID: Final = (230, 230, 230)
TENTHS: Final = [tenth / 10 for tenth in range(1, 10)]
FACE: Final = cv2.FONT_HERSHEY_SIMPLEX


def draw(image: Image, zones: Sequence[Zone]) -> Image:
    """Draw on a copy: lines at each tenth of width and height with their numbers, zones in their kinds' colours.

    Args:
        image: shape (h, w, 3), uint8, BGR.
    """
    return shade(_with_grid(image.copy()), zones)


def shade(image: Image, zones: Sequence[Zone]) -> Image:
    """Draw zones in their kinds' colours, with their names, on a copy."""
    shaded = image.copy()
    for zone in zones:
        cv2.fillPoly(shaded, [_pixels(zone.polygon, image)], COLOURS[zone.kind])
    canvas = np.asarray(cv2.addWeighted(shaded, 0.3, image, 0.7, 0), np.uint8)
    for zone in zones:
        corners = _pixels(zone.polygon, canvas)
        cv2.polylines(canvas, [corners], isClosed=True, color=COLOURS[zone.kind], thickness=2, lineType=cv2.LINE_AA)
        _write(canvas, zone.id, tuple(corners.mean(axis=0).astype(int).tolist()))
    return canvas


def _with_grid(canvas: Image) -> Image:
    height, width = canvas.shape[:2]
    lines = canvas.copy()
    for tenth in TENTHS:
        x, y = round(tenth * width), round(tenth * height)
        cv2.line(lines, (x, 0), (x, height), GRID, 1)
        cv2.line(lines, (0, y), (width, y), GRID, 1)
    canvas = np.asarray(cv2.addWeighted(lines, 0.5, canvas, 0.5, 0), np.uint8)
    for tenth in TENTHS:
        _write(canvas, f"{tenth:.1f}", (round(tenth * width) + 3, 16))
        _write(canvas, f"{tenth:.1f}", (3, round(tenth * height) - 4))
    return canvas


def _write(canvas: Image, text: str, place: tuple[int, int]) -> None:
    """Light letters with a dark rim: readable on any ground."""
    scale = max(0.45, canvas.shape[1] / 2400)
    for colour, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(canvas, text, place, FACE, scale, colour, thickness, cv2.LINE_AA)


def _pixels(polygon: Sequence[Point], canvas: Image) -> NDArray[np.int32]:
    height, width = canvas.shape[:2]
    return np.round(np.array(polygon) * (width, height)).astype(np.int32)
